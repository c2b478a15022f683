#pragma once
// What the facility file says about bookings. Pure data.
#include <chrono>
#include <optional>
#include <vector>

#include "core/ids.hpp"

namespace skranke::core {

/// Of one service.
struct ServiceBooking {
  int share_percent = 100;                       ///< of the desks that serve it, how many at most are booked at a time
  std::optional<int> slots_per_day;              ///< bookings a day, whatever the desks allow
  int acute_per_day = 0;                         ///< of the day's places, so many are kept back: for the day itself, or until they are released
  int horizon_days = 60;                         ///< how far ahead may be booked
  std::chrono::minutes lead{0};                  ///< how long before its start a place can last be booked
  /// Acute places are given out for booking between these hours of the clock, at a minute that nobody can foretell; none = when the day begins.
  std::chrono::hours release_from{0}, release_to{0};
  int release_days_before = 0;                   ///< so many days before their own
  [[nodiscard]] bool releases_by_lot() const { return acute_per_day > 0 && release_from < release_to; }
  /// Bookings beyond what the desks can serve, for those who are measured not to come: at most so many in a hundred of a day's places and so many a day.
  int overbook_percent = 0, overbook_max = 2;
  int overbook_after = 50;                       ///< bookings whose outcome must have been seen before
  [[nodiscard]] bool overbooks() const { return overbook_percent > 0 && overbook_max > 0; }
  bool operator==(const ServiceBooking&) const = default;
};

/// Something that several desks share and one party needs while it is served: a camera, a ceremony room.
struct Equipment {
  EquipmentId id;
  std::vector<ServiceId> services;               ///< that need one
  int count = 1;
  bool operator==(const Equipment&) const = default;
};

/// Of the whole site.
struct BookingRules {
  std::chrono::minutes check_in_before{30};      ///< who comes earlier is told to expect the call from the booked time on
  std::chrono::minutes late{10};                 ///< until so long after the booked time the place in the queue is kept
  std::chrono::minutes hold{10};                 ///< how long a place is kept while its holder is typing
  int per_contact_max = 3;                       ///< bookings to come for the same contact
  int waiting_list_max = 500;                    ///< who may wait for a place to become free; 0 = nobody
  std::chrono::minutes offer{30};                ///< how long such a place is kept for who is offered it, in waking hours
  std::chrono::minutes awake_from{7 * 60}, awake_to{21 * 60};   ///< waking hours, by the clock
  std::chrono::minutes offer_notice{120};        ///< a place that begins sooner is not offered
  int offers_max = 3;                            ///< after so many offers that were not taken the wish is over
  bool operator==(const BookingRules&) const = default;
};

}  // namespace skranke::core
