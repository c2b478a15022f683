#include "core/holidays.hpp"

namespace skranke::core {
namespace {

using namespace std::chrono;

std::optional<Holiday> moving_holiday(Day day, year year) {
  switch ((day - easter(year)).count()) {
    case -3: return Holiday::maundy_thursday;
    case -2: return Holiday::good_friday;
    case 0: return Holiday::easter_sunday;
    case 1: return Holiday::easter_monday;
    case 26:
      if (year < std::chrono::year{2024}) return Holiday::great_prayer_day;
      return std::nullopt;
    case 39: return Holiday::ascension_day;
    case 49: return Holiday::whit_sunday;
    case 50: return Holiday::whit_monday;
    default: return std::nullopt;
  }
}

}  // namespace

/// The full moon after the spring equinox by the lunar tables of the calendar (golden number, leap days left out, moon's correction), then the
/// Sunday that follows it.
Day easter(year year) {
  const int y = static_cast<int>(year), golden = y % 19, century = y / 100;
  const int moon_correction = (8 * century + 13) / 25, leap_days_left_out = century - century / 4;
  int age = (19 * golden + leap_days_left_out - moon_correction + 15) % 30;   // days from 21 March to the full moon
  if (age == 29 || (age == 28 && golden > 10)) --age;
  const Day full_moon = Day{year / March / 21} + days{age};
  return full_moon + days{7 - (weekday{full_moon} - Sunday).count()};
}

std::optional<Holiday> holiday_on(const HolidayRules& rules, Day day) {
  const year_month_day date{day};
  const auto is = [&](month_day wanted) { return month_day{date.month(), date.day()} == wanted; };
  if (rules.labour_day && is(May / 1)) return Holiday::labour_day;
  if (rules.constitution_day && is(June / 5)) return Holiday::constitution_day;
  if (rules.christmas_eve && is(December / 24)) return Holiday::christmas_eve;
  if (rules.new_years_eve && is(December / 31)) return Holiday::new_years_eve;
  if (!rules.danish) return std::nullopt;
  if (is(January / 1)) return Holiday::new_years_day;
  if (is(December / 25)) return Holiday::christmas_day;
  if (is(December / 26)) return Holiday::second_christmas_day;
  return moving_holiday(day, date.year());
}

}  // namespace skranke::core
