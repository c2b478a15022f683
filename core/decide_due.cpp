// What becomes due by itself while time passes: somebody who does not come is missed, a desk that calls by itself calls.
#include <algorithm>

#include "core/decide.hpp"

namespace skranke::core {
namespace {

/// When a called visit counts as missed; nothing while it may still be recalled, or where the clerk decides.
std::optional<Instant> missed_at(const Facility& facility, const Visit& visit) {
  if (visit.state != VisitState::called || facility.rules.no_show_after == std::chrono::seconds{0}) return std::nullopt;
  const Step& step = *visit.current_step();
  if (step.attempts <= static_cast<std::uint32_t>(facility.rules.recalls_max)) return std::nullopt;
  return step.last_call_at + facility.rules.no_show_after;
}

/// When a desk next calls by itself.
std::optional<Instant> calls_at(const DeskStatus& desk) {
  const bool ready = desk.phase == DeskPhase::open && desk.visit == 0 && desk.auto_next && desk.idle.empty();
  return ready ? std::optional{desk.free_since + desk.rest} : std::nullopt;
}

}  // namespace

void add_missed(std::vector<Event>& events, const State& state, const Facility& facility, Instant now) {
  for (const DeskStatus& desk : state.desks) {
    const Visit* visit = state.find(desk.visit);
    if (visit == nullptr) continue;
    const auto due = missed_at(facility, *visit);
    if (due && *due <= now) events.push_back(not_there(facility, *visit, desk.id, now));
  }
}

void add_automatic_calls(std::vector<Event>& events, const State& state, const Facility& facility, Instant now) {
  const auto due = [&](const DeskStatus& desk) { return calls_at(desk) && *calls_at(desk) <= now; };
  if (std::none_of(state.desks.begin(), state.desks.end(), due)) return;
  State after = state;   // each call must know of the ones before it
  for (const Event& event : events) evolve(after, event);
  for (const DeskStatus& desk : state.desks) {
    if (!due(desk)) continue;
    const Decision call = decide_desk(after, facility, CallNext{desk.id, {}, {}, false}, now);   // nobody counts a roll up but a hand
    if (!call) continue;   // nobody is called now, for whatever reason: the next tick tries again
    for (const Event& event : *call) {
      evolve(after, event);
      events.push_back(event);
    }
  }
}

Instant next_by_itself(const State& state, const Facility& facility, Instant now, Instant latest) {
  Instant next = latest;
  for (const DeskStatus& desk : state.desks) {
    // A desk that is due and found nobody looks again in a second.
    if (const auto at = calls_at(desk)) next = std::min(next, *at > now ? *at : now + std::chrono::seconds{1});
    const Visit* visit = state.find(desk.visit);
    if (visit == nullptr) continue;
    if (const auto at = missed_at(facility, *visit)) next = std::min(next, std::max(*at, now));
  }
  return next;
}

}  // namespace skranke::core
