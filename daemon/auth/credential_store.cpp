#include "daemon/auth/credential_store.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

namespace skranke::auth {
namespace {

using std::chrono::milliseconds;

std::int64_t millis(Instant at) { return at.time_since_epoch().count(); }
Instant from_millis(std::int64_t at) { return Instant{milliseconds{at}}; }
std::int64_t day_number(std::chrono::sys_days day) { return day.time_since_epoch().count(); }

bool is_user_name(std::string_view user) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
  };
  return user.size() >= 2 && user.size() <= 64 && std::all_of(user.begin(), user.end(), fits);
}

bool is_name(std::string_view name) {
  return name.size() <= 200 &&
         std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// Rights by authority and service are a contact centre's, a desk is a citizen's screen's, which is nothing without one; others' follow from their role alone.
bool may_have(Role role, const Rights& rights) {
  if (role == Role::citizen_screen) return !rights.desk.empty() && rights == Rights{{}, {}, {}, rights.desk};
  return (role == Role::contact_centre && rights.desk.empty()) || rights == Rights{};
}

/// "token-3" → 3
std::int64_t number_in(std::string_view actor_id) {
  const std::size_t dash = actor_id.find('-');
  std::int64_t id = 0;
  if (dash != std::string_view::npos) std::from_chars(actor_id.data() + dash + 1, actor_id.data() + actor_id.size(), id);
  return id;
}

constexpr auto storage_failed = Refusal::storage_failed;
constexpr milliseconds seen_step = std::chrono::minutes{5};  // use is noted no finer than this

}  // namespace

std::string_view word(Refusal refusal) {
  switch (refusal) {
    case Refusal::not_found: return "not_found";
    case Refusal::taken: return "taken";
    case Refusal::full: return "full";
    case Refusal::wrong_content: return "wrong_content";
    case Refusal::last_admin: return "last_admin";
    case Refusal::storage_failed: return "storage_failed";
  }
  return "";
}

std::size_t CredentialStore::DigestHash::operator()(const Digest& digest) const noexcept {
  std::size_t value = 0;  // the digest is uniform already
  std::memcpy(&value, digest.data(), sizeof value);
  return value;
}

// ---- tokens
// ------------------------------------------------------------------------------------------------------------------------------

tl::expected<NewToken, Refusal> CredentialStore::create_token(Role role, std::string_view name, Instant now, const Rights& rights) {
  return adopt_token(new_token(), role, name, now, rights);
}

tl::expected<NewToken, Refusal> CredentialStore::adopt_token(std::string token, Role role, std::string_view name,
                                                             Instant now, const Rights& rights) {
  reload_if_changed();
  if (!is_name(name) || !is_token(token) || !may_have(role, rights)) return tl::unexpected{Refusal::wrong_content};
  if (tokens_.size() >= tokens_max) return tl::unexpected{Refusal::full};
  const Digest digest = digest_of(token);
  auto info = insert_token(digest, {0, role, std::string{name}, now, std::nullopt, rights});
  if (!info) return tl::unexpected{info.error()};
  return NewToken{*std::move(info), std::move(token)};
}

tl::expected<TokenInfo, Refusal> CredentialStore::insert_token(const Digest& digest, TokenInfo info) {
  const std::string allowed_for = words_of(info.rights);
  Statement insert{database_.get(), "INSERT INTO token(digest, role, name, created_ms, rights) VALUES(?,?,?,?,?)"};
  insert.bind_bytes(digest.data(), digest.size()).bind(word(info.role)).bind(std::string_view{info.name}).bind(millis(info.created)).bind(allowed_for);
  if (!insert.run()) return tl::unexpected{storage_failed};
  info.id = sqlite3_last_insert_rowid(database_.get());
  tokens_[info.id] = Token{info, digest};
  token_ids_[digest] = info.id;
  return info;
}

