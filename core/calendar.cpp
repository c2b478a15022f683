#include "core/calendar.hpp"

#include <algorithm>
#include <limits>

#include "core/admission.hpp"
#include "core/check.hpp"
#include "core/desk_fill.hpp"

namespace skranke::core {
namespace {

using std::chrono::days;

constexpr int plenty = std::numeric_limits<std::uint16_t>::max();

std::size_t index_of(const Facility& facility, const ServiceId& id) {
  const auto found = std::find_if(facility.services.begin(), facility.services.end(), [&](const Service& service) { return service.id == id; });
  return static_cast<std::size_t>(found - facility.services.begin());
}

/// Without a gap? The spans are in order; one may begin where another ends.
bool cover(const std::vector<OpenSpan>& spans, Instant from, Instant to) {
  for (const OpenSpan& span : spans)
    if (span.from <= from) from = std::max(from, span.to);
  return from >= to;
}

Day calendar_day(const Facility& facility, Instant at) { return std::chrono::floor<days>(facility.zone.to_local(at)); }

bool contains(const std::vector<ServiceId>& services, const ServiceId& id) {
  return std::find(services.begin(), services.end(), id) != services.end();
}

bool bookable_on(const Service& service, Day day) { return service.mode_at(day) != Mode::walk_in && service.offered_on(day); }

Minutes length_of(const Service& service, std::uint16_t party) { return service.slot + service.extra_person * (std::max<int>(party, 1) - 1); }

bool has_service(const Booking& booking, const ServiceId& service) {
  return std::any_of(booking.parts.begin(), booking.parts.end(), [&](const BookingPart& part) { return part.service == service; });
}

bool has_authority(const Facility& facility, const Booking& booking, const AuthorityId& authority) {
  return std::any_of(booking.parts.begin(), booking.parts.end(), [&](const BookingPart& part) {
    const Service* service = facility.find(part.service);
    return service != nullptr && service->authority == authority;
  });
}

struct Span {
  Instant from, to;
};
Span business_days(const Facility& facility, Day day, int count) {
  const auto begins = facility.site.business_day_starts;
  return {facility.zone.to_utc(day + begins), facility.zone.to_utc(day + days{count} + begins)};
}

template <class Counts>
int count_starting(const State& state, Span span, const BookingId& except, Counts counts) {
  int count = 0;
  for (auto at = state.bookings_by_start.lower_bound({span.from, BookingId{}}); at != state.bookings_by_start.end() && at->first < span.to; ++at)
    if (at->second != except && counts(*state.find(at->second))) ++count;
  return count;
}

template <class Key>
int tally_of(const std::vector<std::pair<Key, std::uint32_t>>& tallies, const Key& key) {
  for (const auto& [name, count] : tallies)
    if (name == key) return static_cast<int>(count);
  return 0;
}

// ---- one day of the calendar ----------------------------------------------------------------------------------------------------------------------

/// How many more could be booked of one service, from an instant until the next one.
struct Level {
  Instant from;
  int spare = 0;
  bool staffed = false;              ///< somebody there can serve it, free or not
};

/// What one search asks again and again: the wanted services, laid-out desks, equipment by service.
class Search {
 public:
  Search(const State& state, const Facility& facility, const SlotQuery& query, Instant now)
      : state_{state}, facility_{facility}, query_{query}, now_{now}, order_{booking_order(facility, query.services)}, empty_{facility}, desks_{facility} {
    for (const ServiceId& id : order_) wanted_.push_back(index_of(facility, id));
    for (const ServiceId& id : state.booked.services()) index_of_number_.push_back(index_of(facility, id));
    if (const Booking* moved = state.find(query.instead_of); moved != nullptr && moved->occupies() && !moved->overbooked) left_out_ = moved;
    today_ = business_day(facility.zone, facility.site.business_day_starts, now);
    away_.assign(facility.desks.size(), 0);
    for (std::size_t desk = 0; desk < facility.desks.size(); ++desk)
      if (facility.desks[desk].is_away_at_times()) part_time_.push_back(desk);
  }

