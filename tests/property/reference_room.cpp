#include "reference_room.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "reference_words.hpp"

namespace skranke::test {
namespace {

using namespace core;
constexpr std::int64_t minute_ms = 60'000, day_ms = 24 * 60 * minute_ms;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

/// 0 = Monday; day 0 of 1970 was a Thursday.
std::int64_t weekday_of(std::int64_t day) { return ((day + 3) % 7 + 7) % 7; }

bool covers(const std::vector<WeeklySpan>& spans, std::int64_t day, std::int64_t minute) {
  for (const WeeklySpan& span : spans)
    if ((span.days >> weekday_of(day) & 1) != 0 && span.from.count() <= minute && minute < span.to.count()) return true;
  return false;
}

bool reads_as_lower(int digits) {
  static const std::string shapes = "012--59-86";  // what each digit becomes upside-down on paper or on seven segments
  std::string turned;
  const std::string straight = std::to_string(digits);
  for (auto digit = straight.rbegin(); digit != straight.rend(); ++digit)
    turned += shapes[static_cast<std::size_t>(*digit - '0')];
  return turned.find('-') == std::string::npos && std::stoi(turned) < digits;
}

}  // namespace

std::optional<Reject> ReferenceRoom::obey(const Command& command, Instant now) {
  ReferenceRoom tried = *this;  // a refusal must leave no trace
  const auto taken = tried.places_taken(now);
  const auto day = tried.day_;
  tried.begin_day_if_due(now);
  if (tried.day_ != day) tried.think_at(now);
  const bool frozen = tried.evacuated_ && stands_still(command);
  const Answer answer = frozen ? std::holds_alternative<Tick>(command) ? Answer{} : Answer{Reject::evacuation}
                               : std::visit([&](const auto& wish) { return tried.act(wish, now); }, command);
  if (answer) return answer;
  const auto still = tried.places_taken(now);
  if (!std::includes(still.begin(), still.end(), taken.begin(), taken.end())) tried.think_at(now);
  if (tried.waiting_in_turn().empty()) tried.think_again_.reset();
  *this = std::move(tried);
  return answer;
}

void ReferenceRoom::begin_day_if_due(Instant now) {
  const std::int64_t today = floor_div(millis(now) - facility_.site.business_day_starts.count() * minute_ms, day_ms);
  if (today <= day_) return;
  if (floor_div(today + 3, 7) != floor_div(day_ + 3, 7)) taken_week_.clear();
  day_ = today;
  taken_today_.clear();
  authority_today_.clear();
  refusals_today_ = 0;
  if (stood_still_.size() > 1) stood_still_.erase(stood_still_.begin(), stood_still_.end() - 1);
  carry_rolls();
  std::erase_if(guests_, [](const auto& entry) { return gone(entry.second.state); });
  book_at_dawn(now);
  out_.clear();
  last_digits_.clear();
  for (const auto& [id, guest] : guests_) out_.insert(guest.number);
  for (auto& [id, counter] : counters_) {
    counter.served = 0;
    counter.served_ms = 0;
    counter.deeds.clear();
  }
  end_by_night();
}

/// Easter Sunday as a day of March, by Gauss.
static int easter_in_march(int year) {
  const int a = year % 19, b = year % 4, c = year % 7, k = year / 100;
  const int m = (15 - (13 + 8 * k) / 25 + k - k / 4) % 30, n = (4 + k - k / 4) % 7;
  const int d = (19 * a + m) % 30, e = (2 * b + 4 * c + 6 * d + n) % 7;
  const int day = 22 + d + e;
  if (d == 29 && e == 6) return 50;
  if (d == 28 && e == 6 && (11 * m + 11) % 30 < 19) return 49;
  return day;
}

bool ReferenceRoom::holiday(const HolidayRules& rules, std::int64_t day) {
  const std::chrono::year_month_day date{Day{std::chrono::days{day}}};
  const unsigned code = static_cast<unsigned>(date.month()) * 100 + static_cast<unsigned>(date.day());
  if ((code == 501 && rules.labour_day) || (code == 605 && rules.constitution_day) || (code == 1224 && rules.christmas_eve) ||
      (code == 1231 && rules.new_years_eve))
    return true;
  if (!rules.danish) return false;
  if (code == 101 || code == 1225 || code == 1226) return true;
  const Day march_0{date.year() / 3 / 1};
  const std::int64_t after = day - march_0.time_since_epoch().count() + 1 - easter_in_march(static_cast<int>(date.year()));
  return after == -3 || after == -2 || after == 0 || after == 1 || after == 39 || after == 49 || after == 50;
}

bool ReferenceRoom::site_open(std::int64_t day, std::int64_t minute) const {
  return !holiday(facility_.site.holidays, day) && (facility_.opening.empty() || covers(facility_.opening, day, minute));
}

/// Who still waits when the day ends behind closed doors has left.
void ReferenceRoom::end_by_night() {
  const std::int64_t turn = facility_.site.business_day_starts.count();
  if (!facility_.rules.night_ends_visits || site_open(day_ + turn / 1440, turn % 1440)) return;
  const Instant turned{std::chrono::milliseconds{day_ * day_ms + turn * minute_ms}};
  for (auto& [id, guest] : guests_) {
    if (guest.state != VisitState::waiting && !(guest.state == VisitState::parked && guest.back_at <= turned)) continue;
    for (Want& want : guest.wants)
      if (want.state != StepState::done) want.state = StepState::skipped;
    guest.state = VisitState::left;
    guest.history.push_back(++changes_);
  }
}

/// Who booked for today has one of today's places.
bool ReferenceRoom::quota_spent(const Service& service, Instant) const { return booked_out(service, day_, {}); }

ReferenceRoom::Name ReferenceRoom::zone_of(const Name& service) const {
  for (const Desk& desk : facility_.desks)
    if (has(desk.services, ServiceId{service})) return desk.zone;
  return {};
}

bool ReferenceRoom::too_crowded(const Service& service, int party) const {
  int all = 0, here = 0;
  const Name zone = zone_of(service.id.str());
  for (const auto& [id, guest] : guests_) {
    const bool at_desk = guest.state == VisitState::called || guest.state == VisitState::serving;
    if (!at_desk && (guest.state != VisitState::waiting || guest.outside)) continue;
    all += guest.party;
    Name stands;
    for (std::size_t i = 0; i < guest.wants.size() && stands.empty(); ++i) {
      const Want& want = guest.wants[i];
      bool ready = want.state == StepState::waiting;
      for (const std::size_t earlier : want.after)
        ready = ready && (guest.wants[earlier].state == StepState::done || guest.wants[earlier].state == StepState::skipped);
      if (ready) {
        stands = zone_of(want.service);
        break;
      }
    }
    if (at_desk) {
      const Desk* desk = facility_.find(DeskId{guest.wants[static_cast<std::size_t>(guest.at)].last_desk});
      if (desk != nullptr) stands = desk->zone;
    }
    if (stands == zone) here += guest.party;
  }
  if (facility_.room.crowd_max > 0 && all + party > facility_.room.crowd_max) return true;
  for (const auto& limit : facility_.room.zones)
    if (limit.zone == zone && (zone.empty() ? all : here) + party > limit.crowd_max) return true;
  return false;
}

ReferenceRoom::Answer ReferenceRoom::cannot_take(const Service& service, Channel channel, Instant now, int party) const {
  const std::int64_t day = floor_div(millis(now), day_ms), minute = floor_div(millis(now) - day * day_ms, minute_ms);
  const std::int64_t from = service.from ? service.from->time_since_epoch().count() : INT64_MIN;
  const std::int64_t until = service.until ? service.until->time_since_epoch().count() : INT64_MAX;
  if (day < from || day > until) return Reject::not_offered;
  if (!site_open(day, minute)) return Reject::closed;
  for (const Authority& authority : facility_.authorities)
    if (authority.id == service.authority && !authority.present.empty() && !covers(authority.present, day, minute))
      return Reject::authority_absent;
  if (quota_spent(service, now)) return Reject::quota_full;
  int waiting = 0;
  for (const auto& [id, guest] : guests_)
    for (std::size_t i = 0; i < guest.wants.size(); ++i) {
      const auto& want = guest.wants[i];
      if (guest.state != VisitState::waiting || want.service != service.id.str() || want.state != StepState::waiting)
        continue;
      waiting += std::all_of(want.after.begin(), want.after.end(), [&](std::size_t earlier) {
        return guest.wants[earlier].state == StepState::done || guest.wants[earlier].state == StepState::skipped;
      });
    }
  if (waiting >= service.queue_max) return Reject::queue_full;
  if (channel == Channel::host || channel == Channel::phone) return std::nullopt;
  if (too_crowded(service, party)) return Reject::crowd_full;
  const auto& other = service.mode_on[static_cast<std::size_t>(weekday_of(day))];
  if ((other ? *other : service.mode) == Mode::booking) return Reject::booking_required;
  return std::nullopt;
}

Number ReferenceRoom::next_number(char letter) const {
  const int last = last_digits_.count(letter) == 0 ? 0 : last_digits_.at(letter);
  for (const int from : {last + 1, 1})
    for (int digits = from; digits <= 999; ++digits) {
      const Number number{letter, static_cast<std::uint16_t>(digits)};
      if (!reads_as_lower(digits) && !is_out(number)) return number;
    }
  return {};
}

ReferenceRoom::Answer ReferenceRoom::act(const TakeTicket& wish, Instant now) {
  if (wish.services.empty() || wish.services.size() > 8) return Reject::wrong_content;
  for (const ServiceId& id : wish.services) {
    if (facility_.find(id) == nullptr) return Reject::unknown_service;
    if (std::count(wish.services.begin(), wish.services.end(), id) != 1) return Reject::wrong_content;
  }
  if (guests_.count(wish.id.str()) != 0) return Reject::id_taken;
  Guest guest;
  if (!wish.priority.empty()) {
    const Priority* priority = facility_.find(wish.priority);
    if (priority == nullptr) return Reject::unknown_priority;
    guest.bonus = priority->head_start;
  }
  if (!wish.printer.empty() && facility_.find(wish.printer) == nullptr) return Reject::unknown_printer;
  if (wish.callback) {
    for (const ServiceId& id : wish.services)
      if (!facility_.find(id)->telephone) return Reject::not_by_telephone;
    if (wish.channel != Channel::phone || wish.helped || wish.number || !wish.printer.empty()) return Reject::wrong_content;
  }
  bool standby = false;
  const auto rung_at = wish.callback ? someone_there(wish.services, now) : std::nullopt;
  if (wish.helped && wish.channel != Channel::host && wish.channel != Channel::phone) return Reject::wrong_content;
  if (wish.number)
    if (const Answer refusal = cannot_use(*wish.number)) return refusal;
  for (const ServiceId& id : wish.services) {
    if (wish.helped || wish.number) break;  // nobody waits, or holds a ticket already
    const Answer refusal = rung_at ? cannot_be_rung(id, now) : cannot_take(*facility_.find(id), wish.channel, now, wish.party);
    if (!refusal) continue;
    if (*refusal == Reject::booking_required && wish.standby) {
      standby = true;
      continue;
    }
    if (*refusal != Reject::crowd_full || !wish.outside || !facility_.room.wait_outside) return refusal;
    guest.outside = true;
  }
  const auto number = wish.number ? wish.number : number_for(facility_.find(wish.services.front())->letter);
  if (!number) return Reject::numbers_exhausted;
  const Guest before = guest;
  guest = arrive(wish.id.str(), wish.services, now, wish.helped.has_value(), wish.number);
  guest.bonus = before.bonus;
  guest.outside = before.outside;
  guest.standby = standby;
  guest.by_phone = wish.callback;
  guest.party = wish.party;
  if (!wish.language.empty()) guest.language = wish.language;
  guest.needs.insert(wish.needs.begin(), wish.needs.end());
  if (standby) guest.bonus -= std::chrono::hours{24};
  if (!wish.printer.empty()) {
    guest.copy = 1;
    guest.paper = PaperState::queued;
  }
  if (rung_at) wait_for_the_doors(guest, *rung_at);
  guests_[guest.id] = std::move(guest);
  return std::nullopt;
}

/// The minute in which all of these can be served again; nothing when they can be now, or never within two months.
std::optional<Instant> ReferenceRoom::someone_there(const std::vector<ServiceId>& services, Instant now) const {
  const auto there = [&](std::int64_t at_minute) {
    const std::int64_t day = floor_div(at_minute, 1440), minute = at_minute - day * 1440;
    return std::all_of(services.begin(), services.end(), [&](const ServiceId& id) { return served_at(*facility_.find(id), day, minute); });
  };
  std::int64_t minute = floor_div(millis(now), minute_ms);
  if (there(minute)) return std::nullopt;
  for (const std::int64_t last = minute + 1440 * 60; minute < last;)
    if (there(++minute)) return Instant{std::chrono::minutes{minute}};
  return std::nullopt;
}

bool ReferenceRoom::served_at(const Service& service, std::int64_t day, std::int64_t minute) const {
  if (service.from && day < service.from->time_since_epoch().count()) return false;
  if (service.until && day > service.until->time_since_epoch().count()) return false;
  if (!site_open(day, minute)) return false;
  return std::none_of(facility_.authorities.begin(), facility_.authorities.end(), [&](const Authority& authority) {
    return authority.id == service.authority && !authority.present.empty() && !covers(authority.present, day, minute);
  });
}

ReferenceRoom::Answer ReferenceRoom::cannot_be_rung(const ServiceId& service, Instant now) const {
  if (evacuated_) return Reject::evacuation;
  if (quota_spent(*facility_.find(service), now)) return Reject::quota_full;
  const auto asked = std::count_if(guests_.begin(), guests_.end(), [&](const auto& entry) {
    const Guest& guest = entry.second;
    const auto wants = [&](const Want& want) { return want.service == service.str(); };
    return guest.by_phone && guest.state == VisitState::parked && std::any_of(guest.wants.begin(), guest.wants.end(), wants);
  });
  return asked < facility_.find(service)->queue_max ? Answer{} : Answer{Reject::queue_full};
}

void ReferenceRoom::wait_for_the_doors(Guest& guest, Instant opening) {
  guest.since = opening;
  guest.state = VisitState::parked;
  guest.back_at = opening;
  const auto first = std::find_if(guest.wants.begin(), guest.wants.end(), [](const Want& want) { return want.after.empty(); });
  first->state = StepState::parked;
  guest.history.push_back(++changes_);
}

ReferenceRoom::Guest ReferenceRoom::arrive(const Name& name, const std::vector<ServiceId>& services, Instant now,
                                           bool helped, std::optional<Number> off_roll) {
  Guest guest;
  std::set<Name> authorities;  // each has its quota of visits, not of steps
  guest.number = off_roll ? *off_roll : *number_for(facility_.find(services.front())->letter);
  for (const ServiceId& id : services) {
    Want want;
    want.service = id.str();
    const Service& service = *facility_.find(id);
    for (std::size_t i = 0; i < services.size(); ++i)
      if (has(service.after, services[i])) want.after.push_back(i);
    if (helped) want.state = StepState::done;
    guest.wants.push_back(std::move(want));
    if (helped) continue;
    ++taken_today_[id.str()];
    authorities.insert(service.authority.str());
  }
  for (const Name& authority : authorities) ++taken_week_[authority], ++authority_today_[authority];
  if (helped) guest.state = VisitState::done;
  guest.id = name;
  guest.language = facility_.site.languages.front();
  guest.order = ++arrivals_;
  guest.day = day_;
  guest.since = off_roll ? place_on_roll(*off_roll, now) : now;
  guest.history.push_back(++changes_);
  out_.insert(guest.number);
  if (!off_roll) last_digits_[guest.number.letter] = guest.number.digits;
  return guest;
}

ReferenceRoom::Answer ReferenceRoom::act(const LeaveQueue& wish, Instant now) {
  const auto found = guests_.find(wish.visit.str());
  if (found == guests_.end()) return Reject::unknown_visit;
  Guest& guest = found->second;
  if (gone(guest.state) || guest.state == VisitState::serving) return Reject::wrong_state;
  for (auto& [id, counter] : counters_)
    if (counter.guest == guest.id) send_away(id, now);
  for (Want& want : guest.wants)
    if (want.state != StepState::done) want.state = StepState::skipped;
  guest.state = VisitState::left;
  guest.at = -1;
  guest.history.push_back(++changes_);
  return std::nullopt;
}

void ReferenceRoom::wait_again(Guest& guest) {
  for (Want& want : guest.wants)
    if (want.state != StepState::done && !want.moved) want.state = StepState::waiting;
  guest.state = VisitState::waiting;
  guest.at = -1;
  guest.waits_where.clear();
  guest.history.push_back(++changes_);
}

ReferenceRoom::Answer ReferenceRoom::act(const ReturnVisit& wish, Instant now) {
  const auto found = guests_.find(wish.visit.str());
  if (found == guests_.end()) return Reject::unknown_visit;
  Guest& guest = found->second;
  if (guest.state != VisitState::parked && guest.state != VisitState::no_show && guest.state != VisitState::left)
    return Reject::wrong_state;
  if (!guest.joined.empty()) return Reject::wrong_state;
  for (const Want& want : guest.wants) {
    if (want.state == StepState::done || want.moved) continue;
    if (facility_.find(ServiceId{want.service}) == nullptr) return Reject::unknown_service;
    if (!want.only_desk.empty() && facility_.find(DeskId{want.only_desk}) == nullptr) return Reject::unknown_desk;
  }
  if (guest.by_phone && guest.state != VisitState::parked) return Reject::return_not_allowed;
  if (guest.state == VisitState::no_show) {
    const Rules& rules = facility_.rules;
    if (rules.missed_return == MissedReturn::none) return Reject::return_not_allowed;
    if (rules.missed_within.count() > 0 && now - guest.missed_at > rules.missed_within) return Reject::return_too_late;
    if (rules.missed_return == MissedReturn::end) guest.since = now;
  }
  wait_again(guest);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::cannot_join(const ServiceId& id, Instant now) const {
  const Service* service = facility_.find(id);
  if (service == nullptr) return Reject::unknown_service;
  const Answer refusal = cannot_take(*service, Channel::host, now, 1);
  const bool tell = refusal && (*refusal == Reject::authority_absent || *refusal == Reject::quota_full || *refusal == Reject::not_offered);
  return tell ? refusal : std::nullopt;
}

bool ReferenceRoom::wants_already(const Guest& guest, const std::set<std::size_t>& dropped, const Name& service) {
  for (std::size_t i = 0; i < guest.wants.size(); ++i) {
    const Want& want = guest.wants[i];
    const bool open = want.state != StepState::done && want.state != StepState::skipped && dropped.count(i) == 0;
    if (open && want.service == service) return true;
  }
  return false;
}

ReferenceRoom::Answer ReferenceRoom::change(Guest& guest, const ChangeServices& wish, Instant now) {
  std::set<std::size_t> dropped;
  const std::multiset<Name> before = places_of(guest);
  for (const ServiceId& id : wish.remove) {
    std::size_t i = 0;
    while (i < guest.wants.size() && (guest.wants[i].service != id.str() || guest.wants[i].state != StepState::waiting || dropped.count(i) > 0)) ++i;
    if (i == guest.wants.size()) return Reject::wrong_content;
    dropped.insert(i);
  }
  if (!wish.change_to.empty()) {
    if (const Answer refusal = cannot_join(wish.change_to, now)) return refusal;
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < guest.wants.size(); ++i)
      if (guest.wants[i].state != StepState::done && guest.wants[i].state != StepState::skipped) open.push_back(i);
    if (guest.at >= 0) open = {static_cast<std::size_t>(guest.at)};
    if (open.size() != 1 || dropped.count(open[0]) > 0 || wants_already(guest, dropped, wish.change_to.str()))
      return Reject::wrong_content;
    guest.wants[open[0]].service = wish.change_to.str();
    guest.wants[open[0]].sent = false;
  }
  for (const ServiceId& id : wish.add) {
    if (const Answer refusal = cannot_join(id, now)) return refusal;
    if (wants_already(guest, dropped, id.str()) || guest.wants.size() >= 16) return Reject::wrong_content;
    guest.wants.emplace_back();
    guest.wants.back().service = id.str();
  }
  bool left = false;
  for (std::size_t i = 0; i < guest.wants.size(); ++i) {
    Want& want = guest.wants[i];
    if (dropped.count(i) > 0) want.state = StepState::skipped, want.moved = true;
    left = left || (want.state != StepState::done && want.state != StepState::skipped);
  }
  if (!left) return Reject::wrong_content;
  const std::multiset<Name> after = places_of(guest);
  std::multiset<Name> took, gave;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::inserter(took, took.end()));
  if (guest.day == day_) std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::inserter(gave, gave.end()));
  std::erase_if(gave, [&](const Name& name) {
    if (name.front() != '@') return taken_today_[name] == 0;
    return taken_week_[name.substr(1)] == 0 || authority_today_[name.substr(1)] == 0;
  });
  count_places(took, gave);
  if (!wish.desk.empty()) {
    Deed& deed = counters_[wish.desk.str()].deeds.back();
    deed.took = took;
    deed.gave = gave;
  }
  for (Want& want : guest.wants) {
    const Service* service = facility_.find(ServiceId{want.service});
    if (want.state == StepState::done || want.state == StepState::skipped || service == nullptr) continue;
    want.after.clear();
    for (std::size_t i = 0; i < guest.wants.size(); ++i)
      if (dropped.count(i) == 0 && has(service->after, ServiceId{guest.wants[i].service})) want.after.push_back(i);
  }
  if (wish.desk.empty()) guest.history.push_back(++changes_);
  return std::nullopt;
}

