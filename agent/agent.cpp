#include "agent/agent.hpp"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <optional>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include "agent/link.hpp"
#include "agent/loudspeaker.hpp"
#include "agent/news.hpp"
#include "agent/pairing.hpp"
#include "agent/requests.hpp"

namespace skranke::agent {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using ErrorCode = boost::system::error_code;

namespace {

constexpr auto report_every = 10s;   // the daemon calls an agent absent after thirty

Moment moment() {
  timespec monotonic{};
  ::clock_gettime(CLOCK_MONOTONIC, &monotonic);   // the clock that the kernel stamps edges with
  const auto wall = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const std::time_t seconds = std::chrono::system_clock::to_time_t(wall);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return {std::chrono::seconds{monotonic.tv_sec} + std::chrono::nanoseconds{monotonic.tv_nsec}, wall, core::Minutes{local.tm_hour * 60 + local.tm_min}};
}

std::vector<std::string> topics_of(const AgentConfig& config) {
  std::vector<std::string> topics;
  const auto add = [&](std::string topic) {
    if (std::find(topics.begin(), topics.end(), topic) == topics.end()) topics.push_back(std::move(topic));
  };
  for (const SignConfig& sign : config.signs) add("board:" + sign.board.str());
  for (const ChimeConfig& chime : config.chimes) add("board:" + chime.board.str());
  for (const LampConfig& lamp : config.lamps) add(is_of_room(lamp.when) ? "tower" : "desk:" + lamp.desk.str());
  for (const DoorConfig& door : config.doors)
    if (!door.desk.empty()) add("desk:" + door.desk.str());
  for (const SoundConfig& sound : config.sounds) add("sound:" + sound.id);
  if (topics.empty()) add("services");   // buttons alone: the line's heartbeat still tells whether a press can be heard
  return topics;
}

}  // namespace

class Agent::Running : public std::enable_shared_from_this<Agent::Running> {
 public:
  Running(asio::io_context& io, AgentConfig config, Secret secret, const Hardware& hardware, Simulator* simulator)
      : simulator_{simulator}, io_{io}, config_{std::move(config)}, secret_{std::move(secret)}, box_{config_, hardware, moment()}, clock_{io}, again_{io} {
    for (const SoundConfig& sound : simulator_ == nullptr ? config_.sounds : std::vector<SoundConfig>{})   // a box that is played has no sound card
      loudspeakers_.push_back(std::make_unique<Loudspeaker>(sound, [this](const std::string& url, Loudspeaker::Fetched done) {
        ask({"GET", url, "", ""}, [done = std::move(done)](Answered answered) { done(answered.status == 200 ? std::move(answered.body) : std::string{}); });
      }));
  }

  void start() {
    if (secret_.identity != nullptr && secret_.identity->daemon_key().empty())
      pair();
    else
      connect();
    step();
    sd_notify(0, "READY=1");
  }

  void stop() {
    stopped_ = true;
    if (link_) link_->stop();
    if (pairing_) pairing_->stop();
    clock_.cancel();
    again_.cancel();
    box_.lose_line();
    box_.step(moment());
    watched_.clear();
    loudspeakers_.clear();
  }

 private:
  struct Watched {
    asio::posix::stream_descriptor descriptor;
    bool waiting = false;
  };

  void connect() {
    link_.emplace(io_, config_.daemon, Trust{secret_.token, secret_.identity, {}}, topics(),
                  Link::Listener{[this](std::string_view message) { hear(message); }, [this] { line_up(); }, [this](const std::string& why) { line_down(why); }});
    link_->start();
  }

  [[nodiscard]] std::vector<std::string> topics() const {
    std::vector<std::string> wanted = topics_of(config_);
    if (simulator_ != nullptr) wanted.push_back("presses:" + config_.id);
    return wanted;
  }

  /// Until somebody has typed the code, devices do what they do without a daemon.
  void pair() {
    pairing_.emplace(io_, config_.daemon, config_.id, secret_.identity->public_key(), pairing_words(config_.daemon.url, [this](const std::string& daemon_key) {
      if (auto kept = secret_.identity->pair_with(daemon_key); !kept) fmt::print(stderr, "{}: this box must be paired again after its next start\n", kept.error());
      asio::post(io_, [self = shared_from_this()] {
        if (self->stopped_) return;
        self->pairing_.reset();
        self->connect();
      });
    }));
    pairing_->start();
  }

