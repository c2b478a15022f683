#pragma once
// What facts about bookings do to the room; part of `evolve` (core/event.hpp).
#include "core/event.hpp"

namespace skranke::core {

void on(State& state, const BookingMade& e, Instant at);
void on(State& state, const BookingConfirmed& e, Instant at);
void on(State& state, const BookingMoved& e, Instant at);
void on(State& state, const BookingCancelled& e, Instant at);
void on(State& state, const BookingCheckedIn& e, Instant at);
void on(State& state, const BookingMissed& e, Instant at);
void on(State& state, const BookingForetold& e, Instant at);
void on(State& state, const PlaceWished& e, Instant at);
void on(State& state, const PlaceOffered& e, Instant at);
void on(State& state, const OfferEnded& e, Instant at);
void on(State& state, const PlacesSought& e, Instant at);
void on(State& state, const PlacesReleased& e, Instant at);
/// Places may have become free: those who wait are thought of at once.
void seek_places(State& state, Instant at);

/// A new day has begun: cancelled bookings, and ended ones whose time is over, are not needed any more.
void forget_ended_bookings(State& state, Instant at);
void rebuild_booking_indexes(State& state);

}  // namespace skranke::core
