#include "core/policy/skranke.hpp"

#include <algorithm>

#include "core/forecast/rule.hpp"

namespace skranke::core {
namespace {

/// The first of a queue of its kind; the later ones of the same kind are never more urgent.
struct Candidate {
  QueueEntry entry;
  const Visit* visit = nullptr;
  double expected_min = 0, urgency = 0;
};

/// One call lets at most so many wait for a short errand.
constexpr std::size_t passed_at_once_max = 16;

double minutes_between(Instant from, Instant to) { return std::chrono::duration<double, std::ratio<60>>(to - from).count(); }

double house_mean_min(const Facility& facility) {
  double sum = 0;
  for (const Service& service : facility.services) sum += static_cast<double>(service.expected.count());
  return std::max(1.0, sum / static_cast<double>(std::max<std::size_t>(facility.services.size(), 1)));
}

bool serves(const Facility& facility, const DeskStatus& desk, const ServiceId& service) {
  const auto holds = [&](const std::vector<ServiceId>& services) { return std::find(services.begin(), services.end(), service) != services.end(); };
  const Desk* described = facility.find(desk.id);
  return described != nullptr && holds(described->services) && (desk.services.empty() || holds(desk.services));
}

/// Open desks for each that can see to this errand.
double rarity(const State& state, const Facility& facility, const ServiceId& service) {
  double open = 0, able = 0;
  for (const DeskStatus& desk : state.desks) {
    if (desk.phase != DeskPhase::open) continue;
    open += 1;
    able += serves(facility, desk, service) ? 1 : 0;
  }
  return able > 0 ? scarcity(open / able) : 1;
}

class Choosing {
 public:
  Choosing(const State& state, const Asking& desk) : state_{state}, desk_{desk}, house_min_{house_mean_min(desk.facility)} {}

  std::optional<Choice> choose() {
    for (const ServiceId& service : desk_.services) look_at(service);
    if (candidates_.empty()) return std::nullopt;
    std::stable_sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
      return a.urgency != b.urgency ? a.urgency > b.urgency : a.entry.serial < b.entry.serial;
    });
    for (const Candidate& candidate : candidates_) {
      std::vector<Serial> passed;
      if (may_go_first(candidate, passed)) return chosen(candidate, std::move(passed));
    }
    return std::nullopt;   // not reached: the longest waiting walk-in and every booked one pass nobody
  }

 private:
  void look_at(const ServiceId& id) {
    const Service& service = *desk_.facility.find(id);
    bool booked = false, walk_in = false;
    for (const QueueEntry& entry : state_.queue(id)) {
      if (booked && walk_in) return;
      const Visit& visit = *state_.find(entry.serial);
      bool& seen = visit.booked_for ? booked : walk_in;
      if (seen || !may_call(state_, desk_, entry)) continue;
      seen = true;
      candidates_.push_back({entry, &visit, static_cast<double>(service.expected.count()), urgency_of(service, entry, visit)});
    }
  }

  double urgency_of(const Service& service, const QueueEntry& entry, const Visit& visit) const {
    if (visit.front) return 1e9 + minutes_between(entry.rank, desk_.now);
    const Rules& rules = desk_.facility.rules;
    const bool booked = visit.booked_for.has_value();
    const Minutes target = booked ? service.booked_target.value_or(rules.booked_target) : service.walk_in_target.value_or(rules.walk_in_target);
    const double factor = length_factor(booked, static_cast<double>(service.expected.count()), house_min_) / rarity(state_, desk_.facility, service.id);
    return core::urgency(booked, minutes_between(entry.rank, desk_.now), static_cast<double>(target.count()), factor);
  }

  /// Nobody asks a booked visit to let others past, nor one that a clerk put in front.
  bool may_go_first(const Candidate& candidate, std::vector<Serial>& passed) const {
    if (candidate.visit->booked_for || candidate.visit->front) return true;
    for (const ServiceId& service : desk_.services) {
      const double expected = static_cast<double>(desk_.facility.find(service)->expected.count());
      for (const QueueEntry& entry : state_.queue(service)) {
        if (!(entry < candidate.entry)) break;
        const Visit& visit = *state_.find(entry.serial);
        if (visit.booked_for || visit.front || entry.serial == candidate.entry.serial || !may_call(state_, desk_, entry)) continue;
        const bool lets_past = visit.passed < passed_max && candidate.expected_min <= passing_length_share * expected;
        if (!lets_past || passed.size() == passed_at_once_max) return false;
        if (std::find(passed.begin(), passed.end(), entry.serial) == passed.end()) passed.push_back(entry.serial);
      }
    }
    return true;
  }

  Choice chosen(const Candidate& candidate, std::vector<Serial> passed) const {
    Choice choice;
    choice.serial = candidate.entry.serial;
    choice.step = candidate.entry.step;
    for (const Candidate& other : candidates_) {
      if (other.entry.serial == choice.serial) continue;
      choice.runner_up = other.entry.serial;
      break;
    }
    if (choice.runner_up == 0) choice.runner_up = next_behind(candidate);
    choice.why = why(candidate, choice.runner_up == 0, !passed.empty());
    choice.passed = std::move(passed);
    return choice;
  }

  /// Who would have been called of the same kind, where there is no other.
  Serial next_behind(const Candidate& candidate) const {
    for (const ServiceId& service : desk_.services)
      for (const QueueEntry& entry : state_.queue(service))
        if (entry.serial != candidate.entry.serial && may_call(state_, desk_, entry)) return entry.serial;
    return 0;
  }

  static Why why(const Candidate& candidate, bool alone, bool passes) {
    if (candidate.visit->front) return Why::front;
    if (alone) return Why::only_one;
    if (candidate.visit->booked_for) return Why::booked_time;
    if (passes) return Why::short_errand;
    return candidate.visit->head_start.count() > 0 ? Why::priority : Why::target;
  }

  const State& state_;
  const Asking& desk_;
  double house_min_;
  std::vector<Candidate> candidates_;
};

}  // namespace

std::optional<Choice> Skranke::choose(const State& state, const Asking& desk) const { return Choosing{state, desk}.choose(); }

}  // namespace skranke::core