tl::expected<TokenInfo, Refusal> CredentialStore::adopt_key(std::string_view public_key, Role role, std::string_view name, Instant now) {
  reload_if_changed();
  if (!is_name(name)) return tl::unexpected{Refusal::wrong_content};
  const Digest digest = digest_of_key(public_key);
  std::vector<std::int64_t> former;
  for (const auto& [id, token] : tokens_)
    if (equal(token.digest, digest) || (token.info.role == role && token.info.name == name)) former.push_back(id);
  for (const std::int64_t id : former)
    if (auto removed = remove_token(id); !removed) return tl::unexpected{removed.error()};
  if (tokens_.size() >= tokens_max) return tl::unexpected{Refusal::full};
  return insert_token(digest, {0, role, std::string{name}, now, std::nullopt, {}});
}

tl::expected<void, Refusal> CredentialStore::remove_token(std::int64_t id) {
  reload_if_changed();
  const auto found = tokens_.find(id);
  if (found == tokens_.end()) return tl::unexpected{Refusal::not_found};
  if (is_only_admin(id, 0)) return tl::unexpected{Refusal::last_admin};
  Transaction transaction{database_.get()};
  const bool written = Statement{database_.get(), "DELETE FROM session WHERE token_id = ?"}.bind(id).run() &&
                       Statement{database_.get(), "DELETE FROM token WHERE id = ?"}.bind(id).run();
  if (!written || !transaction.commit()) return tl::unexpected{storage_failed};
  token_ids_.erase(found->second.digest);
  tokens_.erase(found);
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.token_id == id; });
  return {};
}

tl::expected<TokenInfo, Refusal> CredentialStore::change_rights(std::int64_t id, const Rights& rights) {
  reload_if_changed();
  const auto found = tokens_.find(id);
  if (found == tokens_.end()) return tl::unexpected{Refusal::not_found};
  if (!may_have(found->second.info.role, rights)) return tl::unexpected{Refusal::wrong_content};
  const std::string allowed_for = words_of(rights);
  if (!Statement{database_.get(), "UPDATE token SET rights = ? WHERE id = ?"}.bind(allowed_for).bind(id).run()) return tl::unexpected{storage_failed};
  found->second.info.rights = rights;
  return found->second.info;
}

std::vector<TokenInfo> CredentialStore::tokens() const {
  std::vector<TokenInfo> list;
  for (const auto& [id, token] : tokens_) list.push_back(token.info);
  return list;
}

bool CredentialStore::has_screen_of(std::string_view desk) const {
  return std::any_of(tokens_.begin(), tokens_.end(), [&](const auto& entry) { return entry.second.info.role == Role::citizen_screen && entry.second.info.rights.desk == desk; });
}

bool CredentialStore::has_admin() const { return !is_only_admin(0, 0); }

/// Would nobody be left who may make credentials, without these two?
bool CredentialStore::is_only_admin(std::int64_t token_id, std::int64_t person_id) const {
  const auto is_admin = [](const auto& entry) { return entry.second.info.role == Role::admin; };
  const auto other_token = std::any_of(tokens_.begin(), tokens_.end(),
                                       [&](const auto& entry) { return is_admin(entry) && entry.first != token_id; });
  const auto other_person = std::any_of(people_.begin(), people_.end(),
                                        [&](const auto& entry) { return is_admin(entry) && entry.first != person_id; });
  if (other_token || other_person) return false;
  const auto token = tokens_.find(token_id);
  const auto person = people_.find(person_id);
  const bool nobody_meant = token_id == 0 && person_id == 0;
  return nobody_meant || (token != tokens_.end() && is_admin(*token)) || (person != people_.end() && is_admin(*person));
}

// ---- people
// ------------------------------------------------------------------------------------------------------------------------------

