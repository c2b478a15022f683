#pragma once
// Facts. Each is total for evolve: it carries all that is needed, so replay needs no facility and no clock.
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/state.hpp"

namespace skranke::core {

struct DayStarted { Day day; bool new_week = false; };
/// The whole facility text is in the event, so the journal alone tells what held when.
struct FacilityApplied { std::uint64_t version = 0; std::string toml; std::string scheduled{}; };
struct FacilityScheduled { std::string id; Instant from; std::string toml; };
struct FacilityUnscheduled { std::string id; };
struct StepPlan { ServiceId service; AuthorityId authority; std::vector<std::uint8_t> after; };
struct VisitTaken {
  Serial serial = 0;
  VisitId id;
  std::string token;
  Number number;
  Day day;
  std::vector<StepPlan> steps;
  std::string language;
  Channel channel{};
  std::uint16_t party = 1;
  PriorityId priority;
  std::chrono::seconds head_start{0};
  std::optional<Instant> booked_for;
  PrinterId printer;                       ///< paper wanted there; empty = no paper
  std::vector<Need> needs;
  bool standby = false;
  bool outside = false;
  std::optional<Outcome> helped;           ///< done on the spot: no queue, no quota
  BookingId booking;                       ///< that it was checked in from
  std::optional<Instant> anchor;           ///< where its seniority begins, if not now
  std::optional<Callback> callback{};      ///< by telephone, with the window that was promised
};
struct VisitCalled {
  Serial serial = 0;
  DeskId desk;
  std::uint8_t step = 0;
  Why why{};
  std::string runner_up;
  std::vector<Serial> passed{};            ///< earlier walk-ins that let this short errand past
};
struct VisitRecalled { Serial serial = 0; DeskId desk; };
struct ServiceStarted { Serial serial = 0; DeskId desk; Instant from; };
struct ServiceFinished { Serial serial = 0; DeskId desk; Outcome outcome{}; std::vector<ServiceDone> done; };
struct VisitMissed { Serial serial = 0; DeskId desk; };
struct VisitParked { Serial serial = 0; DeskId desk; Instant until; std::string place{}; };
struct VisitUnparked { Serial serial = 0; };
struct VisitTransferred {
  Serial serial = 0;
  DeskId desk;                             ///< from
  std::optional<StepPlan> to_service;      ///< else the same service, tied to `to_desk`
  DeskId to_desk;
  Place place{};
  std::string to_clerk{};                  ///< tied to this clerk, as `to_desk` ties to a desk
  std::string to_pool{};
  DeskId prefer_desk{};                    ///< soft: others may call it from `prefer_until` on
  std::string prefer_clerk{};
  Instant prefer_until{};
  Instant until{};                         ///< parked until then; the epoch = waits at once
};
struct VisitLeft { Serial serial = 0; std::string reason = {}; };   ///< the reason is a word, never a sentence about a person
struct VisitReturned { Serial serial = 0; bool to_end = false; };
struct DeskOpened {
  DeskId desk;
  std::string clerk;
  std::vector<ServiceId> services;
  std::vector<std::string> languages{}, skills{};
  bool auto_next = false;
  std::chrono::seconds rest{0};
};
struct DeskPaused { DeskId desk; std::string reason; };
struct DeskResumed { DeskId desk; };
struct DeskClosed { DeskId desk; };
struct ActionUndone {
  DeskId desk;
  DeskAction action{};
  Visit restored;
  Serial desk_visit = 0;
  std::uint32_t served_today = 0;
  std::int64_t service_ms_today = 0;
  Places taken{}, back{};                  ///< of quotas, by what is taken back
};
struct PaperChanged { Serial serial = 0; Paper paper; };
/// The day ended while the doors were closed and this visit still waited; `services` is what nobody got to.
struct VisitUnserved { Serial serial = 0; std::vector<ServiceId> services; Channel channel{}; };
struct VisitsRefused { std::vector<RefusalTally> refusals; };
/// Held while its holder types, or booked at once.
struct BookingMade {
  BookingId booking;
  std::vector<BookingPart> parts;
  std::optional<Instant> held_until;
  std::uint16_t party = 1;
  std::string language;
  Channel channel{};
  std::vector<Need> needs;
  bool overbooked = false;
};
struct BookingConfirmed { BookingId booking; };
/// To another time or other services.
struct BookingMoved { BookingId booking; std::vector<BookingPart> parts; std::uint16_t party = 1; bool overbooked = false; };
struct BookingCancelled { BookingId booking; bool expired = false; };
struct BookingCheckedIn { BookingId booking; VisitId visit; Arrival arrival{}; };
struct BookingMissed { BookingId booking; };
/// What a citizen was told to expect. A fact of its own: it follows the ticket when there is time to look ahead with care.
struct EstimateTold { Serial serial = 0; Told told; };
/// Until a further step of a visit is called; and how late a booking that is still to come will be called. The first of each is judged.
struct StepForetold { Serial serial = 0; std::uint8_t step = 0; Told told; };
struct BookingForetold { BookingId booking; Told told; };

/// Right after "finished": the same clerk serves the visit's next step, nobody was called.
struct VisitContinued { Serial serial = 0; DeskId desk; std::uint8_t step = 0; };
/// What the visit wants from now on: `steps` are all its steps, those beyond the old ones are new. `dropped` are no longer wanted.
struct ServicesChanged {
  Serial serial = 0;
  DeskId desk;                             ///< where it was said; empty = elsewhere, by a host
  std::vector<StepPlan> steps;
  std::vector<std::uint8_t> dropped;
  std::uint8_t changed = no_step;          ///< a step that is for another service than before
  std::optional<Places> taken{};           ///< of quotas; older journals do not say, then each new service and each new authority counts
  Places back{};                           ///< what this visit no longer holds
};
struct VisitMoved { Serial serial = 0; DeskId from; DeskId desk; };      ///< its clerk took it along to another desk
struct DeskIdled { DeskId desk; std::string reason; };                  ///< empty = calls again
struct ButtonPressed { DeskId desk; Instant pressed; };                 ///< the epoch = a press that was taken back
struct HelpChanged { DeskId desk; HelpKind kind{}; DeskId to; Instant since; std::string by; };
/// What a host changed of a visit; every field as it is now.
struct VisitEdited {
  Serial serial = 0;
  std::string language;
  std::uint16_t party = 1;
  PriorityId priority;
  std::chrono::seconds head_start{0};
  std::vector<Need> needs;
};
struct VisitRedirected {
  Serial serial = 0;
  std::uint8_t step = 0;
  std::optional<StepPlan> to_service;      ///< else the same service
  DeskId to_desk;                          ///< tied to it; empty = as it was, or any desk for a new service
  Place place{};
  std::string reason;
};
/// `serial` is over; its open steps stand in `into` from now on.
struct VisitsMerged {
  Serial serial = 0, into = 0;
  std::vector<Step> steps;                 ///< added to `into`, in this order
  std::uint16_t party = 1;
  PriorityId priority;
  std::chrono::seconds head_start{0};
  Instant anchor{};
  bool front = false;
};
/// Steps of a visit that go on under a number of their own.
struct VisitSplit { Serial serial = 0; std::vector<std::uint8_t> steps; std::uint16_t party = 1; Visit made; };
/// The rolls are all of the day, as they are from now on.
struct RoomModeChanged { RoomMode mode{}; std::vector<Roll> rolls; };
struct EvacuationStarted { std::string kind; };
struct EvacuationEnded {};
/// The citizen asked for more time: put aside until then, the place kept. `times`: how often it was given to this visit by now.
struct MoreTimeGiven { Serial serial = 0; Instant until; std::uint8_t times = 1; };
/// Something was sent to who holds `subject` (a booking, a visit, an entry of the waiting list). Never an address, never a text.
struct MessageSent { std::string subject; std::string kind; std::string channel; std::uint16_t attempt = 1; };
/// `last`: it is not tried again. `reason` is a word.
struct MessageFailed { std::string subject; std::string kind; std::string channel; std::uint16_t attempt = 1; std::string reason; bool last = false; };
/// Somebody here read what the contact centre did until then; who it was stands beside every fact.
struct HandoverSeen { Instant until; };

/// Somebody waits for a place; the parts say which services.
struct PlaceWished {
  BookingId booking;
  std::vector<BookingPart> parts;
  PlaceWish wish;
  std::uint16_t party = 1;
  std::string language;
  Channel channel{};
  std::vector<Need> needs;
};
/// A place is kept for one on the waiting list until then.
struct PlaceOffered { BookingId booking; std::vector<BookingPart> parts; Instant until; bool overbooked = false; };
/// It was not taken and is free again; its holder goes on waiting: in turn after saying no, behind all others after no answer.
struct OfferEnded { BookingId booking; bool declined = false; };
/// All who wait were thought of; next time by itself at `again`.
struct PlacesSought { Instant again; };
/// What was kept back of the places of these days, up to this one, can be booked from now on.
struct PlacesReleased { ServiceId service; Day day; };

using EventBody = std::variant<DayStarted, FacilityApplied, VisitTaken, VisitCalled, VisitRecalled, ServiceStarted, ServiceFinished,
                               VisitMissed, VisitParked, VisitUnparked, VisitTransferred, VisitLeft, VisitReturned, DeskOpened,
                               DeskPaused, DeskResumed, DeskClosed, ActionUndone, PaperChanged,
                               FacilityScheduled, FacilityUnscheduled, VisitUnserved, VisitsRefused,
                               BookingMade, BookingConfirmed, BookingMoved, BookingCancelled, BookingCheckedIn, BookingMissed,
                               VisitContinued, ServicesChanged, VisitMoved, DeskIdled, ButtonPressed, HelpChanged, EstimateTold,
                               VisitEdited, VisitRedirected, VisitsMerged, VisitSplit, RoomModeChanged, EvacuationStarted, EvacuationEnded,
                               MoreTimeGiven, MessageSent, MessageFailed,
                               PlaceWished, PlaceOffered, OfferEnded, PlacesSought,
                               HandoverSeen, StepForetold, BookingForetold, PlacesReleased>;

struct Event {
  Instant at;
  EventBody body;
};

/// The visit, desk and booking that an event is about (0 / empty = none): what projections and screens must refresh.
struct Touched { Serial serial = 0; DeskId desk; BookingId booking; };
[[nodiscard]] Touched touched(const Event& event);

/// Folds one fact into the state. Total: it never refuses; a fact about something unknown is our bug and ends the process.
void evolve(State& state, const Event& event);

/// Builds the derived parts of a state (indexes, queues, board calls) from its visits; for loading from projections.
void rebuild_derived(State& state);

}  // namespace skranke::core
