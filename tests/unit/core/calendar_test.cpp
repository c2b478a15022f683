// The calendar against random bookings: what it offers is never more than the desks can serve, nor outside the hours, on the nights the clock changes too.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "core/calendar.hpp"
#include "core/chance.hpp"
#include "core/evolve_booking.hpp"
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using std::chrono::days;

constexpr std::size_t services = 4;
constexpr int seeds = 12, wishes = 160, nights = 6, many = 30;

class Calendar {
 public:
  explicit Calendar(std::uint64_t seed) : chance_{key_of({seed})} {
    facility.zone = copenhagen();
    facility.authorities.emplace_back().id = AuthorityId{"kommune"};
    for (std::size_t i = 0; i < services; ++i) {
      Service& service = facility.services.emplace_back();
      service.id = ServiceId{fmt::format("s{}", i)};
      service.authority = AuthorityId{"kommune"};
      service.mode = Mode::booking;
      service.slot = Minutes{5 * (1 + below(i == 0 ? 12 : 4))};   // the first may be a ceremony
      service.extra_person = Minutes{5 * below(3)};
    }
    for (int i = 0; i < 1 + below(4); ++i) {
      Desk& desk = facility.desks.emplace_back();
      desk.id = DeskId{fmt::format("d{}", i)};
      for (const Service& service : facility.services)
        if (below(2) == 0) desk.services.push_back(service.id);
      const int begins = 60 * below(12);
      if (below(3) == 0) desk.hours.push_back({.days = 0b1111111, .from = Minutes{begins}, .to = Minutes{begins + 60 * (2 + below(8))}});
      if (below(2) == 0) desk.breaks.push_back({.days = 0b1010101, .from = Minutes{begins + 30}, .to = Minutes{begins + 30 + 5 * (1 + below(12))}});
    }
    for (Service& service : facility.services)
      if (below(3) == 0) service.daily_quota = 1 + below(12);
    for (Service& service : facility.services) {
      if (below(2) == 0) continue;
      service.book.overbook_percent = 10 * (1 + below(5));
      service.book.overbook_max = 1 + below(3);
      state.learned.kept.push_back({service.id, {.weight = static_cast<double>(40 + below(20)), .mean = 0.5 + 0.1 * below(5)}});
    }
    Equipment& camera = facility.equipment.emplace_back();
    camera.id = EquipmentId{"camera"};
    camera.count = 1 + below(2);
    for (const Service& service : facility.services)
      if (below(2) == 0) camera.services.push_back(service.id);
    const int opens = 60 * below(10);
    facility.opening.push_back({.days = 0b1111111, .from = Minutes{opens}, .to = Minutes{opens + 180}});
    // In some sites the hours overlap, one may lie within the other, and they are in no order.
    const int again = opens + 240 - (below(3) == 0 ? 75 + 5 * below(40) : 0);
    facility.opening.push_back({.days = 0b1111111, .from = Minutes{std::max(again, 0)}, .to = Minutes{again + 60 * (1 + below(3))}});
    if (below(2) == 0) std::swap(facility.opening.front(), facility.opening.back());
  }

