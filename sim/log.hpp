#pragma once
// Recorded days as CSV: written by `run --format csv`, exported from any system that keeps times, read by `backtest`.
#include <string>

#include "sim/compare.hpp"

namespace skranke::sim {

inline constexpr std::string_view log_header = "visit,service,kind,booked_for,arrived_at,called_at,started_at,finished_at,desk,outcome\n";

/// Of a visit that gave up, `finished_at` is when it left. Times in epoch seconds, empty when unknown; one line a visit, in order of arrival.
void write_log(const Scenario& scenario, const std::vector<Outcomes>& outcomes, std::string& out);

}  // namespace skranke::sim
