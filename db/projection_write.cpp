#include <algorithm>

#include <fmt/format.h>

#include "db/projection.hpp"
#include "wire/events.hpp"

namespace skranke::db {
namespace {

using core::Instant;

// One overload per kind of column, so that a row is written as one list of its fields.
void bind_field(Statement& to, int column, std::string_view text) { to.bind(column, text); }
void bind_field(Statement& to, int column, const std::string& text) { to.bind(column, std::string_view{text}); }
template <class Tag>
void bind_field(Statement& to, int column, const core::Id<Tag>& id) { to.bind(column, std::string_view{id.str()}); }
template <std::integral Number>
void bind_field(Statement& to, int column, Number value) { to.bind(column, static_cast<std::int64_t>(value)); }
void bind_field(Statement& to, int column, Instant at) {   // the epoch itself is how the state spells "not yet"
  at == Instant{} ? to.bind_null(column) : to.bind(column, core::millis(at));
}
void bind_field(Statement& to, int column, std::optional<Instant> at) { at ? to.bind(column, core::millis(*at)) : to.bind_null(column); }
struct NullIf {   ///< an integer whose one value means "none"
  std::uint64_t value, none;
};
void bind_field(Statement& to, int column, NullIf field) {
  field.value == field.none ? to.bind_null(column) : to.bind_unsigned(column, field.value);
}
template <class Enum>
  requires std::is_enum_v<Enum>
void bind_field(Statement& to, int column, Enum value) { to.bind(column, wire::word(value)); }
void bind_field(Statement& to, int column, std::optional<core::Outcome> value) { value ? to.bind(column, wire::word(*value)) : to.bind_null(column); }

template <class... Fields>
Result<void> put_row(Statement& statement, const Fields&... fields) {
  int column = 0;
  (bind_field(statement, ++column, fields), ...);
  return statement.run();
}

std::string list_of(const std::vector<std::uint8_t>& numbers) {
  return fmt::format("{}", fmt::join(numbers, " "));
}

std::size_t steps_in(const core::State& state) {
  std::size_t steps = 0;
  for (const auto& [serial, visit] : state.visits) steps += visit.steps.size();
  return steps;
}

}  // namespace

void Changes::note(const core::Event& event, std::uint64_t seq, std::string_view actor) {
  // A thaw moves every visit; a day's turn takes some away.
  if (std::holds_alternative<core::DayStarted>(event.body) || std::holds_alternative<core::EvacuationEnded>(event.body)) all = true;
  if (const auto* merged = std::get_if<core::VisitsMerged>(&event.body)) visits.insert(merged->into);
  if (const auto* split = std::get_if<core::VisitSplit>(&event.body)) visits.insert(split->made.serial);
  if (const auto* applied = std::get_if<core::FacilityApplied>(&event.body))
    facilities.push_back({applied->version, seq, core::millis(event.at), std::string{actor}});
  const core::Touched touched = core::touched(event);
  if (touched.serial != 0) visits.insert(touched.serial);
  if (!touched.booking.empty()) bookings.insert(touched.booking);
  if (const auto* called = std::get_if<core::VisitCalled>(&event.body)) visits.insert(called->passed.begin(), called->passed.end());
}

Result<Projection> Projection::make(Connection& connection) {
  Projection made;
  made.connection_ = &connection;
  const std::pair<Statement*, const char*> statements[] = {
      {&made.visit_, "INSERT OR REPLACE INTO visit VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
      {&made.step_, "INSERT OR REPLACE INTO step VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
      {&made.steps_beyond_, "DELETE FROM step WHERE serial = ? AND step >= ?"},
      {&made.done_none_, "DELETE FROM step_done WHERE serial = ?"},
      {&made.done_, "INSERT INTO step_done VALUES (?,?,?,?,?)"},
      {&made.desk_, "INSERT OR REPLACE INTO desk VALUES (?,?,?,?,?,?,?,?,?,?)"},
      {&made.desk_services_none_, "DELETE FROM desk_service WHERE desk = ?"},
      {&made.desk_service_, "INSERT INTO desk_service VALUES (?,?,?)"},
      {&made.tallies_none_, "DELETE FROM tally"},
      {&made.tally_, "INSERT INTO tally VALUES (?,?,?,?)"},
      {&made.room_, "INSERT OR REPLACE INTO room VALUES (1,?,?,?,?,?,?,?,?,?,?)"},
      {&made.facility_, "INSERT OR REPLACE INTO facility_version VALUES (?,?,?,?)"},
      {&made.booking_, "INSERT OR REPLACE INTO booking VALUES (?,?,?,?,?,?,?,?,?)"},
      {&made.booking_count_, "INSERT OR REPLACE INTO meta VALUES ('bookings', ?)"},
      {&made.watermark_, "UPDATE meta SET value = ? WHERE key = 'watermark'"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = connection.prepare(sql, true);
    if (!prepared) return tl::unexpected{std::move(prepared).error()};
    *statement = std::move(*prepared);
  }
  return made;
}

Result<void> Projection::write(const core::State& state, const Changes& changes, std::uint64_t watermark) {
  if (changes.all)   // the facility's versions stay: they are history, not state
    SKRANKE_TRY(connection_->run("DELETE FROM visit; DELETE FROM step; DELETE FROM step_done; DELETE FROM desk; DELETE FROM desk_service; DELETE FROM booking"));
  SKRANKE_TRY(write_visits(state, changes));
  SKRANKE_TRY(write_bookings(state, changes));
  SKRANKE_TRY(write_desks(state, changes.all));
  SKRANKE_TRY(write_tallies(state));
  SKRANKE_TRY(write_room(state));
  for (const AppliedFacility& applied : changes.facilities)
    SKRANKE_TRY(put_row(facility_, applied.version, applied.seq, applied.at_ms, applied.actor));
  return put_row(watermark_, watermark);
}

Result<void> Projection::write_visits(const core::State& state, const Changes& changes) {
  if (changes.all) {
    for (const auto& [serial, visit] : state.visits) SKRANKE_TRY(write_visit(visit));
    return {};
  }
  for (const core::Serial serial : changes.visits)
    if (const core::Visit* visit = state.find(serial)) SKRANKE_TRY(write_visit(*visit));
  return {};
}

Result<void> Projection::write_visit(const core::Visit& v) {
  const std::string number = core::to_string(v.number), day = core::to_string(v.day);
  SKRANKE_TRY(put_row(visit_, v.serial, v.id, v.token, number, day, v.state, NullIf{v.current, core::no_step}, core::millis(v.created_at), core::millis(v.anchor), v.front,
                      v.ended_at, v.language, v.channel, v.party, v.priority, v.head_start.count(), v.booked_for, v.parked_until, v.paper.state,
                      v.paper.printer, v.paper.copy, v.paper.fault, v.paper.at, v.revision, wire::encode_more(v)));
  const bool known = v.serial <= last_serial_;
  if (known) SKRANKE_TRY(put_row(done_none_, v.serial));
  for (std::size_t i = 0; i < v.steps.size(); ++i) SKRANKE_TRY(write_step(v.serial, i, v.steps[i]));
  if (!known) return {};
  return put_row(steps_beyond_, v.serial, v.steps.size());   // an undone transfer takes its step away again
}

Result<void> Projection::write_step(core::Serial serial, std::size_t index, const core::Step& s) {
  const std::string after = list_of(s.after);
  SKRANKE_TRY(put_row(step_, serial, index, s.service, s.state, after, s.tied, s.desk, s.attempts, s.called_at, s.last_call_at, s.started_at,
                      s.finished_at, s.why, s.runner_up, s.outcome, wire::encode_more(s)));
  for (std::size_t i = 0; i < s.done.size(); ++i) SKRANKE_TRY(put_row(done_, serial, index, i, s.done[i].service, s.done[i].quantity));
  return {};
}

Result<void> Projection::write_bookings(const core::State& state, const Changes& changes) {
  if (changes.all)
    for (const auto& [id, booking] : state.bookings) SKRANKE_TRY(write_booking(booking));
  else
    for (const core::BookingId& id : changes.bookings)
      if (const core::Booking* booking = state.find(id)) SKRANKE_TRY(write_booking(*booking));
  return put_row(booking_count_, state.bookings.size());
}

Result<void> Projection::write_booking(const core::Booking& b) {
  return put_row(booking_, b.id, b.state, core::millis(b.start()), core::millis(b.end()), core::millis(b.made_at), b.language, b.channel, b.visit,
                 wire::encode_booking(b));
}

Result<void> Projection::write_desks(const core::State& state, bool all) {
  for (std::size_t i = 0; i < state.desks.size(); ++i)
    if (all || i >= desks_.size() || !core::same_desk(state.desks[i], desks_[i])) SKRANKE_TRY(write_desk(state.desks[i], i));
  return {};
}

Result<void> Projection::write_desk(const core::DeskStatus& d, std::size_t position) {
  SKRANKE_TRY(put_row(desk_, d.id, position, d.phase, d.reason, d.clerk, d.since, NullIf{d.visit, 0}, d.served_today, d.service_ms_today,
                      wire::encode_more(d)));
  SKRANKE_TRY(put_row(desk_services_none_, d.id));
  for (std::size_t i = 0; i < d.services.size(); ++i) SKRANKE_TRY(put_row(desk_service_, d.id, i, d.services[i]));
  return {};
}

Result<void> Projection::write_tallies(const core::State& state) {
  SKRANKE_TRY(put_row(tallies_none_));
  std::size_t position = 0;
  for (const auto& [service, count] : state.taken_today) SKRANKE_TRY(put_row(tally_, std::string_view{"service_today"}, service, position++, count));
  for (const auto& [authority, count] : state.taken_week) SKRANKE_TRY(put_row(tally_, std::string_view{"authority_week"}, authority, position++, count));
  for (const auto& [authority, count] : state.authority_today) SKRANKE_TRY(put_row(tally_, std::string_view{"authority_today"}, authority, position++, count));
  for (const core::RefusalTally& r : state.refused_today) {
    const std::string id = fmt::format("{} {} {}", wire::word(r.reason), wire::word(r.channel), r.service.str());
    SKRANKE_TRY(put_row(tally_, std::string_view{"refused_today"}, id, position++, r.count));
  }
  for (const core::ScheduledFacility& plan : state.scheduled)
    SKRANKE_TRY(put_row(tally_, std::string_view{"facility_from_ms"}, plan.id, position++, core::millis(plan.from)));
  return {};
}

Result<void> Projection::write_room(const core::State& state) {
  const std::string day = core::to_string(state.day);
  return put_row(room_, day, state.last_serial, state.facility_version, state.visits.size(), steps_in(state), state.counts.taken,
                 state.counts.done, state.counts.no_show, state.counts.left, wire::encode_more(state));
}

}  // namespace skranke::db