  int below(int count) { return static_cast<int>(chance_.uniform() * count); }
  SlotQuery any_query() {
    SlotQuery query;
    query.party = static_cast<std::uint16_t>(1 + below(4));
    for (const Service& service : facility.services)
      if (below(3) == 0) query.services.push_back(service.id);
    if (query.services.empty()) query.services.push_back(facility.services.front().id);
    return query;
  }
  void book(const SlotQuery& query, Instant start) {
    BookingMade fact;
    fact.booking = BookingId{fmt::format("b{}", ++made_)};
    fact.parts = parts_from(facility, query, start);
    fact.party = query.party;
    fact.overbooked = beyond_desks(state, facility, query, start, now);
    on(state, fact, now);
  }
  /// One of them, not always the same; its place is free again.
  void cancel_one() {
    std::vector<BookingId> awaited;
    for (const auto& [id, booking] : state.bookings)
      if (booking.is_awaited()) awaited.push_back(id);
    std::sort(awaited.begin(), awaited.end());
    BookingCancelled fact;
    fact.booking = awaited[static_cast<std::size_t>(below(static_cast<int>(awaited.size())))];
    on(state, fact, now);
  }
  /// Some desk that serves it is there in every minute of it.
  [[nodiscard]] bool one_desk_stays(const BookingPart& part) const {
    return std::any_of(facility.desks.begin(), facility.desks.end(), [&](const Desk& desk) {
      if (std::find(desk.services.begin(), desk.services.end(), part.service) == desk.services.end()) return false;
      const auto there = desk_hours(facility, desk, std::chrono::floor<days>(facility.zone.to_local(part.from)));
      for (Instant minute = part.from; minute < part.to; minute += Minutes{1})
        if (!is_open(there, minute)) return false;
      return true;
    });
  }
  [[nodiscard]] bool camera_is_enough_at(Instant at) const {
    const Equipment& camera = facility.equipment.front();
    int used = 0;
    for (const auto& [id, booking] : state.bookings)
      for (const BookingPart& part : booking.parts)
        if (booking.occupies() && !booking.overbooked && part.from <= at && at < part.to) used += static_cast<int>(std::count(camera.services.begin(), camera.services.end(), part.service));
    return used <= camera.count;
  }
  /// The bookings of the day of `at` that have the service; all hours of these days are those of one business day.
  [[nodiscard]] bool quota_is_kept_on(const Service& service, Instant at) const {
    const auto business_day_of = [&](Instant when) { return business_day(facility.zone, facility.site.business_day_starts, when); };
    int taken = 0;
    for (const auto& [id, booking] : state.bookings)
      if (booking.occupies() && business_day_of(booking.start()) == business_day_of(at))
        taken += std::any_of(booking.parts.begin(), booking.parts.end(), [&](const BookingPart& part) { return part.service == service.id; }) ? 1 : 0;
    return !service.daily_quota || taken <= *service.daily_quota;
  }
  /// Of one that is overbooked: its service has been seen often enough, and neither its caps nor what was measured are passed; no other meets it.
  [[nodiscard]] std::string wrong_overbooking(const Booking& over) const {
    const Service& service = *facility.find(over.parts.front().service);
    const auto kept = std::find_if(state.learned.kept.begin(), state.learned.kept.end(), [&](const auto& one) { return one.first == service.id; });
    if (over.parts.size() != 1 || service.book.overbook_percent == 0 || kept == state.learned.kept.end() || kept->second.weight < 50) return "never";
    const auto day_of = [&](Instant at) { return business_day(facility.zone, facility.site.business_day_starts, at); };
    int on_that_day = 0;
    for (const auto& [id, other] : state.bookings) {
      if (!other.occupies() || !other.overbooked || other.parts.front().service != service.id) continue;
      on_that_day += day_of(other.start()) == day_of(over.start()) ? 1 : 0;
      if (id != over.id && other.start() < over.end() && over.start() < other.end()) return "two at a time";
    }
    const auto serving = std::count_if(facility.desks.begin(), facility.desks.end(), [&](const Desk& desk) {
      return std::find(desk.services.begin(), desk.services.end(), service.id) != desk.services.end();
    });
    for (Instant at = over.start(); at < over.end(); at += Minutes{5}) {
      const bool there = std::any_of(facility.desks.begin(), facility.desks.end(), [&](const Desk& desk) {
        return is_manned(desk, at) && std::find(desk.services.begin(), desk.services.end(), service.id) != desk.services.end();
      });
      if (!there) return "while nobody is there";
    }
    const double places = static_cast<double>(serving) * std::chrono::hours{6} / service.slot;   // more than there are, where desks have hours
    const bool too_many = on_that_day > service.book.overbook_max || on_that_day > places * service.book.overbook_percent / 100 || on_that_day > places * (1 - kept->second.mean);
    return too_many ? "more than the caps" : "";
  }
  /// By the clock on the wall.
  [[nodiscard]] bool is_manned(const Desk& desk, Instant at) const {
    const auto local = facility.zone.to_local(at);
    const auto clock = local - std::chrono::floor<std::chrono::days>(local);
    const auto weekday = std::chrono::weekday{std::chrono::sys_days{std::chrono::floor<std::chrono::days>(local).time_since_epoch()}}.iso_encoding() - 1;
    const auto holds = [&](const WeeklySpan& span) { return ((span.days >> weekday) & 1U) != 0 && span.from <= clock && clock < span.to; };
    return (desk.hours.empty() || std::any_of(desk.hours.begin(), desk.hours.end(), holds)) && std::none_of(desk.breaks.begin(), desk.breaks.end(), holds);
  }
  /// Hall's condition: of each set of services no more are served at once than there are desks for any of them.
  [[nodiscard]] bool fits_at(Instant at) const {
    std::array<int, services> served{};
    for (const auto& [id, booking] : state.bookings)
      for (const BookingPart& part : booking.parts)
        if (booking.occupies() && !booking.overbooked && part.from <= at && at < part.to) ++served[static_cast<std::size_t>(part.service.str()[1] - '0')];
    for (unsigned set = 1; set < (1U << services); ++set) {
      int wanted = 0;
      for (std::size_t i = 0; i < services; ++i) wanted += ((set >> i) & 1U) != 0 ? served[i] : 0;
      const auto desks = std::count_if(facility.desks.begin(), facility.desks.end(), [&](const Desk& desk) {
        return is_manned(desk, at) && std::any_of(desk.services.begin(), desk.services.end(), [&](const ServiceId& id) { return ((set >> (id.str()[1] - '0')) & 1U) != 0; });
      });
      if (wanted > desks) return false;
    }
    return true;
  }

