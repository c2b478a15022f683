#include "sim/judge.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "sim/figures.hpp"
#include "wire/json.hpp"

namespace skranke::sim {
namespace {

struct Step {
  double at;
  int kind;        ///< 0 called or left, 1 finished, 2 arrives, 3 called or left at once: at one instant, those who go go first
  const VisitRecord* visit;
};

/// The day from the point of view of somebody who counts heads.
class Counting {
 public:
  explicit Counting(const Scenario& scenario) : scenario_{scenario}, waiting_(scenario.services.size(), 0) {
    for (const ScenarioService& service : scenario.services) mean_s_ += service.mean_min * 60 / static_cast<double>(scenario.services.size());
  }

  void follow(const Step& step) {
    const VisitRecord& visit = *step.visit;
    if (step.kind == 2) {
      ++waiting_[visit.service];
      arrivals_.insert({visit.arrived_s, &visit});
    } else if (step.kind == 1) {
      taken_s_ += *visit.finished_s - visit.called_s.value_or(*visit.finished_s);
      ++finished_;
    } else {
      --waiting_[visit.service];
      arrivals_.erase({visit.arrived_s, &visit});
      if (!visit.called_s) return;
      last_.push_back(*visit.called_s - visit.arrived_s);
      if (last_.size() > 30) last_.pop_front();
    }
  }

  [[nodiscard]] std::array<double, guesses_count> guess(const VisitRecord& visit) const {
    double able = 0, all = 0;
    for (const ScenarioDesk& desk : scenario_.desks)
      able += std::count(desk.services.begin(), desk.services.end(), scenario_.services[visit.service].id) > 0 ? 1 : 0;
    for (const double count : waiting_) all += count;
    const double mean = (mean_s_ * 5 + taken_s_) / (5 + finished_);
    const double recent = last_.empty() ? 0 : std::accumulate(last_.begin(), last_.end(), 0.0) / static_cast<double>(last_.size());
    const double head = arrivals_.empty() ? 0 : visit.arrived_s - arrivals_.begin()->first;
    return {last_.empty() ? 0 : last_.back(), head, recent, waiting_[visit.service] * mean / std::max(able, 1.0),
            all * mean / std::max<double>(1, static_cast<double>(scenario_.desks.size()))};
  }

 private:
  const Scenario& scenario_;
  std::vector<double> waiting_;
  std::set<std::pair<double, const VisitRecord*>> arrivals_;
  std::deque<double> last_;
  double mean_s_ = 0, taken_s_ = 0, finished_ = 0;
};

double share(const std::vector<double>& values, double bound) {
  return static_cast<double>(std::count_if(values.begin(), values.end(), [&](double v) { return v <= bound; })) / std::max<double>(1, static_cast<double>(values.size()));
}

}  // namespace

void Judge::add(const DayRecord& day) {
  std::vector<Step> steps;
  for (const VisitRecord& visit : day.visits) {
    steps.push_back({visit.arrived_s, 2, &visit});
    if (const auto out = visit.called_s ? visit.called_s : visit.left_s) steps.push_back({*out, *out > visit.arrived_s ? 0 : 3, &visit});
    if (visit.finished_s) steps.push_back({*visit.finished_s, 1, &visit});
  }
  std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.at != b.at ? a.at < b.at : a.kind < b.kind; });
  Counting counting{scenario_};
  std::size_t after_shock = 0;
  for (const Step& step : steps) {
    const VisitRecord& visit = *step.visit;
    if (step.kind == 2 && day.shock_s && visit.arrived_s >= *day.shock_s) ++after_shock;
    if (step.kind == 2 && visit.told && visit.called_s && *visit.called_s > visit.arrived_s)
      cases_.push_back({visit.service, static_cast<int>((visit.arrived_s - day.opens_s) / 3600), visit.booked, *visit.called_s - visit.arrived_s, *visit.told, counting.guess(visit), after_shock});
    counting.follow(step);
  }
}

