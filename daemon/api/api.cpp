// Dispatch: who may call what, in which language, and how a command becomes an answer.
#include "daemon/api/api.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/alarms.hpp"
#include "core/check.hpp"
#include "wire/agent_pairing.hpp"
#include "wire/events.hpp"

namespace skranke::daemon {

using auth::Permission;
using http::Method;

struct Api::Route {
  Method method;
  std::string_view pattern;                 ///< behind /api/v1; * = one segment
  std::optional<Permission> permission;     ///< nothing = anyone
  Handler handler;
  bool counts_anonymous = true;             ///< calls without a token are rationed
  bool raw = false;                         ///< the body is a file, not JSON
};

/// What hosts do with a visit, and the room as a whole.
std::span<const Api::Route> Api::host_routes() {
  static constexpr std::array table{
      Route{Method::get, "visits", Permission::see_queue, &Api::get_visits},
      Route{Method::patch, "visits/*", Permission::edit_queue, &Api::patch_visit},
      Route{Method::post, "visits/*/move", Permission::edit_queue, &Api::post_visit_move},
      Route{Method::post, "visits/*/merge", Permission::edit_queue, &Api::post_visit_merge},
      Route{Method::post, "visits/*/split", Permission::edit_queue, &Api::post_visit_split},
      Route{Method::post, "visits/*/cancel", Permission::edit_queue, &Api::post_visit_cancel},
      Route{Method::get, "room", Permission::see_queue, &Api::get_room},
      Route{Method::put, "room/mode", Permission::set_room_mode, &Api::put_room_mode},
      Route{Method::put, "room/evacuation", Permission::evacuate, &Api::put_evacuation},
  };
  return table;
}

/// Screens and loudspeakers.
std::span<const Api::Route> Api::screen_routes() {
  static constexpr std::array table{
      Route{Method::get, "sound", Permission::see_devices, &Api::get_sound},
      Route{Method::patch, "sound", Permission::facility, &Api::patch_sound},
      Route{Method::post, "sound/*/test", Permission::see_devices, &Api::post_sound_test},
      Route{Method::get, "voice/clips/*", Permission::see_board, &Api::get_voice_clip},
      Route{Method::get, "screens/*", std::nullopt, &Api::get_screen},
      Route{Method::get, "media", Permission::edit_media, &Api::get_media},
      Route{Method::post, "media", Permission::edit_media, &Api::post_media},
      Route{Method::put, "media/*/data", Permission::edit_media, &Api::put_media_data, true, true},
      Route{Method::patch, "media/*", Permission::edit_media, &Api::patch_media},
      Route{Method::del, "media/*", Permission::edit_media, &Api::delete_media},
      Route{Method::get, "media/*/file", Permission::see_board, &Api::get_media_file},
      Route{Method::post, "pairing", std::nullopt, &Api::post_pairing},
      Route{Method::post, "pairing/claim", std::nullopt, &Api::post_pairing_claim},
      Route{Method::post, "pairing/*", Permission::credentials, &Api::post_pairing_code},
      Route{Method::post, "voice/sentences", Permission::see_kiosk, &Api::post_sentence},
      Route{Method::get, "voice/sentences/*", Permission::see_kiosk, &Api::get_sentence},
  };
  return table;
}

/// The enrolment step.
std::span<const Api::Route> Api::enrolment_routes() {
  static constexpr std::array table{
      Route{Method::get, "desks/*/enrolment", Permission::work_desk, &Api::get_desk_enrolment},
      Route{Method::get, "desks/*/enrolment/citizen", Permission::see_citizen, &Api::get_citizen_enrolment},
      Route{Method::get, "desks/*/enrolment/citizen/preview", Permission::see_citizen, &Api::get_citizen_preview},
      Route{Method::get, "desks/*/enrolment/citizen/captures/*", Permission::see_citizen, &Api::get_citizen_capture},
      Route{Method::post, "visits/*/enrolments", Permission::enrol, &Api::post_enrolment},
      Route{Method::get, "visits/*/enrolments/*", Permission::enrol, &Api::get_enrolment},
      Route{Method::get, "visits/*/enrolments/*/preview", Permission::enrol, &Api::get_enrolment_preview},
      Route{Method::get, "visits/*/enrolments/*/captures/*", Permission::enrol, &Api::get_enrolment_capture},
      Route{Method::post, "visits/*/enrolments/*/capture", Permission::enrol, &Api::post_enrolment_capture},
      Route{Method::post, "visits/*/enrolments/*/accept", Permission::enrol, &Api::post_enrolment_accept},
      Route{Method::post, "visits/*/enrolments/*/exception", Permission::enrol, &Api::post_enrolment_exception},
      Route{Method::post, "visits/*/enrolments/*/redo", Permission::enrol, &Api::post_enrolment_redo},
      Route{Method::post, "visits/*/enrolments/*/verify", Permission::enrol, &Api::post_enrolment_verify},
      Route{Method::post, "visits/*/enrolments/*/hand-over", Permission::enrol, &Api::post_enrolment_hand_over},
      Route{Method::post, "visits/*/enrolments/*/take-over", Permission::enrol, &Api::post_enrolment_take_over},
      Route{Method::post, "visits/*/enrolments/*/cancel", Permission::enrol, &Api::post_enrolment_cancel},
      Route{Method::post, "visits/*/enrolments/*/complete", Permission::enrol, &Api::post_enrolment_complete},
  };
  return table;
}

/// What is done with printers from a page.
std::span<const Api::Route> Api::printer_routes() {
  static constexpr std::array table{
      Route{Method::get, "printers/found", Permission::facility, &Api::get_found_printers},
      Route{Method::post, "printers/*/test", Permission::see_devices, &Api::post_test_page},
      Route{Method::post, "printers/*/roll", Permission::see_devices, &Api::post_new_roll},
  };
  return table;
}

/// The contact centre, and visits by telephone.
std::span<const Api::Route> Api::contact_routes() {
  static constexpr std::array table{
      Route{Method::get, "contact", Permission::see_contact, &Api::get_contact},
      Route{Method::get, "desks/*/callback", Permission::work_desk, &Api::get_callback},
      Route{Method::get, "reports/callbacks", Permission::see_reports, &Api::get_callback_report},
      Route{Method::get, "reports/handover", Permission::see_queue, &Api::get_handover},
      Route{Method::post, "reports/handover/seen", Permission::see_queue, &Api::post_handover_seen},
  };
  return table;
}

std::span<const Api::Route> Api::routes() {
  static constexpr std::array table{
      Route{Method::get, "boards/*", Permission::see_board, &Api::get_board},
      Route{Method::get, "services", Permission::see_services, &Api::get_services},
      Route{Method::post, "visits", Permission::take_visit, &Api::post_visit},
      Route{Method::get, "visits/*", std::nullopt, &Api::get_visit},
      Route{Method::del, "visits/*", std::nullopt, &Api::delete_visit},
      Route{Method::get, "visits/*/qr.svg", std::nullopt, &Api::get_visit_qr},
      Route{Method::post, "visits/*/return", std::nullopt, &Api::post_visit_return},
      Route{Method::post, "visits/*/more-time", std::nullopt, &Api::post_more_time},
      Route{Method::get, "visits/*/contact", std::nullopt, &Api::get_visit_contact},
      Route{Method::put, "visits/*/contact", std::nullopt, &Api::put_visit_contact},
      Route{Method::del, "visits/*/contact", std::nullopt, &Api::delete_visit_contact},
      Route{Method::put, "visits/*/push", std::nullopt, &Api::put_visit_push},
      Route{Method::post, "visits/*/reprint", Permission::reprint, &Api::post_visit_reprint},
      Route{Method::get, "kiosks/*", Permission::see_kiosk, &Api::get_kiosk},
      Route{Method::get, "queue", Permission::see_queue, &Api::get_queue},
      Route{Method::post, "queue/*/leave", Permission::edit_queue, &Api::post_queue_leave},
      Route{Method::post, "queue/*/return", Permission::edit_queue, &Api::post_queue_return},
      Route{Method::post, "queue/*/reprint", Permission::edit_queue, &Api::post_queue_reprint},
      Route{Method::get, "desks", Permission::list_desks, &Api::get_desks},
      Route{Method::get, "desks/*", Permission::see_desk, &Api::get_desk},
      Route{Method::put, "desks/*/session", Permission::work_desk, &Api::put_session},
      Route{Method::patch, "desks/*/session", Permission::work_desk, &Api::patch_session},
      Route{Method::del, "desks/*/session", Permission::work_desk, &Api::delete_session},
      Route{Method::post, "desks/*/next", Permission::call_next, &Api::post_next},
      Route{Method::post, "desks/*/call", Permission::work_desk, &Api::post_call},
      Route{Method::post, "desks/*/recall", Permission::work_desk, &Api::post_recall},
      Route{Method::post, "desks/*/start", Permission::work_desk, &Api::post_start},
      Route{Method::post, "desks/*/finish", Permission::work_desk, &Api::post_finish},
      Route{Method::post, "desks/*/no-show", Permission::work_desk, &Api::post_no_show},
      Route{Method::post, "desks/*/park", Permission::work_desk, &Api::post_park},
      Route{Method::post, "desks/*/transfer", Permission::work_desk, &Api::post_transfer},
      Route{Method::post, "desks/*/undo", Permission::work_desk, &Api::post_undo},
      Route{Method::post, "desks/*/return", Permission::work_desk, &Api::post_desk_return},
      Route{Method::get, "bookable", std::nullopt, &Api::get_bookable},
      Route{Method::get, "slots", std::nullopt, &Api::get_slots},
      Route{Method::get, "elsewhere", std::nullopt, &Api::get_elsewhere},
      Route{Method::get, "bookings", Permission::edit_bookings, &Api::get_bookings},
      Route{Method::post, "bookings", std::nullopt, &Api::post_booking},
      Route{Method::get, "waiting-list", Permission::edit_bookings, &Api::get_waiting_list},
      Route{Method::post, "waiting-list", std::nullopt, &Api::post_waiting_list},
      Route{Method::get, "bookings/*", std::nullopt, &Api::get_booking},
      Route{Method::patch, "bookings/*", std::nullopt, &Api::patch_booking},
      Route{Method::del, "bookings/*", std::nullopt, &Api::delete_booking},
      Route{Method::get, "bookings/*/qr.svg", std::nullopt, &Api::get_booking_qr},
      Route{Method::post, "bookings/*/print", Permission::reprint, &Api::post_booking_print},
      Route{Method::get, "bookings/*/print", Permission::reprint, &Api::get_booking_print},
      Route{Method::get, "bookings/*/personal-data", std::nullopt, &Api::get_personal_data},
      Route{Method::del, "bookings/*/personal-data", std::nullopt, &Api::delete_personal_data},
      Route{Method::post, "bookings/*/check-in", std::nullopt, &Api::post_check_in},
      Route{Method::get, "reports/bookings", Permission::see_reports, &Api::get_booking_report},
      Route{Method::get, "reports/estimates", Permission::see_reports, &Api::get_estimate_report},
      Route{Method::get, "reports/promise", Permission::see_reports, &Api::get_promise_report},
      Route{Method::get, "reports/messages", Permission::see_queue, &Api::get_message_report},
      Route{Method::post, "desks/*/services", Permission::work_desk, &Api::post_desk_services},
      Route{Method::post, "desks/*/button", Permission::call_next, &Api::post_button},
      Route{Method::post, "desks/*/help", Permission::work_desk, &Api::post_help},
      Route{Method::patch, "desks/*/help", Permission::list_desks, &Api::answer_help},
      Route{Method::del, "desks/*/help", Permission::list_desks, &Api::clear_help},
      Route{Method::post, "queue/*/services", Permission::edit_queue, &Api::post_queue_services},
      Route{Method::get, "messages", Permission::list_desks, &Api::get_messages},
      Route{Method::post, "messages", Permission::list_desks, &Api::post_message},
      Route{Method::get, "devices", Permission::see_devices, &Api::get_devices},
      Route{Method::put, "agents/*/devices", Permission::serve_devices, &Api::put_agent_devices},
      Route{Method::put, "agents/*/bench", Permission::serve_devices, &Api::put_agent_bench},
      Route{Method::get, "bench", Permission::administration, &Api::get_bench},
      Route{Method::post, "agents/*/bench/press", Permission::administration, &Api::post_bench_press},
      Route{Method::get, "printers/*/tickets", Permission::see_tickets, &Api::get_tickets},
      Route{Method::get, "printers/*/tickets/*", Permission::see_tickets, &Api::get_ticket_picture},
      Route{Method::post, "session", std::nullopt, &Api::post_session},
      Route{Method::get, "session", std::nullopt, &Api::get_session, false},
      Route{Method::del, "session", std::nullopt, &Api::delete_browser_session, false},
      Route{Method::get, "tokens", Permission::credentials, &Api::get_tokens},
      Route{Method::post, "tokens", Permission::credentials, &Api::post_token},
      Route{Method::patch, "tokens/*", Permission::credentials, &Api::patch_token},
      Route{Method::del, "tokens/*", Permission::credentials, &Api::delete_token},
      Route{Method::get, "users", Permission::credentials, &Api::get_users},
      Route{Method::post, "users", Permission::credentials, &Api::post_user},
      Route{Method::patch, "users/*", Permission::credentials, &Api::patch_user},
      Route{Method::del, "users/*", Permission::credentials, &Api::delete_user},
      Route{Method::get, "facility", Permission::facility, &Api::get_facility},
      Route{Method::put, "facility", Permission::facility, &Api::put_facility},
      Route{Method::put, "facility/ticket-preview", Permission::facility, &Api::put_ticket_preview},
      Route{Method::get, "texts/*", std::nullopt, &Api::get_texts},
      Route{Method::get, "facility/versions", Permission::facility, &Api::get_facility_versions},
      Route{Method::get, "facility/versions/*", Permission::facility, &Api::get_facility_version},
      Route{Method::get, "facility/plans", Permission::facility, &Api::get_plans},
      Route{Method::del, "facility/plans/*", Permission::facility, &Api::delete_plan},
      Route{Method::get, "alarms", Permission::see_queue, &Api::get_alarms},
      Route{Method::get, "reports/visits", Permission::see_reports, &Api::get_figures},
      Route{Method::get, "reports/waits", Permission::see_reports, &Api::get_wait_report},
      Route{Method::get, "reports/plan", Permission::see_reports, &Api::get_plan_report},
      Route{Method::post, "self-service", std::nullopt, &Api::post_self_service},
      Route{Method::get, "reports/self-service", Permission::see_reports, &Api::get_hint_report},
      Route{Method::get, "reports/refusals", Permission::see_reports, &Api::get_refusals},
      Route{Method::post, "backup", Permission::administration, &Api::post_backup},
      Route{Method::get, "healthz", std::nullopt, &Api::get_health, false},
      Route{Method::get, "metrics", std::nullopt, &Api::get_metrics, false},
      Route{Method::get, "openapi.json", std::nullopt, &Api::get_openapi, false},
  };
  return table;
}

namespace {

bool matches(std::string_view pattern, std::span<const std::string_view> path) {
  std::size_t index = 0;
  while (true) {
    const std::size_t slash = pattern.find('/');
    const std::string_view part = pattern.substr(0, slash);
    if (index == path.size() || (part != "*" && part != path[index])) return false;
    ++index;
    if (slash == std::string_view::npos) return index == path.size();
    pattern.remove_prefix(slash + 1);
  }
}

bool changes_something(Method method) { return method != Method::get && method != Method::head && method != Method::options; }

/// FNV-1a over what makes two requests the same; stored with the answer, so it must never change.
std::uint64_t fingerprint(const http::Request& request) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xFFU) * 1099511628211ULL;
  };
  add(std::string_view{"0123456789"}.substr(static_cast<std::size_t>(request.method), 1));
  add(request.path);
  add(request.body);
  return hash & 0x7FFFFFFFFFFFFFFFULL;
}

