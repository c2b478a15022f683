#include "daemon/messages/outbox.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "wire/clock_words.hpp"

namespace skranke::daemon {

using core::Booking;
using core::BookingId;
using core::BookingState;

namespace {

constexpr const char* settings = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS message (
  booking TEXT NOT NULL,
  kind INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_ms INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (booking, kind, start_ms)
) STRICT;
CREATE INDEX IF NOT EXISTS message_by_due ON message (state, due_ms);
CREATE INDEX IF NOT EXISTS message_by_age ON message (at_ms);
UPDATE message SET state = 'unknown' WHERE state = 'sending';
)sql";

constexpr unsigned look_every_s = 5, remind_every_s = 60;
constexpr std::chrono::seconds first_pause{10};
constexpr std::chrono::minutes quiet_again{5};
const core::Text name{{{"da", "SMS"}, {"en", "Text messages"}}};

/// What ends a message without being sent, and is no fault.
constexpr std::string_view closed = "closed", late = "late", gone = "gone", no_number = "no_number";

}  // namespace

std::string_view word(Outbox::Kind kind) {
  switch (kind) {
    case Outbox::Kind::booked: return "booked";
    case Outbox::Kind::moved: return "moved";
    case Outbox::Kind::cancelled: return "cancelled";
    case Outbox::Kind::reminder: return "reminder";
  }
  return "";
}

tl::expected<auth::Connection, std::string> Outbox::open(const std::string& directory) {
  const std::string path = directory + "/outbox.db";
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  auth::Connection database{raw};
  if (opened != SQLITE_OK) return tl::unexpected{path + ": cannot be opened"};
  if (sqlite3_exec(raw, settings, nullptr, nullptr, nullptr) != SQLITE_OK) return tl::unexpected{path + ": " + sqlite3_errmsg(raw)};
  return database;
}

Outbox::Outbox(auth::Connection database, Wiring wiring)
    : database_{std::move(database)}, wiring_{std::move(wiring)}, spool_{wiring_.settings.sms_spool} {
  if (wiring_.settings.sms_spool.empty()) return;
  wiring_.engine.listen([this](const core::Event& event, std::uint64_t seq) { on_event(event, seq); });
}

Outbox::~Outbox() { *alive_ = false; }

/// Nobody is told before the disk has it.
void Outbox::on_event(const core::Event& event, std::uint64_t seq) {
  std::optional<std::pair<BookingId, Kind>> told;
  if (const auto* made = std::get_if<core::BookingMade>(&event.body); made != nullptr && !made->held_until) told = {made->booking, Kind::booked};
  if (const auto* confirmed = std::get_if<core::BookingConfirmed>(&event.body)) told = {confirmed->booking, Kind::booked};
  if (const auto* moved = std::get_if<core::BookingMoved>(&event.body)) told = {moved->booking, Kind::moved};
  if (const auto* cancelled = std::get_if<core::BookingCancelled>(&event.body); cancelled != nullptr && !cancelled->expired)
    say_cancelled(cancelled->booking, seq);
  if (!told) return;
  wiring_.engine.when_durable(seq, [this, alive = alive_, what = *told](http::Commit how) {
    if (*alive && how == http::Commit::durable) enqueue(what.first, what.second, wiring_.engine.now());
  });
}

/// The contact goes with the booking, so that this one has a single attempt, at once, or none: erasing comes first.
void Outbox::say_cancelled(const BookingId& id, std::uint64_t seq) {
  const Booking* booking = wiring_.engine.state().find(id);
  const auto contact = wiring_.contacts.of(id);
  if (booking == nullptr || !booking->has_time() || !contact || booking->start() < wiring_.engine.now()) return;
  const Message message{id, Kind::cancelled, core::millis(booking->start()), 0};
  wiring_.engine.when_durable(seq, [this, alive = alive_, message, phone = contact->phone, language = booking->language](http::Commit how) {
    if (!*alive || how != http::Commit::durable) return;
    const core::Instant start{std::chrono::milliseconds{message.start_ms}};
    const bool goes = SmsSpool::can_reach(phone) && !is_quiet() && spool_now_.health != SmsSpool::Health::missing && mark(message, "sending");
    if (!goes) return static_cast<void>(mark(message, SmsSpool::can_reach(phone) ? "failed" : no_number));
    const bool sent = spool_.put(fmt::format("skranke-{}-{}", message.booking.str(), word(message.kind)), phone, text(message.kind, message.booking, start, language));
    mark(message, sent ? "sent" : "failed");
  });
}

