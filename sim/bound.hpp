#pragma once
// The best that can be told: an estimate by somebody who knows everything about the day but what has not happened yet. How long errands take, how fast
// each clerk is, when breaks begin, how many will come in each part of the day are known as the scenario has them; who comes and how long each takes are
// not. No estimator that sees less can be nearer on average, so its error is the bound that the real one is held against.
#include "core/estimate.hpp"
#include "sim/day_plan.hpp"

namespace skranke::sim {

/// For the visit `serial` that has just arrived, `minute` after opening.
[[nodiscard]] core::Estimate best_possible(const core::State& state, const core::Facility& site, const Scenario& scenario, const DayPlan& plan,
                                           core::Serial serial, core::Instant now, double minute);

}  // namespace skranke::sim
