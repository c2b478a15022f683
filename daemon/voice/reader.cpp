#include "daemon/voice/reader.hpp"

#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <fmt/format.h>

#include "daemon/voice/digest.hpp"
#include "daemon/voice/source.hpp"

namespace skranke::daemon {

namespace asio = boost::asio;

struct Reader::Worker {
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
  std::vector<std::unique_ptr<VoiceSource>> sources;   // the worker's own
  bool begun = false;
  asio::thread_pool pool{1};

  void begin(const Wiring& wiring) {
    if (std::exchange(begun, true)) return;
    std::vector<std::string> faults;   // the clips of calls tell them already
    if (!wiring.recorded.empty()) sources.push_back(recorded_voice(wiring.recorded, faults));
    if (!wiring.espeak.empty()) sources.push_back(espeak_voice(wiring.espeak));
    std::erase(sources, nullptr);
  }

  std::shared_ptr<const std::string> say(const Fragment& fragment) {
    for (const auto& source : sources) {
      if (source->version(fragment).empty()) continue;
      const auto said = source->say(fragment);
      const auto ready = said ? prepared(*said) : std::nullopt;
      if (ready) return std::make_shared<const std::string>(write_wave(*ready));
    }
    return nullptr;
  }
};

Reader::Reader(Wiring wiring) : wiring_{std::move(wiring)}, worker_{new Worker} {}

Reader::~Reader() {
  *worker_->alive = false;
  worker_->pool.stop();
  worker_->pool.join();
}

std::optional<std::string> Reader::ask(Fragment fragment) {
  std::string name = sha256_hex(fmt::format("say\n{}\n{}", fragment.language, fragment.text));
  if (held_.contains(name)) return name;
  if (waiting_ >= waiting_max) return std::nullopt;
  ++waiting_;
  held_.emplace(name, Held{});
  order_.push_back(name);
  asio::post(worker_->pool, [this, name, fragment = std::move(fragment), alive = worker_->alive] {
    worker_->begin(wiring_);
    auto bytes = worker_->say(fragment);
    asio::post(wiring_.io, [this, name, alive, bytes = std::move(bytes)] {
      if (*alive) done(name, bytes);
    });
  });
  return name;
}

void Reader::done(const std::string& name, std::shared_ptr<const std::string> bytes) {
  --waiting_;
  Held& held = held_.at(name);
  held.state = bytes == nullptr ? State::no_voice : State::ready;
  bytes_ += bytes == nullptr ? 0 : bytes->size();
  held.bytes = std::move(bytes);
  make_room();
}

/// Oldest first; what is still being made stays.
void Reader::make_room() {
  std::size_t looked_at = order_.size();
  while ((held_.size() > held_max || bytes_ > held_bytes_max) && looked_at-- > 0) {
    std::string oldest = std::move(order_.front());
    order_.pop_front();
    const auto found = held_.find(oldest);
    if (found->second.state == State::coming) {
      order_.push_back(std::move(oldest));
      continue;
    }
    bytes_ -= found->second.bytes == nullptr ? 0 : found->second.bytes->size();
    held_.erase(found);
  }
}

Reader::State Reader::state(std::string_view name) const {
  const auto found = held_.find(name);
  return found == held_.end() ? State::unknown : found->second.state;
}

std::shared_ptr<const std::string> Reader::bytes(std::string_view name) const {
  const auto found = held_.find(name);
  return found == held_.end() ? nullptr : found->second.bytes;
}

}  // namespace skranke::daemon
