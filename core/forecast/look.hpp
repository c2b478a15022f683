#pragma once
#include "core/forecast/hall.hpp"
#include "core/state.hpp"

namespace skranke::core::forecast {

/// The room as it stands, for `entry` of `service`. No desk open: those of the facility, as if they opened now.
[[nodiscard]] Hall hall_of(const State& state, const Facility& facility, const ServiceId& service, const QueueEntry& entry, Instant now);

}  // namespace skranke::core::forecast
