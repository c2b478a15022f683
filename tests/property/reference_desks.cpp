// The simple-minded room's desks: sessions, who may be called, calls and what becomes of them, buttons and help.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "reference_room.hpp"
#include "reference_words.hpp"

namespace skranke::test {

using namespace core;

std::vector<ReferenceRoom::Name> ReferenceRoom::desks_in_order() const {
  std::vector<Name> names;
  for (const auto& [id, counter] : counters_)
    if (counter.order > 0) names.push_back(id);
  std::sort(names.begin(), names.end(),
            [&](const Name& a, const Name& b) { return counters_.at(a).order < counters_.at(b).order; });
  return names;
}

ReferenceRoom::Answer ReferenceRoom::act(const Tick&, Instant now) {
  std::vector<Name> due;
  for (const Name& id : desks_in_order()) {
    const Counter& counter = counters_.at(id);
    const bool ready = counter.phase == DeskPhase::open && counter.guest.empty() && counter.idle.empty();
    if (ready && counter.calls_itself && counter.free_since + counter.rest <= now) due.push_back(id);
  }
  for (auto& [id, guest] : guests_)
    if (guest.state == VisitState::parked && guest.back_at <= now) wait_again(guest);
  if (!book_in_time(now) && think_again_ && *think_again_ <= now) think_of_who_waits(now);
  for (auto& [id, counter] : counters_) {
    if (counter.guest.empty() || facility_.rules.no_show_after.count() == 0) continue;
    const Guest& guest = guests_.at(counter.guest);
    if (guest.state != VisitState::called) continue;
    const Want& want = guest.wants[static_cast<std::size_t>(guest.at)];
    const bool recalled_enough = want.calls >= 1U + static_cast<unsigned>(facility_.rules.recalls_max);
    if (recalled_enough && now - want.last_call >= facility_.rules.no_show_after)
      static_cast<void>(act(NoShow{DeskId{id}}, now));
  }
  for (const Name& id : due) static_cast<void>(act(CallNext{DeskId{id}, {}, {}, false}, now));
  return std::nullopt;
}

void ReferenceRoom::send_away(const Name& desk, Instant now) {
  counters_[desk].guest.clear();
  counters_[desk].free_since = now;
}

/// Another desk of the same person closes; who sits there comes along or stands in the way.
ReferenceRoom::Answer ReferenceRoom::bring_along(const OpenDesk& wish, Instant now) {
  Counter& here = counters_[wish.desk.str()];
  for (const Name& id : desks_in_order()) {
    Counter& other = counters_[id];
    if (id == wish.desk.str() || other.phase == DeskPhase::closed || other.clerk != wish.clerk) continue;
    if (!other.guest.empty()) {
      if (!wish.move || !here.guest.empty()) return Reject::desk_busy;
      Guest& guest = guests_.at(other.guest);
      Want& want = guest.wants[static_cast<std::size_t>(guest.at)];
      if (!is_able(wish.desk.str(), here, guest, want.service)) return Reject::wrong_desk;
      here.guest = guest.id;
      want.last_desk = wish.desk.str();
      guest.history.push_back(++changes_);
      send_away(id, now);
    }
    static_cast<void>(act(CloseDesk{DeskId{id}}, now));
  }
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const OpenDesk& wish, Instant now) {
  const Desk* desk = facility_.find(wish.desk);
  if (desk == nullptr) return Reject::unknown_desk;
  for (const ServiceId& id : wish.services)
    if (!has(desk->services, id)) return Reject::unknown_service;
  if (wish.rest.count() < 0 || wish.rest.count() > 3600) return Reject::wrong_content;
  Counter& counter = counters_[wish.desk.str()];
  if (counter.order == 0) counter.order = ++opened_;
  counter.phase = DeskPhase::open;
  counter.reason.clear();
  counter.clerk = wish.clerk;
  counter.only.clear();
  for (const ServiceId& id : wish.services) counter.only.push_back(id.str());
  counter.languages = wish.languages;
  counter.skills = wish.skills;
  counter.calls_itself = wish.auto_next;
  counter.rest = wish.rest;
  counter.idle.clear();
  if (counter.guest.empty()) counter.free_since = now;
  if (wish.unique && !wish.clerk.empty()) return bring_along(wish, now);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::must_be_free(const Name& desk) {
  if (facility_.find(DeskId{desk}) == nullptr) return Reject::unknown_desk;
  const Counter& counter = counters_[desk];
  if (!counter.guest.empty()) return Reject::desk_busy;
  if (counter.phase == DeskPhase::closed) return Reject::desk_closed;
  if (counter.phase == DeskPhase::on_break) return Reject::desk_on_break;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::must_hold(const Name& desk) {
  if (facility_.find(DeskId{desk}) == nullptr) return Reject::unknown_desk;
  const Counter& counter = counters_[desk];
  if (!counter.guest.empty()) return std::nullopt;
  return counter.phase == DeskPhase::closed ? Reject::desk_closed : Reject::desk_idle;
}

ReferenceRoom::Answer ReferenceRoom::act(const PauseDesk& wish, Instant) {
  const Answer refusal = must_be_free(wish.desk.str());
  if (refusal && *refusal != Reject::desk_on_break) return refusal;
  const auto& reasons = facility_.break_reasons;
  if (!reasons.empty() && !wish.reason.empty() &&
      std::none_of(reasons.begin(), reasons.end(), [&](const auto& one) { return one.id == wish.reason; }))
    return Reject::wrong_content;
  counters_[wish.desk.str()].phase = DeskPhase::on_break;
  counters_[wish.desk.str()].reason = wish.reason;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const ResumeDesk& wish, Instant now) {
  if (facility_.find(wish.desk) == nullptr) return Reject::unknown_desk;
  Counter& counter = counters_[wish.desk.str()];
  if (counter.phase == DeskPhase::closed) return Reject::desk_closed;
  if (counter.phase == DeskPhase::on_break) counter.free_since = now;
  counter.phase = DeskPhase::open;
  counter.reason.clear();
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const CloseDesk& wish, Instant) {
  if (facility_.find(wish.desk) == nullptr) return Reject::unknown_desk;
  Counter& counter = counters_[wish.desk.str()];
  if (!counter.guest.empty()) return Reject::desk_busy;
  if (counter.phase == DeskPhase::closed) return std::nullopt;
  Counter closed;
  closed.order = counter.order;
  closed.served = counter.served;
  closed.served_ms = counter.served_ms;
  counter = closed;
  return std::nullopt;
}

bool ReferenceRoom::understands(const Name& desk, const Counter& counter, const Name& language) const {
  const auto& usual = facility_.find(DeskId{desk})->languages;
  const auto& spoken = counter.languages.empty() ? usual : counter.languages;
  return spoken.empty() || has(spoken, language);
}

bool ReferenceRoom::has_skill(const Name& desk, const Counter& counter, const Name& service) const {
  const Service* wanted = facility_.find(ServiceId{service});
  if (wanted == nullptr || wanted->skill.empty()) return true;
  return has(counter.skills.empty() ? facility_.find(DeskId{desk})->skills : counter.skills, wanted->skill);
}

bool ReferenceRoom::is_able(const Name& desk, const Counter& counter, const Guest& guest, const Name& service) const {
  const auto serves = [&](const Name& id, const Counter& which) {
    return has(facility_.find(DeskId{id})->services, ServiceId{service}) && (which.only.empty() || has(which.only, service));
  };
  if (!serves(desk, counter) || !has_skill(desk, counter, service)) return false;
  if (!facility_.rules.language_must || understands(desk, counter, guest.language)) return true;
  for (const Desk& other : facility_.desks) {
    if (has(other.services, ServiceId{service}) && understands(other.id.str(), Counter{}, guest.language)) return false;
    const auto open = counters_.find(other.id.str());
    if (open == counters_.end() || open->second.phase == DeskPhase::closed) continue;
    if (understands(other.id.str(), open->second, guest.language) && serves(other.id.str(), open->second)) return false;
  }
  return true;  // nobody here speaks it at all
}

bool ReferenceRoom::could_come(const Name& desk, const Guest& guest, const Want& want) const {
  const Counter& counter = counters_.at(desk);
  if (!want.only_desk.empty() && want.only_desk != desk) return false;
  if (!want.only_clerk.empty() && want.only_clerk != counter.clerk) return false;
  if (!want.only_pool.empty() && !has(facility_.find(DeskId{desk})->pools, want.only_pool))
    for (const Desk& other : facility_.desks)
      if (has(other.pools, want.only_pool)) return false;
  return is_able(desk, counter, guest, want.service);
}

/// Nobody who is preferred comes before this desk just now.
bool ReferenceRoom::goes_first(const Name& desk, const Guest& guest, const Want& want, Instant now) const {
  const bool preference = !want.rather_desk.empty() || !want.rather_clerk.empty();
  const bool preferred = want.rather_desk == desk || (!want.rather_clerk.empty() && want.rather_clerk == counters_.at(desk).clerk);
  if (preference && !preferred && now < want.rather_until) return false;
  if (understands(desk, counters_.at(desk), guest.language) || now - guest.since >= facility_.rules.prefer) return true;
  for (const auto& [id, other] : counters_)
    if (id != desk && other.phase == DeskPhase::open && facility_.find(DeskId{id}) != nullptr &&
        understands(id, other, guest.language) && could_come(id, guest, want))
      return false;
  return true;
}

bool ReferenceRoom::is_ready(const Guest& guest, std::size_t want) {
  if (guest.wants[want].state != StepState::waiting) return false;
  for (const std::size_t earlier : guest.wants[want].after)
    if (guest.wants[earlier].state != StepState::done && guest.wants[earlier].state != StepState::skipped) return false;
  return true;
}

std::vector<ReferenceRoom::Turn> ReferenceRoom::turns_for(const Name& desk, Instant now) const {
  std::vector<Turn> turns;
  for (const auto& [id, guest] : guests_) {
    if (guest.state != VisitState::waiting) continue;
    for (std::size_t i = 0; i < guest.wants.size(); ++i)
      if ((!guest.standby || !kept_free(desk, now)) && is_ready(guest, i) && could_come(desk, guest, guest.wants[i]) && goes_first(desk, guest, guest.wants[i], now))
        turns.push_back({id, i});
  }
  const bool by_arrival = facility_.rules.policy == "fifo", by_booking = facility_.rules.policy == "booked_first";
  std::sort(turns.begin(), turns.end(), [&](const Turn& a, const Turn& b) {
    const Guest &x = guests_.at(a.guest), &y = guests_.at(b.guest);
    if (x.pushed != y.pushed) return x.pushed;
    if (by_booking && x.comes_first(now) != y.comes_first(now)) return x.comes_first(now);
    if (!by_arrival && x.since - x.bonus != y.since - y.bonus) return x.since - x.bonus < y.since - y.bonus;
    return x.order != y.order ? x.order < y.order : a.want < b.want;
  });
  return turns;
}

bool ReferenceRoom::kept_free(const Name& desk, Instant now) const {
  const auto here = served_by(desk);
  std::vector<Name> due;
  for (const auto& [code, one] : book_) {
    const Instant start = one.parts.front().from;
    const bool awaited = one.state == BookingState::booked && start <= now && now < patience_until(start, facility_.rules.standby_hold);
    if (awaited && has(here, one.parts.front().service.str())) due.push_back(one.parts.front().service.str());
  }
  std::size_t free = 0;
  for (const auto& [id, counter] : counters_) {
    if (counter.phase != DeskPhase::open || !counter.guest.empty() || !counter.idle.empty()) continue;
    const auto there = served_by(id);
    if (std::any_of(due.begin(), due.end(), [&](const Name& service) { return has(there, service); })) ++free;
  }
  return !due.empty() && free <= due.size();
}

void ReferenceRoom::remember(const Name& desk, DeskAction action, Instant now) {
  Counter& counter = counters_[desk];
  Guest& guest = guests_.at(counter.guest);
  counter.deeds.push_back({++changes_, action, now, guest, counter.served, counter.served_ms, {}, {}});
  if (counter.deeds.size() > 4) counter.deeds.erase(counter.deeds.begin());
  guest.history.push_back(changes_);
}

void ReferenceRoom::call(const Name& desk, const Turn& turn, Why why, Number instead, Instant now) {
  counters_[desk].guest = turn.guest;
  remember(desk, DeskAction::call, now);
  Guest& guest = guests_.at(turn.guest);
  for (Want& want : guest.wants)
    if (want.state != StepState::done && !want.moved) want.state = StepState::waiting;
  Want& want = guest.wants[turn.want];
  want.state = StepState::called;
  want.last_desk = desk;
  want.calls = 1;
  want.last_call = now;
  want.why = why;
  want.instead = instead;
  guest.state = VisitState::called;
  guest.at = static_cast<int>(turn.want);
  guest.waits_where.clear();
  counters_[desk].idle.clear();
}

ReferenceRoom::Answer ReferenceRoom::act(const CallNext& wish, Instant now) {
  const Name desk = wish.desk.str();
  if (const Answer refusal = must_be_free(desk)) return refusal;
  const auto turns = turns_for(desk, now);
  if (turns.empty()) {
    const auto roll = wish.from_roll ? roll_turn(desk) : std::nullopt;
    if (roll) call(desk, {admit_from_roll(roll->first, roll->second, now), 0}, Why::roll, {}, now);
    return std::nullopt;
  }
  const Guest& first = guests_.at(turns.front().guest);
  const auto other = std::find_if(turns.begin(), turns.end(), [&](const Turn& turn) { return turn.guest != first.id; });
  const bool by_arrival = facility_.rules.policy == "fifo";
  Why why = by_arrival ? Why::fifo : Why::longest_wait;
  if (!by_arrival && facility_.rules.policy != "booked_first" && first.bonus.count() > 0) why = Why::priority;
  if (facility_.rules.policy == "booked_first" && first.comes_first(now)) why = Why::booked_time;
  if (other == turns.end()) why = Why::only_one;
  if (first.pushed) why = Why::front;
  call(desk, turns.front(), why, other == turns.end() ? Number{} : guests_.at(other->guest).number, now);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const CallVisit& wish, Instant now) {
  const Name desk = wish.desk.str();
  if (const Answer refusal = must_be_free(desk)) return refusal;
  if (!facility_.rules.call_named) return Reject::call_not_allowed;
  const auto found = guests_.find(wish.visit.str());
  if (found == guests_.end()) return Reject::unknown_visit;
  const Guest& guest = found->second;
  const bool missed = guest.state == VisitState::no_show && !guest.by_phone;
  if (guest.state != VisitState::waiting && guest.state != VisitState::parked && !missed)
    return Reject::wrong_state;
  for (std::size_t i = 0; i < guest.wants.size(); ++i) {
    const Want& want = guest.wants[i];
    const bool ready = is_ready(guest, i) || want.state == StepState::parked || want.state == StepState::no_show;
    if (!ready || !is_able(desk, counters_.at(desk), guest, want.service)) continue;
    call(desk, {guest.id, i}, Why::named, {}, now);
    return std::nullopt;
  }
  return Reject::wrong_desk;
}

ReferenceRoom::Answer ReferenceRoom::act(const Recall& wish, Instant now) {
  if (const Answer refusal = must_hold(wish.desk.str())) return refusal;
  Guest& guest = guests_.at(counters_[wish.desk.str()].guest);
  if (guest.state != VisitState::called) return Reject::wrong_state;
  const Want& called = guest.wants[static_cast<std::size_t>(guest.at)];
  if (called.calls >= 1U + static_cast<unsigned>(facility_.rules.recalls_max)) return Reject::recall_limit;
  if (now - called.last_call < facility_.rules.recall_after) return Reject::recall_too_soon;
  remember(wish.desk.str(), DeskAction::recall, now);
  Want& want = guest.wants[static_cast<std::size_t>(guest.at)];
  ++want.calls;
  want.last_call = now;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const StartService& wish, Instant now) {
  if (const Answer refusal = must_hold(wish.desk.str())) return refusal;
  Guest& guest = guests_.at(counters_[wish.desk.str()].guest);
  if (guest.state != VisitState::called) return Reject::wrong_state;
  remember(wish.desk.str(), DeskAction::start, now);
  guest.state = VisitState::serving;
  guest.wants[static_cast<std::size_t>(guest.at)].state = StepState::serving;
  guest.wants[static_cast<std::size_t>(guest.at)].started = now;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const FinishService& wish, Instant now) {
  const Name desk = wish.desk.str();
  if (const Answer refusal = must_hold(desk)) return refusal;
  for (const ServiceDone& done : wish.done)
    if (facility_.find(done.service) == nullptr) return Reject::unknown_service;
  Counter& counter = counters_[desk];
  Guest& guest = guests_.at(counter.guest);
  if (guest.state == VisitState::called) {
    static_cast<void>(act(StartService{wish.desk}, now));
    Want& want = guest.wants[static_cast<std::size_t>(guest.at)];
    want.started = want.last_call;
  }
  remember(desk, DeskAction::finish, now);
  Want& want = guest.wants[static_cast<std::size_t>(guest.at)];
  want.state = StepState::done;
  counter.served_ms += (now - want.started).count();
  ++counter.served;
  const Name id = guest.id;
  send_away(desk, now);
  guest.at = -1;
  guest.pushed = false;
  bool more = false;
  for (Want& other : guest.wants) {
    if (other.state != StepState::waiting) continue;
    if (wish.outcome == Outcome::left)
      other.state = StepState::skipped;
    else
      more = true;
  }
  guest.state = more ? VisitState::waiting : VisitState::done;
  return wish.go_on || wish.step ? go_on(desk, wish, id, now) : std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::go_on(const Name& desk, const FinishService& wish, const Name& id, Instant now) {
  const Guest& guest = guests_.at(id);
  std::optional<std::size_t> chosen;
  for (std::size_t i = guest.wants.size(); i-- > 0;) {
    const bool asked = !wish.step || *wish.step == i;
    if (asked && guest.state == VisitState::waiting && is_ready(guest, i) && could_come(desk, guest, guest.wants[i])) chosen = i;
  }
  if (!chosen) return wish.step ? Answer{Reject::wrong_desk} : std::nullopt;
  Want last;  // the newest call of this guest
  for (const Want& want : guest.wants)
    if (want.calls > 0 && want.last_call >= last.last_call) last = want;
  counters_[desk].guest = id;
  remember(desk, DeskAction::go_on, now);
  Guest& same = guests_.at(id);
  Want& want = same.wants[*chosen];
  want.state = StepState::serving;
  want.last_desk = desk;
  want.calls = last.calls;
  want.last_call = last.last_call;
  want.started = now;
  want.why = Why::same_clerk;
  want.instead = {};
  same.state = VisitState::serving;
  same.at = static_cast<int>(*chosen);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const NoShow& wish, Instant now) {
  if (const Answer refusal = must_hold(wish.desk.str())) return refusal;
  Guest& guest = guests_.at(counters_[wish.desk.str()].guest);
  if (guest.state != VisitState::called) return Reject::wrong_state;
  if (guest.by_phone && guest.rung_in_vain == 0) return act(Park{wish.desk, facility_.rules.callback_again}, now);
  remember(wish.desk.str(), DeskAction::no_show, now);
  guest.wants[static_cast<std::size_t>(guest.at)].state = StepState::no_show;
  guest.state = VisitState::no_show;
  guest.missed_at = now;
  guest.at = -1;
  send_away(wish.desk.str(), now);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const AskMoreTime& wish, Instant now) {
  const auto found = guests_.find(wish.visit.str());
  if (found == guests_.end()) return Reject::unknown_visit;
  Guest& guest = found->second;
  if (guest.by_phone) return Reject::wrong_state;
  if (guest.state != VisitState::waiting && guest.state != VisitState::called && guest.state != VisitState::parked) return Reject::wrong_state;
  if (facility_.rules.more_time.count() == 0 || guest.more_times >= facility_.rules.more_times_max) return Reject::no_more_time;
  ++guest.more_times;
  const Instant from = guest.state == VisitState::parked && guest.back_at > now ? guest.back_at : now;
  if (guest.state == VisitState::called) {
    for (auto& [desk, counter] : counters_) {
      if (counter.guest != wish.visit.str()) continue;
      remember(desk, DeskAction::park, now);
      guest.wants[static_cast<std::size_t>(guest.at)].state = StepState::parked;
      guest.at = -1;
      guest.waits_where.clear();
      send_away(desk, now);
      break;
    }
  } else if (guest.state == VisitState::waiting) {
    for (std::size_t i = 0; i < guest.wants.size(); ++i) {
      if (!is_ready(guest, i)) continue;
      guest.wants[i].state = StepState::parked;
      break;
    }
  }
  guest.state = VisitState::parked;
  guest.back_at = from + facility_.rules.more_time;
  guest.history.push_back(++changes_);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const Park& wish, Instant now) {
  if (const Answer refusal = must_hold(wish.desk.str())) return refusal;
  const auto away = wish.duration ? *wish.duration : facility_.rules.park;
  if (away.count() < 1 || away.count() > 1440) return Reject::wrong_content;
  Guest& guest = guests_.at(counters_[wish.desk.str()].guest);
  remember(wish.desk.str(), DeskAction::park, now);
  if (guest.by_phone && guest.state == VisitState::called) ++guest.rung_in_vain;
  guest.wants[static_cast<std::size_t>(guest.at)].state = StepState::parked;
  guest.state = VisitState::parked;
  guest.back_at = now + away;
  guest.waits_where = wish.place;
  guest.at = -1;
  send_away(wish.desk.str(), now);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const Transfer& wish, Instant now) {
  const Name desk = wish.desk.str();
  if (const Answer refusal = must_hold(desk)) return refusal;
  if (wish.to_service.empty() && wish.to_desk.empty() && wish.to_clerk.empty() && wish.to_pool.empty())
    return Reject::wrong_content;
  const Desk* target = wish.to_desk.empty() ? nullptr : facility_.find(wish.to_desk);
  if (!wish.to_desk.empty() && target == nullptr) return Reject::unknown_desk;
  if (wish.after && (wish.after->count() < 1 || wish.after->count() > 1440)) return Reject::wrong_content;
  if (wish.soft_for && (wish.soft_for->count() < 0 || wish.soft_for->count() > 1440)) return Reject::wrong_content;
  Guest& guest = guests_.at(counters_[desk].guest);
  Name wanted = guest.wants[static_cast<std::size_t>(guest.at)].service;
  if (!wish.to_service.empty()) {
    if (facility_.find(wish.to_service) == nullptr) return Reject::unknown_service;
    if (guest.wants.size() >= 16) return Reject::wrong_state;
    wanted = wish.to_service.str();
  }
  if (target != nullptr && !has(target->services, ServiceId{wanted})) return Reject::wrong_desk;
  if (!wish.to_pool.empty()) {
    bool pool = false, able = false;
    for (const Desk& other : facility_.desks) {
      if (!has(other.pools, wish.to_pool)) continue;
      pool = true;
      const bool the_one = target == nullptr || wish.soft || target->id == other.id;
      if (the_one && has(other.services, ServiceId{wanted})) able = true;
    }
    if (!able) return pool ? Reject::wrong_desk : Reject::wrong_content;
  }
  remember(desk, DeskAction::transfer, now);
  Want* want = &guest.wants[static_cast<std::size_t>(guest.at)];
  if (!wish.to_service.empty()) {
    want->state = StepState::skipped;
    want->moved = true;
    guest.wants.emplace_back();
    want = &guest.wants.back();
    want->service = wanted;
    want->sent = true;
  }
  want->only_desk = wish.soft ? Name{} : wish.to_desk.str();
  want->only_clerk = wish.soft ? Name{} : wish.to_clerk;
  want->only_pool = wish.to_pool;
  want->rather_desk = wish.soft ? wish.to_desk.str() : Name{};
  want->rather_clerk = wish.soft ? wish.to_clerk : Name{};
  guest.back_at = now + wish.after.value_or(Minutes{0});
  want->rather_until = guest.back_at + wish.soft_for.value_or(facility_.rules.prefer);
  want->state = wish.after ? StepState::parked : StepState::waiting;
  guest.state = wish.after ? VisitState::parked : VisitState::waiting;
  guest.at = -1;
  guest.pushed = wish.place == Place::front;
  if (wish.place == Place::end) guest.since = now;
  send_away(desk, now);
  return std::nullopt;
}

/// The newest deed and those that belong to it: one press of "finish", or all that one press of a button did.
ReferenceRoom::Answer ReferenceRoom::take_back(const Name& desk, Instant now, std::chrono::milliseconds within, bool whole_press) {
  Counter& counter = counters_[desk];
  bool any = false;
  while (!counter.deeds.empty() && now - counter.deeds.back().at <= within) {
    const Deed deed = counter.deeds.back();
    const auto found = guests_.find(deed.before.id);
    const bool untouched = found != guests_.end() && found->second.history.back() == deed.number;
    if (!any && !counter.guest.empty() && counter.guest != deed.before.id) return Reject::undo_conflict;
    if (!untouched) return Reject::undo_conflict;
    if (deed.action != DeskAction::call && deed.action != DeskAction::go_on && counter.phase == DeskPhase::on_break)
      return Reject::desk_on_break;
    any = true;
    counter.deeds.pop_back();
    const auto [copy, paper] = std::pair{found->second.copy, found->second.paper};
    const bool told = found->second.told;   // was heard
    found->second = deed.before;
    found->second.told = told;
    found->second.copy = copy;  // paper is not taken back
    found->second.paper = paper;
    counter.served = deed.served;
    counter.served_ms = deed.served_ms;
    count_places(deed.gave, deed.took);
    const bool was_free = deed.action == DeskAction::call || deed.action == DeskAction::go_on;
    counter.guest = was_free ? Name{} : deed.before.id;
    if (was_free) counter.free_since = now;
    if (counter.deeds.empty()) break;
    const Deed& older = counter.deeds.back();
    const bool same_guest = older.before.id == deed.before.id;
    if (older.at != deed.at || (same_guest && deed.before.history.back() != older.number)) break;
    const bool finish = (deed.action == DeskAction::finish && older.action == DeskAction::start) ||
                        (deed.action == DeskAction::go_on && older.action == DeskAction::finish);
    if (!whole_press && !finish) break;
  }
  return any ? std::nullopt : Answer{Reject::nothing_to_undo};
}

ReferenceRoom::Answer ReferenceRoom::act(const Undo& wish, Instant now) {
  if (facility_.find(wish.desk) == nullptr) return Reject::unknown_desk;
  return take_back(wish.desk.str(), now, facility_.rules.undo_within, false);
}

ReferenceRoom::Answer ReferenceRoom::act(const PressButton& wish, Instant now) {
  if (facility_.find(wish.desk) == nullptr) return Reject::unknown_desk;
  Counter& counter = counters_[wish.desk.str()];
  const bool soon = counter.pressed != Instant{} && now >= counter.pressed && now - counter.pressed <= std::chrono::seconds{2};
  if (wish.press == Press::hold) {
    if (counter.phase == DeskPhase::closed) {
      OpenDesk open;
      open.desk = wish.desk;
      return act(open, now);
    }
    if (counter.phase == DeskPhase::on_break) return act(ResumeDesk{wish.desk}, now);
    return counter.guest.empty() ? act(PauseDesk{wish.desk, {}}, now) : act(Recall{wish.desk}, now);
  }
  if (soon) {
    if (counter.deeds.empty() || counter.deeds.back().at != counter.pressed) return Reject::nothing_to_undo;
    const Answer refusal = take_back(wish.desk.str(), now, std::chrono::seconds{2}, true);
    if (!refusal) counter.pressed = {};
    return refusal;
  }
  if (wish.press == Press::two) return act(Undo{wish.desk}, now);
  const bool busy = !counter.guest.empty();
  if (busy) static_cast<void>(act(FinishService{wish.desk, Outcome::settled, {}}, now));
  const Answer refusal = act(CallNext{wish.desk}, now);
  if (!busy && refusal) return refusal;
  if (busy || !counter.guest.empty()) counter.pressed = now;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const IdleDesk& wish, Instant) {
  if (const Answer refusal = must_be_free(wish.desk.str())) return refusal;
  counters_[wish.desk.str()].idle = wish.reason;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const CallHelp& wish, Instant) {
  if (facility_.find(wish.desk) == nullptr) return Reject::unknown_desk;
  if (!wish.to.empty() && (wish.to == wish.desk || facility_.find(wish.to) == nullptr)) return Reject::unknown_desk;
  if (wish.kind == HelpKind::none) return Reject::wrong_content;
  Counter& counter = counters_[wish.desk.str()];
  if (counter.phase == DeskPhase::closed) return Reject::desk_closed;
  if (counter.help == wish.kind && counter.help_to == wish.to.str()) return std::nullopt;
  counter.help = wish.kind;
  counter.help_to = wish.to.str();
  counter.help_by.clear();
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const AnswerHelp& wish, Instant) {
  if (facility_.find(wish.desk) == nullptr) return Reject::unknown_desk;
  if (counters_[wish.desk.str()].help == HelpKind::none) return Reject::wrong_state;
  counters_[wish.desk.str()].help_by = wish.by;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const ClearHelp& wish, Instant) {
  if (facility_.find(wish.desk) == nullptr) return Reject::unknown_desk;
  Counter& counter = counters_[wish.desk.str()];
  counter.help = HelpKind::none;
  counter.help_to.clear();
  counter.help_by.clear();
  return std::nullopt;
}

}  // namespace skranke::test
