// What the room says about itself: alarms, who was turned away, facilities planned for later.
#include <array>
#include <map>

#include <fmt/format.h>

#include "core/alarms.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/report_query.hpp"
#include "daemon/random.hpp"
#include "wire/clock_words.hpp"
#include "wire/events.hpp"
#include "wire/facility_file.hpp"
#include "wire/zone.hpp"

namespace skranke::daemon {

namespace {

constexpr std::array<std::string_view, 2> told_by{"visits_refused", "visit_unserved"};
constexpr int report_days_max = 800;

/// One row of the report: the day, what was asked for, why not, and where.
using RefusalRow = std::tuple<core::Day, std::string, std::string_view, core::Channel>;
using RefusalReport = std::map<RefusalRow, std::uint64_t>;

void count(RefusalReport& report, const core::Event& event, core::Day day) {
  if (const auto* refused = std::get_if<core::VisitsRefused>(&event.body))
    for (const core::RefusalTally& tally : refused->refusals)
      report[{day, tally.service.str(), wire::word(tally.reason), tally.channel}] += tally.count;
  if (const auto* unserved = std::get_if<core::VisitUnserved>(&event.body))   // the night belongs to the day before
    for (const core::ServiceId& service : unserved->services) ++report[{day - std::chrono::days{1}, service.str(), "unserved", unserved->channel}];
}

std::string as_json(const RefusalReport& report) {
  std::string out;
  wire::JsonWriter w{out};
  w.list();
  for (const auto& [row, times] : report) {
    const auto& [day, service, reason, channel] = row;
    w.object().field("day", core::to_string(day)).field("service", service).field("reason", reason).field("channel", wire::word(channel));
    w.field("count", times).end_object();
  }
  w.end_list();
  return out;
}

std::string as_csv(const RefusalReport& report) {
  std::string out = "day,service,reason,channel,count\r\n";
  for (const auto& [row, times] : report) {
    const auto& [day, service, reason, channel] = row;
    out += fmt::format("{},{},{},{},{}\r\n", core::to_string(day), service, reason, wire::word(channel), times);
  }
  return out;
}

}  // namespace

/// One that was just begun with is not in trouble yet: it is asked within seconds.
std::vector<core::PrinterTrouble> Api::printers_in_trouble() const {
  std::vector<core::PrinterTrouble> troubles;
  for (const Device& device : wiring_.devices.all()) {
    if (device.kind != "printer" || device.state == DeviceState::ready || device.reason == "starting") continue;
    troubles.push_back({core::PrinterId{device.id}, device.reason.empty() ? std::string{word(device.state)} : device.reason, device.state == DeviceState::warning, device.since});
  }
  return troubles;
}

http::Reply Api::get_alarms(Call& call) {
  std::string body;
  alarms_view(view(call.language), body);
  return shown(std::move(body));
}

/// Recomputed from the journal on a worker: the tables of today would not do for last month.
http::Reply Api::get_refusals(Call& call) {
  const core::Facility& facility = wiring_.engine.facility();
  const core::Minutes begins = facility.site.business_day_starts;
  const auto asked = report_query(call.request, facility, wiring_.engine.now(), std::chrono::days{30}, std::chrono::days{report_days_max});
  if (!asked) return now(fail(call, 422, "wrong_content", asked.error()));
  http::Reply reply;
  reply.offload = [directory = wiring_.config.data_dir, zone = facility.zone, begins, from = asked->from, to = asked->to, csv = asked->csv,
                   failed = fail(call, 503, "storage_failed")]() -> http::Reply {
    const auto events = db::events_between(directory, told_by, zone.to_utc(from + begins), zone.to_utc(to + std::chrono::days{2} + begins));
    if (!events) return {failed, 0, {}, {}};
    RefusalReport report;
    for (const core::Event& event : *events) count(report, event, core::business_day(zone, begins, event.at));
    std::erase_if(report, [&](const auto& entry) { return std::get<0>(entry.first) < from || std::get<0>(entry.first) > to; });
    http::Response response;
    response.body = csv ? as_csv(report) : as_json(report);
    if (csv) response.content_type = "text/csv; charset=utf-8";
    return {std::move(response), 0, {}, {}};
  };
  return reply;
}

void Api::note_refusal(const core::TakeTicket& wish, const core::Refusal& refusal) {
  if (!core::counts_as_refused(refusal.reason)) return;
  const core::ServiceId& service = refusal.service.empty() && !wish.services.empty() ? wish.services.front() : refusal.service;
  refusals_.note(service, refusal.reason, wish.channel);
}

void Api::flush_refusals(bool all) {
  if (wiring_.engine.intake() != Intake::ready) return;
  auto rows = all ? refusals_.take() : refusals_.due(wiring_.engine.now());
  if (!rows.empty()) static_cast<void>(wiring_.engine.execute(core::NoteRefusals{std::move(rows)}, {"room", {}, 0}));
}

// --- plans ---

/// "2027-01-04T04:00:00+01:00"; of the time zone only its offset counts.
http::Reply Api::plan_facility(Call& call, const std::string& from, const std::shared_ptr<const core::Facility>& facility, const std::string& warnings) {
  if (auto first = repeated(call)) return std::move(*first);
  const auto at = wire::parse_rfc3339(from);
  if (!at) return now(fail(call, 422, "wrong_content", "from"));
  core::ScheduleFacility wish{"plan-" + random_text(40), *at, wire::write_facility_toml(*facility)};
  const core::Instant due = wish.from;
  std::string plan = wish.plan, text = wish.toml;
  auto reply = command(
      call, wish,
      [&](std::string& out) {
        wire::JsonWriter w{out};
        w.object().field("id", plan).field("from", core::to_rfc3339(wiring_.engine.facility().zone, due)).raw_field("warnings", warnings).end_object();
      },
      202);
  if (reply.response.status == 202) plans_[plan] = std::move(text);
  return reply;
}

http::Reply Api::get_plans(Call& call) {
  std::string body;
  plans_view(view(call.language), body);
  return shown(std::move(body));
}

http::Reply Api::delete_plan(Call& call) {
  const std::string plan{call.part(2)};
  auto reply = command(call, core::CancelFacility{plan}, [](std::string&) {}, 204);
  if (reply.response.status == 204) plans_.erase(plan);
  return reply;
}

/// What is due comes into force; what cannot (somebody waits for a service that would go) is tried again, and an alarm says so.
void Api::carry_out_plans() {
  const auto& scheduled = wiring_.engine.state().scheduled;
  const core::Instant now = wiring_.engine.now();
  if (scheduled.empty() || scheduled.front().from > now || wiring_.engine.intake() != Intake::ready) return;
  if (plan_tried_ <= now && now < plan_tried_ + std::chrono::seconds{30}) return;
  plan_tried_ = now;
  const std::string plan = scheduled.front().id;
  auto reading = wire::read_facility_in_force(plans_[plan], plan);
  if (!reading) return wiring_.log(fmt::format("facility {}: cannot be read any more: {}", plan, wire::to_line(reading.error().front(), "en")));
  const auto facility = std::make_shared<const core::Facility>(std::move(reading->facility));
  const auto seq = wiring_.engine.apply(facility, plans_[plan], {"plan", {}, 0}, plan);
  if (!seq) return wiring_.log(fmt::format("facility {}: {} {}, tried again", plan, wire::word(seq.error().reason), seq.error().field));
  wiring_.log(fmt::format("facility {}: in force", plan));
  plans_.erase(plan);
  plan_tried_ = {};
  follow_facility(*facility);
}

/// After a start: the texts of what is planned, from the journal.
void Api::load_plans() {
  if (wiring_.engine.state().scheduled.empty()) return;
  static constexpr std::array<std::string_view, 1> told{"facility_scheduled"};
  const auto events = db::events_between(wiring_.config.data_dir, told, core::Instant::min(), core::Instant::max());
  if (!events) return wiring_.log("facility plans: " + events.error().context);
  for (const core::Event& event : *events) {
    const auto& planned = std::get<core::FacilityScheduled>(event.body);
    for (const core::ScheduledFacility& plan : wiring_.engine.state().scheduled)
      if (plan.id == planned.id) plans_[plan.id] = planned.toml;
  }
}

void Api::rules_metrics(std::string& out) const {
  std::map<std::string_view, int> kinds;
  for (const core::Alarm& alarm : core::alarms(wiring_.engine.state(), wiring_.engine.facility(), wiring_.engine.now(), &promises_, printers_in_trouble())) ++kinds[wire::word(alarm.kind)];
  out += "# HELP skranke_alarms What staff should look at now\n# TYPE skranke_alarms gauge\n";
  for (int kind = 0; kind <= static_cast<int>(core::AlarmKind::printer); ++kind) {
    const std::string_view name = wire::word(static_cast<core::AlarmKind>(kind));
    fmt::format_to(std::back_inserter(out), "skranke_alarms{{kind=\"{}\"}} {}\n", name, kinds[name]);
  }
  out += "# HELP skranke_visits_refused_today Citizens turned away this business day, told within seconds\n# TYPE skranke_visits_refused_today gauge\n";
  for (const core::RefusalTally& tally : wiring_.engine.state().refused_today)
    fmt::format_to(std::back_inserter(out), "skranke_visits_refused_today{{service=\"{}\",reason=\"{}\",channel=\"{}\"}} {}\n", tally.service.str(),
                   wire::word(tally.reason), wire::word(tally.channel), tally.count);
}

}  // namespace skranke::daemon
