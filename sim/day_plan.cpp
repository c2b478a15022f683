#include "sim/day_plan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/forecast/advice.hpp"

namespace skranke::sim {
namespace {

using core::Chance;

/// What a key is for; one number for each kind of draw.
enum Stream : std::uint64_t { of_day = 1, of_desk, of_booking, of_walk_in, of_advice };

double service_time(const ScenarioService& service, Chance& chance) {
  switch (service.shape) {
    case Shape::log_normal: return service.variation > 0 ? chance.log_normal(service.mean_min, service.variation) : service.mean_min;
    case Shape::exponential: return chance.exponential(service.mean_min);
    case Shape::fixed: return service.mean_min;
  }
  return service.mean_min;
}

/// Minutes of work by the hour from opening: walk-ins as they usually come, and what is booked.
std::vector<double> usual_load(const Scenario& scenario, double load) {
  std::vector<double> hours(static_cast<std::size_t>(std::ceil(scenario.last_arrival_min / 60)), 0);
  double all = 0, work = 0;
  for (const double part : scenario.walk_in_profile) all += part;
  for (const ScenarioService& service : scenario.services) work += service.walk_ins * load * service.mean_min;
  for (std::size_t hour = 0; hour < hours.size(); ++hour) {
    const auto part = static_cast<std::size_t>(static_cast<double>(hour) * 60 / scenario.open_min * static_cast<double>(scenario.walk_in_profile.size()));
    hours[hour] = scenario.walk_in_profile[std::min(part, scenario.walk_in_profile.size() - 1)] / all * work * 60 / scenario.open_min * static_cast<double>(scenario.walk_in_profile.size());
  }
  return hours;
}

/// Some of those who book take a time that is advised when they do; the others stay where they are.
void follow_advice(const Scenario& scenario, double load, std::uint64_t day_key, std::vector<PlannedVisit>& visits) {
  if (scenario.advised_share <= 0) return;
  Chance chance{core::key_of({day_key, of_advice})};
  auto hours = usual_load(scenario, load);
  const auto hour_of = [&](const PlannedVisit& visit) { return std::min(hours.size() - 1, static_cast<std::size_t>(visit.booked_min / 60)); };
  for (const PlannedVisit& visit : visits) hours[hour_of(visit)] += scenario.services[visit.service].mean_min;
  for (PlannedVisit& visit : visits) {
    const bool follows = chance.uniform() < scenario.advised_share;
    const double which = chance.uniform(), minute = chance.uniform();
    const auto quiet = core::quiet_hours(hours);
    const auto count = static_cast<std::size_t>(std::count(quiet.begin(), quiet.end(), true));
    if (!follows || count == 0 || quiet[hour_of(visit)]) continue;
    auto nth = static_cast<std::size_t>(which * static_cast<double>(count));
    std::size_t hour = 0;
    while (!quiet[hour] || nth > 0) nth -= quiet[hour++] ? 1U : 0U;
    const double early = visit.booked_min - visit.arrive_min;
    hours[hour_of(visit)] -= scenario.services[visit.service].mean_min;
    const double from = 60 * static_cast<double>(hour);
    const double to = std::min(from + 60, scenario.last_arrival_min);
    visit.booked_min = std::floor((from + minute * (to - from)) / scenario.booking_grid_min) * scenario.booking_grid_min;
    visit.arrive_min = std::max(0.0, visit.booked_min - early);
    hours[hour_of(visit)] += scenario.services[visit.service].mean_min;
  }
}

/// Even over the day, on the grid.
std::vector<PlannedVisit> plan_bookings(const Scenario& scenario, double load, std::uint64_t day_key, double slowness) {
  std::vector<PlannedVisit> visits;
  for (std::size_t s = 0; s < scenario.services.size(); ++s) {
    const auto count = static_cast<std::size_t>(std::lround(scenario.services[s].booked * load));
    for (std::size_t i = 0; i < count; ++i) {
      Chance chance{core::key_of({day_key, of_booking, s, i})};
      PlannedVisit visit;
      visit.service = s;
      visit.booked = true;
      const double even = (static_cast<double>(i) + 0.5) * scenario.last_arrival_min / static_cast<double>(count);
      visit.booked_min = std::floor(even / scenario.booking_grid_min) * scenario.booking_grid_min;
      visit.comes = chance.uniform() >= scenario.booked_no_show;
      const double early = scenario.early_mean_min + scenario.early_deviation_min * chance.normal();
      visit.arrive_min = std::max(0.0, visit.booked_min - early);
      visit.service_min = service_time(scenario.services[s], chance) * slowness;
      visits.push_back(visit);
    }
  }
  follow_advice(scenario, load, day_key, visits);
  std::stable_sort(visits.begin(), visits.end(), [](const PlannedVisit& a, const PlannedVisit& b) { return a.booked_min < b.booked_min; });
  return visits;
}

/// A Poisson stream whose rate follows the profile: gaps drawn at the highest rate, some arrivals dropped.
void plan_walk_ins(const Scenario& scenario, std::size_t s, double per_day, std::uint64_t day_key, double slowness, bool shock_comes, std::vector<PlannedVisit>& visits) {
  const auto& profile = scenario.walk_in_profile;
  const double part_min = scenario.open_min / static_cast<double>(profile.size());
  const double mean_rate = std::accumulate(profile.begin(), profile.end(), 0.0) / static_cast<double>(profile.size());
  const double peak = *std::max_element(profile.begin(), profile.end()) / mean_rate * per_day / scenario.open_min;
  const double shock_factor = std::max(1.0, scenario.shock.arrival_factor);
  if (!(peak > 0)) return;
  Chance times{core::key_of({day_key, of_walk_in, s})};
  std::uint64_t ordinal = 0;
  for (double at = times.exponential(1 / (peak * shock_factor)); at < scenario.last_arrival_min; at += times.exponential(1 / (peak * shock_factor))) {
    Chance chance{core::key_of({day_key, of_walk_in, s, ++ordinal})};
    const double part = profile[std::min(profile.size() - 1, static_cast<std::size_t>(at / part_min))];
    const bool shocked = shock_comes && at >= scenario.shock.at_min;
    const double rate = part / mean_rate * per_day / scenario.open_min * (shocked ? scenario.shock.arrival_factor : 1);
    if (chance.uniform() * peak * shock_factor >= rate) continue;
    PlannedVisit visit;
    visit.service = s;
    visit.arrive_min = at;
    visit.answers = chance.uniform() >= scenario.walk_in_no_show;
    visit.patience_min = scenario.patience_mean_min > 0 ? chance.exponential(scenario.patience_mean_min) : 0;
    visit.service_min = service_time(scenario.services[s], chance) * slowness;
    visits.push_back(visit);
  }
}

}  // namespace

DayPlan plan_day(const Scenario& scenario, double load, std::uint64_t seed, std::uint64_t day) {
  const std::uint64_t key = core::key_of({seed, day});
  Chance of_the_day{core::key_of({key, of_day})};
  const double intensity = scenario.intensity_variation > 0 ? of_the_day.log_normal(1, scenario.intensity_variation) : 1;
  const double slowness = scenario.slow_day_variation > 0 ? of_the_day.log_normal(1, scenario.slow_day_variation) : 1;
  DayPlan plan;
  plan.shocked = scenario.shock.at_min >= 0 && (day + 1) % scenario.shock.every_days == 0;
  plan.load = load;
  plan.intensity = intensity;
  plan.slowness = slowness;
  plan.visits = plan_bookings(scenario, load, key, slowness);
  const auto first_walk_in = static_cast<std::ptrdiff_t>(plan.visits.size());
  for (std::size_t s = 0; s < scenario.services.size(); ++s)
    plan_walk_ins(scenario, s, scenario.services[s].walk_ins * load * intensity, key, slowness, plan.shocked, plan.visits);
  std::stable_sort(plan.visits.begin() + first_walk_in, plan.visits.end(),
                   [](const PlannedVisit& a, const PlannedVisit& b) { return a.arrive_min < b.arrive_min; });
  for (std::size_t d = 0; d < scenario.desks.size(); ++d) {
    Chance chance{core::key_of({key, of_desk, d})};
    plan.desk_factor.push_back(std::exp(scenario.clerk_deviation * chance.normal()));
  }
  return plan;
}

}  // namespace skranke::sim