constexpr std::size_t key_length_max = 200;

bool printable(std::string_view text) {
  for (const char c : text)
    if (c < 0x21 || c > 0x7E) return false;
  return true;
}

bool same_word(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a + 32 == b); });
}

/// A browser must say that it sends JSON, which no form of a foreign page can. A program may leave it out, or send what its HTTP library says by itself.
bool may_be_json(std::string_view content_type, bool from_browser) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  if (same_word(type, "application/json")) return true;
  return !from_browser && (type.empty() || same_word(type, "application/x-www-form-urlencoded"));
}

/// What commands answer to a browser elsewhere, or to one that names a role it lacks, must not depend on cookies.
std::string_view host_of(std::string_view origin) {
  const std::size_t slashes = origin.find("://");
  return slashes == std::string_view::npos ? std::string_view{} : origin.substr(slashes + 3);
}

}  // namespace

Api::Api(Wiring wiring) : wiring_{std::move(wiring)}, anonymous_{{.per_second = 20, .burst = 200}}, codes_{{.per_second = 0.1, .burst = 20}}, media_{wiring_.config.data_dir + "/media"}, asking_{{.per_second = 0.1, .burst = 10}}, guesses_{{.per_second = 0.15, .burst = 10}} {
  const auto& visits = wiring_.engine.state().visits;
  if (std::any_of(visits.begin(), visits.end(), [](const auto& entry) { return entry.second.is_live(); })) restarted_at_ = wiring_.engine.now();
  find_numbers();
}