  /// The free places by time, for each wanted service, from the first of the hours to the last. Quickest when the days come one after the other: then
  /// each booking is looked at once.
  void survey(Day day, OpenSpan hours);
  /// After `survey` of its day: how many such bookings could begin then. What the hours and the day as a whole allow is another question.
  [[nodiscard]] int room_at(const std::vector<BookingPart>& parts) const;
  /// The same, where no desk is left: may one more be booked for those who will not come?
  [[nodiscard]] bool may_overbook(Day day, Day counted_on, const std::vector<BookingPart>& parts);
  [[nodiscard]] Overbooking overbooking_on(Day day, const Service& service) const;
  /// How many more bookings the quotas and daily numbers allow on that business day.
  [[nodiscard]] int day_allows(Day day) const;
  [[nodiscard]] bool quota_allows(Day day) const;
  [[nodiscard]] Day last_day() const;
  [[nodiscard]] Instant first_start() const;
  [[nodiscard]] const Service& service(std::size_t k) const { return facility_.services[wanted_[k]]; }
  [[nodiscard]] std::size_t count() const { return wanted_.size(); }
  [[nodiscard]] Day today() const { return today_; }

 private:
  using Change = BookedDays::Change;
  void start_again(Instant from);
  void gather(Instant to);
  void pass(const Change& change);
  [[nodiscard]] int spare_now(DeskFill& desks, std::size_t service, Day day) const;
  [[nodiscard]] int quota_left(Day day, const Service& service) const;
  [[nodiscard]] int places_left(Day day, const Service& service) const;
  [[nodiscard]] static int booked_share(const Service& service, int desks, Day day);
  /// A desk comes or goes.
  struct Shift {
    Instant at;
    std::size_t desk;
    bool there;
  };
  [[nodiscard]] std::vector<Shift> shifts_of(Day day, OpenSpan hours);
  void shift(const Shift& one);
  [[nodiscard]] int staying(const BookingPart& part) const;
  [[nodiscard]] int slots_of(Day day, const Service& service) const;

