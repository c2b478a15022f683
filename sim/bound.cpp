#include "sim/bound.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/forecast/look.hpp"

namespace skranke::sim {
namespace {

using namespace core;

constexpr std::size_t futures_of_bound = 500;

double rate_per_min(const Scenario& scenario, const DayPlan& plan, std::size_t service, double minute) {
  const auto& profile = scenario.walk_in_profile;
  if (minute >= scenario.last_arrival_min) return 0;
  const double mean = std::accumulate(profile.begin(), profile.end(), 0.0) / static_cast<double>(profile.size());
  const double part_min = scenario.open_min / static_cast<double>(profile.size());
  const double part = profile[std::min(profile.size() - 1, static_cast<std::size_t>(minute / part_min))];
  const bool shocked = plan.shocked && minute >= scenario.shock.at_min;
  return part / mean * scenario.services[service].walk_ins * plan.load * plan.intensity / scenario.open_min * (shocked ? scenario.shock.arrival_factor : 1);
}

void know_services(forecast::Hall& hall, const Scenario& scenario, const DayPlan& plan, double minute) {
  for (std::size_t s = 0; s < hall.services.size(); ++s) {
    const ScenarioService& truth = scenario.services[s];
    forecast::HallService& service = hall.services[s];
    const double variance = std::log(1 + truth.variation * truth.variation);
    service.log_deviation = std::max(1e-6, truth.shape == Shape::fixed ? 1e-6 : std::sqrt(variance));
    service.log_mean = std::log(truth.mean_min * 60 * plan.slowness) - service.log_deviation * service.log_deviation / 2;
    service.mean_s = truth.mean_min * 60 * plan.slowness;
    // The mean over the next half hour: nearly every wait ends within it.
    double rate = 0;
    for (int part = 0; part < 6; ++part) rate += rate_per_min(scenario, plan, s, minute + 5 * part + 2.5) / 6;
    service.walk_ins_per_s = rate / 60;
  }
}

void know_desks(forecast::Hall& hall, const State& state, const Facility& site, const Scenario& scenario, const DayPlan& plan, Instant now, double minute) {
  std::size_t there = 0;
  for (std::size_t d = 0; d < site.desks.size() && there < hall.desks.size(); ++d) {
    const DeskStatus* status = state.find(site.desks[d].id);
    if (status == nullptr || status->phase == DeskPhase::closed) continue;
    forecast::HallDesk& desk = hall.desks[there++];
    const bool slow = plan.shocked && minute >= scenario.shock.at_min;
    desk.pace = std::log(plan.desk_factor[d] * (slow ? scenario.shock.service_factor : 1));
    desk.pace_deviation = 0;
    if (status->phase == DeskPhase::on_break)
      desk.free_at_s = std::max(1.0, scenario.desks[d].break_min * 60 - std::chrono::duration<double>(now - status->since).count());
    desk.break_in_s = scenario.desks[d].break_at_min < 0 || desk.had_break ? forecast::no_break : std::max(0.0, (scenario.desks[d].break_at_min - minute) * 60);
  }
}

}  // namespace

Estimate best_possible(const State& state, const Facility& site, const Scenario& scenario, const DayPlan& plan, Serial serial, Instant now, double minute) {
  const Visit& visit = *state.find(serial);
  const QueueEntry entry{!visit.front, visit.anchor - visit.head_start, serial, 0};
  forecast::Hall hall = forecast::hall_of(state, site, visit.steps.front().service, entry, now);
  know_services(hall, scenario, plan, minute);
  know_desks(hall, state, site, scenario, plan, now, minute);
  hall.walk_s = scenario.walk_to_desk_min * 60;
  hall.gap_s = 0;
  hall.tempi.clear();
  if (!scenario.desks.empty()) hall.break_s = scenario.desks.front().break_min * 60;
  hall.no_show = std::clamp(scenario.booked_no_show, 1e-6, 1 - 1e-6);
  hall.early_mean_s = scenario.early_mean_min * 60;
  hall.early_deviation_s = std::max(1.0, scenario.early_deviation_min * 60);
  hall.gives_up_per_s = scenario.patience_mean_min > 0 ? 1 / (scenario.patience_mean_min * 60) : 1e-9;
  auto waits = forecast::played(hall, key_of({0xb0d, serial, static_cast<std::uint64_t>(millis(now))}), futures_of_bound);
  const auto at = [&](double share) { return std::chrono::seconds{static_cast<std::int64_t>(forecast::share_of(waits, share) + 0.5)}; };
  return {at(0.1), at(0.5), at(0.9)};
}

}  // namespace skranke::sim
