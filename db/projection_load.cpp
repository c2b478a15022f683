#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "db/projection.hpp"
#include "wire/events.hpp"

namespace skranke::db {
namespace {

using core::Instant;

/// Reads the columns of a row from left to right; remembers when one made no sense.
class Fields {
 public:
  explicit Fields(const Statement& statement) : statement_{statement} {}

  std::string text() { return std::string{statement_.text(column_++)}; }
  template <class Id>
  Id id() { return Id{statement_.text(column_++)}; }
  template <class Number>
  Number number() {
    const std::int64_t value = statement_.integer(column_++);
    if (!std::in_range<Number>(value)) sound_ = false;
    return static_cast<Number>(value);
  }
  std::uint64_t natural() { return statement_.natural(column_++); }
  Instant instant() { return core::from_millis(statement_.integer(column_++)); }   // NULL reads as the epoch: "not yet"
  std::optional<Instant> optional_instant() {
    if (statement_.is_null(column_)) return ++column_, std::nullopt;
    return instant();
  }
  template <class Enum>
  Enum word() {
    const auto value = wire::from_word<Enum>(statement_.text(column_++));
    if (!value) sound_ = false;
    return value.value_or(Enum{});
  }
  template <class Enum>
  std::optional<Enum> optional_word() {
    if (statement_.is_null(column_)) return ++column_, std::nullopt;
    return word<Enum>();
  }
  core::Number ticket() {
    const auto number = core::parse_number(statement_.text(column_++));
    if (!number) sound_ = false;
    return number.value_or(core::Number{});
  }
  core::Day day();
  std::uint8_t step_or_none() {
    if (statement_.is_null(column_)) return ++column_, core::no_step;
    return number<std::uint8_t>();
  }
  std::vector<std::uint8_t> list();
  /// The small fields into a thing whose other fields were read before.
  template <class Thing>
  void more(Thing& into) {
    if (!wire::decode_more(statement_.text(column_++), into)) sound_ = false;
  }
  void booking(core::Booking& into) {
    if (!wire::decode_booking(statement_.text(column_++), into)) sound_ = false;
  }
  [[nodiscard]] bool sound() const { return sound_; }

 private:
  const Statement& statement_;
  int column_ = 0;
  bool sound_ = true;
};

core::Day Fields::day() {
  const std::string_view text = statement_.text(column_++);
  int year = 0;
  unsigned month = 0, day = 0;
  const char* end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, year);
  if (read.ptr != end) read = std::from_chars(read.ptr + 1, end, month);
  if (read.ptr != end) read = std::from_chars(read.ptr + 1, end, day);
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok() || read.ptr != end) sound_ = false;
  return core::Day{static_cast<std::chrono::local_days>(date)};
}

std::vector<std::uint8_t> Fields::list() {
  std::string_view text = statement_.text(column_++);
  std::vector<std::uint8_t> numbers;
  while (!text.empty()) {
    std::uint8_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{}) return sound_ = false, numbers;
    numbers.push_back(number);
    text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(read.ptr - text.data()) + 1));
  }
  return numbers;
}

core::Visit visit_of(Fields& row) {
  core::Visit v;
  v.serial = row.natural();
  v.id = row.id<core::VisitId>();
  v.token = row.text();
  v.number = row.ticket();
  v.day = row.day();
  v.state = row.word<core::VisitState>();
  v.current = row.step_or_none();
  v.created_at = row.instant();
  v.anchor = row.instant();
  v.front = row.number<std::uint8_t>() != 0;
  v.ended_at = row.instant();
  v.language = row.text();
  v.channel = row.word<core::Channel>();
  v.party = row.number<std::uint16_t>();
  v.priority = row.id<core::PriorityId>();
  v.head_start = std::chrono::seconds{row.number<std::int64_t>()};
  v.booked_for = row.optional_instant();
  v.parked_until = row.instant();
  v.paper.state = row.word<core::PaperState>();
  v.paper.printer = row.id<core::PrinterId>();
  v.paper.copy = row.number<std::uint32_t>();
  v.paper.fault = row.text();
  v.paper.at = row.instant();
  v.revision = row.number<std::uint32_t>();
  row.more(v);
  return v;
}

core::Step step_of(Fields& row) {
  core::Step s;
  s.service = row.id<core::ServiceId>();
  s.state = row.word<core::StepState>();
  s.after = row.list();
  s.tied = row.id<core::DeskId>();
  s.desk = row.id<core::DeskId>();
  s.attempts = row.number<std::uint32_t>();
  s.called_at = row.instant();
  s.last_call_at = row.instant();
  s.started_at = row.instant();
  s.finished_at = row.instant();
  s.why = row.word<core::Why>();
  s.runner_up = row.text();
  s.outcome = row.optional_word<core::Outcome>();
  row.more(s);
  return s;
}

core::Booking booking_of(Fields& row) {
  core::Booking b;
  b.id = row.id<core::BookingId>();
  b.state = row.word<core::BookingState>();
  b.made_at = row.instant();
  b.language = row.text();
  b.channel = row.word<core::Channel>();
  b.visit = row.id<core::VisitId>();
  row.booking(b);
  return b;
}

