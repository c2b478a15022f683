#include "witness.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace skranke::test {

using namespace core;

namespace {

bool over(StepState state) { return state == StepState::done || state == StepState::skipped; }

/// Nobody is served before what comes first in his visit.
std::string order_rule(const State& state, Serial serial, std::uint8_t step) {
  const Visit& visit = *state.find(serial);
  for (const std::uint8_t earlier : visit.steps.at(step).after)
    if (!over(visit.steps.at(earlier).state)) return fmt::format("{} is called for {} before what comes first", visit.id.str(), visit.steps[step].service.str());
  return {};
}

/// A visit that any desk with the service may call at once, by the plainest reading of the rules.
bool plain(const Facility& facility, const Visit& visit, const Step& step) {
  const Service* service = facility.find(step.service);
  return !visit.standby && service != nullptr && service->skill.empty() && step.tied.empty() && step.tied_clerk.empty() && step.pool.empty() && step.prefer_desk.empty() &&
         step.prefer_clerk.empty();
}

bool everybody_is_understood(const Facility& facility) {
  return std::all_of(facility.desks.begin(), facility.desks.end(), [](const Desk& desk) { return desk.languages.empty(); });
}

/// By the rule "longest wait": nobody who could as well come stands before the one who is called.
std::string seniority_rule(const State& state, const Facility& facility, const VisitCalled& call) {
  const Visit& called = *state.find(call.serial);
  const DeskStatus& desk = *state.find(call.desk);
  const Desk& described = *facility.find(call.desk);
  const auto place = [](const Visit& visit) { return std::tuple{!visit.front, visit.anchor - visit.head_start, visit.serial}; };
  for (const auto& [serial, visit] : state.visits) {
    if (visit.state != VisitState::waiting || place(visit) >= place(called)) continue;
    for (std::size_t i = 0; i < visit.steps.size(); ++i) {
      const Step& step = visit.steps[i];
      const auto serves = [&](const std::vector<ServiceId>& services) { return std::find(services.begin(), services.end(), step.service) != services.end(); };
      const bool here = serves(described.services) && (desk.services.empty() || serves(desk.services));
      const bool ready = step.state == StepState::waiting &&
                         std::all_of(step.after.begin(), step.after.end(), [&](std::uint8_t earlier) { return over(visit.steps[earlier].state); });
      if (here && ready && plain(facility, visit, step)) return fmt::format("{} was passed over for {}", visit.id.str(), called.id.str());
    }
  }
  return {};
}

/// Places of a service's day that are certainly taken, counted afresh: what was given up, sent on, joined or parted is left out.
std::size_t places_taken(const State& state, const ServiceId& service) {
  std::size_t taken = 0;
  for (const auto& [serial, visit] : state.visits) {
    if (visit.day != state.day) continue;
    for (const Step& step : visit.steps) {
      const bool dropped = step.state == StepState::skipped;
      const bool helped = step.state == StepState::done && step.attempts == 0;
      if (step.service == service && !step.extra && !dropped && !helped) ++taken;
    }
  }
  return taken;
}

std::string quota_rule(const State& state, const Facility& facility, const VisitTaken& taken) {
  for (const StepPlan& step : taken.steps) {
    const Service* service = facility.find(step.service);
    if (service == nullptr || !service->daily_quota) continue;
    if (places_taken(state, step.service) >= static_cast<std::size_t>(*service->daily_quota))
      return fmt::format("{} got a place that {} had not", taken.id.str(), step.service.str());
  }
  return {};
}

/// Facts that leave a visit where it stood among the others.
std::optional<Serial> keeps_its_place(const EventBody& body) {
  if (const auto* e = std::get_if<VisitCalled>(&body)) return e->serial;
  if (const auto* e = std::get_if<VisitRecalled>(&body)) return e->serial;
  if (const auto* e = std::get_if<ServiceStarted>(&body)) return e->serial;
  if (const auto* e = std::get_if<ServiceFinished>(&body)) return e->serial;
  if (const auto* e = std::get_if<VisitContinued>(&body)) return e->serial;
  if (const auto* e = std::get_if<VisitParked>(&body)) return e->serial;
  if (const auto* e = std::get_if<VisitUnparked>(&body)) return e->serial;
  if (const auto* e = std::get_if<VisitMissed>(&body)) return e->serial;
  if (const auto* e = std::get_if<ServicesChanged>(&body)) return e->serial;
  if (const auto* e = std::get_if<VisitMoved>(&body)) return e->serial;
  if (const auto* e = std::get_if<VisitReturned>(&body); e != nullptr && !e->to_end) return e->serial;
  if (const auto* e = std::get_if<VisitTransferred>(&body); e != nullptr && e->place != Place::end) return e->serial;
  return std::nullopt;
}

}  // namespace

