// The promise of seven working days: what is free, what is asked for, and when it will break.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "core/alarms.hpp"
#include "core/evolve_booking.hpp"
#include "core/promise.hpp"
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using std::chrono::hours;

/// One desk, four places of a quarter an hour on each weekday from ten to eleven; now is Monday at nine.
class PromiseKept : public Room {
 protected:
  PromiseKept() {
    facility.desks.resize(1);
    facility.opening.push_back({.days = 0b0011111, .from = Minutes{600}, .to = Minutes{660}});
    facility.services.front().mode = Mode::booking;
  }
  void book_first(Instant made) { book_first(pas, made); }
  void book_first(const ServiceId& service, Instant made) {
    const SlotQuery query{{service}, 1, {}};
    const auto start = next_free(state, facility, query, now, now);
    ASSERT_TRUE(start);
    BookingMade fact;
    fact.booking = BookingId{fmt::format("b{}", ++made_)};
    fact.parts = parts_from(facility, query, *start);
    on(state, fact, made);
  }
  /// Six by Friday of each: three a working day of late, where a desk has four places.
  void ask_three_a_day_of_each() {
    facility.services[1].mode = Mode::booking;
    for (int i = 0; i < 6; ++i) book_first(pas, now - hours{72}), book_first(cpr, now - hours{72});
  }
  const ServiceId pas{"pas"}, cpr{"cpr"};

 private:
  int made_ = 0;
};

TEST_F(PromiseKept, AnEmptyCalendarKeepsIt) {
  const Promise promise = promise_of(state, facility, pas, now);
  EXPECT_EQ(promise.working_days, 0);
  EXPECT_EQ(promise.free_within_3, 16);
  EXPECT_EQ(promise.free_within_7, 32);
  EXPECT_DOUBLE_EQ(promise.places_per_day, 4);
  EXPECT_FALSE(promise.breaks_in);
  EXPECT_FALSE(promise.alarm());
}

TEST_F(PromiseKept, WeekendsAreNoWorkingDays) {
  for (int i = 0; i < 20; ++i) book_first(now);   // Monday to Friday is full
  const Promise promise = promise_of(state, facility, pas, now);
  EXPECT_EQ(promise.working_days, 5);
  EXPECT_EQ(promise.free_within_3, 0);
  EXPECT_EQ(promise.free_within_7, 12);           // Monday, Tuesday, Wednesday
  EXPECT_DOUBLE_EQ(promise.places_per_day, 4);
}

TEST_F(PromiseKept, TheAlarmComesDaysBeforeTheBreak) {
  for (int i = 0; i < 14; ++i) book_first(now - hours{72});   // Friday: fourteen asked, four a day are to be had
  const Promise promise = promise_of(state, facility, pas, now);
  EXPECT_DOUBLE_EQ(promise.asked_per_day, 7);                 // of the last two working days
  EXPECT_EQ(promise.breaks_in, 7);                            // 7t > 4(t + 8) - 14
  EXPECT_TRUE(promise.alarm());
}

TEST_F(PromiseKept, BrokenIsNoughtDays) {
  for (int i = 0; i < 32; ++i) book_first(now);
  const Promise promise = promise_of(state, facility, pas, now);
  EXPECT_EQ(promise.breaks_in, 0);
  EXPECT_EQ(promise.free_within_7, 0);
  EXPECT_EQ(promise.working_days, 8);
}

TEST_F(PromiseKept, WhatCannotBeBookedYetIsNotWithinReach) {
  for (int i = 0; i < 14; ++i) book_first(now - hours{72});
  facility.services.front().book.horizon_days = 4;              // Monday to Friday
  EXPECT_LT(promise_of(state, facility, pas, now).breaks_in.value_or(99), 7);
  state = State{};
  EXPECT_FALSE(promise_of(state, facility, pas, now).breaks_in);
}

TEST_F(PromiseKept, ADeskThatTwoServicesShareIsCountedOnce) {
  ask_three_a_day_of_each();
  const Promise promise = promise_of(state, facility, pas, now);
  EXPECT_DOUBLE_EQ(promise.asked_per_day, 3);
  EXPECT_DOUBLE_EQ(promise.shared_per_day, 3);
  EXPECT_TRUE(promise.breaks_in);   // three of four would do, six do not
}

