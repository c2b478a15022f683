#pragma once
#include "core/policy/policy.hpp"

namespace skranke::core {

/// First come, first served: by arrival, whatever priority was stated. A visit that a clerk put in front comes before
/// all others.
class Fifo final : public Policy {
 public:
  [[nodiscard]] std::optional<Choice> choose(const State& state, const Asking& desk) const override;
};

/// Booked visits in the order of their booked times, then all others by how long they have waited.
class BookedFirst final : public Policy {
 public:
  [[nodiscard]] std::optional<Choice> choose(const State& state, const Asking& desk) const override;
};

}  // namespace skranke::core
