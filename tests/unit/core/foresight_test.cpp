// What citizens are shown between two looks ahead, and how what they were told is judged.
#include "core/evolve.hpp"
#include "core/foresight.hpp"
#include "core/told_record.hpp"
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using namespace std::chrono_literals;

class Shown : public Room {
 public:
  [[nodiscard]] Foreseen round() const {
    const auto seen = glance(state, facility, now);
    return seen ? foresee(*seen) : Foreseen{};
  }
};

TEST_F(Shown, ARoundKnowsEveryoneWhoWaitsAndWhoCouldCome) {
  open("d1");
  for (int i = 0; i < 6; ++i) take({"pas"});
  next("d1"), start("d1");
  Foresight foresight;
  EXPECT_TRUE(foresight.lay(round()));
  const auto first = foresight.of(visit("A2").serial, now), last = foresight.of(visit("A6").serial, now), newcomer = foresight.newcomer(ServiceId{"pas"}, now);
  ASSERT_TRUE(first && last && newcomer);
  EXPECT_LT(first->p50, last->p50);
  EXPECT_LT(last->p50, newcomer->p50);
  EXPECT_FALSE(foresight.of(visit("A1").serial, now)) << "is at the desk";
  const Estimate alone = foretold(state, facility, ServiceId{"pas"}, newcomer_rank(now), now);
  EXPECT_NEAR(std::chrono::duration<double>(newcomer->p50).count(), std::chrono::duration<double>(alone.p50).count(), 180) << "the round and the single look agree";
}

TEST_F(Shown, FurtherStepsAndBookingsAreInTheRound) {
  open("d2");
  for (int i = 0; i < 4; ++i) take({"pas"});
  const std::string own = take({"cpr", "siri"});
  next("d2"), start("d2");
  BookingMade made;
  made.booking = BookingId{"00000001"};
  made.parts = {{ServiceId{"pas"}, now + 20min, now + 32min}};
  evolve(state, Event{now, made});
  made.booking = BookingId{"00000002"};
  made.parts = {{ServiceId{"pas"}, now + 5h, now + 5h + 12min}};
  evolve(state, Event{now, made});
  Foresight foresight;
  foresight.lay(round());
  const auto first = foresight.of(visit(own).serial, now), later = foresight.of_step(visit(own).serial, 1, now);
  ASSERT_TRUE(first && later);
  EXPECT_GT(later->p50, first->p50);
  EXPECT_TRUE(foresight.late(BookingId{"00000001"}));
  EXPECT_FALSE(foresight.late(BookingId{"00000002"})) << "too far ahead";
  foresight.forget();
  EXPECT_FALSE(foresight.of_step(visit(own).serial, 1, now) || foresight.late(BookingId{"00000001"}));
}

TEST_F(Shown, NothingIsPromisedWhereNoDeskIsOpen) {
  take({"pas"});
  EXPECT_TRUE(round().visits.empty());
  EXPECT_TRUE(round().newcomers.empty());
}

TEST_F(Shown, ALongQueueIsNotPlayed) {
  open("d1");
  for (std::size_t i = 0; i <= careful_max; ++i) take({"pas"});
  EXPECT_FALSE(glance(state, facility, now).has_value());
}

TEST_F(Shown, ANewcomersFigureGrowsOld) {
  open("d1");
  Foresight foresight;
  foresight.lay(round());
  EXPECT_TRUE(foresight.newcomer(ServiceId{"pas"}, now + 60s));
  EXPECT_FALSE(foresight.newcomer(ServiceId{"pas"}, now + 61s));
}

TEST_F(Shown, WhatIsShownMovesSeldom) {
  const ShownWait shown = settled(std::nullopt, {600s, 900s, 1200s}, now);
  EXPECT_EQ(settled(shown, {500s, 840s, 1110s}, now + 60s), shown) << "still true";
  EXPECT_NE(settled(shown, {300s, 500s, 900s}, now + 60s), shown) << "the middle is sooner than shown";
  EXPECT_NE(settled(shown, {600s, 1000s, 1300s}, now + 60s), shown) << "it may take longer than shown";
  EXPECT_NE(settled(shown, {780s, 840s, 900s}, now + 60s), shown) << "much is known now";
}

