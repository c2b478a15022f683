// Facts to text. Written by hand rather than through a DOM: this runs once per fact on the way to the disk.
#include <cstdint>

#include <fmt/format.h>

#include "wire/events.hpp"
#include "wire/fields.hpp"

namespace skranke::wire {
namespace {

using namespace core;

void put_services(Fields& fields, std::string_view name, const std::vector<ServiceId>& services) {
  if (services.empty()) return;
  fields.array(name, services, [&](const ServiceId& id) { fields.element(id.str()); });
}

void put_done(Fields& fields, const std::vector<ServiceDone>& done) {
  if (done.empty()) return;
  fields.array("done", done, [&](const ServiceDone& one) {
    fields.object([&] {
      fields.text("service", one.service.str());
      fields.number("quantity", one.quantity);
    });
  });
}

void put_after(Fields& fields, const std::vector<std::uint8_t>& after) {
  if (after.empty()) return;
  fields.array("after", after, [&](std::uint8_t step) { fields.element(std::int64_t{step}); });
}

void put_paper(Fields& fields, const Paper& paper) {
  fields.text("state", word(paper.state));
  fields.text_if("printer", paper.printer.str());
  fields.number("copy", paper.copy);
  fields.text_if("fault", paper.fault);
  fields.number("at", millis(paper.at));
}

void put_step(Fields& fields, const Step& step) {
  fields.text("service", step.service.str());
  fields.text("state", word(step.state));
  put_after(fields, step.after);
  fields.text_if("tied", step.tied.str());
  fields.text_if("desk", step.desk.str());
  fields.number_if("attempts", step.attempts);
  fields.time_if("called", step.called_at);
  fields.time_if("last_call", step.last_call_at);
  fields.time_if("started", step.started_at);
  fields.time_if("finished", step.finished_at);
  if (step.attempts > 0) fields.text("why", word(step.why));
  fields.text_if("runner_up", step.runner_up);
  if (step.outcome) fields.text("outcome", word(*step.outcome));
  put_done(fields, step.done);
}

void put_visit(Fields& fields, const Visit& visit) {
  fields.number("serial", visit.serial);
  fields.text("id", visit.id.str());
  fields.text("token", visit.token);
  fields.text("number", to_string(visit.number));
  fields.number("day", visit.day.time_since_epoch().count());
  fields.text("state", word(visit.state));
  fields.array("steps", visit.steps, [&](const Step& step) { fields.object([&] { put_step(fields, step); }); });
  if (visit.current != no_step) fields.number("current", visit.current);
  fields.number("created", millis(visit.created_at));
  fields.number("anchor", millis(visit.anchor));
  if (visit.front) fields.flag("front", true);
  fields.time_if("ended", visit.ended_at);
  fields.text("language", visit.language);
  fields.text("channel", word(visit.channel));
  if (visit.party != 1) fields.number("party", visit.party);
  fields.text_if("priority", visit.priority.str());
  fields.number_if("head_start_s", visit.head_start.count());
  if (visit.booked_for) fields.number("booked_for", millis(*visit.booked_for));
  fields.time_if("parked_until", visit.parked_until);
  if (visit.paper.state != PaperState::none) fields.object("paper", [&] { put_paper(fields, visit.paper); });
  fields.number("revision", visit.revision);
}

void put(Fields& f, const DayStarted& e) {
  f.number("day", e.day.time_since_epoch().count());
  if (e.new_week) f.flag("new_week", true);
}
void put(Fields& f, const FacilityApplied& e) {
  f.number("version", e.version);
  f.text("toml", e.toml);
}
void put_plan(Fields& f, const StepPlan& plan) {
  f.text("service", plan.service.str());
  f.text("authority", plan.authority.str());
  put_after(f, plan.after);
}
void put(Fields& f, const VisitTaken& e) {
  f.number("serial", e.serial);
  f.text("id", e.id.str());
  f.text("token", e.token);
  f.text("number", to_string(e.number));
  f.number("day", e.day.time_since_epoch().count());
  f.array("steps", e.steps, [&](const StepPlan& plan) { f.object([&] { put_plan(f, plan); }); });
  f.text("language", e.language);
  f.text("channel", word(e.channel));
  if (e.party != 1) f.number("party", e.party);
  f.text_if("priority", e.priority.str());
  f.number_if("head_start_s", e.head_start.count());
  if (e.booked_for) f.number("booked_for", millis(*e.booked_for));
  f.text_if("printer", e.printer.str());
}
void put_at_desk(Fields& f, Serial serial, const DeskId& desk) {
  f.number("serial", serial);
  f.text("desk", desk.str());
}
void put(Fields& f, const VisitCalled& e) {
  put_at_desk(f, e.serial, e.desk);
  f.number("step", e.step);
  f.text("why", word(e.why));
  f.text_if("runner_up", e.runner_up);
}
void put(Fields& f, const VisitRecalled& e) { put_at_desk(f, e.serial, e.desk); }
void put(Fields& f, const ServiceStarted& e) {
  put_at_desk(f, e.serial, e.desk);
  f.number("from", millis(e.from));
}
void put(Fields& f, const ServiceFinished& e) {
  put_at_desk(f, e.serial, e.desk);
  f.text("outcome", word(e.outcome));
  put_done(f, e.done);
}
void put(Fields& f, const VisitMissed& e) { put_at_desk(f, e.serial, e.desk); }
void put(Fields& f, const VisitParked& e) {
  put_at_desk(f, e.serial, e.desk);
  f.number("until", millis(e.until));
}
void put(Fields& f, const VisitUnparked& e) { f.number("serial", e.serial); }
void put(Fields& f, const VisitTransferred& e) {
  put_at_desk(f, e.serial, e.desk);
  if (e.to_service) f.object("to_service", [&] { put_plan(f, *e.to_service); });
  f.text_if("to_desk", e.to_desk.str());
  f.text("place", word(e.place));
}
void put(Fields& f, const VisitLeft& e) { f.number("serial", e.serial); }
void put(Fields& f, const VisitReturned& e) { f.number("serial", e.serial); }
void put(Fields& f, const DeskOpened& e) {
  f.text("desk", e.desk.str());
  f.text_if("clerk", e.clerk);
  put_services(f, "services", e.services);
}
void put(Fields& f, const DeskPaused& e) {
  f.text("desk", e.desk.str());
  f.text_if("reason", e.reason);
}
void put(Fields& f, const DeskResumed& e) { f.text("desk", e.desk.str()); }
void put(Fields& f, const DeskClosed& e) { f.text("desk", e.desk.str()); }
void put(Fields& f, const ActionUndone& e) {
  f.text("desk", e.desk.str());
  f.text("action", word(e.action));
  f.object("restored", [&] { put_visit(f, e.restored); });
  f.number_if("desk_visit", e.desk_visit);
  f.number_if("served_today", e.served_today);
  f.number_if("service_ms_today", e.service_ms_today);
}
void put(Fields& f, const PaperChanged& e) {
  f.number("serial", e.serial);
  f.object("paper", [&] { put_paper(f, e.paper); });
}

}  // namespace

void encode_event(const Event& event, std::string& out) {
  Fields fields{out};
  fields.object([&] { std::visit([&](const auto& body) { put(fields, body); }, event.body); });
}

void encode_visit(const Visit& visit, std::string& out) {
  Fields fields{out};
  fields.object([&] { put_visit(fields, visit); });
}

std::string_view event_type(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<EventBody>> types{
      "day_started",    "facility_applied", "visit_taken",       "visit_called", "visit_recalled", "service_started", "service_finished",
      "visit_missed",   "visit_parked",     "visit_unparked",    "visit_transferred", "visit_left", "visit_returned", "desk_opened",
      "desk_paused",    "desk_resumed",     "desk_closed",       "action_undone", "paper_changed"};
  return types[event.body.index()];
}

}  // namespace skranke::wire
