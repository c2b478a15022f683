#pragma once
// Who is called next? One file per rule beside this one; this is the port they share.
#include <optional>
#include <string_view>
#include <vector>

#include "core/policy/fit.hpp"
#include "core/state.hpp"

namespace skranke::core {

struct Choice {
  Serial serial = 0;
  std::uint8_t step = 0;
  Why why = Why::longest_wait;
  Serial runner_up = 0;   ///< 0 = nobody else could have been called
  std::vector<Serial> passed{};   ///< earlier walk-ins that let this short errand past
};

/// A calling rule. Stateless and pure; sees only what the daemon knows at `now`.
class Policy {
 public:
  virtual ~Policy() = default;
  /// Whom the asking desk should call, of those it may (`may_call`). Nothing = nobody.
  [[nodiscard]] virtual std::optional<Choice> choose(const State& state, const Asking& desk) const = 0;
};

/// `fifo`, `booked_first`, `longest_wait`, `skranke`; null for another name.
[[nodiscard]] const Policy* policy_named(std::string_view name);

}  // namespace skranke::core