std::multiset<ReferenceRoom::Name> ReferenceRoom::places_of(const Guest& guest) const {
  std::multiset<Name> held;
  for (const Want& want : guest.wants) {
    const bool given_up = want.state == StepState::skipped && want.moved && want.calls == 0;
    if (want.sent || given_up) continue;
    held.insert(want.service);
    const Service* service = facility_.find(ServiceId{want.service});
    if (service != nullptr && held.count("@" + service->authority.str()) == 0) held.insert("@" + service->authority.str());
  }
  return held;
}

void ReferenceRoom::count_places(const std::multiset<Name>& took, const std::multiset<Name>& gave) {
  const auto count = [&](const Name& name, bool more) {
    const bool authority = name.front() == '@';
    const std::vector<std::map<Name, std::uint32_t>*> of_authority{&taken_week_, &authority_today_}, of_service{&taken_today_};
    for (auto* tally : authority ? of_authority : of_service) {
      std::uint32_t& counted = (*tally)[authority ? name.substr(1) : name];
      if (more) ++counted;
      else if (counted > 0) --counted;
    }
  };
  for (const Name& name : gave) count(name, false);
  for (const Name& name : took) count(name, true);
}

ReferenceRoom::Answer ReferenceRoom::act(const ChangeServices& wish, Instant now) {
  Guest* guest = nullptr;
  if (!wish.desk.empty()) {
    if (const Answer refusal = must_hold(wish.desk.str())) return refusal;
    guest = &guests_.at(counters_[wish.desk.str()].guest);
  } else {
    const auto found = guests_.find(wish.visit.str());
    if (found == guests_.end()) return Reject::unknown_visit;
    guest = &found->second;
    if (guest->state != VisitState::waiting && guest->state != VisitState::parked) return Reject::wrong_state;
  }
  if (wish.add.empty() && wish.remove.empty() && wish.change_to.empty()) return Reject::wrong_content;
  if (!wish.desk.empty()) remember(wish.desk.str(), DeskAction::services, now);   // a refusal leaves no trace of it
  return change(*guest, wish, now);
}

