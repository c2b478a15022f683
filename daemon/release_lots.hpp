#pragma once
// When places that were kept back are given out: the minute is drawn here, when their hours begin, and is written down nowhere. Nobody can know it before,
// not even who reads the disk; what the journal holds is that they were given out.
#include <cstdint>
#include <functional>
#include <vector>

#include "core/calendar.hpp"

namespace skranke::daemon {

/// One lot a service at the most. A restart within the hours draws anew from what is left of them; when they are over the calendar gives the places out
/// without a lot.
class ReleaseLots {
 public:
  /// 0 … bound - 1, each as likely, known to nobody before.
  using Draw = std::function<std::uint32_t(std::uint32_t bound)>;
  explicit ReleaseLots(Draw draw) : draw_{std::move(draw)} {}

  /// What is given out now. Once a second or so; one that is told and could not be carried out is told again.
  [[nodiscard]] std::vector<core::ReleasePlaces> due(const core::State& state, const core::Facility& facility, core::Instant now);

 private:
  struct Lot {
    core::ServiceId service;
    core::Day day{};
    core::OpenSpan window;
    core::Instant at{};
  };
  [[nodiscard]] core::Instant drawn_at(const core::ServiceId& service, core::Day day, const core::OpenSpan& window, core::Instant now);

  Draw draw_;
  std::vector<Lot> lots_;
};

}  // namespace skranke::daemon
