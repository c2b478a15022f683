#pragma once
// Screens and boxes that ask to be let in: each shows six digits, an administrator types them where people sign in. In memory only; a restart makes new codes.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace skranke::daemon {

class PairingDesk {
 public:
  static constexpr std::size_t waiting_max = 100;
  static constexpr std::chrono::minutes lasts{10};

  struct Screen {
    std::string code;     ///< six digits, for people
    std::string claim;    ///< 128 random bits: what the screen comes back with
    core::Instant until{};
    std::string page;     ///< where it belongs, once somebody said so
    std::string token;    ///< what opens its session; never shown to anybody
    // A box that drives hardware, instead of a screen:
    std::string agent;             ///< its id; empty = a screen
    std::string key;               ///< its public key
    std::string commitment;        ///< SHA-256 of its nonce
    std::string nonce;             ///< ours
  };

  /// Nothing when too many wait.
  [[nodiscard]] std::optional<Screen> ask(core::Instant now);
  /// A box; it has no code before it has said its nonce.
  [[nodiscard]] std::optional<Screen> ask_as_agent(std::string agent, std::string key, std::string commitment, core::Instant now);
  /// The digits are worked out of what both know. False, and forgotten, when another shows the same: it begins anew.
  bool show(const std::string& claim, const std::string& code, core::Instant now);
  /// Somebody types what was shown until a while ago.
  [[nodiscard]] bool has_expired(std::string_view code, core::Instant now);
  static constexpr std::chrono::minutes remembered{60};
  [[nodiscard]] Screen* by_code(std::string_view code, core::Instant now);
  [[nodiscard]] Screen* by_claim(std::string_view claim, core::Instant now);
  void forget(std::string_view claim);
  [[nodiscard]] std::size_t waiting(core::Instant now);

 private:
  void drop_old(core::Instant now);
  std::vector<Screen> screens_;
  std::vector<std::pair<std::string, core::Instant>> expired_;   ///< at most waiting_max
};

}  // namespace skranke::daemon
