#pragma once
// A site as its facility file describes it: authorities, services, hours, desks, boards, kiosks, printers, rules. Pure data, checked before use.
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/holidays.hpp"
#include "core/booking_rules.hpp"
#include "core/ids.hpp"
#include "core/room_rules.hpp"
#include "core/sound_rules.hpp"
#include "core/ticket_layout.hpp"
#include "core/time.hpp"

namespace skranke::core {

/// A name or sentence in several languages, in the order of the file.
struct Text {
  std::vector<std::pair<std::string, std::string>> by_language;
  /// Asked language, else English, else the first there is, else empty.
  [[nodiscard]] const std::string& get(std::string_view language) const;
  [[nodiscard]] bool empty() const { return by_language.empty(); }
  bool operator==(const Text&) const = default;
};

/// A weekly span of wall-clock time; bit 0 of `days` = Monday. `to` may be 24:00 (1440), never before `from`.
struct WeeklySpan {
  std::uint8_t days = 0;
  Minutes from{0};
  Minutes to{0};
  int quota = 0;                         ///< visits on such a day; 0 = no limit. Of an authority's presence only
  bool operator==(const WeeklySpan&) const = default;
};

/// An exception to regular hours on one date: closed all day, or open only from–to.
struct Closure {
  Day date;
  std::optional<std::pair<Minutes, Minutes>> open;
  Text reason;
  bool operator==(const Closure&) const = default;
};

struct Site {
  std::string id;
  std::string name;
  std::string time_zone = "Europe/Copenhagen";
  std::vector<std::string> languages{"da", "en"};  ///< first = default
  Minutes business_day_starts{240};
  std::string public_url;   ///< base of the citizen's page in QR codes; empty = the address the kiosk itself uses
  Text ticket_footer;
  HolidayRules holidays;
  Text where;               ///< where to wait, printed on the ticket; empty = the catalogue's sentence
  bool operator==(const Site&) const = default;
};

struct Authority {
  AuthorityId id;
  Text name;
  std::vector<WeeklySpan> present;       ///< empty = whenever the site is open
  std::optional<int> weekly_quota;       ///< visits a week (Monday–Sunday); a visit counts once, however many of its steps it takes
  std::optional<int> daily_quota;
  Text address;                          ///< where else to find it, said when absent
  bool operator==(const Authority&) const = default;
};

enum class Mode : std::uint8_t { walk_in, mixed, booking };

struct Service {
  ServiceId id;
  Text name;
  AuthorityId authority;
  char letter = 'A';                     ///< series on tickets: as issued, one of `unmistakable_letters`
  Minutes expected{10};
  Mode mode = Mode::walk_in;
  std::vector<ServiceId> after;
  Minutes slot{15};
  std::string enrolment;
  Text message_name;                     ///< what messages and calendar files may call it; empty = nothing is said of what it is about
  std::optional<int> daily_quota;
  int queue_max = 5000;                  ///< waiting visits before the service says "full"
  Minutes target_wait{20};
  std::optional<Minutes> booked_target, walk_in_target;   ///< instead of the rules'
  std::array<std::optional<Mode>, 7> mode_on{};   ///< another mode on some weekdays; 0 = Monday
  std::optional<Day> from, until;        ///< offered from and up to these days, both included
  std::optional<Minutes> alarm_wait;     ///< instead of the room's
  ServiceBooking book;                   ///< rules for bookings of this service
  Minutes extra_person{0};               ///< case and appointment are longer by this much for each person of a party beyond the first
  bool contact_centre = true;            ///< false: only the authority itself may decide on times for it, a shared contact centre may not
  bool telephone = false;                ///< can be settled by telephone: who asks is called back in turn
  Text self_service;                     ///< how to do it without coming; said, never in the way
  std::string skill;                     ///< only a desk or session with this skill may call it; empty = any
  bool operator==(const Service&) const = default;

