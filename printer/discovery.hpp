#pragma once
// Which printers there are: the spooler's queues, and what announces itself on the network (DNS-SD), which is also how a printer on a USB cable shows
// itself where ipp-usb runs.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace skranke::printer {

/// A printer that could be used. Everything but `queue` was written by whoever made or named the printer: text to show, never to run.
struct Offer {
  std::string queue;   ///< the spooler's name for it; empty: it only announces itself
  std::string name;    ///< a name that the spooler would take for one that announces itself
  std::string uri, info, model, location;
  bool operator==(const Offer&) const = default;
};

struct Offers {
  bool spooler = false;   ///< it answered
  bool network = false;   ///< the network could be asked: Avahi runs
  std::vector<Offer> printers;
};

inline constexpr std::size_t offers_max = 200;

/// Asks the spooler, then listens to the network for `time`. Blocks for that and some seconds more; a library that hangs blocks for longer.
[[nodiscard]] Offers look_for_printers(std::chrono::milliseconds time);

/// What announces itself and is a queue already is told once, as the queue.
[[nodiscard]] std::vector<Offer> merged(std::vector<Offer> queues, const std::vector<Offer>& announced);

/// The command by which an administrator makes a queue of what only announces itself; nothing when its address has letters that a shell might read.
[[nodiscard]] std::optional<std::string> command_for(const Offer& offer);

/// One search at a time, on a thread of its own: whoever asks meanwhile waits for the same one. A search that never comes back costs that thread and no
/// caller; until it is back, nothing is found.
class PrinterSearch {
 public:
  using Look = std::function<Offers(std::chrono::milliseconds)>;
  explicit PrinterSearch(Look look = look_for_printers);
  /// Any thread. Nothing: no answer within `time` and `patience`.
  [[nodiscard]] std::optional<Offers> ask(std::chrono::milliseconds time, std::chrono::milliseconds patience = std::chrono::seconds{6});

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;   ///< outlives us in a thread that hangs
};

}  // namespace skranke::printer
