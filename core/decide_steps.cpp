// What follows a service: it is finished and the same clerk goes on, it becomes another one, it is sent elsewhere or put aside; and taking back.
#include <algorithm>

#include "core/decide.hpp"
#include "core/policy/fit.hpp"

namespace skranke::core {
namespace {

using tl::unexpected;

std::string element(const char* field, std::size_t index) { return std::string{field} + "[" + std::to_string(index) + "]"; }

template <class Items, class Item>
bool holds(const Items& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

bool is_open(const Step& step) { return step.state != StepState::done && step.state != StepState::skipped; }

/// Steps of this visit that the service wants before it. The facility's order has no loops, so neither has the visit's.
std::vector<std::uint8_t> steps_before(const Service& service, const std::vector<StepPlan>& plan, const std::vector<std::uint8_t>& dropped) {
  std::vector<std::uint8_t> before;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const auto step = static_cast<std::uint8_t>(i);
    if (holds(service.after, plan[i].service) && !holds(dropped, step)) before.push_back(step);
  }
  return before;
}

/// The visit whose services are to change, as it may be changed from there.
tl::expected<const Visit*, Refusal> changeable(const State& state, const Facility& facility, const ChangeServices& wish) {
  if (!wish.desk.empty()) return visit_at(state, facility, wish.desk);
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  if (visit->state != VisitState::waiting && visit->state != VisitState::parked) return unexpected(refuse(Reject::wrong_state, "visit"));
  return visit;
}

/// May this service be added for somebody who is inside? An authority that is away or full is said at once.
std::optional<Refusal> cannot_add(const State& state, const Facility& facility, const ServiceId& id, std::string field, Instant now) {
  const Service* service = facility.find(id);
  if (service == nullptr) return refuse(Reject::unknown_service, std::move(field));
  auto refusal = why_not(state, facility, *service, Channel::host, now);
  const bool tell = refusal && (refusal->reason == Reject::authority_absent || refusal->reason == Reject::quota_full ||
                                refusal->reason == Reject::not_offered);
  if (!tell) return std::nullopt;
  refusal->field = std::move(field);
  return refusal;
}

/// The step that `change_to` speaks of: the one at the desk, else the only open one.
std::optional<std::uint8_t> changed_step(const Visit& visit) {
  if (visit.current != no_step) return visit.current;
  const auto open = std::count_if(visit.steps.begin(), visit.steps.end(), is_open);
  if (open != 1) return std::nullopt;
  return static_cast<std::uint8_t>(std::find_if(visit.steps.begin(), visit.steps.end(), is_open) - visit.steps.begin());
}

/// A service that was dropped before anybody was called for it.
bool given_up(const Step& step) { return step.state == StepState::skipped && step.finished_at != Instant{} && step.attempts == 0; }

/// What is in `after` beyond `before`, each as often as it is there more.
template <class Id>
std::vector<Id> beyond(const std::vector<Id>& before, std::vector<Id> after) {
  for (const Id& id : before)
    if (const auto found = std::find(after.begin(), after.end(), id); found != after.end()) after.erase(found);
  return after;
}

/// A change in the making: what the visit will want.
struct Change {
  const State& state;
  const Facility& facility;
  const Visit& visit;
  Instant now;
  ServicesChanged event;

