#pragma once
// The state of the waiting room: nothing but folded events (evolve.cpp). Value type: copies are independent.
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/booked_days.hpp"
#include "core/booking.hpp"
#include "core/facility.hpp"
#include "core/forecast/learned.hpp"
#include "core/ids.hpp"
#include "core/number.hpp"
#include "core/room_status.hpp"
#include "core/time.hpp"

namespace skranke::core {

enum class VisitState : std::uint8_t { expected, waiting, called, serving, parked, done, no_show, left };
enum class StepState : std::uint8_t { waiting, called, serving, parked, done, no_show, skipped };
enum class Channel : std::uint8_t { kiosk, host, phone, web, button, integration };
enum class Outcome : std::uint8_t { settled, needs_documents, referred, back_office, left };
enum class Place : std::uint8_t { keep, front, end };
enum class DeskPhase : std::uint8_t { closed, open, on_break };
enum class DeskAction : std::uint8_t { call, recall, start, finish, no_show, park, transfer, go_on, services };
enum class Why : std::uint8_t { longest_wait, only_one, named, front, priority, fifo, booked_time, same_clerk, target, short_errand, roll };
/// What a visitor needs; the first four say how to call and serve, `interpreter` uses the visit's language. Never on boards or tickets.
enum class Need : std::uint8_t { hearing, sight, standing, wheelchair, interpreter, companion };
enum class HelpKind : std::uint8_t { none, help, emergency };
enum class PaperState : std::uint8_t { none, queued, printing, printed, failed, unknown };

/// The paper of a visit: the last copy asked for and what became of it.
struct Paper {
  PaperState state = PaperState::none;
  PrinterId printer;
  std::uint32_t copy = 0;      ///< 1 = the ticket, 2… = reprints
  std::string fault;
  Instant at{};
  bool operator==(const Paper&) const = default;
};

enum class Reject : std::uint8_t;    // core/command.hpp

/// How often citizens were told `reason` instead of getting a ticket.
struct RefusalTally {
  ServiceId service;
  Reject reason{};
  Channel channel{};
  std::uint32_t count = 0;
  bool operator==(const RefusalTally&) const = default;
};

/// A facility that comes into force later; its text stands in the journal.
struct ScheduledFacility {
  std::string id;
  Instant from{};
  bool operator==(const ScheduledFacility&) const = default;
};
inline constexpr std::size_t scheduled_max = 8;

struct ServiceDone {
  ServiceId service;
  std::uint32_t quantity = 1;
  bool operator==(const ServiceDone&) const = default;
};

/// The wait to the first call that the citizen was told, in seconds from `at`.
struct Told {
  Instant at{};
  std::int64_t p10_s = 0, p50_s = 0, p90_s = 0;
  bool operator==(const Told&) const = default;
};

struct Step {
  ServiceId service;
  StepState state = StepState::waiting;
  std::vector<std::uint8_t> after;   ///< steps of this visit that come first
  DeskId tied;                       ///< only this desk may call it; empty = any able desk
  std::string tied_clerk;            ///< only a desk with this clerk may call it; empty = any
  std::string pool;                  ///< only desks of this group may call it; empty = any
  DeskId prefer_desk;                ///< goes first until `prefer_until`, then any able desk
  std::string prefer_clerk;
  Instant prefer_until{};
  DeskId desk;                       ///< last desk that called it
  std::uint32_t attempts = 0;        ///< calls so far, recalls included
  Instant called_at{}, last_call_at{}, started_at{}, finished_at{};
  Why why = Why::longest_wait;
  std::string runner_up;             ///< number that would have been called instead, empty = nobody
  std::optional<Outcome> outcome;
  std::vector<ServiceDone> done;
  bool extra = false;                ///< sent on here: it holds no place of a quota
  bool operator==(const Step&) const = default;
};

inline constexpr std::uint8_t no_step = 255;

/// Places of quotas: each service once for each step, each authority once for a visit.
struct Places {
  std::vector<ServiceId> services;
  std::vector<AuthorityId> authorities;
  bool operator==(const Places&) const = default;
};

/// A telephone visit: when its holder was promised a call, and how often a desk has rung without reaching them.
struct Callback {
  Instant from{}, until{};
  std::uint8_t tries = 0;
  bool operator==(const Callback&) const = default;
};

struct Visit {
  Serial serial = 0;
  VisitId id;
  std::string token;                 ///< the citizen's own key to this visit
  Number number;
  Day day{};                         ///< business day it was taken on
  VisitState state = VisitState::waiting;
  std::vector<Step> steps;
  std::uint8_t current = no_step;    ///< the step that is called, served or parked
  Instant created_at{};
  Instant anchor{};                  ///< seniority: the queue is ordered by this time
  bool front = false;                ///< put in front by a clerk; among those, by anchor
  Instant ended_at{};
  std::string language;
  Channel channel = Channel::kiosk;
  std::uint16_t party = 1;
  PriorityId priority;
  std::chrono::seconds head_start{0};
  bool outside = false;              ///< waits outside the room, which was full
  std::optional<Instant> booked_for; ///< its place in the queue counts from this time; none for who came too late for it
  BookingId booking;                 ///< empty = came without
  Instant parked_until{};
  std::string parked_place;          ///< where it waits meanwhile ("photo booth")
  Paper paper;
  std::vector<Need> needs;           ///< without repeats, in the order of the words
  bool standby = false;              ///< took a standby place where a booking was required
  std::optional<Told> told;          ///< the first estimate; what was told is a fact
  std::uint8_t passed = 0;           ///< later walk-ins with a short errand that were let past, by the rule `skranke`
  Serial merged_into = 0;            ///< joined with that visit, which holds its wishes now; 0 = stands for itself
  std::optional<Callback> callback;  ///< nobody stands in the room: a desk rings. Never on boards, never said aloud
  std::vector<Number> also;          ///< numbers of visits that were joined into this one
  std::uint8_t more_times = 0;       ///< how often its holder asked for more time and got it
  std::uint32_t revision = 0;        ///< counts events of this visit
  bool operator==(const Visit&) const = default;

