#pragma once
// Held together: what citizens were told and when they were called, folded from the journal's own events.
#include <map>
#include <unordered_map>

#include "core/event.hpp"

namespace skranke::core {

struct ToldTally {
  std::uint64_t judged = 0, inside = 0, beyond = 0, within_5 = 0;
  double error_s = 0, width_s = 0, wait_s = 0;   ///< sums
  [[nodiscard]] double share(std::uint64_t count) const { return judged == 0 ? 0 : static_cast<double>(count) / static_cast<double>(judged); }
  [[nodiscard]] double mean(double sum) const { return judged == 0 ? 0 : sum / static_cast<double>(judged); }
  void add(const ToldTally& other);
};

/// One row a service and kind. A visit counts when it is called for the first time after it was told; who left is not judged.
class ToldRecord {
 public:
  struct Key {
    ServiceId service;
    bool booked = false;
    auto operator<=>(const Key&) const = default;
  };
  /// Events in their order; other kinds are passed over.
  void see(const Event& event);
  [[nodiscard]] const std::map<Key, ToldTally>& rows() const { return rows_; }
  [[nodiscard]] ToldTally all() const;
  [[nodiscard]] std::uint64_t told() const { return told_count_; }

 private:
  struct Waiting {
    Key key;
    std::optional<Told> told;
  };
  std::unordered_map<Serial, Waiting> waiting_;   ///< at most as many as events were seen
  std::map<Key, ToldTally> rows_;
  std::uint64_t told_count_ = 0;
};

}  // namespace skranke::core
