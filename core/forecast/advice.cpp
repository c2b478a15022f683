#include "core/forecast/advice.hpp"

#include <algorithm>
#include <array>

namespace skranke::core {
namespace {

constexpr double clearly_less = 0.9;
constexpr std::size_t hours_a_day = 24;
using Hours = std::array<double, hours_a_day>;

Day day_of(const Facility& facility, Instant at) { return std::chrono::floor<std::chrono::days>(facility.zone.to_local(at)); }

std::size_t hour_of(const Facility& facility, Instant at) {
  const auto local = facility.zone.to_local(at);
  return static_cast<std::size_t>(std::chrono::floor<std::chrono::hours>(local - std::chrono::floor<std::chrono::days>(local)).count());
}

/// Minutes of work that walk-ins bring, by local hour: the profile is kept by hours of UTC.
Hours walk_in_work(const Learned& learned, const Facility& facility, Instant now) {
  double all = 0, minutes = 0;
  for (const auto& [service, count] : learned.walk_ins) {
    const Service* known = facility.find(service);
    if (known == nullptr) continue;
    all += count;
    minutes += count * static_cast<double>(known->expected.count());
  }
  const double each = all > 0 ? minutes / all : 0;
  const auto shift = std::chrono::floor<std::chrono::hours>(facility.zone.offset_at(now)).count();
  Hours work{};
  for (std::size_t hour = 0; hour < hours_a_day; ++hour)
    work[(hour + hours_a_day + static_cast<std::size_t>(shift + static_cast<long>(hours_a_day))) % hours_a_day] = learned.hours.usual[hour] * each;
  return work;
}

/// Bookings that are made for that day, by the hour in which they begin.
void add_bookings(Hours& work, const State& state, const Facility& facility, Day day) {
  const Instant from = facility.zone.to_utc(std::chrono::local_time<std::chrono::milliseconds>{day}), to = from + std::chrono::hours{hours_a_day + 1};
  for (auto each = state.bookings_by_start.lower_bound({from, BookingId{}}); each != state.bookings_by_start.end() && each->first < to; ++each) {
    const Booking* booking = state.find(each->second);
    if (booking == nullptr || day_of(facility, booking->start()) != day) continue;
    work[hour_of(facility, booking->start())] += std::chrono::duration<double, std::ratio<60>>(booking->end() - booking->start()).count();
  }
}

}  // namespace

std::vector<bool> quiet_hours(std::span<const double> load) {
  double sum = 0;
  std::size_t hours = 0;
  for (const double each : load)
    if (each > 0) sum += each, ++hours;
  std::vector<bool> quiet(load.size(), false);
  for (std::size_t hour = 0; hour < load.size(); ++hour) quiet[hour] = load[hour] > 0 && load[hour] * static_cast<double>(hours) < clearly_less * sum;
  return quiet;
}

std::vector<bool> advised(const State& state, const Facility& facility, const std::vector<FreeSlot>& slots, Instant now) {
  std::vector<bool> marks(slots.size(), false);
  if (state.learned.hours.days < advice_needs_days) return marks;
  const Hours usual = walk_in_work(state.learned, facility, now);
  std::vector<bool> quiet;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const Day day = day_of(facility, slots[i].start);
    if (i == 0 || day != day_of(facility, slots[i - 1].start)) {
      Hours work = usual;
      add_bookings(work, state, facility, day);
      // An hour that is offered counts, though nobody came in it yet.
      for (std::size_t j = i; j < slots.size() && day_of(facility, slots[j].start) == day; ++j) work[hour_of(facility, slots[j].start)] += 1e-6;
      quiet = quiet_hours(work);
    }
    marks[i] = quiet[hour_of(facility, slots[i].start)];
  }
  return marks;
}

}  // namespace skranke::core
