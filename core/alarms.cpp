#include "core/alarms.hpp"

#include <algorithm>
#include <tuple>

#include "core/estimate.hpp"

namespace skranke::core {
namespace {

using std::chrono::floor;

Minutes minutes_between(Instant from, Instant to) { return floor<Minutes>(to - from); }

Alarm alarm(AlarmKind kind, std::string id, Instant since) {
  Alarm made;
  made.kind = kind;
  made.id = std::move(id);
  made.since = since;
  return made;
}

void add_waits(std::vector<Alarm>& all, const State& state, const Facility& facility, Instant now) {
  for (const Service& service : facility.services) {
    const Minutes limit = service.alarm_wait.value_or(facility.alarms.wait);
    const Visit* oldest = nullptr;
    std::uint32_t late = 0;
    for (const QueueEntry& entry : state.queue(service.id)) {
      const Visit& visit = *state.find(entry.serial);
      if (limit.count() == 0 || visit.anchor + limit > now) continue;
      ++late;
      if (oldest == nullptr || visit.anchor < oldest->anchor) oldest = &visit;
    }
    if (oldest == nullptr) continue;
    Alarm made = alarm(AlarmKind::wait, "wait:" + service.id.str(), oldest->anchor + limit);
    made.service = service.id;
    made.visit = oldest->serial;
    made.count = late;
    made.minutes = minutes_between(oldest->anchor, now);
    if (made.minutes >= 2 * limit) made.severity = AlarmSeverity::urgent;
    all.push_back(std::move(made));
  }
}

/// Since the one came who made it too many.
void add_queues(std::vector<Alarm>& all, const State& state, const Facility& facility) {
  const auto limit = static_cast<std::size_t>(facility.alarms.queue);
  for (const Service& service : facility.services) {
    const auto& queue = state.queue(service.id);
    if (limit == 0 || queue.size() <= limit) continue;
    std::vector<Instant> came;
    for (const QueueEntry& entry : queue) came.push_back(state.find(entry.serial)->created_at);
    std::nth_element(came.begin(), came.begin() + static_cast<std::ptrdiff_t>(limit), came.end());
    Alarm made = alarm(AlarmKind::queue, "queue:" + service.id.str(), came[limit]);
    made.service = service.id;
    made.count = static_cast<std::uint32_t>(queue.size());
    all.push_back(std::move(made));
  }
}

struct Forgotten {
  AlarmKind kind;
  const char* word;
  Minutes limit;
  Instant begun;
};

std::optional<Forgotten> forgotten(const Visit& visit, const AlarmRules& rules) {
  const auto aside = std::find_if(visit.steps.begin(), visit.steps.end(), [](const Step& step) { return step.state == StepState::parked; });
  if (visit.state == VisitState::called) return Forgotten{AlarmKind::called, "called:", rules.called, visit.current_step()->last_call_at};
  if (visit.state == VisitState::serving) return Forgotten{AlarmKind::serving, "serving:", rules.serving, visit.current_step()->started_at};
  // Whom no desk has had yet is put aside until a time that was told them: nobody forgot.
  if (visit.state == VisitState::parked && aside != visit.steps.end() && std::max(aside->last_call_at, aside->started_at) != Instant{})
    return Forgotten{AlarmKind::parked, "parked:", rules.parked, std::max(aside->last_call_at, aside->started_at)};
  return std::nullopt;
}

void add_forgotten(std::vector<Alarm>& all, const State& state, const Facility& facility, Instant now) {
  for (const auto& [serial, visit] : state.visits) {
    const auto what = forgotten(visit, facility.alarms);
    if (!what || what->limit.count() == 0 || what->begun + what->limit > now) continue;
    Alarm made = alarm(what->kind, what->word + visit.id.str(), what->begun + what->limit);
    made.visit = serial;
    if (const Step* step = visit.current_step()) made.desk = step->desk, made.service = step->service;
    made.minutes = minutes_between(what->begun, now);
    all.push_back(std::move(made));
  }
}

/// Visits with a step of this authority still to come.
std::uint32_t waiting_for(const State& state, const Facility& facility, const AuthorityId& authority) {
  std::uint32_t count = 0;
  for (const auto& [serial, visit] : state.visits) {
    if (visit.state != VisitState::waiting && visit.state != VisitState::parked) continue;
    count += std::any_of(visit.steps.begin(), visit.steps.end(), [&](const Step& step) {
      const Service* service = facility.find(step.service);
      return (step.state == StepState::waiting || step.state == StepState::parked) && service != nullptr && service->authority == authority;
    });
  }
  return count;
}

/// The end of the span of today that holds `now`, else of the last one before it; nothing when none has begun.
std::optional<Instant> end_of(const std::vector<OpenSpan>& spans, Instant now) {
  std::optional<Instant> end;
  for (const OpenSpan& span : spans)
    if (span.from <= now) end = span.to;
  return end;
}

std::vector<OpenSpan> presence(const Facility& facility, const Authority& authority, Day day) {
  Service any;
  any.authority = authority.id;
  return service_hours(facility, any, day);
}

void add_leaving(std::vector<Alarm>& all, const State& state, const Facility& facility, Instant now) {
  const Day today = local_day(facility, now);
  for (const Authority& authority : facility.authorities) {
    const auto limit = facility.alarms.leaving;
    if (authority.present.empty() || limit.count() == 0) continue;
    const auto spans = presence(facility, authority, today);
    const auto end = end_of(spans, now);
    const Instant leaves = end.value_or(facility.zone.to_utc(LocalTime{today}));
    if (leaves - limit > now) continue;
    const auto next = std::any_of(spans.begin(), spans.end(), [&](const OpenSpan& span) { return span.from > now; });
    const std::uint32_t count = next ? 0 : waiting_for(state, facility, authority.id);
    if (count == 0) continue;   // nobody waits, or it comes back today
    Alarm made = alarm(AlarmKind::leaving, "leaving:" + authority.id.str(), leaves - limit);
    made.authority = authority.id;
    made.count = count;
    made.minutes = std::max(Minutes{0}, std::chrono::ceil<Minutes>(leaves - now));
    if (leaves <= now) made.severity = AlarmSeverity::urgent;
    all.push_back(std::move(made));
  }
}

bool more_work_than(const State& state, const Facility& facility, std::chrono::milliseconds left, Instant now) {
  return std::any_of(facility.services.begin(), facility.services.end(), [&](const Service& service) {
    return !state.queue(service.id).empty() && outlook(state, facility, service.id, newcomer_rank(now), now).estimate.p50 > left;
  });
}

void add_closing(std::vector<Alarm>& all, const State& state, const Facility& facility, Instant now) {
  const Day today = local_day(facility, now);
  const auto spans = site_hours(facility, today);
  const auto waiting = static_cast<std::uint32_t>(state.waiting_count());
  const auto left = open_time_left(spans, now);
  const auto limit = facility.alarms.closing;
  if (waiting == 0 || facility.opening.empty()) return;
  if (left.count() <= 0) {
    Alarm made = alarm(AlarmKind::after_closing, "after_closing", end_of(spans, now).value_or(facility.zone.to_utc(LocalTime{today})));
    made.severity = AlarmSeverity::urgent;
    made.count = waiting;
    made.minutes = minutes_between(made.since, now);
    return all.push_back(std::move(made));
  }
  if (limit.count() == 0 || left > limit || !more_work_than(state, facility, left, now)) return;
  Alarm made = alarm(AlarmKind::closing, "closing", now + left - limit);
  made.count = waiting;
  made.minutes = std::chrono::ceil<Minutes>(left);
  all.push_back(std::move(made));
}

void add_desks(std::vector<Alarm>& all, const State& state, const Facility& facility, Instant now) {
  const auto limit = facility.alarms.desk_break;
  for (const DeskStatus& desk : state.desks) {
    if (desk.phase != DeskPhase::on_break || limit.count() == 0 || desk.since + limit > now) continue;
    Alarm made = alarm(AlarmKind::desk_break, "break:" + desk.id.str(), desk.since + limit);
    made.desk = desk.id;
    made.minutes = minutes_between(desk.since, now);
    all.push_back(std::move(made));
  }
}

/// A plan is carried out by the shell within a minute; one that is still there cannot be.
void add_plans(std::vector<Alarm>& all, const State& state, Instant now) {
  for (const ScheduledFacility& plan : state.scheduled) {
    if (plan.from + Minutes{1} > now) continue;
    Alarm made = alarm(AlarmKind::plan, "plan:" + plan.id, plan.from);
    made.severity = AlarmSeverity::urgent;
    made.minutes = minutes_between(plan.from, now);
    all.push_back(std::move(made));
  }
}

void add_promises(std::vector<Alarm>& all, const Facility& facility, const PromiseWatch& watch, Instant now) {
  for (const BrokenPromise& broken : watch.broken()) {
    if (!facility.alarms.promise || facility.find(broken.service) == nullptr) continue;
    Alarm made = alarm(AlarmKind::promise, "promise:" + broken.service.str(), broken.since);
    made.service = broken.service;
    made.working_days = broken.working_days;
    made.minutes = std::max(Minutes{0}, minutes_between(broken.since, now));
    if (broken.working_days == 0) made.severity = AlarmSeverity::urgent;
    all.push_back(std::move(made));
  }
}

/// One for each printer, however many tickets wait for it; a printer that the site has no more says nothing.
void add_printers(std::vector<Alarm>& all, const Facility& facility, const std::vector<PrinterTrouble>& printers, Instant now) {
  for (const PrinterTrouble& trouble : printers) {
    if (facility.find(trouble.printer) == nullptr) continue;
    Alarm made = alarm(AlarmKind::printer, "printer:" + trouble.printer.str(), trouble.since);
    made.printer = trouble.printer;
    made.reason = trouble.reason;
    made.minutes = std::max(Minutes{0}, minutes_between(trouble.since, now));
    if (!trouble.prints) made.severity = AlarmSeverity::urgent;
    all.push_back(std::move(made));
  }
}

}  // namespace

std::vector<Alarm> alarms(const State& state, const Facility& facility, Instant now, const PromiseWatch* watch, const std::vector<PrinterTrouble>& printers) {
  std::vector<Alarm> all;
  add_waits(all, state, facility, now);
  add_queues(all, state, facility);
  add_forgotten(all, state, facility, now);
  add_leaving(all, state, facility, now);
  add_closing(all, state, facility, now);
  add_desks(all, state, facility, now);
  add_plans(all, state, now);
  if (watch != nullptr) add_promises(all, facility, *watch, now);
  add_printers(all, facility, printers, now);
  std::sort(all.begin(), all.end(), [](const Alarm& a, const Alarm& b) {
    return std::tuple(a.severity != AlarmSeverity::urgent, a.since, a.id) < std::tuple(b.severity != AlarmSeverity::urgent, b.since, b.id);
  });
  if (all.size() > alarms_max) all.resize(alarms_max);
  return all;
}

}  // namespace skranke::core
