#pragma once
// Screens that ask to be let in: each shows six digits, an administrator types them where people sign in. In memory only; a restart makes new codes.
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
  };

  /// Nothing when too many wait.
  [[nodiscard]] std::optional<Screen> ask(core::Instant now);
  [[nodiscard]] Screen* by_code(std::string_view code, core::Instant now);
  [[nodiscard]] Screen* by_claim(std::string_view claim, core::Instant now);
  void forget(std::string_view claim);
  [[nodiscard]] std::size_t waiting(core::Instant now);

 private:
  void drop_old(core::Instant now);
  std::vector<Screen> screens_;
};

}  // namespace skranke::daemon
