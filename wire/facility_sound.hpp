#pragma once
// Keys of the facility file about what is heard and which way arrows point.
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/facility.hpp"
#include "wire/facility_draft.hpp"
#include "wire/table_reader.hpp"

namespace skranke::wire {

/// In the order of core::Arrow, without `none`.
inline constexpr std::array<std::string_view, 8> arrow_words{"left", "right", "up", "down", "up_left", "up_right", "down_left", "down_right"};
[[nodiscard]] std::string_view word(core::Arrow arrow);   ///< empty for none
[[nodiscard]] core::Arrow read_arrow(TableReader& table, std::string_view key);

/// `speaker`, `arrows`, `night_after_minutes` of a board.
void read_board_sound(TableReader& table, FacilityDraft& draft, core::Board& board);
void read_speaker(TableReader& table, FacilityDraft& draft);
void read_sound(TableReader& table, core::SoundRules& rules);

/// "21:00-07:00"; may run past midnight, must not be empty.
[[nodiscard]] std::optional<core::DaySpan> parse_day_span(std::string_view text);
[[nodiscard]] std::string day_span_text(const core::DaySpan& span);

/// Two loudspeakers where one is meant, and zones in which nobody is heard.
void explain_sound(const FacilityDraft& draft, Findings& findings);

}  // namespace skranke::wire
