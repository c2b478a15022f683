#pragma once
// What is said to those who booked and left a telephone number: booked, moved, cancelled, and a reminder. Runs on the I/O thread, one message a second.
//
// DIR/outbox.db knows of each message its booking, kind and outcome, never a number or a text: the number stays in contacts.db and is looked up when the
// message goes. "sending" is on disk before the message leaves; what was sending when the power went is "unknown" afterwards and not sent again by itself.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/contacts.hpp"
#include "daemon/devices.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/messages/sms_spool.hpp"

namespace skranke::daemon {

class Outbox {
 public:
  enum class Kind : std::uint8_t { booked, moved, cancelled, reminder };
  static constexpr std::size_t rows_max = 100'000;
  static constexpr int attempts_max = 8;                 ///< within about half an hour
  static constexpr std::chrono::hours kept{30 * 24};     ///< a row without any contact, for questions afterwards

  struct Wiring {
    Engine& engine;
    Contacts& contacts;
    Devices& devices;
    const wire::Catalogue& catalogue;
    const config::Messages& settings;
    std::function<void()> changed;                        ///< a device changed
    std::function<void(std::string_view)> log;
  };

  [[nodiscard]] static tl::expected<auth::Connection, std::string> open(const std::string& directory);
  Outbox(auth::Connection database, Wiring wiring);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Once a second.
  void tick();
  /// How many messages ended how: "sent", "failed", "unknown", "waiting" and so on.
  [[nodiscard]] std::map<std::string, std::int64_t> counts() const;

 private:
  struct Message {
    core::BookingId booking;
    Kind kind{};
    std::int64_t start_ms = 0;
    int attempts = 0;
  };
  void on_event(const core::Event& event, std::uint64_t seq);
  void say_cancelled(const core::BookingId& id, std::uint64_t seq);
  void enqueue(const core::BookingId& id, Kind kind, core::Instant due);
  [[nodiscard]] bool known(const Message& message) const;
  void remind();
  void look();
  void send(const Message& message);
  [[nodiscard]] std::string_view obstacle(const Message& message, const core::Booking* booking, const std::optional<Contact>& contact) const;
  [[nodiscard]] bool is_quiet() const;
  [[nodiscard]] std::string text(Kind kind, const core::BookingId& id, core::Instant start, std::string_view language) const;
  bool mark(const Message& message, std::string_view state, core::Instant due = {});
  [[nodiscard]] std::optional<Message> due() const;

  auth::Connection database_;
  Wiring wiring_;
  SmsSpool spool_;
  SmsSpool::Look spool_now_{};
  unsigned seconds_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

[[nodiscard]] std::string_view word(Outbox::Kind kind);

}  // namespace skranke::daemon
