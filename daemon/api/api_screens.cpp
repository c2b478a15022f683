// Screens: let in by a code, missed when they stop drawing.
#include <algorithm>

#include <fmt/format.h>
#include <sodium.h>

#include "daemon/api/api.hpp"
#include "wire/agent_pairing.hpp"

namespace skranke::daemon {

namespace {

constexpr std::size_t boxes_max = 1'000;
constexpr std::array<std::string_view, 4> kinds{"board", "kiosk", "citizen_screen", "agent"};

std::string sha256(std::string_view bytes) {
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return digest;
}

bool is_code(std::string_view text) {
  return text.size() == 6 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

/// That a box's screen draws: from its page's report, or from the page that waits to be let in.
void Api::note_box(std::string_view box, core::Instant drawn, std::string_view page, bool dark) {
  if (!wire::is_slug(box)) return;
  const auto known = boxes_.find(box);
  if (known != boxes_.end()) {
    known->second = {drawn, std::string{page}, dark};
    return;
  }
  if (boxes_.size() == boxes_max) {
    const auto oldest = std::min_element(boxes_.begin(), boxes_.end(), [](const auto& a, const auto& b) { return a.second.drawn < b.second.drawn; });
    boxes_.erase(oldest);
  }
  boxes_.emplace(std::string{box}, Box{drawn, std::string{page}, dark});
}

/// Anybody who knows the box's name, which it made up itself out of chance; it says how old the picture is, and whether it is a dark one.
http::Reply Api::get_screen(Call& call) {
  const auto found = boxes_.find(call.part(1));
  if (found == boxes_.end()) return now(fail(call, 404, "not_found"));
  http::Response response;
  wire::JsonWriter w{response.body};
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(wiring_.engine.now() - found->second.drawn);
  w.object().field("page", found->second.page).field("frame_age_ms", std::max<std::int64_t>(0, age.count()));
  if (found->second.dark) w.field("dark", true);
  w.end_object();
  return now(std::move(response));
}

http::Reply Api::ask_in_a_minute(const Call& call) const {
  auto response = fail(call, 429, "too_many_attempts");
  response.headers.emplace_back("Retry-After", "60");
  return now(std::move(response));
}

http::Reply Api::post_pairing(Call& call) {
  wire::RequestBody body{call.request.body};
  if (body.has("agent")) return pair_agent(call, body);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const auto screen = asking_.allow(call.request.remote, std::chrono::steady_clock::now()) ? pairing_.ask(wiring_.engine.now()) : std::nullopt;
  if (!screen) return ask_in_a_minute(call);
  http::Response response;
  response.status = 201;
  wire::JsonWriter w{response.body};
  w.object().field("code", screen->code).field("claim", screen->claim).field("until", core::to_rfc3339(wiring_.engine.facility().zone, screen->until)).end_object();
  return now(std::move(response));
}

/// A box that drives hardware: it says its key and commits to a nonce; the digits come of both nonces, of its key and of our certificate, so that who types
/// them has compared all of that.
http::Reply Api::pair_agent(Call& call, wire::RequestBody& body) {
  const std::string agent = body.required_slug("agent");
  const auto bytes_of = [&](std::string_view field, std::size_t bytes) {
    const auto read = wire::from_hex(body.required_text(field, {.max = 200}), bytes);
    if (!read) body.refuse(field, "wrong_content", {"Skriv det som små hextal i fuld længde.", "Write it as small hexadecimal digits in its full length."});
    return read.value_or("");
  };
  const std::string key = bytes_of("key", wire::key_bytes), commitment = bytes_of("commitment", wire::nonce_bytes);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (call.request.channel.empty() || !wiring_.tls_key || wiring_.tls_key().empty()) return now(fail(call, 409, "tls_required"));
  const core::Instant at = wiring_.engine.now();
  const bool allowed = asking_.allow(call.request.remote, std::chrono::steady_clock::now());
  const auto meeting = allowed ? pairing_.ask_as_agent(agent, key, commitment, at) : std::nullopt;
  if (!meeting) return ask_in_a_minute(call);
  http::Response response;
  response.status = 201;
  wire::JsonWriter w{response.body};
  w.object().field("claim", meeting->claim).field("nonce", wire::to_hex(meeting->nonce)).field("until", core::to_rfc3339(wiring_.engine.facility().zone, meeting->until)).end_object();
  return now(std::move(response));
}

/// The box's nonce, once, and only the one it committed to: then both ends have the digits. An answer when that went wrong.
std::optional<http::Reply> Api::reveal(Call& call, const std::string& claim, std::string_view written) {
  const core::Instant at = wiring_.engine.now();
  const PairingDesk::Screen* box = pairing_.by_claim(claim, at);
  if (box == nullptr) return now(fail(call, 404, "not_found", "claim"));
  const auto nonce = wire::from_hex(written, wire::nonce_bytes);
  const bool fits = nonce && !box->agent.empty() && box->code.empty() && sha256(*nonce) == box->commitment;
  if (!fits) return now(fail(call, 422, "wrong_content", "nonce"));
  const std::string code = wire::meeting_code(sha256(wire::meeting_message({wiring_.tls_key(), box->key, *nonce, box->nonce, box->agent})));
  if (!pairing_.show(claim, code, at)) return now(fail(call, 404, "not_found", "claim"));
  return std::nullopt;
}

/// The screen comes back every few seconds; once somebody typed its code, it gets its session, and the claim is used up.
http::Reply Api::post_pairing_claim(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string claim = body.required_text("claim", {.max = 64});
  const std::string box = body.slug("box").value_or("");
  const auto nonce = body.text("nonce", {.max = 64});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (nonce)
    if (auto wrong = reveal(call, claim, *nonce)) return std::move(*wrong);
  const core::Instant at = wiring_.engine.now();
  if (!box.empty()) note_box(box, at, "pairing");
  const PairingDesk::Screen* screen = pairing_.by_claim(claim, at);
  if (screen == nullptr) return now(fail(call, 404, "not_found", "claim"));
  http::Response response;
  wire::JsonWriter w{response.body};
  if (screen->page.empty()) {
    w.object().field("paired", false).end_object();
    return now(std::move(response));
  }
  if (!screen->agent.empty()) {   // its key is its session
    w.object().field("paired", true).end_object();
    pairing_.forget(claim);
    return now(std::move(response));
  }
  const auto session = wiring_.credentials.open_session_by_token(screen->token, at);
  if (!session) return now(fail(call, 503, "storage_failed"));
  w.object().field("paired", true).field("page", screen->page).end_object();
  response.headers.emplace_back("Set-Cookie", auth::set_cookie(session->identity.role, session->token, call.request.secure));
  pairing_.forget(claim);
  return now(std::move(response));
}

/// An administrator types the digits and says which screen it is; a board that the facility does not know yet is added to it.
http::Reply Api::post_pairing_code(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto kind = body.one_of("kind", kinds);
  if (!body.has("kind")) body.refuse("kind", "missing", {"Feltet kind mangler.", "The field kind is missing."});
  const bool agent = kind == "agent";
  const std::string id = agent ? std::string{} : body.required_slug("id");   // a box says itself what it is called
  const core::Facility& facility = wiring_.engine.facility();
  core::Board made;
  made.id = core::BoardId{id};
  if (auto name = body.text("name", {.max = 80})) made.name.by_language.emplace_back(facility.site.languages.front(), *name);
  made.zones = body.slugs("zones", {.count_max = 50});
  for (const std::string& zone : made.zones)
    if (std::none_of(facility.desks.begin(), facility.desks.end(), [&](const core::Desk& desk) { return desk.zone == zone; }))
      body.refuse("zones", "unknown_zone", {"I den zone er der ingen skranke.", "No desk stands in that zone."});
  made.screen_inches = body.number("screen_inches", 5, 300).value_or(made.screen_inches);
  made.farthest_m = body.number("farthest_m", 0.5, 100).value_or(made.farthest_m);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (auto first = repeated(call)) return std::move(*first);
  const core::Instant at = wiring_.engine.now();
  PairingDesk::Screen* screen = is_code(call.part(1)) ? pairing_.by_code(call.part(1), at) : nullptr;
  if (screen == nullptr) {
    // Six digits are guessed in a million tries; nobody gets more than ten a minute.
    const bool allowed = guesses_.allow(call.asked.actor, std::chrono::steady_clock::now());
    const std::string_view reason = pairing_.has_expired(call.part(1), at) ? "code_expired" : "not_found";
    return now(allowed ? fail(call, 404, reason, "code") : fail(call, 429, "too_many_attempts"));
  }
  if (agent == screen->agent.empty()) return now(fail(call, 409, agent ? "code_of_screen" : "code_of_agent", "kind"));
  if (agent) return let_agent_in(call, *screen);
  const bool board = *kind == "board", citizen = *kind == "citizen_screen";
  if (citizen && facility.find(core::DeskId{id}) == nullptr) return now(fail(call, 404, "unknown_desk", "id"));
  if (!board && !citizen && facility.find(core::KioskId{id}) == nullptr) return now(fail(call, 404, "unknown_kiosk", "id"));
  const auth::Role role = board ? auth::Role::board : citizen ? auth::Role::citizen_screen : auth::Role::kiosk;
  const auto token = wiring_.credentials.create_token(role, fmt::format("{} {}", *kind, id), at, citizen ? auth::Rights{{}, {}, {}, id} : auth::Rights{});
  if (!token) return now(fail(call, 503, "storage_failed"));
  screen->token = token->token;
  screen->page = fmt::format("/{}/{}", citizen ? "enrol" : *kind, id);
  std::string answer;
  wire::JsonWriter w{answer};
  const bool added = board && facility.find(made.id) == nullptr;
  w.object().field("page", screen->page).field("added", added).end_object();
  if (added) {
    auto changed = std::make_shared<core::Facility>(facility);
    changed->boards.push_back(std::move(made));
    auto reply = apply_changed(call, changed, answer, 201);
    if (reply.response.status != 201) screen->page.clear();
    return reply;
  }
  http::Response response;
  response.status = 201;
  response.body = std::move(answer);
  keep(call.asked, response);
  return now(std::move(response));
}

http::Reply Api::let_agent_in(Call& call, PairingDesk::Screen& screen) {
  const auto known = wiring_.credentials.adopt_key(screen.key, auth::Role::agent, fmt::format("{}, own key", screen.agent), wiring_.engine.now());
  if (!known) return now(fail(call, 503, "storage_failed"));
  screen.page = "/agents/" + screen.agent;   // a box has no page; this only says that its code is used up
  http::Response response;
  response.status = 201;
  wire::JsonWriter w{response.body};
  w.object().field("agent", screen.agent).field("added", false).end_object();
  keep(call.asked, response);
  return now(std::move(response));
}

}  // namespace skranke::daemon
