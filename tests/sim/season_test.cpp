// The promise of seven working days, lived through: what a season keeps, what could have been kept, and whether staff were told in time.
#include <gtest/gtest.h>

#include <functional>

#include "core/chance.hpp"
#include "sim/season.hpp"

namespace skranke::sim {
namespace {

constexpr std::uint64_t seeds = 4;
constexpr int notice = 5;   ///< working days before the first breach

SeasonPlan plan(std::uint64_t seed) {
  SeasonPlan made;
  made.seed = seed;
  return made;
}

TEST(Season, WhatFitsIsKeptWithoutAnAlarm) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    for (const Course course : {Course::usual, Course::summer}) {
      const SeasonOutcome season = live_season(course, plan(seed));
      EXPECT_GE(season.share_7(), 0.999) << word(course) << " seed " << seed;
      EXPECT_GE(season.share_3(), 0.8) << word(course) << " seed " << seed;
      EXPECT_EQ(season.alarms, 0) << word(course) << " seed " << seed;
    }
}

TEST(Season, WhatDoesNotFitIsToldDaysAheadAndKeptAsFarAsPossible) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    for (const Course course : {Course::identity, Course::growth}) {
      const SeasonOutcome season = live_season(course, plan(seed));
      ASSERT_TRUE(season.first_breach) << word(course) << " seed " << seed;
      ASSERT_TRUE(season.first_alarm) << word(course) << " seed " << seed;
      EXPECT_GE(*season.first_breach - *season.first_alarm, notice) << word(course) << " seed " << seed;
      EXPECT_EQ(season.silent_breaches, 0) << word(course) << " seed " << seed;
      EXPECT_LE(season.gap(), 0.03) << word(course) << " seed " << seed;
      EXPECT_GE(season.gap(), 0) << word(course) << " seed " << seed;
    }
}

/// Why the horizon matters: with places far ahead on offer, a rush books them, and everybody who asks later waits as long.
TEST(Season, AFarHorizonCostsThePromise) {
  SeasonPlan far = plan(1);
  far.horizon_days = 60;
  const SeasonOutcome season = live_season(Course::growth, far);
  EXPECT_GT(season.gap(), 0.2);
  EXPECT_GT(season.booked, live_season(Course::growth, plan(1)).booked);
  ASSERT_TRUE(season.first_breach && season.first_alarm);
  EXPECT_GE(*season.first_breach - *season.first_alarm, notice);
}

TEST(Season, TheSameSeedIsTheSameSeason) {
  SeasonPlan short_season = plan(7);
  short_season.days = 20;
  std::string one, other;
  write_season_json({live_season(Course::growth, short_season)}, short_season, one);
  write_season_json({live_season(Course::growth, short_season)}, short_season, other);
  EXPECT_EQ(one, other);
}

/// The bound against a maximum flow: requests to places by augmenting paths, on random small seasons.
TEST(MostPossible, IsTheMaximumFlow) {
  core::Chance chance{core::key_of({2026})};
  const auto below = [&](int count) { return static_cast<int>(chance.uniform() * count); };
  for (int round = 0; round < 300; ++round) {
    const int within = below(4);
    std::vector<int> asked(static_cast<std::size_t>(1 + below(6))), places(asked.size() + static_cast<std::size_t>(below(4)));
    for (int& count : asked) count = below(5);
    for (int& count : places) count = below(4);
    std::vector<std::size_t> day_of_place, day_of_request;
    for (std::size_t day = 0; day < places.size(); ++day) day_of_place.insert(day_of_place.end(), static_cast<std::size_t>(places[day]), day);
    for (std::size_t day = 0; day < asked.size(); ++day) day_of_request.insert(day_of_request.end(), static_cast<std::size_t>(asked[day]), day);
    std::vector<int> holder(day_of_place.size(), -1);
    std::vector<char> tried;
    const std::function<bool(int)> augment = [&](int request) {
      const std::size_t day = day_of_request[static_cast<std::size_t>(request)];
      for (std::size_t place = 0; place < holder.size(); ++place) {
        if (tried[place] != 0 || day_of_place[place] < day || day_of_place[place] > day + static_cast<std::size_t>(within)) continue;
        tried[place] = 1;
        if (holder[place] >= 0 && !augment(holder[place])) continue;
        holder[place] = request;
        return true;
      }
      return false;
    };
    int flow = 0;
    for (int request = 0; request < static_cast<int>(day_of_request.size()); ++request) {
      tried.assign(holder.size(), 0);
      flow += augment(request);
    }
    EXPECT_EQ(most_possible(asked, places, within), flow) << "round " << round;
  }
}

}  // namespace
}  // namespace skranke::sim
