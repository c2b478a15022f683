// The room as a whole: a paper roll instead of the kiosk, and an evacuation with its frozen clocks.
#include <algorithm>

#include "core/evolve.hpp"

namespace skranke::core {
namespace {

void shift(Instant& at, std::chrono::milliseconds by) {
  if (at != Instant{}) at += by;
}

/// A visit as if the frozen time had not been: its place, its calls and its limits keep their distance to now.
void shift(Visit& visit, std::chrono::milliseconds by) {
  shift(visit.anchor, by);
  shift(visit.parked_until, by);
  shift(visit.ended_at, by);
  for (Step& step : visit.steps) {
    if (step.finished_at != Instant{}) continue;   // what was over stays where it was
    shift(step.called_at, by);
    shift(step.last_call_at, by);
    shift(step.started_at, by);
    shift(step.prefer_until, by);
  }
}

}  // namespace

namespace fold {

void carry_rolls(State& state) {
  std::erase_if(state.room.rolls, [&](Roll& roll) {
    if (!roll.open) return true;
    const auto next = next_on_roll(state, roll);
    if (next) roll.first = next->digits;
    return !next;
  });
}

void hold_rolls(State& state) {
  for (const Roll& roll : state.room.rolls)
    for (int digits = roll.first; digits <= roll.last; ++digits) state.numbers.hold({roll.letter, static_cast<std::uint16_t>(digits)});
}

}  // namespace fold

void on(State& state, const RoomModeChanged& e, Instant at) {
  if (state.room.mode == RoomMode::paper_roll && e.mode == RoomMode::normal) {
    state.room.back_from = BackFrom::paper_roll;
    state.room.back_at = at;
  }
  if (state.room.mode != e.mode) state.room.mode_since = at;
  state.room.mode = e.mode;
  state.room.rolls = e.rolls;
  fold::count_numbers(state);
}

void on(State& state, const EvacuationStarted& e, Instant at) {
  state.room.evacuated = true;
  state.room.evacuated_at = at;
  state.room.evacuation_kind = e.kind;
}

void on(State& state, const HandoverSeen& e, Instant) { state.room.handed_over = e.until; }

/// Everything thaws in order: all places and limits move on by the time that was lost, so that it counts against nobody.
void on(State& state, const EvacuationEnded&, Instant at) {
  const auto frozen = std::max(std::chrono::milliseconds{0}, at - state.room.evacuated_at);
  for (auto& [serial, visit] : state.visits)
    if (visit.state != VisitState::done) shift(visit, frozen);
  for (DeskStatus& desk : state.desks) {
    shift(desk.free_since, frozen);
    shift(desk.pressed_at, frozen);
    for (UndoEntry& entry : desk.undo) {
      shift(entry.at, frozen);
      shift(entry.before, frozen);
    }
  }
  state.room.evacuated = false;
  auto& before = state.room.frozen_before;
  if (state.room.frozen_to > state.room.frozen_from) before.push_back({state.room.frozen_from, state.room.frozen_to});
  if (before.size() > frozen_max) before.erase(before.begin());
  state.room.frozen_from = state.room.evacuated_at;
  state.room.frozen_to = state.room.evacuated_at + frozen;
  state.room.evacuated_at = {};
  state.room.evacuation_kind.clear();
  state.room.back_from = BackFrom::evacuation;
  state.room.back_at = at;
  fold::stand_again(state);
}

}  // namespace skranke::core
