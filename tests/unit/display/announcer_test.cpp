// One line of announcements for each loudspeaker, with made-up time.
#include "display/announcer.hpp"

#include <gtest/gtest.h>

namespace skranke::display {
namespace {

using namespace std::chrono_literals;
using core::Instant;

class Line : public testing::Test {
 protected:
  static Instant at(std::chrono::milliseconds ms) { return Instant{1'795'422'600'000ms} + ms; }
  void call(core::Serial serial, std::chrono::milliseconds when, std::uint32_t attempt = 1, const std::string& output = "hall") {
    line_.called(output, {serial, {'A', static_cast<std::uint16_t>(serial)}, core::DeskId{"d"}, attempt, at(when), "da"}, at(when));
  }
  void review(std::chrono::milliseconds when) {
    line_.review(at(when), [this](const CallAloud& heard) { return heard.serial != taken_back_; });
  }
  std::vector<std::chrono::milliseconds> times(const std::string& output = "hall") const {
    std::vector<std::chrono::milliseconds> result;
    for (const Announcement& each : line_.of(output)) result.push_back(each.at - at(0ms));
    return result;
  }
  std::chrono::milliseconds said_in_ = 5'000ms;
  core::Serial taken_back_ = 0;
  Announcer line_{[this](const Announcement& said) { return said.speech ? said_in_ : 1'100ms; }};
};

TEST_F(Line, OneCallIsHeardAtOnce) {
  call(1, 0ms);
  EXPECT_EQ(times(), std::vector{0ms});
  EXPECT_EQ(line_.of("hall").front().id, "A1.1.1");
}

TEST_F(Line, TwoCallsOfTheSameMomentFollowEachOther) {
  call(1, 0ms);
  call(2, 100ms);
  EXPECT_EQ(times(), (std::vector{0ms, 8'000ms}));
  said_in_ = 9'000ms;   // two languages take longer than the least time on the screen
  call(3, 8'100ms);
  EXPECT_EQ(times(), (std::vector<std::chrono::milliseconds>{8'000ms, 16'000ms}));
}

TEST_F(Line, ALongAnnouncementIsNeverTalkedOver) {
  said_in_ = 9'000ms;
  call(1, 0ms);
  call(2, 10ms);
  EXPECT_EQ(times(), (std::vector<std::chrono::milliseconds>{0ms, 9'600ms}));
}

TEST_F(Line, LoudspeakersDoNotWaitForEachOther) {
  call(1, 0ms, 1, "hall");
  call(2, 0ms, 1, "upstairs");
  EXPECT_EQ(times("hall"), std::vector{0ms});
  EXPECT_EQ(times("upstairs"), std::vector{0ms});
}

TEST_F(Line, MoreThanThreeWaitingBecomeOneOfNumbersOnly) {
  call(1, 0ms);
  for (core::Serial serial = 2; serial <= 4; ++serial) call(serial, 100ms);
  EXPECT_EQ(line_.of("hall").size(), 4U) << "three that wait stay three";
  call(5, 200ms);
  const auto planned = line_.of("hall");
  ASSERT_EQ(planned.size(), 2U);
  EXPECT_TRUE(planned[1].numbers_only);
  EXPECT_EQ(planned[1].calls.size(), 4U);
  EXPECT_EQ(planned[1].at, at(8'000ms));
  EXPECT_EQ(planned[1].until, at(8'000ms + 4 * Announcer::shown_min_merged)) << "each is seen";
  EXPECT_FALSE(planned[0].numbers_only);
}

TEST_F(Line, WhatHasBegunStays) {
  call(1, 0ms);
  call(2, 50ms);
  review(7'900ms);   // the second begins in a moment: loudspeakers have it already
  for (core::Serial serial = 3; serial <= 6; ++serial) call(serial, 7'950ms);
  const auto planned = line_.of("hall");
  ASSERT_EQ(planned.size(), 3U);
  EXPECT_EQ(planned[1].id, "A2.2.1");
  EXPECT_EQ(planned[2].calls.size(), 4U);
}

TEST_F(Line, SpeechOlderThanAMinuteIsDroppedTheChimeIsNot) {
  said_in_ = 70'000ms;
  call(1, 0ms);
  call(2, 0ms);
  const auto planned = line_.of("hall");
  ASSERT_EQ(planned.size(), 2U);
  EXPECT_TRUE(planned[0].speech);
  EXPECT_FALSE(planned[1].speech);
  EXPECT_EQ(planned[1].length, 1'100ms) << "the chime still rings";
}

TEST_F(Line, TakenBackBeforeItWasHeardIsNotHeard) {
  call(1, 0ms);
  call(2, 0ms);
  call(3, 0ms);
  taken_back_ = 2;
  review(1'000ms);
  EXPECT_EQ(times(), (std::vector<std::chrono::milliseconds>{0ms, 8'000ms}));
  EXPECT_EQ(line_.of("hall").back().calls.front().serial, 3U);
}

TEST_F(Line, ARecallOfWhatStillWaitsIsSaidOnce) {
  call(1, 0ms);
  call(2, 0ms);
  call(2, 500ms, 2);
  const auto planned = line_.of("hall");
  ASSERT_EQ(planned.size(), 2U);
  EXPECT_EQ(planned[1].calls.front().attempt, 2U);
  EXPECT_EQ(planned[1].id, "A2.2.2");
}

TEST_F(Line, EndsAndIsForgotten) {
  call(1, 0ms);
  review(7'999ms);
  EXPECT_EQ(line_.of("hall").size(), 1U);
  review(8'000ms);
  EXPECT_TRUE(line_.empty());
}

TEST_F(Line, HasABound) {
  for (core::Serial serial = 1; serial <= 100; ++serial) call(serial, 0ms);
  const auto planned = line_.of("hall");
  ASSERT_EQ(planned.size(), 2U);
  EXPECT_EQ(planned[1].calls.size(), Announcer::waiting_max);
  EXPECT_EQ(planned[1].calls.back().serial, 100U) << "the newest stay";
  for (int output = 0; output < 200; ++output) call(1, 0ms, 1, "o" + std::to_string(output));
  EXPECT_TRUE(line_.of("o199").empty());
}

TEST_F(Line, ATestIsHeardOnlyWhereNothingIsBeingSaid) {
  line_.test("hall", at(0ms));
  ASSERT_EQ(line_.of("hall").size(), 1U);
  EXPECT_TRUE(line_.of("hall").front().calls.empty());
  call(1, 1'000ms);
  EXPECT_EQ(times(), (std::vector<std::chrono::milliseconds>{0ms, 5'600ms}));
  line_.test("hall", at(2'000ms));
  EXPECT_EQ(line_.of("hall").size(), 2U);
}

TEST_F(Line, AnEvacuationSilencesAll) {
  call(1, 0ms);
  call(2, 0ms);
  line_.silence();
  EXPECT_TRUE(line_.of("hall").empty());
}

}  // namespace
}  // namespace skranke::display
