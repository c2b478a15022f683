// Wishes of a desk: calling and being called. Its session is in decide_session.cpp, what follows a service in decide_steps.cpp.
#include "core/check.hpp"
#include "core/decide.hpp"
#include "core/policy/policy.hpp"

namespace skranke::core {
using tl::unexpected;

tl::expected<DeskStatus, Refusal> desk_status(const State& state, const Facility& facility, const DeskId& id) {
  if (facility.find(id) == nullptr) return unexpected(refuse(Reject::unknown_desk, "desk"));
  if (const DeskStatus* desk = state.find(id)) return *desk;
  DeskStatus closed;
  closed.id = id;
  return closed;
}

tl::expected<DeskStatus, Refusal> free_desk(const State& state, const Facility& facility, const DeskId& id) {
  auto desk = desk_status(state, facility, id);
  if (!desk) return desk;
  if (desk->visit != 0) return unexpected(refuse(Reject::desk_busy, "desk"));
  if (desk->phase == DeskPhase::closed) return unexpected(refuse(Reject::desk_closed, "desk"));
  if (desk->phase == DeskPhase::on_break) return unexpected(refuse(Reject::desk_on_break, "desk"));
  return desk;
}

tl::expected<const Visit*, Refusal> visit_at(const State& state, const Facility& facility, const DeskId& id) {
  const auto desk = desk_status(state, facility, id);
  if (!desk) return unexpected(desk.error());
  if (desk->visit == 0) return unexpected(refuse(desk->phase == DeskPhase::closed ? Reject::desk_closed : Reject::desk_idle, "desk"));
  return state.find(desk->visit);
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

namespace {

/// Nobody is registered: with the roll up, its next ticket is called.
Decision call_from_roll(const State& state, const Facility& facility, const CallNext& wish, const std::vector<ServiceId>& services, Instant now) {
  const auto turn = next_roll_turn(state, services);
  if (!turn || !wish.from_roll) return std::vector<Event>{};
  const VisitTaken taken = taken_off_roll(state, facility, turn->number, turn->service, wish.roll_id, wish.roll_token, now);
  return facts(now, taken, VisitCalled{taken.serial, wish.desk, 0, Why::roll, {}});
}

}  // namespace

Decision decide_desk(const State& state, const Facility& facility, const CallNext& wish, Instant now) {
  const auto desk = free_desk(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  const Policy* policy = policy_named(facility.rules.policy);
  SKRANKE_TRUTH(policy != nullptr);   // the facility was checked
  const auto choice = policy->choose(state, asking(facility, *desk, now));
  if (!choice) return call_from_roll(state, facility, wish, asking(facility, *desk, now).services, now);
  const Visit* runner_up = state.find(choice->runner_up);
  return facts(now, VisitCalled{choice->serial, wish.desk, choice->step, choice->why, runner_up == nullptr ? "" : to_string(runner_up->number), choice->passed});
}

Decision decide_desk(const State& state, const Facility& facility, const CallVisit& wish, Instant now) {
  const auto desk = free_desk(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  if (!facility.rules.call_named) return unexpected(refuse(Reject::call_not_allowed));
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  const bool callable = visit->state == VisitState::waiting || visit->state == VisitState::parked || (visit->state == VisitState::no_show && !visit->callback);
  if (!callable) return unexpected(refuse(Reject::wrong_state, "visit"));
  const Asking here = asking(facility, *desk, now);
  for (std::size_t i = 0; i < visit->steps.size(); ++i) {
    const Step& step = visit->steps[i];
    const bool open = step.state == StepState::parked || step.state == StepState::no_show || visit->is_ready(i);
    if (open && able(state, here, *visit, step.service))
      return facts(now, VisitCalled{visit->serial, wish.desk, static_cast<std::uint8_t>(i), Why::named, {}});
  }
  return unexpected(refuse(Reject::wrong_desk, "visit"));
}

namespace {

/// All or nothing: a number that was typed wrong ends nobody's case.
Decision finish_and_call(const State& state, const Facility& facility, CallNumber wish, Instant now) {
  Decision events = decide_desk(state, facility, FinishService{wish.desk, Outcome::settled, {}}, now);
  if (!events) return events;
  State after = state;
  for (const Event& event : *events) evolve(after, event);
  wish.finish = false;
  Decision called = decide_desk(after, facility, wish, now);
  if (called) called->insert(called->begin(), events->begin(), events->end());
  return called;
}

}  // namespace

Decision decide_desk(const State& state, const Facility& facility, const CallNumber& wish, Instant now) {
  if (const DeskStatus* status = state.find(wish.desk); wish.finish && status != nullptr && status->visit != 0) return finish_and_call(state, facility, wish, now);
  if (const Visit* visit = holder_of(state, wish.number))
    return decide_desk(state, facility, CallVisit{wish.desk, stands_for(state, *visit).id}, now);
  const auto desk = free_desk(state, facility, wish.desk);
  if (!desk) return unexpected(desk.error());
  if (why_not_on_roll(state, wish.number)) return unexpected(refuse(Reject::unknown_visit, "number"));
  const auto here = asking(facility, *desk, now).services;
  ServiceId service = !wish.service.empty() ? wish.service : state.room.roll_with(wish.number)->service;
  if (service.empty() && !here.empty()) service = here.front();
  if (facility.find(service) == nullptr) return unexpected(refuse(Reject::unknown_service, "service"));
  if (std::find(here.begin(), here.end(), service) == here.end()) return unexpected(refuse(Reject::wrong_desk, "service"));
  if (state.find(wish.id) != nullptr) return unexpected(refuse(Reject::id_taken, "id"));
  const VisitTaken taken = taken_off_roll(state, facility, wish.number, service, wish.id, wish.token, now);
  return facts(now, taken, VisitCalled{taken.serial, wish.desk, 0, Why::named, {}});
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

Decision decide_desk(const State& state, const Facility& facility, const NoShow& wish, Instant now) {
  const auto visit = visit_at(state, facility, wish.desk);
  if (!visit) return unexpected(visit.error());
  if ((*visit)->state != VisitState::called) return unexpected(refuse(Reject::wrong_state, "desk"));
  return std::vector<Event>{not_there(facility, **visit, wish.desk, now)};
}

Event not_there(const Facility& facility, const Visit& visit, const DeskId& desk, Instant now) {
  if (visit.callback && visit.callback->tries == 0) return {now, VisitParked{visit.serial, desk, now + facility.rules.callback_again}};
  return {now, VisitMissed{visit.serial, desk}};
}

}  // namespace skranke::core
