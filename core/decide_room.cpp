// Wishes about the room as a whole: the paper roll, and an evacuation.
#include <algorithm>

#include "core/decide.hpp"

namespace skranke::core {
namespace {

using tl::unexpected;

bool is_issued_letter(char letter) { return unmistakable_letters.find(letter) != std::string_view::npos; }

/// Nobody holds the number, the system did not issue it, and it was not torn off another roll. What is left of a roll that was put away is free.
bool is_unused(const State& state, Number number) {
  if (const Roll* roll = state.room.roll_with(number)) return !roll->open && number.digits > roll->torn && holder_of(state, number) == nullptr;
  return is_issued_letter(number.letter) ? !state.numbers.is_used(number) : holder_of(state, number) == nullptr;
}

bool roll_is_unused(const State& state, const Roll& roll) {
  for (int digits = roll.first; digits <= roll.last; ++digits)
    if (!is_unused(state, {roll.letter, static_cast<std::uint16_t>(digits)})) return false;
  return true;
}

/// P as in paper, else from the end that services use last; then letters that are never issued at all.
constexpr std::string_view letters_by_choice = "PYTKJCARELF";

/// A letter that no service and no ticket of today uses.
std::optional<Roll> unused_roll(const State& state, const Facility& facility) {
  for (const char letter : letters_by_choice) {
    const bool of_service = std::any_of(facility.services.begin(), facility.services.end(), [&](const Service& s) { return s.letter == letter; });
    Roll roll;
    roll.letter = letter;
    if (!of_service && roll_is_unused(state, roll)) return roll;
  }
  return std::nullopt;
}

tl::expected<Roll, Refusal> roll_from(const State& state, const Facility& facility, const RollWish& wish, const std::string& field) {
  Roll roll;
  if (!wish.first) {
    const auto unused = unused_roll(state, facility);
    if (!unused) return unexpected(refuse(Reject::number_taken, field + "first"));
    roll = *unused;
  } else {
    roll.letter = wish.first->letter;
    roll.first = wish.first->digits;
  }
  if (wish.last) roll.last = *wish.last;
  if (roll.last < roll.first || roll.last > digits_max) return unexpected(refuse(Reject::wrong_content, field + "last"));
  roll.service = wish.service;
  if (!wish.service.empty() && facility.find(wish.service) == nullptr) return unexpected(refuse(Reject::unknown_service, field + "service"));
  if (!roll_is_unused(state, roll)) return unexpected(refuse(Reject::number_taken, field + "first"));
  return roll;
}

/// A roll that goes on where it was put away takes its rest back.
void cut_off_rest(std::vector<Roll>& rolls, const Roll& fresh) {
  for (Roll& roll : rolls)
    if (roll.letter == fresh.letter && roll.first < fresh.first && roll.last >= fresh.first) roll.last = static_cast<std::uint16_t>(fresh.first - 1);
  std::erase_if(rolls, [&](const Roll& roll) { return roll.letter == fresh.letter && roll.first >= fresh.first && roll.first <= fresh.last; });
}

Decision put_up(const State& state, const Facility& facility, const SetRoomMode& wish, Instant now) {
  std::vector<RollWish> wanted = wish.rolls;
  if (wanted.empty() && state.room.mode == RoomMode::paper_roll) return std::vector<Event>{};
  if (wanted.empty()) wanted.emplace_back();
  State tried = state;   // a second roll must keep clear of the first
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto roll = roll_from(tried, facility, wanted[i], "rolls[" + std::to_string(i) + "].");
    if (!roll) return unexpected(std::move(roll).error());
    roll->opened_at = now;
    cut_off_rest(tried.room.rolls, *roll);
    if (tried.room.rolls.size() >= rolls_max) return unexpected(refuse(Reject::wrong_content, "rolls"));
    tried.room.rolls.push_back(*roll);
  }
  return facts(now, RoomModeChanged{RoomMode::paper_roll, std::move(tried.room.rolls)});
}

Decision put_away(const State& state, const SetRoomMode& wish, Instant now) {
  if (state.room.mode == RoomMode::normal) return std::vector<Event>{};
  std::vector<Roll> rolls = state.room.rolls;
  for (Roll& roll : rolls) {
    if (!roll.open) continue;
    roll.open = false;
    roll.closed_at = now;
    for (const auto& [serial, visit] : state.visits)
      if (roll.holds(visit.number)) roll.torn = std::max(roll.torn, visit.number.digits);
  }
  for (std::size_t i = 0; i < wish.torn.size(); ++i) {
    const auto named = std::find_if(rolls.begin(), rolls.end(), [&](const Roll& roll) { return roll.closed_at == now && roll.holds(wish.torn[i]); });
    if (named == rolls.end()) return unexpected(refuse(Reject::not_on_roll, "torn[" + std::to_string(i) + "]"));
    named->torn = std::max(named->torn, wish.torn[i].digits);   // who was called proves more than who looked
  }
  return facts(now, RoomModeChanged{RoomMode::normal, std::move(rolls)});
}

template <class Wish, class... Kinds>
inline constexpr bool one_of = (std::is_same_v<Wish, Kinds> || ...);

}  // namespace

Decision decide_room(const State& state, const Facility& facility, const SetRoomMode& wish, Instant now) {
  return wish.mode == RoomMode::paper_roll ? put_up(state, facility, wish, now) : put_away(state, wish, now);
}

Decision decide_room(const State& state, const Evacuate& wish, Instant now) {
  if (wish.active == state.room.evacuated) return std::vector<Event>{};
  if (wish.active) return facts(now, EvacuationStarted{wish.kind});
  return facts(now, EvacuationEnded{});
}

Decision decide_room(const State& state, const SeeHandover& wish, Instant now) {
  if (wish.until > now) return unexpected(refuse(Reject::wrong_content, "until"));
  if (wish.until <= state.room.handed_over) return unexpected(refuse(Reject::handover_seen, "until"));
  return facts(now, HandoverSeen{wish.until});
}

/// Desks may open and close, people may give up their place, and what a printer or an administrator tells is noted; the queue itself stands still.
bool waits_for_evacuation(const Command& command) {
  return std::visit(
      [](const auto& wish) {
        using Wish = std::decay_t<decltype(wish)>;
        return !one_of<Wish, LeaveQueue, OpenDesk, PauseDesk, ResumeDesk, CloseDesk, ReportPaper, ApplyFacility, ScheduleFacility, CancelFacility, NoteRefusals,
                       IdleDesk, CallHelp, AnswerHelp, ClearHelp, CreateBooking, ConfirmBooking, MoveBooking, CancelBooking, WishPlace, DeclineOffer, SetRoomMode,
                       Evacuate, NoteMessage, SeeHandover, ReleasePlaces>;
      },
      command);
}

}  // namespace skranke::core
