#pragma once
// How much slower or faster everything goes just now than it usually does: a system that hangs, a new form, a hall full of new clerks. Nobody tells the
// house; it shows as errands end, at all desks together. Held as a belief over a row of tempi, so that what is foretold knows how sure that is.
#include <array>

#include "core/time.hpp"

namespace skranke::core {

class Tempo {
 public:
  static constexpr std::size_t count = 13;
  /// As the logarithm of time taken ÷ time expected: from a third less to twice and a quarter as long.
  [[nodiscard]] static constexpr double value(std::size_t i) { return static_cast<double>(static_cast<int>(i) - 4) / 10; }

  /// An errand ended at `at` and took exp(`surprise`) times as long as that desk was thought to need, give or take `deviation`.
  void ended(Instant at, double surprise, double deviation);
  /// Another day: nothing is known of it.
  void night() { *this = {}; }

  /// What is believed at `now`: the longer ago, the more like a usual day. Sums to one.
  [[nodiscard]] std::array<double, count> belief(Instant now) const;
  [[nodiscard]] double mean() const;

  // As kept between commands: on a grid, so that every machine folds the same.
  std::array<double, count> held{};   ///< all nought = nothing seen today
  Instant at{};
  bool operator==(const Tempo&) const = default;
};

}  // namespace skranke::core
