// Which facts follow from a wish. Pure: reads the state, changes nothing. The wishes of desks are in decide_desk.cpp.
#include "core/decide.hpp"

#include <algorithm>

#include "core/admission.hpp"
#include "core/calendar.hpp"
#include "core/command.hpp"
#include "core/estimate.hpp"
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

}  // namespace

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

namespace {

/// What the citizen takes instead: a place behind those who booked, or outside the full room.
bool accepted(const Facility& facility, const TakeTicket& wish, Reject reason) {
  return (reason == Reject::booking_required && wish.standby) || (reason == Reject::crowd_full && wish.outside && facility.room.wait_outside);
}

/// The window in which somebody is rung who asks for it now: what the wait is told to be, widened to whole five minutes and to a quarter of an hour.
Callback promised_call(const State& state, const Facility& facility, const ServiceId& service, Instant now) {
  constexpr Minutes grid{5}, least{15};
  const Estimate wait = foretold(state, facility, service, newcomer_rank(now), now);
  const auto on_grid = [grid](Instant at) { return std::chrono::time_point_cast<Instant::duration>(Instant{} + at.time_since_epoch() / grid * grid); };
  Callback window{on_grid(now + wait.p10), on_grid(now + wait.p90 + grid), 0};
  window.until = std::max(window.until, window.from + least);
  return window;
}

/// Who asks while nobody is here is rung when somebody is: a quarter of an hour at least, and time enough for all who asked before them. Where
/// that is longer than the opening, its end is told.
Callback promised_later(const State& state, const Facility& facility, const Service& service, const OpenSpan& opening) {
  constexpr Minutes grid{5}, least{15};
  const auto asked_before = std::count_if(state.visits.begin(), state.visits.end(), [&](const auto& entry) {
    return entry.second.callback && entry.second.state == VisitState::parked && entry.second.parked_until <= opening.from;
  });
  const auto desks = std::count_if(facility.desks.begin(), facility.desks.end(),
                                   [&](const Desk& desk) { return std::find(desk.services.begin(), desk.services.end(), service.id) != desk.services.end(); });
  const auto work = std::chrono::duration_cast<Minutes>(service.expected) * (asked_before + 1) / std::max<std::ptrdiff_t>(desks, 1);
  const Minutes whole = std::max(least, (work + grid - Minutes{1}) / grid * grid);
  return {opening.from, std::min(opening.from + whole, opening.to), 0};
}

/// Put aside until then; its place counts from then: nobody waited all night.
Decision rung_later(const State& state, const Facility& facility, VisitTaken taken, const OpenSpan& opening, Instant now) {
  taken.callback = promised_later(state, facility, *facility.find(taken.steps.front().service), opening);
  taken.anchor = opening.from;
  const VisitParked aside{taken.serial, {}, opening.from};
  return std::vector<Event>{{now, std::move(taken)}, {now, aside}};
}

Decision take(const State& state, const Facility& facility, const TakeTicket& wish, Instant now) {
  const auto plan = plan_steps(facility, wish.services);
  if (!plan) return unexpected(plan.error());
  if (state.find(wish.id) != nullptr) return unexpected(refuse(Reject::id_taken, "id"));
  const Priority* priority = facility.find(wish.priority);
  if (!wish.priority.empty() && priority == nullptr) return unexpected(refuse(Reject::unknown_priority, "priority"));
  if (!wish.printer.empty() && facility.find(wish.printer) == nullptr) return unexpected(refuse(Reject::unknown_printer, "printer"));
  if (wish.callback)
    for (std::size_t i = 0; i < wish.services.size(); ++i)
      if (!facility.find(wish.services[i])->telephone) return unexpected(refuse(Reject::not_by_telephone, "services[" + std::to_string(i) + "]"));
  if (wish.callback && (wish.channel != Channel::phone || wish.helped || wish.number || !wish.printer.empty()))
    return unexpected(refuse(Reject::wrong_content, "callback"));
  if (wish.helped && !staff_channel(wish.channel)) return unexpected(refuse(Reject::wrong_content, "helped"));
  if (wish.number)
    if (auto refusal = why_not_on_roll(state, *wish.number)) return unexpected(std::move(*refusal));
  VisitTaken taken;
  const OpenSpan opening = wish.callback ? rung_in(facility, wish.services, now).value_or(OpenSpan{}) : OpenSpan{};
  const bool later = opening.from != Instant{};   // nobody is here now: rung in the next opening
  for (const ServiceId& id : wish.services) {
    if (wish.helped || wish.number) break;   // nobody waits, or holds a ticket already: nothing stands in the way
    const Service& service = *facility.find(id);
    const auto refusal = later ? why_not_rung(state, facility, service, now) : why_not(state, facility, service, wish.channel, now, wish.party);
    if (!refusal) continue;
    if (!accepted(facility, wish, refusal->reason)) {
      Refusal told = *refusal;
      told.service = id;
      for (Alternative& other : told.alternatives)   // only here: a board that repaints need not search the calendar
        if (other.kind == Alternative::Kind::booking && !other.at) other.at = next_free(state, facility, {{id}, wish.party, {}}, now, now);
      return unexpected(std::move(told));
    }
    taken.standby = taken.standby || refusal->reason == Reject::booking_required;
    taken.outside = taken.outside || refusal->reason == Reject::crowd_full;
  }
  const auto number = wish.number ? wish.number : state.numbers.next(facility.find(wish.services.front())->letter);
  if (!number) return unexpected(refuse(Reject::numbers_exhausted));
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
  if (taken.standby) taken.head_start -= standby_behind;
  taken.printer = wish.printer;
  taken.needs = wish.needs;
  std::sort(taken.needs.begin(), taken.needs.end());
  taken.needs.erase(std::unique(taken.needs.begin(), taken.needs.end()), taken.needs.end());
  taken.helped = wish.helped;
  if (wish.number) taken.anchor = roll_anchor(state, *wish.number, now);
  if (later) return rung_later(state, facility, std::move(taken), opening, now);
  if (wish.callback) taken.callback = promised_call(state, facility, wish.services.front(), now);
  return facts(now, std::move(taken));
}

Decision leave(const State& state, const LeaveQueue& wish, Instant now) {
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  if (!visit->is_live() || visit->state == VisitState::serving) return unexpected(refuse(Reject::wrong_state, "visit"));
  return facts(now, VisitLeft{visit->serial, wish.reason});
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
  if (!away || visit->merged_into != 0) return unexpected(refuse(Reject::wrong_state, "visit"));
  if (auto refusal = nowhere_to_wait(facility, *visit)) return unexpected(std::move(*refusal));
  // Their number is erased when a telephone visit ends: nobody could ring.
  if (visit->callback && !visit->is_live()) return unexpected(refuse(Reject::return_not_allowed, "visit"));
  if (visit->state != VisitState::no_show) return facts(now, VisitReturned{visit->serial});
  const Rules& rules = facility.rules;
  if (rules.missed_return == MissedReturn::none) return unexpected(refuse(Reject::return_not_allowed, "visit"));
  if (rules.missed_within > Minutes{0} && now > visit->ended_at + rules.missed_within) return unexpected(refuse(Reject::return_too_late, "visit"));
  return facts(now, VisitReturned{visit->serial, rules.missed_return == MissedReturn::end});
}

/// The place is kept, and a desk that called goes on with the next. Never for ever: so often, so long each time.
Decision more_time(const State& state, const Facility& facility, const AskMoreTime& wish, Instant now) {
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  if (visit->callback) return unexpected(refuse(Reject::wrong_state, "visit"));   // who is rung has no page to ask on
  const bool called = visit->state == VisitState::called;
  if (!called && visit->state != VisitState::waiting && visit->state != VisitState::parked) return unexpected(refuse(Reject::wrong_state, "visit"));
  bool ready = visit->state != VisitState::waiting;
  for (std::size_t step = 0; step < visit->steps.size(); ++step) ready = ready || visit->is_ready(step);
  if (!ready) return unexpected(refuse(Reject::wrong_state, "visit"));
  const Rules& rules = facility.rules;
  if (rules.more_time == Minutes{0} || visit->more_times >= rules.more_times_max) return unexpected(refuse(Reject::no_more_time, "visit"));
  const Instant from = visit->state == VisitState::parked ? std::max(now, visit->parked_until) : now;
  const MoreTimeGiven given{visit->serial, from + rules.more_time, static_cast<std::uint8_t>(visit->more_times + 1)};
  if (!called) return facts(now, given);
  return std::vector<Event>{{now, VisitParked{visit->serial, visit->current_step()->desk, given.until}}, {now, given}};
}

/// Told and not told are facts as they come; the room does not change.
Decision note_message(const NoteMessage& wish, Instant now) {
  if (wish.failed.empty()) return facts(now, MessageSent{wish.subject, wish.kind, wish.channel, wish.attempt});
  return facts(now, MessageFailed{wish.subject, wish.kind, wish.channel, wish.attempt, wish.failed, wish.last});
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
  for (const auto& [start, id] : state.bookings_due)
    for (const BookingPart& part : state.find(id)->parts)
      if (lacks(wish.services, part.service)) return unexpected(refuse(Reject::in_use, "service " + part.service.str()));
  for (const DeskStatus& desk : state.desks)
    if (desk.phase != DeskPhase::closed && lacks(wish.desks, desk.id)) return unexpected(refuse(Reject::in_use, "desk " + desk.id.str()));
  return facts(now, FacilityApplied{wish.version, wish.toml, wish.scheduled});
}

Decision tick(const State& state, const Facility& facility, Instant now) {
  std::vector<Event> events;
  for (const auto& [until, serial] : state.parked) {
    if (until > now) break;
    events.push_back({now, VisitUnparked{serial}});
  }
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return touched(a).serial < touched(b).serial; });
  auto bookings = overdue_bookings(state, facility, now);
  if (bookings.empty()) bookings = offers(state, facility, now);   // else what has just become free is offered at once by the next tick
  for (Event& event : bookings) events.push_back(std::move(event));
  add_missed(events, state, facility, now);
  add_automatic_calls(events, state, facility, now);
  return events;
}