  void ask(Ask wish, std::function<void(Answered)> done) {
    if (link_) return link_->ask(std::move(wish), std::move(done));
    asio::post(io_, [done = std::move(done)] { done({}); });
  }

  void step() {
    if (stopped_) return;
    const Moment now = moment();
    if (simulator_ != nullptr) static_cast<void>(simulator_->step(now.tick));   // a button let go is read at once
    Tick next = box_.step(now);
    if (simulator_ != nullptr) next = std::min(next, simulator_->step(now.tick));
    for (const auto& loudspeaker : loudspeakers_) next = std::min(next, loudspeaker->step(now.tick));
    for (const Wish& wish : box_.take_wishes()) send(wish);
    watch_descriptors();
    report(now);
    if (simulator_ != nullptr) next = std::min(next, show_bench(now.tick));
    if (now.tick >= alive_at_) {
      sd_notify(0, "WATCHDOG=1");
      alive_at_ = now.tick + 500ms;
    }
    clock_.expires_after(std::max<Tick>(next - now.tick, 1ms));
    clock_.async_wait([self = shared_from_this()](ErrorCode error) {
      if (!error) self->step();
    });
  }

  /// A dup each, since this loop closes what it watches and the line keeps its own.
  void watch_descriptors() {
    const std::vector<int> wanted = box_.descriptors();
    std::erase_if(watched_, [&](const auto& entry) { return std::find(wanted.begin(), wanted.end(), entry.first) == wanted.end(); });
    for (const int fd : wanted) {
      auto found = watched_.find(fd);
      if (found == watched_.end()) found = watched_.emplace(fd, std::make_shared<Watched>(Watched{asio::posix::stream_descriptor{io_, ::dup(fd)}, false})).first;
      if (std::exchange(found->second->waiting, true)) continue;
      found->second->descriptor.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this(), watched = std::weak_ptr{found->second}](ErrorCode error) {
        if (const auto still = watched.lock()) still->waiting = false;
        if (!error) self->step();
      });
    }
  }

  void hear(std::string_view message) {
    const Moment now = moment();
    auto news = read_news(message, now.wall);
    if (!news) return;
    box_.hear_heartbeat(now);
    for (BoardNews& board : news->boards) box_.hear_board(board.board, board.evacuation, std::move(board.calls), now);
    if (news->tower) box_.hear_tower(*news->tower);
    for (const auto& [desk, desk_news] : news->desks) box_.hear_desk(desk, desk_news);
    if (simulator_ != nullptr && news->presses) hear_presses(*news->presses, news->first);
    for (const SoundNews& sound : news->sounds) {
      if (simulator_ != nullptr) simulator_->hear(sound, now.tick);
      for (const auto& loudspeaker : loudspeakers_)
        if (loudspeaker->id() == sound.speaker) loudspeaker->hear(sound, now.tick);
    }
    step();
  }

  /// Presses on the page are taken as they come; what was pressed while the line was down is not what somebody wants now.
  void hear_presses(const std::vector<PagePress>& presses, bool first) {
    std::uint64_t newest = first ? 0 : pressed_;
    for (const PagePress& press : presses) {
      if (!first && press.n > pressed_) simulator_->press(press.button, press.how, moment().tick);
      newest = std::max(newest, press.n);
    }
    pressed_ = newest;
  }

  /// What the page draws: when it changed, at most ten times a second. Lamps that blink are seen to blink.
  Tick show_bench(Tick now) {
    constexpr Tick pace = 100ms;
    if (!link_is_up_) return now + report_every;
    Ask shown = simulator_->report();
    if (shown.body == bench_) return now + report_every;
    if (now < bench_at_ + pace) return bench_at_ + pace;
    bench_at_ = now;
    bench_ = shown.body;
    ask(std::move(shown), [self = shared_from_this()](const Answered& answered) {
      if (answered.status == 204) return self->told_bench_.clear();
      self->bench_.clear();   // once more, within a second
      const std::string why = fmt::format("{} {}", answered.status, answered.body.substr(0, 200));
      if (std::exchange(self->told_bench_, why) != why) fmt::print(stderr, "the bench cannot be shown: the daemon answered {}\n", why);
    });
    return now + report_every;
  }

  void line_up() {
    fmt::print(stderr, "line to {} is up\n", config_.daemon.url);
    told_down_.clear();
    reported_.clear();
    bench_.clear();
    link_is_up_ = true;
    box_.hear_heartbeat(moment());
    step();
  }

  void line_down(const std::string& why) {
    if (std::exchange(told_down_, why) != why) fmt::print(stderr, "line to {} is down: {}\n", config_.daemon.url, why);
    box_.lose_line();
    link_is_up_ = false;
    if (simulator_ != nullptr) simulator_->let_go(moment().tick);
    step();
  }

  void send(const Wish& wish) {
    ask(request_for(wish), [self = shared_from_this(), wish](const Answered& answered) {
      if (self->stopped_) return;
      const bool misspelt = !wish.number.empty() && answered.body.find("unknown_desk") == std::string::npos && (answered.status == 404 || answered.status == 422);   // somebody mistyped: no fault of the pad
      const bool misused = !misspelt && (answered.status == 400 || answered.status == 403 || answered.status == 404 || answered.status == 422);
      if (answered.status != 0 && answered.status < 500) self->box_.hear_answer(wish.button, misused ? answered.body.substr(0, 200) : "");
      if (answered.status / 100 == 2) return;
      self->step();   // what the daemon said of it goes to the devices page now
      fmt::print(stderr, "{}: the daemon answered {}\n", wish.button, answered.status == 0 ? "nothing" : fmt::format("{}", answered.status));
      if (wish.kind == Wish::Kind::evacuation) self->send_later(wish);
    });
  }

  /// An alarm is never given up; a press that was not heard is, since the person presses again.
  void send_later(const Wish& wish) {
    again_.expires_after(1s);
    again_.async_wait([self = shared_from_this(), wish](ErrorCode error) {
      if (!error && !self->stopped_) self->send(wish);
    });
  }

  /// When something changed, and every ten seconds so that the daemon knows that this agent lives.
  void report(const Moment& now) {
    std::vector<Health> health = box_.health();
    for (const auto& loudspeaker : loudspeakers_) health.push_back(loudspeaker->health());
    if (simulator_ != nullptr)
      for (Health& played : simulator_->health()) health.push_back(std::move(played));
    if (health == reported_ && now.tick < report_at_) return;
    for (const Health& one : health)
      if (std::find(reported_.begin(), reported_.end(), one) == reported_.end() && one.condition != Condition::ready)
        fmt::print(stderr, "{} {}: {} ({})\n", one.kind, one.id, one.reason, one.detail);
    reported_ = health;
    report_at_ = now.tick + report_every;
    ask(report_of(config_.id, health, read_machine(config_.machine_root)), [](const Answered&) {});   // the next one comes anyway
  }

  Simulator* simulator_;   ///< none: real hardware
  asio::io_context& io_;
  AgentConfig config_;
  Secret secret_;
  Box box_;
  asio::steady_timer clock_, again_;
  std::optional<Link> link_;
  std::optional<Pairing> pairing_;
  std::vector<std::unique_ptr<Loudspeaker>> loudspeakers_;
  std::map<int, std::shared_ptr<Watched>> watched_;
  std::vector<Health> reported_;
  Tick report_at_{0}, alive_at_{0};
  std::string told_down_, bench_, told_bench_;
  std::uint64_t pressed_ = 0;
  Tick bench_at_{0};
  bool link_is_up_ = false;
  bool stopped_ = false;
};

Agent::Agent(asio::io_context& io, AgentConfig config, Secret secret, const Hardware& hardware, Simulator* simulator)
    : running_{std::make_shared<Running>(io, std::move(config), std::move(secret), hardware, simulator)} {}
Agent::~Agent() { running_->stop(); }
void Agent::start() { running_->start(); }
void Agent::stop() { running_->stop(); }

}  // namespace skranke::agent
