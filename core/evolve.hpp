#pragma once
// Shared by the files that fold facts; the way in is `evolve` in core/event.hpp. A fact that is folded in a file of its own has its `on` declared here.
#include <functional>

#include "core/event.hpp"

namespace skranke::core {

namespace fold {

/// Every change of a visit goes through here: it leaves its queues, changes, and stands again where it belongs, on the board too.
void change(State& state, Serial serial, const std::function<void(Visit&)>& how);
/// A new visit, the next in arrival, into the indexes and its queues. Numbers, tallies and counts are the caller's.
Visit& add(State& state, Visit visit);
/// Parked, missed or left: the open steps wait again, seniority kept; only from within `change`.
void back_in_line(State& state, Visit& visit);
void put_in_place(Visit& visit, Place place, Instant at);
Visit& visit(State& state, Serial serial);
/// Which numbers are out, afresh from visits and rolls.
void count_numbers(State& state);
/// Queues and board afresh, after many visits changed at once.
void stand_again(State& state);


// evolve_room.cpp
/// Over the turn of the day: rolls that are up stay, from the first ticket that was not called; those put away are forgotten.
void carry_rolls(State& state);
/// No number of a roll is issued.
void hold_rolls(State& state);

}  // namespace fold

// evolve_host.cpp
void on(State& state, const VisitEdited& e, Instant at);
void on(State& state, const VisitRedirected& e, Instant at);
void on(State& state, const VisitsMerged& e, Instant at);
void on(State& state, const VisitSplit& e, Instant at);

// evolve_room.cpp
void on(State& state, const RoomModeChanged& e, Instant at);
void on(State& state, const EvacuationStarted& e, Instant at);
void on(State& state, const EvacuationEnded& e, Instant at);
void on(State& state, const HandoverSeen& e, Instant at);

}  // namespace skranke::core
