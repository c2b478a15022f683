// Paper by count: what is left, when to think of a new roll, and what a power cut leaves of it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "daemon/roll_book.hpp"

namespace skranke::daemon {
namespace {

using namespace std::chrono_literals;
const core::PrinterId hall{"hall"}, other{"other"};
constexpr core::Instant noon = core::Instant{1'764'331'200'000ms};

class RollBookTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(directory_); }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  [[nodiscard]] std::string path() const { return directory_ / "rolls"; }
  std::filesystem::path directory_ = std::filesystem::path{testing::TempDir()} / ("rolls-" + std::to_string(getpid()));
};

TEST_F(RollBookTest, CountsDownAndStopsAtNought) {
  RollBook book{path()};
  book.renewed(hall, 3);
  EXPECT_EQ(RollBook::left(book.of(hall)), 3U);
  book.printed(hall, noon, true);
  EXPECT_EQ(RollBook::left(book.of(hall)), 2U);
  for (int i = 0; i < 5; ++i) book.printed(hall, noon, true);
  EXPECT_EQ(RollBook::left(book.of(hall)), 0U);
  EXPECT_EQ(book.of(other).full, 0U) << "nobody said how long it is";
}

TEST_F(RollBookTest, ATicketThatMayBeOutCountsAndIsNotTheLastOne) {
  RollBook book{path()};
  book.printed(hall, noon, true);
  book.printed(hall, noon + 5min, false);
  EXPECT_EQ(book.of(hall).used, 2U);
  EXPECT_EQ(book.of(hall).last_ticket, noon);
}

TEST_F(RollBookTest, WarnsForTheLastTenthAndAtLeastTen) {
  const auto low = [](std::uint32_t full, std::uint32_t used) { return RollBook::nearly_used_up({full, used, {}}); };
  EXPECT_FALSE(low(600, 539));
  EXPECT_TRUE(low(600, 540));
  EXPECT_TRUE(low(50, 40));
  EXPECT_FALSE(low(51, 40));
  EXPECT_FALSE(low(0, 40)) << "a roll that nobody counts is never used up";
}

TEST_F(RollBookTest, ANewRollBeginsAnewAndKeepsTheLastTicket) {
  RollBook book{path()};
  book.printed(hall, noon, true);
  book.renewed(hall, 400);
  EXPECT_EQ(book.of(hall).used, 0U);
  EXPECT_EQ(book.of(hall).last_ticket, noon);
  book.printed(hall, noon, true);
  book.renewed(hall);
  EXPECT_EQ(RollBook::left(book.of(hall)), 400U) << "as long as the last";
  book.renewed(hall, 0);
  EXPECT_EQ(book.of(hall).full, 0U);
}

TEST_F(RollBookTest, IsThereAgainAfterARestart) {
  {
    RollBook book{path()};
    book.renewed(hall, 500);
    for (int i = 0; i < 7; ++i) book.printed(hall, noon, true);
    book.printed(other, noon, false);
  }
  const RollBook again{path()};
  EXPECT_EQ(again.of(hall).used, 7U);
  EXPECT_EQ(again.of(hall).full, 500U);
  EXPECT_EQ(again.of(hall).last_ticket, noon);
  EXPECT_EQ(again.of(other).used, 1U);
  EXPECT_FALSE(again.of(other).last_ticket);
}

TEST_F(RollBookTest, WritesAtMostOnceInTenSecondsAndAlwaysTheNewest) {
  RollBook book{path()};
  const auto on_disk = [&] { return RollBook{path()}.of(hall).used; };
  const auto wait_for = [&](std::uint32_t used) {
    for (int i = 0; i < 2'000 && on_disk() != used; ++i) std::this_thread::sleep_for(5ms);
    return on_disk();
  };
  book.printed(hall, noon, true);
  book.tick(noon);
  EXPECT_EQ(wait_for(1), 1U);
  std::this_thread::sleep_for(50ms);   // for the sake of a wrong one, here and below: a right one does nothing meanwhile
  book.printed(hall, noon + 1s, true);
  // With its folder away a write would fail, and what it was to tell would be told no more.
  const std::filesystem::path away = directory_.string() + "-away";
  std::filesystem::rename(directory_, away);
  book.tick(noon + 1s);    // too early
  book.tick(noon + 9s);
  std::this_thread::sleep_for(50ms);
  std::filesystem::rename(away, directory_);
  EXPECT_EQ(on_disk(), 1U);
  for (auto at = noon + 10s; on_disk() != 2U && at < noon + 10min; at += 1s) book.tick(at), std::this_thread::sleep_for(5ms);
  EXPECT_EQ(wait_for(2), 2U);
  std::this_thread::sleep_for(50ms);
  std::filesystem::remove(path());
  book.tick(noon + 1h);
  std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(std::filesystem::exists(path())) << "nothing was new";
}

TEST_F(RollBookTest, WhatCannotBeReadBeginsAtNought) {
  std::ofstream{path()} << "hall many 0 0\n\xff\nother 9 3 0\nlast";
  const RollBook book{path()};
  EXPECT_EQ(book.of(hall).used, 0U);
  EXPECT_EQ(book.of(other).used, 3U);
}

TEST_F(RollBookTest, HoldsNoMoreRollsThanItMay) {
  RollBook book{path()};
  for (std::size_t i = 0; i < RollBook::rolls_max + 5; ++i) book.printed(core::PrinterId{"p" + std::to_string(i)}, noon, true);
  EXPECT_EQ(book.of(core::PrinterId{"p399"}).used, 1U);
  EXPECT_EQ(book.of(core::PrinterId{"p400"}).used, 0U);
}

}  // namespace
}  // namespace skranke::daemon
