// Who is called next, and why.
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using Call = Room;

const Step& step_of(const Room& room, const std::string& number, std::size_t step = 0) {
  return room.visit(number).steps[step];
}

TEST_F(Call, TakesWhoeverHasWaitedLongestAcrossTheDesksServices) {
  at("09:00"), take({"cpr"});
  at("09:01"), take({"pas"});
  at("09:02"), take({"cpr"});
  open("d1");
  EXPECT_EQ(next("d1"), "C1");
  EXPECT_EQ(step_of(*this, "C1").why, Why::longest_wait);
  EXPECT_EQ(step_of(*this, "C1").runner_up, "A1");
  EXPECT_EQ(board(), "C1@d1");
  finish("d1");
  EXPECT_EQ(next("d1"), "A1");
  finish("d1");
  EXPECT_EQ(next("d1"), "C2");
  EXPECT_EQ(step_of(*this, "C2").why, Why::only_one);
  EXPECT_EQ(step_of(*this, "C2").runner_up, "");
  finish("d1");
  EXPECT_EQ(next("d1"), "nobody");
}

TEST_F(Call, ArrivalDecidesBetweenTwoOfTheSameMoment) {
  take({"cpr"});
  take({"pas"});
  open("d2");
  EXPECT_EQ(next("d2"), "C1");
  finish("d2");
  EXPECT_EQ(next("d2"), "A1");
}

TEST_F(Call, APriorityCountsAsHavingWaitedLonger) {
  at("09:00"), take({"pas"});
  at("09:31"), take({"pas"}, "elderly");
  at("09:31"), take({"pas"});
  open("d1");
  EXPECT_EQ(next("d1"), "A1") << "31 minutes are more than the head start of 30";
  finish("d1");
  EXPECT_EQ(next("d1"), "A2");
  EXPECT_EQ(step_of(*this, "A2").why, Why::priority);
  EXPECT_EQ(step_of(*this, "A2").runner_up, "A3");
}

TEST_F(Call, AHeadStartDoesNotOvertakeALongerWaitEvenByAMillisecond) {
  at("09:00"), take({"pas"});
  at("09:30"), pass(std::chrono::milliseconds{1}), take({"pas"}, "elderly");
  open("d1");
  EXPECT_EQ(next("d1"), "A1");
  undo("d1");
  at("09:29:59"), take({"cpr"}, "elderly");
  EXPECT_EQ(next("d1"), "C1");
}

TEST_F(Call, ServesOnlyWhatTheDeskAndItsSessionServe) {
  take({"siri"});
  at("09:01"), take({"cpr"});
  open("d1");
  open("d2", {"pas"});
  EXPECT_EQ(next("d2"), "nobody");
  EXPECT_EQ(next("d1"), "C1");
  open("d2");
  EXPECT_EQ(next("d2"), "P1");
  EXPECT_EQ(wish(OpenDesk{DeskId{"d1"}, "clerk", {ServiceId{"siri"}}}).reason(), "unknown_service");
}

TEST_F(Call, AClosedOrBusyDeskAndOneOnABreakCallNobody) {
  take({"pas"});
  EXPECT_EQ(next("d1"), "desk_closed");
  EXPECT_EQ(next("d9"), "unknown_desk");
  open("d1");
  wish(PauseDesk{DeskId{"d1"}, "kaffe"});
  EXPECT_EQ(next("d1"), "desk_on_break");
  wish(ResumeDesk{DeskId{"d1"}});
  EXPECT_EQ(next("d1"), "A1");
  EXPECT_EQ(next("d1"), "desk_busy");
}

TEST_F(Call, ALaterStepWaitsForTheEarlierOneAndKeepsItsSeniority) {
  at("09:00"), take({"siri", "cpr"});
  at("09:01"), take({"siri"});
  open("d3");
  open("d1");
  EXPECT_EQ(next("d3"), "P2") << "P1 must have been at cpr first";
  finish("d3");
  EXPECT_EQ(next("d1"), "P1");
  EXPECT_EQ(next("d3"), "nobody");
  at("09:10"), take({"siri"});
  finish("d1");
  EXPECT_EQ(state_of("P1"), VisitState::waiting);
  EXPECT_EQ(next("d3"), "P1");
  finish("d3");
  EXPECT_EQ(state_of("P1"), VisitState::done);
}

TEST_F(Call, OneVisitIsNeverAtTwoDesksThoughBothItsStepsAreOpen) {
  take({"pas", "cpr"});
  open("d1");
  open("d2");
  EXPECT_EQ(queue("pas") + queue("cpr"), "A1A1");
  EXPECT_EQ(next("d1"), "A1");
  EXPECT_EQ(next("d2"), "nobody");
  EXPECT_EQ(step_of(*this, "A1").why, Why::only_one) << "its own other step is nobody else";
}

