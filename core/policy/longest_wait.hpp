#pragma once
#include "core/policy/policy.hpp"

namespace skranke::core {

/// Who has waited longest for anything this desk serves. A stated priority counts as a head start; a visit that a clerk put in front
/// comes before all others. Steps tied to another desk are passed over.
class LongestWait final : public Policy {
 public:
  [[nodiscard]] std::optional<Choice> choose(const State& state, const Asking& desk) const override;
};

}  // namespace skranke::core
