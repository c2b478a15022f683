// What each fact does to the room. The only code that changes a State.
#include <algorithm>

#include "core/check.hpp"
#include "core/evolve.hpp"
#include "core/evolve_booking.hpp"
#include "core/forecast/learn.hpp"

namespace skranke::core {
namespace {

template <class... Ts>
struct Overload : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overload(Ts...) -> Overload<Ts...>;

Visit& visit_of(State& state, Serial serial) {
  const auto found = state.visits.find(serial);
  SKRANKE_TRUTH(found != state.visits.end());
  return found->second;
}

/// The step that is called or served. A fact about a visit that is at no desk is our bug.
Step& step_at_desk(Visit& visit) {
  SKRANKE_TRUTH(visit.current < visit.steps.size());
  return visit.steps[visit.current];
}

DeskStatus& desk_of(State& state, const DeskId& id) {
  for (DeskStatus& desk : state.desks)
    if (desk.id == id) return desk;
  DeskStatus fresh;
  fresh.id = id;
  state.desks.push_back(std::move(fresh));
  return state.desks.back();
}

std::vector<QueueEntry>& queue_of(State& state, const ServiceId& id) {
  for (auto& [service, queue] : state.queues)
    if (service == id) return queue;
  return state.queues.emplace_back(id, std::vector<QueueEntry>{}).second;
}

template <class Key>
std::uint32_t& tally_of(std::vector<std::pair<Key, std::uint32_t>>& tallies, const Key& key) {
  for (auto& [name, count] : tallies)
    if (name == key) return count;
  return tallies.emplace_back(key, 0U).second;
}

QueueEntry entry_of(const Visit& visit, std::size_t step) {
  return {!visit.front, visit.anchor - visit.head_start, visit.serial, static_cast<std::uint8_t>(step)};
}

/// A waiting visit stands in the queue of each step it is ready for, one that is put aside among the parked; any other stands nowhere.
void enqueue(State& state, const Visit& visit) {
  if (visit.state == VisitState::parked) state.parked.emplace(visit.parked_until, visit.serial);
  if (visit.state != VisitState::waiting) return;
  for (std::size_t step = 0; step < visit.steps.size(); ++step) {
    if (!visit.is_ready(step)) continue;
    auto& queue = queue_of(state, visit.steps[step].service);
    const QueueEntry entry = entry_of(visit, step);
    queue.insert(std::upper_bound(queue.begin(), queue.end(), entry), entry);
    if (step > 0) ++state.later_steps_queued;
  }
}

void dequeue(State& state, const Visit& visit) {
  if (visit.state == VisitState::parked) SKRANKE_TRUTH(state.parked.erase({visit.parked_until, visit.serial}) == 1);
  if (visit.state != VisitState::waiting) return;
  for (std::size_t step = 0; step < visit.steps.size(); ++step) {
    if (!visit.is_ready(step)) continue;
    auto& queue = queue_of(state, visit.steps[step].service);
    const QueueEntry entry = entry_of(visit, step);
    const auto at = std::lower_bound(queue.begin(), queue.end(), entry);
    SKRANKE_TRUTH(at != queue.end() && *at == entry);
    queue.erase(at);
    if (step > 0) --state.later_steps_queued;
  }
}

bool newer(const BoardCall& a, const BoardCall& b) { return a.at != b.at ? a.at > b.at : a.serial > b.serial; }

/// A visit's call: to where it is called or served, else its newest one. Told from the visit alone, so that it comes out the same when it is told again,
/// also after a clock was set back.
std::optional<BoardCall> last_call(const Visit& visit) {
  const Step* latest = visit.current_step();
  if (latest == nullptr)
    for (const Step& step : visit.steps)
      if (step.attempts > 0 && (latest == nullptr || step.last_call_at >= latest->last_call_at)) latest = &step;
  if (latest == nullptr) return std::nullopt;
  return BoardCall{visit.serial, visit.number, latest->desk, latest->attempts, latest->last_call_at};
}

/// What of it stands on the board: nothing of a visit by telephone, as nobody in the room is meant.
std::optional<BoardCall> newest_call(const Visit& visit) { return visit.callback ? std::nullopt : last_call(visit); }

/// All calls afresh; undo, a new day and loading need it.
void rebuild_calls(State& state) {
  state.calls.clear();
  for (const auto& [serial, visit] : state.visits)
    if (const auto call = newest_call(visit)) state.calls.push_back(*call);
  std::sort(state.calls.begin(), state.calls.end(), newer);
  if (state.calls.size() > board_calls_max) state.calls.resize(board_calls_max);
}

/// Keeps the board right after a visit changed. A newer call goes in at its place; an older one (only after a clock was set back) may let in a call
/// that had fallen off the end.
void show_call(State& state, const Visit& visit) {
  const auto call = newest_call(visit);
  if (!call) return;
  const auto shown = std::find_if(state.calls.begin(), state.calls.end(), [&](const BoardCall& other) { return other.serial == visit.serial; });
  if (shown != state.calls.end()) {
    if (*shown == *call) return;
    if (newer(*shown, *call)) return rebuild_calls(state);
    state.calls.erase(shown);
  }
  state.calls.insert(std::lower_bound(state.calls.begin(), state.calls.end(), *call, newer), *call);
  if (state.calls.size() > board_calls_max) state.calls.resize(board_calls_max);
}

/// Every change of a visit goes through here: it leaves its queues, changes, and stands again where it belongs, on the board too.
template <class Change>
void change_visit(State& state, Serial serial, Change change) {
  Visit& visit = visit_of(state, serial);
  dequeue(state, visit);
  change(visit);
  ++visit.revision;
  enqueue(state, visit);
  show_call(state, visit);
}

void remember(DeskStatus& desk, DeskAction action, Instant at, const Visit& before) {
  if (desk.undo.size() == undo_depth) desk.undo.erase(desk.undo.begin());
  desk.undo.push_back({action, at, before, before.revision + 1, desk.visit, desk.served_today, desk.service_ms_today});
}

/// Nobody is at the desk any more.
void release(DeskStatus& desk, Instant at) {
  desk.visit = 0;
  desk.free_since = at;
}

void end_visit(State& state, Visit& visit, VisitState how, Instant at) {
  visit.state = how;
  visit.current = no_step;
  visit.ended_at = at;
  if (how == VisitState::done) ++state.counts.done;
  if (how == VisitState::no_show) ++state.counts.no_show;
  if (how == VisitState::left) ++state.counts.left;
}

void skip_waiting_steps(Visit& visit) {
  for (Step& step : visit.steps)
    if (step.state == StepState::waiting) step.state = StepState::skipped;
}

/// A step that was skipped by a transfer has an end time and stays skipped; one that was given up with the visit has none.
void reopen(Step& step) {
  const bool transferred = step.state == StepState::skipped && step.finished_at != Instant{};
  if (step.state == StepState::done || transferred) return;
  step.state = StepState::waiting;
  step.finished_at = {};
}

void on(State& state, const DayStarted& e, Instant at) {
  state.day = e.day;
  state.counts = {};
  state.taken_today.clear();
  state.authority_today.clear();
  state.refused_today.clear();
  if (e.new_week) state.taken_week.clear();
  fold::carry_rolls(state);
  state.room.frozen_before.clear();
  std::erase_if(state.visits, [&](const auto& entry) {
    const Visit& visit = entry.second;
    if (visit.is_live()) return false;
    state.by_id.erase(visit.id);
    state.by_token.erase(visit.token);
    return true;
  });
  rebuild_calls(state);
  forget_ended_bookings(state, at);
  state.numbers.begin_day();
  for (const auto& [serial, visit] : state.visits) state.numbers.hold(visit.number);
  fold::hold_rolls(state);
  for (DeskStatus& desk : state.desks) {
    desk.served_today = 0;
    desk.service_ms_today = 0;
    desk.undo.clear();
  }
}

void forget_plan(State& state, const std::string& id) {
  if (!id.empty()) std::erase_if(state.scheduled, [&](const ScheduledFacility& plan) { return plan.id == id; });
}

/// An authority's quota is of visits: one that takes three of its steps counts once.
void count_authorities(State& state, const VisitTaken& e) {
  for (auto plan = e.steps.begin(); plan != e.steps.end(); ++plan) {
    const bool counted = std::any_of(e.steps.begin(), plan, [&](const StepPlan& earlier) { return earlier.authority == plan->authority; });
    if (counted) continue;
    ++tally_of(state.taken_week, plan->authority);
    ++tally_of(state.authority_today, plan->authority);
  }
}

void on(State& state, const FacilityApplied& e, Instant at) {
  state.facility_version = e.version;
  seek_places(state, at);   // more desks, longer hours
  forget_plan(state, e.scheduled);
}

void on(State& state, const FacilityUnscheduled& e, Instant) { forget_plan(state, e.id); }
void on(State& state, const FacilityScheduled& e, Instant) {
  const ScheduledFacility plan{e.id, e.from};
  const auto later = [](const ScheduledFacility& a, const ScheduledFacility& b) { return a.from < b.from; };
  state.scheduled.insert(std::upper_bound(state.scheduled.begin(), state.scheduled.end(), plan, later), plan);
}

/// What a host did in the room itself: every step done, nothing to wait for.
void help_at_once(State& state, Visit& visit, Outcome outcome, Instant at) {
  for (Step& step : visit.steps) {
    step.state = StepState::done;
    step.outcome = outcome;
    step.started_at = step.finished_at = at;
  }
  end_visit(state, visit, VisitState::done, at);
}

void on(State& state, const VisitTaken& e, Instant at) {
  Visit visit;
  visit.serial = e.serial;
  visit.id = e.id;
  visit.token = e.token;
  visit.number = e.number;
  visit.day = e.day;
  visit.created_at = visit.anchor = at;
  visit.language = e.language;
  visit.channel = e.channel;
  visit.party = e.party;
  visit.priority = e.priority;
  visit.head_start = e.head_start;
  visit.booked_for = e.booked_for;
  visit.needs = e.needs;
  visit.standby = e.standby;
  visit.callback = e.callback;
  visit.booking = e.booking;
  if (e.anchor) visit.anchor = *e.anchor;
  for (const StepPlan& plan : e.steps) {
    SKRANKE_TRUTH(std::all_of(plan.after.begin(), plan.after.end(), [&](std::uint8_t earlier) { return earlier < e.steps.size(); }));
    Step step;
    step.service = plan.service;
    step.after = plan.after;
    if (!e.helped) ++tally_of(state.taken_today, plan.service);
    visit.steps.push_back(std::move(step));
  }
  if (!e.helped) count_authorities(state, e);
  visit.outside = e.outside;
  if (!e.printer.empty()) visit.paper = {PaperState::queued, e.printer, 1, {}, at};
  SKRANKE_TRUTH(e.serial == state.last_serial + 1);
  state.last_serial = e.serial;
  if (state.room.roll_with(e.number) == nullptr) state.numbers.mark(e.number);   // a roll's numbers are held already, and no series goes on from them
  state.by_id[e.id] = e.serial;
  state.by_token[e.token] = e.serial;
  ++state.counts.taken;
  if (e.helped) help_at_once(state, visit, *e.helped, at);
  enqueue(state, state.visits.emplace(e.serial, std::move(visit)).first->second);
}

void on(State& state, const VisitCalled& e, Instant at) {
  DeskStatus& desk = desk_of(state, e.desk);
  SKRANKE_TRUTH(desk.visit == 0);
  remember(desk, DeskAction::call, at, visit_of(state, e.serial));
  change_visit(state, e.serial, [&](Visit& visit) {
    SKRANKE_TRUTH(e.step < visit.steps.size() && visit.current_step() == nullptr);
    if (visit.state == VisitState::no_show) --state.counts.no_show;
    // Called from the park or after it was missed: what else this visit wants waits again, or nobody would ever see to it.
    for (Step& open : visit.steps) reopen(open);
    Step& step = visit.steps[e.step];
    step.state = StepState::called;
    step.desk = e.desk;
    step.attempts = 1;
    step.called_at = step.last_call_at = at;
    step.why = e.why;
    step.runner_up = e.runner_up;
    visit.state = VisitState::called;
    visit.current = e.step;
    visit.parked_until = {};
    visit.ended_at = {};
    visit.parked_place.clear();
  });
  desk.visit = e.serial;
  desk.idle.clear();
  for (const Serial serial : e.passed)
    if (std::uint8_t& passed = visit_of(state, serial).passed; passed < 255) ++passed;
}

void on(State& state, const VisitRecalled& e, Instant at) {
  remember(desk_of(state, e.desk), DeskAction::recall, at, visit_of(state, e.serial));
  change_visit(state, e.serial, [&](Visit& visit) {
    Step& step = step_at_desk(visit);
    ++step.attempts;
    step.last_call_at = at;
  });
}

void on(State& state, const ServiceStarted& e, Instant at) {
  remember(desk_of(state, e.desk), DeskAction::start, at, visit_of(state, e.serial));
  change_visit(state, e.serial, [&](Visit& visit) {
    visit.state = VisitState::serving;
    step_at_desk(visit).state = StepState::serving;
    step_at_desk(visit).started_at = e.from;
  });
}

void on(State& state, const ServiceFinished& e, Instant at) {
  DeskStatus& desk = desk_of(state, e.desk);
  remember(desk, DeskAction::finish, at, visit_of(state, e.serial));
  change_visit(state, e.serial, [&](Visit& visit) {
    Step& step = step_at_desk(visit);
    step.state = StepState::done;
    step.finished_at = at;
    step.outcome = e.outcome;
    step.done = e.done;
    desk.service_ms_today += (at - step.started_at).count();
    if (e.outcome == Outcome::left) skip_waiting_steps(visit);
    const bool more = std::any_of(visit.steps.begin(), visit.steps.end(), [](const Step& s) { return s.state == StepState::waiting; });
    visit.current = no_step;
    visit.front = false;
    if (more)
      visit.state = VisitState::waiting;
    else
      end_visit(state, visit, VisitState::done, at);
  });
  ++desk.served_today;
  release(desk, at);
}

void on(State& state, const VisitMissed& e, Instant at) {
  DeskStatus& desk = desk_of(state, e.desk);
  remember(desk, DeskAction::no_show, at, visit_of(state, e.serial));
  change_visit(state, e.serial, [&](Visit& visit) {
    step_at_desk(visit).state = StepState::no_show;
    step_at_desk(visit).finished_at = at;
    end_visit(state, visit, VisitState::no_show, at);
  });
  release(desk, at);
}

/// The first step that is ready stands for the visit while it is put aside, as a desk's parking leaves it.
void put_aside(Visit& visit, Instant until) {
  for (std::size_t step = 0; step < visit.steps.size() && visit.state == VisitState::waiting; ++step) {
    if (!visit.is_ready(step)) continue;
    visit.steps[step].state = StepState::parked;
    visit.state = VisitState::parked;
  }
  SKRANKE_TRUTH(visit.state == VisitState::parked);
  visit.current = no_step;
  visit.parked_until = until;
}

void on(State& state, const VisitParked& e, Instant at) {
  if (e.desk.empty()) return change_visit(state, e.serial, [&](Visit& visit) { put_aside(visit, e.until); });   // no desk has had it yet
  DeskStatus& desk = desk_of(state, e.desk);
  remember(desk, DeskAction::park, at, visit_of(state, e.serial));
  change_visit(state, e.serial, [&](Visit& visit) {
    if (visit.callback && visit.state == VisitState::called) ++visit.callback->tries;
    visit.state = VisitState::parked;
    step_at_desk(visit).state = StepState::parked;
    visit.current = no_step;
    visit.parked_until = e.until;
    visit.parked_place = e.place;
  });
  release(desk, at);
}

/// Parked, missed or left: the open steps wait again, seniority kept.
void wait_again(State& state, Visit& visit) {
  if (visit.state == VisitState::no_show) --state.counts.no_show;
  if (visit.state == VisitState::left) --state.counts.left;
  for (Step& step : visit.steps) reopen(step);
  visit.state = VisitState::waiting;
  visit.current = no_step;
  visit.parked_until = {};
  visit.parked_place.clear();
  visit.ended_at = {};
}

void back_to_queue(State& state, Serial serial, std::optional<Instant> new_anchor = std::nullopt) {
  change_visit(state, serial, [&](Visit& visit) {
    wait_again(state, visit);
    visit.anchor = new_anchor.value_or(visit.anchor);
  });
}

void on(State& state, const MoreTimeGiven& e, Instant) {
  change_visit(state, e.serial, [&](Visit& visit) {
    put_aside(visit, e.until);
    visit.more_times = e.times;
  });
}
void on(State&, const MessageSent&, Instant) {}
void on(State&, const MessageFailed&, Instant) {}

void on(State& state, const VisitUnparked& e, Instant) { back_to_queue(state, e.serial); }
void on(State& state, const VisitReturned& e, Instant at) {
  e.to_end ? back_to_queue(state, e.serial, at) : back_to_queue(state, e.serial);
}

void place_in_queue(Visit& visit, Place place, Instant at) {
  visit.front = place == Place::front;
  if (place == Place::end) visit.anchor = at;
}

void on(State& state, const VisitTransferred& e, Instant at) {
  DeskStatus& desk = desk_of(state, e.desk);
  remember(desk, DeskAction::transfer, at, visit_of(state, e.serial));
  change_visit(state, e.serial, [&](Visit& visit) {
    Step* step = &step_at_desk(visit);
    if (e.to_service) {
      step->state = StepState::skipped;
      step->finished_at = at;
      Step next;
      next.service = e.to_service->service;
      next.after = e.to_service->after;
      next.extra = true;
      SKRANKE_TRUTH(std::all_of(next.after.begin(), next.after.end(), [&](std::uint8_t earlier) { return earlier < visit.steps.size(); }));
      step = &visit.steps.emplace_back(std::move(next));
    }
    const bool later = e.until != Instant{};
    step->state = later ? StepState::parked : StepState::waiting;
    step->tied = e.to_desk;
    step->tied_clerk = e.to_clerk;
    step->pool = e.to_pool;
    step->prefer_desk = e.prefer_desk;
    step->prefer_clerk = e.prefer_clerk;
    step->prefer_until = e.prefer_until;
    visit.state = later ? VisitState::parked : VisitState::waiting;
    visit.parked_until = e.until;
    visit.current = no_step;
    place_in_queue(visit, e.place, at);
  });
  release(desk, at);
}

void on(State& state, const VisitLeft& e, Instant at) {
  for (DeskStatus& desk : state.desks)
    if (desk.visit == e.serial) release(desk, at);
  change_visit(state, e.serial, [&](Visit& visit) {
    for (Step& step : visit.steps)
      if (step.state != StepState::done) step.state = StepState::skipped;
    end_visit(state, visit, VisitState::left, at);
  });
}

void on(State& state, const VisitUnserved& e, Instant at) { on(state, VisitLeft{e.serial}, at); }

void on(State& state, const VisitsRefused& e, Instant) {
  for (const RefusalTally& more : e.refusals) {
    const auto known = std::find_if(state.refused_today.begin(), state.refused_today.end(), [&](const RefusalTally& tally) {
      return tally.service == more.service && tally.reason == more.reason && tally.channel == more.channel;
    });
    known == state.refused_today.end() ? state.refused_today.push_back(more) : void(known->count += more.count);
  }
}

void set_phase(State& state, const DeskId& id, DeskPhase phase, const std::string& reason, Instant at) {
  DeskStatus& desk = desk_of(state, id);
  desk.phase = phase;
  desk.reason = reason;
  desk.since = at;
}

void on(State& state, const DeskOpened& e, Instant at) {
  set_phase(state, e.desk, DeskPhase::open, {}, at);
  DeskStatus& desk = desk_of(state, e.desk);
  desk.clerk = e.clerk;
  desk.services = e.services;
  desk.languages = e.languages;
  desk.skills = e.skills;
  desk.auto_next = e.auto_next;
  desk.rest = e.rest;
  desk.idle.clear();
  if (desk.visit == 0) desk.free_since = at;
}
void on(State& state, const DeskPaused& e, Instant at) { set_phase(state, e.desk, DeskPhase::on_break, e.reason, at); }
void on(State& state, const DeskResumed& e, Instant at) {
  set_phase(state, e.desk, DeskPhase::open, {}, at);
  desk_of(state, e.desk).free_since = at;
}
void on(State& state, const DeskClosed& e, Instant at) {
  set_phase(state, e.desk, DeskPhase::closed, {}, at);
  DeskStatus& desk = desk_of(state, e.desk);
  // What the session was ends with it; what the day was stays.
  DeskStatus closed;
  closed.id = desk.id;
  closed.since = at;
  closed.served_today = desk.served_today;
  closed.service_ms_today = desk.service_ms_today;
  desk = std::move(closed);
}

void count(State& state, const Places& taken, const Places& back);   // below, beside what it is for

void on(State& state, const ActionUndone& e, Instant at) {
  DeskStatus& desk = desk_of(state, e.desk);
  Visit& visit = visit_of(state, e.restored.serial);
  dequeue(state, visit);
  const auto uncount = [&](VisitState how, std::uint32_t& count) {
    if (visit.state == how && e.restored.state != how) --count;
    if (visit.state != how && e.restored.state == how) ++count;
  };
  uncount(VisitState::done, state.counts.done);
  uncount(VisitState::no_show, state.counts.no_show);
  uncount(VisitState::left, state.counts.left);
  const std::uint32_t revision = visit.revision + 1;
  const Paper paper = visit.paper;   // paper went its own way meanwhile
  const std::optional<Told> told = visit.told;   // and what was told was heard
  visit = e.restored;
  visit.revision = revision;
  visit.paper = paper;
  visit.told = told;
  enqueue(state, visit);
  desk.visit = e.desk_visit;
  if (desk.visit == 0) desk.free_since = at;   // no automatic call in the same breath
  desk.served_today = e.served_today;
  desk.service_ms_today = e.service_ms_today;
  count(state, e.back, e.taken);
  if (!desk.undo.empty()) desk.undo.pop_back();
  // What was done before this action, here or at another desk, can be undone next: the visit is again as that action left it.
  for (DeskStatus& other : state.desks)
    for (UndoEntry& entry : other.undo)
      if (entry.before.serial == visit.serial && entry.revision_after == e.restored.revision) entry.revision_after = revision;
  rebuild_calls(state);
}

/// No revision: what was told does not stand in the way of undo.
void on(State& state, const EstimateTold& e, Instant) { visit_of(state, e.serial).told = e.told; }

void on(State& state, const StepForetold& e, Instant) { SKRANKE_TRUTH(e.step < visit_of(state, e.serial).steps.size()); }   // a fact for reports

void on(State& state, const PaperChanged& e, Instant) {
  visit_of(state, e.serial).paper = e.paper;   // no revision: paper does not stand in the way of undo
}

void on(State& state, const VisitContinued& e, Instant at) {
  DeskStatus& desk = desk_of(state, e.desk);
  SKRANKE_TRUTH(desk.visit == 0);
  remember(desk, DeskAction::go_on, at, visit_of(state, e.serial));
  change_visit(state, e.serial, [&](Visit& visit) {
    SKRANKE_TRUTH(visit.state == VisitState::waiting && visit.is_ready(e.step));
    const auto call = last_call(visit);   // the call that brought it here stands on the board as it is
    SKRANKE_TRUTH(call.has_value());
    Step& step = visit.steps[e.step];
    step.state = StepState::serving;
    step.desk = e.desk;
    step.attempts = call->attempt;
    step.last_call_at = call->at;
    step.called_at = step.started_at = at;
    step.why = Why::same_clerk;
    step.runner_up.clear();
    visit.state = VisitState::serving;
    visit.current = e.step;
  });
  desk.visit = e.serial;
}

/// One less; a tally of nought is none.
template <class Key>
void uncount(std::vector<std::pair<Key, std::uint32_t>>& tallies, const Key& key) {
  const auto found = std::find_if(tallies.begin(), tallies.end(), [&](const auto& tally) { return tally.first == key; });
  if (found == tallies.end()) return;
  if (found->second <= 1) tallies.erase(found);
  else --found->second;
}

void count(State& state, const Places& taken, const Places& back) {
  for (const ServiceId& service : back.services) uncount(state.taken_today, service);
  for (const AuthorityId& authority : back.authorities) uncount(state.taken_week, authority), uncount(state.authority_today, authority);
  for (const ServiceId& service : taken.services) ++tally_of(state.taken_today, service);
  for (const AuthorityId& authority : taken.authorities) ++tally_of(state.taken_week, authority), ++tally_of(state.authority_today, authority);
}

/// What older journals do not say: each new service counts; each authority that the visit comes to on top of those it had, once.
Places places_added(const ServicesChanged& e, std::size_t before) {
  Places added;
  std::vector<AuthorityId> known;
  for (std::size_t i = 0; i < before; ++i)
    if (i != e.changed) known.push_back(e.steps[i].authority);
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    if (i < before && i != e.changed) continue;
    added.services.push_back(e.steps[i].service);
    if (std::find(known.begin(), known.end(), e.steps[i].authority) != known.end()) continue;
    known.push_back(e.steps[i].authority);
    added.authorities.push_back(e.steps[i].authority);
  }
  return added;
}

void on(State& state, const ServicesChanged& e, Instant at) {
  const Visit& before = visit_of(state, e.serial);
  const Places taken = e.taken ? *e.taken : places_added(e, before.steps.size());
  count(state, taken, e.back);
  if (!e.desk.empty()) {
    DeskStatus& desk = desk_of(state, e.desk);
    remember(desk, DeskAction::services, at, before);
    desk.undo.back().taken = taken;
    desk.undo.back().back = e.back;
  }
  change_visit(state, e.serial, [&](Visit& visit) {
    SKRANKE_TRUTH(e.steps.size() >= visit.steps.size());
    for (std::size_t i = 0; i < e.steps.size(); ++i) {
      Step& step = i < visit.steps.size() ? visit.steps[i] : visit.steps.emplace_back();
      step.service = e.steps[i].service;
      step.after = e.steps[i].after;
      if (i == e.changed) step.extra = false;
      SKRANKE_TRUTH(std::all_of(step.after.begin(), step.after.end(), [&](std::uint8_t earlier) { return earlier < e.steps.size(); }));
    }
    for (const std::uint8_t dropped : e.dropped) {
      SKRANKE_TRUTH(dropped < visit.steps.size());
      visit.steps[dropped].state = StepState::skipped;
      visit.steps[dropped].finished_at = at;   // for good, also when the visit returns from somewhere
    }
  });
}

void on(State& state, const VisitMoved& e, Instant at) {
  release(desk_of(state, e.from), at);
  change_visit(state, e.serial, [&](Visit& visit) { step_at_desk(visit).desk = e.desk; });
  desk_of(state, e.desk).visit = e.serial;
}

void on(State& state, const DeskIdled& e, Instant) { desk_of(state, e.desk).idle = e.reason; }
void on(State& state, const ButtonPressed& e, Instant) { desk_of(state, e.desk).pressed_at = e.pressed; }
void on(State& state, const HelpChanged& e, Instant) {
  DeskStatus& desk = desk_of(state, e.desk);
  desk.help = e.kind;
  desk.help_to = e.to;
  desk.help_since = e.since;
  desk.help_by = e.by;
}

}  // namespace

