#include "sim/plan.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "sim/compare.hpp"
#include "wire/json.hpp"

namespace skranke::sim {
namespace {

using Staffing = std::vector<std::size_t>;

struct Planner {
  const Scenario& scenario;
  std::string policy;
  const PlanTarget& target;
  std::uint64_t days, seed;
  std::vector<std::size_t> order;      ///< desks by the turn in which they open
  const PlanPatience& patience;
  std::size_t tried = 0;
  bool given_up = false;               ///< a life was ended: what it told is worth nothing

  struct Lived {
    Figures figures;
    std::vector<double> blame;         ///< minutes beyond the target of those who came in each half hour
    std::vector<double> within;        ///< as in StaffPlan
  };

  [[nodiscard]] Scenario with(const Staffing& staffing) const {
    Scenario staffed = scenario;
    for (std::size_t turn = 0; turn < order.size(); ++turn) {
      ScenarioDesk& desk = staffed.desks[order[turn]];
      desk.shifts.clear();
      desk.absent = true;
      desk.break_at_min = desk.lost_at_min = -1;   // breaks come on top
      for (std::size_t part = 0; part < staffing.size(); ++part) {
        if (staffing[part] <= turn) continue;
        const double from = static_cast<double>(part) * plan_part_min, to = from + plan_part_min;
        if (!desk.shifts.empty() && desk.shifts.back().to_min == from)
          desk.shifts.back().to_min = to;
        else
          desk.shifts.push_back({from, to});
        desk.absent = false;
      }
    }
    return staffed;
  }

  [[nodiscard]] Lived live(const Staffing& staffing) {
    ++tried;
    const Scenario staffed = with(staffing);
    Trial trial;
    trial.days = days;
    trial.seed = seed;
    trial.goes_on = patience.to_live;
    const Outcomes outcome = live_days(staffed, trial, policy, 1.0, true);
    given_up = given_up || outcome.days.size() < days;
    Lived lived{outcome.all, std::vector<double>(staffing.size(), 0), {}};
    for (const DayRecord& day : outcome.days)
      for (const VisitRecord& visit : day.visits) blame(lived, visit, day);
    for (const PlanTarget::Wish& wish : target.wishes) lived.within.push_back(within(outcome.days, wish));
    return lived;
  }

  [[nodiscard]] bool searches_on() const { return !given_up && tried < plans_tried_max && (!patience.to_search || patience.to_search()); }

  /// Who gave up was not called in time.
  [[nodiscard]] static double within(const std::vector<DayRecord>& lived_days, const PlanTarget::Wish& wish) {
    double came = 0, in_time = 0;
    for (const DayRecord& day : lived_days)
      for (const VisitRecord& visit : day.visits) {
        if (visit.booked != wish.booked) continue;
        const double from = visit.booked ? std::max(visit.booked_for_s, visit.arrived_s) : visit.arrived_s;
        came += 1;
        in_time += visit.called_s && *visit.called_s - from <= wish.minutes * 60 ? 1 : 0;
      }
    return came > 0 ? in_time / came : 1;
  }

  void blame(Lived& lived, const VisitRecord& visit, const DayRecord& day) const {
    const double from = visit.booked ? std::max(visit.booked_for_s, visit.arrived_s) : visit.arrived_s;
    const double until = visit.called_s.value_or(visit.left_s.value_or(from));
    for (const PlanTarget::Wish& wish : target.wishes) {
      if (wish.booked != visit.booked || lived.figures.*wish.figure <= wish.minutes) continue;
      const double beyond = (until - from) / 60 - wish.minutes;
      const auto part = static_cast<std::size_t>(std::max(0.0, (from - day.opens_s) / 60 / plan_part_min));
      if (beyond > 0) lived.blame[std::min(part, lived.blame.size() - 1)] += beyond;
    }
  }