TEST_F(Call, ByNumberTakesAWaitingParkedOrMissedVisit) {
  take({"pas"});
  take({"pas"});
  open("d1");
  open("d2");
  EXPECT_EQ(call("d1", "A2"), "");
  EXPECT_EQ(step_of(*this, "A2").why, Why::named);
  EXPECT_EQ(call("d2", "A2"), "wrong_state") << "it is called elsewhere";
  no_show("d1");
  EXPECT_EQ(state.counts.no_show, 1U);
  EXPECT_EQ(call("d2", "A2"), "");
  EXPECT_EQ(state.counts.no_show, 0U);
  park("d2");
  EXPECT_EQ(call("d1", "A2"), "");
  finish("d1");
  EXPECT_EQ(call("d1", "A2"), "wrong_state") << "done";
  EXPECT_EQ(wish(CallVisit{DeskId{"d1"}, VisitId{"nobody"}}).reason(), "unknown_visit");
}

TEST_F(Call, ByNumberIsForTheFacilityToAllow) {
  take({"pas"});
  open("d1");
  open("d3");
  EXPECT_EQ(call("d3", "A1"), "wrong_desk");
  facility.rules.call_named = false;
  EXPECT_EQ(call("d1", "A1"), "call_not_allowed");
}

TEST_F(Call, ANumberThatIsTypedFinishesWhoIsThereOrChangesNothing) {
  take({"pas"}), take({"pas"}), take({"pas"});
  open("d1");
  const auto type = [&](std::uint16_t digits) { return wish(CallNumber{DeskId{"d1"}, Number{'A', digits}, {}, VisitId{"typed"}, "token", true}).reason(); };
  EXPECT_EQ(type(2), "");
  EXPECT_EQ(board(), "A2@d1") << "to a free desk";
  start("d1");
  EXPECT_EQ(type(44), "unknown_visit");
  EXPECT_EQ(state_of("A2"), VisitState::serving);
  facility.rules.call_named = false;
  EXPECT_EQ(type(3), "call_not_allowed");
  EXPECT_EQ(state_of("A2"), VisitState::serving);
  facility.rules.call_named = true;
  EXPECT_EQ(type(3), "");
  EXPECT_EQ(state_of("A2"), VisitState::done);
  EXPECT_EQ(state_of("A3"), VisitState::called);
  EXPECT_EQ(wish(CallNumber{DeskId{"d1"}, Number{'A', 1}, {}, VisitId{"typed"}, "token"}).reason(), "desk_busy") << "without being asked nobody is finished";
}

TEST_F(Call, FromTheParkForAnotherStepLosesNoStep) {
  take({"pas", "siri"});
  open("d1");
  open("d3");
  EXPECT_EQ(next("d1"), "A1");
  park("d1");
  EXPECT_EQ(call("d3", "A1"), "") << "desk 3 cannot do pas, which is parked, but siri";
  finish("d3");
  EXPECT_EQ(state_of("A1"), VisitState::waiting) << "pas is still to do";
  EXPECT_EQ(next("d1"), "A1");
  finish("d1");
  EXPECT_EQ(state_of("A1"), VisitState::done);
}

TEST_F(Call, AfterANoShowLeavesNoTraceOfTheMissInTheStep) {
  take({"pas"});
  open("d1");
  next("d1");
  no_show("d1");
  call("d1", "A1");
  EXPECT_EQ(leave("A1"), "");
  EXPECT_EQ(come_back("A1"), "");
  EXPECT_EQ(queue("pas"), "A1") << "or nobody would ever call it";
}

TEST_F(Call, FifoGoesByArrivalAlone) {
  facility.rules.policy = "fifo";
  at("09:00"), take({"pas"});
  at("09:01"), take({"pas"}, "elderly");
  open("d1");
  EXPECT_EQ(next("d1"), "A1");
  EXPECT_EQ(step_of(*this, "A1").why, Why::fifo);
  EXPECT_EQ(step_of(*this, "A1").runner_up, "A2");
}

TEST_F(Call, BookedFirstTakesBookingsByTheirTimesAndThenTheOthers) {
  facility.rules.policy = "booked_first";
  at("09:00"), take({"pas"});
  const auto booked = [&](const char* id, std::uint16_t digits, const char* when) {
    VisitTaken taken;
    taken.serial = state.last_serial + 1;
    taken.id = VisitId{id};
    taken.token = id;
    taken.number = {'A', digits};
    taken.day = state.day;
    taken.steps = {{ServiceId{"pas"}, AuthorityId{"kommune"}, {}}};
    const Instant here = now;
    at(when);
    taken.booked_for = now;
    now = here;
    evolve(state, {now, taken});
  };
  booked("late", 2, "09:25");
  booked("early", 3, "09:15");
  open("d1");
  EXPECT_EQ(next("d1"), "A3");
  EXPECT_EQ(step_of(*this, "A3").why, Why::booked_time);
  finish("d1");
  EXPECT_EQ(next("d1"), "A2");
  finish("d1");
  EXPECT_EQ(next("d1"), "A1");
}

TEST_F(Call, TheBoardHoldsTheNewestCallOfEachAndNotMoreThanItsBound) {
  open("d1");
  for (std::size_t i = 0; i < board_calls_max + 3; ++i) {
    pass(std::chrono::seconds{30});
    take({"pas"});
    ASSERT_EQ(next("d1").substr(0, 1), "A");
    finish("d1");
  }
  EXPECT_EQ(state.calls.size(), board_calls_max);
  EXPECT_EQ(state.calls.front().serial, state.last_serial);
}

}  // namespace
}  // namespace skranke::test
