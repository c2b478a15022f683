#pragma once
// Public holidays as a rule of the calendar: which days a Danish site is closed without anybody writing them down.
#include <cstdint>
#include <optional>

#include "core/time.hpp"

namespace skranke::core {

enum class Holiday : std::uint8_t {
  new_years_day, maundy_thursday, good_friday, easter_sunday, easter_monday, great_prayer_day, ascension_day, whit_sunday, whit_monday,
  christmas_day, second_christmas_day, labour_day, constitution_day, christmas_eve, new_years_eve
};

/// Days that the law does not name, but that most offices keep.
struct HolidayRules {
  bool danish = false;             ///< the public holidays of Denmark
  bool labour_day = false;         ///< 1 May
  bool constitution_day = false;   ///< 5 June
  bool christmas_eve = false;      ///< 24 December
  bool new_years_eve = false;      ///< 31 December
  bool operator==(const HolidayRules&) const = default;
};

/// Easter Sunday of a year of the Gregorian calendar.
[[nodiscard]] Day easter(std::chrono::year year);
/// The holiday that closes the site on `day`. The great prayer day counts up to 2023.
[[nodiscard]] std::optional<Holiday> holiday_on(const HolidayRules& rules, Day day);

}  // namespace skranke::core
