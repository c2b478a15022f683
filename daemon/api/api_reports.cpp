// What managers read: figures of past and present days, by day, service, authority, desk, hour or channel.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/api/report_query.hpp"
#include "wire/clock_words.hpp"
#include "wire/events.hpp"
#include "wire/json.hpp"
#include "wire/zone.hpp"

namespace skranke::daemon {

namespace {

using core::FigureRow;
using core::FiguresBy;

constexpr std::array<std::string_view, 6> by_words{"day", "service", "authority", "desk", "hour", "channel"};
constexpr std::array<std::string_view, core::outcome_count> outcome_words{"settled", "needs_documents", "referred", "back_office", "left"};

/// One list of times, as the report tells it.
struct Times {
  std::optional<std::int64_t> mean, p50, p90, longest;
};
Times times_of(const std::vector<std::int64_t>& ordered) {
  return {core::mean(ordered), core::percentile(ordered, 0.5), core::percentile(ordered, 0.9), core::percentile(ordered, 1)};
}

void put_times(wire::JsonWriter& w, std::string_view name, const std::vector<std::int64_t>& ordered) {
  if (ordered.empty()) return;
  const Times times = times_of(ordered);
  w.key(name).object().field("count", ordered.size()).field("mean_s", *times.mean).field("p50_s", *times.p50).field("p90_s", *times.p90);
  w.field("max_s", *times.longest).end_object();
}

double share(std::uint64_t part, std::uint64_t whole) { return whole == 0 ? 0 : std::round(1000.0 * static_cast<double>(part) / static_cast<double>(whole)) / 1000.0; }

/// Of the matters with an outcome: those that needed nothing more.
std::uint64_t with_outcome(const FigureRow& row) {
  std::uint64_t all = 0;
  for (const std::uint64_t count : row.outcomes) all += count;
  return all;
}

void put_row(wire::JsonWriter& w, const FigureRow& row) {
  w.field("visits", row.visits).field("persons", row.persons).field("booked", row.booked).field("matters", row.matters).field("served", row.served);
  w.field("no_show", row.no_show).field("left", row.left);
  put_times(w, "wait", row.waits);
  if (!row.waits.empty()) w.field("within_target", share(row.within_target, row.waits.size()));
  put_times(w, "service", row.services);
  put_times(w, "whole_visit", row.totals);
  put_times(w, "booked_late", row.lates);
  w.key("outcomes").object();
  for (std::size_t i = 0; i < outcome_words.size(); ++i) w.field(outcome_words[i], row.outcomes[i]);
  w.end_object();
  if (const std::uint64_t all = with_outcome(row); all > 0) w.field("settled_share", share(row.outcomes[0], all));
}

std::string as_csv(const core::FigureAnswer& answer, std::string_view by, const std::function<std::string(const std::string&)>& name_of) {
  std::string out = fmt::format("{},name,visits,persons,booked,matters,served,no_show,left,wait_mean_s,wait_p50_s,wait_p90_s,wait_max_s,within_target,service_mean_s,"
                                "whole_visit_p50_s,booked_late_p90_s", by);
  for (const std::string_view word : outcome_words) out += fmt::format(",{}", word);
  out += "\r\n";
  const auto cell = [](const std::optional<std::int64_t>& value) { return value ? std::to_string(*value) : std::string{}; };
  for (const auto& [key, row] : answer.rows) {
    const Times wait = times_of(row.waits);
    std::string name = name_of(key);
    std::erase(name, '"');
    out += fmt::format("{},\"{}\",{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}", key, name, row.visits, row.persons, row.booked, row.matters, row.served, row.no_show, row.left,
                       cell(wait.mean), cell(wait.p50), cell(wait.p90), cell(wait.longest), row.waits.empty() ? std::string{} : fmt::format("{}", share(row.within_target, row.waits.size())),
                       cell(core::mean(row.services)), cell(core::percentile(row.totals, 0.5)), cell(core::percentile(row.lates, 0.9)));
    for (const std::uint64_t count : row.outcomes) out += fmt::format(",{}", count);
    out += "\r\n";
  }
  return out;
}

/// What a row is called in the reader's language; days, hours and channels speak for themselves.
std::string name_in(const core::Facility& facility, FiguresBy by, const std::string& key, const std::string& language) {
  if (by == FiguresBy::service)
    if (const core::Service* service = facility.find(core::ServiceId{key})) return service->name.get(language);
  if (by == FiguresBy::authority)
    if (const core::Authority* authority = facility.find(core::AuthorityId{key})) return authority->name.get(language);
  if (by == FiguresBy::desk)
    if (const core::Desk* desk = facility.find(core::DeskId{key})) return desk->name.get(language);
  return key;
}

}  // namespace

namespace {

struct WaitCurves {
  core::WaitCurve walk_in, booked;
};

std::string curves_as_csv(const WaitCurves& curves) {
  std::string out = "minutes,walk_in,booked\r\n";
  for (std::size_t minute = 0; minute <= core::WaitCurve::minutes_max; ++minute)
    out += fmt::format("{},{},{}\r\n", minute, share(curves.walk_in.within[minute], curves.walk_in.called), share(curves.booked.within[minute], curves.booked.called));
  return out;
}

void curves_as_json(wire::JsonWriter& w, const WaitCurves& curves) {
  w.key("kinds").list();
  for (const auto& [kind, curve] : {std::pair{"walk_in", &curves.walk_in}, std::pair{"booked", &curves.booked}}) {
    w.object().field("kind", kind).field("called", curve->called).key("within").list();
    for (const std::uint64_t count : curve->within) w.value(share(count, curve->called));
    w.end_list().end_object();
  }
  w.end_list();
}

}  // namespace

http::Reply Api::get_wait_report(Call& call) {
  const std::shared_ptr<const core::Facility> facility = wiring_.engine.facility_ptr();
  const auto asked = report_query(call.request, *facility, wiring_.engine.now(), std::chrono::days{30}, std::chrono::days{ReportBook::days_max});
  if (!asked) return now(fail(call, 422, "wrong_content", asked.error()));
  if (asked->from < ReportBook::oldest(asked->today)) return now(fail(call, 422, "wrong_content", "from"));
  http::Response busy = fail(call, 503, "busy");
  busy.headers.emplace_back("Retry-After", "1");
  http::Reply reply;
  reply.offload = [book = reports_, from = asked->from, to = asked->to, csv = asked->csv, directory = wiring_.config.data_dir,
                   at = core::to_rfc3339(facility->zone, wiring_.engine.now()), failed = fail(call, 503, "storage_failed"), busy]() -> http::Reply {
    const auto whole = book->catch_up(directory);
    if (!whole) return {failed, 0, {}, {}};
    if (!*whole) return {busy, 0, {}, {}};
    WaitCurves curves;
    book->each(from, to, [&](const core::VisitFigure& visit) { (visit.booked_for ? curves.booked : curves.walk_in).add(visit); });
    http::Response response;
    if (csv) {
      response.content_type = "text/csv; charset=utf-8";
      response.body = curves_as_csv(curves);
      return {std::move(response), 0, {}, {}};
    }
    wire::JsonWriter w{response.body};
    w.object().field("from", core::to_string(from)).field("to", core::to_string(to)).field("at", at);
    curves_as_json(w, curves);
    w.end_object();
    return {std::move(response), 0, {}, {}};
  };
  return reply;
}

/// Folded from the journal on a worker, the first time perhaps in several turns: meanwhile 503 `busy` with Retry-After.
http::Reply Api::get_figures(Call& call) {
  const std::shared_ptr<const core::Facility> facility = wiring_.engine.facility_ptr();
  const auto asked = report_query(call.request, *facility, wiring_.engine.now(), std::chrono::days{0}, std::chrono::days{ReportBook::days_max});
  if (!asked) return now(fail(call, 422, "wrong_content", asked.error()));
  if (asked->from < ReportBook::oldest(asked->today)) return now(fail(call, 422, "wrong_content", "from"));
  const std::string by = call.request.query_value("by").empty() ? "day" : call.request.query_value("by");
  const auto word = std::find(by_words.begin(), by_words.end(), by);
  if (word == by_words.end()) return now(fail(call, 422, "wrong_content", "by"));
  const auto kind = static_cast<FiguresBy>(word - by_words.begin());
  http::Response busy = fail(call, 503, "busy");
  busy.headers.emplace_back("Retry-After", "1");
  http::Reply reply;
  reply.offload = [book = reports_, facility, kind, by, from = asked->from, to = asked->to, csv = asked->csv, language = call.language, directory = wiring_.config.data_dir,
                   at = core::to_rfc3339(facility->zone, wiring_.engine.now()), failed = fail(call, 503, "storage_failed"), busy]() -> http::Reply {
    const auto whole = book->catch_up(directory);
    if (!whole) return {failed, 0, {}, {}};
    if (!*whole) return {busy, 0, {}, {}};
    const core::FigureAnswer answer = book->table(*facility, from, to, kind);
    const auto name_of = [&](const std::string& key) { return name_in(*facility, kind, key, language); };
    http::Response response;
    if (csv) {
      response.content_type = "text/csv; charset=utf-8";
      response.body = as_csv(answer, by, name_of);
      return {std::move(response), 0, {}, {}};
    }
    wire::JsonWriter w{response.body};
    w.object().field("by", by).field("from", core::to_string(from)).field("to", core::to_string(to)).field("at", at).key("rows").list();
    for (const auto& [key, row] : answer.rows) {
      w.object().field("key", key).field("name", name_of(key));
      put_row(w, row);
      w.end_object();
    }
    w.end_list().key("total").object();
    put_row(w, answer.total);
    w.end_object().end_object();
    return {std::move(response), 0, {}, {}};
  };
  return reply;
}

}  // namespace skranke::daemon
