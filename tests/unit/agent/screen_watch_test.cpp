// When a screen's browser is started anew, with made-up time.
#include "agent/screen_watch.hpp"

#include <gtest/gtest.h>

namespace skranke::agent {
namespace {

using namespace std::chrono_literals;
using Order = ScreenWatch::Order;

class Watch : public testing::Test {
 protected:
  static ScreenWatch::Time at(std::chrono::seconds s) { return ScreenWatch::Time{} + 1h + s; }
  Order draws(std::chrono::seconds s, std::chrono::milliseconds age) { return watch_.step(at(s), true, {true, age}); }
  Order unheard(std::chrono::seconds s) { return watch_.step(at(s), true, {true, std::nullopt}); }
  Order daemon_away(std::chrono::seconds s) { return watch_.step(at(s), true, {}); }
  Order gone(std::chrono::seconds s) { return watch_.step(at(s), false, {}); }
  void start(std::chrono::seconds s) { watch_.started(at(s)); }
  ScreenWatch watch_{{}};
};

TEST_F(Watch, APageThatDrawsIsLeftAlone) {
  EXPECT_EQ(gone(0s), Order::start);
  start(0s);
  for (auto s = 5s; s < 600s; s += 2s) EXPECT_EQ(draws(s, 900ms), Order::none);
}

TEST_F(Watch, AFrozenPageIsRestartedAfterItsPatience) {
  start(0s);
  EXPECT_EQ(draws(10s, 0ms), Order::none);
  EXPECT_EQ(draws(40s, 30s), Order::none);
  EXPECT_EQ(draws(42s, 32s), Order::restart);
}

TEST_F(Watch, TheFrameOfTheBrowserBeforeDoesNotCount) {
  start(100s);
  EXPECT_EQ(draws(110s, 20s), Order::none) << "young enough, and yet another browser's";
  EXPECT_EQ(draws(161s, 71s), Order::restart);
}

TEST_F(Watch, APageThatNeverComesIsRestartedAndGivenUpAtLast) {
  std::chrono::seconds now = 0s;
  for (int attempt = 1; attempt < 5; ++attempt) {
    start(now);
    EXPECT_EQ(unheard(now + 60s), Order::none);
    EXPECT_EQ(unheard(now + 61s), Order::restart) << attempt;
    now += 62s;
  }
  start(now);
  EXPECT_EQ(unheard(now + 61s), Order::give_up);
}

TEST_F(Watch, ADaemonThatIsAwayIsNobodysFaultHere) {
  start(0s);
  EXPECT_EQ(draws(5s, 0ms), Order::none);
  for (auto s = 6s; s < 900s; s += 2s) EXPECT_EQ(daemon_away(s), Order::none);
  EXPECT_EQ(draws(902s, 897s), Order::none) << "it gets its time to come back";
  EXPECT_EQ(draws(935s, 930s), Order::restart) << "and no more";
}

TEST_F(Watch, ABrowserThatEndsIsStarted) {
  start(0s);
  EXPECT_EQ(draws(5s, 0ms), Order::none);
  EXPECT_EQ(gone(7s), Order::start);
  EXPECT_EQ(watch_.failures(), 0U) << "it had drawn";
  start(8s);
  EXPECT_EQ(gone(9s), Order::start);
  EXPECT_EQ(watch_.failures(), 1U);
}

TEST_F(Watch, OneGoodFrameForgivesAll) {
  for (int attempt = 0; attempt < 4; ++attempt) {
    start(attempt * 100s);
    EXPECT_EQ(unheard(attempt * 100s + 61s), Order::restart);
  }
  start(500s);
  EXPECT_EQ(draws(510s, 100ms), Order::none);
  EXPECT_EQ(watch_.failures(), 0U);
}

}  // namespace
}  // namespace skranke::agent
