// The business day: it rolls over in local time, whatever the clock does that night.
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using namespace std::chrono_literals;
using std::chrono::year;
using Days = Room;

Day day_of(int y, int m, int d) { return Day{year{y} / m / d}; }

TEST_F(Days, BeginsAtItsHourAndNumbersBeginAnew) {
  at("2026-11-24 03:59:59");
  EXPECT_EQ(take({"pas"}), "A1");
  EXPECT_EQ(state.day, day_of(2026, 11, 23));
  leave("A1");
  at("2026-11-24 04:00");
  EXPECT_EQ(take({"pas"}), "A1");
  EXPECT_EQ(state.day, day_of(2026, 11, 24));
  EXPECT_EQ(state.counts.taken, 1U);
  EXPECT_EQ(state.counts.left, 0U);
}

TEST_F(Days, NobodyAliveIsLostAndALiveNumberIsNotIssuedAgain) {
  open("d1"), open("d2");
  take({"pas"}), take({"pas"}), take({"pas"}), take({"pas"});
  next("d1"), park("d1", Minutes{1440});  // A1 parked
  next("d1"), start("d1");                // A2 served
  next("d2"), finish("d2");               // A3 done
  at("2026-11-24 09:00");
  EXPECT_EQ(take({"pas"}), "A3") << "1, 2 and 4 are still held";
  EXPECT_EQ(state_of("A1"), VisitState::parked);
  EXPECT_EQ(state_of("A2"), VisitState::serving);
  EXPECT_EQ(queue("pas"), "A4 A3") << "yesterday's visit keeps its seniority";
  EXPECT_EQ(take({"pas"}), "A5");
  EXPECT_EQ(desk("d1").served_today, 0U);
  EXPECT_EQ(desk("d2").served_today, 0U);
  EXPECT_EQ(board(), "A2@d1 A1@d1") << "calls of those who are gone are gone";
}

TEST_F(Days, ANumberFreedTodayByYesterdaysVisitWaitsForTomorrow) {
  take({"pas"}), take({"pas"});
  at("2026-11-24 09:00");
  EXPECT_EQ(take({"pas"}), "A3");
  leave("A1"), leave("A2");
  EXPECT_EQ(take({"pas"}), "A4");
}

TEST_F(Days, TheTickBringsTheDayEvenWhenNothingHappens) {
  take({"pas"});
  at("2026-11-24 03:59:30");
  EXPECT_EQ(next_tick(state, facility, now), now + 30s);
  at("2026-11-24 04:00");
  const auto outcome = wish(Tick{});
  ASSERT_NE(outcome.first<DayStarted>(), nullptr);
  EXPECT_FALSE(outcome.first<DayStarted>()->new_week);
  EXPECT_TRUE(wish(Tick{}).events.empty());
}

TEST_F(Days, ARefusalStartsNoDay) {
  take({"pas"});
  at("2026-11-24 09:00");
  EXPECT_EQ(take({"fiske"}), "unknown_service");
  EXPECT_EQ(state.day, day_of(2026, 11, 23));
}

TEST_F(Days, WeeksBeginOnMonday) {
  at("2026-11-29 10:00"), take({"pas"});  // Sunday
  EXPECT_FALSE(state.taken_week.empty());
  at("2026-11-30 03:00"), wish(Tick{});
  EXPECT_FALSE(state.taken_week.empty()) << "Monday at three is still Sunday's business day";
  at("2026-11-30 04:00");
  EXPECT_TRUE(wish(Tick{}).first<DayStarted>()->new_week);
  EXPECT_TRUE(state.taken_week.empty());
}

TEST_F(Days, AWholeWeekAwayIsANewWeekOnTheSameWeekday) {
  at("2026-11-24 10:00"), take({"pas"});
  at("2026-12-01 10:00");
  EXPECT_TRUE(wish(Tick{}).first<DayStarted>()->new_week);
}