http::Reply Api::handle(const http::Request& request) {
  const auto& segments = request.segments;
  if (segments.size() > 2 && segments[0] == "api" && segments[1] == "v1") return dispatch(request, std::span{segments}.subspan(2));
  if (segments.size() == 2 && segments[0] == "t" && (!request.query_value("plain").empty() || request.method == Method::post)) return plain_phone(request);
  const bool tool = segments.size() == 1 && (segments[0] == "healthz" || segments[0] == "metrics");
  return tool ? dispatch(request, segments) : now(wiring_.pages.get(request));
}

http::Reply Api::dispatch(const http::Request& request, std::span<const std::string_view> path) {
  Call call{request, path, {}, {}, language_of(request), {}};
  bool known_path = false;
  for (const auto& table : {routes(), host_routes(), screen_routes(), contact_routes(), enrolment_routes(), printer_routes()}) {
    for (const Route& route : table) {
      if (!matches(route.pattern, path)) continue;
      known_path = true;
      if (route.method != request.method) continue;
      if (auto refusal = admit(call, route)) return now(std::move(*refusal));
      return (this->*route.handler)(call);
    }
  }
  return now(fail(call, known_path ? 405 : 404, known_path ? "method_not_allowed" : "not_found"));
}

/// A box is known by its key, which signs the very connection that it speaks on; a program of this box by the socket's file, which let it in.
auth::Principal Api::caller_of(const http::Request& request) {
  const std::string_view shown = request.authorization;
  const core::Instant at = wiring_.engine.now();
  if (shown.starts_with(wire::agent_scheme)) {
    const std::string_view proof = shown.substr(wire::agent_scheme.size());
    const auto key = wire::from_hex(proof.substr(0, 2 * wire::key_bytes), wire::key_bytes);
    const std::size_t dot = 2 * wire::key_bytes;
    const auto signature = proof.size() > dot && proof[dot] == '.' ? wire::from_hex(proof.substr(dot + 1), wire::signature_bytes) : std::nullopt;
    const bool proved = key && signature && request.channel.size() == wire::channel_bytes &&
                        auth::is_signed(wire::channel_message(request.channel), *signature, *key);
    auth::Principal nobody;
    nobody.rejected = true;
    return proved ? wiring_.credentials.identify_key(*key, at) : nobody;
  }
  if (request.local && shown.empty()) {
    auth::Principal beside;
    beside.identities.push_back({auth::Role::agent, "", "agent-local"});
    return beside;
  }
  return wiring_.credentials.identify(shown, request.cookie, at);
}

