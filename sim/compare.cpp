#include "sim/compare.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "wire/json.hpp"

namespace skranke::sim {
namespace {

Measured of(const Outcomes& outcome, double Figures::* member) {
  std::vector<double> batches;
  for (const Figures& figures : outcome.batches) batches.push_back(figures.*member);
  return {outcome.all.*member, measured(batches).half_width};
}

Measured difference(const Outcomes& a, const Outcomes& b, double Figures::* member) {
  std::vector<double> batches;
  for (std::size_t i = 0; i < std::min(a.batches.size(), b.batches.size()); ++i) batches.push_back(a.batches[i].*member - b.batches[i].*member);
  return {a.all.*member - b.all.*member, measured(batches).half_width};
}

const Outcomes& first_of_load(const std::vector<Outcomes>& outcomes, double load) {
  return *std::find_if(outcomes.begin(), outcomes.end(), [&](const Outcomes& each) { return each.load == load; });
}

/// To the fourth digit: more would be noise.
double rounded(double value) { return static_cast<double>(static_cast<std::int64_t>(value * 10'000 + (value < 0 ? -0.5 : 0.5))) / 10'000; }

}  // namespace

Outcomes live_days(const Scenario& scenario, const Trial& trial, const std::string& policy, double load, bool keep_days) {
  Outcomes outcome;
  outcome.policy = policy;
  outcome.load = load;
  Centre centre{scenario, site_of(scenario, policy), trial.estimates};
  const std::uint64_t batch_days = std::max<std::uint64_t>(1, (trial.days + batches_max - 1) / batches_max);
  std::vector<DayRecord> days, batch;
  for (std::uint64_t day = 0; day < trial.days; ++day) {
    if (trial.goes_on && !trial.goes_on()) break;   // the batch that was begun is not told
    batch.push_back(centre.live(plan_day(scenario, load, trial.seed, day), day));
    outcome.commands += batch.back().commands;
    if (batch.size() < batch_days && day + 1 < trial.days) continue;
    outcome.batches.push_back(figures_of(scenario, batch));
    std::move(batch.begin(), batch.end(), std::back_inserter(days));
    batch.clear();
  }
  outcome.all = figures_of(scenario, days);
  if (keep_days) outcome.days = std::move(days);
  return outcome;
}

void write_json(const std::vector<Outcomes>& outcomes, const Trial& trial, const Scenario& scenario, std::string& out) {
  for (const Outcomes& outcome : outcomes) {
    const Outcomes& first = first_of_load(outcomes, outcome.load);
    std::string line;
    wire::JsonWriter l{line};
    l.object().field("scenario", scenario.id).field("policy", outcome.policy).field("load", outcome.load);
    l.field("days", trial.days).field("seed", trial.seed).field("commands", outcome.commands).key("figures").object();
    for (const FigureName& name : figure_names()) {
      const Measured value = of(outcome, name.member), gap = difference(outcome, first, name.member);
      l.key(name.key).object().field("value", rounded(value.mean)).field("ci95", rounded(value.half_width));
      if (&outcome != &first) l.field("minus_" + first.policy, rounded(gap.mean)).field("minus_ci95", rounded(gap.half_width));
      l.end_object();
    }
    l.end_object().end_object();
    out += line + "\n";
  }
}

void write_table(const std::vector<Outcomes>& outcomes, std::string& out) {
  constexpr std::string_view head = "{:<14} {:>4} | {:>5} {:>5} {:>5} {:>5} | {:>5} {:>5} {:>5} {:>5} {:>6} | {:>4} {:>6} {:>4} | {:>5} {:>4} {:>6}\n";
  const auto into = std::back_inserter(out);
  fmt::format_to(into, head, "policy", "load", "bk50", "bk90", "bk95", "bk<=5", "wi50", "wi90", "wi95", "wimax", "lost%", "gini", "overt.", "max", "use", "over", "visits");
  for (const Outcomes& outcome : outcomes) {
    const Figures& f = outcome.all;
    fmt::format_to(into, "{:<14} {:>4.2f} | {:>5.1f} {:>5.1f} {:>5.1f} {:>4.0f}% | {:>5.1f} {:>5.1f} {:>5.1f} {:>5.0f} {:>5.1f}% | {:>4.2f} {:>6.3f} {:>4.0f} | {:>5.3f} {:>4.0f} {:>6.1f}\n",
                   outcome.policy, outcome.load, f.booked_late_p50, f.booked_late_p90, f.booked_late_p95, f.booked_in_5 * 100, f.walk_in_p50, f.walk_in_p90,
                   f.walk_in_p95, f.walk_in_max, f.lost * 100, f.gini, f.overtakes, f.overtakes_max, f.use, f.overtime, f.visits);
    fmt::format_to(into, "{:<14} {:>4} | {:>5} {:>5.1f} {:>5.1f} {:>4.1f}% | {:>5.1f} {:>5.1f} {:>5.1f} {:>5} {:>5.1f}% | {:>4.2f} {:>6.3f} {:>4} | {:>5.3f}\n", "  +-95%", "", "",
                   of(outcome, &Figures::booked_late_p90).half_width, of(outcome, &Figures::booked_late_p95).half_width, of(outcome, &Figures::booked_in_5).half_width * 100,
                   of(outcome, &Figures::walk_in_p50).half_width, of(outcome, &Figures::walk_in_p90).half_width, of(outcome, &Figures::walk_in_p95).half_width, "",
                   of(outcome, &Figures::lost).half_width * 100, of(outcome, &Figures::gini).half_width, of(outcome, &Figures::overtakes).half_width, "",
                   of(outcome, &Figures::use).half_width);
  }
}

}  // namespace skranke::sim
