// What recorded days were like, as a scenario; and the words of a target.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "sim/plan.hpp"

namespace skranke::sim {
namespace {

constexpr double day_s = 86'400, part_s = plan_part_min * 60;

struct Seen {
  double count = 0, sum = 0, squares = 0;
  void add(double value) { count += 1, sum += value, squares += value * value; }
  [[nodiscard]] double mean(double absent) const { return count > 0 ? sum / count : absent; }
  [[nodiscard]] double deviation(double absent) const { return count > 1 ? std::sqrt(std::max(0.0, squares / count - mean(0) * mean(0))) : absent; }
};

struct Day {
  double opens_s = 1e18, closes_s = 0;
  std::vector<const LoggedVisit*> visits;
};

std::map<std::int64_t, Day> days_of(const std::vector<LoggedVisit>& log) {
  std::map<std::int64_t, Day> days;
  for (const LoggedVisit& visit : log) {
    if (!visit.arrived_s && !visit.booked_for_s) continue;
    Day& day = days[static_cast<std::int64_t>(visit.arrived_s.value_or(visit.booked_for_s.value_or(0)) / day_s)];
    day.visits.push_back(&visit);
    if (!visit.arrived_s) continue;
    day.opens_s = std::min(day.opens_s, std::floor(*visit.arrived_s / part_s) * part_s);
    day.closes_s = std::max(day.closes_s, std::ceil((*visit.arrived_s + 1) / part_s) * part_s);
  }
  std::erase_if(days, [](const auto& entry) { return entry.second.closes_s == 0; });
  return days;
}

std::size_t index_of(const Scenario& scenario, const std::string& id) {
  const auto found = std::find_if(scenario.services.begin(), scenario.services.end(), [&](const ScenarioService& service) { return service.id == id; });
  return static_cast<std::size_t>(found - scenario.services.begin());
}

/// All that is counted over the days before it becomes a scenario.
struct History {
  std::vector<Seen> takes_min;
  std::vector<double> booked, walk_ins;
  std::vector<double> parts;           ///< walk-ins by half hour from opening
  std::map<std::string, Seen> desk_pace;
  Seen came, early_min, walk_min, a_day;
  double walk_in_wait_min = 0, walk_in_left = 0, open_min = 0, last_min = 0;

