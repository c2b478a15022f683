#pragma once
// Held together: what citizens were told and when they were called, folded from the journal's own events.
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/event.hpp"

namespace skranke::core {

struct ToldTally {
  std::uint64_t judged = 0, inside = 0, beyond = 0, within_5 = 0;
  std::uint64_t below_low = 0, below_middle = 0;   ///< called sooner than the range's begin; sooner than its middle
  double error_s = 0, width_s = 0, wait_s = 0;   ///< sums
  [[nodiscard]] double share(std::uint64_t count) const { return judged == 0 ? 0 : static_cast<double>(count) / static_cast<double>(judged); }
  [[nodiscard]] double mean(double sum) const { return judged == 0 ? 0 : sum / static_cast<double>(judged); }
  void add(const ToldTally& other);
};

/// What was told: the wait for the first call, of a walk-in or of who had booked; the wait for the call of a further step; how late a booking that was still
/// to come would be called, counted from its time, or from arrival when that was later.
enum class ToldKind : std::uint8_t { walk_in, booked, later_step, on_time };
inline constexpr std::size_t told_kinds = 4;

/// One row a service and kind. What was told first counts, at the call; who left is not judged.
class ToldRecord {
 public:
  struct Key {
    ServiceId service;
    ToldKind kind{};
    auto operator<=>(const Key&) const = default;
  };
  explicit ToldRecord(Zone zone = {}) : zone_{std::move(zone)} {}
  /// Events in their order; other kinds are passed over.
  void see(const Event& event);
  [[nodiscard]] const std::map<Key, ToldTally>& rows() const { return rows_; }
  /// First calls, walk-ins and booked: further steps and bookings to come are promises of their own.
  [[nodiscard]] ToldTally all() const;
  [[nodiscard]] ToldTally of(ToldKind kind) const;
  /// Who was not called by now never will be: for whoever sees one day after the other.
  void forget_waiting() { waiting_.clear(), steps_.clear(), bookings_.clear(), visits_.clear(); }
  /// By the hour of the site's clock in which it was told; hours without any are left out.
  [[nodiscard]] const std::map<int, ToldTally>& hours() const { return hours_; }
  [[nodiscard]] std::uint64_t told() const { return told_count_; }

 private:
  struct Waiting {
    Key key;
    std::optional<Told> told;
  };
  struct There {
    std::vector<ServiceId> services;     ///< of its steps
    BookingId booking;
    Instant due{};                       ///< booked for, or arrived when that was later; the epoch = lost its place
  };
  void called(Serial serial, std::uint8_t step, Instant at);
  void judge(const Key& key, const Told& told, double wait_s);
  std::unordered_map<Serial, There> visits_;
  std::map<std::pair<Serial, std::uint8_t>, Told> steps_;
  std::map<BookingId, Told> bookings_;
  std::unordered_map<Serial, Waiting> waiting_;   ///< at most as many as events were seen
  Zone zone_;
  std::map<Key, ToldTally> rows_;
  std::map<int, ToldTally> hours_;
  std::uint64_t told_count_ = 0;
};

}  // namespace skranke::core