ReferenceRoom::Answer ReferenceRoom::act(const PrintTicket& wish, Instant) {
  const auto found = guests_.find(wish.visit.str());
  if (found == guests_.end()) return Reject::unknown_visit;
  if (facility_.find(wish.printer) == nullptr) return Reject::unknown_printer;
  Guest& guest = found->second;
  if (gone(guest.state) || guest.paper == PaperState::queued || guest.paper == PaperState::printing)
    return Reject::wrong_state;
  guest.paper = PaperState::queued;
  ++guest.copy;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const ReportPaper& wish, Instant) {
  const auto found = guests_.find(wish.visit.str());
  if (found == guests_.end() || wish.copy == 0 || found->second.copy != wish.copy) return Reject::unknown_visit;
  found->second.paper = wish.paper.state;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const ApplyFacility& wish, Instant now) {
  for (const auto& [id, guest] : guests_) {
    if (gone(guest.state)) continue;
    for (const Want& want : guest.wants) {
      if (want.state == StepState::done || want.moved) continue;
      if (!has(wish.services, ServiceId{want.service})) return Reject::in_use;
      if (!want.only_desk.empty() && !has(wish.desks, DeskId{want.only_desk})) return Reject::in_use;
    }
  }
  for (const auto& [code, one] : book_)
    for (const BookingPart& part : one.parts)
      if ((one.state == BookingState::held || one.state == BookingState::booked) && !has(wish.services, part.service))
        return Reject::in_use;
  for (const auto& [id, counter] : counters_)
    if (counter.phase != DeskPhase::closed && !has(wish.desks, DeskId{id})) return Reject::in_use;
  think_at(now);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const ScheduleFacility& wish, Instant now) {
  if (wish.from <= now) return Reject::wrong_content;
  if (plans_.size() >= 8) return Reject::schedule_full;
  if (!plans_.emplace(wish.plan, wish.from).second) return Reject::id_taken;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const CancelFacility& wish, Instant) {
  if (plans_.erase(wish.plan) == 0) return Reject::unknown_schedule;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const NoteRefusals& wish, Instant) {
  if (wish.refusals.empty()) return Reject::wrong_content;
  for (const RefusalTally& tally : wish.refusals)
    if (tally.count == 0 || tally.reason != Reject::closed) return Reject::wrong_content;
  for (const RefusalTally& tally : wish.refusals) refusals_today_ += tally.count;
  return std::nullopt;
}

