// Wishes of the host: correct a visit, move it, join two, part one.
#include <algorithm>

#include "core/decide.hpp"

namespace skranke::core {
namespace {

using tl::unexpected;

constexpr std::size_t visit_steps_max = 2 * steps_max;

bool over(const Step& step) { return step.state == StepState::done || step.state == StepState::skipped; }

/// The step that is meant: the first open one for this service, or the first open one at all that could be called now.
std::optional<std::uint8_t> open_step(const Visit& visit, const ServiceId& service) {
  for (std::size_t i = 0; i < visit.steps.size(); ++i) {
    const Step& step = visit.steps[i];
    const bool open = step.state == StepState::waiting || step.state == StepState::parked;
    const bool meant = service.empty() ? visit.is_ready(i) || step.state == StepState::parked : step.service == service;
    if (open && meant) return static_cast<std::uint8_t>(i);
  }
  return std::nullopt;
}

/// The same wish, waiting: for whom and by whom, without what has happened to it. A place of an earlier day's quota is none of today's: it cannot be given back.
Step wanted_like(const State& state, const Visit& from, const Step& step) {
  Step wanted;
  wanted.service = step.service;
  wanted.tied = step.tied;
  wanted.tied_clerk = step.tied_clerk;
  wanted.pool = step.pool;
  wanted.prefer_desk = step.prefer_desk;
  wanted.prefer_clerk = step.prefer_clerk;
  wanted.prefer_until = step.prefer_until;
  wanted.extra = step.extra || from.day != state.day;
  return wanted;
}

/// The steps of `from` that are still open as they stand in `into`: a service both want is wanted once. Nothing when there would be too many.
std::optional<std::vector<Step>> joined_steps(const State& state, const Visit& from, const Visit& into) {
  std::vector<Step> added;
  std::vector<std::optional<std::uint8_t>> now_at(from.steps.size());
  for (std::size_t i = 0; i < from.steps.size(); ++i) {
    if (over(from.steps[i])) continue;
    for (std::size_t j = 0; j < into.steps.size(); ++j)
      if (!over(into.steps[j]) && into.steps[j].service == from.steps[i].service) now_at[i] = static_cast<std::uint8_t>(j);
    if (now_at[i]) continue;
    if (into.steps.size() + added.size() >= visit_steps_max) return std::nullopt;
    now_at[i] = static_cast<std::uint8_t>(into.steps.size() + added.size());
    added.push_back(wanted_like(state, from, from.steps[i]));
  }
  for (std::size_t i = 0; i < from.steps.size(); ++i) {
    if (!now_at[i] || *now_at[i] < into.steps.size()) continue;
    for (const std::uint8_t earlier : from.steps[i].after)
      if (now_at[earlier]) added[*now_at[i] - into.steps.size()].after.push_back(*now_at[earlier]);
  }
  return added;
}

/// A new order rule must not close a circle with one that the other visit has: then nobody could ever be called.
bool runs_in_a_circle(const Visit& into, const std::vector<Step>& added) {
  std::vector<Step> all = into.steps;
  all.insert(all.end(), added.begin(), added.end());
  for (std::size_t round = 0; round < all.size(); ++round)
    for (Step& step : all) {
      const bool free = std::all_of(step.after.begin(), step.after.end(), [&](std::uint8_t earlier) { return over(all[earlier]); });
      if (!over(step) && free) step.state = StepState::done;
    }
  return !std::all_of(all.begin(), all.end(), over);
}

/// What a step waits for, in the numbering of the new visit; nothing when it waits for one that stays behind.
std::optional<std::vector<std::uint8_t>> rules_within(const Visit& visit, const Step& step, const std::vector<std::uint8_t>& chosen) {
  std::vector<std::uint8_t> after;
  for (const std::uint8_t earlier : step.after) {
    const auto found = std::find(chosen.begin(), chosen.end(), earlier);
    if (found != chosen.end())
      after.push_back(static_cast<std::uint8_t>(found - chosen.begin()));
    else if (!over(visit.steps[earlier]))
      return std::nullopt;
  }
  return after;
}

/// The steps for these services, in the order of the visit, if something stays behind and no order rule is cut through.
tl::expected<std::vector<std::uint8_t>, Refusal> steps_to_part(const Visit& visit, const std::vector<ServiceId>& services) {
  std::vector<std::uint8_t> chosen;
  bool stays = false;
  for (std::size_t i = 0; i < visit.steps.size(); ++i) {
    const bool wanted = std::find(services.begin(), services.end(), visit.steps[i].service) != services.end();
    if (wanted && visit.steps[i].state == StepState::waiting)
      chosen.push_back(static_cast<std::uint8_t>(i));
    else if (!over(visit.steps[i]))
      stays = true;
  }
  if (chosen.empty() || chosen.size() != services.size() || !stays) return unexpected(refuse(Reject::wrong_content, "services"));
  const auto is_chosen = [&](std::uint8_t step) { return std::find(chosen.begin(), chosen.end(), step) != chosen.end(); };
  for (std::size_t i = 0; i < visit.steps.size(); ++i) {
    const Step& step = visit.steps[i];
    const bool goes = is_chosen(static_cast<std::uint8_t>(i));
    const bool cut = goes ? !rules_within(visit, step, chosen) : !over(step) && std::any_of(step.after.begin(), step.after.end(), is_chosen);
    if (cut) return unexpected(refuse(Reject::wrong_content, "services"));
  }
  return chosen;
}

Visit parted(const State& state, const Visit& from, const SplitVisit& wish, const std::vector<std::uint8_t>& chosen, Number number) {
  Visit made;
  made.serial = state.last_serial + 1;
  made.id = wish.id;
  made.token = wish.token;
  made.number = number;
  made.day = state.day;
  for (const std::uint8_t step : chosen) {
    Step next = wanted_like(state, from, from.steps[step]);
    next.after = *rules_within(from, from.steps[step], chosen);
    made.steps.push_back(std::move(next));
  }
  made.created_at = from.created_at;
  made.anchor = from.anchor;
  made.front = from.front;
  made.language = from.language;
  made.channel = Channel::host;
  made.party = wish.party;
  made.priority = from.priority;
  made.head_start = from.head_start;
  made.booked_for = from.booked_for;
  made.needs = from.needs;
  made.outside = from.outside;
  return made;
}

}  // namespace

Decision decide_host(const State& state, const Facility& facility, const EditVisit& wish, Instant now) {
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  if (!visit->is_live()) return unexpected(refuse(Reject::wrong_state, "visit"));
  VisitEdited edited{visit->serial, wish.language.value_or(visit->language), wish.party.value_or(visit->party), visit->priority, visit->head_start,
                     wish.needs.value_or(visit->needs)};
  std::sort(edited.needs.begin(), edited.needs.end());
  edited.needs.erase(std::unique(edited.needs.begin(), edited.needs.end()), edited.needs.end());
  if (wish.priority) {
    const Priority* priority = facility.find(*wish.priority);
    if (priority == nullptr && !wish.priority->empty()) return unexpected(refuse(Reject::unknown_priority, "priority"));
    edited.priority = *wish.priority;
    edited.head_start = priority == nullptr ? std::chrono::seconds{0} : std::chrono::seconds{priority->head_start};
  }
  return facts(now, std::move(edited));
}

Decision decide_host(const State& state, const Facility& facility, const MoveVisit& wish, Instant now) {
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  if (visit->state != VisitState::waiting && visit->state != VisitState::parked) return unexpected(refuse(Reject::wrong_state, "visit"));
  const auto step = open_step(*visit, wish.service);
  if (!step) return unexpected(refuse(Reject::wrong_content, "service"));
  const Desk* target = facility.find(wish.to_desk);
  if (!wish.to_desk.empty() && target == nullptr) return unexpected(refuse(Reject::unknown_desk, "to_desk"));
  VisitRedirected moved{visit->serial, *step, std::nullopt, wish.to_desk, wish.place, wish.reason};
  ServiceId wanted = visit->steps[*step].service;
  if (!wish.to_service.empty() && wish.to_service != wanted) {
    const Service* service = facility.find(wish.to_service);
    if (service == nullptr) return unexpected(refuse(Reject::unknown_service, "to_service"));
    if (visit->steps.size() >= visit_steps_max) return unexpected(refuse(Reject::wrong_state, "to_service"));
    moved.to_service = StepPlan{service->id, service->authority, {}};
    wanted = service->id;
  }
  if (target != nullptr && std::find(target->services.begin(), target->services.end(), wanted) == target->services.end())
    return unexpected(refuse(Reject::wrong_desk, "to_desk"));   // nobody waits for a desk that can never serve him
  return facts(now, std::move(moved));
}

Decision decide_host(const State& state, const Facility&, const MergeVisits& wish, Instant now) {
  const Visit* from = state.find(wish.visit);
  if (from == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  const Visit* into = state.find(wish.into);
  if (into == nullptr) return unexpected(refuse(Reject::unknown_visit, "into"));
  const bool away = from->state == VisitState::waiting || from->state == VisitState::parked || from->state == VisitState::no_show;
  if (!away) return unexpected(refuse(Reject::wrong_state, "visit"));
  if (from == into || !into->is_live()) return unexpected(refuse(Reject::wrong_state, "into"));
  // Nobody can be rung and stand in the room; the number of one telephone visit is not the other's.
  if (from->callback || into->callback) return unexpected(refuse(Reject::wrong_state, from->callback ? "visit" : "into"));
  auto added = joined_steps(state, *from, *into);
  if (!added || runs_in_a_circle(*into, *added)) return unexpected(refuse(Reject::wrong_content, "into"));
  VisitsMerged merged{from->serial, into->serial, std::move(*added), 1, into->priority, into->head_start, std::min(from->anchor, into->anchor),
                      from->front || into->front};
  const int persons = wish.family ? from->party + into->party : std::max(from->party, into->party);
  merged.party = static_cast<std::uint16_t>(std::min(persons, 65'535));
  if (from->head_start > into->head_start) {
    merged.priority = from->priority;
    merged.head_start = from->head_start;
  }
  return facts(now, std::move(merged));
}

Decision decide_host(const State& state, const Facility& facility, const SplitVisit& wish, Instant now) {
  const Visit* visit = state.find(wish.visit);
  if (visit == nullptr) return unexpected(refuse(Reject::unknown_visit, "visit"));
  if (!visit->is_live() || visit->callback) return unexpected(refuse(Reject::wrong_state, "visit"));
  if (state.find(wish.id) != nullptr) return unexpected(refuse(Reject::id_taken, "id"));
  if (!wish.printer.empty() && facility.find(wish.printer) == nullptr) return unexpected(refuse(Reject::unknown_printer, "printer"));
  const auto chosen = steps_to_part(*visit, wish.services);
  if (!chosen) return unexpected(chosen.error());
  const Service* first = facility.find(visit->steps[chosen->front()].service);
  const auto number = state.numbers.next(first == nullptr ? visit->number.letter : first->letter);
  if (!number) return unexpected(refuse(Reject::numbers_exhausted));
  const int rest = std::max(1, visit->party - wish.party);
  VisitSplit split{visit->serial, *chosen, static_cast<std::uint16_t>(rest), parted(state, *visit, wish, *chosen, *number)};
  if (wish.printer.empty()) return facts(now, std::move(split));
  const Serial made = split.made.serial;
  return facts(now, std::move(split), PaperChanged{made, {PaperState::queued, wish.printer, 1, {}, now}});
}

}  // namespace skranke::core
