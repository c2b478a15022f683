// How good the told waits were: recomputed from the journal, where each told range and each call is a fact.
#include <array>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "core/told_record.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/report_query.hpp"
#include "wire/clock_words.hpp"
#include "wire/events.hpp"

namespace skranke::daemon {
namespace {

constexpr std::array<std::string_view, 9> told_by{"visit_taken", "estimate_told", "visit_called", "visit_left", "services_changed", "visit_continued", "step_foretold", "booking_foretold", "booking_moved"};
constexpr std::array<std::string_view, core::told_kinds> kind_words{"walk_in", "booked", "later_step", "on_time"};
std::string_view kind_word(core::ToldKind kind) { return kind_words[static_cast<std::size_t>(kind)]; }
constexpr int report_days_max = 370;

double rounded(double value) { return static_cast<double>(static_cast<std::int64_t>(value * 1000 + (value < 0 ? -0.5 : 0.5))) / 1000; }

void row_fields(wire::JsonWriter& w, const core::ToldTally& tally) {
  w.field("judged", tally.judged).field("inside", rounded(tally.share(tally.inside))).field("beyond", rounded(tally.share(tally.beyond)));
  w.field("within_5_min", rounded(tally.share(tally.within_5))).field("mean_error_min", rounded(tally.mean(tally.error_s) / 60));
  w.field("mean_width_min", rounded(tally.mean(tally.width_s) / 60)).field("mean_wait_min", rounded(tally.mean(tally.wait_s) / 60));
}

std::string as_json(const core::ToldRecord& record) {
  std::string out;
  wire::JsonWriter w{out};
  w.object();
  row_fields(w, record.all());
  w.field("told", record.told()).key("calibration").list();
  const core::ToldTally all = record.all();
  for (const auto& [told, below] : {std::pair{0.1, all.below_low}, std::pair{0.5, all.below_middle}, std::pair{0.9, all.judged - all.beyond}})
    w.object().field("told", told).field("happened", rounded(all.share(below))).end_object();
  w.end_list().key("hours").list();
  for (const auto& [hour, tally] : record.hours()) {
    w.object().field("hour", hour);
    row_fields(w, tally);
    w.end_object();
  }
  w.end_list().key("kinds").list();
  for (std::size_t kind = 0; kind < core::told_kinds; ++kind) {
    w.object().field("kind", kind_words[kind]);
    row_fields(w, record.of(static_cast<core::ToldKind>(kind)));
    w.end_object();
  }
  w.end_list().key("rows").list();
  for (const auto& [key, tally] : record.rows()) {
    w.object().field("service", key.service.str()).field("kind", kind_word(key.kind));
    row_fields(w, tally);
    w.end_object();
  }
  w.end_list().end_object();
  return out;
}

std::string as_csv_by_hour(const core::ToldRecord& record) {
  std::string out = "hour,judged,inside,below_p10,below_p50,below_p90,mean_error_min,mean_width_min,mean_wait_min\r\n";
  for (const auto& [hour, tally] : record.hours())
    fmt::format_to(std::back_inserter(out), "{:02},{},{:.3f},{:.3f},{:.3f},{:.3f},{:.2f},{:.2f},{:.2f}\r\n", hour, tally.judged, tally.share(tally.inside), tally.share(tally.below_low),
                   tally.share(tally.below_middle), tally.share(tally.judged - tally.beyond), tally.mean(tally.error_s) / 60, tally.mean(tally.width_s) / 60, tally.mean(tally.wait_s) / 60);
  return out;
}

std::string as_csv(const core::ToldRecord& record) {
  std::string out = "service,kind,judged,inside,beyond,within_5_min,mean_error_min,mean_width_min,mean_wait_min\r\n";
  for (const auto& [key, tally] : record.rows())
    fmt::format_to(std::back_inserter(out), "{},{},{},{:.3f},{:.3f},{:.3f},{:.2f},{:.2f},{:.2f}\r\n", key.service.str(), kind_word(key.kind),
                   tally.judged, tally.share(tally.inside), tally.share(tally.beyond), tally.share(tally.within_5), tally.mean(tally.error_s) / 60,
                   tally.mean(tally.width_s) / 60, tally.mean(tally.wait_s) / 60);
  return out;
}

}  // namespace

http::Reply Api::get_estimate_report(Call& call) {
  const core::Facility& facility = wiring_.engine.facility();
  const core::Minutes begins = facility.site.business_day_starts;
  const auto asked = report_query(call.request, facility, wiring_.engine.now(), std::chrono::days{30}, std::chrono::days{report_days_max});
  if (!asked) return now(fail(call, 422, "wrong_content", asked.error()));
  const std::string by = call.request.query_value("by");
  if (!by.empty() && by != "service" && by != "hour") return now(fail(call, 422, "wrong_content", "by"));
  http::Reply reply;
  reply.offload = [by_hour = by == "hour", directory = wiring_.config.data_dir, zone = facility.zone, begins, from = asked->from, to = asked->to, csv = asked->csv,
                   failed = fail(call, 503, "storage_failed")]() -> http::Reply {
    const auto events = db::events_between(directory, told_by, zone.to_utc(from + begins), zone.to_utc(to + std::chrono::days{1} + begins));
    if (!events) return {failed, 0, {}, {}};
    core::ToldRecord record{zone};
    for (const core::Event& event : *events) record.see(event);
    http::Response response;
    response.body = !csv ? as_json(record) : by_hour ? as_csv_by_hour(record) : as_csv(record);
    if (csv) response.content_type = "text/csv; charset=utf-8";
    return {std::move(response), 0, {}, {}};
  };
  return reply;
}

void Api::estimate_metrics(std::string& out) const {
  struct Row {
    std::string_view kind;
    std::uint64_t told, inside, beyond;
  };
  const core::Learned& learned = wiring_.engine.state().learned;
  std::vector<Row> rows;
  for (const auto& [kind, past] : {std::pair{core::ToldKind::booked, &learned.booked}, std::pair{core::ToldKind::walk_in, &learned.walk_in}})
    rows.push_back({kind_word(kind), past->told, past->told - past->below - past->above, past->above});
  if (wiring_.foreteller != nullptr)   // since the start: nothing is learned from these
    for (const core::ToldKind kind : {core::ToldKind::later_step, core::ToldKind::on_time}) {
      const core::ToldTally tally = wiring_.foreteller->judged(kind);
      rows.push_back({kind_word(kind), tally.judged, tally.inside, tally.beyond});
    }
  const auto put = [&](std::string_view name, std::string_view help, std::uint64_t Row::* member) {
    fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} counter\n", name, help);
    for (const Row& row : rows) fmt::format_to(std::back_inserter(out), "{}{{kind=\"{}\"}} {}\n", name, row.kind, row.*member);
  };
  put("skranke_estimates_judged_total", "Told waits that were held against the call", &Row::told);
  put("skranke_estimates_inside_total", "Of these: the call came within the told range", &Row::inside);
  put("skranke_estimates_beyond_total", "Of these: the call came later than told", &Row::beyond);
  if (wiring_.foreteller == nullptr) return;
  fmt::format_to(std::back_inserter(out), "# HELP skranke_estimate_round_ms How long the last look ahead took\n# TYPE skranke_estimate_round_ms gauge\nskranke_estimate_round_ms {}\n",
                 wiring_.foreteller->round_took().count());
}

}  // namespace skranke::daemon