/// Told once, to who still waits for the first call.
Decision tell_estimate(const State& state, const Facility& facility, const TellEstimate& wish, Instant now) {
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  if (visit->state != VisitState::waiting || visit->told) return std::vector<Event>{};
  if (wish.worked_out) return facts(now, EstimateTold{visit->serial, *wish.worked_out});
  for (std::size_t step = 0; step < visit->steps.size(); ++step) {
    if (!visit->is_ready(step)) continue;
    const QueueEntry entry{!visit->front, visit->anchor - visit->head_start, visit->serial, static_cast<std::uint8_t>(step)};
    const Estimate estimate = foretold(state, facility, visit->steps[step].service, entry, now);
    return facts(now, EstimateTold{visit->serial, {now, estimate.p10.count(), estimate.p50.count(), estimate.p90.count()}});
  }
  return std::vector<Event>{};
}

Decision tell_ahead(const State& state, const ForetellStep& wish, Instant now) {
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  if (!visit->is_live() || wish.step >= visit->steps.size() || visit->steps[wish.step].state != StepState::waiting) return std::vector<Event>{};
  return facts(now, StepForetold{visit->serial, wish.step, wish.told});
}

Decision tell_ahead(const State& state, const ForetellBooking& wish, Instant now) {
  const Booking* booking = state.find(wish.booking);
  if (booking == nullptr) return unexpected(refuse(Reject::unknown_booking, "booking"));
  if (booking->state != BookingState::booked) return std::vector<Event>{};
  return facts(now, BookingForetold{booking->id, wish.told});
}

