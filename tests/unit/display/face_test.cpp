#include <gtest/gtest.h>

#include "display/face.hpp"

namespace skranke::display {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{1'795'420'000'000ms};

Instant at(std::chrono::milliseconds after) { return start + after; }

Heard room(Instant heard_at, std::vector<Call> calls = {}) { return {true, false, std::move(calls), heard_at}; }

Call call(std::string number, std::string_view desk, Instant when) { return {std::move(number), core::DeskId{desk}, std::string{desk.substr(5)}, 1, when}; }

TEST(Face, TheLampTestComesFirst) {
  const Face shown = face({.desk_digits = 1}, {}, start, at(1'999ms));
  EXPECT_EQ(shown.showing, Showing::lamp_test);
  EXPECT_TRUE(shown.all_lit);
  EXPECT_EQ(next_change({}, {}, start, at(10ms)), at(2s));
  EXPECT_NE(face({}, {}, start, at(2s)).showing, Showing::lamp_test);
}

TEST(Face, NothingHeardYetIsAWanderingDash) {
  std::string seen;
  for (Instant now = at(2s); now < at(5s); now = next_change({}, {}, start, now)) {
    const Face shown = face({}, {}, start, now);
    EXPECT_EQ(shown.showing, Showing::stale);
    EXPECT_EQ(shown.number.size(), 4U);
    EXPECT_EQ(std::count(shown.number.begin(), shown.number.end(), '-'), 1);
    seen += shown.number.find('-') == 0 ? 'x' : '.';
  }
  EXPECT_GE(seen.size(), 6U);
  EXPECT_NE(seen.find('x'), std::string::npos) << "it comes round";
  EXPECT_NE(seen.find('.'), std::string::npos) << "it moves";
}

TEST(Face, ACallBlinksThenStands) {
  const Sign sign{.desk_digits = 1};
  const Heard heard = room(at(20s), {call("A12", "desk-3", at(20s))});
  int dark = 0, lit = 0;
  for (Instant now = at(20s); now < at(30s); now += 250ms) (face(sign, heard, start, now).lit ? lit : dark) += 1;
  EXPECT_EQ(dark, 20);
  EXPECT_EQ(lit, 20);
  const Face steady = face(sign, room(at(30s), heard.calls), start, at(30s));
  EXPECT_EQ(steady, (Face{Showing::number, "A12", "3", true, false}));
}

TEST(Face, ACallIsLitAtOnceWhateverTheClock) {
  for (const auto part : {0ms, 1ms, 250ms, 499ms, 500ms, 777ms, 999ms}) {
    const Heard heard = room(at(20s + part), {call("A12", "desk-3", at(20s + part))});
    EXPECT_TRUE(face({}, heard, start, at(20s + part)).lit) << part.count();
    EXPECT_TRUE(face({}, heard, start, at(20s + part - 30ms)).lit) << "this box's clock is behind the daemon's";
    EXPECT_FALSE(face({}, heard, start, at(20s + part + 500ms)).lit) << part.count();
    EXPECT_EQ(next_change({}, heard, start, at(20s + part)), at(20s + part + 500ms));
  }
}

TEST(Face, NeverAnOldNumberWhenTheLineIsSilent) {
  const Heard heard = room(at(20s), {call("A12", "desk-3", at(20s))});
  EXPECT_EQ(face({}, heard, start, at(31'999ms)).showing, Showing::number);
  EXPECT_EQ(face({}, heard, start, at(32s)).showing, Showing::stale);
  EXPECT_EQ(face({}, heard, start, at(32s)).number.find('A'), std::string::npos);
  EXPECT_LE(next_change({}, heard, start, at(31s)), at(32s));
}

TEST(Face, ASignAboveADeskKnowsItsOwnOnly) {
  const Heard heard = room(at(40s), {call("A12", "desk-3", at(20s)), call("P7", "desk-1", at(10s))});
  EXPECT_EQ(face({.above = core::DeskId{"desk-1"}}, heard, start, at(40s)).number, "P7");
  EXPECT_EQ(face({.above = core::DeskId{"desk-2"}}, heard, start, at(40s)).showing, Showing::free);
  EXPECT_EQ(face({.above = core::DeskId{"desk-2"}}, heard, start, at(40s)).number, "-");
  EXPECT_EQ(face({}, heard, start, at(40s)).number, "A12") << "in the hall the newest";
}

TEST(Face, ACallDoesNotStandForEver) {
  const auto calls = std::vector{call("A12", "desk-3", at(20s))};
  EXPECT_EQ(face({}, room(at(919s), calls), start, at(919s)).showing, Showing::number);
  EXPECT_EQ(face({}, room(at(920s), calls), start, at(920s)).showing, Showing::free);
  EXPECT_EQ(next_change({}, room(at(919s), calls), start, at(919s)), at(920s));
}

TEST(Face, EvacuationTakesTheNumbersAway) {
  Heard heard = room(at(20s), {call("A12", "desk-3", at(20s))});
  heard.evacuation = true;
  const Face shown = face({.desk_digits = 1}, heard, start, at(21s));
  EXPECT_EQ(shown.showing, Showing::evacuation);
  EXPECT_EQ(shown.number, "----");
  EXPECT_NE(face({}, heard, start, at(21s)).lit, face({}, heard, start, at(21'500ms)).lit);
}

/// A driver that sleeps until `next_change` misses nothing: between two of its wakings the face is the same.
TEST(Face, SleepingUntilTheNextChangeMissesNothing) {
  const Sign sign{.desk_digits = 1};
  for (const bool evacuation : {false, true}) {
    Heard heard = room(at(3s), {call("A12", "desk-3", at(2'300ms))});
    heard.evacuation = evacuation;
    for (Instant now = start; now < at(25s);) {
      const Instant next = next_change(sign, heard, start, now);
      ASSERT_GT(next, now);
      const Face shown = face(sign, heard, start, now);
      for (Instant between = now; between < next; between += 50ms) ASSERT_EQ(face(sign, heard, start, between), shown) << (between - start).count();
      now = next;
    }
  }
}

TEST(Brightness, FollowsTheDay) {
  const DayPlan plan{{{core::Minutes{7 * 60}, 100}, {core::Minutes{16 * 60}, 60}, {core::Minutes{20 * 60}, 10}}};
  EXPECT_EQ(brightness(plan, core::Minutes{3 * 60}), 10) << "the night goes on over midnight";
  EXPECT_EQ(brightness(plan, core::Minutes{7 * 60}), 100);
  EXPECT_EQ(brightness(plan, core::Minutes{19 * 60}), 60);
  EXPECT_EQ(brightness({}, core::Minutes{0}), 100);
}

}  // namespace
}  // namespace skranke::display
