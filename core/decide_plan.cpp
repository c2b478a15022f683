// What is planned for later, what the night ends, and what was refused: facts that no citizen asks for.
#include <algorithm>
#include <array>

#include "core/admission.hpp"
#include "core/decide.hpp"

namespace skranke::core {

using tl::unexpected;

bool counts_as_refused(Reject reason) {
  constexpr std::array told{Reject::closed,     Reject::authority_absent,  Reject::quota_full,  Reject::booking_required, Reject::queue_full,
                            Reject::not_offered, Reject::numbers_exhausted, Reject::last_ticket, Reject::crowd_full};
  return std::find(told.begin(), told.end(), reason) != told.end();
}

Decision decide_plan(const State& state, const ScheduleFacility& wish, Instant now) {
  if (wish.from <= now) return unexpected(refuse(Reject::wrong_content, "from"));
  if (state.scheduled.size() >= scheduled_max) return unexpected(refuse(Reject::schedule_full));
  const auto taken = [&](const ScheduledFacility& plan) { return plan.id == wish.plan; };
  if (wish.plan.empty() || std::any_of(state.scheduled.begin(), state.scheduled.end(), taken)) return unexpected(refuse(Reject::id_taken, "id"));
  return facts(now, FacilityScheduled{wish.plan, wish.from, wish.toml});
}

Decision decide_plan(const State& state, const CancelFacility& wish, Instant now) {
  const auto known = [&](const ScheduledFacility& plan) { return plan.id == wish.plan; };
  if (std::none_of(state.scheduled.begin(), state.scheduled.end(), known)) return unexpected(refuse(Reject::unknown_schedule, "id"));
  return facts(now, FacilityUnscheduled{wish.plan});
}

Decision note_refusals(const NoteRefusals& wish, Instant now) {
  constexpr std::size_t rows_max = 1000;
  const auto sound = [](const RefusalTally& tally) { return tally.count > 0 && counts_as_refused(tally.reason); };
  if (wish.refusals.empty() || wish.refusals.size() > rows_max || !std::all_of(wish.refusals.begin(), wish.refusals.end(), sound))
    return unexpected(refuse(Reject::wrong_content, "refusals"));
  return facts(now, VisitsRefused{wish.refusals});
}

std::vector<Event> night(const State& state, const Facility& facility, Day new_day, Instant now) {
  std::vector<Event> events;
  if (!facility.rules.night_ends_visits) return events;
  for (const Serial serial : unserved_at(state, facility, new_day, now)) {
    const Visit& visit = *state.find(serial);
    VisitUnserved ended{serial, {}, visit.channel};
    for (const Step& step : visit.steps)
      if (step.state == StepState::waiting || step.state == StepState::parked) ended.services.push_back(step.service);
    events.push_back({now, std::move(ended)});
  }
  return events;
}

}  // namespace skranke::core
