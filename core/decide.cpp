// Which facts follow from a wish. Pure: reads the state, changes nothing. The wishes of desks are in decide_desk.cpp.
#include "core/decide.hpp"

#include <algorithm>

#include "core/command.hpp"
#include "core/policy/policy.hpp"

namespace skranke::core {
namespace {

using tl::unexpected;

template <class... Ts>
struct Overload : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overload(Ts...) -> Overload<Ts...>;

/// Steps of this visit that the service wants before it, as indexes.
std::vector<std::uint8_t> steps_before(const Service& service, const std::vector<ServiceId>& wanted) {
  std::vector<std::uint8_t> before;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (std::find(service.after.begin(), service.after.end(), wanted[i]) != service.after.end()) before.push_back(static_cast<std::uint8_t>(i));
  return before;
}

tl::expected<std::vector<StepPlan>, Refusal> plan_steps(const Facility& facility, const std::vector<ServiceId>& wanted) {
  if (wanted.empty() || wanted.size() > steps_max) return unexpected(refuse(Reject::wrong_content, "services"));
  std::vector<StepPlan> plan;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string field = "services[" + std::to_string(i) + "]";
    const Service* service = facility.find(wanted[i]);
    if (service == nullptr) return unexpected(refuse(Reject::unknown_service, field));
    if (std::count(wanted.begin(), wanted.end(), wanted[i]) > 1) return unexpected(refuse(Reject::wrong_content, field));
    plan.push_back({service->id, service->authority, steps_before(*service, wanted)});
  }
  return plan;
}

bool staff_channel(Channel channel) { return channel == Channel::host || channel == Channel::phone; }

template <class Key>
std::uint32_t count_of(const std::vector<std::pair<Key, std::uint32_t>>& tallies, const Key& key) {
  for (const auto& [name, count] : tallies)
    if (name == key) return count;
  return 0;
}

std::uint32_t authority_today(const State& state, const Facility& facility, const AuthorityId& authority) {
  std::uint32_t taken = 0;
  for (const auto& [service, count] : state.taken_today)
    if (const Service* found = facility.find(service); found != nullptr && found->authority == authority) taken += count;
  return taken;
}

bool reached(const std::optional<int>& quota, std::uint32_t taken) { return quota && taken >= static_cast<std::uint32_t>(*quota); }

bool week_spent(const State& state, const Facility& facility, const Service& service) {
  const Authority* authority = facility.find(service.authority);
  return authority != nullptr && reached(authority->weekly_quota, count_of(state.taken_week, authority->id));
}

bool quota_spent(const State& state, const Facility& facility, const Service& service) {
  if (reached(service.daily_quota, count_of(state.taken_today, service.id)) || week_spent(state, facility, service)) return true;
  const Authority* authority = facility.find(service.authority);
  return authority != nullptr && reached(authority->daily_quota, authority_today(state, facility, authority->id));
}

/// The last instant before a spent quota counts from nought again: nobody is sent to an opening that is just as full.
Instant quota_renewed(const State& state, const Facility& facility, const Service& service) {
  const int ahead = week_spent(state, facility, service) ? 7 - static_cast<int>(weekday_index(state.day)) : 1;
  return facility.zone.to_utc(state.day + std::chrono::days{ahead} + facility.site.business_day_starts) - std::chrono::milliseconds{1};
}

Refusal with_openings(Refusal refusal, const Facility& facility, const Service& service, Instant now) {
  if (const auto opening = next_opening(facility, service, now))
    refusal.alternatives.push_back({Alternative::Kind::opens, opening->from, {}, service.id});
  const Authority* authority = facility.find(service.authority);
  if (authority != nullptr && !authority->address.empty())
    refusal.alternatives.push_back({Alternative::Kind::place, std::nullopt, authority->address, service.id});
  return refusal;
}

Decision take(const State& state, const Facility& facility, const TakeTicket& wish, Instant now) {
  const auto plan = plan_steps(facility, wish.services);
  if (!plan) return unexpected(plan.error());
  if (state.find(wish.id) != nullptr) return unexpected(refuse(Reject::id_taken, "id"));
  const Priority* priority = facility.find(wish.priority);
  if (!wish.priority.empty() && priority == nullptr) return unexpected(refuse(Reject::unknown_priority, "priority"));
  if (!wish.printer.empty() && facility.find(wish.printer) == nullptr) return unexpected(refuse(Reject::unknown_printer, "printer"));
  for (const ServiceId& id : wish.services) {
    const auto refusal = why_not(state, facility, *facility.find(id), wish.channel, now);
    if (refusal && !(refusal->reason == Reject::booking_required && wish.standby)) return unexpected(*refusal);
  }
  const auto number = state.numbers.next(facility.find(wish.services.front())->letter);
  if (!number) return unexpected(refuse(Reject::numbers_exhausted));
  VisitTaken taken;
  taken.serial = state.last_serial + 1;
  taken.id = wish.id;
  taken.token = wish.token;
  taken.number = *number;
  taken.day = state.day;
  taken.steps = *plan;
  taken.language = wish.language.empty() ? facility.site.languages.front() : wish.language;
  taken.channel = wish.channel;
  taken.party = wish.party;
  taken.priority = wish.priority;
  taken.head_start = priority == nullptr ? std::chrono::seconds{0} : std::chrono::seconds{priority->head_start};
  taken.printer = wish.printer;
  taken.needs = wish.needs;
  std::sort(taken.needs.begin(), taken.needs.end());
  taken.needs.erase(std::unique(taken.needs.begin(), taken.needs.end()), taken.needs.end());
  taken.standby = wish.standby;
  return facts(now, std::move(taken));
}

Decision leave(const State& state, const LeaveQueue& wish, Instant now) {
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  if (!visit->is_live() || visit->state == VisitState::serving) return unexpected(refuse(Reject::wrong_state, "visit"));
  return facts(now, VisitLeft{visit->serial});
}

/// Is there still somebody to wait for? Services and desks may have gone from the facility while the visit was away.
std::optional<Refusal> nowhere_to_wait(const Facility& facility, const Visit& visit) {
  for (const Step& step : visit.steps) {
    const bool transferred = step.state == StepState::skipped && step.finished_at != Instant{};
    if (step.state == StepState::done || transferred) continue;
    if (facility.find(step.service) == nullptr) return refuse(Reject::unknown_service, "visit");
    if (!step.tied.empty() && facility.find(step.tied) == nullptr) return refuse(Reject::unknown_desk, "visit");
  }
  return std::nullopt;
}

Decision come_back(const State& state, const Facility& facility, const ReturnVisit& wish, Instant now) {
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  const bool away = visit->state == VisitState::parked || visit->state == VisitState::no_show || visit->state == VisitState::left;
  if (!away) return unexpected(refuse(Reject::wrong_state, "visit"));
  if (auto refusal = nowhere_to_wait(facility, *visit)) return unexpected(std::move(*refusal));
  return facts(now, VisitReturned{visit->serial});
}

Decision print_again(const State& state, const Facility& facility, const PrintTicket& wish, Instant now) {
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  if (facility.find(wish.printer) == nullptr) return unexpected(refuse(Reject::unknown_printer, "printer"));
  const bool busy = visit->paper.state == PaperState::queued || visit->paper.state == PaperState::printing;
  if (!visit->is_live() || busy) return unexpected(refuse(Reject::wrong_state, "visit"));
  return facts(now, PaperChanged{visit->serial, {PaperState::queued, wish.printer, visit->paper.copy + 1, {}, now}});
}

/// A worker's word about an older copy, or about a visit that is gone, changes nothing.
Decision note_paper(const State& state, const ReportPaper& wish, Instant now) {
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr || visit->paper.copy != wish.copy || wish.copy == 0) return unexpected(refuse(Reject::unknown_visit, "visit"));
  Paper paper = wish.paper;
  paper.copy = wish.copy;
  paper.at = now;
  if (paper.printer.empty()) paper.printer = visit->paper.printer;
  return facts(now, PaperChanged{visit->serial, std::move(paper)});
}

