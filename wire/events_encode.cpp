// Facts to text. Written by hand rather than through a DOM: this runs once per fact on the way to the disk.
#include <array>
#include <cstdint>

#include "wire/payload.hpp"

namespace skranke::wire {
namespace {

using namespace core;
using namespace payload;

void put_done(JsonWriter& w, const std::vector<ServiceDone>& done) {
  list_if(w, "done", done, [&](const ServiceDone& one) {
    w.object().field("service", one.service.str()).field("quantity", one.quantity).end_object();
  });
}

void put_after(JsonWriter& w, const std::vector<std::uint8_t>& after) {
  list_if(w, "after", after, [&](std::uint8_t step) { w.value(step); });
}

void put_paper(JsonWriter& w, const Paper& paper) {
  w.key("paper").object().field("state", word(paper.state)).field_unless_empty("printer", paper.printer.str());
  w.field("copy", paper.copy).field_unless_empty("fault", paper.fault).field("at", millis(paper.at)).end_object();
}

void put_step(JsonWriter& w, const Step& step) {
  w.object().field("service", step.service.str()).field("state", word(step.state));
  put_after(w, step.after);
  w.field_unless_empty("tied", step.tied.str()).field_unless_empty("desk", step.desk.str());
  number_if(w, "attempts", step.attempts);
  time_if(w, "called", step.called_at);
  time_if(w, "last_call", step.last_call_at);
  time_if(w, "started", step.started_at);
  time_if(w, "finished", step.finished_at);
  if (step.attempts > 0 || step.why != Why{}) w.field("why", word(step.why));
  w.field_unless_empty("runner_up", step.runner_up);
  if (step.outcome) w.field("outcome", word(*step.outcome));
  put_done(w, step.done);
  put_more(w, step);
  w.end_object();
}

/// What a visit and the fact of its beginning have in common.
template <class VisitOrTaken>
void put_person(JsonWriter& w, const VisitOrTaken& visit) {
  w.field("serial", visit.serial).field("id", visit.id.str()).field("token", visit.token).field("number", to_string(visit.number));
  w.field("day", visit.day.time_since_epoch().count()).field("language", visit.language).field("channel", word(visit.channel));
  if (visit.party != 1) w.field("party", visit.party);
  w.field_unless_empty("priority", visit.priority.str());
  number_if(w, "head_start_s", visit.head_start.count());
  if (visit.booked_for) w.field("booked_for", millis(*visit.booked_for));
}

void put_visit(JsonWriter& w, const Visit& visit) {
  w.object();
  put_person(w, visit);
  w.field("state", word(visit.state));
  list_if(w, "steps", visit.steps, [&](const Step& step) { put_step(w, step); });
  if (visit.current != no_step) w.field("current", visit.current);
  w.field("created", millis(visit.created_at)).field("anchor", millis(visit.anchor));
  if (visit.front) w.field("front", true);
  time_if(w, "ended", visit.ended_at);
  time_if(w, "parked_until", visit.parked_until);
  if (visit.paper != Paper{}) put_paper(w, visit.paper);
  w.field("revision", visit.revision);
  put_more(w, visit);
  w.end_object();
}

void put_plan(JsonWriter& w, const StepPlan& plan) {
  w.object().field("service", plan.service.str()).field("authority", plan.authority.str());
  put_after(w, plan.after);
  w.end_object();
}

JsonWriter& put_at_desk(JsonWriter& w, Serial serial, const DeskId& desk) { return w.field("serial", serial).field("desk", desk.str()); }

void put(JsonWriter& w, const DayStarted& e) {
  w.field("day", e.day.time_since_epoch().count());
  if (e.new_week) w.field("new_week", true);
}
void put(JsonWriter& w, const FacilityApplied& e) {
  w.field("version", e.version).field("toml", e.toml).field_unless_empty("scheduled", e.scheduled);
}
void put(JsonWriter& w, const FacilityScheduled& e) { w.field("id", e.id).field("from", millis(e.from)).field("toml", e.toml); }
void put(JsonWriter& w, const FacilityUnscheduled& e) { w.field("id", e.id); }
void put(JsonWriter& w, const VisitTaken& e) {
  put_person(w, e);
  list_if(w, "steps", e.steps, [&](const StepPlan& plan) { put_plan(w, plan); });
  w.field_unless_empty("printer", e.printer.str());
  words_if(w, "needs", e.needs);
  flag_if(w, "standby", e.standby);
  flag_if(w, "outside", e.outside);
  if (e.helped) w.field("helped", word(*e.helped));
  w.field_unless_empty("booking", e.booking.str());
  if (e.anchor) w.field("anchor", millis(*e.anchor));
  put_callback(w, e.callback);
}
void put(JsonWriter& w, const VisitCalled& e) {
  put_at_desk(w, e.serial, e.desk).field("step", e.step).field("why", word(e.why)).field_unless_empty("runner_up", e.runner_up);
  list_if(w, "passed", e.passed, [&](Serial passed) { w.value(passed); });
}
void put(JsonWriter& w, const VisitRecalled& e) { put_at_desk(w, e.serial, e.desk); }
void put(JsonWriter& w, const ServiceStarted& e) { put_at_desk(w, e.serial, e.desk).field("from", millis(e.from)); }
void put(JsonWriter& w, const ServiceFinished& e) {
  put_at_desk(w, e.serial, e.desk).field("outcome", word(e.outcome));
  put_done(w, e.done);
}
void put(JsonWriter& w, const VisitMissed& e) { put_at_desk(w, e.serial, e.desk); }
void put(JsonWriter& w, const VisitParked& e) {
  put_at_desk(w, e.serial, e.desk).field("until", millis(e.until)).field_unless_empty("place", e.place);
}
void put(JsonWriter& w, const VisitUnparked& e) { w.field("serial", e.serial); }
void put(JsonWriter& w, const VisitTransferred& e) {
  put_at_desk(w, e.serial, e.desk);
  if (e.to_service) {
    w.key("to_service");
    put_plan(w, *e.to_service);
  }
  w.field_unless_empty("to_desk", e.to_desk.str()).field("place", word(e.place));
  w.field_unless_empty("to_clerk", e.to_clerk).field_unless_empty("to_pool", e.to_pool);
  w.field_unless_empty("prefer_desk", e.prefer_desk.str()).field_unless_empty("prefer_clerk", e.prefer_clerk);
  time_if(w, "prefer_until", e.prefer_until);
  time_if(w, "until", e.until);
}
void put(JsonWriter& w, const VisitLeft& e) { w.field("serial", e.serial).field_unless_empty("reason", e.reason); }
void put(JsonWriter& w, const VisitReturned& e) {
  w.field("serial", e.serial);
  flag_if(w, "to_end", e.to_end);
}
void put(JsonWriter& w, const DeskOpened& e) {
  w.field("desk", e.desk.str()).field_unless_empty("clerk", e.clerk);
  list_if(w, "services", e.services, [&](const ServiceId& id) { w.value(id.str()); });
  texts_if(w, "languages", e.languages);
  texts_if(w, "skills", e.skills);
  flag_if(w, "auto_next", e.auto_next);
  number_if(w, "rest_s", e.rest.count());
}
void put(JsonWriter& w, const DeskPaused& e) { w.field("desk", e.desk.str()).field_unless_empty("reason", e.reason); }
void put(JsonWriter& w, const DeskResumed& e) { w.field("desk", e.desk.str()); }
void put(JsonWriter& w, const DeskClosed& e) { w.field("desk", e.desk.str()); }
void put_places(JsonWriter& w, std::string_view name, const Places& places) {
  w.key(name).object();
  list_if(w, "services", places.services, [&](const ServiceId& id) { w.value(id.str()); });
  list_if(w, "authorities", places.authorities, [&](const AuthorityId& id) { w.value(id.str()); });
  w.end_object();
}
void put_places_if(JsonWriter& w, std::string_view name, const Places& places) {
  if (places != Places{}) put_places(w, name, places);
}
void put(JsonWriter& w, const ActionUndone& e) {
  w.field("desk", e.desk.str()).field("action", word(e.action)).key("restored");
  put_visit(w, e.restored);
  number_if(w, "desk_visit", e.desk_visit);
  number_if(w, "served_today", e.served_today);
  number_if(w, "service_ms_today", e.service_ms_today);
  put_places_if(w, "taken", e.taken);
  put_places_if(w, "back", e.back);
}
void put(JsonWriter& w, const PaperChanged& e) {
  w.field("serial", e.serial);
  put_paper(w, e.paper);
}
void put(JsonWriter& w, const EstimateTold& e) {
  w.field("serial", e.serial);
  put_told(w, e.told);
}
void put(JsonWriter& w, const StepForetold& e) {
  w.field("serial", e.serial).field("step", e.step);
  put_told(w, e.told);
}
void put(JsonWriter& w, const BookingForetold& e) {
  w.field("booking", e.booking.str());
  put_told(w, e.told);
}
void put(JsonWriter& w, const VisitUnserved& e) {
  w.field("serial", e.serial).field("channel", word(e.channel));
  list_if(w, "services", e.services, [&](const ServiceId& id) { w.value(id.str()); });
}
void put(JsonWriter& w, const VisitsRefused& e) {
  list_if(w, "refusals", e.refusals, [&](const RefusalTally& one) {
    w.object().field("service", one.service.str()).field("reason", word(one.reason)).field("channel", word(one.channel));
    w.field("count", one.count).end_object();
  });
}
void put(JsonWriter& w, const VisitContinued& e) { put_at_desk(w, e.serial, e.desk).field("step", e.step); }
void put(JsonWriter& w, const ServicesChanged& e) {
  w.field("serial", e.serial).field_unless_empty("desk", e.desk.str());
  list_if(w, "steps", e.steps, [&](const StepPlan& plan) { put_plan(w, plan); });
  list_if(w, "dropped", e.dropped, [&](std::uint8_t step) { w.value(step); });
  if (e.changed != no_step) w.field("changed", e.changed);
  if (e.taken) put_places(w, "taken", *e.taken);
  put_places_if(w, "back", e.back);
}
void put(JsonWriter& w, const VisitMoved& e) { put_at_desk(w, e.serial, e.desk).field("from", e.from.str()); }
void put(JsonWriter& w, const DeskIdled& e) { w.field("desk", e.desk.str()).field_unless_empty("reason", e.reason); }
void put(JsonWriter& w, const ButtonPressed& e) {
  w.field("desk", e.desk.str());
  time_if(w, "pressed", e.pressed);
}
void put(JsonWriter& w, const HelpChanged& e) {
  w.field("desk", e.desk.str()).field("kind", word(e.kind)).field_unless_empty("to", e.to.str()).field_unless_empty("by", e.by);
  time_if(w, "since", e.since);
}

void put(JsonWriter& w, const BookingMade& e) {
  w.field("booking", e.booking.str());
  put_parts(w, e.parts, e.party);
  if (e.held_until) w.field("held_until", millis(*e.held_until));
  w.field_unless_empty("language", e.language).field("channel", word(e.channel));
  words_if(w, "needs", e.needs);
  flag_if(w, "overbooked", e.overbooked);
}
void put(JsonWriter& w, const BookingConfirmed& e) { w.field("booking", e.booking.str()); }
void put(JsonWriter& w, const BookingMoved& e) {
  w.field("booking", e.booking.str());
  put_parts(w, e.parts, e.party);
  flag_if(w, "overbooked", e.overbooked);
}
void put(JsonWriter& w, const BookingCancelled& e) {
  w.field("booking", e.booking.str());
  flag_if(w, "expired", e.expired);
}
void put(JsonWriter& w, const BookingCheckedIn& e) {
  w.field("booking", e.booking.str()).field("visit", e.visit.str()).field("arrival", word(e.arrival));
}
void put(JsonWriter& w, const BookingMissed& e) { w.field("booking", e.booking.str()); }
void put(JsonWriter& w, const PlaceWished& e) {
  w.field("booking", e.booking.str());
  put_parts(w, e.parts, e.party);
  put_wish(w, e.wish);
  w.field_unless_empty("language", e.language).field("channel", word(e.channel));
  words_if(w, "needs", e.needs);
}
void put(JsonWriter& w, const PlaceOffered& e) {
  w.field("booking", e.booking.str());
  put_parts(w, e.parts, 1);
  w.field("until", millis(e.until));
  flag_if(w, "overbooked", e.overbooked);
}
void put(JsonWriter& w, const OfferEnded& e) {
  w.field("booking", e.booking.str());
  flag_if(w, "declined", e.declined);
}
void put(JsonWriter& w, const PlacesSought& e) { w.field("again", millis(e.again)); }
void put_standing(JsonWriter& w, std::uint16_t party, const PriorityId& priority, std::chrono::seconds head_start) {
  if (party != 1) w.field("party", party);
  w.field_unless_empty("priority", priority.str());
  number_if(w, "head_start_s", head_start.count());
}
void put(JsonWriter& w, const VisitEdited& e) {
  w.field("serial", e.serial).field("language", e.language);
  put_standing(w, e.party, e.priority, e.head_start);
  words_if(w, "needs", e.needs);
}
void put(JsonWriter& w, const VisitRedirected& e) {
  w.field("serial", e.serial).field("step", e.step);
  if (e.to_service) {
    w.key("to_service");
    put_plan(w, *e.to_service);
  }
  w.field_unless_empty("to_desk", e.to_desk.str()).field("place", word(e.place)).field_unless_empty("reason", e.reason);
}
void put(JsonWriter& w, const VisitsMerged& e) {
  w.field("serial", e.serial).field("into", e.into);
  list_if(w, "steps", e.steps, [&](const Step& step) { put_step(w, step); });
  put_standing(w, e.party, e.priority, e.head_start);
  w.field("anchor", millis(e.anchor));
  flag_if(w, "front", e.front);
}
void put(JsonWriter& w, const VisitSplit& e) {
  w.field("serial", e.serial);
  list_if(w, "steps", e.steps, [&](std::uint8_t step) { w.value(step); });
  if (e.party != 1) w.field("party", e.party);
  w.key("made");
  put_visit(w, e.made);
}
void put(JsonWriter& w, const RoomModeChanged& e) {
  w.field("mode", word(e.mode));
  list_if(w, "rolls", e.rolls, [&](const Roll& roll) { put_roll(w, roll); });
}
void put(JsonWriter& w, const EvacuationStarted& e) { w.field_unless_empty("kind", e.kind); }
void put(JsonWriter&, const EvacuationEnded&) {}
void put(JsonWriter& w, const MoreTimeGiven& e) { w.field("serial", e.serial).field("until", millis(e.until)).field("times", e.times); }
void put(JsonWriter& w, const MessageSent& e) {
  w.field("subject", e.subject).field("kind", e.kind).field("channel", e.channel).field("attempt", e.attempt);
}
void put(JsonWriter& w, const MessageFailed& e) {
  w.field("subject", e.subject).field("kind", e.kind).field("channel", e.channel).field("attempt", e.attempt).field("reason", e.reason);
  flag_if(w, "last", e.last);
}
void put(JsonWriter& w, const PlacesReleased& e) { w.field("service", e.service.str()).field("day", e.day.time_since_epoch().count()); }
void put(JsonWriter& w, const HandoverSeen& e) { w.field("until", millis(e.until)); }

}  // namespace

void encode_event(const Event& event, std::string& out) {
  JsonWriter w{out};
  w.object();
  std::visit([&](const auto& body) { put(w, body); }, event.body);
  w.end_object();
}

void encode_visit(const Visit& visit, std::string& out) {
  JsonWriter w{out};
  put_visit(w, visit);
}

std::string_view event_type(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<EventBody>> types{
      "day_started",    "facility_applied", "visit_taken",       "visit_called", "visit_recalled", "service_started", "service_finished",
      "visit_missed",   "visit_parked",     "visit_unparked",    "visit_transferred", "visit_left", "visit_returned", "desk_opened",
      "desk_paused",    "desk_resumed",     "desk_closed",       "action_undone", "paper_changed",
      "facility_scheduled", "facility_unscheduled", "visit_unserved", "visits_refused",
      "booking_made",   "booking_confirmed", "booking_moved",    "booking_cancelled", "booking_checked_in", "booking_missed",
      "visit_continued", "services_changed",  "visit_moved",      "desk_idled",        "button_pressed",     "help_changed", "estimate_told",
      "visit_edited", "visit_redirected", "visits_merged",    "visit_split",       "room_mode_changed", "evacuation_started", "evacuation_ended",
      "more_time_given", "message_sent", "message_failed",
      "place_wished", "place_offered", "offer_ended", "places_sought",
      "handover_seen", "step_foretold", "booking_foretold", "places_released"};
  return types[event.body.index()];
}

}  // namespace skranke::wire
