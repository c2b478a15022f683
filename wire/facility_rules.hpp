#pragma once
// Keys of the facility file about when the room is open to whom: holidays, modes by weekday, the last ticket, the crowd, alarms.
#include "core/facility.hpp"
#include "wire/facility_draft.hpp"
#include "wire/table_reader.hpp"

namespace skranke::wire {

void read_holidays(TableReader& site, core::HolidayRules& rules);
/// `mode_on = { thu = "walk_in" }`, `from`, `until`, `alarm_wait_minutes`.
void read_service_calendar(TableReader& service, core::Service& into);
void read_last_ticket(TableReader& rules, core::Rules& into);
void read_room(TableReader& room, FacilityDraft& draft);
void read_alarms(TableReader& alarms, core::AlarmRules& into);
/// `lunch = "12:00-12:30"`: closed in between; nothing when absent or wrong.
[[nodiscard]] std::optional<core::WeeklySpan> read_lunch(TableReader& opening, const core::WeeklySpan& span);

inline constexpr std::array<std::string_view, 4> extra_holidays{"labour_day", "constitution_day", "christmas_eve", "new_years_eve"};
inline constexpr std::array<std::string_view, 3> mode_words{"walk_in", "mixed", "booking"};

}  // namespace skranke::wire