/// Signs the caller in, as the least that suffices; then the defences that do not depend on the handler.
std::optional<http::Response> Api::admit(Call& call, const Route& route) {
  const http::Request& request = call.request;
  call.who = caller_of(request);
  if (!call.who.signed_in() && route.counts_anonymous && !anonymous_.allow(request.remote, std::chrono::steady_clock::now())) {
    auto response = fail(call, 429, "rate_limited");
    response.headers.emplace_back("Retry-After", "1");
    return response;
  }
  if (call.who.rejected) return fail(call, 401, "unauthorized");
  if (route.permission) {
    const auth::Identity* acting = call.who.acting_for(*route.permission);
    if (acting == nullptr) return call.who.signed_in() ? fail(call, 403, "forbidden") : fail(call, 401, "unauthorized");
    call.acting = *acting;
  }
  // A citizen's program that only holds a visit's token sends neither cookie nor origin: nothing a foreign page could borrow.
  const bool from_browser = (call.who.by_cookie && call.who.signed_in()) || !request.origin.empty() || !request.sec_fetch_site.empty();
  if (changes_something(request.method) && from_browser && !same_origin(request)) return fail(call, 403, "cross_site");
  if (route.pattern != "facility" && route.pattern != "facility/ticket-preview" && !route.raw && !request.body.empty() && !may_be_json(request.content_type, call.who.by_cookie))
    return fail(call, 400, "malformed", "Content-Type");
  if (request.idempotency_key.size() > key_length_max || !printable(request.idempotency_key)) return fail(call, 400, "malformed", "Idempotency-Key");
  call.asked.actor = call.acting.actor_id.empty() ? "citizen" : actor_of(call.acting);
  call.asked.request = fingerprint(request);
  if (!request.idempotency_key.empty() && changes_something(request.method))
    call.asked.key = call.asked.actor + "|" + std::string{request.idempotency_key};
  return std::nullopt;
}

