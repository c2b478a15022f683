// Public holidays against the dates that were kept.
#include <array>

#include <gtest/gtest.h>

#include "core/holidays.hpp"

namespace skranke::test {
namespace {

using namespace core;
using namespace std::chrono;

Day date(int y, unsigned m, unsigned d) { return Day{year{y} / month{m} / day{d}}; }

TEST(Holidays, EasterFallsWhereItFell) {
  const std::array known{date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24), date(2016, 3, 27), date(2019, 4, 21), date(2020, 4, 12),
                         date(2021, 4, 4),  date(2022, 4, 17), date(2023, 4, 9),  date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5),
                         date(2027, 3, 28), date(2028, 4, 16), date(2038, 4, 25), date(2049, 4, 18), date(2076, 4, 19), date(2100, 3, 28)};
  for (const Day easter_day : known) EXPECT_EQ(easter(year_month_day{easter_day}.year()), easter_day) << to_string(easter_day);
}

TEST(Holidays, OfDenmarkIn2023And2026) {
  const HolidayRules dk{.danish = true};
  const auto count = [&](int y) {
    int days_off = 0;
    for (Day day = date(y, 1, 1); day < date(y + 1, 1, 1); day += days{1}) days_off += holiday_on(dk, day).has_value();
    return days_off;
  };
  EXPECT_EQ(count(2023), 11);
  EXPECT_EQ(count(2024), 10) << "the great prayer day is a working day";
  EXPECT_EQ(holiday_on(dk, date(2023, 5, 5)), Holiday::great_prayer_day);
  EXPECT_EQ(holiday_on(dk, date(2024, 4, 26)), std::nullopt);
  EXPECT_EQ(holiday_on(dk, date(2026, 4, 2)), Holiday::maundy_thursday);
  EXPECT_EQ(holiday_on(dk, date(2026, 4, 3)), Holiday::good_friday);
  EXPECT_EQ(holiday_on(dk, date(2026, 4, 6)), Holiday::easter_monday);
  EXPECT_EQ(holiday_on(dk, date(2026, 5, 14)), Holiday::ascension_day);
  EXPECT_EQ(holiday_on(dk, date(2026, 5, 25)), Holiday::whit_monday);
  EXPECT_EQ(holiday_on(dk, date(2026, 12, 26)), Holiday::second_christmas_day);
  EXPECT_EQ(holiday_on(dk, date(2026, 12, 27)), std::nullopt);
}

TEST(Holidays, DaysThatAreKeptOnlyWhereTheSiteSaysSo) {
  const HolidayRules dk{.danish = true};
  HolidayRules all = dk;
  all.labour_day = all.constitution_day = all.christmas_eve = all.new_years_eve = true;
  for (const Day day : {date(2026, 5, 1), date(2026, 6, 5), date(2026, 12, 24), date(2026, 12, 31)}) {
    EXPECT_FALSE(holiday_on(dk, day)) << to_string(day);
    EXPECT_TRUE(holiday_on(all, day)) << to_string(day);
  }
  EXPECT_FALSE(holiday_on({}, date(2026, 12, 25))) << "a site elsewhere";
}

}  // namespace
}  // namespace skranke::test
