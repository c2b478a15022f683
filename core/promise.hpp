#pragma once
// "Whoever asks gets a time within seven working days": how far that is kept now, and in how many working days it will break if people go on asking as
// they do. Pure: told from the bookings that are known at one instant.
#include <optional>
#include <vector>

#include "core/calendar.hpp"

namespace skranke::core {

inline constexpr int promised_days = 7;            ///< working days
/// Working days looked ahead for a break; one within them is an alarm. Staff need five days' notice, and what is asked for may still grow meanwhile.
inline constexpr int promise_horizon = 20;

struct Promise {
  std::optional<Instant> first_free;               ///< anywhere within the service's horizon
  std::optional<int> working_days;                 ///< until then; 0 = today
  int free_within_3 = 0, free_within_7 = 0;        ///< places today and in the next three, seven working days
  double asked_per_day = 0;                        ///< bookings made a working day of late, as far as still known
  double shared_per_day = 0;                       ///< places a working day that other services' bookings take on the same desks; 0 = shares none
  double places_per_day = 0;                       ///< places of a working day, taken or free, on average of those looked at
  std::optional<int> breaks_in;                    ///< working days until somebody who asks finds nothing within seven; none within the horizon
  [[nodiscard]] bool alarm() const { return breaks_in.has_value(); }
};

/// 0 = today, 1 = the next day with opening hours …
[[nodiscard]] int working_days_between(const Facility& facility, Day from, Day to);

/// How soon does it break, if from tomorrow on `asked` a day take the earliest of the places that are free by working day, today first? Whoever asks on
/// day `d` can have a time on the days from `d` to `reach[d]`; days that `free` does not name have none. 0 = nothing is within reach today.
[[nodiscard]] std::optional<int> breaks_in(std::vector<double> free, double asked, const std::vector<std::size_t>& reach);

/// The service must be known to the facility. Who came and went is forgotten when the day ends, so what is asked for a day is counted too low while
/// times are to be had at once; nothing can break then. It is right when times are days away.
[[nodiscard]] Promise promise_of(const State& state, const Facility& facility, const ServiceId& service, Instant now);

/// Of the bookings that are known now and whose first service this is: how many start within three and seven working days after they were made.
struct PromiseKept {
  int booked = 0, within_3 = 0, within_7 = 0;
  [[nodiscard]] double share_within_3() const { return booked == 0 ? 0 : static_cast<double>(within_3) / booked; }
  [[nodiscard]] double share_within_7() const { return booked == 0 ? 0 : static_cast<double>(within_7) / booked; }
  bool operator==(const PromiseKept&) const = default;
};
[[nodiscard]] PromiseKept promise_kept(const State& state, const Facility& facility, const ServiceId& service);

struct BrokenPromise {
  ServiceId service;
  Instant since{};                                 ///< when a look first saw it
  int working_days = 0;                            ///< until it breaks; 0 = today
};

/// What staff are told of the promise: one service is looked at at a time, in turn, since a look costs milliseconds. In memory only; pure otherwise.
class PromiseWatch {
 public:
  /// Looks at the next service that can be booked. True when something else is told than before.
  bool look(const State& state, const Facility& facility, Instant now);
  /// At most one for each service.
  [[nodiscard]] const std::vector<BrokenPromise>& broken() const { return broken_; }

 private:
  std::size_t next_ = 0;
  std::vector<BrokenPromise> broken_;
};

}  // namespace skranke::core
