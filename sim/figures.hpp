#pragma once
// What a day was like, in numbers, and how sure they are.
#include <array>
#include <string_view>
#include <vector>

#include "sim/centre.hpp"

namespace skranke::sim {

/// Figures of some days together. Minutes, shares from 0 to 1.
struct Figures {
  double booked_late_p50 = 0, booked_late_p90 = 0, booked_late_p95 = 0;   ///< call after the later of booked time and arrival
  double booked_in_5 = 0;
  double walk_in_p50 = 0, walk_in_p90 = 0, walk_in_p95 = 0, walk_in_max = 0, walk_in_mean = 0;   ///< arrival to call
  double lost = 0;                     ///< walk-ins that gave up ÷ all walk-ins
  double gini = 0;                     ///< of walk-ins' waits
  double overtakes = 0, overtakes_max = 0;   ///< later walk-ins called first by a desk that could have served this one
  double use = 0;                      ///< desks' busy time ÷ open time
  double overtime = 0;                 ///< last desk after closing time
  double visits = 0;                   ///< served, a day
};

struct FigureName {
  std::string_view key, unit;
  double Figures::* member;
};
[[nodiscard]] const std::vector<FigureName>& figure_names();

[[nodiscard]] Figures figures_of(const Scenario& scenario, const std::vector<DayRecord>& days);

/// Mean and half width of its 95 % interval, from figures of equal batches of days.
struct Measured {
  double mean = 0, half_width = 0;
};
[[nodiscard]] Measured measured(const std::vector<double>& batches);

/// By sorting; `share` from 0 to 1; 0 for no values.
[[nodiscard]] double quantile(std::vector<double> values, double share);

}  // namespace skranke::sim
