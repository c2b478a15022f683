// Screens: let in by a code, missed when they stop drawing.
#include <algorithm>

#include <fmt/format.h>

#include "daemon/api/api.hpp"

namespace skranke::daemon {

namespace {

constexpr std::size_t boxes_max = 1'000;
constexpr std::array<std::string_view, 2> kinds{"board", "kiosk"};

bool is_code(std::string_view text) {
  return text.size() == 6 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

/// That a box's screen draws: from its page's report, or from the page that waits to be let in.
void Api::note_box(std::string_view box, core::Instant drawn, std::string_view page) {
  if (!wire::is_slug(box)) return;
  const auto known = boxes_.find(box);
  if (known != boxes_.end()) {
    known->second = {drawn, std::string{page}};
    return;
  }
  if (boxes_.size() == boxes_max) {
    const auto oldest = std::min_element(boxes_.begin(), boxes_.end(), [](const auto& a, const auto& b) { return a.second.drawn < b.second.drawn; });
    boxes_.erase(oldest);
  }
  boxes_.emplace(std::string{box}, Box{drawn, std::string{page}});
}

/// Anybody who knows the box's name, which it made up itself out of chance; it says how old the picture is and nothing else.
http::Reply Api::get_screen(Call& call) {
  const auto found = boxes_.find(call.part(1));
  if (found == boxes_.end()) return now(fail(call, 404, "not_found"));
  http::Response response;
  wire::JsonWriter w{response.body};
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(wiring_.engine.now() - found->second.drawn);
  w.object().field("page", found->second.page).field("frame_age_ms", std::max<std::int64_t>(0, age.count())).end_object();
  return now(std::move(response));
}

http::Reply Api::post_pairing(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const auto screen = asking_.allow(call.request.remote, std::chrono::steady_clock::now()) ? pairing_.ask(wiring_.engine.now()) : std::nullopt;
  if (!screen) {
    auto response = fail(call, 429, "too_many_attempts");
    response.headers.emplace_back("Retry-After", "60");
    return now(std::move(response));
  }
  http::Response response;
  response.status = 201;
  wire::JsonWriter w{response.body};
  w.object().field("code", screen->code).field("claim", screen->claim).field("until", core::to_rfc3339(wiring_.engine.facility().zone, screen->until)).end_object();
  return now(std::move(response));
}

/// The screen comes back every few seconds; once somebody typed its code, it gets its session, and the claim is used up.
http::Reply Api::post_pairing_claim(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string claim = body.required_text("claim", {.max = 64});
  const std::string box = body.slug("box").value_or("");
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
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
  const std::string id = body.required_slug("id");
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
    return now(allowed ? fail(call, 404, "not_found", "code") : fail(call, 429, "too_many_attempts"));
  }
  const bool board = *kind == "board";
  if (!board && facility.find(core::KioskId{id}) == nullptr) return now(fail(call, 404, "unknown_kiosk", "id"));
  const auto token = wiring_.credentials.create_token(board ? auth::Role::board : auth::Role::kiosk, fmt::format("{} {}", *kind, id), at);
  if (!token) return now(fail(call, 503, "storage_failed"));
  screen->token = token->token;
  screen->page = fmt::format("/{}/{}", *kind, id);
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

}  // namespace skranke::daemon
