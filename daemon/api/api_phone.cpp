// What the citizen's page asks for beside the visit itself: more time, and how to be told that the turn is near.
#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/messages/push_channel.hpp"
#include "daemon/plain_page.hpp"
#include "web/assets.hpp"
#include "wire/events.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {

using core::Visit;

namespace {

/// Contacts of visits are kept under the visit's id, which no code of a booking looks like.
core::BookingId kept_as(const Visit& visit) { return core::BookingId{visit.id.str()}; }

std::string_view stylesheet() {
  for (const web::Asset& asset : web::assets())
    if (asset.path.starts_with("/assets/phone.") && asset.path.ends_with(".css")) return asset.path;
  return {};
}

http::Response as_page(int status, std::string html) {
  http::Response response;
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.body = std::move(html);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

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
  w.object().field("sms", sms).field("email", mail).field_unless_empty("push_key", wiring_.push_key);
  if (contact && !contact->push.empty()) w.field("push", true);
  if (contact && !(contact->email + contact->phone).empty()) w.key("contact").object().field_unless_empty("email", contact->email).field_unless_empty("phone", contact->phone).end_object();
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
  const auto known = wiring_.contacts.of(kept_as(*visit));
  return keep_reach(call, *visit, {contact.email, contact.phone, known ? known->push : std::string{}});
}

/// Until the day is over at the latest; the visit's end erases it before.
http::Reply Api::keep_reach(Call& call, const Visit& visit, const Contact& contact) {
  const core::Facility& facility = wiring_.engine.facility();
  const core::Day after = core::business_day(facility.zone, facility.site.business_day_starts, wiring_.engine.now()) + std::chrono::days{1};
  if (!wiring_.contacts.put(kept_as(visit), contact, facility.zone.to_utc(after + facility.site.business_day_starts))) return now(fail(call, 503, "storage_full"));
  return get_visit_contact(call);
}

/// A browser may be written to, by the push service that it names.
http::Reply Api::put_visit_push(Call& call) {
  const Visit* visit = wiring_.engine.state().find_token(std::string{call.part(1)});
  if (auto over = no_longer_theirs(call, visit)) return std::move(*over);
  if (wiring_.push_key.empty()) return now(fail(call, 404, "not_found"));
  if (!visit->is_live()) return now(fail(call, 409, "wrong_state"));
  wire::RequestBody body{call.request.body};
  const std::string endpoint = body.required_text("endpoint", {.max = 1000});
  const std::string p256dh = body.required_text("p256dh", {.max = 100}), auth = body.required_text("auth", {.max = 40});
  const auto subscription = PushSubscription::from_line(fmt::format("{} {} {}", endpoint, p256dh, auth));
  if (!subscription && !endpoint.empty() && !p256dh.empty() && !auth.empty())
    body.refuse("endpoint", "wrong_content", {"Det er ikke en browsers abonnement.", "This is no subscription of a browser."});
  else if (subscription && !may_push_to(wiring_.config.messages.push, *subscription))
    body.refuse("endpoint", "wrong_content", {"Den tjeneste sendes der ikke til herfra.", "This house does not write to that service."});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const auto known = wiring_.contacts.of(kept_as(*visit));
  return keep_reach(call, *visit, {known ? known->email : std::string{}, known ? known->phone : std::string{}, subscription->line()});
}

http::Reply Api::delete_visit_contact(Call& call) {
  const Visit* visit = wiring_.engine.state().find_token(std::string{call.part(1)});
  if (auto over = no_longer_theirs(call, visit)) return std::move(*over);
  if (!wiring_.contacts.erase(kept_as(*visit))) return now(fail(call, 503, "storage_full"));
  http::Response response;
  response.status = 204;
  return {std::move(response), wiring_.engine.last_seq(), {}, {}};
}

/// `/t/TOKEN?plain=1`, for browsers that run no script or too old a one: the shell leads there by itself.
http::Reply Api::plain_phone(const http::Request& request) {
  PlainPage page{wiring_.catalogue, language_of(request), stylesheet()};
  if (!anonymous_.allow(request.remote, std::chrono::steady_clock::now())) return now(as_page(429, plain_message(page, "ui.phone.no_link", "ui.phone.no_link_text")));
  const Visit* visit = wiring_.engine.state().find_token(std::string{request.segments[1]});
  if (visit == nullptr) return now(as_page(404, plain_message(page, "ui.phone.unknown", "ui.phone.unknown_text")));
  if (request.query_value("lang").empty() && wiring_.catalogue.has(visit->language, "ui.phone.page")) page.language = visit->language;
  if (is_expired(*visit)) return now(as_page(410, plain_message(page, "ui.phone.expired", "ui.phone.expired_text")));
  if (request.method == http::Method::post) return plain_wish(request, *visit, page.language);
  page.leaving = !request.query_value("leave").empty();
  if (const std::string why = "problem." + request.query_value("no"); wiring_.catalogue.has(page.language, why)) page.trouble = wiring_.catalogue.format(page.language, why);
  std::string body;
  visit_view(view(page.language), *visit, body);
  return {as_page(200, plain_visit(page, boost::json::parse(body).as_object())), wiring_.engine.last_seq(), {}, {}};
}

/// What a button of that page asks for. Whoever knows the token may; the answer leads back, so that a page asked for again repeats nothing.
http::Reply Api::plain_wish(const http::Request& request, const Visit& visit, const std::string& language) {
  std::optional<core::Command> wish;
  if (request.body == "do=leave") wish = core::LeaveQueue{visit.id};
  if (request.body == "do=return") wish = core::ReturnVisit{visit.id};
  if (request.body == "do=more-time") wish = core::AskMoreTime{visit.id};
  std::string back = "?plain=1", why;
  std::uint64_t seq = wiring_.engine.last_seq();
  if (!wish) why = "wrong_content";
  else if (wiring_.engine.intake() != Intake::ready) why = "storage_full";
  else if (const auto done = wiring_.engine.execute(*wish, {"citizen", {}, 0})) seq = *done;
  else why = std::string{wire::word(done.error().reason)};
  if (!why.empty()) back += "&no=" + why;
  http::Response response = as_page(303, {});
  response.headers.emplace_back("Location", fmt::format("/t/{}{}&lang={}", visit.token, back, language));
  return {std::move(response), seq, {}, {}};
}

}  // namespace skranke::daemon
