// Ten seconds to think better of it.
#include <functional>

#include "room.hpp"
#include "room_checks.hpp"

namespace skranke::test {
namespace {

using namespace core;
using namespace std::chrono_literals;

class Undoing : public Room {
 public:
  Undoing() {
    at("09:00");
    open("d1");
    open("d2");
    take({"pas"});
    take({"pas"});
    at("09:05");
  }
  /// Does it, takes it back, and finds the room as it was.
  void there_and_back(const std::function<std::string()>& action) {
    const State before = state;
    EXPECT_EQ(action(), "");
    EXPECT_NE(undo_difference(before, state), "") << "the action did nothing";
    EXPECT_EQ(undo("d1"), "");
    EXPECT_EQ(undo_difference(before, state), "");
  }
  std::string call_next() { return next("d1").starts_with("A") ? "" : "nobody"; }
};

TEST_F(Undoing, TakesBackEveryActionOfADesk) {
  there_and_back([&] { return call_next(); });
  there_and_back([&] { return call("d1", "A2"); });
  next("d1");
  pass(20s);
  there_and_back([&] { return recall("d1"); });
  there_and_back([&] { return no_show("d1"); });
  there_and_back([&] { return start("d1"); });
  there_and_back([&] { return park("d1"); });
  there_and_back([&] { return finish("d1"); });
  there_and_back([&] { return transfer("d1", "cpr"); });
  there_and_back([&] { return transfer("d1", {}, "d2", Place::front); });
  start("d1");
  pass(1s);
  there_and_back([&] { return finish("d1", core::Outcome::left); });
  there_and_back([&] { return park("d1", Minutes{3}); });
  there_and_back([&] { return transfer("d1", "siri", {}, Place::end); });
}

TEST_F(Undoing, IsPossibleForExactlyTenSeconds) {
  next("d1");
  pass(10s);
  EXPECT_EQ(undo("d1"), "");
  next("d1");
  pass(10s + 1ms);
  EXPECT_EQ(undo("d1"), "nothing_to_undo");
  EXPECT_EQ(state_of("A1"), VisitState::called);
}

TEST_F(Undoing, GoesBackStepByStep) {
  next("d1");
  pass(1s), start("d1");
  pass(1s), finish("d1");
  pass(1s), next("d1");
  EXPECT_EQ(visit("A2").state, VisitState::called);
  EXPECT_EQ(undo("d1"), "");
  EXPECT_EQ(state_of("A2"), VisitState::waiting);
  EXPECT_EQ(undo("d1"), "");
  EXPECT_EQ(state_of("A1"), VisitState::serving);
  EXPECT_EQ(state.counts.done, 0U);
  EXPECT_EQ(undo("d1"), "");
  EXPECT_EQ(state_of("A1"), VisitState::called);
  EXPECT_EQ(undo("d1"), "");
  EXPECT_EQ(queue("pas"), "A1 A2");
  EXPECT_EQ(undo("d1"), "nothing_to_undo");
}

TEST_F(Undoing, RemembersNoMoreThanItsDepth) {
  for (std::size_t i = 0; i < undo_depth; ++i) next("d1"), finish("d1");
  EXPECT_LE(desk("d1").undo.size(), undo_depth);
}

TEST_F(Undoing, FinishFromCalledIsOneAction) {
  const State before = state;
  next("d1");
  pass(2s);
  EXPECT_EQ(finish("d1"), "");
  EXPECT_EQ(desk("d1").served_today, 1U);
  const auto outcome = wish(Undo{DeskId{"d1"}});
  EXPECT_EQ(outcome.events.size(), 2U);
  EXPECT_EQ(state_of("A1"), VisitState::called) << "as before the press, not half-way";
  EXPECT_EQ(desk("d1").served_today, 0U);
  EXPECT_EQ(desk("d1").service_ms_today, 0);
  EXPECT_EQ(undo("d1"), "");
  EXPECT_EQ(undo_difference(before, state), "");
}

TEST_F(Undoing, DoesNotSnatchAVisitFromAnotherDesk) {
  next("d1");
  transfer("d1", {}, "d2");
  EXPECT_EQ(next("d2"), "A1");
  EXPECT_EQ(undo("d1"), "undo_conflict");
  EXPECT_EQ(desk("d2").visit, visit("A1").serial);
  EXPECT_EQ(undo("d2"), "");
  EXPECT_EQ(undo("d1"), "") << "the other desk took its call back, so nothing stands in the way";
  EXPECT_EQ(desk("d1").visit, visit("A1").serial);
}

TEST_F(Undoing, StopsWhereTheCitizenActed) {
  next("d1");
  EXPECT_EQ(leave("A1"), "");
  EXPECT_EQ(undo("d1"), "undo_conflict");
  EXPECT_EQ(next("d2"), "A2");
  no_show("d2");
  come_back("A2");
  EXPECT_EQ(undo("d2"), "undo_conflict");
}

TEST_F(Undoing, LeavesPaperAlone) {
  ASSERT_TRUE(wish(PrintTicket{visit("A1").id, PrinterId{"paper"}}).done());
  next("d1");
  ReportPaper report{visit("A1").id, 1, {}};
  report.paper.state = PaperState::printed;
  wish(report);
  EXPECT_EQ(undo("d1"), "") << "paper does not stand in the way";
  EXPECT_EQ(visit("A1").paper.state, PaperState::printed) << "and is not unprinted";
}

TEST_F(Undoing, PutsNobodyAtADeskOnABreak) {
  next("d1");
  finish("d1");
  wish(PauseDesk{DeskId{"d1"}, ""});
  EXPECT_EQ(undo("d1"), "desk_on_break");
  wish(ResumeDesk{DeskId{"d1"}});
  EXPECT_EQ(undo("d1"), "");
  EXPECT_EQ(state_of("A1"), VisitState::called);
}

TEST_F(Undoing, EndsWithTheSession) {
  next("d1");
  finish("d1");
  wish(CloseDesk{DeskId{"d1"}});
  EXPECT_EQ(undo("d1"), "nothing_to_undo");
  EXPECT_EQ(undo("d9"), "unknown_desk");
  EXPECT_EQ(undo("d3"), "nothing_to_undo");
}

TEST_F(Undoing, EndsWithTheBusinessDay) {
  facility.rules.undo_within = 60s;
  at("2026-11-24 03:59:50");
  next("d1");
  finish("d1");
  at("04:00:05");
  EXPECT_EQ(undo("d1"), "nothing_to_undo");
}

TEST_F(Undoing, ShowsTheBoardOfBefore) {
  next("d1");
  pass(1s);
  next("d2");
  EXPECT_EQ(board(), "A2@d2 A1@d1");
  undo("d2");
  EXPECT_EQ(board(), "A1@d1");
}

}  // namespace
}  // namespace skranke::test