  [[nodiscard]] bool met(const Figures& figures) const {
    return std::all_of(target.wishes.begin(), target.wishes.end(), [&](const PlanTarget::Wish& wish) { return figures.*wish.figure <= wish.minutes; });
  }
  /// As good as the target, or where that is out of reach, hardly worse than every desk open.
  [[nodiscard]] bool good_enough(const Figures& figures, const Figures& best) const {
    return std::all_of(target.wishes.begin(), target.wishes.end(), [&](const PlanTarget::Wish& wish) { return figures.*wish.figure <= std::max(wish.minutes, best.*wish.figure * 1.01); });
  }
};

/// The desk that can see to most of the work that those before it cannot yet, then the most able.
std::vector<std::size_t> opening_order(const Scenario& scenario) {
  std::vector<double> share(scenario.services.size(), 0);
  std::vector<std::size_t> order, left(scenario.desks.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  while (!left.empty()) {
    const auto worth = [&](std::size_t desk) {
      double sum = 0;
      for (const std::string& id : scenario.desks[desk].services)
        for (std::size_t s = 0; s < scenario.services.size(); ++s) {
          const ScenarioService& service = scenario.services[s];
          if (service.id == id) sum += (service.booked + service.walk_ins) * service.mean_min / (0.01 + share[s]);
        }
      return sum;
    };
    const auto best = std::max_element(left.begin(), left.end(), [&](std::size_t a, std::size_t b) { return worth(a) < worth(b); });
    for (const std::string& id : scenario.desks[*best].services)
      for (std::size_t s = 0; s < scenario.services.size(); ++s)
        if (scenario.services[s].id == id) share[s] += 1;
    order.push_back(*best);
    left.erase(best);
  }
  return order;
}

/// So many desks that every errand that anybody comes for has one.
std::size_t fewest(const Scenario& scenario, const std::vector<std::size_t>& order) {
  for (std::size_t count = 1; count < order.size(); ++count) {
    const bool all = std::all_of(scenario.services.begin(), scenario.services.end(), [&](const ScenarioService& service) {
      return service.walk_ins + service.booked <= 0 || std::any_of(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), [&](std::size_t desk) {
        const auto& serves = scenario.desks[desk].services;
        return std::find(serves.begin(), serves.end(), service.id) != serves.end();
      });
    });
    if (all) return count;
  }
  return order.size();
}

std::vector<double> work_of(const Scenario& scenario) {
  const auto parts = static_cast<std::size_t>(std::max(1.0, std::ceil(scenario.open_min / plan_part_min)));
  const auto& profile = scenario.walk_in_profile;
  const double sum = std::accumulate(profile.begin(), profile.end(), 0.0);
  std::vector<double> work(parts, 0);
  for (std::size_t part = 0; part < parts; ++part) {
    const double middle = (static_cast<double>(part) + 0.5) / static_cast<double>(parts);
    const double rate = profile[std::min(profile.size() - 1, static_cast<std::size_t>(middle * static_cast<double>(profile.size())))] / sum *
                        static_cast<double>(profile.size()) / static_cast<double>(parts);
    for (const ScenarioService& service : scenario.services) {
      const double each = service.mean_min + scenario.walk_to_desk_min;
      work[part] += (service.walk_ins * rate + service.booked * (1 - scenario.booked_no_show) / static_cast<double>(parts)) * each / plan_part_min;
    }
  }
  return work;
}

Staffing shifted(const Staffing& staffing, int by, std::size_t least, std::size_t most) {
  Staffing other = staffing;
  for (std::size_t& count : other)
    count = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(count) + by, static_cast<std::ptrdiff_t>(least), static_cast<std::ptrdiff_t>(most)));
  return other;
}

/// Adds a desk where the waits beyond the target begin, until it is met. False: all are open, or enough was tried.
bool grow(Planner& planner, Staffing& staffing, Planner::Lived& lived) {
  while (!planner.met(lived.figures) && planner.searches_on()) {
    std::size_t worst = staffing.size();
    for (std::size_t part = 0; part < staffing.size(); ++part)
      if (staffing[part] < planner.order.size() && (worst == staffing.size() || lived.blame[part] > lived.blame[worst])) worst = part;
    if (worst == staffing.size()) return false;
    ++staffing[worst];
    lived = planner.live(staffing);
  }
  return planner.met(lived.figures);
}

/// Takes away every desk that is not needed, from the half hour with most to spare.
void shrink(Planner& planner, const std::vector<double>& work, std::size_t least, Staffing& staffing, Planner::Lived& lived) {
  const Figures best = lived.figures;
  std::vector<std::size_t> parts(staffing.size());
  std::iota(parts.begin(), parts.end(), std::size_t{0});
  std::stable_sort(parts.begin(), parts.end(), [&](std::size_t a, std::size_t b) { return static_cast<double>(staffing[a]) - work[a] > static_cast<double>(staffing[b]) - work[b]; });
  for (const std::size_t part : parts) {
    while (staffing[part] > least && planner.searches_on()) {
      Staffing fewer = staffing;
      --fewer[part];
      Planner::Lived tried = planner.live(fewer);
      if (planner.given_up || !planner.good_enough(tried.figures, best)) break;
      staffing = std::move(fewer);
      lived = std::move(tried);
    }
  }
}

}  // namespace

