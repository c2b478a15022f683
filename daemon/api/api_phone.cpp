// What the citizen's page asks for beside the visit itself: more time, and how to be told that the turn is near.
#include "daemon/api/api.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {

using core::Visit;

namespace {

/// Contacts of visits are kept under the visit's id, which no code of a booking looks like.
core::BookingId kept_as(const Visit& visit) { return core::BookingId{visit.id.str()}; }

}  // namespace

bool Api::is_expired(const Visit& visit) const {
  const bool over = visit.state == core::VisitState::done || visit.state == core::VisitState::left;
  return over && wiring_.engine.now() > visit.ended_at + std::chrono::hours{wiring_.engine.facility().rules.page_hours};
}

/// A page that is shown on a telephone is not for ever: whoever finds the telephone learns nothing.
std::optional<http::Reply> Api::no_longer_theirs(const Call& call, const Visit* visit) const {
  if (visit == nullptr) return now(fail(call, 404, "unknown_visit"));
  if (is_expired(*visit)) return now(fail(call, 410, "visit_over"));
  return std::nullopt;
}

http::Reply Api::post_more_time(Call& call) {
  const Visit* visit = wiring_.engine.state().find_token(std::string{call.part(1)});
  if (auto over = no_longer_theirs(call, visit)) return std::move(*over);
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const core::VisitId id = visit->id;
  return command(call, core::AskMoreTime{id},
                 [this, &call, id](std::string& out) { visit_view(view(call.language), *wiring_.engine.state().find(id), out); });
}

/// What is known, and by which ways this site can tell anybody anything.
http::Reply Api::get_visit_contact(Call& call) {
  const Visit* visit = wiring_.engine.state().find_token(std::string{call.part(1)});
  if (auto over = no_longer_theirs(call, visit)) return std::move(*over);
  const auto contact = wiring_.contacts.of(kept_as(*visit));
  const auto [sms, mail] = wiring_.channels ? wiring_.channels() : std::pair{false, false};
  std::string body;
  wire::JsonWriter w{body};
  w.object().field("sms", sms).field("email", mail);
  if (contact) w.key("contact").object().field_unless_empty("email", contact->email).field_unless_empty("phone", contact->phone).end_object();
  w.end_object();
  return shown(std::move(body));
}

http::Reply Api::put_visit_contact(Call& call) {
  const Visit* visit = wiring_.engine.state().find_token(std::string{call.part(1)});
  if (auto over = no_longer_theirs(call, visit)) return std::move(*over);
  if (!visit->is_live()) return now(fail(call, 409, "wrong_state"));
  wire::RequestBody body{call.request.body};
  const Contact contact = contact_in(body);
  if (contact.empty()) body.refuse("contact", "missing", {"Skriv \"contact\" med telefon eller e-mail.", "Write \"contact\" with a telephone number or an e-mail address."});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const core::Facility& facility = wiring_.engine.facility();
  const core::Day after = core::business_day(facility.zone, facility.site.business_day_starts, wiring_.engine.now()) + std::chrono::days{1};
  if (!wiring_.contacts.put(kept_as(*visit), contact, facility.zone.to_utc(after + facility.site.business_day_starts))) return now(fail(call, 503, "storage_full"));
  return get_visit_contact(call);
}

http::Reply Api::delete_visit_contact(Call& call) {
  const Visit* visit = wiring_.engine.state().find_token(std::string{call.part(1)});
  if (auto over = no_longer_theirs(call, visit)) return std::move(*over);
  if (!wiring_.contacts.erase(kept_as(*visit))) return now(fail(call, 503, "storage_full"));
  http::Response response;
  response.status = 204;
  return {std::move(response), wiring_.engine.last_seq(), {}, {}};
}

}  // namespace skranke::daemon
