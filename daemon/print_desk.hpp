#pragma once
// Paper: who prints what, and what the room is told about it. Runs on the I/O thread; each printer has its own worker.
//
// A crash between any two lines here leaves at most one ticket on paper: "printing" is on disk before bytes leave, and what was printing when the power
// went is "unknown" afterwards, offered for reprint and never repeated by itself.
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/devices.hpp"
#include "core/foresight.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/roll_book.hpp"
#include "printer/printer.hpp"

namespace skranke::daemon {

/// The code of a booked time on paper, or a test page: known here only while it matters, never in the journal.
struct BookingSlip {
  core::BookingId booking;   ///< empty: a test page
  core::PaperState state = core::PaperState::queued;
  core::PrinterId printer;
  std::string fault;
  core::Instant at{};
};

class PrintDesk {
 public:
  struct Wiring {
    boost::asio::io_context& io;
    Engine& engine;
    Devices& devices;
    const wire::Catalogue& catalogue;
    std::string directory;                                  ///< previews go to DIR/tickets/PRINTER
    std::string base_url;                                   ///< set by serve_at
    std::function<void()> changed;                          ///< a device changed
    std::function<void(std::string_view)> log;
    const core::Foresight* foresight = nullptr;             ///< waits that were worked out beside the room; none: the quick ones
  };
  explicit PrintDesk(Wiring wiring);
  ~PrintDesk();

  /// Starts, keeps or stops workers so that they fit the facility.
  void configure(const core::Facility& facility);
  /// Where this daemon is reached, for QR codes when the site has no public_url.
  void serve_at(std::string url) { wiring_.base_url = std::move(url); }
  /// After a start: what was queued is printed if it is younger than a minute; what was printing is unknown now.
  void recover();

  /// Once a second: tells the journal what it could not take before.
  void tick();
  /// The wanted printer, or its fallback while it is out of order.
  [[nodiscard]] core::PrinterId choose(const core::PrinterId& wanted) const;
  [[nodiscard]] std::string tickets_directory(std::string_view printer) const;
  [[nodiscard]] std::string ticket_url(const core::Visit& visit) const;
  /// Where its holder sees, moves and cancels a booking.
  [[nodiscard]] std::string booking_url(const core::BookingId& id) const;
  /// Prints the code of a booking on the wanted printer or its fallback; a power cut forgets it, and nothing is repeated by itself.
  const BookingSlip& print_booking(const core::Booking& booking, const core::PrinterId& wanted);
  /// The newest slip of a booking; null when none was asked for, or long ago.
  [[nodiscard]] const BookingSlip* slip_of(const core::BookingId& booking) const;
  enum class TestPage : std::uint8_t { taken, unknown_printer, busy };
  /// On this printer and no other, whatever stands in for it; what became of it is told among its details. One at a time.
  TestPage print_test_page(const core::PrinterId& id, const std::string& language);
  /// Somebody has put in a new roll, of so many tickets; not said: as many as the last. 0: they are not counted. False: there is no such printer.
  bool new_roll(const core::PrinterId& id, std::optional<int> tickets);
  /// What the ticket of `visit` says, in its language.
  [[nodiscard]] core::Outlook outlook_of(const core::Visit& visit, const core::Facility& facility, core::Instant now) const;
  [[nodiscard]] printer::TicketText compose(const core::Visit& visit, core::Instant now) const;

 private:
  struct Slot;
  struct Unsaid {
    std::string job;
    core::PaperState state;
    std::string fault;
    core::PrinterId printer;
  };
  void on_event(const core::Event& event, std::uint64_t seq);
  void submit(core::Serial serial, std::uint32_t copy);
  void report(const std::string& job, core::PaperState state, std::string fault, const core::PrinterId& printer, std::function<void(bool)> durable = {});
  void note_unsaid(Unsaid unsaid);
  bool may_start_slip(const std::string& job, const std::atomic<bool>& open);
  bool may_start(const std::string& job, const core::PrinterId& printer, const std::atomic<bool>& open);
  void ended(const std::string& job, const core::PrinterId& printer, printer::JobResult result);
  void health(const core::PrinterId& printer, const printer::Health& health);
  bool show(const core::PrinterId& printer);
  std::string note_slip(BookingSlip slip);
  [[nodiscard]] std::unique_ptr<Slot> start(const core::PrinterConfig& config);

  Wiring wiring_;
  std::map<core::PrinterId, std::unique_ptr<Slot>> slots_;
  RollBook rolls_;
  std::map<std::string, BookingSlip> slips_;                       ///< by job, the oldest first; at most slips_max
  std::uint32_t slips_made_ = 0;
  std::vector<Unsaid> unsaid_;                                     ///< results while the disk was full; "queued" = hand over again
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);   ///< posts from workers outlive us for a moment
};

}  // namespace skranke::daemon
