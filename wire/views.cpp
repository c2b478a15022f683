// Visits, the queue and desks as JSON.
#include "wire/views.hpp"

#include <algorithm>

#include "core/estimate.hpp"
#include "core/policy/policy.hpp"
#include "wire/events.hpp"
#include "wire/views_parts.hpp"

namespace skranke::wire {
using namespace core;

void estimate_field(JsonWriter& w, const Estimate& estimate) {
  w.key("estimate").object();
  w.field("p10_s", estimate.p10.count()).field("p50_s", estimate.p50.count()).field("p90_s", estimate.p90.count()).end_object();
}

std::string_view service_name(const View& view, const ServiceId& id) {
  const Service* service = view.facility.find(id);
  return service == nullptr ? std::string_view{id.str()} : std::string_view{service->name.get(view.language)};
}

std::string_view desk_name(const View& view, const DeskId& id, std::string_view language) {
  const Desk* desk = view.facility.find(id);
  if (desk == nullptr || desk->name.empty()) return id.str();
  return desk->name.get(language);
}

namespace {

/// The step a visit waits for, is called for, or was last at.
std::size_t shown_step(const Visit& visit) {
  if (visit.current != no_step) return visit.current;
  for (std::size_t i = 0; i < visit.steps.size(); ++i)
    if (visit.is_ready(i) || visit.steps[i].state == StepState::parked || visit.steps[i].state == StepState::no_show) return i;
  return visit.steps.size() - 1;
}

QueueEntry rank_of(const Visit& visit, std::size_t step) {
  return {!visit.front, visit.anchor - visit.head_start, visit.serial, static_cast<std::uint8_t>(step)};
}

void paper_field(JsonWriter& w, const Visit& visit) {
  if (visit.paper.state == PaperState::none) return;
  w.key("print").object().field("state", word(visit.paper.state)).field_unless_empty("printer", visit.paper.printer.str());
  w.field("copy", visit.paper.copy).field_unless_empty("fault", visit.paper.fault).end_object();
}

}  // namespace

namespace {
/// Until a further step is called: of a visit that waits, every step but the one whose wait stands beside the number.
std::optional<Estimate> wait_of_step(const View& view, const Visit& visit, std::size_t step, const std::vector<std::pair<std::uint8_t, Estimate>>& played) {
  if (visit.state != VisitState::waiting || visit.steps[step].state != StepState::waiting || step == shown_step(visit)) return std::nullopt;
  const auto number = static_cast<std::uint8_t>(step);
  if (view.foresight != nullptr) return view.foresight->of_step(visit.serial, number, view.now);
  const auto own = std::find_if(played.begin(), played.end(), [&](const auto& each) { return each.first == number; });
  return own == played.end() ? std::nullopt : std::optional{own->second};
}
}  // namespace

void steps_field(const View& view, JsonWriter& w, const Visit& visit) {
  w.key("steps").list();
  const bool several = visit.state == VisitState::waiting && visit.steps.size() > 1;
  const auto played = several && view.careful ? foretold_steps(view.state, view.facility, visit.serial, view.now) : std::vector<std::pair<std::uint8_t, Estimate>>{};
  for (std::size_t i = 0; i < visit.steps.size(); ++i) {
    const Step& step = visit.steps[i];
    w.object().field("service", step.service.str()).field("name", service_name(view, step.service)).field("state", word(step.state));
    if (step.outcome) w.field("outcome", word(*step.outcome));
    if (const auto wait = wait_of_step(view, visit, i, played)) {
      estimate_field(w, *wait);
      w.field("expected_from", view.time(std::chrono::floor<std::chrono::minutes>(view.now + wait->p10)));
      w.field("expected_to", view.time(std::chrono::ceil<std::chrono::minutes>(view.now + wait->p90)));
    }
    w.end_object();
  }
  w.end_list();
}

namespace {

std::int64_t waited_s(const View& view, const Visit& visit) {
  const Step* step = visit.current_step();
  const Instant until = step != nullptr ? step->called_at : visit.is_live() ? room_time(view.state, view.now) : visit.ended_at;
  return std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(until - visit.anchor).count());
}

/// What the visit needs, with the sentence for staff. Never for citizens, boards or tickets.
void needs_field(const View& view, JsonWriter& w, const Visit& visit) {
  if (visit.needs.empty()) return;
  w.key("needs").list();
  for (const Need need : visit.needs) {
    w.object().field("need", word(need));
    w.field("text", view.catalogue.format(view.language, std::string{"need."}.append(word(need)), {{"language", visit.language}})).end_object();
  }
  w.end_list();
}

}  // namespace

