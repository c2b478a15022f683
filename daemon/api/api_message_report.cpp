// What was sent and what failed, counted from the journal: by business day, kind and channel. No address stands there.
#include <array>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/api/report_query.hpp"
#include "wire/events.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {
namespace {

constexpr std::array<std::string_view, 2> facts{"message_sent", "message_failed"};
constexpr int report_days_max = 370;

struct Tally {
  std::uint64_t sent = 0, failed = 0, put_off = 0;   ///< put off = an attempt that failed and was made again later
};
using Key = std::tuple<core::Day, std::string, std::string>;   ///< day, kind, channel

struct MessageFigures {
  std::map<Key, Tally> rows;
  std::map<std::string, std::uint64_t> reasons;
  Tally total;

  void see(const core::Event& event, core::Day day) {
    if (const auto* sent = std::get_if<core::MessageSent>(&event.body)) {
      ++rows[{day, sent->kind, sent->channel}].sent;
      ++total.sent;
    }
    if (const auto* failed = std::get_if<core::MessageFailed>(&event.body)) {
      Tally& row = rows[{day, failed->kind, failed->channel}];
      ++(failed->last ? row.failed : row.put_off);
      ++(failed->last ? total.failed : total.put_off);
      ++reasons[failed->reason];
    }
  }
};

void put_tally(wire::JsonWriter& w, const Tally& tally) { w.field("sent", tally.sent).field("failed", tally.failed).field("put_off", tally.put_off); }

std::string as_json(const MessageFigures& figures) {
  std::string out;
  wire::JsonWriter w{out};
  w.object().key("rows").list();
  for (const auto& [key, tally] : figures.rows) {
    const auto& [day, kind, channel] = key;
    w.object().field("day", core::to_string(day)).field("kind", kind).field("channel", channel);
    put_tally(w, tally);
    w.end_object();
  }
  w.end_list().key("reasons").list();
  for (const auto& [reason, count] : figures.reasons) w.object().field("reason", reason).field("count", count).end_object();
  w.end_list().key("total").object();
  put_tally(w, figures.total);
  w.end_object().end_object();
  return out;
}

std::string as_csv(const MessageFigures& figures) {
  std::string out = "day,kind,channel,sent,failed,put_off\r\n";
  for (const auto& [key, tally] : figures.rows)
    out += fmt::format("{},{},{},{},{},{}\r\n", core::to_string(std::get<0>(key)), std::get<1>(key), std::get<2>(key), tally.sent, tally.failed, tally.put_off);
  return out;
}

}  // namespace

http::Reply Api::get_message_report(Call& call) {
  const core::Facility& facility = wiring_.engine.facility();
  const core::Minutes begins = facility.site.business_day_starts;
  const auto asked = report_query(call.request, facility, wiring_.engine.now(), std::chrono::days{30}, std::chrono::days{report_days_max});
  if (!asked) return now(fail(call, 422, "wrong_content", asked.error()));
  http::Reply reply;
  reply.offload = [directory = wiring_.config.data_dir, zone = facility.zone, begins, from = asked->from, to = asked->to, csv = asked->csv,
                   failed = fail(call, 503, "storage_failed")]() -> http::Reply {
    const auto events = db::events_between(directory, facts, zone.to_utc(from + begins), zone.to_utc(to + std::chrono::days{1} + begins));
    if (!events) return {failed, 0, {}, {}};
    MessageFigures figures;
    for (const core::Event& event : *events) figures.see(event, core::business_day(zone, begins, event.at));
    http::Response response;
    response.body = csv ? as_csv(figures) : as_json(figures);
    if (csv) {
      response.content_type = "text/csv; charset=utf-8";
      response.headers.emplace_back("Content-Disposition", "attachment; filename=\"messages.csv\"");
    }
    return {std::move(response), 0, {}, {}};
  };
  return reply;
}

}  // namespace skranke::daemon
