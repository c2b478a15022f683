// Visits by telephone: the number that a desk rings is sealed, shown to that desk alone, and erased when the visit is over.
#include <algorithm>

#include <fmt/format.h>

#include "core/admission.hpp"
#include "core/callback_figures.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/report_query.hpp"
#include "daemon/handover.hpp"
#include "wire/events.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {

using core::Visit;
using core::VisitId;

namespace {

constexpr std::array<std::string_view, 8> told_by{"visit_taken", "visit_called", "service_started", "visit_missed", "visit_left", "visit_unserved", "action_undone", "visit_parked"};
constexpr std::chrono::days report_days_max{400};

/// Contacts of visits are kept under the visit's id, which no code of a booking looks like.
core::BookingId number_of(const VisitId& visit) { return core::BookingId{visit.str()}; }

core::CallbackRow& operator+=(core::CallbackRow& sum, const core::CallbackRow& row) {
  sum.asked += row.asked;
  sum.in_time += row.in_time;
  sum.too_late += row.too_late;
  sum.reached += row.reached;
  sum.not_reached += row.not_reached;
  sum.withdrawn += row.withdrawn;
  return sum;
}

void put_row(wire::JsonWriter& w, const core::CallbackRow& row) {
  w.field("asked", row.asked).field("in_time", row.in_time).field("too_late", row.too_late).field("reached", row.reached);
  w.field("not_reached", row.not_reached).field("withdrawn", row.withdrawn);
  const std::uint64_t judged = row.in_time + row.too_late;
  if (judged > 0) w.field("kept", static_cast<double>(row.in_time * 1000 / judged) / 1000.0);
}

std::string as_json(const std::map<core::Day, core::CallbackRow>& days) {
  std::string out;
  core::CallbackRow total;
  wire::JsonWriter w{out};
  w.object().key("rows").list();
  for (const auto& [day, row] : days) {
    w.object().field("day", core::to_string(day));
    put_row(w, row);
    w.end_object();
    total += row;
  }
  w.end_list().key("total").object();
  put_row(w, total);
  w.end_object().end_object();
  return out;
}

std::string as_csv(const std::map<core::Day, core::CallbackRow>& days) {
  std::string out = "day,asked,in_time,too_late,reached,not_reached,withdrawn\r\n";
  for (const auto& [day, row] : days)
    out += fmt::format("{},{},{},{},{},{},{}\r\n", core::to_string(day), row.asked, row.in_time, row.too_late, row.reached, row.not_reached, row.withdrawn);
  return out;
}

}  // namespace

/// The number goes to disk before the wish, so that no desk ever has somebody to ring without a number.
http::Reply Api::take_callback(Call& call, core::TakeTicket wish, const Contact& contact) {
  if (auto beyond = beyond_rights(call, wish.services)) return std::move(*beyond);
  const VisitId id = wish.id;
  const core::Facility& facility = wiring_.engine.facility();
  const bool known = std::all_of(wish.services.begin(), wish.services.end(), [&](const core::ServiceId& service) { return facility.find(service) != nullptr; });
  const auto later = known ? core::rung_in(facility, wish.services, wiring_.engine.now()) : std::nullopt;   // the number is kept until the day on which it is needed is over
  const core::Day after = core::business_day(facility.zone, facility.site.business_day_starts, later ? later->from : wiring_.engine.now()) + std::chrono::days{1};
  if (!wiring_.contacts.put(number_of(id), {"", contact.phone}, facility.zone.to_utc(after + facility.site.business_day_starts)))
    return now(fail(call, 503, "storage_full"));
  wish.channel = core::Channel::phone;
  http::Reply reply = command(call, wish, [this, &call, id](std::string& out) {
    const Visit& visit = *wiring_.engine.state().find(id);
    const wire::View shown_as = view(call.language);
    wire::JsonWriter w{out};
    w.object().field("id", visit.id.str()).field("number", core::to_string(visit.number)).field("state", wire::word(visit.state));
    w.key("callback").object().field("from", shown_as.time(visit.callback->from)).field("until", shown_as.time(visit.callback->until)).end_object();
    w.field("created_at", shown_as.time(visit.created_at)).end_object();
  }, 201);
  if (wiring_.engine.state().find(id) != nullptr) numbers_held_.insert(id);
  else static_cast<void>(wiring_.contacts.erase(number_of(id)));   // refused, or the repeat of an earlier wish
  return reply;
}

