#pragma once
// The printer port: what the rest of the house knows of paper.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/ticket_layout.hpp"

namespace skranke::printer {

/// What a ticket says, ready to read: every string is already in the citizen's language. No personal data.
struct TicketText {
  std::string site;         ///< "Borgerservice Nordhavn"
  std::string your_number;  ///< label above the number
  std::string number;       ///< "A 12"
  std::string service;      ///< "Pas"; several are joined by the caller
  std::string wait_label;   ///< "Forventet ventetid"
  std::string wait;         ///< "20–30 min", empty = not shown
  std::string ahead;        ///< "3 foran dig", empty = not shown
  std::string where;        ///< "Vent i hallen. Hold øje med tavlen."
  std::string taken_at;     ///< "22. november 2026 kl. 10.24"
  std::string follow;       ///< label at the QR code
  std::string url;          ///< the citizen's own page; becomes the QR code
  std::string footer;       ///< free text of the site, may be empty
  std::string reprint;      ///< "Genudskrift", empty on a first print
  bool right_to_left = false;
  std::string language = "da";  ///< BCP 47, for Pango's shaping
  core::TicketLayout layout{};
};

/// A job: one ticket to one printer. `id` is unique for ever (visit id and print count); a repeat with the same id is
/// harmless where the transport can tell (CUPS job name), and never issued by us otherwise.
struct Job {
  std::string id;
  TicketText text;
};

enum class PrintState : std::uint8_t { queued, printing, printed, failed, unknown };
enum class HealthState : std::uint8_t { ready, warning, failed, absent };

/// Health as staff should hear it. `reasons` are IPP keywords without suffix (media-empty, media-low, cover-open,
/// offline, media-jam, …).
struct Health {
  HealthState state = HealthState::absent;
  std::vector<std::string> reasons;
  std::string detail;  ///< technical, for the log; never shown to citizens
  bool operator==(const Health&) const = default;
};

/// What became of a job. `fault` is one of the reason keywords, or `spooler`, `cancelled`, `timeout`, `not_configured`.
struct JobResult {
  PrintState state = PrintState::unknown;
  std::string fault;
};

/// One physical printer (or queue). All calls come from its own worker thread; calls may block but must honour `stop`
/// within 1 s.
class Printer {
 public:
  virtual ~Printer() = default;
  /// Hands the ticket over and follows it to its end. Waits while paper is out (up to the printer's own time limit),
  /// reporting health meanwhile.
  [[nodiscard]] virtual JobResult print(const Job& job, const std::function<void(const Health&)>& health,
                                        std::stop_token stop) = 0;
  /// Asks the device itself, not the spooler's memory of it. Never throws; at most 5 s.
  [[nodiscard]] virtual Health check(std::stop_token stop) = 0;
};

/// How a printer is configured ([[printer]] of the facility file).
struct PrinterSettings {
  std::string id;
  std::string kind;    ///< "cups" (queue), "escpos" (device), "preview" (PNG files)
  std::string queue;   ///< cups: queue name; raw = queue takes ESC/POS bytes
  std::string device;  ///< escpos: "tcp://host:port", "/dev/usb/lp0", "/dev/ttyUSB0?baud=9600" (19200 when not said),
                       ///< and how tickets leave it: "?cut=full&after=1d6505"
  bool raw = false;    ///< cups: send ESC/POS bytes to a raw queue
  int width_mm = 80;   ///< paper: 58 or 80
  bool cut = true;
  int job_timeout_s = 300;
  std::string directory;  ///< preview: where PNG files go
};

/// Never null: a kind that does not exist makes a printer that is `absent` and fails each job with `not_configured`.
std::unique_ptr<Printer> make_printer(const PrinterSettings& settings);

/// One worker thread per printer with a bounded queue (64). Results and health changes are delivered on the worker
/// thread; the receiver posts them to its own loop. Destruction stops within 2 s; jobs not yet handed over are dropped
/// silently (their state stays `queued` in the journal), a job that is out there keeps `printing`, which a restart
/// reads as `unknown`.
///
/// The printer itself is called on a second thread, so that a driver or a library that hangs takes neither the events
/// nor the destruction with it: after `hang_after` the job ends as `unknown`/`timeout` and the printer counts as failed
/// until the call comes back; a call that still hangs at destruction is left behind with the printer it holds, never
/// with a callback.
class Worker {
 public:
  struct Events {
    /// The moment before bytes leave us. Blocks until "printing" is durable in the journal; false = do not print (too
    /// old, cancelled), and nothing more is heard of the job. While the worker is being destroyed it must come back
    /// within 1 s.
    std::function<bool(const std::string& job_id)> started;
    std::function<void(const std::string& job_id, JobResult)> ended;
    std::function<void(const Health&)> health;  ///< only on change
  };
  /// `hang_after` must be longer than the printer's own job_timeout_s. A printer that is absent is asked less and less
  /// often, down to every eighth `health_every`; a new job asks it at once.
  Worker(std::unique_ptr<Printer> printer, Events events,
         std::chrono::milliseconds health_every = std::chrono::seconds{5},
         std::chrono::milliseconds hang_after = std::chrono::seconds{330});
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  /// False when the queue is full: the caller says so to the kiosk.
  [[nodiscard]] bool submit(Job job);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skranke::printer