void staff_fields(const View& view, JsonWriter& w, const Visit& visit) {
  const Step& step = visit.steps[shown_step(visit)];
  w.field("visit", visit.id.str()).field("number", to_string(visit.number)).field("state", word(visit.state));
  w.field("service", step.service.str()).field("service_name", service_name(view, step.service));
  w.key("services").list();
  for (const Step& each : visit.steps) w.value(each.service.str());
  w.end_list();
  w.field("waited_s", waited_s(view, visit)).field("waiting_since", view.time(visit.anchor));
  w.field("language", visit.language).field("channel", word(visit.channel)).field("party", visit.party);
  if (const Priority* priority = view.facility.find(visit.priority))
    w.field("priority", priority->id.str()).field("priority_name", priority->name.get(view.language));
  if (visit.booked_for) w.field("booked_for", view.time(*visit.booked_for));
  needs_field(view, w, visit);
  if (visit.standby) w.field("standby", true);
  if (visit.callback) {
    w.key("callback").object().field("from", view.time(visit.callback->from)).field("until", view.time(visit.callback->until));
    w.field("tries", visit.callback->tries).end_object();
  }
  w.field("attempt", step.attempts);
  if (!step.desk.empty()) w.field("desk", step.desk.str());
  if (!step.tied.empty()) w.field("tied_desk", step.tied.str());
  w.field_unless_empty("tied_clerk", view.name_of(step.tied_clerk)).field_unless_empty("pool", step.pool);
  if (view.now < step.prefer_until)
    w.field_unless_empty("prefer_desk", step.prefer_desk.str())
        .field_unless_empty("prefer_clerk", view.name_of(step.prefer_clerk))
        .field("prefer_until", view.time(step.prefer_until));
  if (visit.state == VisitState::parked)
    w.field("parked_until", view.time(visit.parked_until)).field_unless_empty("parked_place", visit.parked_place);
  if (visit.front) w.field("front", true);
  if (!visit.also.empty()) {
    w.key("also").list();
    for (const Number number : visit.also) w.value(to_string(number));
    w.end_list();
  }
  paper_field(w, visit);
}