std::string Witness::before(const State& before, const Facility& facility, const Event& event) {
  place_.reset();
  in_the_room_.clear();
  if (const auto serial = keeps_its_place(event.body)) place_ = Place{before.find(*serial)->anchor, before.find(*serial)->head_start};
  if (std::holds_alternative<DayStarted>(event.body))
    for (const auto& [serial, visit] : before.visits)
      if (visit.is_live()) in_the_room_.push_back(serial);
  if (const auto* taken = std::get_if<VisitTaken>(&event.body)) {
    const bool asked_for_a_place = !taken->helped && taken->booking.empty() && before.room.roll_with(taken->number) == nullptr;
    // A clock that was set back to an earlier day is bound by no quota of the day that has begun.
    quotas_watched += asked_for_a_place ? 1U : 0U;
    return asked_for_a_place ? quota_rule(before, facility, *taken) : std::string{};
  }
  if (const auto* went_on = std::get_if<VisitContinued>(&event.body)) return order_rule(before, went_on->serial, went_on->step);
  const auto* call = std::get_if<VisitCalled>(&event.body);
  if (call == nullptr) return {};
  const bool by_rule = call->why == Why::longest_wait || call->why == Why::priority || call->why == Why::only_one || call->why == Why::front;
  if (before.find(call->serial)->state == VisitState::waiting && by_rule)
    if (auto wrong = order_rule(before, call->serial, call->step); !wrong.empty()) return wrong;
  if (!by_rule || facility.rules.policy != "longest_wait" || !everybody_is_understood(facility)) return {};
  if (std::any_of(before.desks.begin(), before.desks.end(), [](const DeskStatus& desk) { return !desk.languages.empty(); })) return {};
  ++calls_in_order;
  return seniority_rule(before, facility, *call);
}

std::string Witness::after(const State& after, const Event& event) {
  for (const Serial serial : in_the_room_)
    if (after.find(serial) == nullptr) return "the new day forgot somebody who was still here";
  const auto serial = keeps_its_place(event.body);
  if (!serial || !place_) return {};
  const Visit& visit = *after.find(*serial);
  const bool same = visit.anchor == place_->anchor && visit.head_start == place_->head_start;
  return same ? "" : fmt::format("{} lost or won seniority", visit.id.str());
}

std::string Witness::refused(const Facility& facility, const TakeTicket& wish, const Refusal& refusal) {
  constexpr std::array mistakes{Reject::unknown_service, Reject::unknown_priority, Reject::unknown_printer, Reject::id_taken, Reject::wrong_content,
                                Reject::number_taken, Reject::not_on_roll, Reject::evacuation};
  if (std::find(mistakes.begin(), mistakes.end(), refusal.reason) != mistakes.end()) return {};
  ++turned_away;
  if (!counts_as_refused(refusal.reason)) return "somebody was sent away for a reason that is not counted";
  if (facility.find(refusal.service) == nullptr && refusal.reason != Reject::numbers_exhausted)
    return fmt::format("{} was sent away and nobody knows from what", wish.id.str());
  // Who needs a booking is shown three ways: a time, a place behind those who booked, somebody who helps.
  if (refusal.reason == Reject::booking_required && refusal.alternatives.size() < 3) return "a walk-in was sent away without another way";
  return {};
}

}  // namespace skranke::test
