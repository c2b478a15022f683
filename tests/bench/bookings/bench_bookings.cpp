// What a search for free times costs: 60 days ahead at a site with 12 services and 20 desks, four fifths of whose time is booked. Every service in turn;
// the slowest one's median is the figure, held against its goal. The second figure is one search for three matters and four persons at once.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/calendar.hpp"
#include "core/evolve_booking.hpp"

namespace {

using namespace skranke::core;
using Clock = std::chrono::steady_clock;

constexpr int services = 12, desks = 20, days_ahead = 60, rounds = 15, full_of_ten = 8;
constexpr double goal_us = 2000;
constexpr Minutes lengths[]{Minutes{5}, Minutes{10}, Minutes{15}, Minutes{20}};

Facility site() {
  Facility facility;
  facility.authorities.emplace_back().id = AuthorityId{"kommune"};
  for (int i = 0; i < services; ++i) {
    Service& service = facility.services.emplace_back();
    service.id = ServiceId{fmt::format("service-{}", i)};
    service.authority = AuthorityId{"kommune"};
    service.letter = unmistakable_letters[static_cast<std::size_t>(i) % unmistakable_letters.size()];
    service.mode = Mode::booking;
    service.slot = lengths[i % 4];
  }
  for (int i = 0; i < desks; ++i) {
    Desk& desk = facility.desks.emplace_back();
    desk.id = DeskId{fmt::format("desk-{}", i)};
    for (int s = 0; s < services; ++s)
      if ((i + s) % 3 != 0) desk.services.push_back(facility.services[static_cast<std::size_t>(s)].id);
  }
  facility.opening.push_back({.days = 0b0011111, .from = Minutes{9 * 60}, .to = Minutes{15 * 60}});
  return facility;
}

/// A desk after the other is filled with matters it may serve, so that all that is booked fits.
void fill(State& state, const Facility& facility, Day from, Instant now) {
  int made = 0;
  for (int ahead = 0; ahead < days_ahead; ++ahead) {
    const auto hours = site_hours(facility, from + std::chrono::days{ahead});
    if (hours.empty()) continue;
    for (const Desk& desk : facility.desks) {
      Instant at = hours.front().from;
      while (true) {
        const Service& service = *facility.find(desk.services[static_cast<std::size_t>(made) % desk.services.size()]);
        const Instant end = at + service.slot;
        if (end > hours.front().to) break;
        if (++made % 10 < full_of_ten) {
          BookingMade fact;
          fact.booking = BookingId{fmt::format("b{:07}", made)};
          fact.parts = {{service.id, at, end}};
          on(state, fact, now);
        }
        at = end;
      }
    }
  }
  fmt::print(stderr, "bench: {} bookings in the calendar\n", state.bookings.size());
}

double median_us(const State& state, const Facility& facility, const SlotQuery& query, Day from, Instant now, std::size_t& found) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    const auto begin = Clock::now();
    found = free_slots(state, facility, query, from, days_ahead, now).size();
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
  }
  std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
  return times[rounds / 2];
}

void tell(const char* name, double value) {
  fmt::print("{{\"name\":\"{}\",\"unit\":\"us\",\"value\":{:.1f},\"baseline\":{:.1f},\"ratio\":{:.3f}}}\n", name, value, goal_us, value / goal_us);
}

}  // namespace

int main() {
  const Facility facility = site();
  const Instant now = from_millis(1'795'420'800'000);
  const Day from = local_day(facility, now);
  State state;
  fill(state, facility, from, now);
  double slowest = 0;
  std::size_t found = 0, all = 0;
  for (const Service& service : facility.services) {
    slowest = std::max(slowest, median_us(state, facility, {{service.id}, 1, {}}, from, now, found));
    all += found;
  }
  tell("slot_search_60_days", slowest);
  const SlotQuery family{{facility.services[0].id, facility.services[1].id, facility.services[2].id}, 4, {}};
  tell("slot_search_60_days_three_matters", median_us(state, facility, family, from, now, found));
  if (all == 0) fmt::print(stderr, "bench: nothing was free\n");
  return all == 0;
}