void Outbox::enqueue(const BookingId& id, Kind kind, core::Instant due) {
  const Booking* booking = wiring_.engine.state().find(id);
  if (booking == nullptr || !wiring_.contacts.of(id)) return;
  auth::Statement count{database_.get(), "SELECT count(*) FROM message"};
  if (!count.step() || count.number(0) >= static_cast<std::int64_t>(rows_max)) return wiring_.log("outbox.db: takes no more messages");
  const Message message{id, kind, core::millis(booking->start()), 0};
  // A reminder of one time is given once, however often it is looked for.
  if (kind == Kind::reminder && known(message)) return;
  if (!mark(message, "waiting", due)) wiring_.log("outbox.db: cannot be written");
}

bool Outbox::known(const Message& message) const {
  return auth::Statement{database_.get(), "SELECT 1 FROM message WHERE booking = ? AND kind = ? AND start_ms = ?"}
      .bind(message.booking.str()).bind(static_cast<std::int64_t>(message.kind)).bind(message.start_ms).step();
}

/// Whoever booked less than that time before was just told.
void Outbox::remind() {
  const core::Instant now = wiring_.engine.now();
  const auto before = std::chrono::hours{wiring_.settings.reminder_hours};
  const core::State& state = wiring_.engine.state();
  auth::Transaction all{database_.get()};
  for (auto at = state.bookings_by_start.lower_bound({now, {}}); at != state.bookings_by_start.end() && at->first <= now + before; ++at) {
    const Booking* booking = state.find(at->second);
    if (booking != nullptr && booking->state == BookingState::booked && booking->made_at + before < booking->start()) enqueue(at->second, Kind::reminder, now);
  }
  static_cast<void>(auth::Statement{database_.get(), "DELETE FROM message WHERE at_ms < ?"}.bind(core::millis(now - kept)).run());
  static_cast<void>(all.commit());
}

void Outbox::look() {
  spool_now_ = spool_.look(wiring_.engine.now());
  const bool missing = spool_now_.health == SmsSpool::Health::missing, stuck = spool_now_.health == SmsSpool::Health::stuck;
  std::map<std::string, std::string> details{{"waiting", fmt::format("{}", spool_now_.waiting)}};
  for (const auto& [state, count] : counts()) details.emplace("messages_" + state, fmt::format("{}", count));
  const DeviceState state = missing ? DeviceState::failed : stuck ? DeviceState::warning : DeviceState::ready;
  if (wiring_.devices.set("sms", "sms", name, state, missing ? "spool_missing" : stuck ? "spool_stuck" : "", wiring_.engine.now(), std::move(details)) && wiring_.changed)
    wiring_.changed();
}

void Outbox::tick() {
  if (wiring_.settings.sms_spool.empty()) return;
  if (seconds_ % look_every_s == 0) look();
  if (seconds_ % remind_every_s == 0 && wiring_.settings.reminder_hours > 0) remind();
  ++seconds_;
  if (const auto message = due()) send(*message);
}

std::optional<Outbox::Message> Outbox::due() const {
  auth::Statement row{database_.get(), "SELECT booking, kind, start_ms, attempts FROM message WHERE state = 'waiting' AND due_ms <= ? ORDER BY due_ms LIMIT 1"};
  row.bind(core::millis(wiring_.engine.now()));
  if (!row.step()) return std::nullopt;
  return Message{BookingId{row.text(0)}, static_cast<Kind>(row.number(1)), row.number(2), static_cast<int>(row.number(3))};
}