namespace {

void why_field(const View& view, JsonWriter& w, const Step& step) {
  w.key("why").object().field("code", word(step.why));
  w.field("text", view.catalogue.format(view.language, std::string{"why."}.append(word(step.why)), {{"runner_up", step.runner_up}}));
  w.field_unless_empty("runner_up", step.runner_up).end_object();
}

/// Visits of one kind, in calling order where they wait, else newest first.
std::vector<const Visit*> visits_in(const State& state, VisitState wanted) {
  std::vector<const Visit*> result;
  for (const auto& [serial, visit] : state.visits)
    if (visit.state == wanted) result.push_back(&visit);
  const bool queued = wanted == VisitState::waiting || wanted == VisitState::parked;
  std::sort(result.begin(), result.end(), [&](const Visit* a, const Visit* b) {
    if (queued) return rank_of(*a, 0) < rank_of(*b, 0);
    return a->ended_at != b->ended_at ? a->ended_at > b->ended_at : a->serial > b->serial;
  });
  return result;
}

inline constexpr std::size_t rows_max = 1000;   ///< of a list on the wire; the counts say how many there are

template <class Wanted>
void visit_list(const View& view, JsonWriter& w, std::string_view name, VisitState state, Wanted wanted) {
  w.key(name).list();
  std::size_t place = 0;
  for (const Visit* visit : visits_in(view.state, state)) {
    if (!wanted(*visit)) continue;
    if (++place > rows_max) break;
    w.object();
    staff_fields(view, w, *visit);
    if (state == VisitState::waiting) w.field("place", place);
    w.end_object();
  }
  w.end_list();
}

std::size_t count_in(const State& state, VisitState wanted) {
  return static_cast<std::size_t>(
      std::count_if(state.visits.begin(), state.visits.end(), [&](const auto& entry) { return entry.second.state == wanted; }));
}

void counts_field(const View& view, JsonWriter& w) {
  const State& state = view.state;
  w.key("counts").object();
  w.field("waiting", count_in(state, VisitState::waiting)).field("parked", count_in(state, VisitState::parked));
  w.field("called", count_in(state, VisitState::called)).field("serving", count_in(state, VisitState::serving));
  w.field("taken", state.counts.taken).field("done", state.counts.done).field("no_show", state.counts.no_show);
  w.field("left", state.counts.left).end_object();
}

/// What is left once the current step is done: which step could come next, and which this desk could go on with.
void next_steps_field(const View& view, JsonWriter& w, const DeskStatus& desk, Visit visit) {
  if (visit.current != no_step) visit.steps[visit.current].state = StepState::done;
  const Asking here = asking(view.facility, desk, view.now);
  w.key("next_steps").list();
  for (std::size_t i = 0; i < visit.steps.size(); ++i) {
    const Step& step = visit.steps[i];
    if (step.state == StepState::done || step.state == StepState::skipped) continue;
    const bool ready = visit.is_ready(i);
    w.object().field("step", i).field("service", step.service.str()).field("service_name", service_name(view, step.service));
    w.field("ready", ready).field("here", ready && could_call(view.state, here, visit, i)).end_object();
  }
  w.end_list();
}

void current_visit_field(const View& view, JsonWriter& w, const DeskStatus& desk, const Visit& visit) {
  const Step& step = *visit.current_step();
  w.key("visit").object();
  staff_fields(view, w, visit);
  w.field("called_at", view.time(step.called_at));
  if (step.started_at != Instant{}) {
    w.field("started_at", view.time(step.started_at));
    w.field("serving_s", std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(view.now - step.started_at).count()));
  }
  w.field("expected_s", expected_service(view.facility, step.service, visit.party).count());
  const auto recalls = step.attempts > 0 ? static_cast<int>(step.attempts) - 1 : 0;
  w.field("recalls_left", std::max(0, view.facility.rules.recalls_max - recalls));
  w.field("recall_after", view.time(step.last_call_at + view.facility.rules.recall_after));
  steps_field(view, w, visit);
  next_steps_field(view, w, desk, visit);
  why_field(view, w, step);
  w.end_object();
}

void undo_field(const View& view, JsonWriter& w, const DeskStatus& desk) {
  if (desk.undo.empty()) return;
  const Instant until = desk.undo.back().at + view.facility.rules.undo_within;
  if (view.now > until) return;
  w.key("undo").object().field("action", word(desk.undo.back().action)).field("number", to_string(desk.undo.back().before.number));
  w.field("until", view.time(until)).field("left_ms", (until - view.now).count()).end_object();
}

DeskStatus status_or_closed(const State& state, const DeskId& id) {
  if (const DeskStatus* desk = state.find(id)) return *desk;
  DeskStatus closed;
  closed.id = id;
  return closed;
}

/// Who of this desk's services stands in the queue, and who would be next.
void waiting_fields(const View& view, JsonWriter& w, const DeskStatus& desk) {
  const Asking here = asking(view.facility, desk, view.now);
  const auto mine = [&](const Visit& visit) {
    for (std::size_t i = 0; i < visit.steps.size(); ++i) {
      const StepState state = visit.steps[i].state;
      if (state != StepState::done && state != StepState::skipped && could_call(view.state, here, visit, i)) return true;
    }
    return false;
  };
  std::size_t waiting = 0;
  for (const ServiceId& service : here.services) waiting += view.state.queue(service).size();
  w.field("waiting", waiting);
  const auto choice = policy_named(view.facility.rules.policy)->choose(view.state, here);
  if (choice) {
    w.key("next").object();
    staff_fields(view, w, *view.state.find(choice->serial));
    w.field("why", word(choice->why)).end_object();
  }
  visit_list(view, w, "queue", VisitState::waiting, mine);
  visit_list(view, w, "parked", VisitState::parked, mine);
  visit_list(view, w, "missed", VisitState::no_show, mine);
}

