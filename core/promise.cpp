#include "core/promise.hpp"

#include <algorithm>
#include <map>

namespace skranke::core {
namespace {

using std::chrono::days;

constexpr int calendar_days_max = 62;   ///< looked at for the working days; a site closed for longer has fewer
constexpr int asked_over_days = 5, asked_lately_days = 2;

bool works_on(const Facility& facility, Day day) { return !site_hours(facility, day).empty(); }

/// Today, open or not, and the working days after it; `count` of them, or fewer.
std::vector<Day> days_ahead(const Facility& facility, Day today, int count) {
  std::vector<Day> ahead{today};
  for (int n = 1; n <= calendar_days_max && static_cast<int>(ahead.size()) < count; ++n)
    if (works_on(facility, today + days{n})) ahead.push_back(today + days{n});
  return ahead;
}

/// The last `count` working days before today, the latest first.
std::vector<Day> days_back(const Facility& facility, Day today, int count) {
  std::vector<Day> back;
  for (int n = 1; n <= calendar_days_max && static_cast<int>(back.size()) < count; ++n)
    if (works_on(facility, today - days{n})) back.push_back(today - days{n});
  return back;
}

/// For each of the days looked at the last one that is both promised and open for booking by then.
std::vector<std::size_t> reach_of(const std::vector<Day>& ahead, int horizon_days) {
  std::vector<std::size_t> reach;
  for (std::size_t day = 0; day < ahead.size() && day <= promise_horizon; ++day) {
    const auto beyond = std::upper_bound(ahead.begin(), ahead.end(), ahead[day] + days{horizon_days});
    reach.push_back(std::min(day + promised_days, static_cast<std::size_t>(beyond - ahead.begin()) - 1));
  }
  return reach;
}

bool wants(const Booking& booking, const ServiceId& service) {
  return booking.state != BookingState::cancelled && booking.state != BookingState::waiting &&
         std::any_of(booking.parts.begin(), booking.parts.end(), [&](const BookingPart& part) { return part.service == service; });
}

/// Bookings made a day, by service of the facility.
using Made = std::vector<std::map<Day, int>>;

/// Of the days that count: from the first of those looked back at. One pass over all bookings, for all services.
Made made_by_day(const State& state, const Facility& facility, const std::vector<Day>& back, Day today) {
  Made made(facility.services.size());
  const Day first = back.empty() ? today : back.back();
  const Instant from = facility.zone.to_utc(LocalTime{first - days{1}});   // a day more than enough, whenever the business day begins
  for (const auto& [id, booking] : state.bookings) {
    if (booking.made_at < from) continue;
    for (std::size_t i = 0; i < made.size(); ++i)
      if (wants(booking, facility.services[i].id)) ++made[i][local_day(facility, booking.made_at)];
  }
  return made;
}

/// What a week asks for a day, or the last two days, or today so far: the most, so that a rush is seen when it begins.
double asked_a_day(const std::map<Day, int>& made, const std::vector<Day>& back, Day today) {
  // Made on a day off: counted with the working day that follows.
  const auto between = [&](int count) {
    if (static_cast<int>(back.size()) < count) return 0.0;
    int sum = 0;
    for (auto at = made.lower_bound(back[static_cast<std::size_t>(count) - 1]); at != made.end() && at->first < today; ++at) sum += at->second;
    return static_cast<double>(sum) / count;
  };
  const auto now = made.find(today);
  return std::max({between(asked_over_days), between(asked_lately_days), now == made.end() ? 0.0 : static_cast<double>(now->second)});
}

bool serves(const Desk& desk, const ServiceId& service) { return std::find(desk.services.begin(), desk.services.end(), service) != desk.services.end(); }

/// How many places of `service` a booking of the other takes on average: the part of its desks that both may use, by how long each takes.
double weight_of(const Facility& facility, const Service& service, const Service& other) {
  int desks = 0, both = 0;
  for (const Desk& desk : facility.desks) {
    if (!serves(desk, other.id)) continue;
    ++desks;
    both += serves(desk, service.id);
  }
  return desks == 0 || service.slot.count() == 0 ? 0 : static_cast<double>(both) / desks * static_cast<double>(other.slot.count()) / static_cast<double>(service.slot.count());
}

/// A desk that several services share is free for each of them and can be taken once: what the others ask for there is not free for this one.
void ask(Promise& promise, const State& state, const Facility& facility, const ServiceId& service, Day today) {
  const std::vector<Day> back = days_back(facility, today, asked_over_days);
  const Made made = made_by_day(state, facility, back, today);
  for (std::size_t i = 0; i < facility.services.size(); ++i) {
    const Service& other = facility.services[i];
    const double asked = asked_a_day(made[i], back, today);
    if (other.id == service)
      promise.asked_per_day = asked;
    else if (asked > 0)
      promise.shared_per_day += asked * weight_of(facility, *facility.find(service), other);
  }
}

}  // namespace

int working_days_between(const Facility& facility, Day from, Day to) {
  int count = 0;
  for (Day day = from; day < to; day += days{1})
    if (works_on(facility, day + days{1})) ++count;
  return count;
}

std::optional<int> breaks_in(std::vector<double> free, double asked, const std::vector<std::size_t>& reach) {
  constexpr double crumb = 1e-9;
  for (std::size_t day = 0; day < reach.size(); ++day) {
    const std::size_t end = std::min(free.size(), reach[day] + 1);
    // Today's wishes are in the calendar already, so that it is enough when there is one place for who comes now.
    if (day == 0 && std::none_of(free.begin(), free.begin() + static_cast<std::ptrdiff_t>(end), [](double places) { return places >= 1; })) return 0;
    double wanted = day == 0 ? 0 : asked;
    for (std::size_t i = day; i < end && wanted > crumb; ++i) {
      const double taken = std::min(free[i], wanted);
      free[i] -= taken;
      wanted -= taken;
    }
    if (wanted > crumb) return static_cast<int>(day);
  }
  return std::nullopt;
}

Promise promise_of(const State& state, const Facility& facility, const ServiceId& service, Instant now) {
  const SlotQuery query{{service}, 1, {}};
  const Day today = local_day(facility, now);
  const std::vector<Day> ahead = days_ahead(facility, today, promise_horizon + promised_days + 1);
  // The calendar ends at the service's horizon, people's wishes do not: a day that cannot be booked yet is as free as its hours allow once it can.
  Facility unbounded = facility;
  for (Service& each : unbounded.services)
    if (each.id == service) each.book.horizon_days = std::max(each.book.horizon_days, calendar_days_max + 1);
  const auto slots = free_slots(state, unbounded, query, today, static_cast<int>((ahead.back() - today).count()) + 1, now);
  std::vector<double> free(ahead.size(), 0);
  for (const FreeSlot& slot : slots) {
    const auto at = std::lower_bound(ahead.begin(), ahead.end(), local_day(facility, slot.start));
    if (at != ahead.end()) free[static_cast<std::size_t>(at - ahead.begin())] += slot.free;
  }
  Promise promise;
  promise.first_free = next_free(state, facility, query, now, now);
  if (promise.first_free) promise.working_days = working_days_between(facility, today, local_day(facility, *promise.first_free));
  double places = 0;
  for (std::size_t i = 0; i < free.size(); ++i) {
    if (i <= 3) promise.free_within_3 += static_cast<int>(free[i]);
    if (i <= promised_days) promise.free_within_7 += static_cast<int>(free[i]);
    if (i > 0) places += free[i];
  }
  for (const auto& [id, booking] : state.bookings) {
    const Day day = local_day(facility, booking.start());
    if (booking.occupies() && wants(booking, service) && day > today && day <= ahead.back()) ++places;
  }
  if (ahead.size() > 1) promise.places_per_day = places / static_cast<double>(ahead.size() - 1);
  ask(promise, state, facility, service, today);
  promise.breaks_in = breaks_in(std::move(free), promise.asked_per_day + promise.shared_per_day, reach_of(ahead, facility.find(service)->book.horizon_days));
  return promise;
}

PromiseKept promise_kept(const State& state, const Facility& facility, const ServiceId& service) {
  PromiseKept kept;
  for (const auto& [id, booking] : state.bookings) {
    if (booking.state == BookingState::cancelled || !booking.has_time() || booking.parts.front().service != service) continue;
    const int days = working_days_between(facility, local_day(facility, booking.made_at), local_day(facility, booking.start()));
    ++kept.booked;
    kept.within_3 += days <= 3;
    kept.within_7 += days <= 7;
  }
  return kept;
}

bool PromiseWatch::look(const State& state, const Facility& facility, Instant now) {
  // A service may have gone, or gone to walk-ins, with the last facility.
  bool changed = std::erase_if(broken_, [&](const BrokenPromise& broken) {
                   const Service* service = facility.find(broken.service);
                   return service == nullptr || !bookable_ever(*service);
                 }) > 0;
  const std::size_t count = facility.services.size();
  for (std::size_t tried = 0; tried < count; ++tried) {
    const Service& service = facility.services[next_++ % count];
    if (!bookable_ever(service)) continue;
    const std::optional<int> breaks = promise_of(state, facility, service.id, now).breaks_in;
    const auto known = std::find_if(broken_.begin(), broken_.end(), [&](const BrokenPromise& broken) { return broken.service == service.id; });
    if (known == broken_.end()) {
      if (breaks) broken_.push_back({service.id, now, *breaks});
      return breaks || changed;
    }
    changed = changed || breaks != known->working_days;
    if (breaks)
      known->working_days = *breaks;
    else
      broken_.erase(known);
    return changed;
  }
  return changed;
}

}  // namespace skranke::core