namespace fold {

void change(State& state, Serial serial, const std::function<void(Visit&)>& how) { change_visit(state, serial, how); }
Visit& add(State& state, Visit visit) {
  const Serial serial = visit.serial;
  SKRANKE_TRUTH(serial == state.last_serial + 1);
  state.last_serial = serial;
  state.by_id[visit.id] = serial;
  state.by_token[visit.token] = serial;
  Visit& there = state.visits.emplace(serial, std::move(visit)).first->second;
  enqueue(state, there);
  return there;
}
void back_in_line(State& state, Visit& visit) { wait_again(state, visit); }
void put_in_place(Visit& visit, Place place, Instant at) { place_in_queue(visit, place, at); }
Visit& visit(State& state, Serial serial) { return visit_of(state, serial); }
void count_numbers(State& state) {
  std::vector<const Visit*> by_arrival;
  for (const auto& [serial, visit] : state.visits) by_arrival.push_back(&visit);
  std::sort(by_arrival.begin(), by_arrival.end(), [](const Visit* a, const Visit* b) { return a->serial < b->serial; });
  state.numbers.begin_day();
  for (const Visit* visit : by_arrival) {
    const bool issued_today = visit->day == state.day && state.room.roll_with(visit->number) == nullptr;
    issued_today ? state.numbers.mark(visit->number) : state.numbers.hold(visit->number);
  }
  hold_rolls(state);
}
void stand_again(State& state) {
  state.queues.clear();
  state.parked.clear();
  state.later_steps_queued = 0;
  std::vector<const Visit*> by_arrival;
  for (const auto& [serial, visit] : state.visits) by_arrival.push_back(&visit);
  std::sort(by_arrival.begin(), by_arrival.end(), [](const Visit* a, const Visit* b) { return a->serial < b->serial; });
  for (const Visit* visit : by_arrival) enqueue(state, *visit);   // in order of arrival nearly every one goes to the end
  rebuild_calls(state);
}

}  // namespace fold