bool new_week(Day before, Day after) {
  const auto monday = [](Day day) { return day - std::chrono::days{weekday_index(day)}; };
  return monday(before) != monday(after);
}

Decision decide_today(const State& state, const Facility& facility, const Command& command, Instant now) {
  if (state.room.evacuated && waits_for_evacuation(command)) {
    if (std::holds_alternative<Tick>(command)) return std::vector<Event>{};
    return unexpected(refuse(Reject::evacuation));
  }
  return std::visit(Overload{[&](const TakeTicket& wish) -> Decision { return take(state, facility, wish, now); },
                             [&](const LeaveQueue& wish) -> Decision { return leave(state, wish, now); },
                             [&](const ReturnVisit& wish) -> Decision { return come_back(state, facility, wish, now); },
                             [&](const PrintTicket& wish) -> Decision { return print_again(state, facility, wish, now); },
                             [&](const ReportPaper& wish) -> Decision { return note_paper(state, wish, now); },
                             [&](const ApplyFacility& wish) -> Decision { return apply_facility(state, wish, now); },
                             [&](const ScheduleFacility& wish) -> Decision { return decide_plan(state, wish, now); },
                             [&](const CancelFacility& wish) -> Decision { return decide_plan(state, wish, now); },
                             [&](const NoteRefusals& wish) -> Decision { return note_refusals(wish, now); },
                             [&](const Tick&) -> Decision { return tick(state, facility, now); },
                             [&](const CreateBooking& wish) -> Decision { return decide_booking(state, facility, wish, now); },
                             [&](const ConfirmBooking& wish) -> Decision { return decide_booking(state, facility, wish, now); },
                             [&](const MoveBooking& wish) -> Decision { return decide_booking(state, facility, wish, now); },
                             [&](const CancelBooking& wish) -> Decision { return decide_booking(state, facility, wish, now); },
                             [&](const CheckIn& wish) -> Decision { return decide_booking(state, facility, wish, now); },
                             [&](const WishPlace& wish) -> Decision { return decide_booking(state, facility, wish, now); },
                             [&](const DeclineOffer& wish) -> Decision { return decide_booking(state, facility, wish, now); },
                             [&](const ReleasePlaces& wish) -> Decision { return decide_booking(state, facility, wish, now); },
                             [&](const TellEstimate& wish) -> Decision { return tell_estimate(state, facility, wish, now); },
                             [&](const ForetellStep& wish) -> Decision { return tell_ahead(state, wish, now); },
                             [&](const ForetellBooking& wish) -> Decision { return tell_ahead(state, wish, now); },
                             [&](const EditVisit& wish) -> Decision { return decide_host(state, facility, wish, now); },
                             [&](const MoveVisit& wish) -> Decision { return decide_host(state, facility, wish, now); },
                             [&](const MergeVisits& wish) -> Decision { return decide_host(state, facility, wish, now); },
                             [&](const SplitVisit& wish) -> Decision { return decide_host(state, facility, wish, now); },
                             [&](const SetRoomMode& wish) -> Decision { return decide_room(state, facility, wish, now); },
                             [&](const Evacuate& wish) -> Decision { return decide_room(state, wish, now); },
                             [&](const AskMoreTime& wish) -> Decision { return more_time(state, facility, wish, now); },
                             [&](const NoteMessage& wish) -> Decision { return note_message(wish, now); },
                             [&](const SeeHandover& wish) -> Decision { return decide_room(state, wish, now); },
                             [&](const auto& wish) -> Decision { return decide_desk(state, facility, wish, now); }},
                    command);
}

}  // namespace