tl::expected<PersonInfo, Refusal> CredentialStore::create_person(std::string_view user, Role role,
                                                                 std::string_view name,
                                                                 const std::string& password_hash, Instant now, const Rights& rights) {
  reload_if_changed();
  if (!is_user_name(user) || !is_name(name) || is_device(role) || !may_have(role, rights) || !password_hash.starts_with("$argon2id$"))
    return tl::unexpected{Refusal::wrong_content};
  if (find_person(user) != nullptr) return tl::unexpected{Refusal::taken};
  if (people_.size() >= people_max) return tl::unexpected{Refusal::full};
  const std::string allowed_for = words_of(rights);
  Statement insert{database_.get(), "INSERT INTO person(user, role, name, password, created_ms, rights) VALUES(?,?,?,?,?,?)"};
  if (!insert.bind(user).bind(word(role)).bind(name).bind(std::string_view{password_hash}).bind(millis(now)).bind(allowed_for).run())
    return tl::unexpected{storage_failed};
  const std::int64_t id = sqlite3_last_insert_rowid(database_.get());
  people_[id] = Person{{id, std::string{user}, std::string{name}, role, now, rights}, password_hash};
  return people_[id].info;
}

tl::expected<PersonInfo, Refusal> CredentialStore::change_rights(std::string_view user, const Rights& rights) {
  reload_if_changed();
  const Person* person = find_person(user);
  if (person == nullptr) return tl::unexpected{Refusal::not_found};
  if (!may_have(person->info.role, rights)) return tl::unexpected{Refusal::wrong_content};
  const std::int64_t id = person->info.id;
  const std::string allowed_for = words_of(rights);
  if (!Statement{database_.get(), "UPDATE person SET rights = ? WHERE id = ?"}.bind(allowed_for).bind(id).run()) return tl::unexpected{storage_failed};
  people_[id].info.rights = rights;
  return people_[id].info;
}

tl::expected<void, Refusal> CredentialStore::change_password(std::string_view user, const std::string& password_hash) {
  reload_if_changed();
  const Person* person = find_person(user);
  if (person == nullptr) return tl::unexpected{Refusal::not_found};
  if (!password_hash.starts_with("$argon2id$")) return tl::unexpected{Refusal::wrong_content};
  const std::int64_t id = person->info.id;
  Transaction transaction{database_.get()};
  const bool written = Statement{database_.get(), "UPDATE person SET password = ? WHERE id = ?"}
                           .bind(std::string_view{password_hash})
                           .bind(id)
                           .run() &&
                       Statement{database_.get(), "DELETE FROM session WHERE person_id = ?"}.bind(id).run();
  if (!written || !transaction.commit()) return tl::unexpected{storage_failed};
  people_[id].password_hash = password_hash;
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.person_id == id; });
  return {};
}

tl::expected<void, Refusal> CredentialStore::change_role(std::string_view user, Role role) {
  reload_if_changed();
  const Person* person = find_person(user);
  if (person == nullptr) return tl::unexpected{Refusal::not_found};
  if (person->info.role == role) return {};
  const std::int64_t id = person->info.id;
  if (role != Role::admin && is_only_admin(0, id)) return tl::unexpected{Refusal::last_admin};
  const Rights rights = may_have(role, person->info.rights) ? person->info.rights : Rights{};
  const std::string allowed_for = words_of(rights);
  Transaction transaction{database_.get()};
  const bool written = Statement{database_.get(), "UPDATE person SET role = ?, rights = ? WHERE id = ?"}.bind(word(role)).bind(allowed_for).bind(id).run() &&
                       Statement{database_.get(), "DELETE FROM session WHERE person_id = ?"}.bind(id).run();
  if (!written || !transaction.commit()) return tl::unexpected{storage_failed};
  people_[id].info.role = role;
  people_[id].info.rights = rights;
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.person_id == id; });
  return {};
}