  Facility facility;
  State state;
  Instant now{};

 private:
  Chance chance_;
  int made_ = 0;
};

bool same(const std::vector<FreeSlot>& a, const std::vector<FreeSlot>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const FreeSlot& x, const FreeSlot& y) { return x.start == y.start && x.free == y.free; });
}

std::vector<FreeSlot> day_by_day(const Calendar& calendar, const SlotQuery& query, Day from, int count) {
  std::vector<FreeSlot> all;
  for (int day = count - 1; day >= 0; --day) {
    const auto one = free_slots(calendar.state, calendar.facility, query, from + days{day}, 1, calendar.now);
    all.insert(all.begin(), one.begin(), one.end());
  }
  return all;
}

/// Long searches read the bookings another way than short ones. From each night on, so that some bookings began before; and with one that is moved.
void long_searches_agree(const Calendar& calendar, SlotQuery query, Day from) {
  for (int night = 0; night < nights; ++night) {
    query.instead_of = night % 2 == 1 ? calendar.state.bookings.begin()->first : BookingId{};
    const Day first = from + days{night};
    ASSERT_TRUE(same(free_slots(calendar.state, calendar.facility, query, first, many, calendar.now), day_by_day(calendar, query, first, many)))
        << "a long search finds what short ones find";
  }
}

/// From the day before the clock is changed. How many were overbooked is added.
void live(std::uint64_t seed, std::chrono::year_month_day eve, int& overbooked) {
  SCOPED_TRACE(fmt::format("seed {}", seed));
  Calendar calendar{seed};
  const Day from{std::chrono::local_days{eve}};
  calendar.now = calendar.facility.zone.to_utc(LocalTime{from});
  int booked = 0;
  for (int wish = 0; wish < wishes; ++wish) {
    const SlotQuery query = calendar.any_query();
    const auto slots = free_slots(calendar.state, calendar.facility, query, from, nights, calendar.now);
    ASSERT_TRUE(same(slots, day_by_day(calendar, query, from, nights))) << "one search over the days finds what a search for each finds";
    ASSERT_TRUE(std::adjacent_find(slots.begin(), slots.end(), [](const FreeSlot& a, const FreeSlot& b) { return a.start >= b.start; }) == slots.end())
        << "not each once, in order of time";
    if (slots.empty()) continue;
    const Instant start = slots[static_cast<std::size_t>(calendar.below(static_cast<int>(slots.size())))].start;
    ASSERT_FALSE(why_not_booked(calendar.state, calendar.facility, query, start, calendar.now));
    calendar.book(query, start);
    ++booked;
    if (booked % 5 == 0) calendar.cancel_one();
    if (booked % 20 == 0) long_searches_agree(calendar, query, from);
  }
  for (const auto& [id, booking] : calendar.state.bookings) {
    if (!booking.occupies()) continue;
    if (booking.overbooked) {
      ++overbooked;
      EXPECT_EQ(calendar.wrong_overbooking(booking), "");
    }
    Instant at = booking.start();
    for (const BookingPart& part : booking.parts) {
      const Service& service = *calendar.facility.find(part.service);
      EXPECT_EQ(part.from, at);
      EXPECT_EQ(part.to - part.from, service.slot + service.extra_person * (booking.party - 1));   // the sum over services and persons
      at = part.to;
      for (Instant minute = part.from; minute < part.to; minute += Minutes{5}) EXPECT_TRUE(calendar.fits_at(minute)) << "more at once than desks that are manned";
      EXPECT_TRUE(calendar.one_desk_stays(part)) << "handed on from desk to desk";
      EXPECT_TRUE(calendar.camera_is_enough_at(part.from)) << "more at once than cameras";
      EXPECT_TRUE(calendar.quota_is_kept_on(service, booking.start())) << "more on a day than the quota";
      const LocalTime begins = calendar.facility.zone.to_local(part.from), ends = calendar.facility.zone.to_local(part.to);
      const auto inside = [&](const WeeklySpan& span) {
        const Day day = std::chrono::floor<days>(begins);
        // The hour that comes twice: whoever opened in it the first time is there the second time too.
        const bool again = calendar.facility.zone.to_utc(begins) != part.from;
        return LocalTime{day} + span.from <= begins + std::chrono::hours{again ? 1 : 0} && ends <= LocalTime{day} + span.to;
      };
      EXPECT_TRUE(std::any_of(calendar.facility.opening.begin(), calendar.facility.opening.end(), inside)) << "outside the hours on the wall";
    }
  }
  // Whoever may serve nothing sells nothing.
  const auto useful = std::any_of(calendar.facility.desks.begin(), calendar.facility.desks.end(), [](const Desk& desk) { return !desk.services.empty(); });
  EXPECT_TRUE(useful || booked == 0);
}