  const State& state_;
  const Facility& facility_;
  const SlotQuery& query_;
  Instant now_;
  std::vector<ServiceId> order_;
  std::vector<std::size_t> wanted_;
  std::vector<std::size_t> index_of_number_;   ///< of the services in `State::booked`; none of ours = their count
  DeskFill empty_;
  std::vector<std::vector<Level>> levels_;   ///< by wanted service
  DeskFill desks_;                           ///< as they are after the changes before `swept_to_`
  std::vector<Change> ahead_;                ///< gathered, and not before `swept_to_`
  std::optional<Instant> swept_to_;
  std::chrono::sys_days gathered_to_{};      ///< of bookings that start on days before
  const Booking* left_out_ = nullptr;        ///< it takes desks, and is being moved
  std::optional<Day> over_day_;              ///< that the next three are about
  int over_left_ = 0;
  std::vector<OpenSpan> over_;
  Day today_{};
  std::vector<std::size_t> part_time_;       ///< desks with hours or breaks of their own
  std::vector<std::vector<OpenSpan>> there_; ///< of these, when on the day of the survey
  std::vector<char> away_;                   ///< by desk, as in `desks_`
};

/// From the evening before on: what goes on when the hours begin started within the length of a booking.
void Search::start_again(Instant from) {
  desks_ = empty_;
  std::fill(away_.begin(), away_.end(), char{0});
  ahead_.clear();
  gathered_to_ = std::chrono::floor<days>(from - booking_length_max);
  gather(from);
  // Who came and went before the hours is never seated.
  std::vector<int> stays(facility_.services.size(), 0);
  const auto begun = std::find_if(ahead_.begin(), ahead_.end(), [&](const Change& change) { return change.at() > from; });
  for (auto change = ahead_.begin(); change != begun; ++change)
    if (const std::size_t service = index_of_number_[change->service()]; service < stays.size()) stays[service] += change->begins() ? 1 : -1;
  ahead_.erase(ahead_.begin(), begun);
  for (std::size_t service = 0; service < stays.size(); ++service)
    for (; stays[service] > 0; --stays[service]) desks_.add(service);
}

/// Whole days, each in order; what goes on over midnight is laid between.
void Search::gather(Instant to) {
  for (; gathered_to_ < to; gathered_to_ += days{1}) {
    const std::vector<Change>& day = state_.booked.starting_on(gathered_to_);
    if (day.empty()) continue;
    const auto before = static_cast<std::ptrdiff_t>(ahead_.size());
    ahead_.insert(ahead_.end(), day.begin(), day.end());
    if (left_out_ != nullptr && std::chrono::floor<days>(left_out_->start()) == gathered_to_)
      for (const Change& change : state_.booked.changes_of(left_out_->parts)) ahead_.erase(std::lower_bound(ahead_.begin() + before, ahead_.end(), change));
    if (before > 0) std::inplace_merge(ahead_.begin(), ahead_.begin() + before, ahead_.end());
  }
}

/// A service that was taken out of the facility: its booking takes no desk that others could use.
void Search::pass(const Change& change) {
  const std::size_t service = index_of_number_[change.service()];
  if (service == facility_.services.size()) return;
  change.begins() ? desks_.add(service) : desks_.remove(service);
}

int Search::booked_share(const Service& service, int desks, Day day) {
  if (service.mode_at(day) != Mode::mixed || service.book.share_percent >= 100) return desks;
  const int share = desks * service.book.share_percent / 100;
  return service.book.share_percent > 0 ? std::max(share, std::min(desks, 1)) : 0;
}

int Search::spare_now(DeskFill& desks, std::size_t service, Day day) const {
  const Service& described = facility_.services[service];
  int spare = booked_share(described, desks.desks(service), day) - desks.booked(service);
  for (const Equipment& equipment : facility_.equipment) {
    if (!contains(equipment.services, described.id)) continue;
    int used = 0;
    for (const ServiceId& user : equipment.services)
      if (const std::size_t index = index_of(facility_, user); index < facility_.services.size()) used += desks.booked(index);
    spare = std::min(spare, equipment.count - used);
  }
  return spare <= 0 ? 0 : desks.spare(service, spare);
}

/// What changes between the hours; before them every desk is set to where it is when they begin.
std::vector<Search::Shift> Search::shifts_of(Day day, OpenSpan hours) {
  std::vector<Shift> shifts;
  there_.clear();
  for (const std::size_t desk : part_time_) {
    const std::vector<OpenSpan>& spans = there_.emplace_back(desk_hours(facility_, facility_.desks[desk], day));
    shift({hours.from, desk, is_open(spans, hours.from)});
    for (const OpenSpan& span : spans)
      for (const Shift& one : {Shift{span.from, desk, true}, Shift{span.to, desk, false}})
        if (hours.from < one.at && one.at < hours.to) shifts.push_back(one);
  }
  std::sort(shifts.begin(), shifts.end(), [](const Shift& a, const Shift& b) { return std::pair{a.at, a.there} < std::pair{b.at, b.there}; });
  return shifts;
}

/// Where one span ends as another begins the desk stays: told is what holds from then on.
void Search::shift(const Shift& one) {
  if (one.there == (away_[one.desk] == 0)) return;
  away_[one.desk] = one.there ? 0 : 1;
  one.there ? desks_.back(one.desk) : desks_.away(one.desk);
}

void Search::survey(Day day, OpenSpan hours) {
  if (!swept_to_ || hours.from < *swept_to_) start_again(hours.from);
  gather(hours.to);
  levels_.assign(wanted_.size(), {});
  const auto note = [&](Instant from) {
    for (std::size_t k = 0; k < wanted_.size(); ++k) levels_[k].push_back({from, spare_now(desks_, wanted_[k], day), desks_.desks(wanted_[k]) > 0});
  };
  const std::vector<Shift> shifts = shifts_of(day, hours);
  std::size_t done = 0, shifted = 0;
  const auto pass_until = [&](Instant at) {
    for (; done < ahead_.size() && ahead_[done].at() <= at; ++done) pass(ahead_[done]);
    for (; shifted < shifts.size() && shifts[shifted].at <= at; ++shifted) shift(shifts[shifted]);
    note(at);
  };
  const auto next = [&] {
    const Instant change = done < ahead_.size() ? ahead_[done].at() : hours.to;
    return shifted < shifts.size() ? std::min(change, shifts[shifted].at) : change;
  };
  pass_until(hours.from);
  for (Instant at = next(); at < hours.to; at = next()) pass_until(at);
  ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(done));
  swept_to_ = hours.to;
}

/// The desks that could serve it from its begin to its end: nobody is handed on in the middle of a matter because one desk goes and another comes.
int Search::staying(const BookingPart& part) const {
  int count = empty_.desks(index_of(facility_, part.service));
  for (std::size_t i = 0; i < part_time_.size(); ++i)
    if (contains(facility_.desks[part_time_[i]].services, part.service) && !cover(there_[i], part.from, part.to)) --count;
  return count;
}

int Search::room_at(const std::vector<BookingPart>& parts) const {
  int room = plenty;
  if (!part_time_.empty())
    for (const BookingPart& part : parts) room = std::min(room, staying(part));
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const auto& levels = levels_[k];
    auto level = std::upper_bound(levels.begin(), levels.end(), parts[k].from, [](Instant at, const Level& one) { return at < one.from; });
    for (--level; level != levels.end() && level->from < parts[k].to; ++level) room = std::min(room, level->spare);
  }
  return room;
}