/// The shortest wait that one of the desk's services aims at.
std::int64_t target_wait_s(const View& view, const DeskStatus& desk) {
  std::chrono::seconds shortest = std::chrono::hours{24};
  for (const ServiceId& id : services_of(view.facility, desk)) shortest = std::min(shortest, std::chrono::seconds{view.facility.find(id)->target_wait});
  return shortest.count();
}

/// Languages, skills and habits of the session, and a call for help.
void session_fields(const View& view, JsonWriter& w, const DeskStatus& desk) {
  for (const BreakReason& reason : view.facility.break_reasons)
    if (!desk.reason.empty() && reason.id == desk.reason) w.field("reason_name", reason.name.get(view.language));
  w.field_unless_empty("idle_reason", desk.idle);
  const auto list = [&](std::string_view name, const std::vector<std::string>& items) {
    if (items.empty()) return;
    w.key(name).list();
    for (const std::string& item : items) w.value(item);
    w.end_list();
  };
  list("languages", languages_of(view.facility, desk));
  list("skills", skills_of(view.facility, desk));
  if (desk.auto_next) w.field("auto_next", true).field("rest_s", desk.rest.count());
  if (desk.help == HelpKind::none) return;
  w.key("help").object().field("kind", word(desk.help)).field_unless_empty("to", desk.help_to.str());
  w.field("since", view.time(desk.help_since)).field_unless_empty("answered_by", view.name_of(desk.help_by)).end_object();
}

/// Other desks that call for help, from this one or from whoever can.
void calls_for_help_field(const View& view, JsonWriter& w, const DeskId& id) {
  w.key("calls_for_help").list();
  for (const DeskStatus& desk : view.state.desks) {
    if (desk.help == HelpKind::none || desk.id == id || (!desk.help_to.empty() && desk.help_to != id)) continue;
    w.object().field("desk", desk.id.str()).field("desk_name", desk_name(view, desk.id, view.language)).field("kind", word(desk.help));
    w.field("since", view.time(desk.help_since)).field_unless_empty("answered_by", view.name_of(desk.help_by)).end_object();
  }
  w.end_list();
}

void put_message(const View& view, JsonWriter& w, const DeskMessage& message) {
  w.object().field("id", message.id).field("at", view.time(message.at)).field_unless_empty("from", message.from);
  w.field_unless_empty("from_desk", message.from_desk.str()).field_unless_empty("to_desk", message.to_desk.str());
  w.field("text", message.text).end_object();
}

/// The newest words to and from this desk.
void messages_field(const View& view, JsonWriter& w, const DeskId& id) {
  constexpr std::size_t shown_max = 20;
  if (!view.messages) return;
  w.key("messages").list();
  std::size_t shown = 0;
  for (const DeskMessage* message : view.messages(id))
    if (++shown <= shown_max) put_message(view, w, *message);
  w.end_list();
}

/// What a pause at this site may be for; empty = any words.
void break_reasons_field(const View& view, JsonWriter& w) {
  w.key("break_reasons").list();
  for (const BreakReason& reason : view.facility.break_reasons)
    w.object().field("id", reason.id).field("name", reason.name.get(view.language)).end_object();
  w.end_list();
}

