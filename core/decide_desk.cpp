// Wishes of a desk: its session, calling, serving, and taking the last action back.
#include <algorithm>

#include "core/check.hpp"
#include "core/decide.hpp"
#include "core/policy/policy.hpp"

namespace skranke::core {
namespace {

using tl::unexpected;

constexpr Minutes park_max{24 * 60};   ///< nobody is put aside for longer than a day

/// The desk as it stands; a desk nobody has opened yet is closed.
tl::expected<DeskStatus, Refusal> desk_status(const State& state, const Facility& facility, const DeskId& id) {
  if (facility.find(id) == nullptr) return unexpected(refuse(Reject::unknown_desk, "desk"));
  if (const DeskStatus* desk = state.find(id)) return *desk;
  DeskStatus closed;
  closed.id = id;
  return closed;
}

/// A desk that may call: open, with nobody at it.
tl::expected<DeskStatus, Refusal> free_desk(const State& state, const Facility& facility, const DeskId& id) {
  auto desk = desk_status(state, facility, id);
  if (!desk) return desk;
  if (desk->visit != 0) return unexpected(refuse(Reject::desk_busy, "desk"));
  if (desk->phase == DeskPhase::closed) return unexpected(refuse(Reject::desk_closed, "desk"));
  if (desk->phase == DeskPhase::on_break) return unexpected(refuse(Reject::desk_on_break, "desk"));
  return desk;
}

/// The visit at a desk, called or served.
tl::expected<const Visit*, Refusal> visit_at(const State& state, const Facility& facility, const DeskId& id) {
  const auto desk = desk_status(state, facility, id);
  if (!desk) return unexpected(desk.error());
  if (desk->visit == 0) return unexpected(refuse(desk->phase == DeskPhase::closed ? Reject::desk_closed : Reject::desk_idle, "desk"));
  return state.find(desk->visit);
}

bool contains(const std::vector<ServiceId>& services, const ServiceId& id) {
  return std::find(services.begin(), services.end(), id) != services.end();
}

}  // namespace

Decision decide_desk(const State& state, const Facility& facility, const OpenDesk& wish, Instant now) {
  const auto desk = desk_status(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  const Desk& described = *facility.find(wish.desk);
  for (std::size_t i = 0; i < wish.services.size(); ++i)
    if (!contains(described.services, wish.services[i]))
      return unexpected(refuse(Reject::unknown_service, "services[" + std::to_string(i) + "]"));
  return facts(now, DeskOpened{wish.desk, wish.clerk, wish.services});
}

Decision decide_desk(const State& state, const Facility& facility, const PauseDesk& wish, Instant now) {
  const auto desk = free_desk(state, facility, wish.desk);
  if (!desk && desk.error().reason != Reject::desk_on_break) return unexpected(desk.error());
  return facts(now, DeskPaused{wish.desk, wish.reason});
}

Decision decide_desk(const State& state, const Facility& facility, const ResumeDesk& wish, Instant now) {
  const auto desk = desk_status(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  if (desk->phase == DeskPhase::closed) return unexpected(refuse(Reject::desk_closed, "desk"));
  if (desk->phase == DeskPhase::open) return std::vector<Event>{};
  return facts(now, DeskResumed{wish.desk});
}

Decision decide_desk(const State& state, const Facility& facility, const CloseDesk& wish, Instant now) {
  const auto desk = desk_status(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  if (desk->visit != 0) return unexpected(refuse(Reject::desk_busy, "desk"));
  if (desk->phase == DeskPhase::closed) return std::vector<Event>{};
  return facts(now, DeskClosed{wish.desk});
}

Decision decide_desk(const State& state, const Facility& facility, const CallNext& wish, Instant now) {
  const auto desk = free_desk(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  const Policy* policy = policy_named(facility.rules.policy);
  SKRANKE_TRUTH(policy != nullptr);   // the facility was checked
  const auto choice = policy->choose(state, wish.desk, services_of(facility, *desk), now);
  if (!choice) return std::vector<Event>{};
  const Visit* runner_up = state.find(choice->runner_up);
  return facts(now, VisitCalled{choice->serial, wish.desk, choice->step, choice->why, runner_up == nullptr ? "" : to_string(runner_up->number)});
}

Decision decide_desk(const State& state, const Facility& facility, const CallVisit& wish, Instant now) {
  const auto desk = free_desk(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  if (!facility.rules.call_named) return unexpected(refuse(Reject::call_not_allowed));
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  const bool callable = visit->state == VisitState::waiting || visit->state == VisitState::parked || visit->state == VisitState::no_show;
  if (!callable) return unexpected(refuse(Reject::wrong_state, "visit"));
  const auto services = services_of(facility, *desk);
  for (std::size_t i = 0; i < visit->steps.size(); ++i) {
    const Step& step = visit->steps[i];
    const bool open = step.state == StepState::parked || step.state == StepState::no_show || visit->is_ready(i);
    if (open && contains(services, step.service))
      return facts(now, VisitCalled{visit->serial, wish.desk, static_cast<std::uint8_t>(i), Why::named, {}});
  }
  return unexpected(refuse(Reject::wrong_desk, "visit"));
}

Decision decide_desk(const State& state, const Facility& facility, const Recall& wish, Instant now) {
  const auto visit = visit_at(state, facility, wish.desk);
  if (!visit) return unexpected(visit.error());
  if ((*visit)->state != VisitState::called) return unexpected(refuse(Reject::wrong_state, "desk"));
  const Step& step = *(*visit)->current_step();
  if (step.attempts > static_cast<std::uint32_t>(facility.rules.recalls_max)) return unexpected(refuse(Reject::recall_limit, "desk"));
  const Instant allowed = step.last_call_at + facility.rules.recall_after;
  if (now < allowed) {
    Refusal refusal = refuse(Reject::recall_too_soon, "desk");
    refusal.retry_after = std::chrono::ceil<std::chrono::seconds>(allowed - now);
    return unexpected(std::move(refusal));
  }
  return facts(now, VisitRecalled{(*visit)->serial, wish.desk});
}

Decision decide_desk(const State& state, const Facility& facility, const StartService& wish, Instant now) {
  const auto visit = visit_at(state, facility, wish.desk);
  if (!visit) return unexpected(visit.error());
  if ((*visit)->state != VisitState::called) return unexpected(refuse(Reject::wrong_state, "desk"));
  return facts(now, ServiceStarted{(*visit)->serial, wish.desk, now});
}

Decision decide_desk(const State& state, const Facility& facility, const FinishService& wish, Instant now) {
  const auto visit = visit_at(state, facility, wish.desk);
  if (!visit) return unexpected(visit.error());
  for (std::size_t i = 0; i < wish.done.size(); ++i)
    if (facility.find(wish.done[i].service) == nullptr)
      return unexpected(refuse(Reject::unknown_service, "services_done[" + std::to_string(i) + "]"));
  const ServiceFinished finished{(*visit)->serial, wish.desk, wish.outcome, wish.done};
  // A clerk who never pressed "start" has been serving since the last call.
  if ((*visit)->state == VisitState::called)
    return facts(now, ServiceStarted{(*visit)->serial, wish.desk, (*visit)->current_step()->last_call_at}, finished);
  return facts(now, finished);
}

Decision decide_desk(const State& state, const Facility& facility, const NoShow& wish, Instant now) {
  const auto visit = visit_at(state, facility, wish.desk);
  if (!visit) return unexpected(visit.error());
  if ((*visit)->state != VisitState::called) return unexpected(refuse(Reject::wrong_state, "desk"));
  return facts(now, VisitMissed{(*visit)->serial, wish.desk});
}

Decision decide_desk(const State& state, const Facility& facility, const Park& wish, Instant now) {
  const auto visit = visit_at(state, facility, wish.desk);
  if (!visit) return unexpected(visit.error());
  const Minutes away = wish.duration.value_or(facility.rules.park);
  if (away < Minutes{1} || away > park_max) return unexpected(refuse(Reject::wrong_content, "minutes"));
  return facts(now, VisitParked{(*visit)->serial, wish.desk, now + away});
}

Decision decide_desk(const State& state, const Facility& facility, const Transfer& wish, Instant now) {
  const auto visit = visit_at(state, facility, wish.desk);
  if (!visit) return unexpected(visit.error());
  if (wish.to_service.empty() && wish.to_desk.empty()) return unexpected(refuse(Reject::wrong_content, "to_service"));
  const Desk* target = facility.find(wish.to_desk);
  if (!wish.to_desk.empty() && target == nullptr) return unexpected(refuse(Reject::unknown_desk, "to_desk"));
  VisitTransferred moved{(*visit)->serial, wish.desk, std::nullopt, wish.to_desk, wish.place};
  ServiceId wanted = (*visit)->current_step()->service;
  if (!wish.to_service.empty()) {
    const Service* service = facility.find(wish.to_service);
    if (service == nullptr) return unexpected(refuse(Reject::unknown_service, "to_service"));
    if ((*visit)->steps.size() >= 2 * steps_max) return unexpected(refuse(Reject::wrong_state, "to_service"));
    moved.to_service = StepPlan{service->id, service->authority, {}};
    wanted = service->id;
  }
  // A visit must not wait for a desk that can never serve it.
  if (target != nullptr && !contains(target->services, wanted)) return unexpected(refuse(Reject::wrong_desk, "to_desk"));
  return facts(now, std::move(moved));
}

Decision decide_desk(const State& state, const Facility& facility, const Undo& wish, Instant now) {
  const auto desk = desk_status(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  std::vector<Event> events;
  for (std::size_t depth = desk->undo.size(); depth > 0; --depth) {
    const UndoEntry& entry = desk->undo[depth - 1];
    if (now > entry.at + facility.rules.undo_within) break;
    const Visit* visit = state.find(entry.before.serial);
    const bool untouched = visit != nullptr && (!events.empty() || visit->revision == entry.revision_after);
    const bool number_free = desk->visit == 0 || desk->visit == entry.before.serial || !events.empty();
    if (!untouched || !number_free) return unexpected(refuse(Reject::undo_conflict, "desk"));
    // A desk on a break holds nobody: the clerk resumes first, then takes back.
    if (entry.desk_visit_before != 0 && desk->phase == DeskPhase::on_break) return unexpected(refuse(Reject::desk_on_break, "desk"));
    events.push_back({now, ActionUndone{wish.desk, entry.action, entry.before, entry.desk_visit_before, entry.served_before, entry.service_ms_before}});
    // Finishing without "start" wrote two facts at one instant; they are taken back together.
    const bool with_start = entry.action == DeskAction::finish && depth > 1 && desk->undo[depth - 2].action == DeskAction::start &&
                            desk->undo[depth - 2].at == entry.at;
    if (!with_start) break;
  }
  if (events.empty()) return unexpected(refuse(Reject::nothing_to_undo, "desk"));
  return events;
}

}  // namespace skranke::core
