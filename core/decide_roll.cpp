// Tickets off a pre-numbered paper roll: which may become a visit, at which place, and which is called next.
#include <algorithm>

#include "core/decide.hpp"

namespace skranke::core {

std::optional<Refusal> why_not_on_roll(const State& state, Number number) {
  const Roll* roll = state.room.roll_with(number);
  if (roll == nullptr) return refuse(Reject::not_on_roll, "number");
  if (holder_of(state, number) != nullptr) return refuse(Reject::number_taken, "number");
  if (!roll->open && number.digits > roll->torn) return refuse(Reject::not_on_roll, "number");
  return std::nullopt;
}

Instant roll_anchor(const State& state, Number number, Instant now) {
  const Roll* roll = state.room.roll_with(number);
  if (roll == nullptr) return now;
  Instant anchor = roll->open ? now : std::min(now, roll->closed_at);
  for (const auto& [serial, visit] : state.visits)
    if (roll->holds(visit.number) && visit.number.digits > number.digits) anchor = std::min(anchor, visit.anchor);
  return anchor;
}

VisitTaken taken_off_roll(const State& state, const Facility& facility, Number number, const ServiceId& service, VisitId id, std::string token,
                          Instant now) {
  VisitTaken taken;
  taken.serial = state.last_serial + 1;
  const std::string own = "roll-" + std::to_string(taken.serial);
  taken.id = id.empty() || state.find(id) != nullptr ? VisitId{own} : std::move(id);
  taken.token = token.empty() ? own : std::move(token);
  taken.number = number;
  taken.day = state.day;
  taken.steps = {{service, facility.find(service)->authority, {}}};
  taken.language = facility.site.languages.front();
  taken.channel = Channel::host;
  taken.anchor = roll_anchor(state, number, now);
  return taken;
}

std::optional<RollTurn> next_roll_turn(const State& state, const std::vector<ServiceId>& services) {
  if (state.room.mode != RoomMode::paper_roll || services.empty()) return std::nullopt;
  std::optional<RollTurn> best;
  int fewest = digits_max + 1;
  for (const Roll& roll : state.room.rolls) {
    const bool able = roll.service.empty() || std::find(services.begin(), services.end(), roll.service) != services.end();
    if (!roll.open || !able) continue;
    const auto next = next_on_roll(state, roll);
    if (!next || next->digits - roll.first >= fewest) continue;   // of two rolls the one that is less far
    fewest = next->digits - roll.first;
    best = RollTurn{*next, roll.service.empty() ? services.front() : roll.service};
  }
  return best;
}

}  // namespace skranke::core
