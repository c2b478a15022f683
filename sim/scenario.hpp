#pragma once
// A kind of day at a kind of centre, as data: sim/scenarios/*.toml. What citizens and clerks do is in here; the core never sees it.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/facility.hpp"
#include "core/number.hpp"

namespace skranke::sim {

enum class Shape : std::uint8_t { log_normal, exponential, fixed };

struct ScenarioService {
  std::string id;
  double mean_min = 10, variation = 0.5;   ///< time at the desk of a clerk of ordinary speed
  Shape shape = Shape::log_normal;
  double booked = 0, walk_ins = 0;         ///< a day, at load 1
};

/// Minutes from opening.
struct Shift {
  double from_min = 0, to_min = 0;
};

struct ScenarioDesk {
  std::string id;
  std::vector<std::string> services;
  double break_at_min = -1, break_min = 30;   ///< from opening; negative = no break
  double lost_at_min = -1;                    ///< closes for the day here; negative = never
  std::vector<Shift> shifts{};                 ///< there only then, in order; empty = all day. The last one that reaches the end stays until all are served
  bool absent = false;                        ///< not there at all
};

/// From `at_min` on, for the rest of the day; on every such day, so that the house is used to days without.
struct ScenarioShock {
  std::uint64_t every_days = 1;
  std::string desk_lost;                 ///< closes for the day; empty = none
  double at_min = -1;                    ///< negative = none
  double service_factor = 1, arrival_factor = 1;
};

struct Scenario {
  std::string id;
  double open_min = 360;                 ///< the doors are open for so long; a multiple of 1440 = never closed
  double last_arrival_min = 345;
  double opens_at_min = 0;               ///< on the clock, for whoever reads a plan; nothing is lived by it
  std::vector<double> walk_in_profile{1};   ///< relative rates over equal parts of the open time
  double intensity_variation = 0;        ///< of the walk-ins' number from day to day
  double slow_day_variation = 0;         ///< of all service times from day to day
  double booking_grid_min = 5;
  double booked_no_show = 0, walk_in_no_show = 0;
  double early_mean_min = 0, early_deviation_min = 0;   ///< booked arrive so long before their time
  double advised_share = 0;              ///< of those who book: take a time that is advised, where there is one
  double clerk_deviation = 0;            ///< of the logarithm of a clerk's speed, per desk and day
  double patience_mean_min = 0;          ///< walk-ins leave after this wait, exponential; 0 = never
  double walk_to_desk_min = 0;           ///< between call and start
  double booked_target_min = 0, walk_in_target_min = 0;   ///< for the facility; 0 = its own
  std::vector<ScenarioService> services;
  std::vector<ScenarioDesk> desks;
  ScenarioShock shock;
};

/// The error names file and line, one per line.
[[nodiscard]] tl::expected<Scenario, std::string> read_scenario(std::string_view text, std::string_view file_name);

/// Services and desks of a site, without what its people do.
[[nodiscard]] Scenario outline_of(const core::Facility& site);

/// The site as the core knows it: services with their mean rounded to whole minutes, desks, hours.
[[nodiscard]] core::Facility site_of(const Scenario& scenario, std::string_view policy);

}  // namespace skranke::sim