core::DeskStatus desk_of(Fields& row) {
  core::DeskStatus d;
  d.id = row.id<core::DeskId>();
  d.phase = row.word<core::DeskPhase>();
  d.reason = row.text();
  d.clerk = row.text();
  d.since = row.instant();
  d.visit = row.natural();
  d.served_today = row.number<std::uint32_t>();
  d.service_ms_today = row.number<std::int64_t>();
  row.more(d);
  return d;
}

/// One table at a time into the state. Each returns false when rows make no sense together.
class Loader {
 public:
  explicit Loader(Connection& connection) : connection_{connection} {}
  [[nodiscard]] Result<bool> load();
  Loaded loaded;
  std::string why;

 private:
  /// Calls `each` for every row of `sql`; it returns false for a row that makes no sense.
  template <class Each>
  [[nodiscard]] Result<bool> rows(const char* table, const char* sql, Each each);
  [[nodiscard]] Result<bool> load_room();
  [[nodiscard]] Result<bool> load_visits();
  [[nodiscard]] Result<bool> load_desks();
  [[nodiscard]] Result<bool> load_bookings();
  [[nodiscard]] Result<bool> load_tallies();
  [[nodiscard]] Result<bool> load_facility();
  [[nodiscard]] bool hangs_together();

  Connection& connection_;
  std::size_t visits_ = 0, steps_ = 0;   ///< how many there must be
};

template <class Each>
Result<bool> Loader::rows(const char* table, const char* sql, Each each) {
  auto statement = connection_.prepare(sql);
  if (!statement) return while_doing(table, std::move(statement).error());
  for (;;) {
    auto row = statement->step();
    if (!row) return while_doing(table, std::move(row).error());
    if (!*row) return true;
    Fields fields{*statement};
    if (!each(fields) || !fields.sound()) return why = fmt::format("table {} holds a row that makes no sense", table), false;
  }
}

Result<bool> Loader::load() {
  auto watermark = connection_.integer("SELECT value FROM meta WHERE key = 'watermark'");
  if (!watermark) return tl::unexpected{std::move(watermark).error()};
  if (*watermark <= 0) return false;   // never written, or emptied
  loaded.watermark = static_cast<std::uint64_t>(*watermark);
  for (auto step : {&Loader::load_room, &Loader::load_visits, &Loader::load_desks, &Loader::load_bookings, &Loader::load_tallies, &Loader::load_facility}) {
    auto done = (this->*step)();
    if (!done || !*done) return done;
  }
  if (!hangs_together()) return false;
  core::rebuild_derived(loaded.state);
  return true;
}

Result<bool> Loader::load_room() {
  bool found = false;
  auto read = rows("room", "SELECT day, last_serial, facility_version, visits, steps, taken, done, no_show, \"left\", more FROM room", [&](Fields& row) {
    core::State& s = loaded.state;
    s.day = row.day();
    s.last_serial = row.natural();
    s.facility_version = row.natural();
    visits_ = row.natural();
    steps_ = row.natural();
    s.counts.taken = row.number<std::uint32_t>();
    s.counts.done = row.number<std::uint32_t>();
    s.counts.no_show = row.number<std::uint32_t>();
    s.counts.left = row.number<std::uint32_t>();
    row.more(s);
    return found = true;
  });
  if (read && *read && !found) return why = "table room is empty", false;
  return read;
}