  [[nodiscard]] bool is_live() const { return state != VisitState::done && state != VisitState::no_show && state != VisitState::left; }
  [[nodiscard]] const Step* current_step() const { return current == no_step ? nullptr : &steps[current]; }
  /// Waiting, and every step before it is over.
  [[nodiscard]] bool is_ready(std::size_t step) const;
};

/// What undo puts back; lives in memory only, ten seconds long.
struct UndoEntry {
  DeskAction action{};
  Instant at{};
  Visit before;                      ///< the visit as it was
  std::uint32_t revision_after = 0;  ///< of the visit, right after the action
  Serial desk_visit_before = 0;
  std::uint32_t served_before = 0;
  std::int64_t service_ms_before = 0;
  Places taken{}, back{};                ///< what a change of services took of quotas, and gave back
  bool operator==(const UndoEntry&) const = default;
};

struct DeskStatus {
  DeskId id;
  DeskPhase phase = DeskPhase::closed;
  std::string reason;                ///< of the break
  std::string clerk;                 ///< actor of the session
  std::vector<ServiceId> services;   ///< narrowed for this session; empty = all of the desk's
  std::vector<std::string> languages;  ///< spoken by this session's clerk; empty = the facility's for the desk
  std::vector<std::string> skills;     ///< of this session's clerk
  Instant since{};
  Serial visit = 0;                  ///< called or served here; 0 = none
  std::uint32_t served_today = 0;
  std::int64_t service_ms_today = 0;
  bool auto_next = false;              ///< the next visit is called by itself after `rest`
  std::chrono::seconds rest{0};
  Instant free_since{};                ///< the last visit went away, or the session began
  std::string idle;                    ///< why an open desk calls nobody just now; empty = it does
  Instant pressed_at{};                ///< the last press of a button that did something
  HelpKind help = HelpKind::none;      ///< this desk calls for help
  DeskId help_to;                      ///< a certain desk is asked; empty = whoever can
  Instant help_since{};
  std::string help_by;                 ///< who comes; empty = nobody yet
  std::vector<UndoEntry> undo;       ///< newest last, at most undo_depth; not part of equality of replayed and live state
};
inline constexpr std::size_t undo_depth = 4;

/// A place in a service's queue. Order: put in front first, then anchor less head start, then arrival.
struct QueueEntry {
  bool behind = true;
  Instant rank{};
  Serial serial = 0;
  std::uint8_t step = 0;
  auto operator<=>(const QueueEntry&) const = default;
};

struct BoardCall {
  Serial serial = 0;
  Number number;
  DeskId desk;
  std::uint32_t attempt = 0;
  Instant at{};
  bool operator==(const BoardCall&) const = default;
};
inline constexpr std::size_t board_calls_max = 24;

struct DayCounts {
  std::uint32_t taken = 0, done = 0, no_show = 0, left = 0;
  bool operator==(const DayCounts&) const = default;
};

struct State {
  Day day{};                                             ///< business day in progress; epoch day = none yet
  Serial last_serial = 0;
  NumberBook numbers;
  std::unordered_map<Serial, Visit> visits;              ///< live ones, and the day's ended ones
  std::unordered_map<VisitId, Serial> by_id;
  std::unordered_map<std::string, Serial> by_token;
  std::vector<std::pair<ServiceId, std::vector<QueueEntry>>> queues;
  std::size_t later_steps_queued = 0;                    ///< entries of `queues` that are not a visit's first step; 0 = no visit stands twice
  std::set<std::pair<Instant, Serial>> parked;           ///< who is put aside, by when it ends
  std::vector<DeskStatus> desks;
  std::vector<BoardCall> calls;                          ///< newest first
  DayCounts counts;
  std::vector<std::pair<ServiceId, std::uint32_t>> taken_today;
  std::vector<std::pair<AuthorityId, std::uint32_t>> taken_week, authority_today;   ///< visits, each counted once
  std::vector<RefusalTally> refused_today;
  std::vector<ScheduledFacility> scheduled;              ///< by time
  std::uint64_t facility_version = 0;
  std::unordered_map<BookingId, Booking> bookings;       ///< those to come, and the day's ended ones
  BookingIndex bookings_by_start;                        ///< those that take a place in the calendar
  BookedDays booked;                                     ///< what those of them take that were not overbooked, by day
  BookingIndex bookings_due;                             ///< awaited ones: booked by their start, held by the end of the hold
  BookingIndex waiting_list;                             ///< who waits for a place, by turn
  std::vector<std::pair<ServiceId, Day>> released;       ///< up to this business day the places that were kept back are given out
  Instant places_due{};                                  ///< when places are next looked for, for them; the epoch = not by itself
  Learned learned;                                       ///< what estimates rest on
  RoomStatus room;

  [[nodiscard]] const Visit* find(Serial serial) const;
  [[nodiscard]] const Visit* find(const VisitId& id) const;
  [[nodiscard]] const Visit* find_token(const std::string& token) const;
  [[nodiscard]] const DeskStatus* find(const DeskId& id) const;
  [[nodiscard]] const Booking* find(const BookingId& id) const;
  [[nodiscard]] const std::vector<QueueEntry>& queue(const ServiceId& id) const;
  [[nodiscard]] std::size_t waiting_count() const;
};

/// Equal but for what lives in memory only (undo).
[[nodiscard]] bool same_desk(const DeskStatus& a, const DeskStatus& b);

/// The same room? Everything but what lives in memory only (undo). For replay and projection checks.
[[nodiscard]] bool same(const State& a, const State& b, std::string* difference = nullptr);

}  // namespace skranke::core
