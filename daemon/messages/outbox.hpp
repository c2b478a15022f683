#pragma once
// What is said to those who left a number or an address: booked, moved, cancelled, a reminder, soon your turn, a time has become free. Decides on the I/O
// thread, one message a second and channel; the sending itself is a courier's.
//
// "sending" is on disk before a message leaves; what was sending when the power went is "unknown" afterwards and not sent again by itself. Every attempt is
// a fact in the journal, without its address.
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/contacts.hpp"
#include "daemon/devices.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/messages/courier.hpp"
#include "daemon/messages/message_store.hpp"
#include "daemon/messages/push_channel.hpp"
#include "daemon/messages/sms_spool.hpp"
#include "wire/views.hpp"

namespace skranke::daemon {

class Outbox {
 public:
  static constexpr int attempts_max = 8;                 ///< of one message that is put off; a channel that does not work costs none
  static constexpr std::size_t parting_max = 1'000;      ///< contacts of bookings that were cancelled a moment ago, in memory only
  static constexpr std::chrono::hours parting_for{1};

  struct Wiring {
    boost::asio::io_context& io;
    Engine& engine;
    Contacts& contacts;
    Devices& devices;
    const wire::Catalogue& catalogue;
    const config::Messages& settings;
    const PushKey* push_key;                              ///< none: browsers are not written to
    std::function<std::string(const core::BookingId&)> booking_page;
    std::function<std::string(const core::Visit&)> visit_page;
    std::function<void()> changed;                        ///< a device changed
    std::function<void(std::string_view)> log;
  };

  Outbox(MessageStore store, Wiring wiring);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Once a second.
  void tick();
  /// Goes out by every channel that its subject's contact and the settings allow; nothing when there is none. The same notice again is not given twice.
  void tell(const Notice& notice);
  /// Whether anything can be sent at all, and by which way.
  [[nodiscard]] bool has_sms() const;
  [[nodiscard]] bool has_mail() const;

 private:
  using Row = MessageStore::Row;
  /// A channel and how it is: ready, or left alone until it is tried again.
  struct Line {
    std::string channel;                 ///< "sms", "email", "push": as in the journal
    std::unique_ptr<Courier> courier;
    int failures = 0;                    ///< in a row, of the channel itself
    int refusals = 0;                    ///< messages in a row that were refused for good
    core::Instant until{};
    std::string reason{};
    std::optional<Row> on_its_way{};
  };
  struct Parting { Contact contact; core::Instant until; int open = 0; };   ///< messages that still need it

  void open_lines();
  void on_event(const core::Event& event, std::uint64_t seq);
  void say_cancelled(const core::BookingId& id, std::uint64_t seq);
  void enqueue(const Notice& notice, const Contact& contact);
  void remind();
  void look_for_soon();
  void recover();
  void look(Line& line);
  void send_next(Line& line);
  void settle(Line& line, Row row, const Outcome& outcome);
  void put_off(Line& line, const Row& row, const Outcome& outcome);
  void stand_back(Line& line, const Row& row, const Outcome& outcome);
  void forget_browser(const Row& row);
  void note(const Row& row, std::string_view failed, bool last);
  void mark(const Row& row, std::string_view state, core::Instant due = {});
  [[nodiscard]] std::optional<Contact> contact_of(const Notice& notice) const;
  [[nodiscard]] static std::string address(const Line& line, const Contact& contact);
  [[nodiscard]] std::string_view obstacle(const Notice& notice) const;
  [[nodiscard]] std::string_view booking_obstacle(const Notice& notice) const;
  [[nodiscard]] bool is_quiet(MessageKind kind) const;
  [[nodiscard]] Parcel parcel_of(const Line& line, const Row& row, std::string to) const;

  MessageStore store_;
  Wiring wiring_;
  SmsSpool spool_;
  std::deque<Line> lines_;
  std::map<std::string, Parting> parting_;
  std::set<std::pair<core::Serial, std::uint8_t>> told_soon_;
  core::Day told_on_{};
  unsigned seconds_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace skranke::daemon