TEST_F(Days, AClockSetBackStaysInTheDayThatHasBegun) {
  at("2026-11-24 04:10");
  EXPECT_EQ(take({"pas"}), "A1");
  at("2026-11-24 03:50");
  EXPECT_EQ(take({"pas"}), "A2") << "no number twice, no day twice";
  EXPECT_EQ(state.day, day_of(2026, 11, 24));
  at("2026-11-24 04:05");
  EXPECT_EQ(take({"pas"}), "A3");
}

TEST_F(Days, ABoardBuiltAfterAClockWasSetBackSendsNobodyToTheWrongDesk) {
  open("d1"), open("d2");
  at("10:00"), take({"pas", "cpr"});
  at("10:01"), next("d1"), finish("d1");
  at("09:30");
  EXPECT_EQ(next("d2"), "A1");
  EXPECT_EQ(board(), "A1@d2");
  finish("d2");  // wish() compares with a board built from the visits alone
  EXPECT_EQ(state_of("A1"), VisitState::done);
}

TEST_F(Days, TheSpringNightHasTwentyThreeHours) {
  at("2026-03-28 04:00");
  const Instant begin = now;
  take({"pas"});
  EXPECT_EQ(state.day, day_of(2026, 3, 28));
  now = begin + 23h - 1ms;
  EXPECT_EQ(take({"pas"}), "A2");
  now = begin + 23h;
  EXPECT_EQ(take({"pas"}), "A3") << "A1 and A2 are still waiting";
  EXPECT_EQ(state.day, day_of(2026, 3, 29));
  EXPECT_EQ(to_clock(facility.zone, now), "04.00");
}

TEST_F(Days, TheAutumnNightHasTwentyFive) {
  at("2026-10-24 04:00");
  const Instant begin = now;
  take({"pas"});
  now = begin + 25h - 1ms;
  take({"pas"});
  EXPECT_EQ(state.day, day_of(2026, 10, 24));
  EXPECT_EQ(next_tick(state, facility, now), now + 1ms);
  now = begin + 25h;
  EXPECT_NE(wish(Tick{}).first<DayStarted>(), nullptr);
  EXPECT_EQ(state.day, day_of(2026, 10, 25));
}

TEST_F(Days, AnHourThatComesTwiceStartsTheDayOnce) {
  facility.site.business_day_starts = Minutes{150};  // 02:30, which comes twice on 25 October
  at("2026-10-24 12:00"), take({"pas"});
  at("2026-10-25 02:30");
  EXPECT_EQ(millis(now), 1792888200000) << "00:30 UTC, the first of the two";
  EXPECT_NE(wish(Tick{}).first<DayStarted>(), nullptr);
  EXPECT_EQ(state.day, day_of(2026, 10, 25));
  for (int minutes = 0; minutes < 180; ++minutes) {
    pass(1min);
    EXPECT_EQ(wish(Tick{}).first<DayStarted>(), nullptr) << to_rfc3339(facility.zone, now);
    EXPECT_LE(next_tick(state, facility, now), now + 1min);
    EXPECT_GE(next_tick(state, facility, now), now) << to_rfc3339(facility.zone, now);
  }
}

TEST_F(Days, ABoxThatWasOffAtTheFirstOfTheTwoHoursLooksAhead) {
  facility.site.business_day_starts = Minutes{150};
  at("2026-10-24 12:00"), take({"pas"});
  at("2026-10-25 02:30");
  now += 45min;   // 02:15 for the second time
  EXPECT_GT(next_due(state, facility, now), now);
  EXPECT_EQ(next_tick(state, facility, now), now + 1min);
}

TEST_F(Days, AnHourThatIsSkippedStartsTheDayAtTheJump) {
  facility.site.business_day_starts = Minutes{150};  // 02:30 does not exist on 29 March
  at("2026-03-28 12:00"), take({"pas"});
  at("2026-03-29 01:59:59");
  EXPECT_EQ(next_tick(state, facility, now), now + 1s);
  EXPECT_EQ(wish(Tick{}).first<DayStarted>(), nullptr);
  pass(1s);
  EXPECT_EQ(to_clock(facility.zone, now), "03.00");
  EXPECT_NE(wish(Tick{}).first<DayStarted>(), nullptr);
}