Accuracy Judge::accuracy() const {
  Accuracy result;
  result.visits = cases_.size();
  if (cases_.empty()) return result;
  const auto n = static_cast<double>(cases_.size());
  std::vector<double> errors;
  std::array<std::vector<double>, guesses_count> guess_errors;
  for (const Case& each : cases_) {
    const double p50 = static_cast<double>(each.told.p50.count()), low = static_cast<double>(each.told.p10.count()), high = static_cast<double>(each.told.p90.count());
    result.mean_wait += each.wait_s / 60 / n;
    errors.push_back(std::abs(p50 - each.wait_s) / 60);
    result.bias += (p50 - each.wait_s) / 60 / n;
    result.covered += each.wait_s >= low && each.wait_s <= high ? 1 / n : 0;
    result.beyond += each.wait_s > high ? 1 / n : 0;
    result.width += (high - low) / 60 / n;
    for (std::size_t g = 0; g < guesses_count; ++g) guess_errors[g].push_back(std::abs(each.guesses[g] - each.wait_s) / 60);
  }
  for (const Case& each : cases_) {
    if (each.after_shock == 0) continue;
    const std::size_t part = each.after_shock <= 30 ? 0 : each.after_shock <= 100 ? 1 : 2;
    const bool inside = each.wait_s >= static_cast<double>(each.told.p10.count()) && each.wait_s <= static_cast<double>(each.told.p90.count());
    ++result.shocked[part];
    result.shocked_covered[part] += inside ? 1 : 0;
  }
  for (std::size_t part = 0; part < 3; ++part) result.shocked_covered[part] /= std::max<double>(1, static_cast<double>(result.shocked[part]));
  result.mae = std::accumulate(errors.begin(), errors.end(), 0.0) / n;
  result.median_error = quantile(errors, 0.5);
  result.in_5 = share(errors, 5);
  for (std::size_t g = 0; g < guesses_count; ++g) {
    result.guess_mae[g] = std::accumulate(guess_errors[g].begin(), guess_errors[g].end(), 0.0) / n;
    result.guess_in_5[g] = share(guess_errors[g], 5);
  }
  return result;
}

std::vector<Cell> Judge::cells(std::size_t visits_min) const {
  std::map<std::tuple<std::size_t, int, bool>, Cell> all;
  for (const Case& each : cases_) {
    Cell& cell = all[{each.service, each.hour, each.booked}];
    cell.service = each.service;
    cell.hour = each.hour;
    cell.booked = each.booked;
    ++cell.visits;
    cell.covered += each.wait_s >= static_cast<double>(each.told.p10.count()) && each.wait_s <= static_cast<double>(each.told.p90.count()) ? 1 : 0;
  }
  std::vector<Cell> cells;
  for (auto& [key, cell] : all) {
    if (cell.visits < visits_min) continue;
    cell.covered /= static_cast<double>(cell.visits);
    cells.push_back(cell);
  }
  return cells;
}

std::array<double, 3> Judge::below() const {
  std::array<double, 3> shares{};
  for (const Case& each : cases_) {
    const std::array told{each.told.p10, each.told.p50, each.told.p90};
    for (std::size_t i = 0; i < told.size(); ++i) shares[i] += each.wait_s < static_cast<double>(told[i].count()) ? 1 : 0;
  }
  for (double& share : shares) share /= std::max<double>(1, static_cast<double>(cases_.size()));
  return shares;
}

std::vector<HourWidth> Judge::widths() const {
  std::map<int, HourWidth> hours;
  for (const Case& each : cases_) {
    HourWidth& hour = hours[each.hour];
    hour.hour = each.hour;
    ++hour.visits;
    hour.width_min += static_cast<double>((each.told.p90 - each.told.p10).count()) / 60;
    hour.wait_min += each.wait_s / 60;
  }
  std::vector<HourWidth> widths;
  for (auto& [number, hour] : hours) {
    hour.width_min /= static_cast<double>(hour.visits);
    hour.wait_min /= static_cast<double>(hour.visits);
    widths.push_back(hour);
  }
  return widths;
}