std::optional<StaffPlan> staffed(const Scenario& scenario, std::string_view policy, const PlanTarget& target, std::uint64_t days, std::uint64_t seed,
                                 const PlanPatience& patience) {
  Planner planner{scenario, std::string{policy}, target, days, seed, opening_order(scenario), patience};
  const std::size_t least = fewest(scenario, planner.order), most = planner.order.size();
  StaffPlan plan;
  plan.work = work_of(scenario);
  Staffing staffing;
  for (const double work : plan.work) staffing.push_back(std::clamp(static_cast<std::size_t>(std::ceil(work / 0.9)), least, most));
  Planner::Lived lived = planner.live(staffing);
  plan.met = grow(planner, staffing, lived);
  shrink(planner, plan.work, least, staffing, lived);
  plan.cut_short = !planner.searches_on();
  plan.desks = staffing;
  plan.figures = lived.figures;
  plan.within = std::move(lived.within);
  Planner::Lived less = planner.live(shifted(staffing, -1, 1, most)), more = planner.live(shifted(staffing, 1, 1, most));
  if (planner.given_up) return std::nullopt;
  plan.one_less = less.figures, plan.within_less = std::move(less.within);
  plan.one_more = more.figures, plan.within_more = std::move(more.within);
  plan.tried = planner.tried;
  for (const std::size_t desk : planner.order) plan.order.push_back(scenario.desks[desk].id);
  return plan;
}

namespace {

void put_figures(wire::JsonWriter& w, std::string_view name, const Figures& figures) {
  const auto rounded = [](double value) { return std::round(value * 1000) / 1000; };
  w.key(name).object();
  for (const FigureName& figure : figure_names()) w.field(figure.key, rounded(figures.*figure.member));
  w.end_object();
}

void row(std::string& out, std::string_view name, const Figures& f) {
  fmt::format_to(std::back_inserter(out), "{:<16} walk-in p50 {:5.1f} p90 {:5.1f} min, lost {:4.1f}%   booked late p90 {:5.1f} min   use {:.2f}\n", name, f.walk_in_p50,
                 f.walk_in_p90, f.lost * 100, f.booked_late_p90, f.use);
}

}  // namespace

void write_plan(const StaffPlan& plan, const Scenario& scenario, std::string& out) {
  const auto into = std::back_inserter(out);
  fmt::format_to(into, "desks for each half hour from opening ({} are there, to be opened in this order: {})\n", scenario.desks.size(), fmt::join(plan.order, ", "));
  for (std::size_t part = 0; part < plan.desks.size(); ++part) {
    const auto minutes = static_cast<int>(static_cast<double>(part) * plan_part_min);
    fmt::format_to(into, "  +{}:{:02}  {:>2} desks   {:.1f} desks' worth of work comes\n", minutes / 60, minutes % 60, plan.desks[part], plan.work[part]);
  }
  fmt::format_to(into, "{}\n", plan.met ? "the target is met:" : "the target is NOT met, not even so:");
  row(out, "as planned", plan.figures);
  row(out, "one desk less", plan.one_less);
  row(out, "one desk more", plan.one_more);
}

void write_plan_json(const StaffPlan& plan, const Scenario& scenario, std::string& out) {
  std::string line;
  wire::JsonWriter w{line};
  w.object().field("met", plan.met).field("desks_there", scenario.desks.size()).field("tried", plan.tried).key("half_hours").list();
  for (std::size_t part = 0; part < plan.desks.size(); ++part)
    w.object().field("from_min", static_cast<double>(part) * plan_part_min).field("desks", plan.desks[part]).field("work", std::round(plan.work[part] * 100) / 100).end_object();
  w.end_list().key("order").list();
  for (const std::string& desk : plan.order) w.value(desk);
  w.end_list();
  put_figures(w, "planned", plan.figures);
  put_figures(w, "one_less", plan.one_less);
  put_figures(w, "one_more", plan.one_more);
  w.end_object();
  out += line + "\n";
}

}  // namespace skranke::sim