  [[nodiscard]] Mode mode_at(Day day) const { return mode_on[weekday_index(day)].value_or(mode); }
  [[nodiscard]] bool offered_on(Day day) const { return (!from || *from <= day) && (!until || day <= *until); }
};

struct Desk {
  DeskId id;
  Text name;
  std::string zone;
  std::vector<ServiceId> services;
  std::vector<std::string> languages;    ///< spoken here unless the session says otherwise; empty = all
  std::vector<std::string> skills;       ///< held here unless the session says otherwise
  std::vector<std::string> pools;        ///< groups of desks that a visit can be sent to
  Arrow arrow = Arrow::none;             ///< on every board that does not say otherwise
  std::vector<WeeklySpan> hours;         ///< when somebody is there whom bookings can count on; empty = while the house is open
  std::vector<WeeklySpan> breaks;        ///< when nobody is, within these hours
  [[nodiscard]] bool is_away_at_times() const { return !hours.empty() || !breaks.empty(); }
  bool operator==(const Desk&) const = default;
};

struct Notice {
  Text title, text;
  bool operator==(const Notice&) const = default;
};

struct Board {
  BoardId id;
  Text name;
  std::vector<std::string> zones;        ///< empty = all
  std::vector<std::string> languages;    ///< empty = the site's
  std::vector<Notice> notices;
  double screen_inches = 55;             ///< diagonal of a 16:9 screen
  double farthest_m = 6;                 ///< the farthest seat
  int chime_volume = 60;                 ///< percent, of chime and speech; 0 = silent
  std::optional<bool> speaker{};         ///< sounds for its zones; unsaid = the first board of a zone that has no other
  std::vector<std::pair<DeskId, Arrow>> arrows{};
  Minutes night_after{60};               ///< dark so long after closing and until so long before opening; 0 = never dark
  bool operator==(const Board&) const = default;
};

/// A loudspeaker at the sound card of a box with an agent; its zones are silent on boards.
struct Speaker {
  std::string id;
  Text name;
  std::vector<std::string> zones;        ///< empty = all
  int volume = 60;                       ///< percent; 0 = silent
  bool operator==(const Speaker&) const = default;
};

struct Kiosk {
  KioskId id;
  Text name;
  std::vector<ServiceId> services;       ///< empty = all
  std::vector<std::string> languages;
  PrinterId printer;                     ///< empty = no paper
  Minutes night_after{60};               ///< its glass is dark so long after closing and until so long before opening; 0 = never dark
  bool operator==(const Kiosk&) const = default;
};

struct PrinterConfig {
  PrinterId id;
  Text name;
  std::string kind = "preview";          ///< cups | escpos | preview
  std::string queue, device;
  bool raw = false;
  int width_mm = 80;
  bool cut = true;
  PrinterId fallback;                    ///< used while this one is failed or absent
  bool operator==(const PrinterConfig&) const = default;
};

struct Priority {
  PriorityId id;
  Text name;                             ///< the reason, in words to show
  Minutes head_start{30};                ///< counts as having waited this much longer
  bool operator==(const Priority&) const = default;
};

/// What a pause is for; with a list, a pause names one of them or nothing.
struct BreakReason {
  std::string id;
  Text name;
  bool operator==(const BreakReason&) const = default;
};

/// Where somebody who missed the call stands on return: `none` = not at all, a new ticket is needed.
enum class MissedReturn : std::uint8_t { keep, end, none };

struct Rules {
  std::string policy = "longest_wait";
  std::chrono::seconds recall_after{20}; ///< between a call and its recall, and between recalls
  int recalls_max = 3;
  std::chrono::seconds undo_within{10};
  bool call_named = true;                ///< may a clerk call a visit by number?
  Minutes park{10};                      ///< how long a parked visit stays away unless the clerk says otherwise
  std::chrono::seconds board_call{900};  ///< how long a call stays on the board
  LastTicket last_ticket{};
  bool night_ends_visits = true;         ///< who still waits when the business day ends outside opening hours has left
  bool language_must = false;            ///< a desk calls only visits whose language it speaks, where some desk does
  Minutes prefer{5};                     ///< how long a preferred desk, clerk or language goes before all others
  MissedReturn missed_return = MissedReturn::keep;
  Minutes standby_hold{5};               ///< a standby place waits so long for a booked visit that is due and has not come; 0 = never
  Minutes missed_within{0};              ///< return is possible this long after the miss; 0 = for the rest of the day
  std::chrono::seconds no_show_after{0}; ///< after the last recall, missed by itself; 0 = the clerk decides
  Minutes booked_target{8};              ///< the rule `skranke`: so late a booked visit should be called at most
  Minutes walk_in_target{40};            ///< and so long a walk-in with an errand of ordinary length should wait at most
  Minutes more_time{10};                 ///< what a citizen gets who asks for more time on the phone; 0 = not offered
  int more_times_max = 2;                ///< so often for one visit
  int page_hours = 2;                    ///< how long the citizen's page still tells of a visit that is over
  Minutes callback_again{15};            ///< who is not reached by telephone is rung once more after this long
  std::chrono::seconds back_notice{600}; ///< how long screens say that things work again after an evacuation, a paper roll or a restart; 0 = never
  bool operator==(const Rules&) const = default;
};

/// Sentences of the house instead of those of the program: by language, then by key, as patterns.
using OwnTexts = std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>>;

struct Facility {
  Site site;
  std::vector<Authority> authorities;
  std::vector<Service> services;
  std::vector<WeeklySpan> opening;       ///< empty = always open
  std::vector<Closure> closures;
  std::vector<Desk> desks;
  std::vector<Board> boards;
  std::vector<Kiosk> kiosks;
  std::vector<PrinterConfig> printers;
  std::vector<Priority> priorities;
  std::vector<BreakReason> break_reasons;   ///< empty = any words
  Rules rules;
  RoomRules room;
  AlarmRules alarms;
  BookingRules booking;
  std::vector<Equipment> equipment;
  SoundRules sound;
  std::vector<Speaker> speakers;
  TicketLayout ticket;
  OwnTexts texts;
  Zone zone;                             ///< filled by the shell from site.time_zone