TEST_F(Shown, TheClockRunsThroughTheRange) {
  Foresight foresight;
  foresight.lay({now, {{Serial{7}, {60s, 120s, 300s}}}, {}, {}, {}});
  EXPECT_EQ(foresight.of(7, now + 90s)->p10, 0s);
  EXPECT_EQ(foresight.of(7, now + 90s)->p50, 30s);
  EXPECT_EQ(foresight.of(7, now + 90s)->p90, 210s);
  EXPECT_FALSE(foresight.lay({now + 15s, {{Serial{7}, {50s, 110s, 290s}}}, {}, {}, {}})) << "nothing moved";
  EXPECT_TRUE(foresight.lay({now + 30s, {}, {}, {}, {}})) << "is gone";
}

TEST_F(Shown, StepsOfOneVisitAreOneVisit) {
  open("d1"), open("d2");
  take({"pas"});
  next("d1"), start("d1");
  take({"cpr", "siri"});
  const auto seen = glance(state, facility, now);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->asks.size(), 1U);
}

TEST_F(Shown, WhatWasWorkedOutBesideTheRoomIsAFact) {
  open("d1");
  for (int i = 0; i < 3; ++i) take({"pas"});
  const Told told{now, 60, 120, 300};
  EXPECT_TRUE(wish(TellEstimate{visit("A3").id, told}).done());
  EXPECT_EQ(visit("A3").told, told);
  EXPECT_TRUE(wish(TellEstimate{visit("A3").id, Told{now, 1, 2, 3}}).events.empty()) << "told once";
  next("d1");
  EXPECT_TRUE(wish(TellEstimate{visit("A1").id, told}).events.empty()) << "was called in the meantime";
}

Event event_at(Instant at, EventBody body) { return {at, std::move(body)}; }

TEST(ToldRecord, HoldsWhatWasToldAgainstTheFirstCall) {
  const Instant nine = from_millis(1'767'600'000'000);
  ToldRecord record;
  const auto taken = [&](Serial serial, bool booked) {
    VisitTaken visit;
    visit.serial = serial;
    visit.steps = {{ServiceId{"pas"}, AuthorityId{"house"}, {}}};
    if (booked) visit.booked_for = nine;
    record.see(event_at(nine, visit));
  };
  for (const Serial serial : {1, 2, 3, 4}) taken(serial, serial == 3);
  for (const Serial serial : {1, 2, 3}) record.see(event_at(nine, EstimateTold{serial, {nine, 300, 600, 900}}));
  const auto call = [&](Serial serial, std::chrono::seconds after) { record.see(event_at(nine + after, VisitCalled{serial, DeskId{"d1"}, 0, Why::longest_wait, {}, {}})); };
  call(1, 600s), call(1, 700s), call(2, 1000s), call(3, 200s), call(4, 100s);
  ASSERT_EQ(record.rows().size(), 2U);
  const ToldTally& walk_in = record.rows().at({ServiceId{"pas"}, ToldKind::walk_in});
  EXPECT_EQ(walk_in.judged, 2U) << "a second call is not judged again, nor who was told nothing";
  EXPECT_EQ(walk_in.inside, 1U);
  EXPECT_EQ(walk_in.beyond, 1U);
  EXPECT_EQ(walk_in.within_5, 1U);
  EXPECT_DOUBLE_EQ(walk_in.mean(walk_in.error_s), 200);
  EXPECT_EQ(record.rows().at({ServiceId{"pas"}, ToldKind::booked}).judged, 1U);
  EXPECT_EQ(record.all().judged, 3U);
  EXPECT_EQ(record.told(), 3U);
  EXPECT_EQ(record.all().below_low, 1U) << "200 seconds";
  EXPECT_EQ(record.all().below_middle, 1U) << "600 seconds are the middle itself";
  ASSERT_EQ(record.hours().size(), 1U);
  EXPECT_EQ(record.hours().at(8).judged, 3U) << "told at eight in the morning by this clock";
}

