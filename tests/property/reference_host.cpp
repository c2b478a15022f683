// The simple-minded room's paper rolls, evacuation, and what hosts do.
#include <algorithm>

#include <fmt/format.h>

#include "reference_room.hpp"

namespace skranke::test {
namespace {

using namespace core;

bool over(StepState state) { return state == StepState::done || state == StepState::skipped; }

}  // namespace

bool ReferenceRoom::stands_still(const Command& command) {
  return std::visit(
      [](const auto& wish) {
        using Wish = std::decay_t<decltype(wish)>;
        const bool desk = std::is_same_v<Wish, OpenDesk> || std::is_same_v<Wish, PauseDesk> ||
                          std::is_same_v<Wish, ResumeDesk> || std::is_same_v<Wish, CloseDesk>;
        const bool house = std::is_same_v<Wish, ApplyFacility> || std::is_same_v<Wish, SetRoomMode> ||
                           std::is_same_v<Wish, Evacuate> || std::is_same_v<Wish, ReportPaper> ||
                           std::is_same_v<Wish, ScheduleFacility> || std::is_same_v<Wish, CancelFacility> ||
                           std::is_same_v<Wish, NoteRefusals> || std::is_same_v<Wish, CreateBooking> ||
                           std::is_same_v<Wish, ConfirmBooking> || std::is_same_v<Wish, MoveBooking> ||
                           std::is_same_v<Wish, CancelBooking> || std::is_same_v<Wish, NoteMessage> ||
                           std::is_same_v<Wish, WishPlace> || std::is_same_v<Wish, DeclineOffer> ||
                           std::is_same_v<Wish, ReleasePlaces>;
        const bool help = std::is_same_v<Wish, IdleDesk> || std::is_same_v<Wish, CallHelp> ||
                          std::is_same_v<Wish, AnswerHelp> || std::is_same_v<Wish, ClearHelp>;
        return !desk && !house && !help && !std::is_same_v<Wish, LeaveQueue> && !std::is_same_v<Wish, SeeHandover>;
      },
      command);
}

ReferenceRoom::PaperRoll* ReferenceRoom::roll_with(Number number) {
  for (PaperRoll& roll : rolls_)
    if (roll.letter == number.letter && roll.first <= number.digits && number.digits <= roll.last) return &roll;
  return nullptr;
}

const ReferenceRoom::Guest* ReferenceRoom::with_number(Number number) const {
  const Guest* found = nullptr;
  for (const auto& [id, guest] : guests_)
    if (guest.number == number && (found == nullptr || guest.order > found->order)) found = &guest;
  return found;
}

bool ReferenceRoom::is_out(Number number) const {
  if (out_.count(number) != 0) return true;
  return std::any_of(rolls_.begin(), rolls_.end(), [&](const PaperRoll& roll) {
    return roll.letter == number.letter && roll.first <= number.digits && number.digits <= roll.last;
  });
}

/// The series of the letter; when that is used up, the one of which fewest are out.
std::optional<Number> ReferenceRoom::number_for(char letter) const {
  if (const Number own = next_number(letter); own.digits != 0) return own;
  std::optional<Number> best;
  int fewest = 1000;
  for (const char other : std::string{"ACJKPTY"}) {
    int out = 0;
    for (int digits = 1; digits <= 999; ++digits) out += is_out({other, static_cast<std::uint16_t>(digits)});
    if (out >= fewest) continue;
    if (const Number number = next_number(other); number.digits != 0) {
      best = number;
      fewest = out;
    }
  }
  return best;
}

void ReferenceRoom::carry_rolls() {
  std::vector<PaperRoll> kept;
  for (PaperRoll roll : rolls_) {
    if (!roll.up) continue;
    while (roll.first <= roll.last && with_number({roll.letter, static_cast<std::uint16_t>(roll.first)}) != nullptr)
      ++roll.first;
    if (roll.first <= roll.last) kept.push_back(roll);
  }
  rolls_ = kept;
}

ReferenceRoom::Answer ReferenceRoom::cannot_use(Number number) {
  const PaperRoll* roll = roll_with(number);
  if (roll == nullptr) return Reject::not_on_roll;
  if (with_number(number) != nullptr) return Reject::number_taken;
  if (!roll->up && number.digits > roll->torn) return Reject::not_on_roll;
  return std::nullopt;
}

Instant ReferenceRoom::place_on_roll(Number number, Instant now) {
  const PaperRoll& roll = *roll_with(number);
  Instant place = now;
  if (!roll.up) place = std::min(place, roll.put_away);
  for (const auto& [id, guest] : guests_) {
    const bool later = guest.number.letter == roll.letter && guest.number.digits >= roll.first &&
                       guest.number.digits <= roll.last && guest.number.digits > number.digits;
    if (later) place = std::min(place, guest.since);
  }
  return place;
}

ReferenceRoom::Name ReferenceRoom::admit_from_roll(Number number, const Name& service, Instant now) {
  Guest guest;
  guest.since = place_on_roll(number, now);
  guest.order = ++arrivals_;
  guest.id = "roll-" + std::to_string(guest.order);
  guest.number = number;
  guest.day = day_;
  guest.language = facility_.site.languages.front();
  Want want;
  want.service = service;
  guest.wants.push_back(want);
  guest.history.push_back(++changes_);
  ++taken_today_[service];
  ++taken_week_[facility_.find(ServiceId{service})->authority.str()];
  ++authority_today_[facility_.find(ServiceId{service})->authority.str()];
  out_.insert(number);
  guests_[guest.id] = guest;
  return guest.id;
}

/// What the desk serves now, as the facility lists it.
std::vector<ReferenceRoom::Name> ReferenceRoom::served_by(const Name& desk) const {
  const Counter& counter = counters_.at(desk);
  std::vector<Name> names;
  for (const ServiceId& id : facility_.find(DeskId{desk})->services) {
    const bool chosen = counter.only.empty() || std::find(counter.only.begin(), counter.only.end(), id.str()) != counter.only.end();
    if (chosen && has_skill(desk, counter, id.str())) names.push_back(id.str());
  }
  return names;
}

/// Of the rolls that are up and that this desk can serve, the one that is least far; its lowest ticket that nobody has
/// come with.
std::optional<std::pair<Number, ReferenceRoom::Name>> ReferenceRoom::roll_turn(const Name& desk) {
  const auto able = served_by(desk);
  if (!on_paper_ || able.empty()) return std::nullopt;
  std::optional<std::pair<Number, Name>> best;
  int least = 1000;
  for (const PaperRoll& roll : rolls_) {
    if (!roll.up) continue;
    if (!roll.service.empty() && std::find(able.begin(), able.end(), roll.service) == able.end()) continue;
    for (int digits = roll.first; digits <= roll.last; ++digits) {
      const Number number{roll.letter, static_cast<std::uint16_t>(digits)};
      if (with_number(number) != nullptr) continue;
      if (digits - roll.first < least) best = {number, roll.service.empty() ? able.front() : roll.service};
      least = std::min(least, digits - roll.first);
      break;
    }
  }
  return best;
}

ReferenceRoom::Answer ReferenceRoom::act(const CallNumber& wish, Instant now) {
  if (const Guest* guest = with_number(wish.number)) {
    while (!guest->joined.empty() && guests_.count(guest->joined) != 0) guest = &guests_.at(guest->joined);
    return act(CallVisit{wish.desk, VisitId{guest->id}}, now);
  }
  const Name desk = wish.desk.str();
  if (const Answer refusal = must_be_free(desk)) return refusal;
  if (cannot_use(wish.number)) return Reject::unknown_visit;
  const auto able = served_by(desk);
  Name service = wish.service.empty() ? roll_with(wish.number)->service : wish.service.str();
  if (service.empty() && !able.empty()) service = able.front();
  if (facility_.find(ServiceId{service}) == nullptr) return Reject::unknown_service;
  if (std::find(able.begin(), able.end(), service) == able.end()) return Reject::wrong_desk;
  call(desk, {admit_from_roll(wish.number, service, now), 0}, Why::named, {}, now);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::put_up(const RollWish& wish) {
  PaperRoll roll;
  const auto all_unused = [&] {
    for (int digits = roll.first; digits <= roll.last; ++digits) {
      const Number number{roll.letter, static_cast<std::uint16_t>(digits)};
      const PaperRoll* known = roll_with(number);
      if (with_number(number) != nullptr || (known != nullptr && (known->up || digits <= known->torn))) return false;
    }
    return true;
  };
  if (wish.first) {
    roll.letter = wish.first->letter;
    roll.first = wish.first->digits;
  } else {
    bool found = false;
    for (const char letter : std::string{"PYTKJCARELF"}) {
      roll.letter = letter;
      found = std::none_of(facility_.services.begin(), facility_.services.end(), [&](const Service& service) { return service.letter == letter; });
      found = found && all_unused();
      if (found) break;
    }
    if (!found) return Reject::number_taken;
  }
  if (wish.last) roll.last = *wish.last;
  if (roll.last < roll.first || roll.last > 999) return Reject::wrong_content;
  roll.service = wish.service.str();
  if (!roll.service.empty() && facility_.find(wish.service) == nullptr) return Reject::unknown_service;
  if (!all_unused()) return Reject::number_taken;
  std::vector<PaperRoll> kept;
  for (PaperRoll other : rolls_) {
    if (other.letter == roll.letter && other.first < roll.first && other.last >= roll.first) other.last = roll.first - 1;
    const bool covered = other.letter == roll.letter && other.first >= roll.first && other.first <= roll.last;
    if (!covered) kept.push_back(other);
  }
  if (kept.size() >= 16) return Reject::wrong_content;
  kept.push_back(roll);
  rolls_ = kept;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::put_away(const SetRoomMode& wish, Instant now) {
  std::vector<PaperRoll*> just;
  for (PaperRoll& roll : rolls_) {
    if (!roll.up) continue;
    roll.up = false;
    roll.put_away = now;
    just.push_back(&roll);
    for (const auto& [id, guest] : guests_)
      if (roll_with(guest.number) == &roll) roll.torn = std::max<int>(roll.torn, guest.number.digits);
  }
  for (const Number number : wish.torn) {
    PaperRoll* roll = roll_with(number);
    if (roll == nullptr || std::find(just.begin(), just.end(), roll) == just.end()) return Reject::not_on_roll;
    roll->torn = std::max<int>(roll->torn, number.digits);
  }
  on_paper_ = false;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const SetRoomMode& wish, Instant now) {
  if (wish.mode == RoomMode::normal) return on_paper_ ? put_away(wish, now) : Answer{};
  auto wanted = wish.rolls;
  if (wanted.empty() && !on_paper_) wanted.emplace_back();
  for (const RollWish& roll : wanted)
    if (const Answer refusal = put_up(roll)) return refusal;
  on_paper_ = true;
  return std::nullopt;
}

/// As if the time between had not been.
void ReferenceRoom::thaw(Instant now) {
  const auto lost = std::max(std::chrono::milliseconds{0}, now - *evacuated_);
  const auto move = [&](Guest& guest) {
    guest.since += lost;
    if (guest.back_at != Instant{}) guest.back_at += lost;
    guest.missed_at += lost;
    for (Want& want : guest.wants) {
      want.last_call += lost;
      want.started += lost;
      if (want.rather_until != Instant{}) want.rather_until += lost;
    }
  };
  for (auto& [id, guest] : guests_)
    if (guest.state != VisitState::done) move(guest);
  for (auto& [id, counter] : counters_) {
    if (counter.free_since != Instant{}) counter.free_since += lost;
    if (counter.pressed != Instant{}) counter.pressed += lost;
    for (Deed& deed : counter.deeds) {
      deed.at += lost;
      move(deed.before);
    }
  }
  stood_still_.emplace_back(*evacuated_, *evacuated_ + lost);
  evacuated_.reset();
}

Instant ReferenceRoom::patience_until(Instant start, Minutes patience) const {
  Instant until = start + patience;
  for (const auto& [from, to] : stood_still_)
    if (to > start && from <= until) until += to - std::max(from, start);
  return until;
}

ReferenceRoom::Answer ReferenceRoom::act(const Evacuate& wish, Instant now) {
  if (wish.active && !evacuated_) evacuated_ = now;
  if (!wish.active && evacuated_) thaw(now);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const SeeHandover& wish, Instant now) {
  if (wish.until > now) return Reject::wrong_content;
  if (wish.until <= handed_over_) return Reject::handover_seen;
  handed_over_ = wish.until;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const EditVisit& wish, Instant) {
  const auto found = guests_.find(wish.visit.str());
  if (found == guests_.end()) return Reject::unknown_visit;
  Guest& guest = found->second;
  if (guest.state == VisitState::done || guest.state == VisitState::no_show || guest.state == VisitState::left)
    return Reject::wrong_state;
  if (wish.priority) {
    const Priority* priority = facility_.find(*wish.priority);
    if (!wish.priority->empty() && priority == nullptr) return Reject::unknown_priority;
    guest.bonus = wish.priority->empty() ? std::chrono::seconds{0} : std::chrono::seconds{priority->head_start};
  }
  if (wish.party) guest.party = *wish.party;
  if (wish.language) guest.language = *wish.language;
  if (wish.needs) guest.needs = {wish.needs->begin(), wish.needs->end()};
  guest.history.push_back(++changes_);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const MoveVisit& wish, Instant now) {
  const auto found = guests_.find(wish.visit.str());
  if (found == guests_.end()) return Reject::unknown_visit;
  Guest& guest = found->second;
  if (guest.state != VisitState::waiting && guest.state != VisitState::parked) return Reject::wrong_state;
  std::optional<std::size_t> at;
  for (std::size_t i = 0; i < guest.wants.size() && !at; ++i) {
    const Want& want = guest.wants[i];
    const bool ready = std::all_of(want.after.begin(), want.after.end(), [&](std::size_t earlier) { return over(guest.wants[earlier].state); });
    const bool parked = want.state == StepState::parked, waits = want.state == StepState::waiting;
    if (wish.service.empty() ? parked || (waits && ready) : (parked || waits) && want.service == wish.service.str()) at = i;
  }
  if (!at) return Reject::wrong_content;
  const Desk* desk = wish.to_desk.empty() ? nullptr : facility_.find(wish.to_desk);
  if (!wish.to_desk.empty() && desk == nullptr) return Reject::unknown_desk;
  const bool elsewhere = !wish.to_service.empty() && wish.to_service.str() != guest.wants[*at].service;
  if (elsewhere && facility_.find(wish.to_service) == nullptr) return Reject::unknown_service;
  if (elsewhere && guest.wants.size() >= 16) return Reject::wrong_state;
  const ServiceId wanted = elsewhere ? wish.to_service : ServiceId{guest.wants[*at].service};
  if (desk != nullptr && std::find(desk->services.begin(), desk->services.end(), wanted) == desk->services.end())
    return Reject::wrong_desk;
  wait_again(guest);
  if (elsewhere) {
    guest.wants[*at].state = StepState::skipped;
    guest.wants[*at].moved = true;
    Want next;
    next.service = wanted.str();
    next.only_desk = wish.to_desk.str();
    next.sent = true;
    guest.wants.push_back(next);
  } else if (desk != nullptr) {
    Want& want = guest.wants[*at];
    want.only_desk = wish.to_desk.str();
    want.only_clerk.clear();
    want.only_pool.clear();
    want.rather_desk.clear();
    want.rather_clerk.clear();
    want.rather_until = {};
  }
  if (wish.place == Place::front) guest.pushed = true;
  if (wish.place == Place::end) {
    guest.pushed = false;
    guest.since = now;
  }
  return std::nullopt;
}

ReferenceRoom::Want ReferenceRoom::wanted_like(const Want& other) {
  Want want;
  want.service = other.service;
  want.only_desk = other.only_desk;
  want.only_clerk = other.only_clerk;
  want.only_pool = other.only_pool;
  want.rather_desk = other.rather_desk;
  want.rather_clerk = other.rather_clerk;
  want.rather_until = other.rather_until;
  want.sent = other.sent;
  return want;
}

ReferenceRoom::Answer ReferenceRoom::act(const MergeVisits& wish, Instant) {
  if (guests_.count(wish.visit.str()) == 0 || guests_.count(wish.into.str()) == 0) return Reject::unknown_visit;
  Guest &from = guests_.at(wish.visit.str()), &into = guests_.at(wish.into.str());
  if (from.state != VisitState::waiting && from.state != VisitState::parked && from.state != VisitState::no_show)
    return Reject::wrong_state;
  if (&from == &into || into.state == VisitState::done || into.state == VisitState::no_show || into.state == VisitState::left)
    return Reject::wrong_state;
  if (from.by_phone || into.by_phone) return Reject::wrong_state;
  std::map<std::size_t, std::size_t> place;  // of an open want of `from`, in `into`
  std::vector<std::size_t> fresh;
  const std::size_t had = into.wants.size();
  for (std::size_t i = 0; i < from.wants.size(); ++i) {
    if (over(from.wants[i].state)) continue;
    for (std::size_t j = 0; j < had; ++j)
      if (into.wants[j].service == from.wants[i].service && !over(into.wants[j].state)) place[i] = j;
    if (place.count(i) != 0) continue;
    Want want = wanted_like(from.wants[i]);
    want.sent = want.sent || from.day != day_;   // no place of today's
    place[i] = into.wants.size();
    into.wants.push_back(want);
    fresh.push_back(i);
  }
  for (const std::size_t i : fresh)
    for (const std::size_t earlier : from.wants[i].after)
      if (place.count(earlier) != 0) into.wants[place[i]].after.push_back(place[earlier]);
  if (into.wants.size() > 16) return Reject::wrong_content;
  std::set<std::size_t> finished;
  for (std::size_t round = 0; round <= into.wants.size(); ++round)
    for (std::size_t i = 0; i < into.wants.size(); ++i) {
      const auto& after = into.wants[i].after;
      const bool free = std::all_of(after.begin(), after.end(), [&](std::size_t earlier) { return finished.count(earlier) != 0; });
      if (free || over(into.wants[i].state)) finished.insert(i);
    }
  if (finished.size() != into.wants.size()) return Reject::wrong_content;
  for (Want& want : from.wants)
    if (!over(want.state)) {
      want.state = StepState::skipped;
      want.moved = true;
    }
  from.state = VisitState::left;
  from.joined = into.id;
  into.since = std::min(into.since, from.since);
  into.pushed = into.pushed || from.pushed;
  into.bonus = std::max(into.bonus, from.bonus);
  into.party = wish.family ? into.party + from.party : std::max(into.party, from.party);
  into.also.push_back(from.number);
  into.also.insert(into.also.end(), from.also.begin(), from.also.end());
  from.also.clear();
  from.history.push_back(++changes_);
  into.history.push_back(++changes_);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const SplitVisit& wish, Instant) {
  const auto found = guests_.find(wish.visit.str());
  if (found == guests_.end()) return Reject::unknown_visit;
  Guest& guest = found->second;
  if (guest.state == VisitState::done || guest.state == VisitState::no_show || guest.state == VisitState::left)
    return Reject::wrong_state;
  if (guest.by_phone) return Reject::wrong_state;
  if (guests_.count(wish.id.str()) != 0) return Reject::id_taken;
  if (!wish.printer.empty() && facility_.find(wish.printer) == nullptr) return Reject::unknown_printer;
  std::vector<std::size_t> go;
  bool somebody_stays = false;
  for (std::size_t i = 0; i < guest.wants.size(); ++i) {
    const bool named = std::find(wish.services.begin(), wish.services.end(), ServiceId{guest.wants[i].service}) != wish.services.end();
    if (named && guest.wants[i].state == StepState::waiting)
      go.push_back(i);
    else
      somebody_stays = somebody_stays || !over(guest.wants[i].state);
  }
  if (go.empty() || go.size() != wish.services.size() || !somebody_stays) return Reject::wrong_content;
  const auto goes = [&](std::size_t i) { return std::find(go.begin(), go.end(), i) != go.end(); };
  for (std::size_t i = 0; i < guest.wants.size(); ++i)
    for (const std::size_t earlier : guest.wants[i].after)
      if (goes(i) != goes(earlier) && !over(guest.wants[i].state) && !over(guest.wants[earlier].state)) return Reject::wrong_content;
  const Service* first = facility_.find(ServiceId{guest.wants[go.front()].service});
  const auto number = number_for(first == nullptr ? guest.number.letter : first->letter);
  if (!number) return Reject::numbers_exhausted;
  Guest parted;
  parted.id = wish.id.str();
  parted.order = ++arrivals_;
  parted.number = *number;
  parted.day = day_;
  parted.since = guest.since;
  parted.pushed = guest.pushed;
  parted.bonus = guest.bonus;
  parted.booked = guest.booked;
  parted.language = guest.language;
  parted.needs = guest.needs;
  parted.party = wish.party;
  parted.outside = guest.outside;
  for (const std::size_t i : go) {
    Want want = wanted_like(guest.wants[i]);
    want.sent = want.sent || guest.day != day_;
    for (const std::size_t earlier : guest.wants[i].after)
      if (goes(earlier)) want.after.push_back(static_cast<std::size_t>(std::find(go.begin(), go.end(), earlier) - go.begin()));
    parted.wants.push_back(want);
  }
  for (const std::size_t i : go) {
    guest.wants[i].state = StepState::skipped;
    guest.wants[i].moved = true;
  }
  guest.party = std::max(1, guest.party - wish.party);
  guest.history.push_back(++changes_);
  parted.history.push_back(++changes_);
  if (!wish.printer.empty()) {
    parted.copy = 1;
    parted.paper = PaperState::queued;
  }
  out_.insert(parted.number);
  last_digits_[parted.number.letter] = parted.number.digits;
  guests_[parted.id] = parted;
  return std::nullopt;
}

std::string ReferenceRoom::house_difference(const State& real) const {
  if (real.room.evacuated != evacuated_.has_value()) return "evacuation";
  if ((real.room.mode == RoomMode::paper_roll) != on_paper_) return "mode of the room";
  if (real.room.rolls.size() != rolls_.size()) return fmt::format("{} rolls instead of {}", real.room.rolls.size(), rolls_.size());
  for (std::size_t i = 0; i < rolls_.size(); ++i) {
    const Roll& roll = real.room.rolls[i];
    const bool same_range = roll.letter == rolls_[i].letter && roll.first == rolls_[i].first && roll.last == rolls_[i].last;
    if (!same_range || roll.torn != rolls_[i].torn || roll.open != rolls_[i].up || roll.service.str() != rolls_[i].service)
      return fmt::format("roll {}", i);
  }
  return {};
}

}  // namespace skranke::test
