#pragma once
// When can somebody be served by appointment? Desks that may serve, opening hours, authorities' presence, equipment and quotas, less what is booked.
// A booking is tied to no desk: at every instant all that is booked must fit on the desks together.
#include <optional>
#include <vector>

#include "core/command.hpp"

namespace skranke::core {

struct SlotQuery {
  std::vector<ServiceId> services;   ///< known to the facility, each once
  std::uint16_t party = 1;
  BookingId instead_of;              ///< its own place counts as free: it is being moved
};

struct FreeSlot {
  Instant start;
  std::uint16_t free = 0;            ///< how many such bookings could still be made at this time
};

/// May it be booked on any day at all?
[[nodiscard]] bool bookable_ever(const Service& service);

/// When the places kept back on that business day are given out, if that is drawn by lot; the span may be empty or over.
[[nodiscard]] std::optional<OpenSpan> release_window(const Facility& facility, const Service& service, Day day);
/// Are some of the day's places still kept back?
[[nodiscard]] bool keeps_back(const State& state, const Facility& facility, const Service& service, Day day, Instant now);

/// The services in an order that their `after` allows, otherwise as asked for.
[[nodiscard]] std::vector<ServiceId> booking_order(const Facility& facility, std::vector<ServiceId> services);

/// One place after the other from `start` on, each as long as its service asks for this party.
[[nodiscard]] std::vector<BookingPart> parts_from(const Facility& facility, const SlotQuery& query, Instant start);

/// The starts on offer on `days` days from `from` on, each with at least one place free, in order of time. Empty for a service that is not bookable.
[[nodiscard]] std::vector<FreeSlot> free_slots(const State& state, const Facility& facility, const SlotQuery& query, Day from, int days, Instant now);

/// The first start on offer after `after`.
[[nodiscard]] std::optional<Instant> next_free(const State& state, const Facility& facility, const SlotQuery& query, Instant after, Instant now);

/// Could it be booked from `start` on? Else why not. `start` need not be one of those on offer.
[[nodiscard]] std::optional<Reject> why_not_booked(const State& state, const Facility& facility, const SlotQuery& query, Instant start, Instant now);

/// What may be booked of a service beyond its desks.
struct Overbooking {
  double no_show = 0;                ///< of so many bookings whose outcome was seen: the share that was not there in time
  int seen = 0;
  int most = 0;                      ///< on that business day
  int taken = 0;
};
[[nodiscard]] Overbooking overbooking_on(const State& state, const Facility& facility, const Service& service, Day day, Instant now);

/// Of what can be booked (`why_not_booked`): only beyond what desks and equipment can serve at that time?
[[nodiscard]] bool beyond_desks(const State& state, const Facility& facility, const SlotQuery& query, Instant start, Instant now);

/// Bookings of the business day of `at` that are still awaited, as quotas count them: by service, or by authority (each booking once).
[[nodiscard]] std::uint32_t awaited_on(const State& state, const Facility& facility, const ServiceId& service, Day day);
[[nodiscard]] std::uint32_t awaited_on(const State& state, const Facility& facility, const AuthorityId& authority, Day from, int days);

}  // namespace skranke::core
