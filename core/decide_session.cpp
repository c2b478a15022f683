// Who works where: a desk's session, breaks, help between desks, and the one button of a desk without a screen.
#include <algorithm>

#include "core/decide.hpp"
#include "core/policy/fit.hpp"

namespace skranke::core {
namespace {

using tl::unexpected;

constexpr std::chrono::seconds rest_max{3600};
constexpr std::chrono::seconds second_press{2};   ///< two presses closer than this are a press and its taking back

bool contains(const std::vector<ServiceId>& services, const ServiceId& id) {
  return std::find(services.begin(), services.end(), id) != services.end();
}

/// Other desks that this clerk still holds.
std::vector<const DeskStatus*> other_desks(const State& state, const OpenDesk& wish) {
  std::vector<const DeskStatus*> others;
  if (!wish.unique || wish.clerk.empty()) return others;
  for (const DeskStatus& desk : state.desks)
    if (desk.phase != DeskPhase::closed && desk.clerk == wish.clerk && desk.id != wish.desk) others.push_back(&desk);
  return others;
}

/// Why the visit at `from` cannot come along to the desk that `opened` describes.
std::optional<Refusal> cannot_come(const State& state, const Facility& facility, const DeskStatus& from, const DeskStatus& opened, Instant now) {
  if (opened.visit != 0) return refuse(Reject::desk_busy, "desk");
  const Visit& visit = *state.find(from.visit);
  if (!able(state, asking(facility, opened, now), visit, visit.current_step()->service)) return refuse(Reject::wrong_desk, "desk");
  return std::nullopt;
}

DeskStatus as_opened(DeskStatus desk, const OpenDesk& wish) {
  desk.phase = DeskPhase::open;
  desk.clerk = wish.clerk;
  desk.services = wish.services;
  desk.languages = wish.languages;
  desk.skills = wish.skills;
  return desk;
}

std::optional<Refusal> wrong_session(const Facility& facility, const OpenDesk& wish) {
  const Desk& described = *facility.find(wish.desk);
  for (std::size_t i = 0; i < wish.services.size(); ++i)
    if (!contains(described.services, wish.services[i])) return refuse(Reject::unknown_service, "services[" + std::to_string(i) + "]");
  if (wish.rest < std::chrono::seconds{0} || wish.rest > rest_max) return refuse(Reject::wrong_content, "rest_s");
  return std::nullopt;
}

}  // namespace

Decision decide_desk(const State& state, const Facility& facility, const OpenDesk& wish, Instant now) {
  const auto desk = desk_status(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  if (auto refusal = wrong_session(facility, wish)) return unexpected(std::move(*refusal));
  std::vector<Event> events = facts(now, DeskOpened{wish.desk, wish.clerk, wish.services, wish.languages, wish.skills, wish.auto_next, wish.rest});
  DeskStatus opened = as_opened(*desk, wish);
  for (const DeskStatus* other : other_desks(state, wish)) {
    if (other->visit != 0) {
      if (!wish.move) return unexpected(refuse(Reject::desk_busy, "move"));
      if (auto refusal = cannot_come(state, facility, *other, opened, now)) return unexpected(std::move(*refusal));
      opened.visit = other->visit;
      events.push_back({now, VisitMoved{other->visit, other->id, wish.desk}});
    }
    events.push_back({now, DeskClosed{other->id}});
  }
  return events;
}

Decision decide_desk(const State& state, const Facility& facility, const PauseDesk& wish, Instant now) {
  const auto desk = free_desk(state, facility, wish.desk);
  if (!desk && desk.error().reason != Reject::desk_on_break) return unexpected(desk.error());
  const auto& reasons = facility.break_reasons;
  const bool listed = std::any_of(reasons.begin(), reasons.end(), [&](const BreakReason& one) { return one.id == wish.reason; });
  if (!reasons.empty() && !wish.reason.empty() && !listed) return unexpected(refuse(Reject::wrong_content, "reason"));
  return facts(now, DeskPaused{wish.desk, wish.reason});
}

Decision decide_desk(const State& state, const Facility& facility, const IdleDesk& wish, Instant now) {
  const auto desk = free_desk(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  if (desk->idle == wish.reason) return std::vector<Event>{};
  return facts(now, DeskIdled{wish.desk, wish.reason});
}

Decision decide_desk(const State& state, const Facility& facility, const CallHelp& wish, Instant now) {
  const auto desk = desk_status(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  if (!wish.to.empty() && (wish.to == wish.desk || facility.find(wish.to) == nullptr)) return unexpected(refuse(Reject::unknown_desk, "to"));
  if (wish.kind == HelpKind::none) return unexpected(refuse(Reject::wrong_content, "kind"));
  if (desk->phase == DeskPhase::closed) return unexpected(refuse(Reject::desk_closed, "desk"));
  if (desk->help == wish.kind && desk->help_to == wish.to) return std::vector<Event>{};   // pressed twice
  return facts(now, HelpChanged{wish.desk, wish.kind, wish.to, now, {}});
}

Decision decide_desk(const State& state, const Facility& facility, const AnswerHelp& wish, Instant now) {
  const auto desk = desk_status(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  if (desk->help == HelpKind::none) return unexpected(refuse(Reject::wrong_state, "desk"));
  return facts(now, HelpChanged{wish.desk, desk->help, desk->help_to, desk->help_since, wish.by});
}

Decision decide_desk(const State& state, const Facility& facility, const ClearHelp& wish, Instant now) {
  const auto desk = desk_status(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  if (desk->help == HelpKind::none) return std::vector<Event>{};
  return facts(now, HelpChanged{wish.desk, HelpKind::none, {}, Instant{}, {}});
}

namespace {

/// "Next" at a desk that may still hold somebody: that service is finished first.
Decision finish_and_next(const State& state, const Facility& facility, const DeskStatus& desk, Instant now) {
  if (desk.visit == 0) return decide_desk(state, facility, CallNext{desk.id}, now);
  Decision events = decide_desk(state, facility, FinishService{desk.id, Outcome::settled, {}}, now);
  if (!events) return events;
  State after = state;
  for (const Event& event : *events) evolve(after, event);
  const Decision next = decide_desk(after, facility, CallNext{desk.id}, now);
  if (next) events->insert(events->end(), next->begin(), next->end());
  return events;
}

Decision press_of(const State& state, const Facility& facility, const DeskStatus& desk, Instant now) {
  Decision events = finish_and_next(state, facility, desk, now);
  if (events && !events->empty()) events->push_back({now, ButtonPressed{desk.id, now}});
  return events;
}

/// All that the press before did, at its one instant.
Decision take_back_press(const State& state, const DeskStatus& desk, Instant now) {
  if (desk.undo.empty() || desk.undo.back().at != desk.pressed_at) return unexpected(refuse(Reject::nothing_to_undo, "desk"));
  Decision events =
      take_back(state, desk, now, second_press, [](const UndoEntry& older, const UndoEntry& newer) { return older.at == newer.at; });
  if (events) events->push_back({now, ButtonPressed{desk.id, Instant{}}});
  return events;
}

/// Held down: what else a desk without a screen must be able to say.
Decision long_press(const State& state, const Facility& facility, const DeskStatus& desk, Instant now) {
  if (desk.phase == DeskPhase::closed) return decide_desk(state, facility, OpenDesk{desk.id, {}, {}}, now);
  if (desk.phase == DeskPhase::on_break) return decide_desk(state, facility, ResumeDesk{desk.id}, now);
  if (desk.visit == 0) return decide_desk(state, facility, PauseDesk{desk.id, {}}, now);
  return decide_desk(state, facility, Recall{desk.id}, now);
}

}  // namespace

Decision decide_desk(const State& state, const Facility& facility, const PressButton& wish, Instant now) {
  const auto desk = desk_status(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  const bool soon = desk->pressed_at != Instant{} && now >= desk->pressed_at && now - desk->pressed_at <= second_press;
  switch (wish.press) {
    case Press::one: return soon ? take_back_press(state, *desk, now) : press_of(state, facility, *desk, now);
    case Press::two: return soon ? take_back_press(state, *desk, now) : decide_desk(state, facility, Undo{wish.desk}, now);
    case Press::hold: return long_press(state, facility, *desk, now);
  }
  return std::vector<Event>{};
}

}  // namespace skranke::core
