#pragma once
// The measure of the `skranke` rule: how much of its target a waiting visit has used up. Shared by the policy and by the forecast, so that what is
// foretold is what will be done.
#include <algorithm>
#include <cmath>

namespace skranke::core {

/// Minutes that a booked visit counts as having waited when its time has come: it was promised that time long ago.
inline constexpr double booked_credit_min = 60;
/// Short errands have short targets and long ones long: (length ÷ the house's mean length) to this power, within bounds.
inline constexpr double length_power = 1.5, length_factor_min = 0.1, length_factor_max = 4;
/// A later walk-in may go first only with an errand of at most this share of the other's, and nobody is passed by in this way more often than that.
inline constexpr double passing_length_share = 0.25;
inline constexpr unsigned passed_max = 3;

[[nodiscard]] inline double length_factor(double expected_min, double house_mean_min) {
  return std::clamp(std::pow(expected_min / house_mean_min, length_power), length_factor_min, length_factor_max);
}

/// How much more an errand weighs when only one open desk in so many can see to it.
[[nodiscard]] inline double scarcity(double desks_for_each) { return std::pow(std::max(desks_for_each, 1.0), 0.15); }

/// 1 = its target is used up. `waited_min` counts from arrival less head start, or from the booked time (negative before it).
[[nodiscard]] inline double urgency(bool booked, double waited_min, double target_min, double factor) {
  const double share = booked ? (waited_min + booked_credit_min) / (target_min + booked_credit_min) : waited_min / target_min;
  return share / factor;
}

}  // namespace skranke::core
