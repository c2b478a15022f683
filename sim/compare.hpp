#pragma once
// The same days under every policy: common random numbers, paired differences, 95 % intervals.
#include <functional>
#include <string>
#include <vector>

#include "sim/figures.hpp"

namespace skranke::sim {

struct Trial {
  std::uint64_t days = 1000, seed = 1;
  std::vector<double> loads{1.0};
  std::vector<std::string> policies{"fifo", "booked_first", "longest_wait", "skranke"};
  Estimates estimates = Estimates::none;
  std::function<bool()> goes_on = {};   ///< asked before each day; false: no more days. None: all of them
};

/// One policy at one load.
struct Outcomes {
  std::string policy;
  double load = 1;
  Figures all;                          ///< over all days
  std::vector<Figures> batches;         ///< of `batches_max` equal parts, in order
  std::uint64_t commands = 0;
  std::vector<DayRecord> days;          ///< kept only when asked for
};
inline constexpr std::size_t batches_max = 20;

/// Days one after the other in one room; each begins with an empty hall.
[[nodiscard]] Outcomes live_days(const Scenario& scenario, const Trial& trial, const std::string& policy, double load, bool keep_days);

/// One JSON line a policy and load, each figure with its interval, and with the paired difference to the first policy of the trial.
void write_json(const std::vector<Outcomes>& outcomes, const Trial& trial, const Scenario& scenario, std::string& out);
void write_table(const std::vector<Outcomes>& outcomes, std::string& out);

}  // namespace skranke::sim