void desk_fields(const View& view, JsonWriter& w, const DeskStatus& desk, bool with_queue) {
  const Desk* described = view.facility.find(desk.id);
  w.field("id", desk.id.str()).field("desk", desk.id.str()).field("name", desk_name(view, desk.id, view.language));
  w.field_unless_empty("zone", described->zone).field("state", word(desk.phase)).field_unless_empty("reason", desk.reason);
  session_fields(view, w, desk);
  w.key("services").list();
  for (const ServiceId& service : services_of(view.facility, desk)) w.value(service.str());
  w.end_list();
  if (desk.since != Instant{}) w.field("since", view.time(desk.since));
  if (view.person) w.field_unless_empty("clerk", view.name_of(desk.clerk)).field_unless_empty("clerk_id", desk.clerk);
  if (!described->pools.empty()) {
    w.key("pools").list();
    for (const std::string& pool : described->pools) w.value(pool);
    w.end_list();
  }
  if (const Visit* visit = view.state.find(desk.visit)) current_visit_field(view, w, desk, *visit);
  undo_field(view, w, desk);
  w.field("target_wait_s", target_wait_s(view, desk)).field("served_today", desk.served_today);
  w.field("mean_service_s", desk.served_today == 0 ? 0 : desk.service_ms_today / 1000 / desk.served_today);
  if (!with_queue) return;
  calls_for_help_field(view, w, desk.id);
  messages_field(view, w, desk.id);
  break_reasons_field(view, w);
  waiting_fields(view, w, desk);
}

}  // namespace

namespace {
/// What was worked out beside the room; of who came a moment ago, what a newcomer was foretold; else the quick answer.
Estimate shown_wait(const View& view, const Visit& visit, const ServiceId& service, const Estimate& quick) {
  if (view.foresight == nullptr) return quick;
  if (const auto known = view.foresight->of(visit.serial, view.now)) return *known;
  const bool last_in_line = !visit.booked_for && !visit.front && visit.head_start.count() == 0;
  const auto newcomer = last_in_line ? view.foresight->newcomer(service, view.now) : std::nullopt;
  return newcomer.value_or(quick);
}

/// What its holder may still ask for.
void more_time_field(const View& view, JsonWriter& w, const Visit& visit) {
  const bool may = visit.state == VisitState::waiting || visit.state == VisitState::called || visit.state == VisitState::parked;
  const int left = view.facility.rules.more_times_max - visit.more_times;
  if (may && left > 0 && view.facility.rules.more_time > Minutes{0} && !view.state.room.evacuated)
    w.key("more_time").object().field("minutes", view.facility.rules.more_time.count()).field("left", left).end_object();
}
}  // namespace

void visit_view(const View& view, const Visit& own, std::string& out) {
  const Visit& visit = stands_for(view.state, own);   // a ticket that was joined with another tells how that one stands
  const std::size_t shown = shown_step(visit);
  const Step& step = visit.steps[shown];
  constexpr std::size_t usual_bytes = 800;
  out.reserve(out.size() + usual_bytes);
  JsonWriter w{out};
  w.object().field("id", own.id.str()).field("token", own.token).field("number", to_string(own.number));
  if (&visit != &own) w.field("merged_into", to_string(visit.number));
  w.field("state", word(visit.state)).field("service_name", service_name(view, step.service));
  steps_field(view, w, visit);
  if (visit.state == VisitState::waiting) {
    Outlook seen = outlook(view.state, view.facility, step.service, rank_of(visit, shown), view.now);
    if (visit.told && visit.told->at == view.now)
      seen.estimate = {std::chrono::seconds{visit.told->p10_s}, std::chrono::seconds{visit.told->p50_s}, std::chrono::seconds{visit.told->p90_s}};
    else if (view.careful)
      seen.estimate = foretold(view.state, view.facility, step.service, rank_of(visit, shown), view.now);
    else
      seen.estimate = shown_wait(view, visit, step.service, seen.estimate);
    w.field("position", seen.position).field("ahead", seen.position - 1);
    estimate_field(w, seen.estimate);
    // To the minute: nobody reads seconds, and an unchanged answer need not be sent again.
    w.field("expected_from", view.time(std::chrono::floor<std::chrono::minutes>(view.now + seen.estimate.p10)));
    w.field("expected_to", view.time(std::chrono::ceil<std::chrono::minutes>(view.now + seen.estimate.p90)));
  } else {
    w.field("position", 0);
    estimate_field(w, {});
  }
  const bool at_desk = visit.state == VisitState::called || visit.state == VisitState::serving;
  if (at_desk) w.field("desk", step.desk.str()).field("desk_name", desk_name(view, step.desk, view.language)).field("attempt", step.attempts);
  w.field("created_at", view.time(visit.created_at)).field("language", visit.language).field("channel", word(visit.channel));
  w.field("party", visit.party);
  if (visit.booked_for) w.field("booked_for", view.time(*visit.booked_for));
  if (const Booking* booking = view.state.find(visit.booking)) w.field("arrival", word(booking->arrival));
  if (visit.state == VisitState::parked) w.field("parked_until", view.time(visit.parked_until));
  more_time_field(view, w, visit);
  paper_field(w, own);
  if (view.state.room.evacuated) w.field("evacuation", true);
  back_field(view, w);
  w.field("site", view.facility.site.name).field("at", view.time(view.now)).end_object();
}

