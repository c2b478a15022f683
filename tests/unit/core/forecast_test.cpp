// Looking ahead with care: what the house learns, what it foretells from that, and how it mends its intervals.
#include <cmath>

#include "core/chance.hpp"
#include "core/estimate.hpp"
#include "core/evolve.hpp"
#include "core/forecast/draws.hpp"
#include "core/forecast/look.hpp"
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using namespace std::chrono_literals;

TEST(Learning, RunningMeanAndVariance) {
  Running running;
  for (const double value : {2.0, 4.0, 9.0}) running.add(value, 100);
  EXPECT_DOUBLE_EQ(running.mean, 5);
  EXPECT_NEAR(running.variance(), (9 + 1 + 16) / 3.0, 1e-12);
}

TEST(Learning, OldValuesFade) {
  Running running;
  for (int i = 0; i < 50; ++i) running.add(1, 10);
  for (int i = 0; i < 50; ++i) running.add(3, 10);
  EXPECT_NEAR(running.mean, 3, 0.02);
  EXPECT_DOUBLE_EQ(running.weight, 10);
}

TEST(Learning, AnIntervalThatMissesIsMendedOnTheSideWhereItMisses) {
  Chance chance{1};
  Calibration calibration;
  int inside = 0, above = 0;
  constexpr int visits = 20'000;
  for (int i = 0; i < visits; ++i) {
    // What is told is half as wide above the middle as it should be.
    const double wait = 600 + 100 * chance.normal();
    const double low = 600 - 128.16 * calibration.lower, high = 600 + 64.08 * calibration.upper;
    inside += wait >= low && wait <= high ? 1 : 0;
    above += wait > high ? 1 : 0;
    calibration.learn(wait, low, high);
  }
  EXPECT_NEAR(inside / double{visits}, 0.8, 0.02);
  EXPECT_NEAR(above / double{visits}, 0.1, 0.01);
  EXPECT_NEAR(calibration.upper, 2, 0.5);
  EXPECT_NEAR(calibration.lower, 1, 0.3);
  EXPECT_EQ(calibration.told, static_cast<std::uint32_t>(visits));
}

TEST(Draws, TheTableIsTheNormalDistribution) {
  const auto& table = forecast::DrawTable::get();
  for (const double z : {-7.5, -3.21, -1.0, -0.017, 0.0, 0.4, 1.2816, 2.9, 5.5, 7.9})
    EXPECT_NEAR(table.above(z), std::erfc(z / std::sqrt(2.0)) / 2, 2e-5) << z;
  for (const double p : {1e-8, 1e-4, 0.003, 0.0499, 0.1, 0.31, 0.5, 0.73, 0.9, 0.9999}) {
    const double z = table.exceeded(p);
    EXPECT_NEAR(std::erfc(z / std::sqrt(2.0)) / 2 / p, 1, p < 0.5 ? 2e-3 : 1e-4) << p;
    EXPECT_NEAR(table.minus_log(p), -std::log(p), 2e-4) << p;
  }
}

TEST(Draws, DrawsAreAsTheirDistribution) {
  forecast::Draws draws{forecast::DrawTable::get()};
  draws.begin(7);
  Running normal, exponential, uniform, member;
  constexpr int times = 200'000;
  for (int i = 0; i < times; ++i) {
    normal.add(draws.normal(), 1e9);
    exponential.add(draws.exponential(3), 1e9);
    uniform.add(draws.uniform(), 1e9);
    member.add(draws.exponential_of(static_cast<std::uint64_t>(i), 5), 1e9);
  }
  EXPECT_NEAR(normal.mean, 0, 0.01);
  EXPECT_NEAR(normal.variance(), 1, 0.02);
  EXPECT_NEAR(exponential.mean, 3, 0.04);
  EXPECT_NEAR(exponential.variance(), 9, 0.3);
  EXPECT_NEAR(uniform.mean, 0.5, 0.005);
  EXPECT_NEAR(member.mean, 5, 0.07);
  EXPECT_EQ(draws.exponential_of(4, 5), draws.exponential_of(4, 5)) << "whenever it is asked for";
}

TEST(TempoOfTheHouse, AUsualDayIsBelievedToBeOne) {
  Tempo tempo;
  Chance chance{3};
  Instant at = from_millis(1'795'420'800'000);
  Running seen;
  for (int i = 0; i < 300; ++i) tempo.ended(at += 2min, 0.5 * chance.normal(), 0.5), seen.add(std::abs(tempo.mean()), 1e9);
  EXPECT_LT(seen.mean, 0.08);
}

TEST(TempoOfTheHouse, WhatTakesLongerAtAllDesksIsNoticedWithinAnHourAndForgottenAtNight) {
  Running noticed;
  for (std::uint64_t day = 0; day < 200; ++day) {
    Tempo tempo;
    Chance chance{key_of({9, day})};
    Instant at = from_millis(1'795'420'800'000);
    for (int i = 0; i < 50; ++i) tempo.ended(at += 2min, 0.5 * chance.normal(), 0.5);
    for (int i = 0; i < 25; ++i) tempo.ended(at += 2min, 0.336 + 0.5 * chance.normal(), 0.5);
    noticed.add(tempo.mean(), 1e9);
    tempo.night();
    EXPECT_EQ(tempo.mean(), 0);
  }
  EXPECT_GT(noticed.mean, 0.15) << "forty per cent longer is 0.336";
  EXPECT_LT(noticed.mean, 0.42);
}

