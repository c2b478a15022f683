#pragma once
// Who was turned away, on its way to the journal: counted here for some seconds, so that a child at a kiosk does not fill the disk.
#include <chrono>
#include <utility>
#include <vector>

#include "core/command.hpp"

namespace skranke::daemon {

/// Bounded by services × reasons × channels, at most `rows_max`; one event in `pace` at the most (28,800 a day). A power cut costs what
/// the last seconds counted.
class RefusalBook {
 public:
  static constexpr std::size_t rows_max = 1000;   // as many as one event takes
  static constexpr std::chrono::seconds pace{3};

  void note(const core::ServiceId& service, core::Reject reason, core::Channel channel);
  /// What is to be written now: all of it, when the last time is `pace` ago; nothing else.
  [[nodiscard]] std::vector<core::RefusalTally> due(core::Instant now);
  /// All of it, whenever; for the end.
  [[nodiscard]] std::vector<core::RefusalTally> take() { return std::exchange(rows_, {}); }

 private:
  std::vector<core::RefusalTally> rows_;
  core::Instant written_{};
};

}  // namespace skranke::daemon
