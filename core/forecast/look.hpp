#pragma once
#include "core/forecast/hall.hpp"
#include "core/estimate.hpp"
#include "core/state.hpp"

namespace skranke::core::forecast {

/// The room as it stands, with everybody who waits and nobody who asks yet; `entries` (may be null) names them as `waiting` does, one for one.
[[nodiscard]] Hall room_of(const State& state, const Facility& facility, Instant now, std::vector<QueueEntry>* entries);

/// Plays the hall for its target and widens what comes out as past misses ask for.
[[nodiscard]] Estimate told_from(const Hall& hall, std::uint64_t key, const Calibration& past);

/// The room as it stands, for `entry` of `service`. No desk open: those of the facility, as if they opened now.
[[nodiscard]] Hall hall_of(const State& state, const Facility& facility, const ServiceId& service, const QueueEntry& entry, Instant now);

}  // namespace skranke::core::forecast