TEST(TempoOfTheHouse, ABeliefGrowsOldAndOneMonsterMovesLittle) {
  Tempo tempo;
  Instant at = from_millis(1'795'420'800'000);
  tempo.ended(at, 4, 0.5);
  EXPECT_LT(tempo.mean(), 0.15);
  for (int i = 0; i < 30; ++i) tempo.ended(at += 2min, 0.4, 0.5);
  const auto sure = tempo.belief(at), later = tempo.belief(at + 12h);
  EXPECT_GT(sure[8], later[8]) << "0.4 more";
  double sum = 0;
  for (const double each : later) sum += each;
  EXPECT_NEAR(sum, 1, 1e-6);
}

class Ahead : public Room {
 public:
  [[nodiscard]] Estimate newcomer(const char* service) const { return foretold(state, facility, ServiceId{service}, newcomer_rank(now), now); }
  /// A morning of visits that take just so long, one after the other.
  void teach(const char* desk, const char* service, std::chrono::seconds each, int times) {
    for (int i = 0; i < times; ++i) {
      take({service});
      next(desk);
      start(desk);
      pass(each);
      finish(desk);
    }
  }
};

TEST_F(Ahead, AnIdleDeskMeansNow) {
  open("d1");
  EXPECT_EQ(newcomer("pas").p90, 0s);
}

TEST_F(Ahead, SameStateSameAnswer) {
  open("d1");
  for (int i = 0; i < 10; ++i) take({"pas"});
  next("d1");
  const Estimate first = newcomer("pas"), second = newcomer("pas");
  EXPECT_EQ(first.p10, second.p10);
  EXPECT_EQ(first.p90, second.p90);
  EXPECT_LT(first.p10, first.p50);
  EXPECT_LT(first.p50, first.p90);
}

TEST_F(Ahead, LearnsHowLongThingsTake) {
  open("d1");
  for (int i = 0; i < 5; ++i) take({"pas"});
  const Estimate before = newcomer("pas");
  for (const char* number : {"A1", "A2", "A3", "A4", "A5"}) leave(number);
  teach("d1", "pas", 120s, 60);
  for (int i = 0; i < 5; ++i) take({"pas"});
  next("d1"), start("d1");
  const Estimate after = newcomer("pas");
  EXPECT_LT(after.p50, before.p50 / 2) << "the facility says twelve minutes, the house has seen two";
  EXPECT_NEAR(std::chrono::duration<double>(after.p50).count(), 5 * 120, 150);
}

TEST_F(Ahead, TimeAtTheDeskCounts) {
  open("d1");
  teach("d1", "pas", 600s, 40);
  take({"pas"}), next("d1"), start("d1");
  const Estimate at_first = newcomer("pas");
  pass(400s);
  const Estimate later = newcomer("pas");
  EXPECT_LT(later.p50, at_first.p50 - 200s);
  pass(900s);
  EXPECT_GT(newcomer("pas").p50, 0s) << "long over time, and still not free";
}

TEST_F(Ahead, TwoDesksHalveTheWait) {
  open("d1");
  for (int i = 0; i < 12; ++i) take({"pas"});
  next("d1"), start("d1");
  const double one = std::chrono::duration<double>(newcomer("pas").p50).count();
  open("d2");
  next("d2"), start("d2");
  const double two = std::chrono::duration<double>(newcomer("pas").p50).count();
  EXPECT_NEAR(two / one, 0.5, 0.12);
}

TEST_F(Ahead, WhoIsServedForLongAlreadySaysThatAllIsSlow) {
  open("d1"), open("d2");
  teach("d1", "pas", 600s, 30);
  for (int i = 0; i < 8; ++i) take({"pas"});
  next("d1"), start("d1"), next("d2"), start("d2");
  pass(1800s);
  const auto slow = forecast::room_of(state, facility, now, nullptr).tempi;
  pass(-1790s);
  const auto usual = forecast::room_of(state, facility, now, nullptr).tempi;
  const auto mean = [](const auto& tempi) {
    double sum = 0;
    for (const auto& each : tempi) sum += each.share * each.value;
    return sum;
  };
  EXPECT_GT(mean(slow), mean(usual) + 0.01);
}

TEST_F(Ahead, FurtherStepsAreForetoldWithTheErrandsBetween) {
  open("d2");
  for (int i = 0; i < 3; ++i) take({"pas"});
  const std::string own = take({"cpr", "siri"});
  next("d2"), start("d2");
  const auto steps = foretold_steps(state, facility, visit(own).serial, now);
  ASSERT_EQ(steps.size(), 2U);
  const Estimate first = steps[0].second, later = steps[1].second;
  EXPECT_EQ(steps[0].first, 0);
  EXPECT_EQ(steps[1].first, 1);
  const auto cpr = expected_service(facility, ServiceId{"cpr"}, 1);
  EXPECT_GT(later.p50, first.p50 + cpr / 2) << "siri comes after cpr";
  EXPECT_GT(later.p10, first.p10);
  const Estimate alone = foretold(state, facility, ServiceId{"cpr"}, QueueEntry{true, visit(own).anchor, visit(own).serial, 0}, now);
  EXPECT_NEAR(std::chrono::duration<double>(first.p50).count(), std::chrono::duration<double>(alone.p50).count(), 180) << "both looks agree on the first";
}