  [[nodiscard]] bool wanted(const ServiceId& id) const {
    for (std::size_t i = 0; i < event.steps.size(); ++i) {
      const bool open = i >= visit.steps.size() || is_open(visit.steps[i]);
      if (open && event.steps[i].service == id && !holds(event.dropped, static_cast<std::uint8_t>(i))) return true;
    }
    return false;
  }
  std::optional<Refusal> drop(const ServiceId& id, std::string field) {
    for (std::size_t i = 0; i < visit.steps.size(); ++i) {
      const auto step = static_cast<std::uint8_t>(i);
      if (visit.steps[i].service != id || visit.steps[i].state != StepState::waiting || holds(event.dropped, step)) continue;
      event.dropped.push_back(step);
      return std::nullopt;
    }
    return refuse(Reject::wrong_content, std::move(field));
  }
  std::optional<Refusal> change(const ServiceId& id) {
    if (auto refusal = cannot_add(state, facility, id, "change_to", now)) return refusal;
    const auto step = changed_step(visit);
    if (!step || wanted(id) || holds(event.dropped, *step)) return refuse(Reject::wrong_content, "change_to");
    event.changed = *step;
    event.steps[*step] = {id, facility.find(id)->authority, {}};
    return std::nullopt;
  }
  std::optional<Refusal> add(const ServiceId& id, std::string field) {
    if (auto refusal = cannot_add(state, facility, id, field, now)) return refusal;
    if (wanted(id) || event.steps.size() >= 2 * steps_max) return refuse(Reject::wrong_content, std::move(field));
    event.steps.push_back({id, facility.find(id)->authority, {}});
    return std::nullopt;
  }
  /// Order rules of the new set, for what is still to be done.
  void put_in_order() {
    for (std::size_t i = 0; i < event.steps.size(); ++i) {
      const bool over = (i < visit.steps.size() && !is_open(visit.steps[i])) || holds(event.dropped, static_cast<std::uint8_t>(i));
      const Service* service = facility.find(event.steps[i].service);
      if (!over && service != nullptr) event.steps[i].after = steps_before(*service, event.steps, event.dropped);
    }
  }
  /// The places of quotas that the visit holds: as it was, or as it will be.
  [[nodiscard]] Places places(bool changed) const {
    Places held;
    const std::size_t steps = changed ? event.steps.size() : visit.steps.size();
    for (std::size_t i = 0; i < steps; ++i) {
      const bool fresh = changed && (i >= visit.steps.size() || i == event.changed);
      const bool dropped = changed && holds(event.dropped, static_cast<std::uint8_t>(i)) && visit.steps[i].attempts == 0;
      if (!fresh && (visit.steps[i].extra || given_up(visit.steps[i]) || dropped)) continue;
      const ServiceId& service = fresh ? event.steps[i].service : visit.steps[i].service;
      held.services.push_back(service);
      const Service* found = facility.find(service);
      if (found != nullptr && !holds(held.authorities, found->authority)) held.authorities.push_back(found->authority);
    }
    return held;
  }
  /// A place goes back on the day it was taken; later it is no longer counted.
  void count_places() {
    const Places before = places(false), after = places(true);
    event.taken = Places{beyond(before.services, after.services), beyond(before.authorities, after.authorities)};
    if (visit.day != state.day) return;
    event.back = {beyond(after.services, before.services), beyond(after.authorities, before.authorities)};
    // What was never counted (the service has another authority since) cannot be given back.
    const auto counted = [](const auto& tallies, const auto& id) {
      return std::any_of(tallies.begin(), tallies.end(), [&](const auto& tally) { return tally.first == id && tally.second > 0; });
    };
    std::erase_if(event.back.services, [&](const ServiceId& id) { return !counted(state.taken_today, id); });
    std::erase_if(event.back.authorities, [&](const AuthorityId& id) { return !counted(state.taken_week, id) || !counted(state.authority_today, id); });
  }
  [[nodiscard]] bool nothing_left() const {
    for (std::size_t i = 0; i < event.steps.size(); ++i) {
      const bool open = i >= visit.steps.size() || is_open(visit.steps[i]);
      if (open && !holds(event.dropped, static_cast<std::uint8_t>(i))) return false;
    }
    return true;
  }
};

/// The step the same desk goes on with once the current one is done: the asked one, else the first it can take.
std::optional<std::uint8_t> next_here(const State& state, const Asking& here, const Visit& visit, std::optional<std::uint8_t> asked) {
  Visit after = visit;
  after.steps[after.current].state = StepState::done;
  for (std::size_t i = 0; i < after.steps.size(); ++i)
    if ((!asked || *asked == i) && after.is_ready(i) && could_call(state, here, after, i)) return static_cast<std::uint8_t>(i);
  return std::nullopt;
}

/// Whom a transfer names must be there and able to serve it: a visit must not wait for a desk that never can.
std::optional<Refusal> wrong_target(const Facility& facility, const Transfer& wish, const ServiceId& wanted) {
  const Desk* target = facility.find(wish.to_desk);
  if (target != nullptr && !holds(target->services, wanted)) return refuse(Reject::wrong_desk, "to_desk");
  if (wish.to_pool.empty()) return std::nullopt;
  bool known = false;
  for (const Desk& desk : facility.desks) {
    if (!holds(desk.pools, wish.to_pool)) continue;
    known = true;
    if (holds(desk.services, wanted) && (target == nullptr || wish.soft || target == &desk)) return std::nullopt;
  }
  return refuse(known ? Reject::wrong_desk : Reject::wrong_content, "to_pool");
}

bool within(std::optional<Minutes> minutes, Minutes least) { return !minutes || (*minutes >= least && *minutes <= park_max); }

std::optional<Refusal> wrong_transfer(const Facility& facility, const Transfer& wish) {
  if (wish.to_service.empty() && wish.to_desk.empty() && wish.to_clerk.empty() && wish.to_pool.empty())
    return refuse(Reject::wrong_content, "to_service");
  if (!wish.to_desk.empty() && facility.find(wish.to_desk) == nullptr) return refuse(Reject::unknown_desk, "to_desk");
  if (!within(wish.after, Minutes{1})) return refuse(Reject::wrong_content, "after_minutes");
  if (!within(wish.soft_for, Minutes{0})) return refuse(Reject::wrong_content, "soft_minutes");
  return std::nullopt;
}

/// Ties and times of the way, apart from the service.
void set_way(VisitTransferred& moved, const Facility& facility, const Transfer& wish, Instant now) {
  if (wish.after) moved.until = now + *wish.after;
  moved.to_pool = wish.to_pool;
  moved.to_clerk = wish.soft ? std::string{} : wish.to_clerk;
  moved.to_desk = wish.soft ? DeskId{} : wish.to_desk;
  if (!wish.soft) return;
  moved.prefer_clerk = wish.to_clerk;
  moved.prefer_desk = wish.to_desk;
  moved.prefer_until = std::max(now, moved.until) + wish.soft_for.value_or(facility.rules.prefer);
}

}  // namespace

Decision decide_desk(const State& state, const Facility& facility, const FinishService& wish, Instant now) {
  const auto visit = visit_at(state, facility, wish.desk);
  if (!visit) return unexpected(visit.error());
  for (std::size_t i = 0; i < wish.done.size(); ++i)
    if (facility.find(wish.done[i].service) == nullptr) return unexpected(refuse(Reject::unknown_service, element("services_done", i)));
  std::vector<Event> events;
  // A clerk who never pressed "start" has been serving since the last call.
  if ((*visit)->state == VisitState::called)
    events.push_back({now, ServiceStarted{(*visit)->serial, wish.desk, (*visit)->current_step()->last_call_at}});
  events.push_back({now, ServiceFinished{(*visit)->serial, wish.desk, wish.outcome, wish.done}});
  if (!wish.go_on && !wish.step) return events;
  std::optional<std::uint8_t> next;
  if (wish.outcome != Outcome::left) next = next_here(state, asking(facility, *state.find(wish.desk), now), **visit, wish.step);
  if (wish.step && !next) return unexpected(refuse(Reject::wrong_desk, "step"));
  if (next) events.push_back({now, VisitContinued{(*visit)->serial, wish.desk, *next}});
  return events;
}

Decision decide_desk(const State& state, const Facility& facility, const ChangeServices& wish, Instant now) {
  const auto visit = changeable(state, facility, wish);
  if (!visit) return unexpected(visit.error());
  if (wish.add.empty() && wish.remove.empty() && wish.change_to.empty()) return unexpected(refuse(Reject::wrong_content, "add"));
  Change change{state, facility, **visit, now, {(*visit)->serial, wish.desk, {}, {}, no_step, {}, {}}};
  for (const Step& step : (*visit)->steps) {
    const Service* service = facility.find(step.service);
    change.event.steps.push_back({step.service, service == nullptr ? AuthorityId{} : service->authority, step.after});
  }
  for (std::size_t i = 0; i < wish.remove.size(); ++i)
    if (auto refusal = change.drop(wish.remove[i], element("remove", i))) return unexpected(std::move(*refusal));
  if (!wish.change_to.empty())
    if (auto refusal = change.change(wish.change_to)) return unexpected(std::move(*refusal));
  for (std::size_t i = 0; i < wish.add.size(); ++i)
    if (auto refusal = change.add(wish.add[i], element("add", i))) return unexpected(std::move(*refusal));
  if (change.nothing_left()) return unexpected(refuse(Reject::wrong_content, "remove"));
  change.put_in_order();
  change.count_places();
  return facts(now, std::move(change.event));
}

Decision decide_desk(const State& state, const Facility& facility, const Park& wish, Instant now) {
  const auto visit = visit_at(state, facility, wish.desk);
  if (!visit) return unexpected(visit.error());
  const Minutes away = wish.duration.value_or(facility.rules.park);
  if (away < Minutes{1} || away > park_max) return unexpected(refuse(Reject::wrong_content, "minutes"));
  return facts(now, VisitParked{(*visit)->serial, wish.desk, now + away, wish.place});
}

Decision decide_desk(const State& state, const Facility& facility, const Transfer& wish, Instant now) {
  const auto visit = visit_at(state, facility, wish.desk);
  if (!visit) return unexpected(visit.error());
  if (auto refusal = wrong_transfer(facility, wish)) return unexpected(std::move(*refusal));
  VisitTransferred moved;
  moved.serial = (*visit)->serial;
  moved.desk = wish.desk;
  moved.place = wish.place;
  ServiceId wanted = (*visit)->current_step()->service;
  if (!wish.to_service.empty()) {
    const Service* service = facility.find(wish.to_service);
    if (service == nullptr) return unexpected(refuse(Reject::unknown_service, "to_service"));
    if ((*visit)->steps.size() >= 2 * steps_max) return unexpected(refuse(Reject::wrong_state, "to_service"));
    moved.to_service = StepPlan{service->id, service->authority, {}};
    wanted = service->id;
  }
  if (auto refusal = wrong_target(facility, wish, wanted)) return unexpected(std::move(*refusal));
  set_way(moved, facility, wish, now);
  return facts(now, std::move(moved));
}

Decision take_back(const State& state, const DeskStatus& desk, Instant now, std::chrono::milliseconds within, Belongs also) {
  std::vector<Event> events;
  for (std::size_t depth = desk.undo.size(); depth > 0; --depth) {
    const UndoEntry& entry = desk.undo[depth - 1];
    if (now > entry.at + within) break;
    if (!events.empty() && !also(entry, desk.undo[depth])) break;
    const Visit* visit = state.find(entry.before.serial);
    // What happened to the visit in between is nobody's to take back: the chain ends there.
    const bool again = !events.empty() && desk.undo[depth].before.serial == entry.before.serial;
    if (again && desk.undo[depth].before.revision != entry.revision_after) break;
    const bool untouched = visit != nullptr && (again || visit->revision == entry.revision_after);
    const bool number_free = desk.visit == 0 || desk.visit == entry.before.serial || !events.empty();
    if (!untouched || !number_free) return unexpected(refuse(Reject::undo_conflict, "desk"));
    // A desk on a break holds nobody: the clerk resumes first, then takes back.
    if (entry.desk_visit_before != 0 && desk.phase == DeskPhase::on_break) return unexpected(refuse(Reject::desk_on_break, "desk"));
    events.push_back({now, ActionUndone{desk.id, entry.action, entry.before, entry.desk_visit_before, entry.served_before, entry.service_ms_before, entry.taken, entry.back}});
  }
  if (events.empty()) return unexpected(refuse(Reject::nothing_to_undo, "desk"));
  return events;
}

Decision decide_desk(const State& state, const Facility& facility, const Undo& wish, Instant now) {
  const auto desk = desk_status(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  // One press of "finish" may have written three facts at one instant: started, finished, and on with the next step.
  return take_back(state, *desk, now, facility.rules.undo_within, [](const UndoEntry& older, const UndoEntry& newer) {
    const bool finish = newer.action == DeskAction::finish && older.action == DeskAction::start;
    const bool go_on = newer.action == DeskAction::go_on && older.action == DeskAction::finish;
    return (finish || go_on) && older.at == newer.at;
  });
}

}  // namespace skranke::core
