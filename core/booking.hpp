#pragma once
// A booking is a promise of a start time; by check-in it becomes a visit. Pure data; the calendar that says what is free is core/calendar.hpp.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace skranke::core {

enum class Channel : std::uint8_t;   // core/state.hpp
enum class Need : std::uint8_t;

/// `held`: kept while its holder is still typing, or offered to one on the waiting list. `missed`: booked, and nobody checked in. `waiting`: no time yet,
/// on the waiting list.
enum class BookingState : std::uint8_t { held, booked, arrived, missed, cancelled, waiting };
/// When the holder came: before the window for check-in, in it, within the tolerance, or after it (then without the booked place in the queue).
enum class Arrival : std::uint8_t { early, on_time, tolerated, late };

/// One service of a booking with the time it takes; the parts follow each other without a gap.
struct BookingPart {
  ServiceId service;
  Instant from{}, to{};
  bool operator==(const BookingPart&) const = default;
};

/// When a place would suit somebody who waits for one to become free.
struct PlaceWish {
  Day first{}, last{};                 ///< calendar days, both included
  std::chrono::minutes from{0}, to{24 * 60};   ///< of the clock on those days: it begins at `from` at the earliest, and before `to`
  Instant since{};                     ///< the turn: who has waited longest is offered a place first
  std::uint8_t offers = 0;             ///< places offered so far
  std::vector<Instant> passed;         ///< starts that were offered and not taken: not offered again
  bool operator==(const PlaceWish&) const = default;
};

struct Booking {
  BookingId id;
  BookingState state = BookingState::booked;
  std::vector<BookingPart> parts;      ///< at least one, in the order in which they are served; of `waiting`, only their services mean something
  Instant made_at{};
  Instant held_until{};                ///< of `held`
  Instant ended_at{};                  ///< when it arrived, was missed or cancelled
  std::uint16_t party = 1;
  std::string language;
  Channel channel{};
  std::vector<Need> needs;
  VisitId visit;                       ///< what it became
  Arrival arrival{};                   ///< of `arrived`
  bool expired = false;                ///< of `cancelled`: it was held and never confirmed, or its wish ran out
  std::optional<PlaceWish> wish;       ///< on the waiting list, with or without an offer; still there when it was cancelled before it had a time
  std::uint16_t moves = 0;             ///< how often it was moved
  bool overbooked = false;             ///< made beyond what the desks can serve: it takes no desk of anybody, and waits for one that is free
  bool operator==(const Booking&) const = default;

  [[nodiscard]] Instant start() const { return parts.front().from; }
  [[nodiscard]] Instant end() const { return parts.back().to; }
  /// Does it take a place in the calendar? Who came late took a place in the queue instead.
  [[nodiscard]] bool occupies() const {
    return state == BookingState::held || state == BookingState::booked || (state == BookingState::arrived && arrival != Arrival::late);
  }
  [[nodiscard]] bool is_awaited() const { return state == BookingState::held || state == BookingState::booked; }
  [[nodiscard]] bool is_offer() const { return state == BookingState::held && wish.has_value(); }
  /// A time was ever promised.
  [[nodiscard]] bool has_time() const { return !wish.has_value(); }
};

/// No booking lasts longer, all its parts together; so one look back of this length finds all that may still go on.
inline constexpr std::chrono::hours booking_length_max{24};

/// Bookings in order of an instant.
using BookingIndex = std::set<std::pair<Instant, BookingId>>;

}  // namespace skranke::core