/// A facility may not take away what a citizen in the room waits for (a service, or the one desk the visit was sent to), nor a desk that is open.
Decision apply_facility(const State& state, const ApplyFacility& wish, Instant now) {
  const auto lacks = [](const auto& ids, const auto& id) { return std::find(ids.begin(), ids.end(), id) == ids.end(); };
  for (const auto& [serial, visit] : state.visits) {
    if (!visit.is_live()) continue;
    for (const Step& step : visit.steps) {
      if (step.finished_at != Instant{}) continue;
      if (lacks(wish.services, step.service)) return unexpected(refuse(Reject::in_use, "service " + step.service.str()));
      if (!step.tied.empty() && lacks(wish.desks, step.tied)) return unexpected(refuse(Reject::in_use, "desk " + step.tied.str()));
    }
  }
  for (const DeskStatus& desk : state.desks)
    if (desk.phase != DeskPhase::closed && lacks(wish.desks, desk.id)) return unexpected(refuse(Reject::in_use, "desk " + desk.id.str()));
  return facts(now, FacilityApplied{wish.version, wish.toml});
}

Decision tick(const State& state, Instant now) {
  std::vector<Event> events;
  for (const auto& [serial, visit] : state.visits)
    if (visit.state == VisitState::parked && visit.parked_until <= now) events.push_back({now, VisitUnparked{serial}});
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return touched(a).serial < touched(b).serial; });
  return events;
}