/// A desk may be opened in a name of the house's own; where it is somebody's who signed in, it is theirs alone.
bool Api::may_work_at(const Call& call, const core::DeskStatus& desk) { return may_work_at(call.acting, desk); }

bool Api::may_work_at(const auth::Identity& who, const core::DeskStatus& desk) {
  const bool of_somebody = desk.clerk.starts_with("person-") || desk.clerk.starts_with("token-");
  return !of_somebody || desk.clerk == who.actor_id;
}

/// For the desk where the visit is, while it is there; who looked is written down first.
http::Reply Api::get_callback(Call& call) {
  const core::DeskStatus* desk = wiring_.engine.state().find(core::DeskId{call.part(1)});
  if (wiring_.engine.facility().find(core::DeskId{call.part(1)}) == nullptr) return now(fail(call, 404, "unknown_desk"));
  const Visit* visit = desk == nullptr ? nullptr : wiring_.engine.state().find(desk->visit);
  if (visit == nullptr || !visit->callback) return now(fail(call, 404, "no_callback"));
  if (!may_work_at(call, *desk)) return now(fail(call, 403, "not_your_desk"));
  const auto contact = wiring_.contacts.of(number_of(visit->id));
  if (!contact) return now(fail(call, 404, "no_callback"));
  if (!wiring_.contacts.note_look(number_of(visit->id), call.acting.actor_id, wiring_.engine.now())) return now(fail(call, 503, "storage_full"));
  const wire::View shown_as = view(call.language);
  std::string body;
  wire::JsonWriter w{body};
  w.object().field("visit", visit->id.str()).field("number", core::to_string(visit->number)).field("phone", contact->phone);
  w.field("from", shown_as.time(visit->callback->from)).field("until", shown_as.time(visit->callback->until)).field("tries", visit->callback->tries).end_object();
  return shown(std::move(body));
}

/// Numbers of visits that are over, as soon as a slip of the hand cannot bring them back. What the disk refuses is tried again a second later.
void Api::forget_numbers() {
  const core::State& state = wiring_.engine.state();
  std::erase_if(numbers_held_, [&](const VisitId& id) {
    const Visit* visit = state.find(id);
    const bool here = visit != nullptr && (visit->is_live() || wiring_.engine.now() <= visit->ended_at + wiring_.engine.facility().rules.undo_within);
    return !here && wiring_.contacts.erase(number_of(id));
  });
}

/// After a start: whose numbers there may be.
void Api::find_numbers() {
  for (const auto& [serial, visit] : wiring_.engine.state().visits)
    if (visit.callback) numbers_held_.insert(visit.id);
}

http::Reply Api::get_callback_report(Call& call) {
  const core::Facility& facility = wiring_.engine.facility();
  const core::Minutes begins = facility.site.business_day_starts;
  const auto asked = report_query(call.request, facility, wiring_.engine.now(), std::chrono::days{30}, report_days_max);
  if (!asked) return now(fail(call, 422, "wrong_content", asked.error()));
  http::Reply reply;
  reply.offload = [directory = wiring_.config.data_dir, zone = facility.zone, begins, from = asked->from, to = asked->to, csv = asked->csv, at = wiring_.engine.now(),
                   failed = fail(call, 503, "storage_failed")]() -> http::Reply {
    const auto facts = db::events_between(directory, told_by, zone.to_utc(from + begins), zone.to_utc(to + std::chrono::days{1} + begins));
    if (!facts) return {failed, 0, {}, {}};
    const auto days = core::callback_figures(*facts, std::min(at, zone.to_utc(to + std::chrono::days{1} + begins)));
    http::Response response;
    response.body = csv ? as_csv(days) : as_json(days);
    if (csv) response.content_type = "text/csv; charset=utf-8";
    return {std::move(response), 0, {}, {}};
  };
  return reply;
}

}  // namespace skranke::daemon