/// Visits already taken count on the day that runs, and in its week; bookings that came have become such visits.
int Search::quota_left(Day day, const Service& service) const {
  const auto awaited = [&](Day from, int count, auto counts) {
    return count_starting(state_, business_days(facility_, from, count), query_.instead_of, [&](const Booking& b) { return b.is_awaited() && counts(b); });
  };
  const bool same_day = day == state_.day;
  int left = plenty;
  if (service.daily_quota)
    left = *service.daily_quota - awaited(day, 1, [&](const Booking& b) { return has_service(b, service.id); }) - (same_day ? tally_of(state_.taken_today, service.id) : 0);
  const Authority* authority = facility_.find(service.authority);
  if (authority == nullptr) return left;
  const auto of_authority = [&](const Booking& b) { return has_authority(facility_, b, authority->id); };
  for (const auto& quota : {authority->daily_quota, quota_on(*authority, day)}) {
    if (!quota) continue;
    const int taken = same_day ? tally_of(state_.authority_today, authority->id) : 0;
    left = std::min(left, *quota - taken - awaited(day, 1, of_authority));
  }
  if (authority->weekly_quota) {
    const auto monday = [](Day any) { return any - days{weekday_index(any)}; };
    const int taken = monday(day) == monday(state_.day) ? tally_of(state_.taken_week, authority->id) : 0;
    left = std::min(left, *authority->weekly_quota - taken - awaited(monday(day), 7, of_authority));
  }
  return left;
}

/// Places that the desks give the service on a day on which nobody else comes.
int Search::slots_of(Day day, const Service& service) const {
  const int at_once = booked_share(service, empty_.desks(index_of(facility_, service.id)), day);
  int slots = 0;
  std::vector<std::vector<OpenSpan>> there;
  for (const std::size_t desk : part_time_)
    if (contains(facility_.desks[desk].services, service.id)) there.push_back(desk_hours(facility_, facility_.desks[desk], day));
  const int always = empty_.desks(index_of(facility_, service.id)) - static_cast<int>(there.size());
  for (const OpenSpan& span : service_hours(facility_, service, day)) {
    if (there.empty()) {
      slots += at_once * static_cast<int>((span.to - span.from) / service.slot);
      continue;
    }
    for (Instant start = span.from; start + service.slot <= span.to; start += service.slot) {
      const auto through = [&](const std::vector<OpenSpan>& spans) { return cover(spans, start, start + service.slot); };
      slots += booked_share(service, always + static_cast<int>(std::count_if(there.begin(), there.end(), through)), day);
    }
  }
  return slots;
}

