#include "agent/pairing.hpp"

#include <algorithm>
#include <optional>

#include <boost/asio/steady_timer.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "agent/link.hpp"
#include "wire/agent_pairing.hpp"
#include "wire/json.hpp"

namespace skranke::agent {

using namespace std::chrono_literals;

namespace {

constexpr auto ask_every = 2s, first_pause = 2s, longest_pause = 30s;

std::string text_in(const Answered& answered, const char* name) {
  boost::json::error_code error;
  const auto value = boost::json::parse(answered.body, error);
  const auto* found = !error && value.is_object() ? value.as_object().if_contains(name) : nullptr;
  return found != nullptr && found->is_string() ? std::string{found->as_string()} : std::string{};
}

bool says_paired(const Answered& answered) {
  boost::json::error_code error;
  const auto value = boost::json::parse(answered.body, error);
  const auto* found = !error && value.is_object() ? value.as_object().if_contains("paired") : nullptr;
  return found != nullptr && found->is_bool() && found->as_bool();
}

std::string why(const Answered& answered) {
  if (answered.status == 0) return answered.why.empty() ? "the daemon does not answer" : answered.why;
  const std::string detail = text_in(answered, "detail");
  return fmt::format("the daemon answered {}: {}", answered.status, detail.empty() ? "no reason given" : detail);
}

}  // namespace

class Pairing::Running : public std::enable_shared_from_this<Running> {
 public:
  Running(boost::asio::io_context& io, DaemonAddress address, std::string agent, std::string public_key, Listener listener)
      : agent_{std::move(agent)}, public_key_{std::move(public_key)}, listener_{std::move(listener)}, met_{std::make_shared<std::string>()}, timer_{io},
        link_{io, std::move(address), {.meeting = met_}, {}, {}} {}

  void begin() {
    if (stopped_) return;
    if (!std::exchange(link_runs_, true)) link_.start();
    met_->clear();
    nonce_ = random_bytes(wire::nonce_bytes);
    Ask ask{"POST", "/api/v1/pairing", "", ""};
    wire::JsonWriter w{ask.body};
    w.object().field("agent", agent_).field("key", wire::to_hex(public_key_)).field("commitment", wire::to_hex(sha256(nonce_))).end_object();
    link_.ask(std::move(ask), [self = shared_from_this()](const Answered& answered) {
      if (!self->stopped_) self->hear_nonce(answered);
    });
  }

  void stop() {
    stopped_ = true;
    timer_.cancel();
    link_.stop();
  }

 private:
  void hear_nonce(const Answered& answered) {
    claim_ = text_in(answered, "claim");
    const auto theirs = wire::from_hex(text_in(answered, "nonce"), wire::nonce_bytes);
    if (answered.status != 201 || claim_.empty() || !theirs) return try_later(why(answered));
    code_ = wire::meeting_code(sha256(wire::meeting_message({*met_, public_key_, nonce_, *theirs, agent_})));
    claim(true);
  }

  void claim(bool reveal) {
    Ask ask{"POST", "/api/v1/pairing/claim", "", ""};
    wire::JsonWriter w{ask.body};
    w.object().field("claim", claim_);
    if (reveal) w.field("nonce", wire::to_hex(nonce_));
    w.end_object();
    link_.ask(std::move(ask), [self = shared_from_this(), reveal](const Answered& answered) {
      if (!self->stopped_) self->hear_claim(answered, reveal);
    });
  }

  void hear_claim(const Answered& answered, bool revealed) {
    if (answered.status == 404 && !revealed) {
      listener_.trouble("the code has expired; here is another");
      return begin();
    }
    if (answered.status == 200 && says_paired(answered)) return listener_.paired(*met_);
    if (revealed && answered.status != 200) return try_later(why(answered));
    pause_ = first_pause;
    if (revealed) listener_.show(code_);
    after(ask_every, [](Running& self) { self.claim(false); });   // also when one question got no answer: the code is still good
  }

  void try_later(const std::string& reason) {
    listener_.trouble(reason);
    after(pause_, [](Running& self) { self.begin(); });
    pause_ = std::min<std::chrono::seconds>(2 * pause_, longest_pause);
  }

  void after(std::chrono::seconds time, void (*next)(Running&)) {
    timer_.expires_after(time);
    timer_.async_wait([self = shared_from_this(), next](boost::system::error_code error) {
      if (!error && !self->stopped_) next(*self);
    });
  }

  std::string agent_, public_key_;
  Listener listener_;
  std::shared_ptr<std::string> met_;   ///< the key of whoever answered first in this attempt
  boost::asio::steady_timer timer_;
  Link link_;
  std::string nonce_, claim_, code_;
  std::chrono::seconds pause_ = first_pause;
  bool stopped_ = false, link_runs_ = false;
};

Pairing::Pairing(boost::asio::io_context& io, DaemonAddress address, std::string agent, std::string public_key, Listener listener)
    : running_{std::make_shared<Running>(io, std::move(address), std::move(agent), std::move(public_key), std::move(listener))} {}
Pairing::~Pairing() { running_->stop(); }
void Pairing::start() { running_->begin(); }
void Pairing::stop() { running_->stop(); }

Pairing::Listener pairing_words(const std::string& url, std::function<void(const std::string& daemon_key)> paired) {
  const auto told = std::make_shared<std::string>();   // the same trouble is told once
  Pairing::Listener listener;
  listener.show = [url, told](const std::string& code) {
    told->clear();
    fmt::print(stderr, "this box shows the code {} {}: within ten minutes, an administrator types it in the office of {} under \"Screens and sound\"\n", code.substr(0, 3), code.substr(3), url);
  };
  listener.trouble = [told](const std::string& why) {
    if (std::exchange(*told, why) != why) fmt::print(stderr, "not paired yet: {}\n", why);
  };
  listener.paired = [url, paired = std::move(paired)](const std::string& daemon_key) {
    fmt::print(stderr, "paired with {}; its key is {}\n", url, wire::to_hex(daemon_key));
    paired(daemon_key);
  };
  return listener;
}

}  // namespace skranke::agent
