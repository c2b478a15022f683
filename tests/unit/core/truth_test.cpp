// A fact that cannot be true ends the process, before anything is shown or written. Journals damaged past their checks
// end here too.
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using TruthDeathTest = Room;

TEST_F(TruthDeathTest, AFactAboutAStrangerIsOurBug) {
  EXPECT_DEATH(evolve(state, {now, VisitLeft{7}}), "broken");
  EXPECT_DEATH(evolve(state, {now, PaperChanged{7, {}}}), "broken");
}

TEST_F(TruthDeathTest, NobodyIsServedWhoWasNotCalled) {
  take({"pas"});
  const DeskId desk{"d1"};
  EXPECT_DEATH(evolve(state, {now, VisitRecalled{1, desk}}), "broken");
  EXPECT_DEATH(evolve(state, {now, ServiceStarted{1, desk, now}}), "broken");
  EXPECT_DEATH(evolve(state, {now, ServiceFinished{1, desk, core::Outcome::settled, {}}}), "broken");
  EXPECT_DEATH(evolve(state, {now, VisitMissed{1, desk}}), "broken");
  EXPECT_DEATH(evolve(state, {now, VisitParked{1, desk, now}}), "broken");
  EXPECT_DEATH(evolve(state, {now, VisitTransferred{1, desk, std::nullopt, desk, Place::keep}}), "broken");
}

TEST_F(TruthDeathTest, NobodyIsCalledTwiceAndNoDeskHoldsTwo) {
  take({"pas"}), take({"pas"});
  open("d1"), next("d1");
  EXPECT_DEATH(evolve(state, {now, VisitCalled{1, DeskId{"d2"}, 0, Why::longest_wait, {}}}), "broken");
  EXPECT_DEATH(evolve(state, {now, VisitCalled{2, DeskId{"d1"}, 0, Why::longest_wait, {}}}), "broken");
  EXPECT_DEATH(evolve(state, {now, VisitCalled{2, DeskId{"d2"}, 5, Why::longest_wait, {}}}), "broken");
}

TEST_F(TruthDeathTest, ArrivalsAreCountedWithoutGapsAndStepsFollowStepsThatExist) {
  VisitTaken taken;
  taken.serial = 2;
  taken.number = {'A', 1};
  EXPECT_DEATH(evolve(state, {now, taken}), "broken");
  taken.serial = 1;
  taken.steps = {{ServiceId{"pas"}, AuthorityId{"kommune"}, {3}}};
  EXPECT_DEATH(evolve(state, {now, taken}), "broken");
}

}  // namespace
}  // namespace skranke::test