/// Why it is not sent at all; looked at when it goes, since a day can be closed and a booking moved after it was written down.
std::string_view Outbox::obstacle(const Message& message, const Booking* booking, const std::optional<Contact>& contact) const {
  if (booking == nullptr || booking->state != BookingState::booked || core::millis(booking->start()) != message.start_ms) return gone;
  if (booking->start() <= wiring_.engine.now()) return late;
  const core::Facility& facility = wiring_.engine.facility();
  if (core::site_hours(facility, core::local_day(facility, booking->start())).empty()) return closed;
  if (!contact || !SmsSpool::can_reach(contact->phone)) return no_number;
  return {};
}

void Outbox::send(const Message& message) {
  const core::Instant now = wiring_.engine.now();
  const Booking* booking = wiring_.engine.state().find(message.booking);
  const auto contact = wiring_.contacts.of(message.booking);
  if (const std::string_view why = obstacle(message, booking, contact); !why.empty()) return static_cast<void>(mark(message, why));
  if (is_quiet()) return static_cast<void>(mark(message, "waiting", now + quiet_again));
  Message tried = message;
  ++tried.attempts;
  if (!mark(tried, "sending")) return wiring_.log("outbox.db: cannot be written");
  const bool full = spool_now_.waiting >= SmsSpool::waiting_max;
  if (!full && spool_.put(fmt::format("skranke-{}-{}", message.booking.str(), word(message.kind)), contact->phone,
                          text(message.kind, message.booking, booking->start(), booking->language)))
    return static_cast<void>(mark(tried, "sent"));
  look();
  const auto pause = first_pause * (1 << std::min(tried.attempts - 1, attempts_max));
  if (tried.attempts < attempts_max) return static_cast<void>(mark(tried, "waiting", now + pause));
  mark(tried, "failed");
  wiring_.log(fmt::format("message {} to the holder of a booking: given up after {} attempts", word(message.kind), tried.attempts));
}

bool Outbox::is_quiet() const {
  const auto& [from, to] = std::pair{wiring_.settings.quiet_from, wiring_.settings.quiet_to};
  const auto local = wiring_.engine.facility().zone.to_local(wiring_.engine.now());
  const int hour = static_cast<int>(std::chrono::floor<std::chrono::hours>(local - std::chrono::floor<std::chrono::days>(local)).count());
  return from < to ? hour >= from && hour < to : from > to && (hour >= from || hour < to);
}

/// Site, day, time and code: what for is nobody's business who sees the telephone.
std::string Outbox::text(Kind kind, const BookingId& id, core::Instant start, std::string_view language) const {
  const core::Facility& facility = wiring_.engine.facility();
  const auto local = facility.zone.to_local(start);
  const auto clock = std::chrono::floor<core::Minutes>(local - std::chrono::floor<std::chrono::days>(local));
  return wiring_.catalogue.format(language, fmt::format("message.{}", word(kind)),
                                  {{"site", facility.site.name}, {"date", wiring_.catalogue.date_text(language, facility.zone, start)},
                                   {"time", wire::clock_text(clock)}, {"code", id.str()}});
}

bool Outbox::mark(const Message& message, std::string_view state, core::Instant due) {
  return auth::Statement{database_.get(), "INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?, ?, ?)"}
      .bind(message.booking.str()).bind(static_cast<std::int64_t>(message.kind)).bind(message.start_ms).bind(state)
      .bind(static_cast<std::int64_t>(message.attempts)).bind(core::millis(due)).bind(core::millis(wiring_.engine.now())).run();
}

std::map<std::string, std::int64_t> Outbox::counts() const {
  std::map<std::string, std::int64_t> ended;
  auth::Statement rows{database_.get(), "SELECT state, count(*) FROM message GROUP BY state"};
  while (rows.step()) ended.emplace(rows.text(0), rows.number(1));
  return ended;
}

}  // namespace skranke::daemon
