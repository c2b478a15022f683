#pragma once
// Tokens, people and sessions: DIR/credentials.db for what must last, memory for what is asked on every request. No
// secret is stored, only its hash.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <tl/expected.hpp>

#include "daemon/auth/database.hpp"
#include "daemon/auth/principal.hpp"
#include "daemon/auth/secret.hpp"
#include "daemon/auth/throttle.hpp"

namespace skranke::auth {

/// last_admin: it is the only credential that could make another.
enum class Refusal : std::uint8_t { not_found, taken, full, wrong_content, last_admin, storage_failed };
[[nodiscard]] std::string_view word(Refusal refusal);

struct TokenInfo {
  std::int64_t id = 0;
  Role role = Role::board;
  std::string name;
  Instant created;
  std::optional<std::chrono::sys_days> last_used;  ///< to the day, so that it says nothing about people's hours
  Rights rights{};
};
struct NewToken {
  TokenInfo info;
  std::string token;  ///< shown once, never again
};

struct PersonInfo {
  std::int64_t id = 0;
  std::string user, name;
  Role role = Role::clerk;
  Instant created;
  Rights rights{};
};

struct NewSession {
  std::string token;  ///< for set_cookie
  Identity identity;
  Instant expires;  ///< at the latest; people also after 12 hours of quiet
};

/// One thread. Reads are from memory; calls that change something write to disk and wait for it (some milliseconds),
/// except that use is noted by `maintain`. Another process may change the database: a credential not found is looked
/// for again when the file has changed.
class CredentialStore {
 public:
  static constexpr std::size_t tokens_max = 1000, people_max = 1000, sessions_max = 10'000;
  static constexpr std::chrono::hours device_session{24 * 400}, person_session{24 * 14}, person_idle{12};

  /// Creates DIR/credentials.db (mode 0600) when it is not there. The error is one English sentence.
  [[nodiscard]] static tl::expected<CredentialStore, std::string> open(const std::string& directory);

  [[nodiscard]] tl::expected<NewToken, Refusal> create_token(Role role, std::string_view name, Instant now, const Rights& rights = {});
  /// The same with a token that new_token() made before.
  [[nodiscard]] tl::expected<NewToken, Refusal> adopt_token(std::string token, Role role, std::string_view name,
                                                            Instant now, const Rights& rights = {});
  /// A box that shows who it is by signing with its own key. It takes the place of whatever has the same name and role: a box has one key.
  [[nodiscard]] tl::expected<TokenInfo, Refusal> adopt_key(std::string_view public_key, Role role, std::string_view name, Instant now);
  /// Of a contact centre's; holds from the next call on.
  [[nodiscard]] tl::expected<TokenInfo, Refusal> change_rights(std::int64_t id, const Rights& rights);
  [[nodiscard]] tl::expected<PersonInfo, Refusal> change_rights(std::string_view user, const Rights& rights);
  /// With every session it opened.
  [[nodiscard]] tl::expected<void, Refusal> remove_token(std::int64_t id);
  [[nodiscard]] std::vector<TokenInfo> tokens() const;
  [[nodiscard]] bool has_admin() const;
  /// Whether a citizen's screen was let in at this desk.
  [[nodiscard]] bool has_screen_of(std::string_view desk) const;

  /// `password_hash` from hash_password. User names: 2–64 of a–z 0–9 . _ - @.
  [[nodiscard]] tl::expected<PersonInfo, Refusal> create_person(std::string_view user, Role role, std::string_view name,
                                                                const std::string& password_hash, Instant now, const Rights& rights = {});
  /// Ends the person's sessions, too.
  [[nodiscard]] tl::expected<void, Refusal> change_password(std::string_view user, const std::string& password_hash);
  /// Ends the person's sessions, too; rights that the new role cannot have go. The last administrator stays one.
  [[nodiscard]] tl::expected<void, Refusal> change_role(std::string_view user, Role role);
  [[nodiscard]] tl::expected<void, Refusal> remove_person(std::string_view user);
  [[nodiscard]] std::vector<PersonInfo> people() const;
  /// For verify_password on a worker thread; for a user who does not exist `decoy`, which nothing matches.
  [[nodiscard]] std::string password_hash_of(std::string_view user, const std::string& decoy) const;

  /// Sign-in with a token, or for a person whose password has just been verified.
  [[nodiscard]] tl::expected<NewSession, Refusal> open_session_by_token(std::string_view token, Instant now);
  [[nodiscard]] tl::expected<NewSession, Refusal> open_session_for(std::string_view user, Instant now);
  /// Sign-out; an unknown session is no failure.
  void close_session(std::string_view session_token);

  /// The caller behind a request. A bearer token counts alone; else every live session cookie.
  [[nodiscard]] Principal identify(std::string_view authorization, std::string_view cookie, Instant now);
  /// Who holds this public key; whoever asks has seen a signature of it. Nobody: rejected.
  [[nodiscard]] Principal identify_key(std::string_view public_key, Instant now);
  /// Whether what stands behind an Identity::actor_id is still there.
  [[nodiscard]] bool still_holds(std::string_view actor_id) const;
  /// The name behind an Identity::actor_id; empty when it is gone.
  [[nodiscard]] std::string name_of(std::string_view actor_id) const;
  /// Takes over what another process wrote (skrankectl removes a token). Costs one page read: call it every second.
  void reload_if_changed();
  /// Once a minute: writes down what was used, drops what has run out. False when that failed (it is tried again).
  bool maintain(Instant now);

 private:
  struct DigestHash {
    std::size_t operator()(const Digest& digest) const noexcept;
  };
  struct Token {
    TokenInfo info;
    Digest digest;
    bool used_unsaved = false;
  };
  struct Person {
    PersonInfo info;
    std::string password_hash;
  };
  struct Session {
    std::int64_t id = 0;
    Role role = Role::board;
    std::int64_t token_id = 0, person_id = 0;  // exactly one is not 0
    Instant seen, expires;
    bool seen_unsaved = false;
  };

  explicit CredentialStore(Connection database) : database_{std::move(database)} {}
  bool load();
  [[nodiscard]] bool is_only_admin(std::int64_t token_id, std::int64_t person_id) const;
  [[nodiscard]] const Person* find_person(std::string_view user) const;
  Token* find_token(std::string_view token);
  Token* find_digest(const Digest& digest);
  tl::expected<TokenInfo, Refusal> insert_token(const Digest& digest, TokenInfo info);
  static Principal principal_of(Token* token, Instant now);
  std::optional<Identity> live_session(Role role, std::string_view token, Instant now);
  tl::expected<NewSession, Refusal> open_session(Role role, std::int64_t token_id, std::int64_t person_id, Instant now);
  bool make_room(Instant now);
  [[nodiscard]] bool is_over(const Session& session, Instant now) const;
  [[nodiscard]] Identity identity_of(const Session& session) const;
  bool forget_sessions(std::int64_t token_id, std::int64_t person_id);

  Connection database_;
  std::map<std::int64_t, Token> tokens_;
  std::unordered_map<Digest, std::int64_t, DigestHash> token_ids_;
  std::map<std::int64_t, Person> people_;
  std::unordered_map<Digest, Session, DigestHash> sessions_;
  std::int64_t data_version_ = 0;
};

/// First start: when nobody could sign in as administrator, makes a token and leaves it in DIR/admin.token (mode 0600,
/// whole or not at all). Gives the file's path when it did. The error is one English sentence.
[[nodiscard]] tl::expected<std::optional<std::string>, std::string> ensure_admin(CredentialStore& store,
                                                                                 const std::string& directory,
                                                                                 Instant now);

}  // namespace skranke::auth
