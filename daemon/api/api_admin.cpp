// Signing in and out, tokens, people, the facility.
#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/auth/secret.hpp"
#include "wire/facility_file.hpp"
#include "wire/facility_texts.hpp"

namespace skranke::daemon {

namespace {

constexpr std::array<std::string_view, 9> role_words{"kiosk", "board", "clerk", "host", "manager", "admin", "agent", "integration", "contact_centre"};
constexpr std::size_t token_length_max = 200;

std::optional<std::int64_t> id_from(std::string_view text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return id;
}

int status_of(auth::Refusal refusal) {
  switch (refusal) {
    case auth::Refusal::not_found: return 404;
    case auth::Refusal::taken:
    case auth::Refusal::full:
    case auth::Refusal::last_admin: return 409;
    case auth::Refusal::wrong_content: return 422;
    case auth::Refusal::storage_failed: return 503;
  }
  return 500;
}

void identity_fields(wire::JsonWriter& w, const auth::Identity& identity) {
  w.field("name", identity.name).field("role", auth::word(identity.role));
}

void rights_field(wire::JsonWriter& w, auth::Role role, const auth::Rights& rights) {
  if (role == auth::Role::citizen_screen) w.field("desk", rights.desk);
  if (role != auth::Role::contact_centre) return;
  w.key("may_book").object();
  for (const auto& [key, ids] : {std::pair{"authorities", &rights.authorities}, std::pair{"services", &rights.services}, std::pair{"sites", &rights.sites}}) {
    w.key(key).list();
    for (const std::string& id : *ids) w.value(id);
    w.end_list();
  }
  w.end_object();
}

/// `may_book` of a body: whose times a contact centre decides on. What the facility does not know is refused, so that a slip of the pen gives nothing.
auth::Rights rights_in(wire::RequestBody& body, const core::Facility& facility, const std::vector<config::OtherSite>& sites, std::string_view role) {
  auth::Rights rights;
  auto table = body.table("may_book");
  if (!table) return rights;
  rights.authorities = table->slugs("authorities", {.count_max = 200});
  rights.services = table->slugs("services", {.count_max = 200});
  rights.sites = table->slugs("sites", {.count_max = config::other_sites_max});
  for (const std::string& id : rights.authorities)
    if (facility.find(core::AuthorityId{id}) == nullptr) table->error("authorities", "unknown_authority", {"Myndigheden findes ikke.", "There is no such authority."});
  for (const std::string& id : rights.services)
    if (facility.find(core::ServiceId{id}) == nullptr) table->error("services", "unknown_service", {"Ydelsen findes ikke.", "There is no such service."});
  for (const std::string& id : rights.sites)
    if (std::none_of(sites.begin(), sites.end(), [&](const config::OtherSite& site) { return site.id == id; }))
      table->error("sites", "unknown_site", {"Stedet står ikke i indstillingerne (other_site).", "The settings know no such site (other_site)."});
  table->done();
  if (role != "contact_centre") body.refuse("may_book", "wrong_content", {"may_book hører til rollen contact_centre.", "may_book belongs to the role contact_centre."});
  return rights;
}

/// The same where it must be there.
auth::Rights changed_rights(wire::RequestBody& body, const core::Facility& facility, const std::vector<config::OtherSite>& sites, auth::Role role) {
  if (!body.has("may_book")) body.refuse("may_book", "missing", {"Feltet may_book mangler.", "The field may_book is missing."});
  return rights_in(body, facility, sites, auth::word(role));
}

std::string findings_json(const std::vector<wire::Finding>& findings, std::string_view language) {
  std::string out;
  wire::JsonWriter w{out};
  w.list();
  for (const wire::Finding& finding : findings) {
    w.object().field("severity", finding.severity == wire::Severity::error ? "error" : "warning").field("field", finding.field);
    w.field("line", finding.line).field("column", finding.column).field("reason", finding.reason);
    w.field("message", finding.message.in(language)).end_object();
  }
  w.end_list();
  return out;
}

}  // namespace

// --- sessions ---

http::Response Api::sign_in_failed(const Call& call, std::string_view user) {
  sign_ins_.failed(call.request.remote, user, wiring_.engine.now());
  return fail(call, 401, "sign_in_failed");
}

http::Reply Api::signed_in(const Call& call, const tl::expected<auth::NewSession, auth::Refusal>& session) {
  if (!session) return now(fail(call, 503, "storage_failed"));
  http::Response response;
  wire::JsonWriter w{response.body};
  w.object();
  identity_fields(w, session->identity);
  w.field("expires_at", core::to_rfc3339(wiring_.engine.facility().zone, session->expires)).end_object();
  response.headers.emplace_back("Set-Cookie", auth::set_cookie(session->identity.role, session->token, call.request.secure));
  return now(std::move(response));
}

http::Reply Api::post_session(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto token = body.text("token", {.max = token_length_max});
  const auto user = body.text("user", {.max = 64});
  const auto password = body.text("password", {.max = auth::password_max});
  if (!token && !user) body.refuse("token", "missing", {"Feltet token mangler.", "The field token is missing."});
  if (user && !password) body.refuse("password", "missing", {"Feltet password mangler.", "The field password is missing."});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const auto wait = sign_ins_.wait(call.request.remote, user.value_or(""), wiring_.engine.now());
  if (wait.count() > 0) {
    auto response = fail(call, 429, "too_many_attempts");
    response.headers.emplace_back("Retry-After", fmt::format("{}", wait.count()));
    return now(std::move(response));
  }
  return token ? sign_in_by_token(call, *token) : sign_in_by_password(call, *user, *password);
}

http::Reply Api::sign_in_by_token(Call& call, const std::string& token) {
  const auto session = wiring_.credentials.open_session_by_token(token, wiring_.engine.now());
  if (!session && session.error() == auth::Refusal::not_found) return now(sign_in_failed(call, ""));
  if (session) sign_ins_.succeeded(call.request.remote, "");
  return signed_in(call, session);
}

/// The costly hash is compared on a worker thread; what follows touches our own state again, on the loop.
http::Reply Api::sign_in_by_password(Call& call, const std::string& user, std::string password) {
  struct Later {
    std::string remote, language;
    bool secure;
  };
  wiring_.credentials.reload_if_changed();   // skrankectl may have made this person a moment ago
  auto later = std::make_shared<Later>(Later{std::string{call.request.remote}, call.language, call.request.secure});
  http::Reply reply;
  reply.offload = [this, later, user, password = std::move(password), hash = wiring_.credentials.password_hash_of(user, {})] {
    // A stranger's password costs as much time as a wrong one, so that the time taken tells nobody who works here.
    const bool right = hash.empty() ? auth::hash_password(password).has_value() && false : auth::verify_password(password, hash);
    http::Reply checked;
    checked.then = [this, later, user, right] {
      http::Request request;
      request.remote = later->remote;
      request.secure = later->secure;
      Call again{request, {}, {}, {}, later->language, {}};
      if (!right) return now(sign_in_failed(again, user));
      sign_ins_.succeeded(later->remote, user);
      return signed_in(again, wiring_.credentials.open_session_for(user, wiring_.engine.now()));
    };
    return checked;
  };
  return reply;
}

http::Reply Api::get_session(Call& call) {
  const core::Facility& facility = wiring_.engine.facility();
  http::Response response;
  wire::JsonWriter w{response.body};
  w.object().field("signed_in", call.who.signed_in()).key("roles").list();
  for (const auth::Identity& identity : call.who.identities) w.value(auth::word(identity.role));
  w.end_list();
  if (call.who.signed_in()) w.field("name", call.who.identities.back().name);
  w.key("site").object().field("id", facility.site.id).field("name", facility.site.name).field("time_zone", facility.site.time_zone);
  w.key("languages").list();
  for (const std::string& language : facility.site.languages) w.value(language);
  w.end_list().end_object();
  const auto places = [&](std::string_view kind, const auto& things) {
    w.key(kind).list();
    for (const auto& thing : things)
      w.object().field("id", thing.id.str()).field("name", thing.name.empty() ? thing.id.str() : thing.name.get(call.language)).end_object();
    w.end_list();
  };
  if (call.who.signed_in()) {
    places("kiosks", facility.kiosks);
    places("desks", facility.desks);
    places("boards", facility.boards);
    places("printers", facility.printers);
  }
  w.key("own_texts").list();   // the languages in which the house has words of its own
  for (const auto& [language, texts] : facility.texts) w.value(language);
  w.end_list();
  w.field("business_day", core::to_string(business_day_now()));
  w.field("build", wiring_.build).field("version", SKRANKE_VERSION).end_object();
  return now(std::move(response));
}

http::Reply Api::delete_browser_session(Call& call) {
  http::Response response;
  response.status = 204;
  for (const auto& [role, token] : auth::session_cookies(call.request.cookie)) {
    wiring_.credentials.close_session(token);
    response.headers.emplace_back("Set-Cookie", auth::clear_cookie(role));
  }
  return now(std::move(response));
}

// --- tokens and people ---

http::Reply Api::get_tokens(Call&) {
  http::Response response;
  wire::JsonWriter w{response.body};
  w.list();
  for (const auth::TokenInfo& token : wiring_.credentials.tokens()) {
    w.object().field("id", std::to_string(token.id)).field("role", auth::word(token.role)).field("name", token.name);
    w.field("created_at", core::to_rfc3339(wiring_.engine.facility().zone, token.created));
    rights_field(w, token.role, token.rights);
    if (token.last_used) w.field("last_used", core::to_string(core::Day{token.last_used->time_since_epoch()}));
    w.end_object();
  }
  w.end_list();
  return now(std::move(response));
}

http::Reply Api::post_token(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto role = body.one_of("role", role_words);
  if (!body.has("role")) body.refuse("role", "missing", {"Feltet role mangler.", "The field role is missing."});
  const std::string name = body.text("name", {.max = 80}).value_or("");
  const auth::Rights rights = rights_in(body, wiring_.engine.facility(), wiring_.config.other_sites, role.value_or(""));
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (auto first = repeated(call)) return std::move(*first);
  const auto made = wiring_.credentials.create_token(*auth::role_from_word(*role), name, wiring_.engine.now(), rights);
  if (!made) return now(fail(call, status_of(made.error()), auth::word(made.error())));
  http::Response response;
  response.status = 201;
  wire::JsonWriter w{response.body};
  w.object().field("id", std::to_string(made->info.id)).field("role", *role).field("name", name);
  rights_field(w, made->info.role, rights);
  w.field("token", made->token).end_object();
  keep(call.asked, response);
  return now(std::move(response));
}

http::Reply Api::patch_token(Call& call) {
  const auto id = id_from(call.part(1));
  if (!id) return now(fail(call, 404, "not_found"));
  const auto list = wiring_.credentials.tokens();
  const auto found = std::find_if(list.begin(), list.end(), [&](const auth::TokenInfo& token) { return token.id == *id; });
  if (found == list.end()) return now(fail(call, 404, "not_found"));
  wire::RequestBody body{call.request.body};
  const auth::Rights rights = changed_rights(body, wiring_.engine.facility(), wiring_.config.other_sites, found->role);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const auto changed = wiring_.credentials.change_rights(*id, rights);
  if (!changed) return now(fail(call, status_of(changed.error()), auth::word(changed.error())));
  http::Response response;
  wire::JsonWriter w{response.body};
  w.object().field("id", std::to_string(changed->id)).field("role", auth::word(changed->role)).field("name", changed->name);
  rights_field(w, changed->role, changed->rights);
  w.end_object();
  return now(std::move(response));
}

http::Reply Api::delete_token(Call& call) {
  const auto id = id_from(call.part(1));
  if (!id) return now(fail(call, 404, "not_found"));
  const auto removed = wiring_.credentials.remove_token(*id);
  if (!removed) return now(fail(call, status_of(removed.error()), auth::word(removed.error())));
  http::Response response;
  response.status = 204;
  return now(std::move(response));
}

http::Reply Api::get_users(Call&) {
  http::Response response;
  wire::JsonWriter w{response.body};
  w.list();
  for (const auth::PersonInfo& person : wiring_.credentials.people()) {
    w.object().field("user", person.user).field("name", person.name).field("role", auth::word(person.role));
    rights_field(w, person.role, person.rights);
    w.end_object();
  }
  w.end_list();
  return now(std::move(response));
}

http::Reply Api::post_user(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string user = body.required_text("user", {.min = 2, .max = 64});
  const std::string name = body.text("name", {.max = 80}).value_or(user);
  const auto role = body.one_of("role", role_words);
  if (!body.has("role")) body.refuse("role", "missing", {"Feltet role mangler.", "The field role is missing."});
  const std::string password = body.required_text("password", {.min = auth::password_min, .max = auth::password_max});
  const auth::Rights rights = rights_in(body, wiring_.engine.facility(), wiring_.config.other_sites, role.value_or(""));
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (auto first = repeated(call)) return std::move(*first);
  http::Reply reply;
  reply.offload = [this, user, name, password, rights, role = *auth::role_from_word(*role), language = call.language, asked = call.asked] {
    const auto hash = auth::hash_password(password);
    http::Reply hashed;
    hashed.then = [this, user, name, role, rights, hash, language, asked] {
      const http::Request request;
      const Call again{request, {}, {}, {}, language, {}};
      if (!hash) return now(fail(again, 422, "wrong_content", "password"));
      const auto made = wiring_.credentials.create_person(user, role, name, *hash, wiring_.engine.now(), rights);
      if (!made) return now(fail(again, status_of(made.error()), auth::word(made.error()), "user"));
      http::Response response;
      response.status = 201;
      wire::JsonWriter w{response.body};
      w.object().field("user", made->user).field("name", made->name).field("role", auth::word(made->role));
      rights_field(w, made->role, made->rights);
      w.end_object();
      keep(asked, response);
      return now(std::move(response));
    };
    return hashed;
  };
  return reply;
}

http::Response Api::person_told(const Call& call, std::string_view user) const {
  const auto list = wiring_.credentials.people();
  const auto found = std::find_if(list.begin(), list.end(), [&](const auth::PersonInfo& person) { return person.user == user; });
  if (found == list.end()) return fail(call, 404, "not_found");
  http::Response response;
  wire::JsonWriter w{response.body};
  w.object().field("user", found->user).field("name", found->name).field("role", auth::word(found->role));
  rights_field(w, found->role, found->rights);
  w.end_object();
  return response;
}

/// Another role, another password, other rights: whatever of them is told. A role and a password end the person's sessions.
http::Reply Api::patch_user(Call& call) {
  const auto list = wiring_.credentials.people();
  const auto found = std::find_if(list.begin(), list.end(), [&](const auth::PersonInfo& person) { return person.user == call.part(1); });
  if (found == list.end()) return now(fail(call, 404, "not_found"));
  wire::RequestBody body{call.request.body};
  const auto role = body.one_of("role", role_words);
  const auto password = body.text("password", {.min = auth::password_min, .max = auth::password_max});
  const std::string role_then = role ? *role : std::string{auth::word(found->role)};
  const bool with_rights = body.has("may_book");
  const auth::Rights rights = rights_in(body, wiring_.engine.facility(), wiring_.config.other_sites, role_then);
  if (!with_rights && !body.has("role") && !body.has("password")) body.refuse("role", "missing", {"Skriv role, password eller may_book.", "Write role, password or may_book."});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const std::string user{call.part(1)};
  if (role)
    if (const auto changed = wiring_.credentials.change_role(user, *auth::role_from_word(*role)); !changed) return now(fail(call, status_of(changed.error()), auth::word(changed.error()), "role"));
  if (with_rights)
    if (const auto changed = wiring_.credentials.change_rights(user, rights); !changed) return now(fail(call, status_of(changed.error()), auth::word(changed.error())));
  if (!password) return now(person_told(call, user));
  http::Reply reply;
  reply.offload = [this, user, password = *password, language = call.language] {
    const auto hash = auth::hash_password(password);
    http::Reply hashed;
    hashed.then = [this, user, hash, language] {
      const http::Request request;
      const Call again{request, {}, {}, {}, language, {}};
      if (!hash) return now(fail(again, 422, "wrong_content", "password"));
      if (const auto changed = wiring_.credentials.change_password(user, *hash); !changed) return now(fail(again, status_of(changed.error()), auth::word(changed.error())));
      return now(person_told(again, user));
    };
    return hashed;
  };
  return reply;
}

http::Reply Api::delete_user(Call& call) {
  const auto removed = wiring_.credentials.remove_person(call.part(1));
  if (!removed) return now(fail(call, status_of(removed.error()), auth::word(removed.error())));
  http::Response response;
  response.status = 204;
  return now(std::move(response));
}

// --- the facility ---

http::Reply Api::get_facility(Call& call) {
  const bool toml = call.request.query_value("format") == "toml";
  http::Reply reply = shown(toml ? wire::write_facility_toml(wiring_.engine.facility()) : wire::write_facility_json(wiring_.engine.facility()));
  if (toml) reply.response.content_type = "application/toml";
  return reply;
}

http::Reply Api::wrong_facility(const Call& call, const std::vector<wire::Finding>& findings) const {
  const auto fault = std::find_if(findings.begin(), findings.end(), [](const auto& f) { return f.severity == wire::Severity::error; });
  const std::string_view reason = fault->reason == "malformed" ? "malformed" : "wrong_content";
  http::Response response;
  response.status = reason == "malformed" ? 400 : 422;
  response.content_type = "application/problem+json";
  wire::JsonWriter w{response.body};
  w.object().field("type", std::string{"/problems/"}.append(reason)).field("title", reason).field("status", response.status);
  w.field("detail", fault->message.in(call.language)).field_unless_empty("field", fault->field).field("line", fault->line);
  w.raw_field("findings", findings_json(findings, call.language)).end_object();
  return now(std::move(response));
}

/// All or nothing: every fault is told at once, and what is in force stays in force.
http::Reply Api::put_facility(Call& call) {
  const std::string_view text = call.request.body;
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  const bool json = begin != std::string_view::npos && text[begin] == '{';   // no TOML begins so, whatever the header says
  auto reading = json ? wire::read_facility_json(text, "request") : wire::read_facility_toml(text, "request");
  if (!reading) return wrong_facility(call, reading.error());
  for (wire::Finding& odd : wire::odd_texts(reading->facility.texts, wiring_.catalogue)) reading->warnings.push_back(std::move(odd));
  if (call.request.query_value("check") == "true") {
    http::Response response;
    wire::JsonWriter w{response.body};
    w.object().field("version", wiring_.engine.state().facility_version).field("checked", true);
    w.raw_field("warnings", findings_json(reading->warnings, call.language)).raw_field("facility", wire::write_facility_json(reading->facility));
    if (json) w.field("toml", wire::write_facility_toml(reading->facility));   // what the form made, as text
    w.end_object();
    return now(std::move(response));
  }
  if (auto closed = closed_intake(call)) return std::move(*closed);
  auto facility = std::make_shared<const core::Facility>(std::move(reading->facility));
  if (const std::string from = call.request.query_value("from"); !from.empty())
    return plan_facility(call, from, facility, findings_json(reading->warnings, call.language));
  const auto seq = wiring_.engine.apply(facility, wire::write_facility_toml(*facility), call.asked);
  if (!seq) return refused(call, seq.error());
  follow_facility(*facility);
  http::Response response;
  wire::JsonWriter w{response.body};
  w.object().field("version", wiring_.engine.state().facility_version).raw_field("warnings", findings_json(reading->warnings, call.language));
  w.raw_field("facility", wire::write_facility_json(*facility)).end_object();
  return {std::move(response), *seq, {}, {}};
}

/// What was in force when, and by whom it was put so; read on a worker, since the journal is looked through from its end.
http::Reply Api::get_facility_versions(Call& call) {
  constexpr std::size_t shown_max = 200;
  http::Reply reply;
  reply.offload = [this, directory = wiring_.config.data_dir, zone = wiring_.engine.facility().zone, failed = fail(call, 503, "storage_failed")]() -> http::Reply {
    auto versions = db::facility_versions(directory, shown_max);
    if (!versions) return {failed, 0, {}, {}};
    http::Reply told;   // names of people are the loop's
    told.then = [this, zone, list = std::make_shared<std::vector<db::FacilityVersion>>(std::move(*versions))] {
      http::Response response;
      wire::JsonWriter w{response.body};
      w.list();
      for (const db::FacilityVersion& version : *list)
        w.object().field("version", version.version).field("at", core::to_rfc3339(zone, version.at)).field("by", wiring_.credentials.name_of(version.actor)).end_object();
      w.end_list();
      return now(std::move(response));
    };
    return told;
  };
  return reply;
}

http::Reply Api::get_facility_version(Call& call) {
  constexpr std::size_t looked_at_max = 10'000;
  const std::string_view part = call.part(2);
  std::uint64_t wanted = 0;
  const auto read = std::from_chars(part.data(), part.data() + part.size(), wanted);
  if (read.ec != std::errc{} || read.ptr != part.data() + part.size()) return now(fail(call, 404, "not_found"));
  http::Reply reply;
  reply.offload = [directory = wiring_.config.data_dir, wanted, failed = fail(call, 503, "storage_failed"), missing = fail(call, 404, "not_found")]() -> http::Reply {
    auto versions = db::facility_versions(directory, looked_at_max);
    if (!versions) return {failed, 0, {}, {}};
    for (db::FacilityVersion& version : *versions) {
      if (version.version != wanted) continue;
      http::Response response;
      response.content_type = "application/toml";
      response.body = std::move(version.toml);
      return {std::move(response), 0, {}, {}};
    }
    return {missing, 0, {}, {}};
  };
  return reply;
}

/// A copy of everything into DIR/backups, made while the service goes on.
http::Reply Api::post_backup(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (auto first = repeated(call)) return std::move(*first);
  const std::string directory = wiring_.config.data_dir;
  const std::string name = fmt::format("skranke-{}.db", core::millis(wiring_.engine.now()));
  http::Reply reply;
  reply.offload = [this, directory, name, failed = fail(call, 503, "storage_failed"), asked = call.asked]() -> http::Reply {
    std::error_code error;
    std::filesystem::create_directories(directory + "/backups", error);
    if (!db::backup(directory, directory + "/backups/" + name)) return {failed, 0, {}, {}};
    http::Reply made;
    made.then = [this, name, asked] {
      http::Response response;
      response.status = 201;
      wire::JsonWriter w{response.body};
      w.object().field("file", "backups/" + name).end_object();
      keep(asked, response);
      return now(std::move(response));
    };
    return made;
  };
  return reply;
}

}  // namespace skranke::daemon
