#pragma once
#include <unordered_map>

#include "core/forecast/hall.hpp"
#include "core/estimate.hpp"
#include "core/state.hpp"

namespace skranke::core::forecast {

/// Who stands where in the hall: the entries of `waiting`, one for one, and the number of each visit that waits or is at a desk.
struct Names {
  std::vector<QueueEntry> entries;
  std::unordered_map<Serial, std::uint32_t> numbers;
};

/// The room as it stands, with everybody who waits and nobody who asks yet; `names` may be null.
[[nodiscard]] Hall room_of(const State& state, const Facility& facility, Instant now, Names* names);

[[nodiscard]] ComingBooking coming(const Facility& facility, const Booking& booking, Instant now);

/// Plays the hall for its target and widens what comes out as past misses ask for.
[[nodiscard]] Estimate told_from(const Hall& hall, std::uint64_t key, const Calibration& past);
/// The same of every step of the target.
[[nodiscard]] std::vector<std::pair<std::uint8_t, Estimate>> steps_from(const Hall& hall, std::uint64_t key, const Calibration& past);
/// How late a booking that is still to come will be called, if it comes as bookings here do.
[[nodiscard]] Estimate lateness_from(const Hall& hall, const ComingBooking& booking, std::uint64_t key, const Calibration& past);

/// The room as it stands, for `entry` of `service`. No desk open: those of the facility, as if they opened now.
[[nodiscard]] Hall hall_of(const State& state, const Facility& facility, const ServiceId& service, const QueueEntry& entry, Instant now);

}  // namespace skranke::core::forecast