/// Places of the day still on offer: some may be kept back.
int Search::places_left(Day day, const Service& service) const {
  const bool acute = keeps_back(state_, facility_, service, day, now_);
  if (!service.book.slots_per_day && !acute) return plenty;
  int places = service.book.slots_per_day.value_or(plenty);
  if (!service.book.slots_per_day) places = slots_of(day, service);
  if (acute) places -= service.book.acute_per_day;
  return places - count_starting(state_, business_days(facility_, day, 1), query_.instead_of, [&](const Booking& b) { return has_service(b, service.id); });
}

Overbooking Search::overbooking_on(Day day, const Service& service) const {
  Overbooking over;
  for (const auto& [id, kept] : state_.learned.kept)
    if (id == service.id) over.seen = static_cast<int>(kept.weight), over.no_show = 1 - kept.mean;
  over.taken = count_starting(state_, business_days(facility_, day, 1), query_.instead_of, [&](const Booking& b) { return b.overbooked && has_service(b, service.id); });
  const ServiceBooking& book = service.book;
  if (!book.overbooks() || over.seen < book.overbook_after) return over;
  constexpr double crumb = 1e-9;
  const double share = std::min(over.no_show, book.overbook_percent / 100.0);
  over.most = std::min(book.overbook_max, static_cast<int>(share * std::min(slots_of(day, service), book.slots_per_day.value_or(plenty)) + crumb));
  return over;
}

/// One at a time of each service, only while somebody is there who can serve it, and only where all who come have booked: elsewhere walk-ins take the places.
bool Search::may_overbook(Day day, Day counted_on, const std::vector<BookingPart>& parts) {
  if (parts.size() != 1 || !service(0).book.overbooks() || service(0).mode_at(day) != Mode::booking) return false;
  if (over_day_ != counted_on) {
    over_day_ = counted_on;
    const Overbooking over = overbooking_on(counted_on, service(0));
    over_left_ = over.most - over.taken;
    over_.clear();
    const Span around{business_days(facility_, counted_on, 1).from - booking_length_max, business_days(facility_, counted_on, 1).to + booking_length_max};
    static_cast<void>(count_starting(state_, around, query_.instead_of, [&](const Booking& b) {
      if (b.overbooked && has_service(b, service(0).id)) over_.push_back({b.start(), b.end()});
      return true;
    }));
  }
  const BookingPart& part = parts.front();
  if (over_left_ <= 0 || std::any_of(over_.begin(), over_.end(), [&](const OpenSpan& one) { return one.from < part.to && part.from < one.to; })) return false;
  const auto& levels = levels_.front();
  auto level = std::upper_bound(levels.begin(), levels.end(), part.from, [](Instant at, const Level& one) { return at < one.from; });
  for (--level; level != levels.end() && level->from < part.to; ++level)
    if (!level->staffed) return false;
  return part_time_.empty() || staying(part) > 0;
}

int Search::day_allows(Day day) const {
  int left = plenty;
  for (std::size_t k = 0; k < wanted_.size(); ++k) left = std::min({left, quota_left(day, service(k)), places_left(day, service(k))});
  return left;
}

bool Search::quota_allows(Day day) const {
  for (std::size_t k = 0; k < wanted_.size(); ++k)
    if (quota_left(day, service(k)) <= 0) return false;
  return true;
}

Day Search::last_day() const {
  int horizon = std::numeric_limits<int>::max();
  for (std::size_t k = 0; k < wanted_.size(); ++k) horizon = std::min(horizon, service(k).book.horizon_days);
  return today_ + days{horizon};
}

Instant Search::first_start() const {
  Minutes lead{0};
  for (std::size_t k = 0; k < wanted_.size(); ++k) lead = std::max(lead, service(k).book.lead);
  return now_ + lead;
}

bool within(const std::vector<OpenSpan>& spans, const BookingPart& part) {
  return std::any_of(spans.begin(), spans.end(), [&](const OpenSpan& span) { return span.from <= part.from && part.to <= span.to; });
}

