// The one table of words: an enumerator's name is its spelling in JSON, in the journal and in SQL.
#include <array>
#include <optional>

#include "wire/events.hpp"

namespace skranke::wire {
namespace {

using namespace core;

template <class Enum>
struct Words;
template <>
struct Words<VisitState> {
  static constexpr std::array<std::string_view, 8> list{"expected", "waiting", "called", "serving", "parked", "done", "no_show", "left"};
};
template <>
struct Words<StepState> {
  static constexpr std::array<std::string_view, 7> list{"waiting", "called", "serving", "parked", "done", "no_show", "skipped"};
};
template <>
struct Words<Channel> {
  static constexpr std::array<std::string_view, 6> list{"kiosk", "host", "phone", "web", "button", "integration"};
};
template <>
struct Words<Outcome> {
  static constexpr std::array<std::string_view, 5> list{"settled", "needs_documents", "referred", "back_office", "left"};
};
template <>
struct Words<Place> {
  static constexpr std::array<std::string_view, 3> list{"keep", "front", "end"};
};
template <>
struct Words<DeskPhase> {
  static constexpr std::array<std::string_view, 3> list{"closed", "open", "break"};
};
template <>
struct Words<DeskAction> {
  static constexpr std::array<std::string_view, 9> list{"call", "recall", "start", "finish", "no_show", "park", "transfer", "go_on", "services"};
};
template <>
struct Words<Why> {
  static constexpr std::array<std::string_view, 11> list{"longest_wait", "only_one",    "named",     "front",
                                                         "priority",     "fifo", "booked_time", "same_clerk",
                                                         "target",       "short_errand", "roll"};
};
template <>
struct Words<PaperState> {
  static constexpr std::array<std::string_view, 6> list{"none", "queued", "printing", "printed", "failed", "unknown"};
};
template <>
struct Words<Need> {
  static constexpr std::array<std::string_view, 6> list{"hearing", "sight", "standing", "wheelchair", "interpreter", "companion"};
};
template <>
struct Words<HelpKind> {
  static constexpr std::array<std::string_view, 3> list{"none", "help", "emergency"};
};
template <>
struct Words<MissedReturn> {
  static constexpr std::array<std::string_view, 3> list{"keep", "end", "none"};
};
template <>
struct Words<Mode> {
  static constexpr std::array<std::string_view, 3> list{"walk_in", "mixed", "booking"};
};
template <>
struct Words<Holiday> {
  static constexpr std::array<std::string_view, 15> list{
      "new_years_day", "maundy_thursday", "good_friday", "easter_sunday", "easter_monday", "great_prayer_day", "ascension_day", "whit_sunday",
      "whit_monday", "christmas_day", "second_christmas_day", "labour_day", "constitution_day", "christmas_eve", "new_years_eve"};
};
template <>
struct Words<RoomMode> {
  static constexpr std::array<std::string_view, 2> list{"normal", "paper_roll"};
};
template <>
struct Words<BackFrom> {
  static constexpr std::array<std::string_view, 3> list{"nothing", "evacuation", "paper_roll"};
};
template <>
struct Words<Reject> {
  static constexpr std::array<std::string_view, 47> list{
      "unknown_service", "unknown_desk", "unknown_visit", "unknown_priority", "unknown_printer", "closed", "authority_absent",
      "quota_full", "booking_required", "queue_full", "numbers_exhausted", "id_taken", "desk_closed", "desk_on_break", "desk_busy", "desk_idle",
      "wrong_state", "wrong_desk", "recall_too_soon", "recall_limit", "nothing_to_undo", "undo_conflict", "call_not_allowed", "wrong_content",
      "in_use", "not_offered", "last_ticket", "crowd_full", "unknown_schedule", "schedule_full",
      "unknown_booking", "not_bookable", "slot_taken", "outside_hours", "too_early", "too_late", "duplicate_booking",
      "return_not_allowed", "return_too_late",

      "evacuation", "number_taken", "not_on_roll", "no_more_time",
      "waiting_list_full", "offer_over",
      "not_by_telephone", "handover_seen"};
};

template <>
struct Words<BookingState> {
  static constexpr std::array<std::string_view, 6> list{"held", "booked", "arrived", "missed", "cancelled", "waiting"};
};
template <>
struct Words<Arrival> {
  static constexpr std::array<std::string_view, 4> list{"early", "on_time", "tolerated", "late"};
};

template <class Enum>
std::string_view word_of(Enum value) {
  return Words<Enum>::list.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view word(VisitState value) { return word_of(value); }
std::string_view word(StepState value) { return word_of(value); }
std::string_view word(Channel value) { return word_of(value); }
std::string_view word(Outcome value) { return word_of(value); }
std::string_view word(Place value) { return word_of(value); }
std::string_view word(DeskPhase value) { return word_of(value); }
std::string_view word(DeskAction value) { return word_of(value); }
std::string_view word(Why value) { return word_of(value); }
std::string_view word(PaperState value) { return word_of(value); }
std::string_view word(Mode value) { return word_of(value); }
std::string_view word(RoomMode value) { return word_of(value); }
std::string_view word(BackFrom value) { return word_of(value); }
std::string_view word(Reject value) { return word_of(value); }
std::string_view word(Need value) { return word_of(value); }
std::string_view word(Holiday value) { return word_of(value); }
std::string_view word(HelpKind value) { return word_of(value); }
std::string_view word(MissedReturn value) { return word_of(value); }

std::string_view word(BookingState value) { return word_of(value); }
std::string_view word(Arrival value) { return word_of(value); }

template <class Enum>
std::optional<Enum> from_word(std::string_view text) {
  for (std::size_t i = 0; i < Words<Enum>::list.size(); ++i)
    if (Words<Enum>::list[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}
template std::optional<VisitState> from_word(std::string_view);
template std::optional<StepState> from_word(std::string_view);
template std::optional<Channel> from_word(std::string_view);
template std::optional<Outcome> from_word(std::string_view);
template std::optional<Place> from_word(std::string_view);
template std::optional<DeskPhase> from_word(std::string_view);
template std::optional<DeskAction> from_word(std::string_view);
template std::optional<Why> from_word(std::string_view);
template std::optional<PaperState> from_word(std::string_view);
template std::optional<Mode> from_word(std::string_view);
template std::optional<BookingState> from_word(std::string_view);
template std::optional<Arrival> from_word(std::string_view);
template std::optional<RoomMode> from_word(std::string_view);
template std::optional<BackFrom> from_word(std::string_view);
template std::optional<Need> from_word(std::string_view);
template std::optional<Reject> from_word(std::string_view);
template std::optional<HelpKind> from_word(std::string_view);
template std::optional<MissedReturn> from_word(std::string_view);

}  // namespace skranke::wire