  [[nodiscard]] const Service* find(const ServiceId& id) const;
  [[nodiscard]] const Authority* find(const AuthorityId& id) const;
  [[nodiscard]] const Desk* find(const DeskId& id) const;
  [[nodiscard]] const Board* find(const BoardId& id) const;
  [[nodiscard]] const Kiosk* find(const KioskId& id) const;
  [[nodiscard]] const PrinterConfig* find(const PrinterId& id) const;
  [[nodiscard]] const Priority* find(const PriorityId& id) const;
};

/// Spans of wall-clock time in which something is open on `day` (the site's hours, narrowed by an authority's presence).
struct OpenSpan {
  Instant from, to;
};
[[nodiscard]] std::vector<OpenSpan> site_hours(const Facility& facility, Day day);
/// When bookings can count on the desk that day, by its own hours and breaks; the house may be closed meanwhile.
[[nodiscard]] std::vector<OpenSpan> desk_hours(const Facility& facility, const Desk& desk, Day day);
[[nodiscard]] std::vector<OpenSpan> service_hours(const Facility& facility, const Service& service, Day day);
[[nodiscard]] bool is_open(const std::vector<OpenSpan>& spans, Instant at);
/// What is left of the spans of a day; a lunch closing does not count.
[[nodiscard]] std::chrono::milliseconds open_time_left(const std::vector<OpenSpan>& spans, Instant at);
/// The calendar day of the site that holds `at`.
[[nodiscard]] Day local_day(const Facility& facility, Instant at);
/// The next opening of a service after `at`, within 60 days.
[[nodiscard]] std::optional<OpenSpan> next_opening(const Facility& facility, const Service& service, Instant at);

}  // namespace skranke::core
