#pragma once
// What the calendar must know of bookings, ready to be read day by day in order of time: when their parts begin and end, and of which service. A search for
// free times over months would otherwise look each booking up and sort what it finds.
#include <cstdint>
#include <map>
#include <vector>

#include "core/booking.hpp"

namespace skranke::core {

class BookedDays {
 public:
  /// A part begins or ends. One number, so that a day's changes are compared fast: by instant, ends before beginnings (whoever is done makes room), service.
  class Change {
   public:
    Change(Instant at, bool begins, std::size_t service)
        : packed_{(static_cast<std::uint64_t>(at.time_since_epoch().count()) << 17U) | (std::uint64_t{begins} << 16U) | service} {}
    [[nodiscard]] Instant at() const { return Instant{Instant::duration{static_cast<Instant::rep>(packed_ >> 17U)}}; }
    [[nodiscard]] bool begins() const { return ((packed_ >> 16U) & 1U) != 0; }
    /// Its place in `services()`.
    [[nodiscard]] std::size_t service() const { return packed_ & service_max; }
    auto operator<=>(const Change&) const = default;

   private:
    std::uint64_t packed_;
  };
  static constexpr std::size_t service_max = 0xffff;

  void add(const std::vector<BookingPart>& parts);
  /// They were added.
  void remove(const std::vector<BookingPart>& parts);
  /// Of the bookings that start on this day (in UTC), in order; they may end on the next.
  [[nodiscard]] const std::vector<Change>& starting_on(std::chrono::sys_days day) const;
  [[nodiscard]] std::vector<Change> changes_of(const std::vector<BookingPart>& parts) const;
  /// Those that were ever booked, until nothing is: as many as facilities ever had.
  [[nodiscard]] const std::vector<ServiceId>& services() const { return services_; }
  /// The same bookings, in whatever order they came.
  bool operator==(const BookedDays& other) const;

 private:
  [[nodiscard]] std::size_t number_of(const ServiceId& service) const;
  std::map<std::chrono::sys_days, std::vector<Change>> days_;
  std::vector<ServiceId> services_;
};

}  // namespace skranke::core