/// What is told is not foretold here, only that it is: nobody's place depends on it.
ReferenceRoom::Answer ReferenceRoom::act(const TellEstimate& wish, Instant) {
  const auto found = guests_.find(wish.visit.str());
  if (found == guests_.end()) return Reject::unknown_visit;
  found->second.told = found->second.told || found->second.state == VisitState::waiting;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const ForetellStep& wish, Instant) {
  return guests_.contains(wish.visit.str()) ? Answer{} : Answer{Reject::unknown_visit};
}

std::string ReferenceRoom::guest_difference(const Guest& guest, const State& real) const {
  const Visit* visit = real.find(VisitId{guest.id});
  if (visit == nullptr) return "is gone";
  if (visit->state != guest.state) return "state";
  if (visit->number != guest.number)
    return fmt::format("number {} instead of {}", to_string(visit->number), to_string(guest.number));
  if (visit->serial != static_cast<Serial>(guest.order)) return "arrival";
  if (visit->party != guest.party) return "party";
  if (visit->told.has_value() != guest.told) return "told how long";
  if (visit->also != guest.also) return "numbers joined";
  const Visit* joined = real.find(visit->merged_into);
  if ((joined == nullptr ? Name{} : joined->id.str()) != guest.joined) return "joined with somebody else";
  if (visit->head_start != guest.bonus) return "head start";
  if (visit->anchor != guest.since || visit->front != guest.pushed) return "place";
  if (visit->outside != guest.outside || visit->party != guest.party) return "party";
  if (visit->booked_for != guest.booked) return "booked time";
  if (visit->day.time_since_epoch().count() != guest.day) return "day";
  if (visit->paper.copy != guest.copy || visit->paper.state != guest.paper) return "paper";
  if (guest.state == VisitState::parked && visit->parked_until != guest.back_at) return "parked until";
  if (visit->parked_place != guest.waits_where) return "parked place";
  if (visit->callback.has_value() != guest.by_phone) return "by telephone";
  if (visit->callback && visit->callback->tries != guest.rung_in_vain) return "rung in vain";
  if (std::set<Need>(visit->needs.begin(), visit->needs.end()) != guest.needs || visit->language != guest.language) return "needs or language";
  if ((guest.at < 0 ? no_step : guest.at) != visit->current) return "current step";
  if (visit->steps.size() != guest.wants.size()) return "number of steps";
  for (std::size_t i = 0; i < guest.wants.size(); ++i) {
    const Want& want = guest.wants[i];
    const Step& step = visit->steps[i];
    const auto named = [&](const char* what) { return fmt::format("step {}: {}", i, what); };
    if (step.service.str() != want.service) return named("service");
    if (step.state != want.state) return named("state");
    if (step.extra != want.sent) return named("place of a quota");
    if (step.tied.str() != want.only_desk || step.desk.str() != want.last_desk) return named("desk");
    if (step.tied_clerk != want.only_clerk || step.pool != want.only_pool) return named("clerk or pool");
    if (step.prefer_desk.str() != want.rather_desk || step.prefer_clerk != want.rather_clerk) return named("preference");
    if (step.after.size() != want.after.size() || !std::equal(want.after.begin(), want.after.end(), step.after.begin())) return named("order");
    if (step.attempts != want.calls) return named("calls");
    if (want.calls > 0 &&
        (step.why != want.why || step.runner_up != (want.instead.digits == 0 ? "" : to_string(want.instead))))
      return named("why");
  }
  return {};
}