  void see(const LoggedVisit& visit, const Scenario& scenario, double opens_s) {
    const std::size_t s = index_of(scenario, visit.service);
    if (s == scenario.services.size()) return;
    (visit.booked ? booked : walk_ins)[s] += 1;
    if (visit.booked) came.add(visit.arrived_s ? 1 : 0);
    if (visit.booked && visit.arrived_s && visit.booked_for_s) early_min.add(std::clamp((*visit.booked_for_s - *visit.arrived_s) / 60, -120.0, 120.0));
    const auto begun = visit.started_s ? visit.started_s : visit.called_s;
    if (begun && visit.finished_s && *visit.finished_s - *begun >= 1 && *visit.finished_s - *begun < 4 * 3600) takes_min[s].add((*visit.finished_s - *begun) / 60);
    if (visit.called_s && visit.started_s && *visit.started_s >= *visit.called_s && *visit.started_s - *visit.called_s < 600) walk_min.add((*visit.started_s - *visit.called_s) / 60);
    if (visit.booked || !visit.arrived_s) return;
    const auto part = static_cast<std::size_t>(std::max(0.0, (*visit.arrived_s - opens_s) / part_s));
    if (part < parts.size()) parts[part] += 1;
    const auto until = visit.called_s ? visit.called_s : visit.finished_s;
    if (until) walk_in_wait_min += std::max(0.0, *until - *visit.arrived_s) / 60;
    walk_in_left += visit.called_s ? 0 : 1;
  }
};

void read_paces(const std::vector<LoggedVisit>& log, const Scenario& scenario, History& history) {
  for (const LoggedVisit& visit : log) {
    const std::size_t s = index_of(scenario, visit.service);
    const auto begun = visit.started_s ? visit.started_s : visit.called_s;
    if (s == scenario.services.size() || !begun || !visit.finished_s || visit.desk.empty() || history.takes_min[s].count == 0) continue;
    const double ratio = (*visit.finished_s - *begun) / 60 / history.takes_min[s].mean(1);
    if (ratio > 0.01 && ratio < 100) history.desk_pace[visit.desk].add(ratio);
  }
}

void write_into(Scenario& scenario, const History& history, double days) {
  for (std::size_t s = 0; s < scenario.services.size(); ++s) {
    ScenarioService& service = scenario.services[s];
    const Seen& takes = history.takes_min[s];
    service.mean_min = std::max(0.1, takes.count >= 5 ? takes.mean(service.mean_min) : service.mean_min);
    service.variation = takes.count >= 10 ? std::clamp(takes.deviation(0) / service.mean_min, 0.05, 3.0) : 0.5;
    service.booked = history.booked[s] / days;
    service.walk_ins = history.walk_ins[s] / days;
  }
  scenario.walk_in_profile = history.parts;
  if (std::all_of(scenario.walk_in_profile.begin(), scenario.walk_in_profile.end(), [](double part) { return part == 0; })) scenario.walk_in_profile = {1};
  scenario.booked_no_show = 1 - history.came.mean(0.9);
  scenario.early_mean_min = history.early_min.mean(7);
  scenario.early_deviation_min = history.early_min.deviation(7);
  scenario.walk_to_desk_min = history.walk_min.mean(0.5);
  const double poisson = history.a_day.mean(0), spread = history.a_day.deviation(0);
  scenario.intensity_variation = poisson > 0 ? std::sqrt(std::max(0.0, spread * spread - poisson)) / poisson : 0;
  scenario.patience_mean_min = history.walk_in_left >= 5 ? history.walk_in_wait_min / history.walk_in_left : 0;
  Seen paces;
  for (const auto& [desk, pace] : history.desk_pace)
    if (pace.count >= 20) paces.add(std::log(pace.mean(1)));
  scenario.clerk_deviation = std::clamp(paces.deviation(0.15), 0.05, 0.5);
}

}  // namespace

tl::expected<Scenario, std::string> kind_of_days(const std::vector<LoggedVisit>& log, const core::Facility& site) {
  const auto days = days_of(log);
  if (days.size() < plan_days_needed) return tl::unexpected{fmt::format("{} days with visits; a plan needs {}", days.size(), plan_days_needed)};
  Scenario scenario = outline_of(site);
  scenario.id = site.site.id.empty() ? "site" : site.site.id;
  History history;
  history.takes_min.resize(scenario.services.size());
  history.booked.assign(scenario.services.size(), 0);
  history.walk_ins.assign(scenario.services.size(), 0);
  std::vector<double> lengths, openings;
  for (const auto& [number, day] : days) {
    lengths.push_back((day.closes_s - day.opens_s) / 60);
    openings.push_back((day.opens_s - static_cast<double>(number) * day_s) / 60);
  }
  scenario.opens_at_min = std::floor(quantile(openings, 0.5) / plan_part_min) * plan_part_min;
  history.open_min = std::clamp(quantile(lengths, 0.9), plan_part_min, 1410.0);
  history.parts.assign(static_cast<std::size_t>(std::ceil(history.open_min / plan_part_min)), 0);
  for (const auto& [number, day] : days) {
    double walk_ins = 0;
    for (const LoggedVisit* visit : day.visits) {
      history.see(*visit, scenario, day.opens_s);
      walk_ins += visit->booked ? 0 : 1;
    }
    history.a_day.add(walk_ins);
  }
  read_paces(log, scenario, history);
  scenario.open_min = scenario.last_arrival_min = history.open_min;
  write_into(scenario, history, static_cast<double>(days.size()));
  return scenario;
}

tl::expected<PlanTarget, std::string> read_target(std::string_view text) {
  struct Name {
    std::string_view kind, share;
    double Figures::* figure;
    double of;
  };
  static constexpr std::array<Name, 6> names{{{"walk_in", "p50", &Figures::walk_in_p50, 0.5},
                                              {"walk_in", "p90", &Figures::walk_in_p90, 0.9},
                                              {"walk_in", "p95", &Figures::walk_in_p95, 0.95},
                                              {"booked", "p50", &Figures::booked_late_p50, 0.5},
                                              {"booked", "p90", &Figures::booked_late_p90, 0.9},
                                              {"booked", "p95", &Figures::booked_late_p95, 0.95}}};
  PlanTarget target;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string wish{text.substr(0, comma)};
    text.remove_prefix(std::min(comma + 1, text.size()));
    std::array<char, 16> kind{}, share{};
    double minutes = 0;
    int read = 0;
    if (std::sscanf(wish.c_str(), " %15s %15s %lf %n", kind.data(), share.data(), &minutes, &read) != 3 || static_cast<std::size_t>(read) != wish.size() ||
        !(minutes > 0 && minutes <= 480))
      return tl::unexpected{fmt::format("\"{}\" is not like \"walk_in p90 20\"", wish)};
    const auto name = std::find_if(names.begin(), names.end(), [&](const Name& each) { return each.kind == kind.data() && each.share == share.data(); });
    if (name == names.end()) return tl::unexpected{fmt::format("\"{}\": walk_in or booked, and p50, p90 or p95", wish)};
    target.wishes.push_back({name->kind == "booked", name->figure, name->of, minutes});
  }
  if (target.wishes.empty() || target.wishes.size() > names.size()) return tl::unexpected{std::string{"no target"}};
  return target;
}

}  // namespace skranke::sim