/// The starts on offer on one calendar day.
std::vector<FreeSlot> day_slots(const Facility& facility, const SlotQuery& query, Search& search, Day day) {
  std::vector<std::vector<OpenSpan>> hours;
  for (std::size_t k = 0; k < search.count(); ++k)
    if (!bookable_on(search.service(k), day)) return {};
  for (std::size_t k = 0; k < search.count(); ++k) hours.push_back(service_hours(facility, search.service(k), day));
  if (std::any_of(hours.begin(), hours.end(), [](const auto& spans) { return spans.empty(); })) return {};
  // Before the business day begins, the numbers of the day before still count.
  const Instant dawn = facility.zone.to_utc(day + facility.site.business_day_starts);
  const int allowed_before = hours.front().front().from < dawn ? search.day_allows(day - days{1}) : 0, allowed_after = search.day_allows(day);
  if (std::max(allowed_before, allowed_after) <= 0) return {};
  OpenSpan whole = hours.front().front();
  for (const auto& spans : hours)   // which may overlap: the last to begin need not be the last to end
    for (const OpenSpan& span : spans) whole = {std::min(whole.from, span.from), std::max(whole.to, span.to)};
  search.survey(day, whole);
  std::vector<FreeSlot> slots;
  for (const OpenSpan& span : hours.front()) {
    for (Instant start = span.from; start < span.to; start += search.service(0).slot) {
      if (start < search.first_start()) continue;
      const auto parts = parts_from(facility, query, start);
      bool open = true;
      for (std::size_t k = 0; k < parts.size(); ++k) open = open && within(hours[k], parts[k]);
      if (!open) continue;
      const bool before = start < dawn;
      int room = search.room_at(parts);
      if (room == 0 && search.may_overbook(day, before ? day - days{1} : day, parts)) room = 1;
      room = std::min(room, before ? allowed_before : allowed_after);
      if (room > 0) slots.push_back({start, static_cast<std::uint16_t>(std::min(room, plenty))});
    }
  }
  // Spans of hours may overlap; each has starts of its own.
  std::sort(slots.begin(), slots.end(), [](const FreeSlot& a, const FreeSlot& b) { return a.start < b.start; });
  slots.erase(std::unique(slots.begin(), slots.end(), [](const FreeSlot& a, const FreeSlot& b) { return a.start == b.start; }), slots.end());
  return slots;
}

bool all_bookable(const Facility& facility, const SlotQuery& query) {
  return !query.services.empty() && std::all_of(query.services.begin(), query.services.end(), [&](const ServiceId& id) {
    const Service* service = facility.find(id);
    return service != nullptr && bookable_ever(*service);
  });
}

}  // namespace

bool bookable_ever(const Service& service) {
  return service.mode != Mode::walk_in || std::any_of(service.mode_on.begin(), service.mode_on.end(), [](const auto& mode) { return mode && *mode != Mode::walk_in; });
}

std::optional<OpenSpan> release_window(const Facility& facility, const Service& service, Day day) {
  if (!service.book.releases_by_lot()) return std::nullopt;
  const auto on = day - days{service.book.release_days_before};
  return OpenSpan{facility.zone.to_utc(on + service.book.release_from), facility.zone.to_utc(on + service.book.release_to)};
}

bool keeps_back(const State& state, const Facility& facility, const Service& service, Day day, Instant now) {
  if (service.book.acute_per_day == 0) return false;
  const auto window = release_window(facility, service, day);
  if (!window) return day > business_day(facility.zone, facility.site.business_day_starts, now);
  return now < window->to && std::none_of(state.released.begin(), state.released.end(), [&](const auto& one) { return one.first == service.id && one.second >= day; });
}

std::vector<ServiceId> booking_order(const Facility& facility, std::vector<ServiceId> services) {
  std::vector<ServiceId> order;
  while (!services.empty()) {
    auto next = std::find_if(services.begin(), services.end(), [&](const ServiceId& id) {
      const Service* service = facility.find(id);
      return service == nullptr ||
             std::none_of(service->after.begin(), service->after.end(), [&](const ServiceId& earlier) { return earlier != id && contains(services, earlier); });
    });
    if (next == services.end()) next = services.begin();   // a loop, which no checked facility has
    order.push_back(*next);
    services.erase(next);
  }
  return order;
}

