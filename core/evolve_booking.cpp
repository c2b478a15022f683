#include "core/evolve_booking.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace skranke::core {
namespace {

Instant due(const Booking& booking) { return booking.state == BookingState::held ? booking.held_until : booking.start(); }

bool takes_desks(const Booking& booking) { return booking.occupies() && !booking.overbooked; }

void enter(State& state, const Booking& booking) {
  if (booking.occupies()) state.bookings_by_start.emplace(booking.start(), booking.id);
  if (takes_desks(booking)) state.booked.add(booking.parts);
  if (booking.is_awaited()) state.bookings_due.emplace(due(booking), booking.id);
  if (booking.state == BookingState::waiting) state.waiting_list.emplace(booking.wish->since, booking.id);
}

void withdraw(State& state, const Booking& booking) {
  if (takes_desks(booking)) state.booked.remove(booking.parts);
  state.bookings_by_start.erase({booking.start(), booking.id});
  state.bookings_due.erase({due(booking), booking.id});
  if (booking.wish) state.waiting_list.erase({booking.wish->since, booking.id});
}

/// Every change of a booking goes through here: it leaves the calendar, changes, and stands where it belongs again.
template <class Change>
void change_booking(State& state, const BookingId& id, Instant at, Change change) {
  const auto found = state.bookings.find(id);
  SKRANKE_TRUTH(found != state.bookings.end());
  Booking& booking = found->second;
  const bool had_place = booking.occupies() && booking.end() > at;
  const auto place = booking.parts;
  withdraw(state, booking);
  change(booking);
  SKRANKE_TRUTH(!booking.parts.empty());
  enter(state, booking);
  if (had_place && (!booking.occupies() || booking.parts != place)) seek_places(state, at);
  if (state.waiting_list.empty()) state.places_due = {};
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
  booking.overbooked = e.overbooked;
  SKRANKE_TRUTH(!booking.parts.empty());
  const auto [entry, fresh] = state.bookings.emplace(e.booking, std::move(booking));
  SKRANKE_TRUTH(fresh);
  enter(state, entry->second);
}

void on(State& state, const BookingConfirmed& e, Instant at) {
  change_booking(state, e.booking, at, [](Booking& booking) {
    booking.state = BookingState::booked;
    booking.held_until = {};
    booking.wish.reset();
  });
}

void on(State& state, const BookingMoved& e, Instant at) {
  change_booking(state, e.booking, at, [&](Booking& booking) {
    booking.parts = e.parts;
    booking.party = e.party;
    booking.overbooked = e.overbooked;
    ++booking.moves;
    // Its holder wrote in time after all, or found a time without waiting for an offer.
    if (booking.state == BookingState::missed || booking.state == BookingState::waiting) booking.state = BookingState::booked;
    if (booking.is_offer()) booking.state = BookingState::booked, booking.held_until = {};
    booking.wish.reset();
    booking.ended_at = {};
  });
}

void on(State& state, const BookingCancelled& e, Instant at) {
  change_booking(state, e.booking, at, [&](Booking& booking) {
    booking.state = BookingState::cancelled;
    booking.expired = e.expired;
    booking.ended_at = at;
  });
}

void on(State& state, const BookingCheckedIn& e, Instant at) {
  change_booking(state, e.booking, at, [&](Booking& booking) {
    booking.state = BookingState::arrived;
    booking.arrival = e.arrival;
    booking.visit = e.visit;
    booking.ended_at = at;
  });
}

void on(State& state, const BookingForetold& e, Instant) { SKRANKE_TRUTH(state.find(e.booking) != nullptr); }   // a fact for reports

void on(State& state, const BookingMissed& e, Instant at) {
  change_booking(state, e.booking, at, [&](Booking& booking) {
    booking.state = BookingState::missed;
    booking.ended_at = at;
  });
}

void seek_places(State& state, Instant at) {
  if (state.waiting_list.empty()) return;
  state.places_due = state.places_due == Instant{} ? at : std::min(state.places_due, at);
}

void on(State& state, const PlaceWished& e, Instant at) {
  Booking booking;
  booking.id = e.booking;
  booking.state = BookingState::waiting;
  booking.parts = e.parts;
  booking.made_at = at;
  booking.wish = e.wish;
  booking.party = e.party;
  booking.language = e.language;
  booking.channel = e.channel;
  booking.needs = e.needs;
  SKRANKE_TRUTH(!booking.parts.empty());
  const auto [entry, fresh] = state.bookings.emplace(e.booking, std::move(booking));
  SKRANKE_TRUTH(fresh);
  enter(state, entry->second);
  seek_places(state, at);
}

void on(State& state, const PlaceOffered& e, Instant at) {
  change_booking(state, e.booking, at, [&](Booking& booking) {
    SKRANKE_TRUTH(booking.state == BookingState::waiting);
    booking.state = BookingState::held;
    booking.parts = e.parts;
    booking.held_until = e.until;
    booking.overbooked = e.overbooked;
    ++booking.wish->offers;
  });
}

void on(State& state, const OfferEnded& e, Instant at) {
  change_booking(state, e.booking, at, [&](Booking& booking) {
    SKRANKE_TRUTH(booking.is_offer());
    booking.state = BookingState::waiting;
    booking.overbooked = false;
    booking.held_until = {};
    booking.wish->passed.push_back(booking.start());
    if (!e.declined) booking.wish->since = at;
  });
  seek_places(state, at);   // its holder may take another
}

void on(State& state, const PlacesSought& e, Instant) { state.places_due = state.waiting_list.empty() ? Instant{} : e.again; }

void on(State& state, const PlacesReleased& e, Instant at) {
  const auto known = std::find_if(state.released.begin(), state.released.end(), [&](const auto& one) { return one.first == e.service; });
  if (known == state.released.end())
    state.released.emplace_back(e.service, e.day);
  else
    known->second = std::max(known->second, e.day);
  seek_places(state, at);
}

void forget_ended_bookings(State& state, Instant at) {
  seek_places(state, at);   // the calendar reaches a day further
  std::erase_if(state.released, [&](const auto& one) { return one.second < state.day; });
  std::erase_if(state.bookings, [&](const auto& entry) {
    const Booking& booking = entry.second;
    if (booking.is_awaited() || booking.state == BookingState::waiting || (booking.state != BookingState::cancelled && booking.end() > at)) return false;
    withdraw(state, booking);
    return true;
  });
}

void rebuild_booking_indexes(State& state) {
  state.bookings_by_start.clear();
  state.booked = {};
  state.bookings_due.clear();
  state.waiting_list.clear();
  for (const auto& [id, booking] : state.bookings) enter(state, booking);
}

}  // namespace skranke::core