/// A browser says where a request comes from; commands are taken from our own pages only.
bool Api::same_origin(const http::Request& request) const {
  if (!request.sec_fetch_site.empty()) return request.sec_fetch_site == "same-origin" || request.sec_fetch_site == "none";
  if (request.origin.empty() || request.host.empty()) return false;
  const auto& trusted = wiring_.config.trusted_origins;
  return host_of(request.origin) == request.host || std::find(trusted.begin(), trusted.end(), request.origin) != trusted.end();
}

std::string Api::language_of(const http::Request& request) const {
  const auto& languages = wiring_.engine.facility().site.languages;
  const auto known = [&](std::string_view wanted) {
    return std::find(languages.begin(), languages.end(), wanted) != languages.end() || wanted == "da" || wanted == "en";
  };
  if (!request.query.empty())
    if (std::string asked = request.query_value("lang"); known(asked)) return asked;
  std::string_view rest = request.accept_language;
  while (rest.size() >= 2) {
    const std::size_t comma = rest.find(',');
    std::string_view tag = rest.substr(0, comma);
    while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
    tag = tag.substr(0, tag.find_first_of("-;"));
    if (known(tag)) return std::string{tag};
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return languages.empty() ? "da" : languages.front();
}

wire::View Api::view(std::string_view language) const {
  return {wiring_.engine.state(), wiring_.engine.facility(), wiring_.catalogue, language, wiring_.engine.now(), restarted_at_,
          [this](std::string_view actor) { return wiring_.credentials.name_of(actor); },
          [this](const core::DeskId& desk) { return messages_.of(desk, wiring_.engine.state().day); },
          false, wiring_.foreteller == nullptr ? nullptr : &wiring_.foreteller->foresight(), &promises_, [this] { return printers_in_trouble(); }};
}

http::Reply Api::shown(std::string body) const {
  http::Response response;
  response.body = std::move(body);
  return {std::move(response), wiring_.engine.last_seq(), {}, {}};
}

http::Response Api::fail(const Call& call, int status, std::string_view reason, std::string_view field, std::string_view detail) const {
  http::Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  wire::problem_json(wiring_.catalogue, call.language, status, reason, field, {}, detail, response.body);
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

http::Response Api::fail(const Call& call, const wire::Finding& finding) const {
  const bool malformed = finding.reason == "malformed", large = finding.reason == "too_large";
  const int status = malformed ? 400 : large ? 413 : 422;
  return fail(call, status, malformed ? "malformed" : large ? "too_large" : "wrong_content", finding.field, finding.message.in(call.language));
}

http::Response Api::problem(int status, std::string_view reason, std::string_view field, std::string_view accept_language) {
  http::Request request;
  request.accept_language = accept_language;
  const Call call{request, {}, {}, {}, language_of(request), {}};
  return fail(call, status, reason, field);
}

http::Response Api::commit_failed(http::Commit why, const http::Request& request) {
  const Call call{request, {}, {}, {}, language_of(request), {}};
  auto response = fail(call, 503, why == http::Commit::storage_full ? "storage_full" : "stopping");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

std::optional<http::Reply> Api::closed_intake(const Call& call) const {
  std::string_view reason;
  switch (wiring_.engine.intake()) {
    case Intake::ready: return std::nullopt;
    case Intake::storage_full: reason = "storage_full"; break;
    case Intake::busy: reason = "busy"; break;
    case Intake::stopping: reason = "stopping"; break;
  }
  auto response = fail(call, 503, reason);
  response.headers.emplace_back("Retry-After", "5");
  return now(std::move(response));
}

/// The first answer to a key that was seen within 24 hours, from memory or from the journal.
std::optional<http::Reply> Api::repeated(Call& call) const {
  const auto repeat = wiring_.engine.repeat_of(call.asked);
  if (!repeat) return std::nullopt;
  if (!repeat->same_request) return now(fail(call, 422, "key_reused", "Idempotency-Key"));
  const auto respond = [](const db::Answer& answer) {
    http::Response response;
    response.status = answer.status;
    response.body = answer.body;
    if (answer.status >= 400) response.content_type = "application/problem+json";
    response.headers.emplace_back("Idempotency-Replayed", "true");
    return response;
  };
  if (repeat->answer) return http::Reply{respond(*repeat->answer), repeat->seq, {}, {}};
  http::Reply later;
  later.offload = [&engine = wiring_.engine, first = repeat->first, respond, busy = fail(call, 503, "busy")]() -> http::Reply {
    const auto answer = engine.stored_answer(first);
    return {answer ? respond(*answer) : busy, 0, {}, {}};
  };
  return later;
}

http::Reply Api::command(Call& call, const core::Command& wish, const std::function<void(std::string& body)>& body, int status) {
  if (auto first = repeated(call)) return std::move(*first);
  if (auto closed = closed_intake(call)) return std::move(*closed);
  http::Reply reply;
  reply.response.status = status;
  const auto answer = [&](const std::vector<core::Event>&) {
    body(reply.response.body);
    const bool nothing = reply.response.body.empty();
    if (call.asked.key.empty()) return db::Answer{};
    return db::Answer{nothing ? 204 : status, reply.response.body, 0};
  };
  const auto seq = wiring_.engine.execute(wish, call.asked, answer);
  if (!seq) {
    if (const auto* take = std::get_if<core::TakeTicket>(&wish)) note_refusal(*take, seq.error());
    return refused(call, seq.error());
  }
  reply.durable_after = *seq;
  return reply;
}

/// For what is not in the journal (tokens, people, backups): a repeat gets this answer for as long as the daemon lives. In memory only, since a new
/// token's secret belongs on no disk.
void Api::keep(const Engine::Asked& asked, const http::Response& response) { wiring_.engine.remember(asked, {response.status, response.body, 0}); }

/// A refusal rests on the state as it was seen, which may not be on disk yet.
http::Reply Api::refused(Call& call, const core::Refusal& refusal) {
  http::Response response;
  response.status = wire::status_of(refusal.reason);
  response.content_type = "application/problem+json";
  refusal_view(view(call.language), refusal, response.body);
  if (refusal.retry_after) response.headers.emplace_back("Retry-After", fmt::format("{}", refusal.retry_after->count()));
  wiring_.engine.remember(call.asked, {response.status, response.body, 0});
  return {std::move(response), wiring_.engine.last_seq(), {}, {}};
}

}  // namespace skranke::daemon
