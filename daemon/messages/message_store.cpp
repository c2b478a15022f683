#include "daemon/messages/message_store.hpp"

namespace skranke::daemon {
namespace {

constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS outgoing (
  subject TEXT NOT NULL,
  kind INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  channel TEXT NOT NULL,
  language TEXT NOT NULL,
  code TEXT NOT NULL,
  until_ms INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_ms INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (subject, kind, start_ms, channel)
) STRICT;
CREATE INDEX IF NOT EXISTS outgoing_by_due ON outgoing (channel, state, due_ms);
CREATE INDEX IF NOT EXISTS outgoing_by_age ON outgoing (at_ms);
)sql";

/// Before there was more than one channel.
constexpr const char* earlier = R"sql(
BEGIN IMMEDIATE;
INSERT OR IGNORE INTO outgoing SELECT booking, kind, start_ms, 'sms', '', '', 0, state, attempts, due_ms, at_ms FROM message;
DROP TABLE message;
COMMIT;
)sql";

constexpr std::string_view columns = "SELECT subject, kind, start_ms, channel, language, code, until_ms, attempts FROM outgoing ";

MessageStore::Row row_of(const auth::Statement& row) {
  MessageStore::Row read;
  read.notice = {row.text(0), static_cast<MessageKind>(row.number(1)), core::from_millis(row.number(2)), row.text(4), row.text(5), core::from_millis(row.number(6))};
  read.channel = row.text(3);
  read.attempts = static_cast<int>(row.number(7));
  return read;
}

}  // namespace

std::string_view word(MessageKind kind) {
  switch (kind) {
    case MessageKind::booked: return "booked";
    case MessageKind::moved: return "moved";
    case MessageKind::cancelled: return "cancelled";
    case MessageKind::reminder: return "reminder";
    case MessageKind::soon: return "soon";
    case MessageKind::place_offered: return "place_offered";
  }
  return "";
}

tl::expected<MessageStore, std::string> MessageStore::open(const std::string& directory) {
  const std::string path = directory + "/outbox.db";
  auto database = auth::open_with_log(path, tables);
  if (!database) return tl::unexpected{database.error()};
  sqlite3* raw = database->get();
  const bool old = auth::Statement{raw, "SELECT 1 FROM sqlite_master WHERE name = 'message'"}.step();
  if (old && sqlite3_exec(raw, earlier, nullptr, nullptr, nullptr) != SQLITE_OK) return tl::unexpected{path + ": " + sqlite3_errmsg(raw)};
  return MessageStore{std::move(*database)};
}

bool MessageStore::full() const {
  auth::Statement count{database_.get(), "SELECT count(*) FROM outgoing"};
  return !count.step() || count.number(0) >= static_cast<std::int64_t>(rows_max);
}

bool MessageStore::known(const Row& row) const {
  return auth::Statement{database_.get(), "SELECT 1 FROM outgoing WHERE subject = ? AND kind = ? AND start_ms = ? AND channel = ?"}
      .bind(row.notice.subject).bind(static_cast<std::int64_t>(row.notice.kind)).bind(row.start_ms()).bind(row.channel).step();
}

bool MessageStore::put(const Row& row, std::string_view state, core::Instant due, core::Instant now) {
  const Notice& notice = row.notice;
  return auth::Statement{database_.get(), "INSERT OR REPLACE INTO outgoing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"}
      .bind(notice.subject).bind(static_cast<std::int64_t>(notice.kind)).bind(row.start_ms()).bind(row.channel).bind(notice.language).bind(notice.code)
      .bind(core::millis(notice.until)).bind(state).bind(static_cast<std::int64_t>(row.attempts)).bind(core::millis(due)).bind(core::millis(now)).run();
}

std::optional<MessageStore::Row> MessageStore::due(std::string_view channel, core::Instant now) const {
  auth::Statement row{database_.get(), std::string{columns} + "WHERE channel = ? AND state = 'waiting' AND due_ms <= ? ORDER BY due_ms LIMIT 1"};
  row.bind(channel).bind(core::millis(now));
  return row.step() ? std::optional{row_of(row)} : std::nullopt;
}

std::vector<MessageStore::Row> MessageStore::in_state(std::string_view state, std::size_t most) const {
  std::vector<Row> found;
  auth::Statement rows{database_.get(), std::string{columns} + "WHERE state = ? LIMIT ?"};
  rows.bind(state).bind(static_cast<std::int64_t>(most));
  while (rows.step()) found.push_back(row_of(rows));
  return found;
}

std::map<std::string, std::int64_t> MessageStore::counts(std::string_view channel) const {
  std::map<std::string, std::int64_t> ended;
  auth::Statement rows{database_.get(), "SELECT state, count(*) FROM outgoing WHERE channel = ? GROUP BY state"};
  rows.bind(channel);
  while (rows.step()) ended.emplace(rows.text(0), rows.number(1));
  return ended;
}

void MessageStore::forget_before(core::Instant time) {
  static_cast<void>(auth::Statement{database_.get(), "DELETE FROM outgoing WHERE at_ms < ?"}.bind(core::millis(time)).run());
}

}  // namespace skranke::daemon
