#include "tests/bench/db/bare_sqlite.hpp"

#include <stdexcept>
#include <unordered_map>

#include <fmt/format.h>

#include "db/schema.hpp"

namespace skranke::bench {
namespace {

void check(int code, sqlite3* database) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) throw std::runtime_error{sqlite3_errmsg(database)};
}

sqlite3* open(const std::filesystem::path& file) {
  sqlite3* database = nullptr;
  check(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr), database);
  return database;
}

void run(sqlite3* database, const char* sql) { check(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), database); }

sqlite3_stmt* prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr), database);
  return statement;
}

void step(sqlite3* database, sqlite3_stmt* statement) {
  check(sqlite3_step(statement), database);
  check(sqlite3_reset(statement), database);
}

void bind_text(sqlite3_stmt* statement, int column, const std::string& text) {
  sqlite3_bind_text(statement, column, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void put(sqlite3* database, sqlite3_stmt* statement, const Cells& cells) {
  int column = 0;
  for (const Cell& cell : cells) {
    ++column;
    if (const auto* number = std::get_if<std::int64_t>(&cell))
      sqlite3_bind_int64(statement, column, *number);
    else if (const auto* words = std::get_if<std::string>(&cell))
      bind_text(statement, column, *words);
    else
      sqlite3_bind_null(statement, column);
  }
  step(database, statement);
}

std::string text(sqlite3_stmt* statement, int column) {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
  return bytes == nullptr ? std::string{} : std::string{bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

Cells cells_of(sqlite3_stmt* row) {
  Cells cells;
  for (int column = 0; column < sqlite3_column_count(row); ++column) switch (sqlite3_column_type(row, column)) {
      case SQLITE_INTEGER: cells.emplace_back(sqlite3_column_int64(row, column)); break;
      case SQLITE_NULL: cells.emplace_back(); break;
      default: cells.emplace_back(text(row, column)); break;
    }
  return cells;
}

/// The daemon's own tables and triggers, by the daemon's own hand.
void make_schema(const std::filesystem::path& file) {
  auto connection = db::Connection::open(file.string(), db::Connection::Mode::read_write);
  if (!connection) throw std::runtime_error{connection.error().context};
  if (auto made = db::bring_schema_up_to_date(*connection); !made) throw std::runtime_error{made.error().context};
}

/// Replaces a whole row.
sqlite3_stmt* prepare_row(sqlite3* database, const char* table) {
  sqlite3_stmt* all = prepare(database, fmt::format("SELECT * FROM {}", table).c_str());
  std::string marks;
  for (int column = 0; column < sqlite3_column_count(all); ++column) marks += column == 0 ? "?" : ",?";
  sqlite3_finalize(all);
  return prepare(database, fmt::format("INSERT OR REPLACE INTO {} VALUES ({})", table, marks).c_str());
}

}  // namespace

BareSqlite::BareSqlite(const std::filesystem::path& file) : database_{(make_schema(file), open(file))} {
  int keep = 1;
  sqlite3_file_control(database_, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  run(database_, "PRAGMA synchronous=FULL; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-4096");
  visit_ = prepare_row(database_, "visit");
  step_ = prepare_row(database_, "step");
  insert_ = prepare(database_, "INSERT INTO event (seq, epoch, at_ms, type, actor, payload, key, request, status, answer, hash)"
                               " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
  begin_ = prepare(database_, "BEGIN IMMEDIATE");
  commit_ = prepare(database_, "COMMIT");
}

BareSqlite::~BareSqlite() {
  for (sqlite3_stmt* statement : {insert_, visit_, step_, begin_, commit_}) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

void BareSqlite::append(std::span<const RawRow> rows, std::span<const RoomRows> room) {
  step(database_, begin_);
  for (const RawRow& row : rows) {
    sqlite3_bind_int64(insert_, 1, row.seq);
    sqlite3_bind_int64(insert_, 2, row.epoch);
    sqlite3_bind_int64(insert_, 3, row.at_ms);
    bind_text(insert_, 4, row.type);
    bind_text(insert_, 5, row.actor);
    bind_text(insert_, 6, row.payload);
    row.keyed ? bind_text(insert_, 7, row.key) : static_cast<void>(sqlite3_bind_null(insert_, 7));
    row.answered ? sqlite3_bind_int64(insert_, 8, row.request) : sqlite3_bind_null(insert_, 8);
    row.answered ? sqlite3_bind_int64(insert_, 9, row.status) : sqlite3_bind_null(insert_, 9);
    row.answered ? bind_text(insert_, 10, row.answer) : static_cast<void>(sqlite3_bind_null(insert_, 10));
    sqlite3_bind_blob(insert_, 11, row.hash.data(), static_cast<int>(row.hash.size()), SQLITE_STATIC);
    step(database_, insert_);
  }
  for (const RoomRows& ticket : room) {
    put(database_, visit_, ticket.visit);
    for (const Cells& cells : ticket.steps) put(database_, step_, cells);
  }
  step(database_, commit_);
}

void BareSqlite::checkpoint() { sqlite3_wal_checkpoint_v2(database_, "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr); }

std::vector<RawRow> rows_of(const std::filesystem::path& file) {
  sqlite3* database = open(file);
  sqlite3_stmt* rows = prepare(database, "SELECT seq, epoch, at_ms, type, actor, payload, key, request, status, answer, hash FROM event ORDER BY seq");
  std::vector<RawRow> found;
  while (sqlite3_step(rows) == SQLITE_ROW) {
    RawRow row;
    row.seq = sqlite3_column_int64(rows, 0), row.epoch = sqlite3_column_int64(rows, 1), row.at_ms = sqlite3_column_int64(rows, 2);
    row.type = text(rows, 3), row.actor = text(rows, 4), row.payload = text(rows, 5), row.key = text(rows, 6);
    row.keyed = sqlite3_column_type(rows, 6) != SQLITE_NULL;
    row.answered = sqlite3_column_type(rows, 8) != SQLITE_NULL;
    row.request = sqlite3_column_int64(rows, 7), row.status = sqlite3_column_int64(rows, 8);
    row.answer = text(rows, 9), row.hash = text(rows, 10);
    found.push_back(std::move(row));
  }
  sqlite3_finalize(rows);
  sqlite3_close(database);
  return found;
}

std::vector<RoomRows> room_of(const std::filesystem::path& file) {
  sqlite3* database = open(file);
  std::vector<RoomRows> found;
  std::unordered_map<std::int64_t, std::size_t> place_of;   // by serial, the first column of both tables
  sqlite3_stmt* visits = prepare(database, "SELECT * FROM visit ORDER BY serial");
  while (sqlite3_step(visits) == SQLITE_ROW) {
    place_of.emplace(sqlite3_column_int64(visits, 0), found.size());
    found.push_back({cells_of(visits), {}});
  }
  sqlite3_finalize(visits);
  sqlite3_stmt* steps = prepare(database, "SELECT * FROM step");
  while (sqlite3_step(steps) == SQLITE_ROW) found.at(place_of.at(sqlite3_column_int64(steps, 0))).steps.push_back(cells_of(steps));
  sqlite3_finalize(steps);
  sqlite3_close(database);
  return found;
}

std::size_t read_room(const std::filesystem::path& file) {
  sqlite3* database = open(file);
  std::size_t rows = 0, bytes = 0;
  for (const char* sql : {"SELECT * FROM visit", "SELECT * FROM step"}) {
    sqlite3_stmt* statement = prepare(database, sql);
    for (; sqlite3_step(statement) == SQLITE_ROW; ++rows)
      for (int column = 0; column < sqlite3_column_count(statement); ++column)
        if (sqlite3_column_text(statement, column) != nullptr) bytes += static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    sqlite3_finalize(statement);
  }
  sqlite3_close(database);
  if (bytes == 0) throw std::runtime_error{"nothing was read"};
  return rows;
}

}  // namespace skranke::bench