TEST_F(Days, OpeningHoursFollowTheWallClockOverBothNights) {
  facility.opening = {{127, Minutes{9 * 60}, Minutes{15 * 60}}};
  for (const char* sunday : {"2026-03-29 ", "2026-10-25 "}) {
    at(std::string{sunday} + "08:59:59");
    EXPECT_EQ(take({"cpr"}), "closed");
    at(std::string{sunday} + "09:00");
    EXPECT_EQ(take({"cpr"}).substr(0, 1), "C");
    at(std::string{sunday} + "14:59:59");
    EXPECT_EQ(take({"cpr"}).substr(0, 1), "C");
    at(std::string{sunday} + "15:00");
    EXPECT_EQ(take({"cpr"}), "closed");
  }
}

TEST_F(Days, ALeapDayIsADay) {
  at("2028-02-28 12:00"), take({"pas"});
  at("2028-02-29 12:00"), take({"pas"});
  EXPECT_EQ(to_string(state.day), "2028-02-29");
  EXPECT_EQ(weekday_index(state.day), 1U) << "a Tuesday";
  at("2028-03-01 12:00"), take({"pas"});
  EXPECT_EQ(to_string(state.day), "2028-03-01");
}

TEST_F(Days, TheNextTickIsNeverBehindNorMoreThanAMinuteAhead) {
  open("d1"), take({"pas"}), next("d1"), park("d1", Minutes{1});
  for (int seconds = 0; seconds < 180; ++seconds) {
    const Instant next = next_tick(state, facility, now);
    EXPECT_GE(next, now);
    EXPECT_LE(next, now + 1min);
    pass(1s);
  }
}

TEST(ZoneOf2026, EveryQuarterOfAnHourOfTheYearGoesThereAndBack) {
  const Zone zone = copenhagen();
  const Instant begin{std::chrono::sys_days{year{2026} / 1 / 1}};
  int twice = 0;
  for (Instant at = begin; at < begin + 365 * 24h; at += 15min) {
    const Instant back = zone.to_utc(zone.to_local(at));
    if (back == at) continue;
    ++twice;
    EXPECT_EQ(back, at - 1h) << "only the second passing of an hour that comes twice maps to the first";
  }
  EXPECT_EQ(twice, 4);
}

TEST(ZoneOf2026, OffsetsChangeAtOneOClockUtc) {
  const Zone zone = copenhagen();
  EXPECT_EQ(to_rfc3339(zone, Instant{std::chrono::sys_days{year{2026} / 3 / 29} + 1h - 1s}),
            "2026-03-29T01:59:59+01:00");
  EXPECT_EQ(to_rfc3339(zone, Instant{std::chrono::sys_days{year{2026} / 3 / 29} + 1h}), "2026-03-29T03:00:00+02:00");
  EXPECT_EQ(to_rfc3339(zone, Instant{std::chrono::sys_days{year{2026} / 10 / 25} + 1h - 1s}),
            "2026-10-25T02:59:59+02:00");
  EXPECT_EQ(to_rfc3339(zone, Instant{std::chrono::sys_days{year{2026} / 10 / 25} + 1h}), "2026-10-25T02:00:00+01:00");
}

TEST(ZoneOf2026, WestOfGreenwichAndHalfHours) {
  const Zone west{"West", {{Instant{}, -std::chrono::seconds{12'600}}}};
  EXPECT_EQ(to_rfc3339(west, from_millis(1'795'420'800'000)), "2026-11-23T04:30:00-03:30");
  EXPECT_EQ(business_day(west, Minutes{300}, from_millis(1'795'420'800'000)), day_of(2026, 11, 22));
  EXPECT_EQ(to_rfc3339(Zone{}, from_millis(-1)), "1969-12-31T23:59:59+00:00");
}

}  // namespace
}  // namespace skranke::test
