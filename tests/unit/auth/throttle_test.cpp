#include "daemon/auth/throttle.hpp"

#include <gtest/gtest.h>

namespace skranke::auth {
namespace {

using std::chrono::seconds, std::chrono::minutes, std::chrono::hours;

const Instant noon{seconds{1'800'000'000}};

void fail_times(SignInThrottle& throttle, int times, std::string_view remote, std::string_view user,
                Instant now = noon) {
  for (int count = 0; count < times; ++count) throttle.failed(remote, user, now);
}

TEST(Throttle, FourSlipsAreFreeAndThenItGrows) {
  SignInThrottle throttle;
  fail_times(throttle, 4, "10.0.0.1", "");
  EXPECT_EQ(throttle.wait("10.0.0.1", "", noon), seconds{0});
  std::vector<long> waits;
  for (int more = 0; more < 12; ++more) {
    throttle.failed("10.0.0.1", "", noon);
    waits.push_back(throttle.wait("10.0.0.1", "", noon).count());
  }
  EXPECT_EQ(waits, (std::vector<long>{2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900}));
  EXPECT_EQ(throttle.wait("10.0.0.2", "", noon), seconds{0});
  EXPECT_EQ(throttle.wait("10.0.0.1", "", noon + minutes{14}), seconds{60});
  EXPECT_EQ(throttle.wait("10.0.0.1", "", noon + minutes{15}), seconds{0});
}

TEST(Throttle, AUserIsGuardedFromManyAddressesButNeverLockedOutForLong) {
  SignInThrottle throttle;
  for (int address = 0; address < 50; ++address) throttle.failed("10.0.0." + std::to_string(address), "anna", noon);
  EXPECT_EQ(throttle.wait("192.0.2.1", "anna", noon), seconds{60});
  EXPECT_EQ(throttle.wait("192.0.2.1", "bo", noon), seconds{0});
  EXPECT_EQ(throttle.wait("192.0.2.1", "", noon), seconds{0});
}

TEST(Throttle, SuccessAndAnHourOfQuietForgive) {
  SignInThrottle throttle;
  fail_times(throttle, 20, "a", "anna");
  throttle.succeeded("a", "anna");
  EXPECT_EQ(throttle.wait("a", "anna", noon), seconds{0});
  fail_times(throttle, 20, "a", "anna");
  EXPECT_EQ(throttle.wait("a", "anna", noon + hours{1}), seconds{0});
  EXPECT_EQ(throttle.size(), 0U);
}

TEST(Throttle, AClockSetBackLocksNobodyOutLonger) {
  SignInThrottle throttle;
  fail_times(throttle, 5, "a", "");
  EXPECT_EQ(throttle.wait("a", "", noon - hours{24}), seconds{2});
}

TEST(Throttle, TheTablesAreBoundedAndKeepTheBusiest) {
  SignInThrottle throttle;
  fail_times(throttle, 8, "attacker", "");
  for (std::size_t number = 0; number < 3 * SignInThrottle::entries_max; ++number) {
    throttle.failed("host" + std::to_string(number), "user" + std::to_string(number), noon);
    throttle.failed("attacker", "", noon);
  }
  EXPECT_EQ(throttle.size(), 2 * SignInThrottle::entries_max);
  EXPECT_EQ(throttle.wait("attacker", "", noon), seconds{900});
  throttle.failed(std::string(1'000'000, 'x'), std::string(1'000'000, 'y'), noon);
  EXPECT_EQ(throttle.size(), 2 * SignInThrottle::entries_max);
}

}  // namespace
}  // namespace skranke::auth
