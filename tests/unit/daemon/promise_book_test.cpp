#include "daemon/promise_book.hpp"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "core/evolve_booking.hpp"

namespace skranke::daemon {
namespace {

using namespace std::chrono_literals;

constexpr core::Day monday{std::chrono::year{2026} / 11 / 23};
core::Instant clock(core::Day day, std::chrono::minutes since_midnight) { return core::Instant{day.time_since_epoch() + since_midnight}; }

class PromiseBookTest : public testing::Test {
 protected:
  PromiseBookTest() {
    std::string made = (std::filesystem::temp_directory_path() / "promise-XXXXXX").string();
    if (mkdtemp(made.data()) != nullptr) directory = made;
    facility.site.id = "nord";
    facility.authorities.emplace_back().id = core::AuthorityId{"kommune"};
    for (const char* id : {"pas", "flytning", "kort"}) {
      core::Service& service = facility.services.emplace_back();
      service.id = core::ServiceId{id};
      service.authority = core::AuthorityId{"kommune"};
      service.mode = service.id.str() == "flytning" ? core::Mode::walk_in : core::Mode::booking;
    }
    facility.opening.push_back({.days = 0b0011111, .from = core::Minutes{600}, .to = core::Minutes{660}});
    facility.desks.emplace_back().id = core::DeskId{"desk-1"};
    facility.desks.back().services = {core::ServiceId{"pas"}};
  }
  ~PromiseBookTest() override { std::filesystem::remove_all(directory); }
  [[nodiscard]] PromiseBook open() const { return std::move(*PromiseBook::open(directory.string())); }

  std::filesystem::path directory;
  core::Facility facility;
  core::State state;
};

TEST_F(PromiseBookTest, ARowADayForEachServiceThatCanBeBooked) {
  PromiseBook book = open();
  for (int call = 0; call < 5; ++call) EXPECT_TRUE(book.note_next(state, facility, clock(monday, 300min)));
  const auto rows = book.rows("nord", monday, monday);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].service.str(), "kort");
  EXPECT_FALSE(rows[0].first_free) << "no desk serves it";
  EXPECT_EQ(rows[0].breaks_in, 0);
  EXPECT_EQ(rows[1].service.str(), "pas");
  EXPECT_EQ(rows[1].first_free, clock(monday, 600min));
  EXPECT_EQ(rows[1].working_days, 0);
  EXPECT_EQ(rows[1].free_within_3, 16);
  EXPECT_EQ(rows[1].free_within_7, 32);
  EXPECT_EQ(rows[1].places_per_day, 4);
  EXPECT_FALSE(rows[1].breaks_in);
  EXPECT_EQ(rows[1].at, clock(monday, 300min));
}

TEST_F(PromiseBookTest, WhatStandsThereIsKeptThroughARestartAndNotWorkedOutAgain) {
  core::BookingMade made;
  made.booking = core::BookingId{"b1"};
  made.parts = {{core::ServiceId{"pas"}, clock(monday + std::chrono::days{1}, 600min), clock(monday + std::chrono::days{1}, 615min)}};
  core::on(state, made, clock(monday, 290min));
  state.learned.kept.push_back({core::ServiceId{"pas"}, {.weight = 60, .mean = 0.75}});
  {
    PromiseBook book = open();
    book.note_next(state, facility, clock(monday, 300min));
  }
  PromiseBook again = open();
  state = {};
  for (int call = 0; call < 3; ++call) again.note_next(state, facility, clock(monday, 900min));
  const auto rows = again.rows("nord", monday, monday);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].at, clock(monday, 300min)) << "the first of the day stays";
  EXPECT_EQ(rows[1].kept, (core::PromiseKept{1, 1, 1}));
  EXPECT_EQ(rows[1].free_within_7, 31);
  EXPECT_DOUBLE_EQ(rows[1].no_show, 0.25);
  EXPECT_EQ(rows[1].no_show_seen, 60);
  EXPECT_TRUE(again.rows("syd", monday, monday).empty()) << "another site's";
}

TEST_F(PromiseBookTest, TheNextDayHasRowsOfItsOwnAndOldOnesGo) {
  PromiseBook book = open();
  for (const core::Day day : {monday, monday + std::chrono::days{1}})
    for (int call = 0; call < 3; ++call) book.note_next(state, facility, clock(day, 300min));
  EXPECT_EQ(book.rows("nord", monday, monday + std::chrono::days{1}).size(), 4U);
  book.note_next(state, facility, clock(monday + std::chrono::days{PromiseBook::days_max + 1}, 300min));
  const auto left = book.rows("nord", monday, monday + std::chrono::days{PromiseBook::days_max + 1});
  ASSERT_FALSE(left.empty());
  EXPECT_EQ(left.front().day, monday + std::chrono::days{1});
}

}  // namespace
}  // namespace skranke::daemon