tl::expected<void, Refusal> CredentialStore::remove_person(std::string_view user) {
  reload_if_changed();
  const Person* person = find_person(user);
  if (person == nullptr) return tl::unexpected{Refusal::not_found};
  const std::int64_t id = person->info.id;
  if (is_only_admin(0, id)) return tl::unexpected{Refusal::last_admin};
  Transaction transaction{database_.get()};
  const bool written = Statement{database_.get(), "DELETE FROM session WHERE person_id = ?"}.bind(id).run() &&
                       Statement{database_.get(), "DELETE FROM person WHERE id = ?"}.bind(id).run();
  if (!written || !transaction.commit()) return tl::unexpected{storage_failed};
  people_.erase(id);
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.person_id == id; });
  return {};
}

std::vector<PersonInfo> CredentialStore::people() const {
  std::vector<PersonInfo> list;
  for (const auto& [id, person] : people_) list.push_back(person.info);
  return list;
}

const CredentialStore::Person* CredentialStore::find_person(std::string_view user) const {
  const auto found =
      std::find_if(people_.begin(), people_.end(), [&](const auto& entry) { return entry.second.info.user == user; });
  return found == people_.end() ? nullptr : &found->second;
}

std::string CredentialStore::password_hash_of(std::string_view user, const std::string& decoy) const {
  const Person* person = find_person(user);
  return person == nullptr ? decoy : person->password_hash;
}

// ---- sessions
// ----------------------------------------------------------------------------------------------------------------------------

tl::expected<NewSession, Refusal> CredentialStore::open_session_by_token(std::string_view token, Instant now) {
  Token* found = find_token(token);
  if (found == nullptr) return tl::unexpected{Refusal::not_found};
  found->info.last_used = std::chrono::floor<std::chrono::days>(now);
  found->used_unsaved = true;
  return open_session(found->info.role, found->info.id, 0, now);
}

tl::expected<NewSession, Refusal> CredentialStore::open_session_for(std::string_view user, Instant now) {
  const Person* person = find_person(user);
  if (person == nullptr) return tl::unexpected{Refusal::not_found};
  return open_session(person->info.role, 0, person->info.id, now);
}

tl::expected<NewSession, Refusal> CredentialStore::open_session(Role role, std::int64_t token_id,
                                                                std::int64_t person_id, Instant now) {
  if (!make_room(now)) return tl::unexpected{storage_failed};
  Session session{0, role, token_id, person_id, now, now + (is_device(role) ? device_session : person_session)};
  NewSession made{new_token(), identity_of(session), session.expires};
  const Digest digest = digest_of(made.token);
  Statement insert{database_.get(),
                   "INSERT INTO session(digest, role, token_id, person_id, seen_ms, expires_ms) VALUES(?,?,?,?,?,?)"};
  insert.bind_bytes(digest.data(), digest.size()).bind(word(role));
  token_id == 0 ? insert.bind_null() : insert.bind(token_id);
  person_id == 0 ? insert.bind_null() : insert.bind(person_id);
  if (!insert.bind(millis(now)).bind(millis(session.expires)).run()) return tl::unexpected{storage_failed};
  session.id = sqlite3_last_insert_rowid(database_.get());
  sessions_[digest] = session;
  return made;
}

/// When the table is full the session unused for longest gives way; a person's before a device's.
bool CredentialStore::make_room(Instant now) {
  if (sessions_.size() < sessions_max) return true;
  const auto before = [&](const auto& a, const auto& b) {
    const auto rank = [&](const Session& session) {
      return std::tuple{!is_over(session, now), is_device(session.role), session.seen};
    };
    return rank(a.second) < rank(b.second);
  };
  const auto least = std::min_element(sessions_.begin(), sessions_.end(), before);
  if (!Statement{database_.get(), "DELETE FROM session WHERE id = ?"}.bind(least->second.id).run()) return false;
  sessions_.erase(least);
  return true;
}

void CredentialStore::close_session(std::string_view session_token) {
  const auto found = sessions_.find(digest_of(session_token));
  if (found == sessions_.end()) return;
  // Gone from memory at once; if the disk refuses, the row ends at its expiry.
  Statement{database_.get(), "DELETE FROM session WHERE id = ?"}.bind(found->second.id).run();
  sessions_.erase(found);
}

