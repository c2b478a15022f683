#pragma once
// How much paper is left by count, and when the last ticket came out. Advice for who walks past with a new roll, not a fact of the room: kept in a small
// file beside the journal, at most ten seconds behind, so that a power cut costs some tickets of the count and nothing else.
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "core/facility.hpp"

namespace skranke::daemon {

struct Roll {
  std::uint32_t full = 0;                      ///< tickets of a new one, as its last change said; 0 = not counted
  std::uint32_t used = 0;                      ///< since the roll was new
  std::optional<core::Instant> last_ticket;    ///< the last one that is known to be out
};

class RollBook {
 public:
  static constexpr std::size_t rolls_max = 400;
  static constexpr std::chrono::seconds pace{10};

  /// What cannot be read begins at nought.
  explicit RollBook(std::string path);
  ~RollBook();
  RollBook(const RollBook&) = delete;
  RollBook& operator=(const RollBook&) = delete;

  /// `out`: it is known to be there; else it may be.
  void printed(const core::PrinterId& printer, core::Instant now, bool out);
  /// `full` not said: as long as the last one.
  void renewed(const core::PrinterId& printer, std::optional<int> full = {});
  [[nodiscard]] Roll of(const core::PrinterId& printer) const;
  /// Once a second. Writes on a thread of its own, never twice at once, at most once in `pace`.
  void tick(core::Instant now);

  /// Tickets left; never below nought.
  [[nodiscard]] static std::uint32_t left(const Roll& roll);
  /// Its last tenth, at least the last ten tickets.
  [[nodiscard]] static bool nearly_used_up(const Roll& roll);

 private:
  [[nodiscard]] std::string written() const;

  std::string path_;
  std::map<core::PrinterId, Roll> rolls_;
  bool changed_ = false;
  core::Instant saved_{};
  std::shared_ptr<std::atomic<bool>> writing_ = std::make_shared<std::atomic<bool>>(false);
  std::jthread writer_;
};

}  // namespace skranke::daemon
