#include "core/room_status.hpp"

#include <algorithm>
#include <bitset>

#include "core/state.hpp"

namespace skranke::core {
namespace {

using Digits = std::bitset<digits_max + 1>;

/// Which tickets of a roll are visits, live or over.
Digits visits_of(const State& state, const Roll& roll) {
  Digits seen;
  for (const auto& [serial, visit] : state.visits)
    if (roll.holds(visit.number)) seen.set(visit.number.digits);
  return seen;
}

}  // namespace

const Roll* RoomStatus::roll_with(Number number) const {
  const auto found = std::find_if(rolls.begin(), rolls.end(), [&](const Roll& roll) { return roll.holds(number); });
  return found == rolls.end() ? nullptr : &*found;
}

Instant room_time(const State& state, Instant now) {
  return state.room.evacuated ? std::min(now, state.room.evacuated_at) : now;
}

Instant patience_ends(const RoomStatus& room, Instant from, std::chrono::seconds patience) {
  Instant ends = from + patience;
  const auto add = [&](const FrozenSpan& still) {
    if (still.to > from && still.from <= ends) ends += still.to - std::max(still.from, from);
  };
  std::for_each(room.frozen_before.begin(), room.frozen_before.end(), add);
  add({room.frozen_from, room.frozen_to});
  return ends;
}

const Visit* holder_of(const State& state, Number number) {
  const Visit* found = nullptr;
  for (const auto& [serial, visit] : state.visits)
    if (visit.number == number && (found == nullptr || visit.serial > found->serial)) found = &visit;
  return found;
}

const Visit& stands_for(const State& state, const Visit& visit) {
  const Visit* found = &visit;
  for (std::size_t hops = 0; hops < state.visits.size() && found->merged_into != 0; ++hops)
    if (const Visit* next = state.find(found->merged_into)) found = next;
  return *found;
}

std::optional<Number> next_on_roll(const State& state, const Roll& roll) {
  const Digits seen = visits_of(state, roll);
  for (std::size_t digits = roll.first; digits <= roll.last; ++digits)
    if (!seen.test(digits)) return Number{roll.letter, static_cast<std::uint16_t>(digits)};
  return std::nullopt;
}

std::vector<Number> torn_never_called(const State& state, const Roll& roll) {
  const Digits seen = visits_of(state, roll);
  std::size_t torn = roll.torn;
  for (std::size_t digits = roll.first; digits <= roll.last; ++digits)
    if (seen.test(digits)) torn = std::max(torn, digits);   // who is here with a later ticket proves the earlier ones torn
  std::vector<Number> missing;
  for (std::size_t digits = roll.first; digits <= torn; ++digits)
    if (!seen.test(digits)) missing.push_back({roll.letter, static_cast<std::uint16_t>(digits)});
  return missing;
}

}  // namespace skranke::core
