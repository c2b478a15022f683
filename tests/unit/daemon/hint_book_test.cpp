// Hints that were followed: counted in memory for some seconds, then on disk, and forgotten when nobody can ask for them any more.
#include "daemon/hint_book.hpp"

#include <filesystem>

#include <unistd.h>

#include <gtest/gtest.h>

namespace skranke::daemon {
namespace {

using core::Day;
using core::Instant;
using core::ServiceId;
using std::chrono::days;
using std::chrono::seconds;

class Hints : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] HintBook book() const { return std::move(*HintBook::open(folder_)); }
  static constexpr Day monday{days{20'780}};
  static constexpr Instant noon{std::chrono::hours{24 * 20'780 + 12}};
  const ServiceId passport{"passport"}, tax{"tax"};

 private:
  std::string folder_ = (std::filesystem::temp_directory_path() / ("hints-" + std::to_string(::getpid()))).string();
};

TEST_F(Hints, AreToldAtOnceAndKeptOnDisk) {
  {
    HintBook now = book();
    now.note(monday, passport, HintPlace::kiosk);
    now.note(monday, passport, HintPlace::kiosk);
    now.note(monday, tax, HintPlace::web);
    const std::vector<HintBook::Row> rows{{monday, passport, HintPlace::kiosk, 2}, {monday, tax, HintPlace::web, 1}};
    EXPECT_EQ(now.between(monday, monday), rows);
    EXPECT_TRUE(now.write(noon, monday, false));
    EXPECT_EQ(now.between(monday, monday), rows) << "not counted twice";
    now.note(monday, tax, HintPlace::web);
    EXPECT_TRUE(now.write(noon + HintBook::pace, monday, false));
  }
  EXPECT_EQ(book().between(monday, monday), (std::vector<HintBook::Row>{{monday, passport, HintPlace::kiosk, 2}, {monday, tax, HintPlace::web, 2}}));
}

TEST_F(Hints, AreWrittenSeldomAndAllAtTheEnd) {
  HintBook now = book();
  now.note(monday, passport, HintPlace::web);
  EXPECT_TRUE(now.write(noon, monday, false));
  now.note(monday, passport, HintPlace::web);
  EXPECT_TRUE(now.write(noon + seconds{1}, monday, false));
  EXPECT_EQ(book().between(monday, monday).front().taken, 1) << "too soon after the last time";
  EXPECT_TRUE(now.write(noon + seconds{1}, monday, true));
  EXPECT_EQ(book().between(monday, monday).front().taken, 2);
}

TEST_F(Hints, AreOfTheDaysAskedForAndForgottenInTheEnd) {
  HintBook now = book();
  now.note(monday - HintBook::kept - days{1}, passport, HintPlace::web);
  now.note(monday, passport, HintPlace::web);
  EXPECT_TRUE(now.write(noon, monday - days{10}, true));
  EXPECT_EQ(now.between(monday - days{1000}, monday - days{1}).size(), 1U);
  now.note(monday, passport, HintPlace::web);
  EXPECT_TRUE(now.write(noon, monday, true));
  EXPECT_EQ(now.between(monday - days{1000}, monday), (std::vector<HintBook::Row>{{monday, passport, HintPlace::web, 2}}));
}

TEST_F(Hints, InMemoryHaveABound) {
  HintBook now = book();
  for (std::size_t i = 0; i < HintBook::waiting_max + 5; ++i) now.note(monday, ServiceId{"s" + std::to_string(i)}, HintPlace::web);
  now.note(monday, ServiceId{"s0"}, HintPlace::web);
  EXPECT_EQ(now.between(monday, monday).size(), HintBook::waiting_max);
  EXPECT_EQ(now.between(monday, monday).front().taken, 2) << "what is counted already goes on";
}

}  // namespace
}  // namespace skranke::daemon
