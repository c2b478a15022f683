#include "sim/figures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace skranke::sim {
namespace {

bool serves(const Scenario& scenario, std::size_t desk, std::size_t service) {
  const auto& services = scenario.desks[desk].services;
  return std::find(services.begin(), services.end(), scenario.services[service].id) != services.end();
}

struct Gathered {
  std::vector<double> late, waits, overtaken;
  double walk_ins = 0, lost = 0, served = 0, busy = 0, open = 0, overtime = 0;
};

/// How often later walk-ins were called before this one, by a desk that could have called it instead.
double overtaken_by(const Scenario& scenario, const std::vector<const VisitRecord*>& walk_ins, std::size_t index) {
  const VisitRecord& visit = *walk_ins[index];
  const double until = visit.called_s.value_or(visit.left_s.value_or(1e18));
  double count = 0;
  for (std::size_t later = index + 1; later < walk_ins.size() && walk_ins[later]->arrived_s < until; ++later) {
    const VisitRecord& other = *walk_ins[later];
    if (other.called_s && *other.called_s < until && serves(scenario, other.desk, visit.service)) ++count;
  }
  return count;
}

void gather(const Scenario& scenario, const DayRecord& day, Gathered& all) {
  std::vector<const VisitRecord*> walk_ins;
  for (const VisitRecord& visit : day.visits) {
    if (visit.finished_s) ++all.served;
    if (visit.booked) {
      if (visit.called_s) all.late.push_back(std::max(0.0, *visit.called_s - std::max(visit.booked_for_s, visit.arrived_s)) / 60);
      continue;
    }
    walk_ins.push_back(&visit);
    ++all.walk_ins;
    if (visit.called_s)
      all.waits.push_back((*visit.called_s - visit.arrived_s) / 60);
    else
      ++all.lost;
  }
  for (std::size_t i = 0; i < walk_ins.size(); ++i) all.overtaken.push_back(overtaken_by(scenario, walk_ins, i));
  double last = day.closes_s;
  for (const DeskRecord& desk : day.desks) {
    all.busy += desk.busy_s;
    all.open += desk.open_s;
    last = std::max(last, desk.closed_s);
  }
  all.overtime += (last - day.closes_s) / 60;
}

double gini(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  double weighted = 0, sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    weighted += static_cast<double>(i + 1) * values[i];
    sum += values[i];
  }
  const auto n = static_cast<double>(values.size());
  return sum <= 0 ? 0 : 2 * weighted / (n * sum) - (n + 1) / n;
}

double mean(const std::vector<double>& values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double share_up_to(const std::vector<double>& values, double bound) {
  return values.empty() ? 0 : static_cast<double>(std::count_if(values.begin(), values.end(), [&](double v) { return v <= bound; })) / static_cast<double>(values.size());
}

/// Student's t for 97.5 %, for the numbers of batches that are used.
double student(std::size_t batches) {
  constexpr std::array<double, 30> table{12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
                                         2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  return batches < 2 ? 0 : table[std::min<std::size_t>(batches - 2, table.size() - 1)];
}

}  // namespace

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::size_t>(std::clamp(std::ceil(share * static_cast<double>(values.size())) - 1, 0.0, static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

const std::vector<FigureName>& figure_names() {
  static const std::vector<FigureName> names{
      {"booked_late_p50", "min", &Figures::booked_late_p50}, {"booked_late_p90", "min", &Figures::booked_late_p90},
      {"booked_late_p95", "min", &Figures::booked_late_p95}, {"booked_in_5", "share", &Figures::booked_in_5},
      {"walk_in_mean", "min", &Figures::walk_in_mean},       {"walk_in_p50", "min", &Figures::walk_in_p50},
      {"walk_in_p90", "min", &Figures::walk_in_p90},         {"walk_in_p95", "min", &Figures::walk_in_p95},
      {"walk_in_max", "min", &Figures::walk_in_max},         {"lost", "share", &Figures::lost},
      {"gini", "", &Figures::gini},                          {"overtakes", "", &Figures::overtakes},
      {"overtakes_max", "", &Figures::overtakes_max},        {"use", "share", &Figures::use},
      {"overtime", "min", &Figures::overtime},               {"visits", "1/day", &Figures::visits}};
  return names;
}

Figures figures_of(const Scenario& scenario, const std::vector<DayRecord>& days) {
  Gathered all;
  for (const DayRecord& day : days) gather(scenario, day, all);
  const auto count = static_cast<double>(std::max<std::size_t>(days.size(), 1));
  Figures figures;
  figures.booked_late_p50 = quantile(all.late, 0.5);
  figures.booked_late_p90 = quantile(all.late, 0.9);
  figures.booked_late_p95 = quantile(all.late, 0.95);
  figures.booked_in_5 = share_up_to(all.late, 5);
  figures.walk_in_mean = mean(all.waits);
  figures.walk_in_p50 = quantile(all.waits, 0.5);
  figures.walk_in_p90 = quantile(all.waits, 0.9);
  figures.walk_in_p95 = quantile(all.waits, 0.95);
  figures.walk_in_max = quantile(all.waits, 1);
  figures.lost = all.walk_ins > 0 ? all.lost / all.walk_ins : 0;
  figures.gini = gini(all.waits);
  figures.overtakes = mean(all.overtaken);
  figures.overtakes_max = quantile(all.overtaken, 1);
  figures.use = all.open > 0 ? all.busy / all.open : 0;
  figures.overtime = all.overtime / count;
  figures.visits = all.served / count;
  return figures;
}

Measured measured(const std::vector<double>& batches) {
  const double average = mean(batches);
  if (batches.size() < 2) return {average, 0};
  double squares = 0;
  for (const double value : batches) squares += (value - average) * (value - average);
  const auto n = static_cast<double>(batches.size());
  return {average, student(batches.size()) * std::sqrt(squares / (n - 1) / n)};
}

}  // namespace skranke::sim
