#pragma once
// The measure of the `skranke` rule: how much of its target a waiting visit has used up. Shared by the policy and by the forecast, so that what is
// foretold is what will be done.
#include <algorithm>
#include <cmath>

namespace skranke::core {

/// Minutes that a booked visit counts as having waited when its time has come: it was promised that time long ago. A minute before its time counts
/// against it many times, so that it is called when it is due and not at the cost of who waits; a minute after it counts less than one of a walk-in, so
/// that what is late already does not push the next booking over its time as well.
inline constexpr double booked_credit_min = 90, early_minute = 5, late_minute = 0.4;
/// Urgency grows faster than the share of the target that is used up.
inline constexpr double urgency_power = 1.3;
/// Short errands have short targets and long ones long: (length ÷ the house's mean length) to this power, within bounds.
/// Bookings were planned with their length, so it weighs more among them.
inline constexpr double walk_in_length_power = 1.25, booked_length_power = 1.5, length_factor_min = 0.1, length_factor_max = 4;
/// A later walk-in may go first only with an errand of at most this share of the other's, and nobody is passed by in this way more often than that.
inline constexpr double passing_length_share = 0.25;
inline constexpr unsigned passed_max = 2;

[[nodiscard]] inline double length_factor(bool booked, double expected_min, double house_mean_min) {
  return std::clamp(std::pow(expected_min / house_mean_min, booked ? booked_length_power : walk_in_length_power), length_factor_min, length_factor_max);
}

/// How much more an errand weighs when only one open desk in so many can see to it.
[[nodiscard]] inline double scarcity(double desks_for_each) { return std::pow(std::max(desks_for_each, 1.0), 0.15); }

/// 1 = its target is used up. `waited_min` counts from arrival less head start, or from the booked time (negative before it).
[[nodiscard]] inline double urgency(bool booked, double waited_min, double target_min, double factor) {
  const double counted = waited_min * (waited_min < 0 ? early_minute : late_minute);
  const double share = booked ? (counted + booked_credit_min) / (target_min + booked_credit_min) : waited_min / target_min;
  return (share > 0 ? std::pow(share, urgency_power) : share) / factor;
}

}  // namespace skranke::core
