#include "daemon/other_sites.hpp"

#include <gtest/gtest.h>

namespace skranke::daemon {
namespace {

TEST(FirstTimeIn, IsTheFirstOfTheList) {
  const FirstTime first = first_time_in(R"([{"start":"2026-11-24T09:00:00+01:00","free":2},{"start":"2026-11-24T09:15:00+01:00","free":1}])");
  ASSERT_TRUE(first.good);
  ASSERT_TRUE(first.start);
  EXPECT_EQ(first.start->time_since_epoch(), std::chrono::seconds{1795507200});
}

TEST(FirstTimeIn, AnEmptyListIsAnAnswer) {
  const FirstTime first = first_time_in("[]");
  EXPECT_TRUE(first.good);
  EXPECT_FALSE(first.start);
}

TEST(FirstTimeIn, WhatCannotBeReadIsNone) {
  for (const char* body : {"", "<html>", "{}", "[1]", R"([{"free":1}])", R"([{"start":7}])", R"([{"start":"soon"}])", R"([{"start":"2026-11-24T09:00:00"}])"})
    EXPECT_FALSE(first_time_in(body).good) << body;
}

}  // namespace
}  // namespace skranke::daemon
