#include "db/schema.hpp"

#include <array>

#include <fmt/format.h>

namespace skranke::db {
namespace {

/// What version 1 had; today's files are made by running every step from the first, so that the steps stay true.
constexpr const char* version_1 = R"sql(
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  type TEXT NOT NULL,
  actor TEXT NOT NULL,
  payload TEXT NOT NULL,
  key TEXT,
  hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE epoch (
  epoch INTEGER PRIMARY KEY,
  began_ms INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  box TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('watermark', 0);
CREATE TABLE visit (serial INTEGER PRIMARY KEY, snapshot TEXT NOT NULL) STRICT;
)sql";

/// Answers beside the first event of a command, and the room as plain tables instead of one text per visit. The tables start empty
/// with watermark 0: opening folds the journal into them.
constexpr const char* version_2 = R"sql(
ALTER TABLE event ADD COLUMN request INTEGER;
ALTER TABLE event ADD COLUMN status INTEGER;
ALTER TABLE event ADD COLUMN answer TEXT;
DROP TABLE visit;
CREATE TABLE visit (
  serial INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  token TEXT NOT NULL,
  number TEXT NOT NULL,
  day TEXT NOT NULL,
  state TEXT NOT NULL,
  current INTEGER,
  created_ms INTEGER NOT NULL,
  anchor_ms INTEGER NOT NULL,
  front INTEGER NOT NULL,
  ended_ms INTEGER,
  language TEXT NOT NULL,
  channel TEXT NOT NULL,
  party INTEGER NOT NULL,
  priority TEXT NOT NULL,
  head_start_s INTEGER NOT NULL,
  booked_for_ms INTEGER,
  parked_until_ms INTEGER,
  paper_state TEXT NOT NULL,
  paper_printer TEXT NOT NULL,
  paper_copy INTEGER NOT NULL,
  paper_fault TEXT NOT NULL,
  paper_at_ms INTEGER,
  revision INTEGER NOT NULL
) STRICT;
CREATE TABLE step (
  serial INTEGER NOT NULL,
  step INTEGER NOT NULL,
  service TEXT NOT NULL,
  state TEXT NOT NULL,
  after TEXT NOT NULL,
  tied TEXT NOT NULL,
  desk TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  called_ms INTEGER,
  last_call_ms INTEGER,
  started_ms INTEGER,
  finished_ms INTEGER,
  why TEXT NOT NULL,
  runner_up TEXT NOT NULL,
  outcome TEXT,
  PRIMARY KEY (serial, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE step_done (
  serial INTEGER NOT NULL,
  step INTEGER NOT NULL,
  position INTEGER NOT NULL,
  service TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  PRIMARY KEY (serial, step, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE desk (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  phase TEXT NOT NULL,
  reason TEXT NOT NULL,
  clerk TEXT NOT NULL,
  since_ms INTEGER,
  visit INTEGER,
  served_today INTEGER NOT NULL,
  service_ms_today INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE desk_service (
  desk TEXT NOT NULL,
  position INTEGER NOT NULL,
  service TEXT NOT NULL,
  PRIMARY KEY (desk, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE tally (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  position INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE room (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  day TEXT NOT NULL,
  last_serial INTEGER NOT NULL,
  facility_version INTEGER NOT NULL,
  visits INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  done INTEGER NOT NULL,
  no_show INTEGER NOT NULL,
  "left" INTEGER NOT NULL
) STRICT;
CREATE TABLE facility_version (
  version INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL
) STRICT;
UPDATE meta SET value = 0 WHERE key = 'watermark';
)sql";

/// Room for small fields without a column each (wire/more.cpp), so that a new one needs no new version. The tables are folded anew: what earlier
/// programs did not keep may be told by the events.
constexpr const char* version_3 = R"sql(
ALTER TABLE visit ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
ALTER TABLE step ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
ALTER TABLE desk ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
ALTER TABLE room ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
CREATE TABLE booking (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL,
  made_ms INTEGER NOT NULL,
  language TEXT NOT NULL,
  channel TEXT NOT NULL,
  visit TEXT NOT NULL,
  more TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_by_start ON booking (start_ms);
UPDATE meta SET value = 0 WHERE key = 'watermark';
)sql";

constexpr std::array<const char*, schema_version> steps{version_1, version_2, version_3};

Result<void> take_step(Connection& connection, std::size_t step) {
  SKRANKE_TRY(connection.run(steps[step]));
  return connection.run(fmt::format("PRAGMA user_version = {}", step + 1).c_str());
}

Result<std::size_t> version_of(Connection& connection) {
  auto version = connection.integer("PRAGMA user_version");
  if (!version) return tl::unexpected{std::move(version).error()};
  if (*version < 0 || *version > schema_version)
    return tl::unexpected{Error{Errc::newer_schema, fmt::format("the file has schema {}, this program knows {}", *version, schema_version)}};
  return static_cast<std::size_t>(*version);
}

}  // namespace

Result<void> bring_schema_up_to_date(Connection& connection) {
  auto version = version_of(connection);
  if (!version) return tl::unexpected{std::move(version).error()};
  if (*version == schema_version) return {};
  SKRANKE_TRY(connection.run("BEGIN IMMEDIATE"));
  Result<void> done;
  for (std::size_t step = *version; step < steps.size() && done; ++step) done = take_step(connection, step);
  if (done) done = connection.run("COMMIT");
  if (done) return {};
  connection.rollback();
  return while_doing(fmt::format("migrate from schema {}", *version), std::move(done).error());
}

Result<void> require_current_schema(Connection& connection) {
  auto version = version_of(connection);
  if (!version) return tl::unexpected{std::move(version).error()};
  if (*version != schema_version)
    return tl::unexpected{Error{Errc::invalid, fmt::format("the file has schema {}; start skranked once to bring it to {}", *version, schema_version)}};
  return {};
}

Result<void> empty_projections(Connection& connection) {
  return connection.run(
      "DELETE FROM visit; DELETE FROM step; DELETE FROM step_done; DELETE FROM desk; DELETE FROM desk_service; DELETE FROM tally;"
      "DELETE FROM booking;"
      "DELETE FROM room; DELETE FROM facility_version; UPDATE meta SET value = 0 WHERE key = 'watermark'");
}

}  // namespace skranke::db
