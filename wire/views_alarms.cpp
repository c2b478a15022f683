// Alarms and plans for staff.
#include <array>

#include "core/alarms.hpp"
#include "wire/events.hpp"
#include "wire/views_parts.hpp"

namespace skranke::wire {
using namespace core;

std::string_view word(AlarmKind kind) {
  static constexpr std::array<std::string_view, 12> words{"wait",    "queue",   "called",        "serving",    "parked",
                                                          "leaving", "closing", "after_closing", "desk_break", "plan",
                                                          "promise", "printer"};
  return words.at(static_cast<std::size_t>(kind));
}

namespace {

std::string sentence(const View& view, const Alarm& alarm) {
  const Visit* visit = view.state.find(alarm.visit);
  const Authority* authority = view.facility.find(alarm.authority);
  const PrinterConfig* printer = view.facility.find(alarm.printer);
  // A printer may report what nobody has words for.
  const std::string reason = view.catalogue.has("en", "device." + alarm.reason + ".words") ? alarm.reason : alarm.severity == AlarmSeverity::urgent ? "failed" : "warning";
  std::string key = std::string{"alarm."}.append(word(alarm.kind));
  if (alarm.kind == AlarmKind::leaving && alarm.severity == AlarmSeverity::urgent) key += "_gone";
  if (alarm.kind == AlarmKind::promise && alarm.working_days == 0) key += "_broken";
  return view.catalogue.format(view.language, key,
                               {{"service", std::string{service_name(view, alarm.service)}},
                                {"authority", authority == nullptr ? alarm.authority.str() : authority->name.get(view.language)},
                                {"desk", std::string{desk_name(view, alarm.desk, view.language)}},
                                {"number", visit == nullptr ? std::string{} : to_string(visit->number)},
                                {"n", std::to_string(alarm.working_days ? static_cast<std::uint32_t>(*alarm.working_days) : alarm.count)},
                                {"minutes", std::to_string(alarm.minutes.count())},
                                {"plan", alarm.id.substr(alarm.id.find(':') + 1)},
                                {"printer", printer == nullptr || printer->name.empty() ? alarm.printer.str() : printer->name.get(view.language)},
                                {"words", view.catalogue.format(view.language, "device." + reason + ".words")},
                                {"advice", view.catalogue.format(view.language, "device." + reason + ".advice")}});
}

}  // namespace

void alarms_view(const View& view, std::string& out) {
  JsonWriter w{out};
  w.object().field("at", view.time(view.now)).key("alarms").list();
  for (const Alarm& alarm : alarms(view.state, view.facility, view.now, view.promises, view.printers ? view.printers() : std::vector<PrinterTrouble>{})) {
    w.object().field("id", alarm.id).field("kind", word(alarm.kind));
    w.field("severity", alarm.severity == AlarmSeverity::urgent ? "urgent" : "warning").field("since", view.time(alarm.since));
    w.field("text", sentence(view, alarm)).field_unless_empty("service", alarm.service.str()).field_unless_empty("authority", alarm.authority.str());
    w.field_unless_empty("desk", alarm.desk.str()).field_unless_empty("printer", alarm.printer.str()).field_unless_empty("reason", alarm.reason);
    if (const Visit* visit = view.state.find(alarm.visit)) w.field("visit", visit->id.str()).field("number", to_string(visit->number));
    if (alarm.count > 0) w.field("count", alarm.count);
    if (alarm.working_days) w.field("working_days", *alarm.working_days);
    w.field("minutes", alarm.minutes.count()).end_object();
  }
  w.end_list().end_object();
}

void plans_view(const View& view, std::string& out) {
  JsonWriter w{out};
  w.list();
  for (const ScheduledFacility& plan : view.state.scheduled) w.object().field("id", plan.id).field("from", view.time(plan.from)).end_object();
  w.end_list();
}

}  // namespace skranke::wire