TEST(Calendar, NobodyIsHandedOnWhenOneDeskGoesAndAnotherComes) {
  Calendar calendar{1};
  Facility& facility = calendar.facility;
  facility.services.resize(1);
  facility.services.front().slot = Minutes{60};
  facility.services.front().daily_quota.reset();
  facility.equipment.clear();
  facility.opening = {{.days = 0b1111111, .from = Minutes{8 * 60}, .to = Minutes{14 * 60}}};
  const auto desk = [&](const char* id, std::vector<WeeklySpan> hours) {
    Desk made;
    made.id = DeskId{id};
    made.services = {facility.services.front().id};
    made.hours = std::move(hours);
    return made;
  };
  const auto span = [](int from, int to) { return WeeklySpan{.days = 0b1111111, .from = Minutes{from}, .to = Minutes{to}}; };
  const Day day{std::chrono::local_days{std::chrono::year{2026} / 12 / 1}};
  calendar.now = facility.zone.to_utc(LocalTime{day});
  const auto starts = [&] {
    std::vector<int> found;
    for (const FreeSlot& slot : free_slots(calendar.state, facility, {{facility.services.front().id}, 1, {}}, day, 1, calendar.now))
      found.push_back(static_cast<int>((facility.zone.to_local(slot.start) - LocalTime{day}) / std::chrono::hours{1}));
    return found;
  };
  facility.desks = {desk("early", {span(8 * 60, 10 * 60 + 30)}), desk("late", {span(10 * 60 + 30, 14 * 60)})};
  EXPECT_EQ(starts(), (std::vector<int>{8, 9, 11, 12, 13}));
  const auto why = why_not_booked(calendar.state, facility, {{facility.services.front().id}, 1, {}}, facility.zone.to_utc(day + Minutes{600}), calendar.now);
  EXPECT_EQ(why, Reject::slot_taken);
  facility.desks = {desk("both", {span(8 * 60, 10 * 60 + 30), span(10 * 60 + 30, 14 * 60)})};   // one desk, whose hours are written in two
  EXPECT_EQ(starts(), (std::vector<int>{8, 9, 10, 11, 12, 13}));
}

TEST(CalendarProperty, NeverMoreThanTheDesksServeWhenTheClockIsSetBack) {
  int overbooked = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) live(seed, std::chrono::year{2026} / 10 / 24, overbooked);
  EXPECT_GE(overbooked, 10) << "hardly any was overbooked: the caps are not shown";
}

TEST(CalendarProperty, NeverMoreThanTheDesksServeWhenTheClockIsSetForward) {
  int overbooked = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) live(seed, std::chrono::year{2027} / 3 / 27, overbooked);
  EXPECT_GE(overbooked, 10);
}

}  // namespace
}  // namespace skranke::test
