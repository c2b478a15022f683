// What was sent and what failed, counted from the journal: by business day, kind and channel; and who could not be told of what is still to come.
// No address stands there.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <tuple>

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/api/report_query.hpp"
#include "daemon/messages/reach.hpp"
#include "daemon/service_name.hpp"
#include "wire/events.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {
namespace {

constexpr std::array<std::string_view, 2> facts{"message_sent", "message_failed"};
constexpr int report_days_max = 370;
constexpr std::size_t out_of_reach_max = 200;   ///< on the wire, the soonest first; the count says how many there are

struct Tally {
  std::uint64_t sent = 0, failed = 0, put_off = 0;   ///< put off = an attempt that failed and was made again later
};
using Key = std::tuple<core::Day, std::string, std::string>;   ///< day, kind, channel

struct MessageFigures {
  std::map<Key, Tally> rows;
  std::map<std::string, std::uint64_t> reasons;
  Tally total;
  Reach reach;

  void see(const core::Event& event, core::Day day) {
    reach.see(event);
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

/// Somebody whom it would still help to ring: their time is to come, or they wait in the house.
struct Missing {
  core::Instant start{};
  std::string code, number;
  std::vector<core::ServiceId> services;
  const Reach::Lost* lost = nullptr;
};

std::optional<Missing> missing(const core::State& state, const Reach::Lost& lost, core::Instant now) {
  if (const core::Booking* booking = state.find(core::BookingId{lost.subject})) {
    const bool to_come = booking->state == core::BookingState::booked || booking->is_offer();
    if (!to_come || booking->start() < now) return std::nullopt;
    Missing found{booking->start(), booking->is_offer() ? std::string{} : booking->id.str(), {}, {}, &lost};
    for (const core::BookingPart& part : booking->parts) found.services.push_back(part.service);
    return found;
  }
  const core::Visit* visit = state.find(core::VisitId{lost.subject});
  if (visit == nullptr || visit->state != core::VisitState::waiting) return std::nullopt;
  Missing found{now, {}, core::to_string(visit->number), {}, &lost};
  for (const core::Step& step : visit->steps) found.services.push_back(step.service);
  return found;
}

void out_of_reach_fields(const wire::View& view, wire::JsonWriter& w, const Reach& reach) {
  const std::vector<Reach::Lost> lost = reach.lost();
  std::vector<Missing> people;
  for (const Reach::Lost& each : lost)
    if (auto found = missing(view.state, each, view.now)) people.push_back(std::move(*found));
  std::stable_sort(people.begin(), people.end(), [](const Missing& a, const Missing& b) { return a.start < b.start; });
  w.field("out_of_reach_count", people.size()).key("out_of_reach").list();
  for (std::size_t i = 0; i < std::min(people.size(), out_of_reach_max); ++i) {
    const Missing& each = people[i];
    w.object().field("kind", each.lost->kind).field("channel", each.lost->channel).field("reason", each.lost->reason).field("failed_at", view.time(each.lost->at));
    w.field_unless_empty("code", each.code).field_unless_empty("number", each.number);
    if (each.number.empty()) w.field("start", view.time(each.start));
    w.key("services").list();
    for (const core::ServiceId& id : each.services) w.value(service_name(view.facility, id, view.language));
    w.end_list().key("service_ids").list();
    for (const core::ServiceId& id : each.services) w.value(id.str());
    w.end_list().end_object();
  }
  w.end_list();
}

std::string as_json(const wire::View& view, const MessageFigures& figures) {
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
  w.end_list();
  out_of_reach_fields(view, w, figures.reach);
  w.key("total").object();
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
  reply.offload = [this, directory = wiring_.config.data_dir, zone = facility.zone, begins, from = asked->from, to = asked->to, csv = asked->csv,
                   language = call.language, failed = fail(call, 503, "storage_failed")]() -> http::Reply {
    const auto events = db::events_between(directory, facts, zone.to_utc(from + begins), zone.to_utc(to + std::chrono::days{1} + begins));
    if (!events) return {failed, 0, {}, {}};
    auto figures = std::make_shared<MessageFigures>();
    for (const core::Event& event : *events) figures->see(event, core::business_day(zone, begins, event.at));
    http::Reply counted;
    if (csv) {
      counted.response.body = as_csv(*figures);
      counted.response.content_type = "text/csv; charset=utf-8";
      counted.response.headers.emplace_back("Content-Disposition", "attachment; filename=\"messages.csv\"");
      return counted;
    }
    counted.then = [this, figures, language] { return shown(as_json(view(language), *figures)); };   // who is still awaited, only the room knows
    return counted;
  };
  return reply;
}

}  // namespace skranke::daemon
