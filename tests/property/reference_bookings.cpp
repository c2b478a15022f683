// The reference room's book of appointments: every minute of every booking is looked at by itself, and desks are given
// out by trying all ways.
#include <algorithm>

#include "reference_room.hpp"

namespace skranke::test {
namespace {

using namespace core;
constexpr std::int64_t minute_ms = 60'000, day_ms = 24 * 60 * minute_ms;

std::int64_t down(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

struct Hours {
  std::int64_t from, to;
};

/// Weekly spans on one day, in milliseconds; none at all = the whole day.
std::vector<Hours> hours_on(const std::vector<WeeklySpan>& spans, std::int64_t day) {
  if (spans.empty()) return {{day * day_ms, (day + 1) * day_ms}};
  std::vector<Hours> hours;
  const auto weekday = ((day + 3) % 7 + 7) % 7;
  for (const WeeklySpan& span : spans)
    if ((span.days >> weekday & 1) != 0 && span.from < span.to)
      hours.push_back({day * day_ms + span.from.count() * minute_ms, day * day_ms + span.to.count() * minute_ms});
  return hours;
}

template <class Spans>
bool inside(const Spans& hours, std::int64_t from, std::int64_t to) {
  return std::any_of(hours.begin(), hours.end(), [&](const auto& span) { return span.from <= from && to <= span.to; });
}

/// Is the desk manned all of that time, by the clock of its days?
bool is_manned(const Desk& desk, std::int64_t from, std::int64_t to) {
  const auto day = from >= 0 ? from / day_ms : (from - day_ms + 1) / day_ms;
  for (const Hours& gone : desk.breaks.empty() ? std::vector<Hours>{} : hours_on(desk.breaks, day))
    if (from < gone.to && gone.from < to) return false;
  return inside(hours_on(desk.hours, day), from, to);
}

std::vector<Desk> manned(const std::vector<Desk>& desks, std::int64_t from, std::int64_t to) {
  std::vector<Desk> there;
  std::copy_if(desks.begin(), desks.end(), std::back_inserter(there), [&](const Desk& desk) { return is_manned(desk, from, to); });
  return there;
}

/// Is it there for this service in every minute of that time?
bool stays(const Desk& desk, const ServiceId& service, Instant from, Instant to) {
  if (std::find(desk.services.begin(), desk.services.end(), service) == desk.services.end()) return false;
  for (Instant minute = from; minute < to; minute += Minutes{1})
    if (!is_manned(desk, millis(minute), millis(minute) + minute_ms)) return false;
  return true;
}

/// Can each of these persons sit at a desk of their own?
bool seated(const std::vector<Desk>& desks, std::vector<std::string> persons, std::vector<bool> used) {
  if (persons.empty()) return true;
  const ServiceId wanted{persons.back()};
  persons.pop_back();
  for (std::size_t i = 0; i < desks.size(); ++i) {
    const auto& serves = desks[i].services;
    if (used[i] || std::find(serves.begin(), serves.end(), wanted) == serves.end()) continue;
    used[i] = true;
    if (seated(desks, persons, used)) return true;
    used[i] = false;
  }
  return false;
}

Mode mode_of(const Service& service, std::int64_t day) {
  return service.mode_on[static_cast<std::size_t>(((day + 3) % 7 + 7) % 7)].value_or(service.mode);
}

bool coming(const BookingState state) { return state == BookingState::held || state == BookingState::booked; }

}  // namespace

bool ReferenceRoom::takes_a_place(const Reservation& one) {
  return coming(one.state) || (one.state == BookingState::arrived && one.arrival != Arrival::late);
}

std::int64_t ReferenceRoom::business_day_of(Instant at) const {
  return down(millis(at) - facility_.site.business_day_starts.count() * minute_ms, day_ms);
}

unsigned ReferenceRoom::coming_for(const std::function<bool(const Service&)>& counts, std::int64_t first_day,
                                   std::int64_t last_day, const Name& except) const {
  unsigned count = 0;
  for (const auto& [code, one] : book_) {
    if (code == except || !coming(one.state)) continue;
    const auto day = business_day_of(one.parts.front().from);
    if (day < first_day || day > last_day) continue;
    count += std::any_of(one.parts.begin(), one.parts.end(), [&](const BookingPart& part) {
      const Service* service = facility_.find(part.service);
      return service != nullptr && counts(*service);
    });
  }
  return count;
}

std::vector<BookingPart> ReferenceRoom::lay_out(std::vector<ServiceId> services, std::uint16_t party,
                                                Instant start) const {
  std::vector<BookingPart> parts;
  while (!services.empty()) {
    std::size_t next = 0;
    for (; next + 1 < services.size(); ++next) {
      const auto& after = facility_.find(services[next])->after;
      if (std::none_of(after.begin(), after.end(), [&](const ServiceId& earlier) {
            return std::find(services.begin(), services.end(), earlier) != services.end();
          }))
        break;
    }
    const Service& service = *facility_.find(services[next]);
    const Instant end = start + service.slot + service.extra_person * (party - 1);
    parts.push_back({service.id, start, end});
    start = end;
    services.erase(services.begin() + static_cast<std::ptrdiff_t>(next));
  }
  return parts;
}

bool ReferenceRoom::fits_in(const std::vector<BookingPart>& parts, const Name& except) const {
  for (const BookingPart& part : parts) {
    if (std::none_of(facility_.desks.begin(), facility_.desks.end(), [&](const Desk& desk) { return stays(desk, part.service, part.from, part.to); })) return false;
    for (Instant minute = part.from; minute < part.to; minute += Minutes{1}) {
      std::vector<Name> persons{part.service.str()};
      for (const auto& [code, one] : book_)
        for (const BookingPart& other : one.parts)
          if (code != except && takes_a_place(one) && !one.beyond && other.from <= minute && minute < other.to &&
              facility_.find(other.service) != nullptr)
            persons.push_back(other.service.str());
      const std::vector<Desk> there = manned(facility_.desks, millis(minute), millis(minute) + minute_ms);
      if (!seated(there, persons, std::vector<bool>(there.size()))) return false;
      const Service& service = *facility_.find(part.service);
      const auto desks = std::count_if(there.begin(), there.end(), [&](const Desk& desk) {
        return std::find(desk.services.begin(), desk.services.end(), service.id) != desk.services.end();
      });
      const auto share = service.book.share_percent == 0 ? 0 : std::max<std::ptrdiff_t>(1, desks * service.book.share_percent / 100);
      if (mode_of(service, down(millis(parts.front().from), day_ms)) == Mode::mixed &&
          std::count(persons.begin(), persons.end(), service.id.str()) > share)
        return false;
      for (const Equipment& shared : facility_.equipment) {
        const auto uses = [&](const Name& name) {
          return std::count(shared.services.begin(), shared.services.end(), ServiceId{name}) > 0;
        };
        if (uses(service.id.str()) && std::count_if(persons.begin(), persons.end(), uses) > shared.count) return false;
      }
    }
  }
  return true;
}

bool ReferenceRoom::booked_out(const Service& service, std::int64_t day, const Name& except) const {
  const auto count = [](const auto& tally, const Name& name) { return tally.count(name) == 0 ? 0U : tally.at(name); };
  const auto same = [&](const Service& other) { return other.id == service.id; };
  const auto of_authority = [&](const Service& other) { return other.authority == service.authority; };
  const unsigned today = day == day_ ? count(taken_today_, service.id.str()) : 0;
  if (service.daily_quota && today + coming_for(same, day, day, except) >= static_cast<unsigned>(*service.daily_quota)) return true;
  for (const Authority& authority : facility_.authorities) {
    if (authority.id != service.authority) continue;
    const unsigned all = (day == day_ ? count(authority_today_, authority.id.str()) : 0) + coming_for(of_authority, day, day, except);
    if (authority.daily_quota && all >= static_cast<unsigned>(*authority.daily_quota)) return true;
    unsigned allowed = 0;
    bool limited = false, free = false;
    for (const WeeklySpan& span : authority.present) {
      if ((span.days >> ((day + 3) % 7 + 7) % 7 & 1) == 0) continue;
      limited = true;
      free = free || span.quota == 0;
      allowed += static_cast<unsigned>(span.quota);
    }
    if (limited && !free && all >= allowed) return true;
    const std::int64_t monday = down(day + 3, 7) * 7 - 3;
    const unsigned week = down(day_ + 3, 7) == down(day + 3, 7) ? count(taken_week_, authority.id.str()) : 0;
    if (authority.weekly_quota &&
        week + coming_for(of_authority, monday, monday + 6, except) >= static_cast<unsigned>(*authority.weekly_quota))
      return true;
  }
  return false;
}

std::int64_t ReferenceRoom::places_of(const Service& service, std::int64_t day) const {
  std::int64_t places = 0;
  const std::int64_t slot = service.slot.count() * minute_ms;
  for (const Span& span : service_spans(service, day))
    for (std::int64_t start = span.from; start + slot <= span.to; start += slot) {
      std::int64_t desks = 0;
      for (const Desk& desk : facility_.desks) desks += stays(desk, service.id, core::from_millis(start), core::from_millis(start + slot)) ? 1 : 0;
      if (mode_of(service, day) == Mode::mixed) desks = service.book.share_percent == 0 || desks == 0 ? 0 : std::max<std::int64_t>(1, desks * service.book.share_percent / 100);
      places += desks;
    }
  return places;
}

void ReferenceRoom::remember_outcome(const Reservation& one, bool in_time) {
  for (const BookingPart& part : one.parts) in_time_[part.service.str()].push_back(in_time);
}

/// For those who will not come: as many as did not in so many cases, within both limits, one at a time, while somebody is there to serve.
bool ReferenceRoom::one_more_beyond(const std::vector<BookingPart>& parts, const Name& except) const {
  if (parts.size() != 1) return false;
  const Service& service = *facility_.find(parts.front().service);
  const ServiceBooking& book = service.book;
  const Instant from = parts.front().from, to = parts.front().to;
  const auto outcomes = in_time_.find(service.id.str());
  if (book.overbook_percent == 0 || mode_of(service, down(millis(from), day_ms)) != Mode::booking || outcomes == in_time_.end()) return false;
  const auto seen = static_cast<std::int64_t>(outcomes->second.size());
  if (seen < book.overbook_after) return false;
  const std::int64_t absent = std::count(outcomes->second.begin(), outcomes->second.end(), false);
  const std::int64_t day = business_day_of(from);
  std::int64_t places = places_of(service, day);
  if (book.slots_per_day) places = std::min<std::int64_t>(places, *book.slots_per_day);
  std::int64_t allowed = std::min(absent * places / seen, book.overbook_percent * places / 100);
  allowed = std::min<std::int64_t>(allowed, book.overbook_max);
  for (const auto& [code, one] : book_) {
    if (code == except || !one.beyond || !takes_a_place(one) || one.parts.front().service != service.id) continue;
    if (business_day_of(one.parts.front().from) == day) --allowed;
    if (one.parts.front().from < to && from < one.parts.front().to) return false;
  }
  return allowed > 0 && std::any_of(facility_.desks.begin(), facility_.desks.end(), [&](const Desk& desk) { return stays(desk, service.id, from, to); });
}

bool ReferenceRoom::some_are_kept(const Service& service, std::int64_t day, Instant now) const {
  const ServiceBooking& book = service.book;
  if (book.acute_per_day == 0) return false;
  if (book.release_to <= book.release_from) return day > business_day_of(now);
  const std::int64_t given_out_by = (day - book.release_days_before) * day_ms + book.release_to.count() * 60 * minute_ms;
  const auto given_out = given_out_.find(service.id.str());
  return millis(now) < given_out_by && (given_out == given_out_.end() || given_out->second < day);
}

ReferenceRoom::Answer ReferenceRoom::act(const ReleasePlaces& wish, Instant now) {
  const Service* service = facility_.find(wish.service);
  if (service == nullptr) return Reject::unknown_service;
  const std::int64_t day = wish.day.time_since_epoch().count();
  const ServiceBooking& book = service->book;
  if (book.acute_per_day == 0 || book.release_to <= book.release_from || day < business_day_of(now)) return Reject::wrong_content;
  if (millis(now) < (day - book.release_days_before) * day_ms + book.release_from.count() * 60 * minute_ms) return Reject::too_early;
  if (!some_are_kept(*service, day, now)) return std::nullopt;
  auto& last = given_out_.try_emplace(wish.service.str(), day).first->second;
  last = std::max(last, day);
  think_at(now);
  return std::nullopt;
}

bool ReferenceRoom::day_is_full(const Service& service, std::int64_t day, Instant now, const Name& except) const {
  const bool ahead = some_are_kept(service, day, now);
  if (!service.book.slots_per_day && !ahead) return false;
  std::int64_t places = service.book.slots_per_day ? *service.book.slots_per_day : places_of(service, day);
  if (ahead) places -= service.book.acute_per_day;
  std::int64_t made = 0;
  for (const auto& [code, one] : book_)
    made += code != except && takes_a_place(one) && business_day_of(one.parts.front().from) == day &&
            std::any_of(one.parts.begin(), one.parts.end(), [&](const BookingPart& part) { return part.service == service.id; });
  return made >= places;
}

std::vector<ReferenceRoom::Span> ReferenceRoom::open_on(std::int64_t day) const {
  std::vector<Span> spans;
  if (!holiday(facility_.site.holidays, day))
    for (const Hours& one : hours_on(facility_.opening, day)) spans.push_back({one.from, one.to});
  return spans;
}

/// Where the site's hours and the authority's meet.
std::vector<ReferenceRoom::Span> ReferenceRoom::service_spans(const Service& service, std::int64_t day) const {
  std::vector<Span> both;
  // A business day on which it is not offered has no places of it, even where that day's last minutes fall on the first day that it is.
  if ((service.from && day < service.from->time_since_epoch().count()) || (service.until && day > service.until->time_since_epoch().count())) return both;
  for (const Span& open : open_on(day))
    for (const Authority& authority : facility_.authorities) {
      if (authority.id != service.authority) continue;
      for (const Hours& there : hours_on(authority.present, day)) {
        const Span span{std::max(open.from, there.from), std::min(open.to, there.to)};
        if (span.from < span.to) both.push_back(span);
      }
    }
  return both;
}

ReferenceRoom::Answer ReferenceRoom::cannot_book(const std::vector<ServiceId>& services, std::uint16_t party,
                                                 Instant start, Channel channel, Instant now, const Name& except) const {
  std::int64_t lead = 0, horizon = 100'000;
  for (const ServiceId& id : services) {
    const Service& service = *facility_.find(id);
    if (service.mode == Mode::walk_in && std::none_of(service.mode_on.begin(), service.mode_on.end(), [](const auto& mode) {
          return mode.value_or(Mode::walk_in) != Mode::walk_in;
        }))
      return Reject::not_bookable;
    lead = std::max(lead, service.book.lead.count() * minute_ms);
    horizon = std::min<std::int64_t>(horizon, service.book.horizon_days);
  }
  const std::int64_t day = down(millis(start), day_ms);
  if (millis(start) < millis(now) + lead) return Reject::too_late;
  if (day > business_day_of(now) + horizon) return Reject::too_early;
  const auto parts = lay_out(services, party, start);
  if (parts.back().to - start > std::chrono::hours{24}) return Reject::wrong_content;
  for (const BookingPart& part : parts) {
    const Service& service = *facility_.find(part.service);
    if ((service.from && day < service.from->time_since_epoch().count()) || (service.until && day > service.until->time_since_epoch().count()))
      return Reject::not_offered;
    if (mode_of(service, day) == Mode::walk_in) return Reject::not_bookable;
  }
  const auto site = open_on(day);
  if (site.empty()) return Reject::closed;
  for (const BookingPart& part : parts) {
    if (!inside(site, millis(part.from), millis(part.to))) return Reject::outside_hours;
    const auto spans = service_spans(*facility_.find(part.service), day);
    if (std::none_of(spans.begin(), spans.end(), [&](const Span& span) { return span.from <= millis(part.from) && millis(part.to) <= span.to; }))
      return Reject::authority_absent;
  }
  for (const ServiceId& id : services)
    if (booked_out(*facility_.find(id), business_day_of(start), except)) return Reject::quota_full;
  for (const ServiceId& id : services)
    if (day_is_full(*facility_.find(id), business_day_of(start), now, except)) return Reject::slot_taken;
  if (!fits_in(parts, except) && !one_more_beyond(parts, except)) return Reject::slot_taken;
  if (channel != Channel::web && channel != Channel::kiosk && channel != Channel::button) return std::nullopt;
  const Service& first = *facility_.find(parts.front().service);
  for (const Span& span : service_spans(first, day))
    if (span.from <= millis(start) && millis(start) < span.to && (millis(start) - span.from) % (first.slot.count() * minute_ms) == 0)
      return std::nullopt;
  return Reject::slot_taken;
}

ReferenceRoom::Answer ReferenceRoom::wrong_wish(const std::vector<ServiceId>& services, std::uint16_t party) const {
  if (services.empty() || services.size() > 8) return Reject::wrong_content;
  for (const ServiceId& id : services) {
    if (facility_.find(id) == nullptr) return Reject::unknown_service;
    if (std::count(services.begin(), services.end(), id) != 1) return Reject::wrong_content;
  }
  if (party == 0 || party > 50) return Reject::wrong_content;
  return std::nullopt;
}

bool ReferenceRoom::has_too_many(const std::vector<BookingId>& others, const Name& except, const std::vector<BookingPart>& parts) const {
  int count = 0;
  for (const BookingId& id : others) {
    const auto other = book_.find(id.str());
    if (other == book_.end() || other->first == except) continue;
    if (other->second.state == BookingState::waiting) ++count;
    if (!coming(other->second.state)) continue;
    ++count;
    for (const BookingPart& mine : parts)
      for (const BookingPart& theirs : other->second.parts)
        if (mine.service == theirs.service && down(millis(mine.from), day_ms) == down(millis(theirs.from), day_ms)) return true;
  }
  return count >= facility_.booking.per_contact_max;
}

ReferenceRoom::Answer ReferenceRoom::act(const CreateBooking& wish, Instant now) {
  if (const Answer wrong = wrong_wish(wish.services, wish.party)) return wrong;
  if (book_.count(wish.booking.str()) != 0) return Reject::id_taken;
  if (const Answer wrong = cannot_book(wish.services, wish.party, wish.start, wish.channel, now, {})) return wrong;
  Reservation one;
  one.parts = lay_out(wish.services, wish.party, wish.start);
  if (has_too_many(wish.same_holder, wish.booking.str(), one.parts)) return Reject::duplicate_booking;
  one.beyond = !fits_in(one.parts, {});
  one.party = wish.party;
  one.state = wish.hold ? BookingState::held : BookingState::booked;
  one.held_until = now + facility_.booking.hold;
  book_[wish.booking.str()] = std::move(one);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const ConfirmBooking& wish, Instant) {
  const auto found = book_.find(wish.booking.str());
  if (found == book_.end()) return Reject::unknown_booking;
  if (found->second.state == BookingState::booked) return std::nullopt;
  const bool never_had_one = found->second.wished && found->second.state != BookingState::held;
  if (never_had_one) return Reject::offer_over;
  if (found->second.state != BookingState::held) return Reject::wrong_state;
  if (has_too_many(wish.same_holder, found->first, found->second.parts)) return Reject::duplicate_booking;
  found->second.state = BookingState::booked;
  found->second.wished = false;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const ForetellBooking& wish, Instant) {
  return book_.contains(wish.booking.str()) ? Answer{} : Answer{Reject::unknown_booking};
}

ReferenceRoom::Answer ReferenceRoom::act(const MoveBooking& wish, Instant now) {
  const auto found = book_.find(wish.booking.str());
  if (found == book_.end()) return Reject::unknown_booking;
  Reservation& one = found->second;
  if (!coming(one.state) && one.state != BookingState::missed && one.state != BookingState::waiting) return Reject::wrong_state;
  std::vector<ServiceId> services = wish.services;
  if (services.empty())
    for (const BookingPart& part : one.parts) services.push_back(part.service);
  const std::uint16_t party = wish.party.value_or(one.party);
  if (const Answer wrong = wrong_wish(services, party)) return wrong;
  if (const Answer wrong = cannot_book(services, party, wish.start, wish.channel, now, found->first)) return wrong;
  one.parts = lay_out(services, party, wish.start);
  one.beyond = !fits_in(one.parts, found->first);
  one.party = party;
  if (one.state == BookingState::missed || one.wished) one.state = BookingState::booked;
  one.wished = false;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const CancelBooking& wish, Instant) {
  const auto found = book_.find(wish.booking.str());
  if (found == book_.end()) return Reject::unknown_booking;
  if (found->second.state == BookingState::arrived) return Reject::wrong_state;
  found->second.state = BookingState::cancelled;
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const CheckIn& wish, Instant now) {
  const auto found = book_.find(wish.booking.str());
  if (found == book_.end()) return Reject::unknown_booking;
  Reservation& one = found->second;
  if (one.state != BookingState::booked && one.state != BookingState::missed) return Reject::wrong_state;
  const Instant start = one.parts.front().from;
  if (business_day_of(start) > business_day_of(now)) return Reject::too_early;
  if (business_day_of(start) < business_day_of(now)) return Reject::too_late;
  const auto today = open_on(down(millis(now), day_ms));
  if (std::none_of(today.begin(), today.end(), [&](const Span& span) { return span.to > millis(now); })) return Reject::closed;
  if (guests_.count(wish.visit.str()) != 0) return Reject::id_taken;
  if (!wish.printer.empty() && facility_.find(wish.printer) == nullptr) return Reject::unknown_printer;
  std::vector<ServiceId> services;
  for (const BookingPart& part : one.parts) services.push_back(part.service);
  if (const Answer wrong = wrong_wish(services, one.party)) return wrong;
  const bool late = now > booked_until(start);
  if (!number_for(facility_.find(services.front())->letter)) return Reject::numbers_exhausted;
  const bool early = now < start - facility_.booking.check_in_before;
  if (one.state != BookingState::missed) remember_outcome(one, !late);
  one.arrival = late ? Arrival::late : now > start ? Arrival::tolerated : early ? Arrival::early : Arrival::on_time;
  one.state = BookingState::arrived;
  Guest guest = arrive(wish.visit.str(), services, now);
  guest.party = one.party;
  if (!late) guest.since = start, guest.booked = start;
  if (!wish.printer.empty()) guest.copy = 1, guest.paper = PaperState::queued;
  guests_[guest.id] = std::move(guest);
  return std::nullopt;
}

void ReferenceRoom::book_at_dawn(Instant now) {
  std::erase_if(given_out_, [&](const auto& one) { return one.second < day_; });
  std::erase_if(book_, [&](const auto& entry) {
    const Reservation& one = entry.second;
    return !coming(one.state) && one.state != BookingState::waiting && (one.state == BookingState::cancelled || one.parts.back().to <= now);
  });
}

bool ReferenceRoom::book_in_time(Instant now) {
  bool happened = false;
  for (auto& [code, one] : book_) {
    const BookingState before = one.state;
    if (one.state == BookingState::held && one.held_until <= now) {
      const bool goes_on = one.wished && one.offered < facility_.booking.offers_max;
      one.state = goes_on ? BookingState::waiting : BookingState::cancelled;
      if (goes_on) {
        one.not_wanted.insert(one.parts.front().from);
        one.turn = now;
        think_at(now);
      }
    } else if (one.state == BookingState::booked && booked_until(one.parts.front().from) < now) {
      one.state = BookingState::missed;
      remember_outcome(one, false);
    }
    happened = happened || before != one.state;
  }
  return happened;
}

std::vector<ReferenceRoom::Name> ReferenceRoom::places_taken(Instant now) const {
  std::vector<Name> taken;
  for (const auto& [code, one] : book_) {
    if (!takes_a_place(one) || one.parts.back().to <= now) continue;
    Name name = code;
    for (const BookingPart& part : one.parts)
      name += " " + part.service.str() + " " + std::to_string(millis(part.from)) + " " + std::to_string(millis(part.to));
    taken.push_back(std::move(name));
  }
  std::sort(taken.begin(), taken.end());
  return taken;
}

std::vector<ReferenceRoom::Name> ReferenceRoom::waiting_in_turn() const {
  std::vector<Name> names;
  for (const auto& [code, one] : book_)
    if (one.state == BookingState::waiting) names.push_back(code);
  std::sort(names.begin(), names.end(), [&](const Name& a, const Name& b) {
    return std::tuple{book_.at(a).turn, a} < std::tuple{book_.at(b).turn, b};
  });
  return names;
}

/// Minute for minute, waking ones counted; the clock here is UTC.
Instant ReferenceRoom::kept_until(Instant now) const {
  std::int64_t left = facility_.booking.offer.count() * minute_ms, at = millis(now);
  const std::int64_t from = facility_.booking.awake_from.count() * minute_ms, to = facility_.booking.awake_to.count() * minute_ms;
  while (left > 0) {
    const std::int64_t day = down(at, day_ms) * day_ms;
    if (at < day + from) {
      at = day + from;
    } else if (at >= day + to) {
      at = day + day_ms + from;
    } else {
      const std::int64_t step = std::min({left, minute_ms, day + to - at});
      at += step;
      left -= step;
    }
  }
  return from_millis(at);
}

std::optional<Instant> ReferenceRoom::place_for(const Reservation& one, Instant now) const {
  std::vector<ServiceId> services;
  for (const BookingPart& part : one.parts) services.push_back(part.service);
  const Instant kept = kept_until(now);
  const Service& first = *facility_.find(lay_out(services, one.party, now).front().service);
  std::optional<Instant> earliest;   // hours may be written in any order
  for (std::int64_t day = std::max(one.first_day, down(millis(now), day_ms)); day <= one.last_day && !earliest; ++day)
    for (const Span& span : service_spans(first, day))
      for (std::int64_t at = span.from; at < span.to; at += first.slot.count() * minute_ms) {
        const Instant start = from_millis(at);
        const std::int64_t minute = (at - day * day_ms) / minute_ms;
        if (minute < one.from_minute || minute >= one.to_minute || one.not_wanted.count(start) != 0) continue;
        if (start < kept || start < now + facility_.booking.offer_notice) continue;
        if (earliest && start >= *earliest) continue;
        if (!cannot_book(services, one.party, start, Channel::web, now, {})) earliest = start;
      }
  return earliest;
}

void ReferenceRoom::think_of_who_waits(Instant now) {
  int offers = 0;
  for (const Name& code : waiting_in_turn()) {
    Reservation& one = book_.at(code);
    const bool served_here = std::all_of(one.parts.begin(), one.parts.end(), [&](const BookingPart& part) { return facility_.find(part.service) != nullptr; });
    if (!served_here || one.last_day < down(millis(now), day_ms)) {
      one.state = BookingState::cancelled;
      continue;
    }
    const auto start = place_for(one, now);
    if (!start) continue;
    std::vector<ServiceId> services;
    for (const BookingPart& part : one.parts) services.push_back(part.service);
    one.parts = lay_out(services, one.party, *start);
    one.beyond = !fits_in(one.parts, code);
    one.state = BookingState::held;
    one.held_until = kept_until(now);
    ++one.offered;
    if (++offers == 16) break;
  }
  think_again_ = offers == 16 ? now : now + Minutes{15};
}

void ReferenceRoom::think_at(Instant at) {
  if (waiting_in_turn().empty()) return;
  think_again_ = think_again_ ? std::min(*think_again_, at) : at;
}

ReferenceRoom::Answer ReferenceRoom::act(const WishPlace& wish, Instant now) {
  if (const Answer wrong = wrong_wish(wish.services, wish.party)) return wrong;
  const std::int64_t first = wish.first.time_since_epoch().count(), last = wish.last.time_since_epoch().count();
  if (last < first || last < down(millis(now), day_ms) || wish.from.count() < 0 || wish.to.count() > 1440 || wish.to <= wish.from)
    return Reject::wrong_content;
  for (const ServiceId& id : wish.services) {
    const Service& service = *facility_.find(id);
    bool ever = service.mode != Mode::walk_in;
    for (const auto& mode : service.mode_on) ever = ever || mode.value_or(Mode::walk_in) != Mode::walk_in;
    if (!ever) return Reject::not_bookable;
  }
  if (book_.count(wish.booking.str()) != 0) return Reject::id_taken;
  for (const BookingId& id : wish.same_holder) {
    const auto other = book_.find(id.str());
    const bool on_the_list = other != book_.end() && other->second.wished &&
                             (other->second.state == BookingState::waiting || other->second.state == BookingState::held);
    for (const BookingPart& part : on_the_list ? other->second.parts : std::vector<BookingPart>{})
      if (std::count(wish.services.begin(), wish.services.end(), part.service) > 0) return Reject::duplicate_booking;
  }
  if (has_too_many(wish.same_holder, wish.booking.str(), {})) return Reject::duplicate_booking;
  if (waiting_in_turn().size() >= static_cast<std::size_t>(facility_.booking.waiting_list_max)) return Reject::waiting_list_full;
  Reservation one;
  one.state = BookingState::waiting;
  one.wished = true;
  one.party = wish.party;
  one.turn = now;
  one.first_day = first, one.last_day = last, one.from_minute = wish.from.count(), one.to_minute = wish.to.count();
  for (BookingPart part : lay_out(wish.services, wish.party, now)) {
    part.from = part.to = from_millis(first * day_ms);
    one.parts.push_back(part);
  }
  book_[wish.booking.str()] = std::move(one);
  think_at(now);
  return std::nullopt;
}

ReferenceRoom::Answer ReferenceRoom::act(const DeclineOffer& wish, Instant now) {
  const auto found = book_.find(wish.booking.str());
  if (found == book_.end()) return Reject::unknown_booking;
  Reservation& one = found->second;
  if (one.state == BookingState::waiting) return std::nullopt;
  if (!one.wished || one.state != BookingState::held) return Reject::wrong_state;
  const bool last = one.offered >= facility_.booking.offers_max;
  one.state = last ? BookingState::cancelled : BookingState::waiting;
  if (last) return std::nullopt;
  one.not_wanted.insert(one.parts.front().from);
  think_at(now);
  return std::nullopt;
}

std::string ReferenceRoom::book_difference(const State& real) const {
  if (real.bookings.size() != book_.size()) return "number of bookings";
  for (const auto& [code, one] : book_) {
    const Booking* other = real.find(BookingId{code});
    if (other != nullptr && takes_a_place(one) && other->overbooked != one.beyond) return "whether a desk is left for " + code;
    if (other == nullptr || other->state != one.state || other->parts != one.parts || other->party != one.party)
      return other == nullptr ? "no booking " + code
                              : "booking " + code + " at " + std::to_string(millis(other->start())) + ", not " + std::to_string(millis(one.parts.front().from));
    if (one.state == BookingState::arrived && other->arrival != one.arrival) return "arrival of " + code;
    if (other->is_offer() && other->held_until != one.held_until) return "how long the place of " + code + " is kept";
  }
  if (real.released.size() != given_out_.size()) return "how many services' places are given out";
  for (const auto& [service, day] : real.released) {
    const auto known = given_out_.find(service.str());
    if (known == given_out_.end() || known->second != day.time_since_epoch().count()) return "the places given out of " + service.str();
  }
  if (think_again_ ? real.places_due != *think_again_ : real.places_due != Instant{}) return "when places are looked for";
  return {};
}

}  // namespace skranke::test
