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

constexpr std::array<std::string_view, 4> told_by{"visit_taken", "estimate_told", "visit_called", "visit_left"};
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
  w.field("told", record.told()).key("rows").list();
  for (const auto& [key, tally] : record.rows()) {
    w.object().field("service", key.service.str()).field("kind", key.booked ? "booked" : "walk_in");
    row_fields(w, tally);
    w.end_object();
  }
  w.end_list().end_object();
  return out;
}

std::string as_csv(const core::ToldRecord& record) {
  std::string out = "service,kind,judged,inside,beyond,within_5_min,mean_error_min,mean_width_min,mean_wait_min\r\n";
  for (const auto& [key, tally] : record.rows())
    fmt::format_to(std::back_inserter(out), "{},{},{},{:.3f},{:.3f},{:.3f},{:.2f},{:.2f},{:.2f}\r\n", key.service.str(), key.booked ? "booked" : "walk_in",
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
  http::Reply reply;
  reply.offload = [directory = wiring_.config.data_dir, zone = facility.zone, begins, from = asked->from, to = asked->to, csv = asked->csv,
                   failed = fail(call, 503, "storage_failed")]() -> http::Reply {
    const auto events = db::events_between(directory, told_by, zone.to_utc(from + begins), zone.to_utc(to + std::chrono::days{1} + begins));
    if (!events) return {failed, 0, {}, {}};
    core::ToldRecord record;
    for (const core::Event& event : *events) record.see(event);
    http::Response response;
    response.body = csv ? as_csv(record) : as_json(record);
    if (csv) response.content_type = "text/csv; charset=utf-8";
    return {std::move(response), 0, {}, {}};
  };
  return reply;
}

void Api::estimate_metrics(std::string& out) const {
  const core::Learned& learned = wiring_.engine.state().learned;
  out += "# HELP skranke_estimates_judged_total Told waits that were held against the call\n# TYPE skranke_estimates_judged_total counter\n";
  const auto each = [&](const auto& put) { put("booked", learned.booked), put("walk_in", learned.walk_in); };
  each([&](std::string_view kind, const core::Calibration& past) {
    fmt::format_to(std::back_inserter(out), "skranke_estimates_judged_total{{kind=\"{}\"}} {}\n", kind, past.told);
  });
  out += "# HELP skranke_estimates_inside_total Of these: the call came within the told range\n# TYPE skranke_estimates_inside_total counter\n";
  each([&](std::string_view kind, const core::Calibration& past) {
    fmt::format_to(std::back_inserter(out), "skranke_estimates_inside_total{{kind=\"{}\"}} {}\n", kind, past.told - past.below - past.above);
  });
  out += "# HELP skranke_estimates_beyond_total Of these: the call came later than told\n# TYPE skranke_estimates_beyond_total counter\n";
  each([&](std::string_view kind, const core::Calibration& past) {
    fmt::format_to(std::back_inserter(out), "skranke_estimates_beyond_total{{kind=\"{}\"}} {}\n", kind, past.above);
  });
  if (wiring_.foreteller == nullptr) return;
  fmt::format_to(std::back_inserter(out), "# HELP skranke_estimate_round_ms How long the last look ahead took\n# TYPE skranke_estimate_round_ms gauge\nskranke_estimate_round_ms {}\n",
                 wiring_.foreteller->round_took().count());
}

}  // namespace skranke::daemon