void evolve(State& state, const Event& event) {
  learn(state.learned, state, event);
  std::visit([&](const auto& body) { on(state, body, event.at); }, event.body);
}

Touched touched(const Event& event) {
  return std::visit(Overload{[](const DayStarted&) { return Touched{}; },
                             [](const FacilityApplied&) { return Touched{}; },
                             [](const ActionUndone& e) { return Touched{e.restored.serial, e.desk, {}}; },
                             [](const auto& e) {
                               Touched result;
                               if constexpr (requires { e.serial; }) result.serial = e.serial;
                               if constexpr (requires { e.desk; }) result.desk = e.desk;
                               if constexpr (requires { e.booking; }) result.booking = e.booking;
                               return result;
                             }},
                    event.body);
}

void rebuild_derived(State& state) {
  state.by_id.clear();
  state.by_token.clear();
  state.queues.clear();
  state.parked.clear();
  state.later_steps_queued = 0;
  std::vector<const Visit*> by_arrival;
  for (const auto& [serial, visit] : state.visits) {
    state.by_id[visit.id] = serial;
    state.by_token[visit.token] = serial;
    by_arrival.push_back(&visit);
  }
  std::sort(by_arrival.begin(), by_arrival.end(), [](const Visit* a, const Visit* b) { return a->serial < b->serial; });
  fold::count_numbers(state);
  for (const Visit* visit : by_arrival) enqueue(state, *visit);   // in order of arrival nearly every one goes to the end
  rebuild_calls(state);
  rebuild_booking_indexes(state);
}

}  // namespace skranke::core
