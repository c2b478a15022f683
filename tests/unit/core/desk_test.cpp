// At the desk: from the call to the end of a visit, and all that can come between.
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using namespace std::chrono_literals;

class AtDesk : public Room {
 public:
  AtDesk() {
    at("09:00");
    open("d1");
    open("d2");
    take({"pas"});
    take({"pas"});
    at("09:05");
    EXPECT_EQ(next("d1"), "A1");
  }
};

TEST_F(AtDesk, ARecallWaitsItsTimeAndSaysHowLong) {
  pass(19'999ms);
  const auto outcome = wish(Recall{DeskId{"d1"}});
  EXPECT_EQ(outcome.reason(), "recall_too_soon");
  EXPECT_EQ(outcome.refusal->retry_after, std::optional{1s});
  pass(1ms);
  EXPECT_EQ(recall("d1"), "");
  EXPECT_EQ(visit("A1").steps[0].attempts, 2U);
  EXPECT_EQ(state.calls.front().attempt, 2U);
  EXPECT_EQ(recall("d1"), "recall_too_soon") << "the pause begins anew";
}

TEST_F(AtDesk, RecallsEndAtTheirLimit) {
  for (int i = 0; i < facility.rules.recalls_max; ++i) {
    pass(20s);
    EXPECT_EQ(recall("d1"), "");
  }
  pass(20s);
  EXPECT_EQ(recall("d1"), "recall_limit");
  EXPECT_EQ(visit("A1").steps[0].attempts, 4U);
}

TEST_F(AtDesk, OnlyACalledVisitIsRecalledStartedOrMissed) {
  EXPECT_EQ(recall("d2"), "desk_idle");
  EXPECT_EQ(start("d3"), "desk_closed");
  EXPECT_EQ(start("d1"), "");
  pass(20s);
  EXPECT_EQ(recall("d1"), "wrong_state");
  EXPECT_EQ(start("d1"), "wrong_state");
  EXPECT_EQ(no_show("d1"), "wrong_state");
}

TEST_F(AtDesk, ServingIsCountedFromStartToFinish) {
  at("09:06"), start("d1");
  at("09:20");
  EXPECT_EQ(finish("d1", core::Outcome::needs_documents), "");
  EXPECT_EQ(state_of("A1"), VisitState::done);
  EXPECT_EQ(visit("A1").steps[0].outcome, core::Outcome::needs_documents);
  EXPECT_EQ(desk("d1").served_today, 1U);
  EXPECT_EQ(desk("d1").service_ms_today, 14 * 60'000);
  EXPECT_EQ(state.counts.done, 1U);
  EXPECT_EQ(finish("d1"), "desk_idle");
}

TEST_F(AtDesk, FinishingWithoutStartCountsFromTheLastCall) {
  at("09:06"), recall("d1");
  at("09:10");
  EXPECT_EQ(finish("d1"), "");
  EXPECT_EQ(desk("d1").service_ms_today, 4 * 60'000);
  EXPECT_EQ(visit("A1").steps[0].started_at, visit("A1").steps[0].last_call_at);
}

TEST_F(AtDesk, WhoLeavesDuringServiceTakesTheOtherStepsAlong) {
  finish("d1");
  take({"pas", "cpr"});
  open("d2", {"pas"});
  next("d2");
  finish("d2");
  EXPECT_EQ(next("d2"), "A3");
  EXPECT_EQ(finish("d2", core::Outcome::left), "");
  EXPECT_EQ(state_of("A3"), VisitState::done);
  EXPECT_EQ(queue("cpr"), "");
}

TEST_F(AtDesk, WhatWasDoneMustBeServicesOfTheSite) {
  EXPECT_EQ(wish(FinishService{DeskId{"d1"}, core::Outcome::settled, {{ServiceId{"pas"}, 1}, {ServiceId{"fiske"}, 1}}})
                .refusal->field,
            "services_done[1]");
  EXPECT_TRUE(wish(FinishService{DeskId{"d1"}, core::Outcome::settled, {{ServiceId{"pas"}, 3}}}).done());
  EXPECT_EQ(visit("A1").steps[0].done[0].quantity, 3U);
}

TEST_F(AtDesk, WhoIsMissedMayComeBackToTheOldPlace) {
  at("09:07");
  EXPECT_EQ(no_show("d1"), "");
  EXPECT_EQ(state_of("A1"), VisitState::no_show);
  EXPECT_EQ(state.counts.no_show, 1U);
  EXPECT_EQ(desk("d1").visit, 0U);
  EXPECT_EQ(come_back("A1"), "");
  EXPECT_EQ(queue("pas"), "A1 A2");
  EXPECT_EQ(state.counts.no_show, 0U);
  EXPECT_EQ(come_back("A1"), "wrong_state");
}

TEST_F(AtDesk, AParkedVisitComesBackByItselfWhenItsTimeIsUp) {
  EXPECT_EQ(park("d1", Minutes{5}), "");
  EXPECT_EQ(state_of("A1"), VisitState::parked);
  EXPECT_EQ(queue("pas"), "A2");
  EXPECT_EQ(next_tick(state, facility, now), now + 1min) << "at the latest a minute ahead";
  pass(4min + 30s);
  EXPECT_EQ(next_tick(state, facility, now), now + 30s);
  EXPECT_TRUE(wish(Tick{}).events.empty());
  pass(30s);
  EXPECT_NE(wish(Tick{}).first<VisitUnparked>(), nullptr);
  EXPECT_EQ(queue("pas"), "A1 A2");
}

TEST_F(AtDesk, AParkedVisitMayComeBackEarlierOrBeServedFromStart) {
  start("d1");
  EXPECT_EQ(park("d1"), "");
  EXPECT_EQ(visit("A1").parked_until, now + 10min);
  EXPECT_EQ(come_back("A1"), "");
  EXPECT_EQ(queue("pas"), "A1 A2");
}

TEST_F(AtDesk, ParkingHasBounds) {
  EXPECT_EQ(park("d1", Minutes{0}), "wrong_content");
  EXPECT_EQ(park("d1", Minutes{-5}), "wrong_content");
  EXPECT_EQ(park("d1", Minutes{24 * 60 + 1}), "wrong_content");
  EXPECT_EQ(state_of("A1"), VisitState::called);
  EXPECT_EQ(park("d1", Minutes{24 * 60}), "");
}

TEST_F(AtDesk, TransferKeepsThePlaceTakesTheFrontOrTheEnd) {
  take({"cpr"});
  at("09:10"), take({"cpr"});
  EXPECT_EQ(transfer("d1", "cpr"), "");
  EXPECT_EQ(queue("cpr"), "A1 C1 C2");
  next("d1");  // A1 again
  pass(1s);
  EXPECT_EQ(transfer("d1", "cpr", {}, Place::end), "");
  EXPECT_EQ(queue("cpr"), "C1 C2 A1");
  EXPECT_EQ(next("d1"), "A2");
  EXPECT_EQ(transfer("d1", "cpr", {}, Place::front), "");
  EXPECT_EQ(queue("cpr"), "A2 C1 C2 A1");
  EXPECT_EQ(next("d1"), "A2");
  EXPECT_EQ(visit("A2").current_step()->why, Why::front);
  finish("d1");
  EXPECT_EQ(state_of("A2"), VisitState::done) << "the step it was moved from is over";
}

TEST_F(AtDesk, AFrontPlaceEndsWithTheServiceItWasFor) {
  finish("d1");
  take({"pas", "cpr"});
  open("d1", {"pas"});
  next("d1");
  finish("d1");
  next("d1");
  transfer("d1", {}, "d1", Place::front);
  EXPECT_TRUE(visit("A3").front);
  next("d1");
  finish("d1");
  EXPECT_FALSE(visit("A3").front);
}

TEST_F(AtDesk, TransferToADeskTiesTheStepToIt) {
  EXPECT_EQ(transfer("d1", {}, "d2"), "");
  EXPECT_EQ(next("d1"), "A2") << "A1 waits for desk 2 only";
  EXPECT_EQ(next("d2"), "A1");
  EXPECT_EQ(visit("A1").current_step()->why, Why::only_one);
}

TEST_F(AtDesk, TransferOnlyToWhereItCanBeServed) {
  EXPECT_EQ(transfer("d1", {}, "d3"), "wrong_desk");
  EXPECT_EQ(transfer("d1", "cpr", "d3"), "wrong_desk");
  EXPECT_EQ(transfer("d1", "siri", "d9"), "unknown_desk");
  EXPECT_EQ(transfer("d1", "fiske"), "unknown_service");
  EXPECT_EQ(transfer("d1", {}, {}), "wrong_content");
  EXPECT_EQ(transfer("d2", "cpr"), "desk_idle");
  EXPECT_EQ(transfer("d1", "siri", "d3"), "");
}

TEST_F(AtDesk, TransfersOfOneVisitAreBounded) {
  for (std::size_t i = 0; i < 15; ++i) {
    ASSERT_EQ(transfer("d1", i % 2 == 0 ? "cpr" : "pas", {}, Place::front), "");
    ASSERT_EQ(next("d1"), "A1");
  }
  EXPECT_EQ(transfer("d1", "cpr"), "wrong_state");
}

TEST_F(AtDesk, LeavingIsPossibleFromAnywhereButTheServiceItself) {
  EXPECT_EQ(leave("A2"), "") << "waiting";
  EXPECT_EQ(leave("A1"), "") << "called";
  EXPECT_EQ(desk("d1").visit, 0U) << "the desk is free at once";
  EXPECT_EQ(leave("A1"), "wrong_state") << "gone already";
  EXPECT_EQ(state.counts.left, 2U);
  EXPECT_EQ(come_back("A1"), "");
  EXPECT_EQ(state.counts.left, 1U);
  EXPECT_EQ(next("d1"), "A1");
  start("d1");
  EXPECT_EQ(leave("A1"), "wrong_state") << "served";
  park("d1");
  EXPECT_EQ(leave("A1"), "") << "parked";
  EXPECT_EQ(wish(LeaveQueue{VisitId{"nobody"}}).reason(), "unknown_visit");
}

TEST_F(AtDesk, WhoComesBackGetsOnlyTheOpenStepsAgain) {
  EXPECT_EQ(transfer("d1", "cpr"), "");
  leave("A1");
  come_back("A1");
  EXPECT_EQ(queue("pas"), "A2");
  EXPECT_EQ(queue("cpr"), "A1");
}

TEST_F(AtDesk, NobodyComesBackToWhatIsNoLongerOffered) {
  transfer("d1", "siri", "d3");
  leave("A1");
  const auto desks = facility.desks;
  facility.desks.pop_back();
  EXPECT_EQ(come_back("A1"), "unknown_desk");
  facility.desks = desks;
  const auto services = facility.services;
  facility.services.resize(2);
  EXPECT_EQ(come_back("A1"), "unknown_service");
  facility.services = services;
  EXPECT_EQ(come_back("A1"), "");
}

TEST_F(AtDesk, ABusyDeskNeitherClosesNorPauses) {
  EXPECT_EQ(wish(CloseDesk{DeskId{"d1"}}).reason(), "desk_busy");
  EXPECT_EQ(wish(PauseDesk{DeskId{"d1"}, "kaffe"}).reason(), "desk_busy");
  finish("d1");
  EXPECT_TRUE(wish(PauseDesk{DeskId{"d1"}, "kaffe"}).done());
  EXPECT_EQ(desk("d1").reason, "kaffe");
  EXPECT_TRUE(wish(PauseDesk{DeskId{"d1"}, "møde"}).done()) << "another reason for the same break";
  EXPECT_EQ(desk("d1").reason, "møde");
  EXPECT_TRUE(wish(OpenDesk{DeskId{"d1"}, "clerk", {}}).done()) << "opening ends a break";
  EXPECT_EQ(desk("d1").phase, DeskPhase::open);
  EXPECT_EQ(desk("d1").reason, "");
  EXPECT_TRUE(wish(ResumeDesk{DeskId{"d1"}}).events.empty());
  EXPECT_TRUE(wish(CloseDesk{DeskId{"d1"}}).done());
  EXPECT_EQ(desk("d1").clerk, "");
  EXPECT_TRUE(wish(CloseDesk{DeskId{"d1"}}).events.empty());
  EXPECT_EQ(wish(PauseDesk{DeskId{"d1"}, ""}).reason(), "desk_closed");
  EXPECT_EQ(wish(ResumeDesk{DeskId{"d1"}}).reason(), "desk_closed");
}

TEST_F(AtDesk, AFacilityKeepsWhatSomebodyNeeds) {
  const auto apply = [&](std::vector<const char*> services, std::vector<const char*> desks) {
    ApplyFacility wanted{7, "# new", {}, {}};
    for (const char* id : services) wanted.services.emplace_back(id);
    for (const char* id : desks) wanted.desks.emplace_back(id);
    const auto outcome = wish(wanted);
    return outcome.done() ? "" : outcome.reason() + ": " + outcome.refusal->field;
  };
  EXPECT_EQ(apply({"cpr", "siri"}, {"d1", "d2"}), "in_use: service pas");
  EXPECT_EQ(apply({"pas"}, {"d2"}), "in_use: desk d1") << "open";
  transfer("d1", "siri", "d3");
  EXPECT_EQ(apply({"pas", "siri"}, {"d1", "d2"}), "in_use: desk d3") << "A1 was sent there, closed as it is";
  leave("A1");
  EXPECT_EQ(apply({"pas"}, {"d1", "d2"}), "");
  EXPECT_EQ(state.facility_version, 7U);
}

}  // namespace
}  // namespace skranke::test
