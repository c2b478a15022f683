#pragma once
// Events as they stand in the journal: a type word and a compact JSON payload. The format is documented in docs/journal.md; old payloads stay readable.
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/command.hpp"

namespace skranke::core {
enum class AlarmKind : std::uint8_t;
}

namespace skranke::wire {

/// "visit_taken", "desk_opened", …: the event's word in the journal.
[[nodiscard]] std::string_view event_type(const core::Event& event);
/// Appends the payload (UTF-8 JSON object) to `out`.
void encode_event(const core::Event& event, std::string& out);
/// The inverse; an error text for anything that `encode_event` cannot have written.
[[nodiscard]] tl::expected<core::Event, std::string> decode_event(std::string_view type, core::Instant at, std::string_view payload);

/// One visit as JSON (the snapshot inside `action_undone`, also a projection column); and back.
void encode_visit(const core::Visit& visit, std::string& out);
[[nodiscard]] tl::expected<core::Visit, std::string> decode_visit(std::string_view json);

/// A booking as the tables' column `more` has it: what has no column of its own; and back, all others untouched.
[[nodiscard]] std::string encode_booking(const core::Booking& booking);
[[nodiscard]] tl::expected<void, std::string> decode_booking(std::string_view json, core::Booking& into);

/// The small fields of a visit, step, desk or room (wire/more.cpp) as one JSON object: the tables' column `more`; and back, all others untouched.
template <class Thing>
[[nodiscard]] std::string encode_more(const Thing& thing);
template <class Thing>
[[nodiscard]] tl::expected<void, std::string> decode_more(std::string_view json, Thing& into);

/// Enumerators spell themselves: their name is their JSON and database word.
std::string_view word(core::VisitState), word(core::StepState), word(core::Channel), word(core::Outcome), word(core::Place), word(core::DeskPhase),
    word(core::DeskAction), word(core::Why), word(core::PaperState), word(core::Mode), word(core::Reject), word(core::Need), word(core::Holiday),
    word(core::BookingState), word(core::Arrival), word(core::HelpKind), word(core::MissedReturn), word(core::AlarmKind), word(core::RoomMode), word(core::BackFrom);
template <class Enum>
[[nodiscard]] std::optional<Enum> from_word(std::string_view text);

}  // namespace skranke::wire
