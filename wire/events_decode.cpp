// Text to facts. Unknown members are ignored, missing ones take their default, so that older journals stay readable; a wrong type is an error.
#include <functional>
#include <unordered_map>

#include "wire/payload.hpp"

namespace skranke::wire {
namespace {

namespace json = boost::json;
using namespace core;
using namespace payload;

std::uint8_t small(const json::value& value) {
  json::error_code error;
  const auto result = value.to_number<std::uint8_t>(error);
  if (error) throw Unreadable{"not a small number"};
  return result;
}

ServiceId service_id(const json::value& value) {
  if (!value.is_string()) throw Unreadable{"a service is not text"};
  return ServiceId{std::string_view{value.as_string()}};
}

ServiceDone service_done(const json::value& value) {
  const auto& from = object(value, "done");
  return {ServiceId{text(from, "service")}, number<std::uint32_t>(from, "quantity", 1)};
}

StepPlan step_plan(const json::value& value) {
  const auto& from = object(value, "step");
  return {ServiceId{text(from, "service")}, AuthorityId{text(from, "authority")}, items(from, "after", &small)};
}

RefusalTally refusal_tally(const json::value& value) {
  const auto& from = object(value, "refusal");
  return {ServiceId{text(from, "service")}, enumerator<Reject>(from, "reason"), enumerator<Channel>(from, "channel"), number<std::uint32_t>(from, "count")};
}

MessageSent message_sent(const json::object& from) {
  return {text(from, "subject"), text(from, "kind"), text(from, "channel"), number<std::uint16_t>(from, "attempt", 1)};
}

MessageFailed message_failed(const json::object& from) {
  return {text(from, "subject"), text(from, "kind"), text(from, "channel"), number<std::uint16_t>(from, "attempt", 1), text(from, "reason"), flag(from, "last")};
}

Paper paper(const json::object& from) {
  return {enumerator<PaperState>(from, "state"), PrinterId{text(from, "printer")}, number<std::uint32_t>(from, "copy"), text(from, "fault"),
          time(from, "at")};
}

Number ticket_number(const json::object& from, std::string_view name) {
  const auto parsed = parse_number(text(from, name));
  if (!parsed) throw Unreadable{fmt::format("{} is not a ticket number", name)};
  return *parsed;
}

Day day(const json::object& from) { return Day{std::chrono::days{number<std::int32_t>(from, "day")}}; }

Step step(const json::value& value) {
  const auto& from = object(value, "steps");
  Step result;
  result.service = ServiceId{text(from, "service")};
  result.state = enumerator<StepState>(from, "state");
  result.after = items(from, "after", &small);
  result.tied = DeskId{text(from, "tied")};
  result.desk = DeskId{text(from, "desk")};
  result.attempts = number<std::uint32_t>(from, "attempts");
  result.called_at = time(from, "called");
  result.last_call_at = time(from, "last_call");
  result.started_at = time(from, "started");
  result.finished_at = time(from, "finished");
  if (member(from, "why") != nullptr) result.why = enumerator<Why>(from, "why");
  result.runner_up = text(from, "runner_up");
  if (member(from, "outcome") != nullptr) result.outcome = enumerator<Outcome>(from, "outcome");
  result.done = items(from, "done", &service_done);
  read_more(from, result);
  return result;
}

/// `after` names steps of the same visit, of which there are so many.
template <class Steps>
void check_after(const Steps& steps) {
  for (const auto& one : steps)
    for (const std::uint8_t earlier : one.after)
      if (earlier >= steps.size()) throw Unreadable{"after: no such step"};
}

Visit visit(const json::object& from) {
  Visit result;
  result.serial = number<Serial>(from, "serial");
  result.id = VisitId{text(from, "id")};
  result.token = text(from, "token");
  result.number = ticket_number(from, "number");
  result.day = day(from);
  result.state = enumerator<VisitState>(from, "state");
  result.steps = items(from, "steps", &step);
  result.current = number<std::uint8_t>(from, "current", no_step);
  result.created_at = time(from, "created");
  result.anchor = time(from, "anchor");
  result.front = flag(from, "front");
  result.ended_at = time(from, "ended");
  result.language = text(from, "language");
  result.channel = enumerator<Channel>(from, "channel");
  result.party = number<std::uint16_t>(from, "party", 1);
  result.priority = PriorityId{text(from, "priority")};
  result.head_start = std::chrono::seconds{number(from, "head_start_s")};
  if (member(from, "booked_for") != nullptr) result.booked_for = time(from, "booked_for");
  result.parked_until = time(from, "parked_until");
  if (const json::value* value = member(from, "paper")) result.paper = paper(object(*value, "paper"));
  result.revision = number<std::uint32_t>(from, "revision");
  read_more(from, result);
  check_after(result.steps);
  if (result.current != no_step && result.current >= result.steps.size()) throw Unreadable{"current: no such step"};
  return result;
}

VisitTaken visit_taken(const json::object& from) {
  VisitTaken e;
  e.serial = number<Serial>(from, "serial");
  e.id = VisitId{text(from, "id")};
  e.token = text(from, "token");
  e.number = ticket_number(from, "number");
  e.day = day(from);
  e.steps = items(from, "steps", &step_plan);
  check_after(e.steps);
  e.language = text(from, "language");
  e.channel = enumerator<Channel>(from, "channel");
  e.party = number<std::uint16_t>(from, "party", 1);
  e.priority = PriorityId{text(from, "priority")};
  e.head_start = std::chrono::seconds{number(from, "head_start_s")};
  if (member(from, "booked_for") != nullptr) e.booked_for = time(from, "booked_for");
  e.outside = flag(from, "outside");
  if (member(from, "helped") != nullptr) e.helped = enumerator<Outcome>(from, "helped");
  e.printer = PrinterId{text(from, "printer")};
  e.needs = words<Need>(from, "needs");
  e.standby = flag(from, "standby");
  e.booking = BookingId{text(from, "booking")};
  if (member(from, "anchor") != nullptr) e.anchor = time(from, "anchor");
  e.callback = read_callback(from);
  return e;
}

VisitTransferred visit_transferred(const json::object& from) {
  VisitTransferred e{number<Serial>(from, "serial"), DeskId{text(from, "desk")}, std::nullopt, DeskId{text(from, "to_desk")},
                     enumerator<Place>(from, "place")};
  if (const json::value* value = member(from, "to_service")) e.to_service = step_plan(*value);
  e.to_clerk = text(from, "to_clerk");
  e.to_pool = text(from, "to_pool");
  e.prefer_desk = DeskId{text(from, "prefer_desk")};
  e.prefer_clerk = text(from, "prefer_clerk");
  e.prefer_until = time(from, "prefer_until");
  e.until = time(from, "until");
  return e;
}

DeskOpened desk_opened(const json::object& from) {
  return {DeskId{text(from, "desk")}, text(from, "clerk"),       items(from, "services", &service_id),     texts(from, "languages"),
          texts(from, "skills"),      flag(from, "auto_next"), std::chrono::seconds{number(from, "rest_s")}};
}

Places places(const json::object& from, std::string_view name) {
  Places read;
  const json::value* value = member(from, name);
  if (value == nullptr) return read;
  const json::object& lists = object(*value, name);
  for (std::string& id : texts(lists, "services")) read.services.emplace_back(std::move(id));
  for (std::string& id : texts(lists, "authorities")) read.authorities.emplace_back(std::move(id));
  return read;
}

ServicesChanged services_changed(const json::object& from) {
  ServicesChanged e{number<Serial>(from, "serial"), DeskId{text(from, "desk")}, items(from, "steps", &step_plan), items(from, "dropped", &small),
                    number<std::uint8_t>(from, "changed", no_step), {}, places(from, "back")};
  if (member(from, "taken") != nullptr) e.taken = places(from, "taken");
  check_after(e.steps);
  return e;
}

HelpChanged help_changed(const json::object& from) {
  return {DeskId{text(from, "desk")}, enumerator<HelpKind>(from, "kind"), DeskId{text(from, "to")}, time(from, "since"), text(from, "by")};
}

ActionUndone action_undone(const json::object& from) {
  const json::value* restored = member(from, "restored");
  if (restored == nullptr) throw Unreadable{"restored is missing"};
  return {DeskId{text(from, "desk")},       enumerator<DeskAction>(from, "action"),        visit(object(*restored, "restored")),
          number<Serial>(from, "desk_visit"), number<std::uint32_t>(from, "served_today"), number(from, "service_ms_today"),
          places(from, "taken"),            places(from, "back")};
}

BookingId booking_id(const json::object& from) { return BookingId{text(from, "booking")}; }

BookingMade booking_made(const json::object& from) {
  BookingMade e;
  e.booking = booking_id(from);
  e.parts = read_parts(from);
  if (member(from, "held_until") != nullptr) e.held_until = time(from, "held_until");
  e.party = number<std::uint16_t>(from, "party", 1);
  e.language = text(from, "language");
  e.channel = enumerator<Channel>(from, "channel");
  e.needs = words<Need>(from, "needs");
  e.overbooked = flag(from, "overbooked");
  return e;
}

PlaceWished place_wished(const json::object& from) {
  return {booking_id(from),       read_parts(from), read_wish(from), number<std::uint16_t>(from, "party", 1), text(from, "language"),
          enumerator<Channel>(from, "channel"), words<Need>(from, "needs")};
}

VisitEdited visit_edited(const json::object& from) {
  return {number<Serial>(from, "serial"),           text(from, "language"), number<std::uint16_t>(from, "party", 1), PriorityId{text(from, "priority")},
          std::chrono::seconds{number(from, "head_start_s")}, words<Need>(from, "needs")};
}

VisitRedirected visit_redirected(const json::object& from) {
  VisitRedirected e{number<Serial>(from, "serial"), number<std::uint8_t>(from, "step"), std::nullopt, DeskId{text(from, "to_desk")},
               enumerator<Place>(from, "place"), text(from, "reason")};
  if (const json::value* value = member(from, "to_service")) e.to_service = step_plan(*value);
  return e;
}

VisitsMerged visits_merged(const json::object& from) {
  return {number<Serial>(from, "serial"), number<Serial>(from, "into"), items(from, "steps", &step), number<std::uint16_t>(from, "party", 1),
          PriorityId{text(from, "priority")}, std::chrono::seconds{number(from, "head_start_s")}, time(from, "anchor"), flag(from, "front")};
}

VisitSplit visit_split(const json::object& from) {
  const json::value* made = member(from, "made");
  if (made == nullptr) throw Unreadable{"made is missing"};
  return {number<Serial>(from, "serial"), items(from, "steps", &small), number<std::uint16_t>(from, "party", 1), visit(object(*made, "made"))};
}

using Reader = EventBody (*)(const json::object&);

Serial item_serial(const json::value& value) {
  json::error_code error;
  const auto number = value.to_number<Serial>(error);
  if (error) throw Unreadable{"a list holds what is not a number"};
  return number;
}
Serial serial(const json::object& o) { return number<Serial>(o, "serial"); }
DeskId desk(const json::object& o) { return DeskId{text(o, "desk")}; }

ServiceFinished service_finished(const json::object& o) {
  return {serial(o), desk(o), enumerator<Outcome>(o, "outcome"), items(o, "done", &service_done)};
}

const std::unordered_map<std::string_view, Reader>& readers() {
  static const std::unordered_map<std::string_view, Reader> table{
      {"day_started", [](const json::object& o) -> EventBody { return DayStarted{day(o), flag(o, "new_week")}; }},
      {"facility_applied", [](const json::object& o) -> EventBody { return FacilityApplied{number<std::uint64_t>(o, "version"), text(o, "toml"), text(o, "scheduled")}; }},
      {"facility_scheduled", [](const json::object& o) -> EventBody { return FacilityScheduled{text(o, "id"), time(o, "from"), text(o, "toml")}; }},
      {"facility_unscheduled", [](const json::object& o) -> EventBody { return FacilityUnscheduled{text(o, "id")}; }},
      {"visit_unserved",
       [](const json::object& o) -> EventBody { return VisitUnserved{serial(o), items(o, "services", &service_id), enumerator<Channel>(o, "channel")}; }},
      {"visits_refused", [](const json::object& o) -> EventBody { return VisitsRefused{items(o, "refusals", &refusal_tally)}; }},
      {"visit_taken", [](const json::object& o) -> EventBody { return visit_taken(o); }},
      {"visit_called",
       [](const json::object& o) -> EventBody {
         return VisitCalled{serial(o), desk(o), number<std::uint8_t>(o, "step"), enumerator<Why>(o, "why"), text(o, "runner_up"), items(o, "passed", &item_serial)};
       }},
      {"visit_recalled", [](const json::object& o) -> EventBody { return VisitRecalled{serial(o), desk(o)}; }},
      {"service_started", [](const json::object& o) -> EventBody { return ServiceStarted{serial(o), desk(o), time(o, "from")}; }},
      {"service_finished", [](const json::object& o) -> EventBody { return service_finished(o); }},
      {"estimate_told", [](const json::object& o) -> EventBody { return EstimateTold{serial(o), read_told(o)}; }},
      {"visit_missed", [](const json::object& o) -> EventBody { return VisitMissed{serial(o), desk(o)}; }},
      {"visit_parked", [](const json::object& o) -> EventBody { return VisitParked{serial(o), desk(o), time(o, "until"), text(o, "place")}; }},
      {"visit_unparked", [](const json::object& o) -> EventBody { return VisitUnparked{serial(o)}; }},
      {"visit_transferred", [](const json::object& o) -> EventBody { return visit_transferred(o); }},
      {"visit_left", [](const json::object& o) -> EventBody { return VisitLeft{serial(o), text(o, "reason")}; }},
      {"visit_returned", [](const json::object& o) -> EventBody { return VisitReturned{serial(o), flag(o, "to_end")}; }},
      {"desk_opened", [](const json::object& o) -> EventBody { return desk_opened(o); }},
      {"desk_paused", [](const json::object& o) -> EventBody { return DeskPaused{desk(o), text(o, "reason")}; }},
      {"desk_resumed", [](const json::object& o) -> EventBody { return DeskResumed{desk(o)}; }},
      {"desk_closed", [](const json::object& o) -> EventBody { return DeskClosed{desk(o)}; }},
      {"action_undone", [](const json::object& o) -> EventBody { return action_undone(o); }},
      {"visit_edited", [](const json::object& o) -> EventBody { return visit_edited(o); }},
      {"visit_redirected", [](const json::object& o) -> EventBody { return visit_redirected(o); }},
      {"visits_merged", [](const json::object& o) -> EventBody { return visits_merged(o); }},
      {"visit_split", [](const json::object& o) -> EventBody { return visit_split(o); }},
      {"room_mode_changed", [](const json::object& o) -> EventBody { return RoomModeChanged{enumerator<RoomMode>(o, "mode"), items(o, "rolls", &read_roll)}; }},
      {"evacuation_started", [](const json::object& o) -> EventBody { return EvacuationStarted{text(o, "kind")}; }},
      {"evacuation_ended", [](const json::object&) -> EventBody { return EvacuationEnded{}; }},
      {"more_time_given", [](const json::object& o) -> EventBody { return MoreTimeGiven{serial(o), time(o, "until"), number<std::uint8_t>(o, "times", 1)}; }},
      {"message_sent", [](const json::object& o) -> EventBody { return message_sent(o); }},
      {"message_failed", [](const json::object& o) -> EventBody { return message_failed(o); }},
      {"step_foretold", [](const json::object& o) -> EventBody { return StepForetold{serial(o), number<std::uint8_t>(o, "step"), read_told(o)}; }},
      {"booking_foretold", [](const json::object& o) -> EventBody { return BookingForetold{booking_id(o), read_told(o)}; }},
      {"handover_seen", [](const json::object& o) -> EventBody { return HandoverSeen{time(o, "until")}; }},
      {"paper_changed",
       [](const json::object& o) -> EventBody {
         const json::value* value = member(o, "paper");
         if (value == nullptr) throw Unreadable{"paper is missing"};
         return PaperChanged{serial(o), paper(object(*value, "paper"))};
       }},
      {"booking_made", [](const json::object& o) -> EventBody { return booking_made(o); }},
      {"booking_confirmed", [](const json::object& o) -> EventBody { return BookingConfirmed{booking_id(o)}; }},
      {"booking_moved",
       [](const json::object& o) -> EventBody { return BookingMoved{booking_id(o), read_parts(o), number<std::uint16_t>(o, "party", 1), flag(o, "overbooked")}; }},
      {"booking_cancelled", [](const json::object& o) -> EventBody { return BookingCancelled{booking_id(o), flag(o, "expired")}; }},
      {"booking_checked_in",
       [](const json::object& o) -> EventBody { return BookingCheckedIn{booking_id(o), VisitId{text(o, "visit")}, enumerator<Arrival>(o, "arrival")}; }},
      {"place_wished", [](const json::object& o) -> EventBody { return place_wished(o); }},
      {"place_offered", [](const json::object& o) -> EventBody { return PlaceOffered{booking_id(o), read_parts(o), time(o, "until"), flag(o, "overbooked")}; }},
      {"offer_ended", [](const json::object& o) -> EventBody { return OfferEnded{booking_id(o), flag(o, "declined")}; }},
      {"places_sought", [](const json::object& o) -> EventBody { return PlacesSought{time(o, "again")}; }},
      {"places_released", [](const json::object& o) -> EventBody { return PlacesReleased{ServiceId{text(o, "service")}, day(o)}; }},
      {"booking_missed", [](const json::object& o) -> EventBody { return BookingMissed{booking_id(o)}; }},
      {"visit_continued", [](const json::object& o) -> EventBody { return VisitContinued{serial(o), desk(o), number<std::uint8_t>(o, "step")}; }},
      {"services_changed", [](const json::object& o) -> EventBody { return services_changed(o); }},
      {"visit_moved", [](const json::object& o) -> EventBody { return VisitMoved{serial(o), DeskId{text(o, "from")}, desk(o)}; }},
      {"desk_idled", [](const json::object& o) -> EventBody { return DeskIdled{desk(o), text(o, "reason")}; }},
      {"button_pressed", [](const json::object& o) -> EventBody { return ButtonPressed{desk(o), time(o, "pressed")}; }},
      {"help_changed", [](const json::object& o) -> EventBody { return help_changed(o); }},
  };
  return table;
}

}  // namespace

tl::expected<Event, std::string> decode_event(std::string_view type, Instant at, std::string_view payload) {
  const auto reader = readers().find(type);
  if (reader == readers().end()) return tl::unexpected(fmt::format("unknown event type \"{}\"", type));
  json::error_code error;
  const json::value value = json::parse({payload.data(), payload.size()}, error);
  if (error || !value.is_object()) return tl::unexpected(fmt::format("{}: the payload is not a JSON object", type));
  try {
    return Event{at, reader->second(value.as_object())};
  } catch (const Unreadable& reason) {
    return tl::unexpected(fmt::format("{}: {}", type, reason.what()));
  }
}

tl::expected<Visit, std::string> decode_visit(std::string_view text_) {
  json::error_code error;
  const json::value value = json::parse({text_.data(), text_.size()}, error);
  if (error || !value.is_object()) return tl::unexpected(std::string{"a visit is not a JSON object"});
  try {
    return visit(value.as_object());
  } catch (const Unreadable& reason) {
    return tl::unexpected(std::string{reason.what()});
  }
}

}  // namespace skranke::wire