Result<bool> Loader::load_visits() {
  auto& visits = loaded.state.visits;
  visits.reserve(std::min<std::size_t>(visits_, 100'000));
  auto read = rows("visit", "SELECT * FROM visit", [&](Fields& row) {
    core::Visit visit = visit_of(row);
    const core::Serial serial = visit.serial;
    return visits.emplace(serial, std::move(visit)).second;
  });
  if (!read || !*read) return read;
  std::size_t steps = 0;
  read = rows("step", "SELECT serial, step, service, state, after, tied, desk, attempts, called_ms, last_call_ms, started_ms, finished_ms, why,"
                      " runner_up, outcome, more FROM step ORDER BY serial, step", [&](Fields& row) {
    const auto visit = visits.find(row.natural());
    if (visit == visits.end() || row.natural() != visit->second.steps.size()) return false;
    visit->second.steps.push_back(step_of(row));
    return ++steps, true;
  });
  if (!read || !*read) return read;
  if (visits.size() != visits_ || steps != steps_) return why = fmt::format("{} of {} visits, {} of {} steps", visits.size(), visits_, steps, steps_), false;
  return rows("step_done", "SELECT serial, step, service, quantity FROM step_done ORDER BY serial, step, position", [&](Fields& row) {
    const auto visit = visits.find(row.natural());
    const std::uint64_t step = row.natural();
    if (visit == visits.end() || step >= visit->second.steps.size()) return false;
    core::ServiceDone done;
    done.service = row.id<core::ServiceId>();
    done.quantity = row.number<std::uint32_t>();
    visit->second.steps[step].done.push_back(std::move(done));
    return true;
  });
}

Result<bool> Loader::load_desks() {
  auto& desks = loaded.state.desks;
  auto read = rows("desk", "SELECT id, phase, reason, clerk, since_ms, visit, served_today, service_ms_today, more FROM desk ORDER BY position",
                   [&](Fields& row) { return desks.push_back(desk_of(row)), true; });
  if (!read || !*read) return read;
  return rows("desk_service", "SELECT desk, service FROM desk_service ORDER BY desk, position", [&](Fields& row) {
    const auto id = row.id<core::DeskId>();
    const auto desk = std::find_if(desks.begin(), desks.end(), [&](const core::DeskStatus& d) { return d.id == id; });
    if (desk == desks.end()) return false;
    desk->services.push_back(row.id<core::ServiceId>());
    return true;
  });
}

/// "closed kiosk passport"
std::optional<core::RefusalTally> refusal_from(std::string_view id) {
  const std::size_t first = id.find(' '), second = id.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const auto reason = wire::from_word<core::Reject>(id.substr(0, first));
  const auto channel = wire::from_word<core::Channel>(id.substr(first + 1, second - first - 1));
  if (!reason || !channel) return std::nullopt;
  return core::RefusalTally{core::ServiceId{id.substr(second + 1)}, *reason, *channel, 0};
}

Result<bool> Loader::load_bookings() {
  auto& bookings = loaded.state.bookings;
  auto read = rows("booking", "SELECT id, state, made_ms, language, channel, visit, more FROM booking", [&](Fields& row) {
    core::Booking booking = booking_of(row);
    if (booking.parts.empty()) return false;   // unreadable `more`
    const core::BookingId id = booking.id;
    return bookings.emplace(id, std::move(booking)).second;
  });
  if (!read || !*read) return read;
  auto there = connection_.integer("SELECT coalesce((SELECT value FROM meta WHERE key = 'bookings'), 0)");
  if (!there) return tl::unexpected{std::move(there).error()};
  if (std::cmp_equal(*there, bookings.size())) return true;
  return why = fmt::format("{} of {} bookings", bookings.size(), *there), false;
}

Result<bool> Loader::load_tallies() {
  return rows("tally", "SELECT kind, id, count FROM tally ORDER BY position", [&](Fields& row) {
    const std::string kind = row.text();
    if (kind == "service_today") {
      const auto id = row.id<core::ServiceId>();
      loaded.state.taken_today.emplace_back(id, row.number<std::uint32_t>());
    } else if (kind == "authority_week") {
      const auto id = row.id<core::AuthorityId>();
      loaded.state.taken_week.emplace_back(id, row.number<std::uint32_t>());
    } else if (kind == "authority_today") {
      const auto id = row.id<core::AuthorityId>();
      loaded.state.authority_today.emplace_back(id, row.number<std::uint32_t>());
    } else if (kind == "refused_today") {
      auto tally = refusal_from(row.text());
      if (!tally) return false;
      tally->count = row.number<std::uint32_t>();
      loaded.state.refused_today.push_back(std::move(*tally));
    } else if (kind == "facility_from_ms") {
      std::string id = row.text();
      loaded.state.scheduled.push_back({std::move(id), core::from_millis(row.number<std::int64_t>())});
    } else {
      return false;
    }
    return true;
  });
}

Result<bool> Loader::load_facility() {
  return rows("facility_version", "SELECT seq FROM facility_version ORDER BY seq DESC LIMIT 1",
              [&](Fields& row) { return loaded.facility_seq = row.natural(), true; });
}

/// What evolve takes for granted and a damaged table could break.
bool Loader::hangs_together() {
  const core::State& state = loaded.state;
  for (const auto& [serial, visit] : state.visits) {
    const bool steps = !visit.steps.empty() && (visit.current == core::no_step || visit.current < visit.steps.size());
    const bool after = std::all_of(visit.steps.begin(), visit.steps.end(), [&](const core::Step& step) {
      return std::all_of(step.after.begin(), step.after.end(), [&](std::uint8_t earlier) { return earlier < visit.steps.size(); });
    });
    if (!steps || !after || serial > state.last_serial) return why = fmt::format("visit {} makes no sense", serial), false;
  }
  for (const core::DeskStatus& desk : state.desks)
    if (desk.visit != 0 && state.find(desk.visit) == nullptr) return why = fmt::format("desk {} serves nobody known", desk.id.str()), false;
  return true;
}

}  // namespace

Result<std::optional<Loaded>> load_projection(Connection& connection, std::string* why) {
  Loader loader{connection};
  auto sound = loader.load();
  if (!sound) return tl::unexpected{std::move(sound).error()};
  if (why != nullptr) *why = std::move(loader.why);
  if (!*sound) return std::optional<Loaded>{};
  return std::optional<Loaded>{std::move(loader.loaded)};
}

}  // namespace skranke::db
