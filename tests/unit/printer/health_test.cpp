#include "printer/health.hpp"

#include <gtest/gtest.h>

#include "printer/escpos.hpp"

namespace skranke::printer {
namespace {

using Reasons = std::vector<std::string>;

struct Case {
  int printer_state;
  Reasons wire;
  HealthState state;
  Reasons heard;
};

TEST(IppHealth, SaysWhatStaffShouldHear) {
  const Case cases[] = {
      {3, {"none"}, HealthState::ready, {}},
      {3, {}, HealthState::ready, {}},
      {3, {"media-empty-error"}, HealthState::failed, {"media-empty"}},
      {3, {"media-empty-report"}, HealthState::failed, {"media-empty"}},
      {4, {"media-needed", "media-empty-warning"}, HealthState::failed, {"media-empty", "media-needed"}},
      {3, {"media-low-warning"}, HealthState::warning, {"media-low"}},
      {3, {"media-low-report"}, HealthState::warning, {"media-low"}},
      {3, {"toner-low-report"}, HealthState::ready, {}},
      {3, {"media-low-warning", "cover-open-error"}, HealthState::failed, {"cover-open", "media-low"}},
      {4, {"cups-waiting-for-job-completed", "connecting-to-device"}, HealthState::ready, {}},
      {3, {"offline-report"}, HealthState::failed, {"offline"}},
      {3, {"vendor-thing-error"}, HealthState::failed, {"vendor-thing"}},
      {3, {"vendor-thing"}, HealthState::warning, {"vendor-thing"}},
      {5, {"none"}, HealthState::failed, {"stopped"}},
      {5, {"paused"}, HealthState::failed, {"paused"}},
      {3, {"media-jam-error", "media-jam-warning"}, HealthState::failed, {"media-jam"}},
  };
  for (const Case& c : cases) {
    const Health health = health_from_reasons(c.printer_state, c.wire);
    EXPECT_EQ(health.state, c.state) << testing::PrintToString(c.wire);
    EXPECT_EQ(health.reasons, c.heard) << testing::PrintToString(c.wire);
  }
}

Health escpos_health(const std::vector<std::uint8_t>& answers) {
  return escpos::health_of(escpos::parse_status(answers));
}

TEST(EscposStatus, EveryBitHasItsReason) {
  EXPECT_EQ(escpos_health({0x12, 0x12, 0x12, 0x12}).state, HealthState::ready);
  EXPECT_EQ(escpos_health({0x12, 0x12, 0x12, 0x1e}).reasons, Reasons{"media-low"});
  EXPECT_EQ(escpos_health({0x12, 0x12, 0x12, 0x1e}).state, HealthState::warning);
  EXPECT_EQ(escpos_health({0x1a, 0x32, 0x12, 0x72}).reasons, Reasons{"media-empty"});
  EXPECT_EQ(escpos_health({0x1a, 0x32, 0x12, 0x72}).state, HealthState::failed);
  EXPECT_EQ(escpos_health({0x1a, 0x16, 0x12, 0x12}).reasons, Reasons{"cover-open"});
  EXPECT_EQ(escpos_health({0x1a, 0x52, 0x1a, 0x12}).reasons, Reasons{"cutter-failure"});
  EXPECT_EQ(escpos_health({0x1a, 0x52, 0x16, 0x12}).reasons, Reasons{"media-jam"});
  EXPECT_EQ(escpos_health({0x1a, 0x52, 0x32, 0x12}).reasons, Reasons{"hardware-failure"});
  EXPECT_EQ(escpos_health({0x1a, 0x52, 0x52, 0x12}).reasons, Reasons{"marker-temperature"});
  EXPECT_EQ(escpos_health({0x1a, 0x12, 0x12, 0x12}).reasons, Reasons{"offline"});
  EXPECT_EQ(escpos_health({0x1a, 0x36, 0x12, 0x7e}).reasons, (Reasons{"cover-open", "media-empty"}));
}

TEST(EscposStatus, MuteAndChatteringPrinters) {
  EXPECT_EQ(escpos_health({}).state, HealthState::ready);
  EXPECT_FALSE(escpos::parse_status({}).answered());
  EXPECT_FALSE(escpos::parse_status({0x00, 0xff, 0x41}).answered()) << "noise is no answer";
  EXPECT_EQ(escpos_health({0x72}).reasons, Reasons{"media-empty"}) << "clones answer only for paper";
  EXPECT_EQ(escpos_health({0xff, 0x12, 0x00, 0x16, 0x12, 0x12}).reasons, Reasons{"cover-open"})
      << "noise between answers";
}

TEST(EscposStatus, TheTwoKindsOfAnswerAreNeverMixedUp) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto b = static_cast<std::uint8_t>(byte);
    EXPECT_FALSE(escpos::is_status_answer(b) && escpos::is_done_answer(b)) << byte;
  }
  EXPECT_TRUE(escpos::is_done_answer(0x0f));
  EXPECT_TRUE(escpos::is_status_answer(0x12));
}

}  // namespace
}  // namespace skranke::printer