std::string ReferenceRoom::counter_difference(const Name& id, const Counter& counter, const State& real) const {
  const DeskStatus* desk = real.find(DeskId{id});
  if (desk == nullptr) return counter.phase == DeskPhase::closed ? "" : "never opened";
  const Visit* visit = real.find(desk->visit);
  if (desk->phase != counter.phase || desk->reason != counter.reason || desk->clerk != counter.clerk)
    return "phase, reason or clerk";
  if ((visit == nullptr ? Name{} : visit->id.str()) != counter.guest) return "visit";
  if (desk->served_today != counter.served) return "number served";
  if (desk->auto_next != counter.calls_itself || desk->rest != counter.rest || desk->idle != counter.idle) return "calling by itself";
  if (desk->free_since != counter.free_since || desk->pressed_at != counter.pressed) return "free since, or pressed";
  if (desk->help != counter.help || desk->help_to.str() != counter.help_to || desk->help_by != counter.help_by) return "help";
  return {};
}

std::string ReferenceRoom::difference(const State& real) const {
  if (auto differs = house_difference(real); !differs.empty()) return differs;
  if (real.visits.size() != guests_.size())
    return fmt::format("{} visits instead of {}", real.visits.size(), guests_.size());
  if (real.scheduled.size() != plans_.size()) return "plans";
  for (const ScheduledFacility& plan : real.scheduled)
    if (plans_.count(plan.id) == 0 || plans_.at(plan.id) != plan.from) return "plan " + plan.id;
  std::uint64_t refused = 0;
  for (const RefusalTally& tally : real.refused_today) refused += tally.count;
  if (refused != refusals_today_) return "refusals of the day";
  for (const auto& [id, guest] : guests_)
    if (auto differs = guest_difference(guest, real); !differs.empty()) return fmt::format("visit {}: {}", id, differs);
  for (const auto& [id, counter] : counters_)
    if (auto differs = counter_difference(id, counter, real); !differs.empty())
      return fmt::format("desk {}: {}", id, differs);
  return book_difference(real);
}

}  // namespace skranke::test
