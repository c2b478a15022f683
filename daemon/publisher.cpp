#include "daemon/publisher.hpp"

#include <algorithm>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "wire/json.hpp"

namespace skranke::daemon {

using namespace std::chrono_literals;

namespace {
constexpr auto fast_every = 20ms;
constexpr auto slow_every = 100ms;
constexpr unsigned heartbeat_s = 4;
constexpr unsigned refresh_s = 10;
}  // namespace

namespace {

/// What somebody looks or listens for at this moment.
bool is_fast(std::string_view topic) { return topic.starts_with("board:") || topic.starts_with("sound:") || topic.starts_with("presses:") || topic == "bench"; }

}  // namespace

struct Publisher::Timer {
  boost::asio::steady_timer clock;
};

Publisher::Publisher(boost::asio::io_context& io, Engine& engine, http::Hub& hub, TopicData data, std::string build)
    : engine_{engine}, hub_{hub}, data_{std::move(data)}, build_{std::move(build)}, timer_{new Timer{boost::asio::steady_timer{io}}} {
  engine_.listen([this](const core::Event&, std::uint64_t) { changed(); });
  engine_.on_rollback([this] { changed(); });
}

Publisher::~Publisher() = default;

std::string Publisher::hub_topic(std::string_view topic, std::string_view language) {
  return std::string{topic}.append("@").append(language);
}

std::string Publisher::message(std::string_view type, std::string_view topic, std::string_view data) const {
  std::string text;
  text.reserve(data.size() + 160);
  wire::JsonWriter w{text};
  w.object().field("type", type).field("topic", topic).field("seq", engine_.last_seq());
  w.field("at", core::to_rfc3339(engine_.facility().zone, engine_.now())).raw_field("data", data).end_object();
  return text;
}

std::string Publisher::snapshot(const std::vector<std::string>& topics, std::string_view language) {
  std::string text;
  wire::JsonWriter w{text};
  w.object().field("type", "snapshot").field("proto", 1).field("build", build_).field("seq", engine_.last_seq());
  w.field("at", core::to_rfc3339(engine_.facility().zone, engine_.now())).key("topics").object();
  for (const std::string& topic : topics)
    if (const auto data = data_(topic, language)) w.raw_field(topic, *data);
  w.end_object().end_object();
  return text;
}

void Publisher::watch(const std::vector<std::string>& topics, std::string_view language) {
  for (const std::string& topic : topics)
    topics_.try_emplace(hub_topic(topic, language), Topic{topic, std::string{language}, is_fast(topic), false});
}

void Publisher::changed() {
  for (auto& [hub_name, topic] : topics_) topic.dirty = true;
  arm();
}

/// Runs a round as soon as the pace allows: at once after a quiet time, else when the interval is over.
void Publisher::arm() {
  if (under_way_) return;
  const auto now = std::chrono::steady_clock::now();
  const bool fast = std::any_of(topics_.begin(), topics_.end(), [](const auto& entry) { return entry.second.fast && entry.second.dirty; });
  const bool slow = std::any_of(topics_.begin(), topics_.end(), [](const auto& entry) { return !entry.second.fast && entry.second.dirty; });
  if (!fast && !slow) return;
  const auto due = std::max(fast ? last_fast_ + fast_every : last_slow_ + slow_every, now);
  if (due >= armed_for_) return;   // a board does not wait for the round that only the slow topics asked for
  armed_for_ = due;
  timer_->clock.expires_at(due);
  timer_->clock.async_wait([this](boost::system::error_code error) {
    if (error) return;   // an earlier round took its place
    armed_for_ = never;
    round();
  });
}

void Publisher::round() {
  const auto now = std::chrono::steady_clock::now();
  const bool slow_too = now >= last_slow_ + slow_every;
  last_fast_ = now;
  if (slow_too) last_slow_ = now;
  for (auto entry = topics_.begin(); entry != topics_.end();) {
    auto& [hub_name, topic] = *entry;
    if (!hub_.has_subscribers(hub_name)) {
      entry = topics_.erase(entry);
      continue;
    }
    if (topic.dirty && (topic.fast || slow_too)) publish(topic, hub_name);
    ++entry;
  }
  // The next round waits for this one's commit: frames come no faster than the disk.
  under_way_ = true;
  engine_.when_durable(engine_.last_seq(), [this](Commit) {
    under_way_ = false;
    arm();
  });
}

void Publisher::publish(Topic& topic, const std::string& hub_name) {
  topic.dirty = false;
  const auto data = data_(topic.name, topic.language);
  if (!data) return;
  const auto text = std::make_shared<const std::string>(message("change", topic.name, *data));
  // With nothing under way the frame is newer than any snapshot, even when no event came between (a printer's health, the clock).
  const std::uint64_t rests_on = engine_.last_seq() == engine_.durable_seq() ? 0 : engine_.last_seq();
  engine_.when_durable(engine_.last_seq(), [this, hub_name, text, rests_on](Commit how) {
    if (how == Commit::durable) hub_.publish(hub_name, text, rests_on);
  });
}

void Publisher::tick() {
  ++seconds_;
  if (seconds_ % heartbeat_s == 0) {
    std::string text;
    wire::JsonWriter w{text};
    w.object().field("type", "ping").field("seq", engine_.durable_seq()).field("at", core::to_rfc3339(engine_.facility().zone, engine_.now()));
    w.end_object();
    hub_.ping(std::make_shared<const std::string>(std::move(text)));
  }
  if (seconds_ % refresh_s == 0) changed();
}

}  // namespace skranke::daemon
