#pragma once
// Which free times the house would like to see booked: those in hours to which fewer people come than to others of that day. A mild hint, never a filter.
#include <span>
#include <vector>

#include "core/calendar.hpp"

namespace skranke::core {

/// Hours of a day in which clearly less comes than on average over those in which anything comes; none where all are alike.
[[nodiscard]] std::vector<bool> quiet_hours(std::span<const double> load);

/// For each of `slots` (in order of time): is its hour quiet, counting the walk-ins that usually come and the bookings that are made? None before the
/// house has seen a week of days.
[[nodiscard]] std::vector<bool> advised(const State& state, const Facility& facility, const std::vector<FreeSlot>& slots, Instant now);
inline constexpr double advice_needs_days = 5;

}  // namespace skranke::core