bool new_week(Day before, Day after) {
  const auto monday = [](Day day) { return day - std::chrono::days{weekday_index(day)}; };
  return monday(before) != monday(after);
}

Decision decide_today(const State& state, const Facility& facility, const Command& command, Instant now) {
  return std::visit(Overload{[&](const TakeTicket& wish) -> Decision { return take(state, facility, wish, now); },
                             [&](const LeaveQueue& wish) -> Decision { return leave(state, wish, now); },
                             [&](const ReturnVisit& wish) -> Decision { return come_back(state, facility, wish, now); },
                             [&](const PrintTicket& wish) -> Decision { return print_again(state, facility, wish, now); },
                             [&](const ReportPaper& wish) -> Decision { return note_paper(state, wish, now); },
                             [&](const ApplyFacility& wish) -> Decision { return apply_facility(state, wish, now); },
                             [&](const Tick&) -> Decision { return tick(state, now); },
                             [&](const auto& wish) -> Decision { return decide_desk(state, facility, wish, now); }},
                    command);
}

}  // namespace

Refusal refuse(Reject reason, std::string field) { return {reason, std::move(field), {}, std::nullopt}; }

std::optional<Refusal> why_not(const State& state, const Facility& facility, const Service& service, Channel channel, Instant now) {
  const Day today = std::chrono::floor<std::chrono::days>(facility.zone.to_local(now));
  if (!is_open(site_hours(facility, today), now)) return with_openings(refuse(Reject::closed, "services"), facility, service, now);
  if (!is_open(service_hours(facility, service, today), now))
    return with_openings(refuse(Reject::authority_absent, "services"), facility, service, now);
  // Tallies of a day that is over do not count; a clock that was set back does not reopen a quota.
  const bool tallies_hold = state.day >= business_day(facility.zone, facility.site.business_day_starts, now);
  if (tallies_hold && quota_spent(state, facility, service))
    return with_openings(refuse(Reject::quota_full, "services"), facility, service, quota_renewed(state, facility, service));
  if (state.queue(service.id).size() >= static_cast<std::size_t>(service.queue_max))
    return with_openings(refuse(Reject::queue_full, "services"), facility, service, now);
  if (service.mode == Mode::booking && !staff_channel(channel)) {
    Refusal refusal = refuse(Reject::booking_required, "services");
    refusal.alternatives.push_back({Alternative::Kind::standby, std::nullopt, {}, service.id});
    return refusal;
  }
  return std::nullopt;
}

Decision decide(const State& state, const Facility& facility, const Command& command, Instant now) {
  const Day today = business_day(facility.zone, facility.site.business_day_starts, now);
  // A day never goes back: a clock that was set back stays in the day that has begun.
  if (today <= state.day) return decide_today(state, facility, command, now);
  const Event start{now, DayStarted{today, new_week(state.day, today)}};
  State begun = state;
  evolve(begun, start);
  Decision decision = decide_today(begun, facility, command, now);
  if (decision) decision->insert(decision->begin(), start);
  return decision;
}

Instant next_due(const State& state, const Facility& facility, Instant now) {
  const Day tomorrow = business_day(facility.zone, facility.site.business_day_starts, now) + std::chrono::days{1};
  Instant next = facility.zone.to_utc(tomorrow + facility.site.business_day_starts);
  for (const auto& [serial, visit] : state.visits)
    if (visit.state == VisitState::parked) next = std::min(next, std::max(visit.parked_until, now));
  return next;
}

Instant next_tick(const State& state, const Facility& facility, Instant now) {
  return std::min(now + std::chrono::minutes{1}, next_due(state, facility, now));
}

}  // namespace skranke::core
