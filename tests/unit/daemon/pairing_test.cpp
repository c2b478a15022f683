#include "daemon/pairing.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

namespace skranke::daemon {
namespace {

using namespace std::chrono_literals;

const core::Instant noon = core::from_millis(1'795'420'000'000);

class Desk : public ::testing::Test {
 protected:
  Desk() {
    if (sodium_init() < 0) throw std::runtime_error{"sodium"};
  }
  PairingDesk desk;
};

TEST_F(Desk, ABoxHasNoCodeBeforeItsNonceIsKnown) {
  const auto box = desk.ask_as_agent("box", std::string(32, 'k'), std::string(32, 'c'), noon);
  ASSERT_TRUE(box);
  EXPECT_EQ(box->nonce.size(), 32U);
  EXPECT_EQ(desk.by_code("", noon), nullptr) << "an empty code is nobody's";
  ASSERT_TRUE(desk.show(box->claim, "123456", noon));
  ASSERT_NE(desk.by_code("123456", noon), nullptr);
  EXPECT_EQ(desk.by_code("123456", noon)->agent, "box");
}

TEST_F(Desk, TwoThatWouldShowTheSameBeginAnew) {
  const auto first = desk.ask_as_agent("one", "k", "c", noon), second = desk.ask_as_agent("two", "k", "c", noon);
  ASSERT_TRUE(desk.show(first->claim, "123456", noon));
  EXPECT_FALSE(desk.show(second->claim, "123456", noon));
  EXPECT_EQ(desk.by_claim(second->claim, noon), nullptr);
  EXPECT_EQ(desk.by_code("123456", noon)->agent, "one");
}

TEST_F(Desk, AnExpiredCodeIsToldForAnHourAndAnUnknownOneNever) {
  const auto screen = desk.ask(noon);
  EXPECT_FALSE(desk.has_expired(screen->code, noon + 9min));
  EXPECT_EQ(desk.by_code(screen->code, noon + PairingDesk::lasts), nullptr);
  EXPECT_TRUE(desk.has_expired(screen->code, noon + PairingDesk::lasts));
  EXPECT_FALSE(desk.has_expired(screen->code == "000000" ? "000001" : "000000", noon + PairingDesk::lasts));
  EXPECT_FALSE(desk.has_expired(screen->code, noon + PairingDesk::lasts + PairingDesk::remembered));
}

TEST_F(Desk, NoMoreWaitThanItHoldsAndNoMoreAreRemembered) {
  for (std::size_t i = 0; i < PairingDesk::waiting_max; ++i) ASSERT_TRUE(desk.ask_as_agent("box", "k", "c", noon));
  EXPECT_FALSE(desk.ask_as_agent("box", "k", "c", noon));
  EXPECT_FALSE(desk.ask(noon));
  EXPECT_TRUE(desk.ask(noon + PairingDesk::lasts));
}

}  // namespace
}  // namespace skranke::daemon
