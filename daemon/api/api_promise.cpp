// The promise of seven working days, day by day, as it was noted then.
#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/api/report_query.hpp"
#include "daemon/promise_book.hpp"
#include "daemon/service_name.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {
namespace {

constexpr std::chrono::days usual{29}, longest{366};

void put_row(wire::JsonWriter& w, const core::Facility& facility, const PromiseDay& row, const std::string& language) {
  w.object().field("day", core::to_string(row.day)).field("service", row.service.str()).field("name", service_name(facility, row.service, language));
  w.field("at", core::to_rfc3339(facility.zone, row.at));
  if (row.first_free) w.field("first_free", core::to_rfc3339(facility.zone, *row.first_free));
  if (row.working_days) w.field("working_days", *row.working_days);
  w.field("free_within_3", row.free_within_3).field("free_within_7", row.free_within_7);
  w.field("asked_per_day", row.asked_per_day).field("shared_per_day", row.shared_per_day).field("places_per_day", row.places_per_day);
  if (row.breaks_in) w.field("breaks_in_working_days", *row.breaks_in);
  w.field("alarm", row.breaks_in.has_value()).field("booked", row.kept.booked);
  if (row.kept.booked > 0) w.field("share_within_3", row.kept.share_within_3()).field("share_within_7", row.kept.share_within_7());
  if (row.no_show_seen > 0) w.field("no_show_share", row.no_show);
  w.field("no_show_seen", row.no_show_seen).field("overbooked", row.overbooked).end_object();
}

std::string as_csv(const core::Facility& facility, const std::vector<PromiseDay>& rows) {
  std::string out =
      "site,day,service,at,first_free,working_days,free_within_3,free_within_7,asked_per_day,shared_per_day,places_per_day,breaks_in_working_days,alarm,booked,"
      "share_within_3,share_within_7,no_show_share,no_show_seen,overbooked\r\n";
  const auto cell = [](const auto& value) { return value ? fmt::format("{}", *value) : std::string{}; };
  const auto share = [](bool any, double value) { return any ? fmt::format("{:.3f}", value) : std::string{}; };
  for (const PromiseDay& row : rows) {
    const bool any = row.kept.booked > 0;
    out += fmt::format("{},{},{},{},{},{},{},{},{:.2f},{:.2f},{:.2f},{},{},{},{},{},{},{},{}\r\n", row.site, core::to_string(row.day), row.service.str(),
                       core::to_rfc3339(facility.zone, row.at), row.first_free ? core::to_rfc3339(facility.zone, *row.first_free) : std::string{}, cell(row.working_days),
                       row.free_within_3, row.free_within_7, row.asked_per_day, row.shared_per_day, row.places_per_day, cell(row.breaks_in),
                       row.breaks_in ? "yes" : "no", row.kept.booked, share(any, row.kept.share_within_3()), share(any, row.kept.share_within_7()),
                       share(row.no_show_seen > 0, row.no_show), row.no_show_seen, row.overbooked);
  }
  return out;
}

}  // namespace

/// A disk that is full is tried again every minute, and said once each time.
void Api::note_promise() {
  constexpr std::chrono::minutes again{1};
  const core::Instant now = wiring_.engine.now();
  if (wiring_.promises == nullptr || (promise_failed_ <= now && now < promise_failed_ + again)) return;
  if (wiring_.promises->note_next(wiring_.engine.state(), wiring_.engine.facility(), now)) return;
  promise_failed_ = now;
  wiring_.log("promise.db: cannot be written");
}

http::Reply Api::get_promise_report(Call& call) {
  const core::Facility& facility = wiring_.engine.facility();
  const auto asked = report_query(call.request, facility, wiring_.engine.now(), usual, longest);
  if (!asked) return now(fail(call, 422, "wrong_content", asked.error()));
  const std::vector<PromiseDay> rows = wiring_.promises == nullptr ? std::vector<PromiseDay>{} : wiring_.promises->rows(facility.site.id, asked->from, asked->to);
  http::Response response;
  if (asked->csv) {
    response.content_type = "text/csv; charset=utf-8";
    response.body = as_csv(facility, rows);
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"promise.csv\"");
    return now(std::move(response));
  }
  wire::JsonWriter w{response.body};
  w.object().field("site", facility.site.id).field("from", core::to_string(asked->from)).field("to", core::to_string(asked->to)).key("rows").list();
  for (const PromiseDay& row : rows) put_row(w, facility, row, call.language);
  w.end_list().end_object();
  return now(std::move(response));
}

}  // namespace skranke::daemon
