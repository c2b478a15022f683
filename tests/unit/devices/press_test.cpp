#include <gtest/gtest.h>

#include <random>

#include "devices/press.hpp"

namespace skranke::devices {
namespace {

using namespace std::chrono_literals;
using Presses = std::vector<Press>;

struct Step {
  std::chrono::milliseconds at;
  bool down;
};

/// Plays the edges, waking whenever the button asked for it, as the agent's loop does; then a minute passes.
Presses play(Button& button, const std::vector<Step>& steps) {
  Presses told;
  const auto take = [&](const Presses& more) { told.insert(told.end(), more.begin(), more.end()); };
  const auto sleep_until = [&](Tick until) {
    for (int bound = 0; bound < 100; ++bound) {
      const auto next = button.next();
      if (!next || *next > until) return;
      take(button.wait(*next));
    }
    FAIL() << "it asks for ever to be woken";
  };
  for (const Step& step : steps) {
    sleep_until(step.at - 1ns);
    take(button.edge(step.down, step.at));
  }
  sleep_until(steps.empty() ? Tick{60s} : Tick{steps.back().at + 60s});
  return told;
}

constexpr PressRules with_doubles{.double_within = 400ms};

Presses play(const std::vector<Step>& steps, PressRules rules = with_doubles) {
  Button button{rules, false, Tick{0}};
  return play(button, steps);
}

TEST(Press, OneIsToldOnceItStaysAlone) {
  EXPECT_EQ(play({{0ms, true}, {80ms, false}}), Presses{Press::single});
  Button button{with_doubles, false, Tick{0}};
  EXPECT_TRUE(button.edge(true, 0ms).empty());
  EXPECT_TRUE(button.edge(false, 80ms).empty());
  EXPECT_EQ(button.next(), Tick{480ms});
  EXPECT_TRUE(button.wait(479ms).empty());
  EXPECT_EQ(button.wait(480ms), Presses{Press::single});
}

TEST(Press, AtOnceWhenThereIsNoDouble) {
  Button button{{}, false, Tick{0}};
  EXPECT_TRUE(button.edge(true, 0ms).empty());
  EXPECT_EQ(button.edge(false, 80ms), Presses{Press::single});
}

TEST(Press, TwoFastOnesAreOneDouble) {
  EXPECT_EQ(play({{0ms, true}, {80ms, false}, {300ms, true}, {380ms, false}}), Presses{Press::twice});
  EXPECT_EQ(play({{0ms, true}, {80ms, false}, {600ms, true}, {680ms, false}}), (Presses{Press::single, Press::single}));
  EXPECT_EQ(play({{0ms, true}, {80ms, false}, {200ms, true}, {280ms, false}, {400ms, true}, {480ms, false}}), (Presses{Press::twice, Press::single}));
}

TEST(Press, HeldIsToldWhileItIsStillDown) {
  Button button{with_doubles, false, Tick{0}};
  EXPECT_TRUE(button.edge(true, 0ms).empty());
  EXPECT_EQ(button.wait(1'500ms), Presses{Press::held});
  EXPECT_TRUE(button.edge(false, 1'700ms).empty()) << "letting go is no second wish";
}

TEST(Press, AStuckButtonIsAFaultAndNoWish) {
  Button button{{.double_within = 400ms, .held_after = 0ms}, false, Tick{0}};
  EXPECT_TRUE(button.edge(true, 0ms).empty());
  EXPECT_TRUE(button.wait(30s).empty());
  EXPECT_EQ(button.health(), ButtonHealth::stuck);
  EXPECT_TRUE(button.edge(false, 2h).empty());
  EXPECT_EQ(button.health(), ButtonHealth::ready) << "heals when it lets go";
  EXPECT_EQ(play(button, {{7'300'000ms, true}, {7'300'080ms, false}}), Presses{Press::single});
}

TEST(Press, DownAtStartHasNotBeenPressed) {
  Button button{with_doubles, true, Tick{0}};
  EXPECT_EQ(play(button, {{100ms, false}}), Presses{});
  EXPECT_EQ(play(button, {{200'000ms, true}, {200'100ms, false}}), Presses{Press::single});
}

TEST(Press, ALostEdgeMakesNoPress) {
  EXPECT_EQ(play({{0ms, false}, {100ms, false}}), Presses{}) << "two releases";
  EXPECT_EQ(play({{0ms, true}, {500ms, true}, {580ms, false}}), Presses{Press::single}) << "a release was lost: one press, not two";
}

/// However somebody hammers: never more presses than times the finger went down, and always an end.
TEST(Press, NeverMoreThanTheFingerDid) {
  std::mt19937_64 random{20261122};
  for (int day = 0; day < 2'000; ++day) {
    std::vector<Step> steps;
    auto at = 0ms;
    int downs = 0;
    bool down = false;
    for (int i = 0; i < 40; ++i) {
      at += std::chrono::milliseconds{random() % 900 + 5};
      down = random() % 8 == 0 ? down : !down;   // now and then an edge is lost
      downs += down ? 1 : 0;
      steps.push_back({at, down});
    }
    int wishes = 0;
    for (const Press press : play(steps)) wishes += press == Press::twice ? 2 : 1;
    ASSERT_LE(wishes, downs) << "day " << day;
  }
}

}  // namespace
}  // namespace skranke::devices
