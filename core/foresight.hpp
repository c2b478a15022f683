#pragma once
// What citizens are shown of their wait: worked out beside the room, in rounds, and moved seldom. The state is glanced at (some ten microseconds a
// visit), the glance is played forward elsewhere, and what comes back is laid over what is shown.
#include <map>
#include <optional>
#include <vector>

#include "core/estimate.hpp"
#include "core/forecast/hall.hpp"

namespace skranke::core {

/// All that a round needs; holds nothing of the state, so it may be played on another thread.
struct Glance {
  struct Asks {
    Serial serial = 0;
    std::uint32_t visit = 0;         ///< its number in the hall
    std::uint8_t service = 0;
    bool booked = false;
    bool several = false;            ///< has further steps
  };
  struct Expects {
    BookingId booking;
    forecast::ComingBooking is;
  };
  Instant at{};
  forecast::Hall hall;               ///< with every waiting visit
  std::vector<Asks> asks;
  std::vector<Expects> expected;     ///< bookings of the hours to come, the first of them
  std::vector<ServiceId> services;   ///< as the hall numbers them
  Calibration booked, walk_in;
};

/// Nothing where more than `careful_max` wait or the site is too large to be played: the quick answers stand.
[[nodiscard]] std::optional<Glance> glance(const State& state, const Facility& facility, Instant now);

/// Seconds from the glance. Who waits for what no open desk serves is left out: nobody knows when one opens.
struct Foreseen {
  Instant at{};
  std::vector<std::pair<Serial, Estimate>> visits;
  std::vector<std::pair<ServiceId, Estimate>> newcomers;
  struct OfStep {
    Serial serial = 0;
    std::uint8_t step = 0;
    Estimate until_call;
  };
  std::vector<OfStep> steps;                                ///< of visits with several
  std::vector<std::pair<BookingId, Estimate>> late;         ///< by how much bookings that are still to come will be called after their time
};
/// So many bookings, the next ones, are told whether they will be called on time.
inline constexpr std::size_t bookings_told_max = 40;
/// The heavy part: pure, up to a second and a half at `careful_max`.
[[nodiscard]] Foreseen foresee(const Glance& glance);

/// A range on the clock, as a citizen reads it.
struct ShownWait {
  Instant from{}, middle{}, to{};
  bool operator==(const ShownWait&) const = default;
};
/// What is shown stays as long as it is still true: the new middle lies inside, the new end is not later by more than a quarter of the range (or a
/// minute), and the range is not more than twice as wide as it need be.
[[nodiscard]] ShownWait settled(const std::optional<ShownWait>& shown, const Estimate& fresh, Instant at);

/// What is shown now, for views.
class Foresight {
 public:
  /// True when something that is shown has moved.
  bool lay(const Foreseen& round);
  void forget() { visits_.clear(), newcomers_.clear(), steps_.clear(), late_.clear(); }
  [[nodiscard]] std::optional<Estimate> of(Serial serial, Instant now) const;
  /// Of who comes now; nothing when the last round is more than `newcomers_hold` old.
  [[nodiscard]] std::optional<Estimate> newcomer(const ServiceId& service, Instant now) const;
  /// Until a further step of a visit is called.
  [[nodiscard]] std::optional<Estimate> of_step(Serial serial, std::uint8_t step, Instant now) const;
  /// How late a booking that is still to come will be called.
  [[nodiscard]] std::optional<Estimate> late(const BookingId& booking) const;
  static constexpr std::chrono::seconds newcomers_hold{60};

 private:
  Instant at_{};
  std::map<Serial, ShownWait> visits_;
  std::map<ServiceId, Estimate> newcomers_;
  std::map<std::pair<Serial, std::uint8_t>, ShownWait> steps_;
  std::map<BookingId, Estimate> late_;
};

}  // namespace skranke::core