TEST_F(Ahead, WhoIsAtADeskComesBackForTheNextStepAndTakesATurn) {
  open("d2");
  take({"cpr", "siri"});
  next("d2"), start("d2");
  pass(60s);
  forecast::Hall hall = forecast::hall_of(state, facility, ServiceId{"pas"}, newcomer_rank(now), now);
  ASSERT_EQ(hall.later.size(), 1U);
  EXPECT_EQ(hall.desks[0].visit, hall.later[0].visit);
  const Estimate with = forecast::told_from(hall, 1, {});
  hall.later.clear();
  EXPECT_GT(with.p50, forecast::told_from(hall, 1, {}).p50 + 300s) << "siri goes first: it kept its place";
}

TEST_F(Ahead, ABookingIsToldWhetherItWillBeCalledOnTime) {
  open("d1"), open("d2");
  BookingMade made;
  made.booking = BookingId{"00000001"};
  made.parts = {{ServiceId{"pas"}, now + 30min, now + 42min}};
  evolve(state, Event{now, made});
  const auto& booking = *state.find(made.booking);
  const auto calm = foretold_lateness(state, facility, booking, now);
  ASSERT_TRUE(calm);
  EXPECT_EQ(calm->p50, 0s);
  for (int i = 0; i < 25; ++i) take({"siri"});   // d2 alone
  for (int i = 0; i < 25; ++i) take({"pas"});
  next("d1"), start("d1"), next("d2"), start("d2");
  facility.rules.policy = "fifo";
  const auto full = foretold_lateness(state, facility, booking, now);
  ASSERT_TRUE(full);
  EXPECT_GT(full->p50, 20min);
  EXPECT_FALSE(foretold_lateness(state, facility, booking, now - 4h)) << "nobody knows yet";
  EXPECT_FALSE(foretold_lateness(state, facility, booking, now + 31min)) << "its time is past";
}

TEST_F(Ahead, WhatWasToldIsAFactAndIsJudgedAtTheCall) {
  open("d1");
  for (int i = 0; i < 3; ++i) take({"pas"});
  next("d1"), start("d1");
  take({"pas"});
  const VisitId id = visit("A4").id;
  EXPECT_TRUE(wish(TellEstimate{id}).done());
  ASSERT_TRUE(visit("A4").told.has_value());
  EXPECT_EQ(visit("A4").told->at, now);
  EXPECT_TRUE(wish(TellEstimate{id}).events.empty()) << "told once";
  leave("A2"), leave("A3");
  pass(30s);
  finish("d1");
  EXPECT_EQ(next("d1"), "A4");
  EXPECT_EQ(state.learned.walk_in.told, 1U);
  EXPECT_EQ(state.learned.walk_in.below, 1U) << "those before gave up: called sooner than told";
}

TEST_F(Ahead, WhatWasToldStaysToldWhenTheDeskTakesSomethingBack) {
  open("d1");
  take({"pas"}), next("d1"), start("d1");
  EXPECT_TRUE(wish(Transfer{DeskId{"d1"}, ServiceId{"pas"}, {}, Place::end}).done());
  EXPECT_TRUE(wish(TellEstimate{visit("A1").id}).done());
  const auto told = visit("A1").told;
  ASSERT_TRUE(told.has_value());
  EXPECT_TRUE(wish(Undo{DeskId{"d1"}}).done());
  EXPECT_EQ(visit("A1").state, VisitState::serving);
  EXPECT_EQ(visit("A1").told, told);
}

TEST_F(Ahead, AQueueOfAHundredIsToldWhatWasLearned) {
  open("d1");
  teach("d1", "pas", 120s, 60);
  for (int i = 0; i < 100; ++i) take({"pas"});
  EXPECT_LT(newcomer("pas").p50, outlook(state, facility, ServiceId{"pas"}, newcomer_rank(now), now).estimate.p50 / 3) << "two minutes each, and some give up";
}

TEST_F(Ahead, ALongQueueGetsTheQuickAnswer) {
  open("d1");
  for (std::size_t i = 0; i <= careful_max; ++i) take({"pas"});
  EXPECT_EQ(newcomer("pas").p50, outlook(state, facility, ServiceId{"pas"}, newcomer_rank(now), now).estimate.p50);
}

TEST_F(Ahead, NobodyOpenYetIsAnsweredToo) {
  take({"pas"});
  EXPECT_GE(newcomer("pas").p90, newcomer("pas").p10);
  EXPECT_LT(newcomer("pas").p90, 3h);
}

}  // namespace
}  // namespace skranke::test