TEST_F(PromiseKept, WhoHasDesksOfItsOwnTakesOnlyAPart) {
  facility.desks.push_back(facility.desks.front());
  facility.desks.back().id = DeskId{"d9"};
  facility.desks.back().services = {cpr};
  ask_three_a_day_of_each();
  EXPECT_DOUBLE_EQ(promise_of(state, facility, pas, now).shared_per_day, 1.5);
  EXPECT_DOUBLE_EQ(promise_of(state, facility, cpr, now).shared_per_day, 3);
  facility.desks.front().services = {pas};
  EXPECT_DOUBLE_EQ(promise_of(state, facility, pas, now).shared_per_day, 0);
  EXPECT_FALSE(promise_of(state, facility, pas, now).breaks_in);
}

TEST_F(PromiseKept, ALongBookingTakesMorePlacesOfAShortService) {
  facility.services[1].slot = 2 * facility.services[0].slot;
  facility.services[1].mode = Mode::booking;
  for (int i = 0; i < 4; ++i) book_first(cpr, now - hours{72});
  EXPECT_DOUBLE_EQ(promise_of(state, facility, pas, now).shared_per_day, 4);
  EXPECT_DOUBLE_EQ(promise_of(state, facility, cpr, now).shared_per_day, 0);
}

/// The alarms of staff that are about the promise: id and working days.
std::string told(const State& state, const Facility& facility, Instant now, const PromiseWatch& watch) {
  std::string ids;
  for (const Alarm& alarm : alarms(state, facility, now, &watch))
    if (alarm.kind == AlarmKind::promise) ids += fmt::format("{}{}", alarm.id, *alarm.working_days) + (alarm.severity == AlarmSeverity::urgent ? "!" : "") + " ";
  return ids;
}

TEST_F(PromiseKept, StaffAreToldUntilTheCauseIsGone) {
  PromiseWatch watch;
  EXPECT_FALSE(watch.look(state, facility, now));
  EXPECT_EQ(told(state, facility, now, watch), "");
  for (int i = 0; i < 14; ++i) book_first(now - hours{72});
  EXPECT_TRUE(watch.look(state, facility, now));
  EXPECT_EQ(told(state, facility, now, watch), "promise:pas7 ");
  const Instant first_seen = now;
  for (int i = 0; i < 18; ++i) book_first(now);
  now += Minutes{5};
  EXPECT_TRUE(watch.look(state, facility, now));
  EXPECT_EQ(told(state, facility, now, watch), "promise:pas0! ");
  EXPECT_EQ(alarms(state, facility, now, &watch).front().since, first_seen);
  EXPECT_EQ(alarms(state, facility, now, &watch).front().minutes, Minutes{5});
  EXPECT_FALSE(watch.look(state, facility, now));   // nothing new
  facility.alarms.promise = false;
  EXPECT_EQ(told(state, facility, now, watch), "");
  facility.alarms.promise = true;
  for (int i = 0; i < 8; ++i) facility.desks.push_back(facility.desks.front());   // help comes
  EXPECT_TRUE(watch.look(state, facility, now));
  EXPECT_EQ(told(state, facility, now, watch), "");
}

TEST_F(PromiseKept, EachServiceIsLookedAtInItsTurn) {
  facility.services[1].mode = Mode::booking;
  facility.desks.clear();                           // nobody can be served at all
  PromiseWatch watch;
  watch.look(state, facility, now);
  EXPECT_EQ(told(state, facility, now, watch), "promise:pas0! ");
  watch.look(state, facility, now);
  EXPECT_EQ(told(state, facility, now, watch), "promise:cpr0! promise:pas0! ");
  facility.services[0].mode = Mode::walk_in;        // what cannot be booked is promised to nobody
  watch.look(state, facility, now);
  EXPECT_EQ(told(state, facility, now, watch), "promise:cpr0! ");
}

std::vector<std::size_t> seven_days(std::size_t looked_at) {
  std::vector<std::size_t> reach;
  for (std::size_t day = 0; day < looked_at; ++day) reach.push_back(day + 7);
  return reach;
}

TEST(BreaksIn, CountsTheDayOnWhichTheFirstFindsNothing) {
  // Two a day are free, three are asked for; eight days are within reach, so one a day is eaten of what the seven days after it hold.
  const std::vector<double> two(60, 2);
  EXPECT_EQ(breaks_in(two, 2, seven_days(41)), std::nullopt);
  EXPECT_EQ(breaks_in(two, 3, seven_days(41)), 15);   // 3t > 2(t + 7)
  EXPECT_EQ(breaks_in(two, 3, seven_days(15)), std::nullopt);
  EXPECT_EQ(breaks_in(two, 16.5, seven_days(41)), 1);
  EXPECT_EQ(breaks_in(std::vector<double>(8, 0), 0, seven_days(41)), 0);
  EXPECT_EQ(breaks_in({}, 0, seven_days(41)), 0);
}

}  // namespace
}  // namespace skranke::test
