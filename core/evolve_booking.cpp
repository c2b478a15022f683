#include "core/evolve_booking.hpp"

#include "core/check.hpp"

namespace skranke::core {
namespace {

Instant due(const Booking& booking) { return booking.state == BookingState::held ? booking.held_until : booking.start(); }

void enter(State& state, const Booking& booking) {
  if (booking.occupies()) state.bookings_by_start.emplace(booking.start(), booking.id);
  if (booking.is_awaited()) state.bookings_due.emplace(due(booking), booking.id);
}

void withdraw(State& state, const Booking& booking) {
  state.bookings_by_start.erase({booking.start(), booking.id});
  state.bookings_due.erase({due(booking), booking.id});
}

/// Every change of a booking goes through here: it leaves the calendar, changes, and stands where it belongs again.
template <class Change>
void change_booking(State& state, const BookingId& id, Change change) {
  const auto found = state.bookings.find(id);
  SKRANKE_TRUTH(found != state.bookings.end());
  withdraw(state, found->second);
  change(found->second);
  SKRANKE_TRUTH(!found->second.parts.empty());
  enter(state, found->second);
}

}  // namespace

void on(State& state, const BookingMade& e, Instant at) {
  Booking booking;
  booking.id = e.booking;
  booking.state = e.held_until ? BookingState::held : BookingState::booked;
  booking.parts = e.parts;
  booking.made_at = at;
  booking.held_until = e.held_until.value_or(Instant{});
  booking.party = e.party;
  booking.language = e.language;
  booking.channel = e.channel;
  booking.needs = e.needs;
  SKRANKE_TRUTH(!booking.parts.empty());
  const auto [entry, fresh] = state.bookings.emplace(e.booking, std::move(booking));
  SKRANKE_TRUTH(fresh);
  enter(state, entry->second);
}

void on(State& state, const BookingConfirmed& e, Instant) {
  change_booking(state, e.booking, [](Booking& booking) {
    booking.state = BookingState::booked;
    booking.held_until = {};
  });
}

void on(State& state, const BookingMoved& e, Instant) {
  change_booking(state, e.booking, [&](Booking& booking) {
    booking.parts = e.parts;
    booking.party = e.party;
    ++booking.moves;
    if (booking.state == BookingState::missed) booking.state = BookingState::booked;   // its holder wrote in time after all
    booking.ended_at = {};
  });
}

void on(State& state, const BookingCancelled& e, Instant at) {
  change_booking(state, e.booking, [&](Booking& booking) {
    booking.state = BookingState::cancelled;
    booking.expired = e.expired;
    booking.ended_at = at;
  });
}

void on(State& state, const BookingCheckedIn& e, Instant at) {
  change_booking(state, e.booking, [&](Booking& booking) {
    booking.state = BookingState::arrived;
    booking.arrival = e.arrival;
    booking.visit = e.visit;
    booking.ended_at = at;
  });
}

void on(State& state, const BookingMissed& e, Instant at) {
  change_booking(state, e.booking, [&](Booking& booking) {
    booking.state = BookingState::missed;
    booking.ended_at = at;
  });
}

void forget_ended_bookings(State& state, Instant at) {
  std::erase_if(state.bookings, [&](const auto& entry) {
    const Booking& booking = entry.second;
    if (booking.is_awaited() || (booking.state != BookingState::cancelled && booking.end() > at)) return false;
    withdraw(state, booking);
    return true;
  });
}

void rebuild_booking_indexes(State& state) {
  state.bookings_by_start.clear();
  state.bookings_due.clear();
  for (const auto& [id, booking] : state.bookings) enter(state, booking);
}

}  // namespace skranke::core