bool CredentialStore::is_over(const Session& session, Instant now) const {
  return now >= session.expires || (!is_device(session.role) && now - session.seen >= person_idle);
}

bool CredentialStore::still_holds(std::string_view actor_id) const {
  const std::int64_t id = number_in(actor_id);
  return actor_id.starts_with("token-") ? tokens_.contains(id) : !actor_id.starts_with("person-") || people_.contains(id);
}

std::string CredentialStore::name_of(std::string_view actor_id) const {
  const std::int64_t id = number_in(actor_id);
  if (const auto token = tokens_.find(id); actor_id.starts_with("token-") && token != tokens_.end()) return token->second.info.name;
  if (const auto person = people_.find(id); actor_id.starts_with("person-") && person != people_.end()) return person->second.info.name;
  return {};
}

Identity CredentialStore::identity_of(const Session& session) const {
  if (session.token_id != 0) {
    const auto token = tokens_.find(session.token_id);
    return {session.role, token == tokens_.end() ? "" : token->second.info.name,
            fmt::format("token-{}", session.token_id), token == tokens_.end() ? Rights{} : token->second.info.rights};
  }
  const auto person = people_.find(session.person_id);
  return {session.role, person == people_.end() ? "" : person->second.info.name,
          fmt::format("person-{}", session.person_id), person == people_.end() ? Rights{} : person->second.info.rights};
}

// ---- requests
// ----------------------------------------------------------------------------------------------------------------------------

CredentialStore::Token* CredentialStore::find_token(std::string_view token) {
  return is_token(token) ? find_digest(digest_of(token)) : nullptr;
}

CredentialStore::Token* CredentialStore::find_digest(const Digest& digest) {
  if (!token_ids_.contains(digest)) reload_if_changed();
  const auto id = token_ids_.find(digest);
  if (id == token_ids_.end()) return nullptr;
  Token& found = tokens_.at(id->second);
  return equal(found.digest, digest) ? &found : nullptr;
}

std::optional<Identity> CredentialStore::live_session(Role role, std::string_view token, Instant now) {
  const Digest digest = digest_of(token);
  if (!sessions_.contains(digest)) reload_if_changed();
  const auto found = sessions_.find(digest);
  if (found == sessions_.end() || !equal(found->first, digest)) return std::nullopt;
  Session& session = found->second;
  if (session.role != role || is_over(session, now)) return std::nullopt;
  if (now - session.seen >= seen_step) {
    session.seen = now;
    session.seen_unsaved = true;
  }
  return identity_of(session);
}

Principal CredentialStore::principal_of(Token* token, Instant now) {
  Principal principal;
  principal.rejected = token == nullptr;
  if (token == nullptr) return principal;
  const auto today = std::chrono::floor<std::chrono::days>(now);
  token->used_unsaved = token->used_unsaved || token->info.last_used != today;
  token->info.last_used = today;
  principal.identities.push_back({token->info.role, token->info.name, "token-" + std::to_string(token->info.id), token->info.rights});
  return principal;
}

Principal CredentialStore::identify_key(std::string_view public_key, Instant now) { return principal_of(find_digest(digest_of_key(public_key)), now); }

Principal CredentialStore::identify(std::string_view authorization, std::string_view cookie, Instant now) {
  if (!authorization.empty()) return principal_of(find_token(bearer_token(authorization)), now);
  Principal principal;
  principal.by_cookie = true;
  for (const auto& [role, session_token] : session_cookies(cookie))
    if (auto identity = live_session(role, session_token, now)) principal.identities.push_back(*std::move(identity));
  return principal;
}