struct ToldAhead : testing::Test {
  const Instant nine = from_millis(1'767'600'000'000);
  ToldRecord record;
  void taken(Instant at, std::optional<Instant> booked_for) {
    VisitTaken visit;
    visit.serial = 1;
    visit.steps = {{ServiceId{"cpr"}, AuthorityId{"house"}, {}}, {ServiceId{"pas"}, AuthorityId{"house"}, {0}}};
    visit.booked_for = booked_for;
    visit.booking = BookingId{"b1"};
    record.see(event_at(at, visit));
  }
  void call(Instant at, std::uint8_t step) { record.see(event_at(at, VisitCalled{1, DeskId{"d1"}, step, Why::longest_wait, {}, {}})); }
};
TEST_F(ToldAhead, AFurtherStepIsAKindOfItsOwn) {
  taken(nine, {});
  record.see(event_at(nine, StepForetold{1, 1, {nine, 600, 900, 1200}}));
  record.see(event_at(nine + 60s, StepForetold{1, 1, {nine + 60s, 1, 2, 3}}));
  call(nine + 300s, 0), call(nine + 1000s, 1);
  ASSERT_EQ(record.rows().size(), 1U);
  const ToldTally& later = record.rows().at({ServiceId{"pas"}, ToldKind::later_step});
  EXPECT_EQ(later.judged, 1U);
  EXPECT_EQ(later.inside, 1U) << "what was told first counts";
  EXPECT_EQ(record.all().judged, 0U) << "first calls only";
  EXPECT_TRUE(record.hours().empty());
  call(nine + 2000s, 1);
  EXPECT_EQ(record.of(ToldKind::later_step).judged, 1U);
}

TEST_F(ToldAhead, WhoGoesOnWithTheSameClerkWasNotLate) {
  taken(nine, {});
  record.see(event_at(nine, StepForetold{1, 1, {nine, 600, 900, 1200}}));
  record.see(event_at(nine + 500s, VisitContinued{1, DeskId{"d1"}, 1}));
  EXPECT_EQ(record.of(ToldKind::later_step).below_low, 1U);
}

TEST_F(ToldAhead, ABookingIsLateFromItsTimeOrItsArrival) {
  record.see(event_at(nine, BookingForetold{BookingId{"b1"}, {nine, 0, 60, 240}}));
  taken(nine + 3500s, nine + 3600s);
  call(nine + 3840s, 0);
  EXPECT_EQ(record.of(ToldKind::on_time).inside, 1U) << "240 seconds late";
  EXPECT_EQ(record.rows().count({ServiceId{"cpr"}, ToldKind::on_time}), 1U);
  record.see(event_at(nine, BookingForetold{BookingId{"b1"}, {nine, 0, 60, 240}}));
  taken(nine + 3900s, nine + 3600s);
  call(nine + 4139s, 0);
  EXPECT_EQ(record.of(ToldKind::on_time).inside, 2U) << "239 seconds after arrival";
}

TEST_F(ToldAhead, WhatWasToldOfAnotherTimeOrLeftIsNotJudged) {
  record.see(event_at(nine, BookingForetold{BookingId{"b1"}, {nine, 0, 60, 240}}));
  BookingMoved moved;
  moved.booking = BookingId{"b1"};
  record.see(event_at(nine, moved));
  taken(nine, nine);
  call(nine + 30s, 0);
  EXPECT_TRUE(record.rows().empty());
  record.see(event_at(nine, BookingForetold{BookingId{"b1"}, {nine, 0, 60, 240}}));
  taken(nine, nine);
  record.see(event_at(nine, StepForetold{1, 1, {nine, 600, 900, 1200}}));
  record.see(event_at(nine, VisitLeft{1, {}}));
  call(nine + 60s, 0), call(nine + 700s, 1);
  EXPECT_TRUE(record.rows().empty());
}

}  // namespace
}  // namespace skranke::test
