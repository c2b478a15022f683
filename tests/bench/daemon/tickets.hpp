#pragma once
// Clients that take one ticket after another, each on its own connection, all in one loop that is never the bottleneck.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace skranke::bench {

struct Taken {
  double seconds = 0;
  std::vector<double> waits_ms;  ///< of each ticket, from request to answer, ascending
  [[nodiscard]] double per_second() const { return static_cast<double>(waits_ms.size()) / seconds; }
  [[nodiscard]] double percentile(double share) const {
    return waits_ms[static_cast<std::size_t>(static_cast<double>(waits_ms.size() - 1) * share)];
  }
};

/// `count` tickets by `clients` that each wait for their answer before they ask again. A day has some 5,900 numbers:
/// more need a fresh directory.
[[nodiscard]] Taken take_tickets(std::uint16_t port, const std::string& token, std::size_t clients, std::size_t count);

}  // namespace skranke::bench