Refusal refuse(Reject reason, std::string field) { return {reason, std::move(field), {}, std::nullopt}; }

Decision decide(const State& state, const Facility& facility, const Command& command, Instant now) {
  const Day today = business_day(facility.zone, facility.site.business_day_starts, now);
  // A day never goes back: a clock that was set back stays in the day that has begun.
  if (today <= state.day) return decide_today(state, facility, command, now);
  const Event start{now, DayStarted{today, new_week(state.day, today)}};
  State begun = state;
  evolve(begun, start);
  std::vector<Event> opening{start};
  for (const Event& ended : night(begun, facility, today, now)) {
    evolve(begun, ended);
    opening.push_back(ended);
  }
  Decision decision = decide_today(begun, facility, command, now);
  if (decision) decision->insert(decision->begin(), opening.begin(), opening.end());
  return decision;
}

Instant next_due(const State& state, const Facility& facility, Instant now) {
  const Day tomorrow = std::max(state.day, business_day(facility.zone, facility.site.business_day_starts, now)) + std::chrono::days{1};
  Instant next = facility.zone.to_utc(tomorrow + facility.site.business_day_starts);
  // In the night that is an hour longer the day may begin at a time of the clock that comes twice, and has come once.
  if (next <= now) next = now + std::chrono::minutes{1};
  if (state.room.evacuated) return next;   // every other clock stands
  if (!state.parked.empty()) next = std::min(next, std::max(state.parked.begin()->first, now));
  if (state.places_due != Instant{}) next = std::min(next, std::max(state.places_due, now));
  if (const auto overdue = next_overdue_booking(state, facility)) next = std::min(next, std::max(*overdue, now));
  return next_by_itself(state, facility, now, next);
}

Instant next_tick(const State& state, const Facility& facility, Instant now) {
  return std::min(now + std::chrono::minutes{1}, next_due(state, facility, now));
}

}  // namespace skranke::core
