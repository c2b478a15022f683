// Which facts follow from wishes about bookings, and what time does to them.
#include <algorithm>

#include "core/calendar.hpp"
#include "core/decide.hpp"

namespace skranke::core {
namespace {

using tl::unexpected;

constexpr std::uint16_t party_max = 50;
constexpr int offered_max = 3;   ///< other times named in a refusal

/// Staff see who they squeeze in, and programs are held to the calendar all the same; citizens choose among the starts on offer.
bool chooses_from_offer(Channel channel) { return channel == Channel::web || channel == Channel::kiosk || channel == Channel::button; }

Refusal with_other_times(Refusal refusal, const State& state, const Facility& facility, const SlotQuery& query, Instant start, Instant now) {
  Instant after = std::max(start, now) - std::chrono::milliseconds{1};
  for (int i = 0; i < offered_max; ++i) {
    const auto next = next_free(state, facility, query, after, now);
    if (!next) break;
    refusal.alternatives.push_back({Alternative::Kind::booking, *next, {}, query.services.front()});
    after = *next;
  }
  return refusal;
}

bool on_offer(const State& state, const Facility& facility, const SlotQuery& query, Instant start, Instant now) {
  const Day day = std::chrono::floor<std::chrono::days>(facility.zone.to_local(start));
  const auto slots = free_slots(state, facility, query, day, 1, now);
  return std::any_of(slots.begin(), slots.end(), [&](const FreeSlot& slot) { return slot.start == start; });
}

/// The parts from `start` on, if all of them can be booked.
tl::expected<std::vector<BookingPart>, Refusal> place(const State& state, const Facility& facility, const SlotQuery& query, Channel channel,
                                                      Instant start, Instant now) {
  auto why = why_not_booked(state, facility, query, start, now);
  if (!why && start.time_since_epoch() % Minutes{1} != std::chrono::milliseconds{0}) why = Reject::wrong_content;
  if (!why && chooses_from_offer(channel) && !on_offer(state, facility, query, start, now)) why = Reject::slot_taken;
  if (!why) return parts_from(facility, query, start);
  if (*why == Reject::not_bookable) return unexpected(refuse(*why, "services"));
  if (*why == Reject::wrong_content) return unexpected(refuse(*why, "start"));
  return unexpected(with_other_times(refuse(*why, "start"), state, facility, query, start, now));
}

std::vector<ServiceId> services_of(const Booking& booking) {
  std::vector<ServiceId> services;
  for (const BookingPart& part : booking.parts) services.push_back(part.service);
  return services;
}

Day day_of(const Facility& facility, Instant at) { return business_day(facility.zone, facility.site.business_day_starts, at); }

Arrival arrival_at(const State& state, const Facility& facility, const Booking& booking, Instant now) {
  if (now > patience_ends(state.room, booking.start(), facility.booking.late)) return Arrival::late;
  if (now > booking.start()) return Arrival::tolerated;
  return now < booking.start() - facility.booking.check_in_before ? Arrival::early : Arrival::on_time;
}

/// Come on another day, or after the doors closed for the day: a later time is offered instead.
std::optional<Refusal> wrong_day(const State& state, const Facility& facility, const Booking& booking, Instant now) {
  const Day today = day_of(facility, now), booked = day_of(facility, booking.start());
  if (booked > today) {
    Refusal refusal = refuse(Reject::too_early, "booking");
    refusal.alternatives.push_back({Alternative::Kind::booking, booking.start(), {}, booking.parts.front().service});
    return refusal;
  }
  const SlotQuery query{services_of(booking), booking.party, {}};
  if (booked < today) return with_other_times(refuse(Reject::too_late, "booking"), state, facility, query, now, now);
  const auto hours = site_hours(facility, std::chrono::floor<std::chrono::days>(facility.zone.to_local(now)));
  const bool over = std::none_of(hours.begin(), hours.end(), [&](const OpenSpan& span) { return span.to > now; });
  if (over) return with_other_times(refuse(Reject::closed, "booking"), state, facility, query, now, now);
  return std::nullopt;
}

VisitTaken visit_from(const State& state, const Facility& facility, const Booking& booking, const CheckIn& wish, Arrival arrival,
                      std::vector<StepPlan> steps) {
  VisitTaken taken;
  taken.serial = state.last_serial + 1;
  taken.id = wish.visit;
  taken.token = wish.token;
  taken.day = state.day;
  taken.steps = std::move(steps);
  taken.language = !wish.language.empty() ? wish.language : !booking.language.empty() ? booking.language : facility.site.languages.front();
  taken.channel = wish.channel;
  taken.party = booking.party;
  taken.printer = wish.printer;
  taken.needs = booking.needs;
  taken.booking = booking.id;
  if (arrival == Arrival::late) return taken;   // waits like anybody who came now
  taken.booked_for = taken.anchor = booking.start();
  return taken;
}

}  // namespace

std::optional<Refusal> wrong_services(const Facility& facility, const std::vector<ServiceId>& services, std::uint16_t party) {
  if (const auto plan = plan_steps(facility, services); !plan) return plan.error();
  if (party == 0 || party > party_max) return refuse(Reject::wrong_content, "party");
  return std::nullopt;
}

std::optional<Refusal> duplicate(const State& state, const Facility& facility, const std::vector<BookingId>& same_holder, const BookingId& except,
                                 const std::vector<BookingPart>& parts) {
  int others = 0;
  const auto day_of = [&](Instant at) { return std::chrono::floor<std::chrono::days>(facility.zone.to_local(at)); };
  for (const BookingId& id : same_holder) {
    const Booking* other = state.find(id);
    if (other == nullptr || id == except || (!other->is_awaited() && other->state != BookingState::waiting)) continue;
    ++others;
    if (other->state == BookingState::waiting) continue;   // has no day yet
    for (const BookingPart& mine : parts)
      for (const BookingPart& theirs : other->parts)
        if (mine.service == theirs.service && day_of(mine.from) == day_of(theirs.from)) return refuse(Reject::duplicate_booking, "contact");
  }
  if (others >= facility.booking.per_contact_max) return refuse(Reject::duplicate_booking, "contact");
  return std::nullopt;
}

void put_in_order(std::vector<Need>& needs) {
  std::sort(needs.begin(), needs.end());
  needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
}

Decision decide_booking(const State& state, const Facility& facility, const CreateBooking& wish, Instant now) {
  if (auto wrong = wrong_services(facility, wish.services, wish.party)) return unexpected(std::move(*wrong));
  if (wish.booking.empty() || state.find(wish.booking) != nullptr) return unexpected(refuse(Reject::id_taken, "id"));
  const SlotQuery query{wish.services, wish.party, {}};
  const auto parts = place(state, facility, query, wish.channel, wish.start, now);
  if (!parts) return unexpected(parts.error());
  if (auto twice = duplicate(state, facility, wish.same_holder, wish.booking, *parts)) return unexpected(std::move(*twice));
  BookingMade made{wish.booking, *parts, std::nullopt, wish.party, wish.language, wish.channel, wish.needs};
  made.overbooked = beyond_desks(state, facility, query, wish.start, now);
  if (made.language.empty()) made.language = facility.site.languages.front();
  if (wish.hold) made.held_until = now + facility.booking.hold;
  put_in_order(made.needs);
  return facts(now, std::move(made));
}

Decision decide_booking(const State& state, const Facility& facility, const ConfirmBooking& wish, Instant now) {
  const Booking* booking = state.find(wish.booking);
  if (booking == nullptr) return unexpected(refuse(Reject::unknown_booking, "booking"));
  if (booking->state == BookingState::booked) return std::vector<Event>{};
  // The time to answer is over, and the place with somebody else or free for all.
  const bool too_late = booking->state == BookingState::waiting || (booking->state == BookingState::cancelled && booking->wish);
  if (too_late) return unexpected(refuse(Reject::offer_over, "booking"));
  if (booking->state != BookingState::held) return unexpected(refuse(Reject::wrong_state, "booking"));
  // A hold that ran out and was not swept yet still keeps its place, so it may as well be confirmed.
  if (auto twice = duplicate(state, facility, wish.same_holder, booking->id, booking->parts)) return unexpected(std::move(*twice));
  return facts(now, BookingConfirmed{booking->id});
}

Decision decide_booking(const State& state, const Facility& facility, const MoveBooking& wish, Instant now) {
  const Booking* booking = state.find(wish.booking);
  if (booking == nullptr) return unexpected(refuse(Reject::unknown_booking, "booking"));
  const bool moves = booking->is_awaited() || booking->state == BookingState::missed || booking->state == BookingState::waiting;
  if (!moves) return unexpected(refuse(Reject::wrong_state, "booking"));
  const SlotQuery query{wish.services.empty() ? services_of(*booking) : wish.services, wish.party.value_or(booking->party), booking->id};
  if (auto wrong = wrong_services(facility, query.services, query.party)) return unexpected(std::move(*wrong));
  const auto parts = place(state, facility, query, wish.channel, wish.start, now);
  if (!parts) return unexpected(parts.error());
  if (booking->is_awaited() && !booking->is_offer() && *parts == booking->parts && query.party == booking->party) return std::vector<Event>{};
  return facts(now, BookingMoved{booking->id, *parts, query.party, beyond_desks(state, facility, query, wish.start, now)});
}

Decision decide_booking(const State& state, const Facility&, const CancelBooking& wish, Instant now) {
  const Booking* booking = state.find(wish.booking);
  if (booking == nullptr) return unexpected(refuse(Reject::unknown_booking, "booking"));
  if (booking->state == BookingState::cancelled) return std::vector<Event>{};
  if (booking->state == BookingState::arrived) return unexpected(refuse(Reject::wrong_state, "booking"));
  return facts(now, BookingCancelled{booking->id, false});
}

Decision decide_booking(const State& state, const Facility& facility, const CheckIn& wish, Instant now) {
  const Booking* booking = state.find(wish.booking);
  if (booking == nullptr) return unexpected(refuse(Reject::unknown_booking, "booking"));
  const bool comes = booking->state == BookingState::booked || booking->state == BookingState::missed;
  if (!comes) return unexpected(refuse(Reject::wrong_state, "booking"));
  if (auto wrong = wrong_day(state, facility, *booking, now)) return unexpected(std::move(*wrong));
  if (state.find(wish.visit) != nullptr) return unexpected(refuse(Reject::id_taken, "id"));
  if (!wish.printer.empty() && facility.find(wish.printer) == nullptr) return unexpected(refuse(Reject::unknown_printer, "printer"));
  auto steps = plan_steps(facility, services_of(*booking));
  if (!steps) return unexpected(steps.error());
  const auto number = state.numbers.next(facility.find(booking->parts.front().service)->letter);
  if (!number) return unexpected(refuse(Reject::numbers_exhausted));
  const Arrival arrival = arrival_at(state, facility, *booking, now);
  VisitTaken taken = visit_from(state, facility, *booking, wish, arrival, std::move(*steps));
  taken.number = *number;
  return facts(now, BookingCheckedIn{booking->id, wish.visit, arrival}, std::move(taken));
}

Decision decide_booking(const State& state, const Facility& facility, const ReleasePlaces& wish, Instant now) {
  const Service* service = facility.find(wish.service);
  if (service == nullptr) return unexpected(refuse(Reject::unknown_service, "service"));
  const auto window = release_window(facility, *service, wish.day);
  if (!window || wish.day < day_of(facility, now)) return unexpected(refuse(Reject::wrong_content, window ? "day" : "service"));
  if (now < window->from) return unexpected(refuse(Reject::too_early, "day"));
  if (!keeps_back(state, facility, *service, wish.day, now)) return std::vector<Event>{};
  return facts(now, PlacesReleased{service->id, wish.day});
}

std::vector<Event> overdue_bookings(const State& state, const Facility& facility, Instant now) {
  std::vector<Event> events;
  for (const auto& [due, id] : state.bookings_due) {
    if (due > now) break;
    if (const Booking& one = *state.find(id); one.state == BookingState::held)
      events.push_back({now, one.is_offer() ? unanswered(facility, one) : BookingCancelled{id, true}});
    else if (patience_ends(state.room, due, facility.booking.late) < now)
      events.push_back({now, BookingMissed{id}});
  }
  return events;
}

std::optional<Instant> next_overdue_booking(const State& state, const Facility& facility) {
  std::optional<Instant> next;
  for (const auto& [due, id] : state.bookings_due) {
    if (next && due >= *next) break;
    const bool held = state.find(id)->state == BookingState::held;
    const Instant overdue = held ? due : patience_ends(state.room, due, facility.booking.late) + std::chrono::milliseconds{1};
    next = next ? std::min(*next, overdue) : overdue;
  }
  return next;
}

}  // namespace skranke::core