void queue_view(const View& view, std::string& out) {
  const auto all = [](const Visit&) { return true; };
  JsonWriter w{out};
  w.object().field("at", view.time(view.now));
  visit_list(view, w, "waiting", VisitState::waiting, all);
  visit_list(view, w, "parked", VisitState::parked, all);
  visit_list(view, w, "called", VisitState::called, all);
  visit_list(view, w, "serving", VisitState::serving, all);
  visit_list(view, w, "missed", VisitState::no_show, all);
  counts_field(view, w);
  w.end_object();
}

void desk_view(const View& view, const DeskId& id, std::string& out) {
  JsonWriter w{out};
  w.object();
  desk_fields(view, w, status_or_closed(view.state, id), true);
  w.field("at", view.time(view.now)).end_object();
}

void message_view(const View& view, const DeskMessage& message, std::string& out) {
  JsonWriter w{out};
  put_message(view, w, message);
}

void finished_view(const View& view, const DeskId& id, const VisitId& finished, std::string& out) {
  const DeskStatus desk = status_or_closed(view.state, id);
  JsonWriter w{out};
  w.object();
  desk_fields(view, w, desk, true);
  if (const Visit* visit = view.state.find(finished)) {
    w.key("finished").object().field("visit", visit->id.str()).field("number", to_string(visit->number)).field("state", word(visit->state));
    steps_field(view, w, *visit);
    next_steps_field(view, w, desk, *visit);
    w.end_object();
  }
  w.field("at", view.time(view.now)).end_object();
}

void desks_view(const View& view, std::string& out) {
  JsonWriter w{out};
  w.list();
  for (const Desk& desk : view.facility.desks) {
    w.object();
    desk_fields(view, w, status_or_closed(view.state, desk.id), false);
    w.end_object();
  }
  w.end_list();
}

namespace {

void called_fields(const View& view, JsonWriter& w, const Visit& visit, const DeskId& desk) {
  const Step& step = *visit.current_step();
  w.field("visit", visit.id.str()).field("number", to_string(visit.number)).field("state", word(visit.state));
  w.field("service", step.service.str()).field("service_name", service_name(view, step.service));
  if (visit.booked_for) w.field("booked_for", view.time(*visit.booked_for));
  w.field("waited_s", waited_s(view, visit)).field("attempt", step.attempts).field("language", visit.language);
  why_field(view, w, step);
  w.field("desk", desk.str());
}

}  // namespace

void called_view(const View& view, const Visit& visit, const DeskId& desk, std::string& out) {
  JsonWriter w{out};
  w.object();
  called_fields(view, w, visit, desk);
  w.key("desk_state").object();
  desk_fields(view, w, status_or_closed(view.state, desk), true);
  w.end_object().end_object();
}

void call_view(const View& view, const Visit& visit, const DeskId& desk, std::string& out) {
  JsonWriter w{out};
  w.object();
  called_fields(view, w, visit, desk);
  w.end_object();
}

}  // namespace skranke::wire