bool CredentialStore::maintain(Instant now) {
  reload_if_changed();
  Transaction transaction{database_.get()};
  bool written = true;
  for (auto& [id, token] : tokens_)
    if (token.used_unsaved && token.info.last_used)
      written = Statement{database_.get(), "UPDATE token SET last_used_day = ? WHERE id = ?"}
                    .bind(day_number(*token.info.last_used))
                    .bind(id)
                    .run() &&
                written;
  for (auto& [digest, session] : sessions_) {
    if (is_over(session, now))
      written = Statement{database_.get(), "DELETE FROM session WHERE id = ?"}.bind(session.id).run() && written;
    else if (session.seen_unsaved)
      written = Statement{database_.get(), "UPDATE session SET seen_ms = ? WHERE id = ?"}
                    .bind(millis(session.seen))
                    .bind(session.id)
                    .run() &&
                written;
  }
  if (!written || !transaction.commit()) return false;
  for (auto& [id, token] : tokens_) token.used_unsaved = false;
  for (auto& [digest, session] : sessions_) session.seen_unsaved = false;
  std::erase_if(sessions_, [&](const auto& entry) { return is_over(entry.second, now); });
  return true;
}

// ---- reading the file
// --------------------------------------------------------------------------------------------------------------------

void CredentialStore::reload_if_changed() {
  Statement version{database_.get(), "PRAGMA data_version"};
  if (version.step() && version.number(0) != data_version_) load();
}

bool CredentialStore::load() {
  const auto digest_in = [](const Statement& row, int column) {
    Digest digest{};
    const std::string_view bytes = row.bytes(column);
    std::memcpy(digest.data(), bytes.data(), std::min(bytes.size(), digest.size()));
    return digest;
  };
  Statement version{database_.get(), "PRAGMA data_version"};
  if (!version.step()) return false;
  std::map<std::int64_t, Token> tokens;
  std::unordered_map<Digest, std::int64_t, DigestHash> token_ids;
  std::map<std::int64_t, Person> people;
  std::unordered_map<Digest, Session, DigestHash> sessions;
  // A role this version does not know gives nothing: better nobody than somebody with the wrong rights.
  Statement token{database_.get(), "SELECT id, digest, role, name, created_ms, last_used_day, rights FROM token LIMIT 1000"};
  while (token.step())
    if (const auto role = role_from_word(token.bytes(2))) {
      Token& read = tokens[token.number(0)] = {
          {token.number(0), *role, token.text(3), from_millis(token.number(4)), std::nullopt, rights_in(token.bytes(6))}, digest_in(token, 1)};
      if (token.number(5) != 0) read.info.last_used = std::chrono::sys_days{std::chrono::days{token.number(5)}};
      token_ids[read.digest] = read.info.id;
    }
  Statement person{database_.get(), "SELECT id, user, name, role, password, created_ms, rights FROM person LIMIT 1000"};
  while (person.step())
    if (const auto role = role_from_word(person.bytes(3)))
      people[person.number(0)] = {
          {person.number(0), person.text(1), person.text(2), *role, from_millis(person.number(5)), rights_in(person.bytes(6))}, person.text(4)};
  Statement session{database_.get(),
                    "SELECT digest, id, role, token_id, person_id, seen_ms, expires_ms FROM session LIMIT 10000"};
  while (session.step())
    if (const auto role = role_from_word(session.bytes(2)))
      sessions[digest_in(session, 0)] = {session.number(1),
                                         *role,
                                         session.number(3),
                                         session.number(4),
                                         from_millis(session.number(5)),
                                         from_millis(session.number(6))};
  if (!token.ok() || !person.ok() || !session.ok()) return false;
  data_version_ = version.number(0);
  for (auto& [digest, read] : sessions)  // what was used since the last maintain() is known only here
    if (const auto known = sessions_.find(digest); known != sessions_.end() && known->second.seen > read.seen)
      read = known->second;
  tokens_ = std::move(tokens);
  token_ids_ = std::move(token_ids);
  people_ = std::move(people);
  sessions_ = std::move(sessions);
  return true;
}

}  // namespace skranke::auth
