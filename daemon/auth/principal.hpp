#pragma once
// Who is calling, as far as the request's headers tell.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/auth/role.hpp"

namespace skranke::auth {

/// For whom a contact centre may book, move and cancel: all services of these authorities, and these services. None = nothing. `sites` are other
/// centres that its page tells of and leads to; what it may do there, that centre's own rights say.
struct Rights {
  std::vector<std::string> authorities, services, sites{};
  std::string desk{};  ///< of a citizen's screen: the one whose view it has, and no other right
  [[nodiscard]] bool cover(std::string_view authority, std::string_view service) const;
  bool operator==(const Rights&) const = default;
};
/// As credentials.db and the command line have them: "authority/kommune service/pas site/sydby", or "desk/desk-1". What is neither is left out.
[[nodiscard]] std::string words_of(const Rights& rights);
[[nodiscard]] Rights rights_in(std::string_view words);

/// One role somebody has shown to hold.
struct Identity {
  Role role = Role::board;
  std::string name;      ///< as staff see it; may be a person's name, so never for the journal or the log
  std::string actor_id;  ///< "token-3", "person-5": never used again, fit for the journal
  Rights rights{};       ///< of a contact centre: whose times it may decide on; of a citizen's screen: its desk
};

/// A browser may hold several at once (a desk and a board in one window), a token holds one.
struct Principal {
  std::vector<Identity> identities;  ///< least privileged first
  bool by_cookie = false;            ///< the browser sent it by itself: commands need proof of same origin
  bool rejected = false;             ///< a bearer token was sent that is not known; counts as a failed sign-in

  [[nodiscard]] bool signed_in() const { return !identities.empty(); }
  /// The least privileged identity that may; null when none may (401 when not signed in, else 403).
  [[nodiscard]] const Identity* acting_for(Permission permission) const;
  [[nodiscard]] const Identity* as(Role role) const;
};

/// "Bearer TOKEN" → TOKEN; empty when the header is something else.
[[nodiscard]] std::string_view bearer_token(std::string_view authorization);
/// The session tokens in a Cookie header, at most one for each role, least privileged first.
[[nodiscard]] std::vector<std::pair<Role, std::string_view>> session_cookies(std::string_view cookie);

/// Set-Cookie for a session; `secure` when the request came over TLS.
[[nodiscard]] std::string set_cookie(Role role, std::string_view token, bool secure);
/// Set-Cookie that takes it back.
[[nodiscard]] std::string clear_cookie(Role role);

}  // namespace skranke::auth
