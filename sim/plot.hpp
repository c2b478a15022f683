#pragma once
// Pictures of what was simulated, as SVG: no library, no script, light and dark paper alike.
#include <string>
#include <vector>

#include "sim/compare.hpp"
#include "sim/judge.hpp"

namespace skranke::sim {

/// How long walk-ins waited and how late bookings were called, under each rule: the share that was called within so many minutes. The outcomes must
/// hold their days.
[[nodiscard]] std::string plot_waits(const std::vector<Outcomes>& outcomes);

/// How many waits ended below the told tenth, middle and nine tenths, beside the diagonal; and how wide the ranges were, hour by hour.
[[nodiscard]] std::string plot_accuracy(const Judge& judge);

}  // namespace skranke::sim
