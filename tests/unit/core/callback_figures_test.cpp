// The promise given on the telephone, as a figure.
#include <gtest/gtest.h>

#include "core/callback_figures.hpp"

namespace skranke::core {
namespace {

const Day monday{std::chrono::days{20'780}};
const Instant nine{std::chrono::milliseconds{1'795'420'800'000}};
Instant minutes(int after) { return nine + std::chrono::minutes{after}; }

Event asked(Serial serial, int until) {
  VisitTaken taken;
  taken.serial = serial;
  taken.day = monday;
  taken.callback = Callback{nine, minutes(until)};
  return {nine, taken};
}
Event rung(Serial serial, int at) { return {minutes(at), VisitCalled{serial, DeskId{"d1"}, 0, Why::longest_wait, {}, {}}}; }
Event served(Serial serial, int at) { return {minutes(at), ServiceStarted{serial, DeskId{"d1"}, minutes(at)}}; }

CallbackRow figures(const std::vector<Event>& facts, int now = 60) { return callback_figures(facts, minutes(now))[monday]; }

TEST(CallbackFigures, WhoIsRungWithinTheWindowWasPromisedRightly) {
  EXPECT_EQ(figures({asked(1, 15), rung(1, 15), served(1, 16)}), (CallbackRow{1, 1, 0, 1, 0, 0}));
  EXPECT_EQ(figures({asked(1, 15), rung(1, 16), served(1, 16)}), (CallbackRow{1, 0, 1, 1, 0, 0}));
}

TEST(CallbackFigures, ASecondAttemptDoesNotMakeTheFirstLate) {
  const std::vector<Event> facts{asked(1, 15), rung(1, 10), {minutes(11), VisitParked{1, DeskId{"d1"}, minutes(26)}}, rung(1, 30), {minutes(31), VisitMissed{1, DeskId{"d1"}}}};
  EXPECT_EQ(figures(facts), (CallbackRow{1, 1, 0, 0, 1, 0}));
}

TEST(CallbackFigures, WhoStillWaitsIsLateOnlyWhenTheWindowIsOver) {
  EXPECT_EQ(figures({asked(1, 15)}, 15), (CallbackRow{1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(figures({asked(1, 15)}, 16), (CallbackRow{1, 0, 1, 0, 0, 0}));
}

TEST(CallbackFigures, WhoTookItBackInTimeBrokeNoPromise) {
  EXPECT_EQ(figures({asked(1, 15), {minutes(5), VisitLeft{1}}}), (CallbackRow{1, 0, 0, 0, 0, 1}));
  EXPECT_EQ(figures({asked(1, 15), {minutes(20), VisitLeft{1}}}), (CallbackRow{1, 0, 1, 0, 0, 1}));
}

TEST(CallbackFigures, ACallThatWasUndoneWasNone) {
  Visit waiting;
  waiting.serial = 1;
  waiting.callback = Callback{nine, minutes(15)};
  const Event undone{minutes(6), ActionUndone{DeskId{"d1"}, DeskAction::call, waiting, 0, 0, 0, {}, {}}};
  EXPECT_EQ(figures({asked(1, 15), rung(1, 5), undone, rung(1, 20)}), (CallbackRow{1, 0, 1, 0, 0, 0}));
}

TEST(CallbackFigures, OthersAreNotCounted) {
  VisitTaken here;
  here.serial = 2;
  here.day = monday;
  EXPECT_TRUE(callback_figures({{nine, here}, rung(2, 1)}, minutes(60)).empty());
}

}  // namespace
}  // namespace skranke::core
