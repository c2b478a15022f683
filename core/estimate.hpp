#pragma once
// How long until the first call: an interval, not a promise.
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "core/state.hpp"

namespace skranke::core {

/// Seconds to the first call; 80 % of waits should lie within [p10, p90].
struct Estimate {
  std::chrono::seconds p10{0}, p50{0}, p90{0};
};

/// Position 1 = next. Counts waiting visits that compete for the same desks and rank before.
struct Outlook {
  std::size_t position = 1;
  Estimate estimate;
};

/// How long a service is expected to take for so many persons.
[[nodiscard]] std::chrono::seconds expected_service(const Facility& facility, const ServiceId& service, std::uint16_t party);

/// Looks ahead with care: plays the room forward under its own rule many times, with what it has learned of errands, desks and people, and widens the
/// interval as past misses ask for. Costs some milliseconds; where more than `careful_max` wait it is the quick answer below. Same state, same answer.
[[nodiscard]] Estimate foretold(const State& state, const Facility& facility, const ServiceId& service, const QueueEntry& entry, Instant now);
inline constexpr std::size_t careful_max = 200;

/// The same until each step of a visit that waits is called, by the step's number: seniority is kept and errands between are served. Nothing where more
/// than `careful_max` wait.
[[nodiscard]] std::vector<std::pair<std::uint8_t, Estimate>> foretold_steps(const State& state, const Facility& facility, Serial serial, Instant now);
/// How late a booking that is still to come today will be called; nothing where it is too far ahead to tell, or nobody could call it.
[[nodiscard]] std::optional<Estimate> foretold_lateness(const State& state, const Facility& facility, const Booking& booking, Instant now);
inline constexpr std::chrono::minutes bookings_ahead{180};

/// The quick answer, some microseconds however many wait. For a visit that waits for `service` and ranks at `entry`; a newcomer ranks last (`newcomer_rank`).
[[nodiscard]] Outlook outlook(const State& state, const Facility& facility, const ServiceId& service, const QueueEntry& entry, Instant now);
[[nodiscard]] QueueEntry newcomer_rank(Instant now);

}  // namespace skranke::core
