#include "daemon/release_lots.hpp"

#include <gtest/gtest.h>

#include "core/event.hpp"

namespace skranke::daemon {
namespace {

using namespace std::chrono_literals;

constexpr core::Day tuesday{std::chrono::year{2026} / 11 / 24};

core::Instant clock(core::Day day, std::chrono::seconds since_midnight) { return core::Instant{day.time_since_epoch() + since_midnight}; }

/// By the clock of UTC; the places of each day are given out the day before, between eight and ten.
core::Facility site() {
  core::Facility facility;
  facility.authorities.emplace_back().id = core::AuthorityId{"kommune"};
  core::Service& service = facility.services.emplace_back();
  service.id = core::ServiceId{"pas"};
  service.authority = core::AuthorityId{"kommune"};
  service.mode = core::Mode::booking;
  service.book.acute_per_day = 2;
  service.book.release_from = 8h;
  service.book.release_to = 10h;
  service.book.release_days_before = 1;
  return facility;
}

/// Draws the same share of what is left, and notes of how much.
struct Drawn {
  double share = 0;
  std::vector<std::uint32_t> bounds{};
  ReleaseLots::Draw draw() {
    return [this](std::uint32_t bound) {
      bounds.push_back(bound);
      return static_cast<std::uint32_t>(share * bound);
    };
  }
};

TEST(ReleaseLots, GivesOutAtTheSecondThatWasDrawnAndDrawsOnce) {
  const core::Facility facility = site();
  core::State state;
  Drawn drawn{.share = 0.5};
  ReleaseLots lots{drawn.draw()};
  const core::Day before = tuesday - std::chrono::days{1};
  EXPECT_TRUE(lots.due(state, facility, clock(before, 8h - 1s)).empty());
  EXPECT_TRUE(drawn.bounds.empty()) << "drawn before its hours";
  EXPECT_TRUE(lots.due(state, facility, clock(before, 8h)).empty());
  EXPECT_TRUE(lots.due(state, facility, clock(before, 9h - 1s)).empty());
  const auto due = lots.due(state, facility, clock(before, 9h));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due.front().day, tuesday);
  EXPECT_EQ(lots.due(state, facility, clock(before, 9h + 1s)).size(), 1U) << "not carried out: told again";
  EXPECT_EQ(drawn.bounds, std::vector<std::uint32_t>{7200});
  core::evolve(state, {clock(before, 9h), core::PlacesReleased{core::ServiceId{"pas"}, tuesday}});
  EXPECT_TRUE(lots.due(state, facility, clock(before, 9h + 2s)).empty());
}

TEST(ReleaseLots, DrawsAnewFromWhatIsLeftAfterARestartAndForOtherHours) {
  core::Facility facility = site();
  const core::State state;
  Drawn drawn{.share = 0.999};
  ReleaseLots lots{drawn.draw()};
  EXPECT_TRUE(lots.due(state, facility, clock(tuesday, 9h)).empty());
  facility.services.front().book.release_to = 11h;
  EXPECT_TRUE(lots.due(state, facility, clock(tuesday, 9h)).empty());
  EXPECT_EQ(drawn.bounds, (std::vector<std::uint32_t>{3600, 7200}));
  EXPECT_TRUE(lots.due(state, facility, clock(tuesday, 11h)).empty()) << "the calendar gives them out by itself from then on";
}

TEST(ReleaseLots, LeavesAloneWhatIsNotKeptBackByLotOrIsClosed) {
  core::Facility facility = site();
  Drawn drawn;
  ReleaseLots lots{drawn.draw()};
  facility.opening.push_back({.days = 0b0000001, .from = core::Minutes{540}, .to = core::Minutes{900}});   // Mondays
  EXPECT_TRUE(lots.due({}, facility, clock(tuesday, 9h)).empty());
  facility = site();
  facility.services.front().book.acute_per_day = 0;
  EXPECT_TRUE(lots.due({}, facility, clock(tuesday, 9h)).empty());
  facility = site();
  facility.services.front().book.release_to = 8h;
  EXPECT_TRUE(lots.due({}, facility, clock(tuesday, 9h)).empty());
  EXPECT_TRUE(drawn.bounds.empty());
}

}  // namespace
}  // namespace skranke::daemon