std::vector<BookingPart> parts_from(const Facility& facility, const SlotQuery& query, Instant start) {
  std::vector<BookingPart> parts;
  for (const ServiceId& id : booking_order(facility, query.services)) {
    const Instant end = start + length_of(*facility.find(id), query.party);
    parts.push_back({id, start, end});
    start = end;
  }
  return parts;
}

std::vector<FreeSlot> free_slots(const State& state, const Facility& facility, const SlotQuery& query, Day from, int count, Instant now) {
  std::vector<FreeSlot> slots;
  if (!all_bookable(facility, query)) return slots;
  Search search{state, facility, query, now};
  const Day first = std::max(from, calendar_day(facility, now)), last = std::min(search.last_day(), from + days{count - 1});
  for (Day day = first; day <= last; day += days{1}) {
    const auto more = day_slots(facility, query, search, day);
    slots.insert(slots.end(), more.begin(), more.end());
  }
  return slots;
}

std::optional<Instant> next_free(const State& state, const Facility& facility, const SlotQuery& query, Instant after, Instant now) {
  if (!all_bookable(facility, query)) return std::nullopt;
  Search search{state, facility, query, now};
  for (Day day = calendar_day(facility, std::max(after, now)); day <= search.last_day(); day += days{1})
    for (const FreeSlot& slot : day_slots(facility, query, search, day))
      if (slot.start > after) return slot.start;
  return std::nullopt;
}

std::optional<Reject> why_not_booked(const State& state, const Facility& facility, const SlotQuery& query, Instant start, Instant now) {
  if (!all_bookable(facility, query)) return Reject::not_bookable;
  Search search{state, facility, query, now};
  const Day day = calendar_day(facility, start);
  if (start < search.first_start()) return Reject::too_late;
  if (day > search.last_day()) return Reject::too_early;
  const auto parts = parts_from(facility, query, start);
  if (parts.back().to - start > booking_length_max) return Reject::wrong_content;
  for (std::size_t k = 0; k < search.count(); ++k)
    if (!bookable_on(search.service(k), day)) return search.service(k).offered_on(day) ? Reject::not_bookable : Reject::not_offered;
  const auto site = site_hours(facility, day);
  if (site.empty()) return Reject::closed;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    if (!within(site, parts[k])) return Reject::outside_hours;
    if (!within(service_hours(facility, search.service(k), day), parts[k])) return Reject::authority_absent;
  }
  const Day counted_on = business_day(facility.zone, facility.site.business_day_starts, start);
  if (!search.quota_allows(counted_on)) return Reject::quota_full;
  if (search.day_allows(counted_on) <= 0) return Reject::slot_taken;
  search.survey(day, {start, parts.back().to});
  const bool fits = search.room_at(parts) > 0 || search.may_overbook(day, counted_on, parts);
  return fits ? std::nullopt : std::optional{Reject::slot_taken};
}

Overbooking overbooking_on(const State& state, const Facility& facility, const Service& service, Day day, Instant now) {
  const SlotQuery query{{service.id}, 1, {}};
  return Search{state, facility, query, now}.overbooking_on(day, service);
}

bool beyond_desks(const State& state, const Facility& facility, const SlotQuery& query, Instant start, Instant now) {
  const bool ever = query.services.size() == 1 && facility.find(query.services.front())->book.overbooks();
  if (!ever) return false;
  Search search{state, facility, query, now};
  const auto parts = parts_from(facility, query, start);
  search.survey(calendar_day(facility, start), {start, parts.back().to});
  return search.room_at(parts) == 0;
}

std::uint32_t awaited_on(const State& state, const Facility& facility, const ServiceId& service, Day day) {
  return static_cast<std::uint32_t>(count_starting(state, business_days(facility, day, 1), {}, [&](const Booking& b) { return b.is_awaited() && has_service(b, service); }));
}

std::uint32_t awaited_on(const State& state, const Facility& facility, const AuthorityId& authority, Day from, int count) {
  return static_cast<std::uint32_t>(
      count_starting(state, business_days(facility, from, count), {}, [&](const Booking& b) { return b.is_awaited() && has_authority(facility, b, authority); }));
}

}  // namespace skranke::core
