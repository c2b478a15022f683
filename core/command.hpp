#pragma once
// Wishes, as the shell understood them. Ids, tokens and time come in with them.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "core/event.hpp"

namespace skranke::core {

struct TakeTicket {
  VisitId id;
  std::string token;
  std::vector<ServiceId> services;
  std::string language;
  Channel channel = Channel::kiosk;
  std::uint16_t party = 1;
  PriorityId priority;
  PrinterId printer;         ///< print there; empty = no paper
  std::vector<Need> needs;
  bool standby = false;      ///< accepts a standby place where a booking is required
  bool outside = false;      ///< accepts to wait outside where the room is full
  std::optional<Outcome> helped;   ///< helped on the spot by a host: done at once, nobody waits
  bool callback = false;     ///< by telephone: a desk rings within the window that the visit is promised
  std::optional<Number> number = {};   ///< holds this ticket off the roll; nobody who holds one is turned away
};
struct LeaveQueue { VisitId visit; std::string reason = {}; };
struct ReturnVisit { VisitId visit; };
struct OpenDesk {
  DeskId desk;
  std::string clerk;
  std::vector<ServiceId> services;
  std::vector<std::string> languages{}, skills{};
  bool auto_next = false;
  std::chrono::seconds rest{0};  ///< at least this long between two visits that are called by themselves
  bool unique = false;           ///< the clerk is one person: another desk of theirs is closed
  bool move = false;             ///< and the visit that is there comes along
};
struct IdleDesk { DeskId desk; std::string reason; };                     ///< open, but calls nobody by itself; empty = calls again
struct PauseDesk { DeskId desk; std::string reason; };
struct ResumeDesk { DeskId desk; };
struct CloseDesk { DeskId desk; };
/// With the roll up and nobody registered, the next ticket of the roll is called and becomes the visit `roll_id`.
struct CallNext { DeskId desk; VisitId roll_id = {}; std::string roll_token = {}; bool from_roll = true; };
struct CallVisit { DeskId desk; VisitId visit; };
/// Whoever holds this number. A ticket torn off the roll that the system has never seen becomes a visit (`id`, `token`) for `service`, or for what the
/// roll or the desk is there for. `finish`: whoever is at the desk is finished first, if the number can be called then.
struct CallNumber { DeskId desk; Number number; ServiceId service = {}; VisitId id = {}; std::string token = {}; bool finish = false; };
struct Recall { DeskId desk; };
struct StartService { DeskId desk; };
struct FinishService { DeskId desk; Outcome outcome = Outcome::settled; std::vector<ServiceDone> done; bool go_on = false; std::optional<std::uint8_t> step{}; };
struct NoShow { DeskId desk; };
struct Park { DeskId desk; std::optional<Minutes> duration; std::string place{}; };
struct Transfer {
  DeskId desk;
  ServiceId to_service;
  DeskId to_desk;
  Place place = Place::keep;
  std::string to_clerk{}, to_pool{};
  std::optional<Minutes> after{};       ///< parked until then, seniority kept
  bool soft = false;                    ///< desk and clerk are preferred, not a must
  std::optional<Minutes> soft_for{};    ///< how long, instead of the rule's time
};
/// At a desk: for the visit there. Elsewhere: for a waiting or parked visit.
struct ChangeServices { VisitId visit; DeskId desk; std::vector<ServiceId> add; std::vector<ServiceId> remove; ServiceId change_to; };
enum class Press : std::uint8_t { one, two, hold };
struct PressButton { DeskId desk; Press press = Press::one; };
struct CallHelp { DeskId desk; HelpKind kind = HelpKind::help; DeskId to; };
struct AnswerHelp { DeskId desk; std::string by; };
struct ClearHelp { DeskId desk; };
struct Undo { DeskId desk; };
struct PrintTicket { VisitId visit; PrinterId printer; };                 ///< a reprint
struct ReportPaper { VisitId visit; std::uint32_t copy = 0; Paper paper; };  ///< what a printer's worker tells
struct ApplyFacility {
  std::uint64_t version = 0;
  std::string toml;
  std::vector<ServiceId> services;
  std::vector<DeskId> desks;
  std::string scheduled{};   ///< the plan that this carries out; empty = none
};
struct ScheduleFacility { std::string plan; Instant from; std::string toml; };   ///< in force from then on; the shell applies it when due
struct CancelFacility { std::string plan; };
struct NoteRefusals { std::vector<RefusalTally> refusals; };              ///< what citizens were told instead of a ticket
/// `hold`: only kept for the time it takes to type; ConfirmBooking makes it a booking. `same_holder`: bookings that the shell knows to have the same
/// contact, which the room must not know.
struct CreateBooking {
  BookingId booking;
  std::vector<ServiceId> services;
  Instant start{};
  std::uint16_t party = 1;
  std::string language;
  Channel channel = Channel::integration;
  std::vector<Need> needs;
  bool hold = false;
  std::vector<BookingId> same_holder;
};
struct ConfirmBooking { BookingId booking; std::vector<BookingId> same_holder; };
/// Without services or party: as they are.
struct MoveBooking {
  BookingId booking;
  Instant start{};
  std::vector<ServiceId> services;
  std::optional<std::uint16_t> party;
  Channel channel = Channel::integration;
};
struct CancelBooking { BookingId booking; };
/// The holder is here: the booking becomes the visit `visit`.
struct CheckIn {
  BookingId booking;
  VisitId visit;
  std::string token;
  Channel channel = Channel::kiosk;
  PrinterId printer;         ///< print there; empty = no paper
  std::string language;      ///< empty = the booking's
};
/// Looks ahead with care and remembers what was told; `worked_out` was made beside the room from a glance at it, and is taken as it is.
/// What was worked out beside the room; the teller minds that each is told once.
struct ForetellStep { VisitId visit; std::uint8_t step = 0; Told told; };
struct ForetellBooking { BookingId booking; Told told; };
struct TellEstimate { VisitId visit; std::optional<Told> worked_out = {}; };
struct Tick {};                                                           ///< time passes: day change, parked visits due

struct EditVisit {
  VisitId visit;
  std::optional<std::string> language = {};
  std::optional<std::uint16_t> party = {};
  std::optional<PriorityId> priority = {};
  std::optional<std::vector<Need>> needs = {};
};
/// Of one that waits or is parked: its open step `service` (empty = the first) goes to another service or desk, or the visit to another place.
struct MoveVisit { VisitId visit; ServiceId service; ServiceId to_service; DeskId to_desk; Place place = Place::keep; std::string reason; };
/// `family`: the parties are added; else one person holds both tickets.
struct MergeVisits { VisitId visit; VisitId into; bool family = false; };
struct SplitVisit { VisitId visit; std::vector<ServiceId> services; std::uint16_t party = 1; VisitId id; std::string token; PrinterId printer; };
struct RollWish { std::optional<Number> first = {}; std::optional<std::uint16_t> last = {}; ServiceId service = {}; };
/// Puts rolls up (none named: one with a letter that nothing else uses), or puts all away; `torn`: the last ticket that was torn off each.
struct SetRoomMode { RoomMode mode{}; std::vector<RollWish> rolls = {}; std::vector<Number> torn = {}; };
struct Evacuate { bool active = false; std::string kind = {}; };
/// By the citizen: "I am not ready yet". Of one that waits, is called or is put aside already.
struct AskMoreTime { VisitId visit; };
/// What became of an attempt to tell somebody something; the shell knows whom.
struct NoteMessage { std::string subject; std::string kind; std::string channel; std::uint16_t attempt = 1; std::string failed = {}; bool last = false; };
/// Onto the waiting list: the first place that becomes free, begins on one of these days and between these times, is offered. Taken by ConfirmBooking,
/// left by CancelBooking.
struct WishPlace {
  BookingId booking;
  std::vector<ServiceId> services;
  Day first{}, last{};
  Minutes from{0}, to{24 * 60};
  std::uint16_t party = 1;
  std::string language;
  Channel channel = Channel::integration;
  std::vector<Need> needs;
  std::vector<BookingId> same_holder;
};
/// Not this place, perhaps another.
struct DeclineOffer { BookingId booking; };
/// What the contact centre did until then was read. Once: what was seen already cannot be seen again.
struct SeeHandover { Instant until; };

/// What is kept back of a service's places on that business day is given out, now: the shell draws the minute, so that nobody can lie in wait for it.
struct ReleasePlaces { ServiceId service; Day day; };

using Command = std::variant<TakeTicket, LeaveQueue, ReturnVisit, OpenDesk, PauseDesk, ResumeDesk, CloseDesk, CallNext, CallVisit, Recall,
                             StartService, FinishService, NoShow, Park, Transfer, Undo, PrintTicket, ReportPaper, ApplyFacility, Tick,
                             ScheduleFacility, CancelFacility, NoteRefusals,
                             CreateBooking, ConfirmBooking, MoveBooking, CancelBooking, CheckIn,
                             IdleDesk, ChangeServices, PressButton, CallHelp, AnswerHelp, ClearHelp, TellEstimate,
                             CallNumber, EditVisit, MoveVisit, MergeVisits, SplitVisit, SetRoomMode, Evacuate,
                             AskMoreTime, NoteMessage,
                             WishPlace, DeclineOffer,
                             SeeHandover, ForetellStep, ForetellBooking, ReleasePlaces>;

enum class Reject : std::uint8_t {
  unknown_service, unknown_desk, unknown_visit, unknown_priority, unknown_printer, closed, authority_absent, quota_full, booking_required,
  queue_full, numbers_exhausted, id_taken, desk_closed, desk_on_break, desk_busy, desk_idle, wrong_state, wrong_desk, recall_too_soon,
  recall_limit, nothing_to_undo, undo_conflict, call_not_allowed, wrong_content, in_use,
  not_offered, last_ticket, crowd_full, unknown_schedule, schedule_full,
  unknown_booking, not_bookable, slot_taken, outside_hours, too_early, too_late, duplicate_booking,
  return_not_allowed, return_too_late,
  evacuation, number_taken, not_on_roll,
  no_more_time,
  waiting_list_full, offer_over,
  not_by_telephone, handover_seen
};
/// Refusals that a citizen meets when asking for a ticket: each is counted.
[[nodiscard]] bool counts_as_refused(Reject reason);

/// What a citizen can do instead of what was refused.
struct Alternative {
  /// outside: a ticket to wait outside with; host: somebody here helps to book.
  enum class Kind : std::uint8_t { opens, place, standby, booking, host, outside } kind;
  std::optional<Instant> at;   ///< opens: when; booking: the first free time, where known
  Text text;                   ///< place: where
  ServiceId service;
};

struct Refusal {
  Reject reason;
  std::string field;
  std::vector<Alternative> alternatives;
  std::optional<std::chrono::seconds> retry_after;
  ServiceId service{};                    ///< which of those asked for; empty = does not apply
};

/// Facts that follow from a wish, or why not. An empty list is "nothing to do" (CallNext with nobody waiting).
using Decision = tl::expected<std::vector<Event>, Refusal>;

/// Pure: same state, facility, command and time, same answer. Does not change the state.
[[nodiscard]] Decision decide(const State& state, const Facility& facility, const Command& command, Instant now);

/// When `Tick` next has something to do: at the latest when the next business day begins.
[[nodiscard]] Instant next_due(const State& state, const Facility& facility, Instant now);
/// The same for a shell with a clock that may be set: at the latest one minute ahead.
[[nodiscard]] Instant next_tick(const State& state, const Facility& facility, Instant now);

/// "Take" would be accepted now? The refusal else; what kiosks show before the tap.
[[nodiscard]] std::optional<Refusal> why_not(const State& state, const Facility& facility, const Service& service, Channel channel, Instant now,
                                             std::uint16_t party = 1);

}  // namespace skranke::core
