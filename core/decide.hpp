#pragma once
// Shared by the files that decide; the way in is `decide` in core/command.hpp.
#include "core/command.hpp"

namespace skranke::core {

/// A standby place comes after all who did not need one: it counts as having come so much later.
inline constexpr std::chrono::hours standby_behind{24};
inline constexpr std::size_t steps_max = 8;   ///< services in one visit

[[nodiscard]] Refusal refuse(Reject reason, std::string field = {});

/// Facts of one command, all at the same instant, in order.
template <class... Bodies>
[[nodiscard]] std::vector<Event> facts(Instant at, Bodies... bodies) {
  std::vector<Event> events;
  events.reserve(sizeof...(bodies));
  (events.push_back(Event{at, std::move(bodies)}), ...);
  return events;
}

/// Called and not there: missed; who was rung once without being reached is put aside and rung once more (decide_desk.cpp).
[[nodiscard]] Event not_there(const Facility&, const Visit&, const DeskId&, Instant);

/// Facilities planned for later, and refusals to be counted (decide_plan.cpp).
Decision decide_plan(const State&, const ScheduleFacility&, Instant);
Decision decide_plan(const State&, const CancelFacility&, Instant);
Decision note_refusals(const NoteRefusals&, Instant);
/// What the night does to those who still wait: see Rules::night_ends_visits.
std::vector<Event> night(const State&, const Facility&, Day new_day, Instant);
/// The steps of a visit for these services; a refusal names the service at fault.
[[nodiscard]] tl::expected<std::vector<StepPlan>, Refusal> plan_steps(const Facility& facility, const std::vector<ServiceId>& wanted);

/// Bookings (decide_booking.cpp).
Decision decide_booking(const State&, const Facility&, const CreateBooking&, Instant);
Decision decide_booking(const State&, const Facility&, const ConfirmBooking&, Instant);
Decision decide_booking(const State&, const Facility&, const MoveBooking&, Instant);
Decision decide_booking(const State&, const Facility&, const CancelBooking&, Instant);
Decision decide_booking(const State&, const Facility&, const CheckIn&, Instant);
Decision decide_booking(const State&, const Facility&, const ReleasePlaces&, Instant);
/// Holds that ran out and bookings nobody came for, in order of their times.
[[nodiscard]] std::vector<Event> overdue_bookings(const State&, const Facility&, Instant);
[[nodiscard]] std::optional<Instant> next_overdue_booking(const State&, const Facility&);
/// The same contact may have so many bookings to come or waited for, and none for the same service on the same day.
[[nodiscard]] std::optional<Refusal> duplicate(const State&, const Facility&, const std::vector<BookingId>& same_holder, const BookingId& except,
                                               const std::vector<BookingPart>&);
[[nodiscard]] std::optional<Refusal> wrong_services(const Facility&, const std::vector<ServiceId>&, std::uint16_t party);
/// In the order of the words, without repeats.
void put_in_order(std::vector<Need>& needs);

/// The waiting list for places (decide_waiting.cpp).
Decision decide_booking(const State&, const Facility&, const WishPlace&, Instant);
Decision decide_booking(const State&, const Facility&, const DeclineOffer&, Instant);
/// An offer that nobody answered: its holder goes on waiting, or has been asked often enough.
[[nodiscard]] EventBody unanswered(const Facility&, const Booking& offer);
/// Places that are free now, for those who wait, the longest first; wishes that nothing can fulfil any more end.
[[nodiscard]] std::vector<Event> offers(const State&, const Facility&, Instant);
/// How long a place that is offered now is kept: so long in waking hours.
[[nodiscard]] Instant offer_ends(const Facility&, Instant now);

Decision decide_desk(const State&, const Facility&, const OpenDesk&, Instant);
Decision decide_desk(const State&, const Facility&, const PauseDesk&, Instant);
Decision decide_desk(const State&, const Facility&, const ResumeDesk&, Instant);
Decision decide_desk(const State&, const Facility&, const CloseDesk&, Instant);
Decision decide_desk(const State&, const Facility&, const CallNext&, Instant);
Decision decide_desk(const State&, const Facility&, const CallVisit&, Instant);
Decision decide_desk(const State&, const Facility&, const CallNumber&, Instant);
Decision decide_desk(const State&, const Facility&, const Recall&, Instant);
Decision decide_desk(const State&, const Facility&, const StartService&, Instant);
Decision decide_desk(const State&, const Facility&, const FinishService&, Instant);
Decision decide_desk(const State&, const Facility&, const NoShow&, Instant);
Decision decide_desk(const State&, const Facility&, const Park&, Instant);
Decision decide_desk(const State&, const Facility&, const Transfer&, Instant);
Decision decide_desk(const State&, const Facility&, const Undo&, Instant);
Decision decide_desk(const State&, const Facility&, const IdleDesk&, Instant);
Decision decide_desk(const State&, const Facility&, const ChangeServices&, Instant);
Decision decide_desk(const State&, const Facility&, const PressButton&, Instant);
Decision decide_desk(const State&, const Facility&, const CallHelp&, Instant);
Decision decide_desk(const State&, const Facility&, const AnswerHelp&, Instant);
Decision decide_desk(const State&, const Facility&, const ClearHelp&, Instant);

/// The desk as it stands; a desk nobody has opened yet is closed.
[[nodiscard]] tl::expected<DeskStatus, Refusal> desk_status(const State& state, const Facility& facility, const DeskId& id);
/// A desk that may call: open, with nobody at it.
[[nodiscard]] tl::expected<DeskStatus, Refusal> free_desk(const State& state, const Facility& facility, const DeskId& id);
/// The visit at a desk, called or served.
[[nodiscard]] tl::expected<const Visit*, Refusal> visit_at(const State& state, const Facility& facility, const DeskId& id);

/// Takes back the desk's newest action, and those before it as long as `also(older, newer)` says that they belong to it.
using Belongs = bool (*)(const UndoEntry& older, const UndoEntry& newer);
[[nodiscard]] Decision take_back(const State& state, const DeskStatus& desk, Instant now, std::chrono::milliseconds within, Belongs also);

inline constexpr Minutes park_max{24 * 60};   ///< nobody is put aside for longer than a day

// What becomes due by itself (decide_due.cpp); for `tick`.
/// Called, recalled as often as allowed, and not come: missed.
void add_missed(std::vector<Event>& events, const State& state, const Facility& facility, Instant now);
/// Free desks whose session calls by itself and whose rest is over. `events` have not been folded into `state` yet.
void add_automatic_calls(std::vector<Event>& events, const State& state, const Facility& facility, Instant now);
/// The first instant at which one of these may be due, at the latest `latest`.
[[nodiscard]] Instant next_by_itself(const State& state, const Facility& facility, Instant now, Instant latest);

// decide_host.cpp
Decision decide_host(const State&, const Facility&, const EditVisit&, Instant);
Decision decide_host(const State&, const Facility&, const MoveVisit&, Instant);
Decision decide_host(const State&, const Facility&, const MergeVisits&, Instant);
Decision decide_host(const State&, const Facility&, const SplitVisit&, Instant);

// decide_room.cpp
Decision decide_room(const State&, const Facility&, const SetRoomMode&, Instant);
Decision decide_room(const State&, const Evacuate&, Instant);
Decision decide_room(const State&, const SeeHandover&, Instant);
/// Nothing of this kind happens while the house is evacuated.
[[nodiscard]] bool waits_for_evacuation(const Command& command);

// decide_roll.cpp
/// A ticket off the roll that is not a visit yet may become one: the number is on a roll that is up, or was torn off before it was put away.
[[nodiscard]] std::optional<Refusal> why_not_on_roll(const State& state, Number number);
/// The place among the roll's other tickets that a ticket told of only now has a right to.
[[nodiscard]] Instant roll_anchor(const State& state, Number number, Instant now);
/// The fact that a roll's ticket is a visit now. Empty ids are made from its arrival.
[[nodiscard]] VisitTaken taken_off_roll(const State& state, const Facility& facility, Number number, const ServiceId& service, VisitId id, std::string token,
                                        Instant now);
/// The ticket that a desk with these services would count up to, and its service.
struct RollTurn { Number number; ServiceId service; };
[[nodiscard]] std::optional<RollTurn> next_roll_turn(const State& state, const std::vector<ServiceId>& services);

}  // namespace skranke::core