void write_accuracy(const Judge& judge, const Scenario& scenario, std::string& out) {
  const Accuracy a = judge.accuracy();
  const auto into = std::back_inserter(out);
  fmt::format_to(into, "told waits of {} visits that had to wait ({:.1f} min on average)\n", a.visits, a.mean_wait);
  fmt::format_to(into, "  estimate      MAE {:5.2f}  median {:5.2f}  bias {:+5.2f}  within 5 min {:4.1f}%\n", a.mae, a.median_error, a.bias, a.in_5 * 100);
  fmt::format_to(into, "  80% interval  covers {:4.1f}%  beyond {:4.1f}%  width {:5.2f} min\n", a.covered * 100, a.beyond * 100, a.width);
  for (std::size_t g = 0; g < guesses_count; ++g) fmt::format_to(into, "  {:<13} MAE {:5.2f}  within 5 min {:4.1f}%\n", guess_names[g], a.guess_mae[g], a.guess_in_5[g] * 100);
  if (a.shocked[0] > 0)
    fmt::format_to(into, "  after the shock: the next 30 visits {:.1f}% of {}, to the 100th {:.1f}% of {}, later {:.1f}% of {}\n", a.shocked_covered[0] * 100, a.shocked[0],
                   a.shocked_covered[1] * 100, a.shocked[1], a.shocked_covered[2] * 100, a.shocked[2]);
  const auto cells = judge.cells(200);
  std::size_t good = 0;
  for (const Cell& cell : cells) good += cell.covered >= 0.75 && cell.covered <= 0.85 ? 1U : 0U;
  fmt::format_to(into, "  cells (service x hour x kind, 200 visits or more): {} of {} cover 75 to 85%\n", good, cells.size());
  for (const Cell& cell : cells)
    if (cell.covered < 0.75 || cell.covered > 0.85)
      fmt::format_to(into, "    {} hour {} {}: {:.1f}% of {}\n", scenario.services[cell.service].id, cell.hour, cell.booked ? "booked" : "walk-in", cell.covered * 100, cell.visits);
}

void write_accuracy_json(const Judge& judge, const Scenario& scenario, std::string& out) {
  const Accuracy a = judge.accuracy();
  const auto rounded = [](double value) { return std::round(value * 10'000) / 10'000; };
  std::string line;
  wire::JsonWriter w{line};
  w.object().field("visits", a.visits).field("mean_wait_min", rounded(a.mean_wait)).field("mae_min", rounded(a.mae)).field("median_error_min", rounded(a.median_error));
  w.field("bias_min", rounded(a.bias)).field("in_5", rounded(a.in_5)).field("covered", rounded(a.covered)).field("beyond", rounded(a.beyond));
  if (a.shocked[0] > 0)
    w.field("after_shock_30", rounded(a.shocked_covered[0])).field("after_shock_100", rounded(a.shocked_covered[1])).field("after_shock_later", rounded(a.shocked_covered[2])).field("after_shock_30_visits", a.shocked[0]).field("after_shock_100_visits", a.shocked[1]);
  w.field("width_min", rounded(a.width)).key("baselines").object();
  for (std::size_t g = 0; g < guesses_count; ++g)
    w.key(guess_names[g]).object().field("mae_min", rounded(a.guess_mae[g])).field("in_5", rounded(a.guess_in_5[g])).end_object();
  w.end_object().key("cells").list();
  for (const Cell& cell : judge.cells(200)) {
    w.object().field("service", scenario.services[cell.service].id).field("hour", cell.hour).field("kind", cell.booked ? "booked" : "walk_in");
    w.field("visits", cell.visits).field("covered", rounded(cell.covered)).end_object();
  }
  w.end_list().end_object();
  out += line + "\n";
}

}  // namespace skranke::sim
