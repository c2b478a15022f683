#include "daemon/http/rate_limiter.hpp"

#include <gtest/gtest.h>

namespace skranke::http {
namespace {

using namespace std::chrono_literals;
constexpr RateLimiter::Time start{};

TEST(RateLimiter, ABurstThenTheRate) {
  RateLimiter limiter{{2, 3, 10}};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.allow("a", start));
  EXPECT_FALSE(limiter.allow("a", start));
  EXPECT_EQ(limiter.wait("a", start), 500ms);
  EXPECT_FALSE(limiter.allow("a", start + 499ms));
  EXPECT_TRUE(limiter.allow("a", start + 500ms));
  EXPECT_FALSE(limiter.allow("a", start + 500ms));
}

TEST(RateLimiter, CallersDoNotShare) {
  RateLimiter limiter{{1, 1, 10}};
  EXPECT_TRUE(limiter.allow("a", start));
  EXPECT_TRUE(limiter.allow("b", start));
  EXPECT_FALSE(limiter.allow("a", start));
}

TEST(RateLimiter, RestIsWorthNoMoreThanTheBurst) {
  RateLimiter limiter{{1, 2, 10}};
  EXPECT_TRUE(limiter.allow("a", start));
  EXPECT_EQ(limiter.wait("a", start + 24h), 0ms);
  EXPECT_TRUE(limiter.allow("a", start + 24h));
  EXPECT_TRUE(limiter.allow("a", start + 24h));
  EXPECT_FALSE(limiter.allow("a", start + 24h));
}

TEST(RateLimiter, TheTableForgetsWhoWasSilentLongest) {
  RateLimiter limiter{{1, 1, 2}};
  EXPECT_TRUE(limiter.allow("a", start));
  EXPECT_TRUE(limiter.allow("b", start));
  EXPECT_FALSE(limiter.allow("a", start)) << "and so a is the latest again";
  EXPECT_TRUE(limiter.allow("c", start));
  EXPECT_EQ(limiter.callers(), 2U);
  EXPECT_FALSE(limiter.allow("a", start));
  EXPECT_TRUE(limiter.allow("b", start)) << "was forgotten";
}

TEST(RateLimiter, AClockThatGoesBackGivesNothing) {
  RateLimiter limiter{{1, 1, 2}};
  EXPECT_TRUE(limiter.allow("a", start + 10s));
  EXPECT_FALSE(limiter.allow("a", start));
  EXPECT_FALSE(limiter.allow("a", start + 10s)) << "the way back and forth is not worth a call";
}

}  // namespace
}  // namespace skranke::http
