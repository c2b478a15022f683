#pragma once
// Times of day, weekdays and dates as people write them in a facility file.
#include <optional>
#include <string>
#include <string_view>

#include "core/facility.hpp"

namespace skranke::wire {

/// "09:05" → minutes after midnight, 00:00 to 24:00.
[[nodiscard]] std::optional<core::Minutes> parse_clock(std::string_view text);
/// "wed", "mon,thu", "mon-fri" → bits, bit 0 = Monday; nothing when a word is unknown, repeated or a range runs
/// backwards.
[[nodiscard]] std::optional<std::uint8_t> parse_weekdays(std::string_view text);
/// "wed 10:00-15:00", also with several days as above; `to` must be after `from`.
[[nodiscard]] std::optional<core::WeeklySpan> parse_weekly_span(std::string_view text);
/// The same with what an authority allows on such a day: "wed 10:00-15:00 quota 17".
[[nodiscard]] std::optional<core::WeeklySpan> parse_presence(std::string_view text);
/// "2026-12-24", from 2000 to 2100.
[[nodiscard]] std::optional<core::Day> parse_date(std::string_view text);

[[nodiscard]] std::string clock_text(core::Minutes minutes);               ///< "09:05"
[[nodiscard]] std::vector<std::string> weekday_words(std::uint8_t days);   ///< {"mon", "thu"}
[[nodiscard]] std::string weekly_span_text(const core::WeeklySpan& span);  ///< "mon,thu 09:00-15:00", with " quota 17" where there is one

}  // namespace skranke::wire
