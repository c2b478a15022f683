#pragma once
// Everything of one day that is chance, drawn before the doors open: the same day can then be lived under every policy.
#include <vector>

#include "core/chance.hpp"
#include "sim/scenario.hpp"

namespace skranke::sim {

/// Times in minutes from opening.
struct PlannedVisit {
  std::size_t service = 0;
  bool booked = false;
  double booked_min = 0;          ///< of a booked one
  double arrive_min = 0;
  bool comes = true;              ///< false: booked and never seen
  bool answers = true;            ///< false: does not come when called
  double patience_min = 0;        ///< 0 = stays
  double service_min = 0;         ///< at a clerk of ordinary speed
};

struct DayPlan {
  std::vector<PlannedVisit> visits;    ///< bookings first, by time; then walk-ins by arrival
  double load = 1, intensity = 1, slowness = 1;   ///< of the day, known to nobody in it
  bool shocked = false;                ///< the scenario's shock comes today
  std::vector<double> desk_factor;     ///< service time at this desk ÷ at an ordinary one
};

/// `load` scales walk-ins and bookings. Each visit's own draws hang on its ordinal, so that a higher load does not redraw the others.
[[nodiscard]] DayPlan plan_day(const Scenario& scenario, double load, std::uint64_t seed, std::uint64_t day);

}  // namespace skranke::sim
