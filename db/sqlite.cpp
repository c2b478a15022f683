#include "db/sqlite.hpp"

namespace skranke::db {

Errc errc_of(int extended_code) {
  if (extended_code == SQLITE_IOERR_SHMSIZE) return Errc::storage_full;
  switch (extended_code & 0xff) {
    case SQLITE_FULL: return Errc::storage_full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:        // a table or column that is not there, or there already: not a file of ours
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT: return Errc::corrupt;
    default: return Errc::io;   // also NOMEM, READONLY, BUSY: whatever it is, the commit did not happen and we cannot say why
  }
}

Error error_of(sqlite3* database, std::string_view doing) {
  const int code = sqlite3_extended_errcode(database);
  return {errc_of(code), std::string{doing} + ": " + sqlite3_errmsg(database) + " (" + std::to_string(code) + ")"};
}

Result<bool> Statement::step() {
  if (bound_ != SQLITE_OK) return tl::unexpected{Error{errc_of(bound_), "bind: " + std::string{sqlite3_errstr(bound_)}}};
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::unexpected{error_of(sqlite3_db_handle(statement_.get()), "step")};
}

Result<void> Statement::run() {
  auto stepped = step();
  reset();
  if (!stepped) return tl::unexpected{std::move(stepped).error()};
  return {};
}

std::string_view Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);   // blob: gives texts too, without a conversion
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<Connection> Connection::open(const std::string& file, Mode mode, const std::string& vfs) {
  const int flags = (mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, vfs.empty() ? nullptr : vfs.c_str());
  Connection connection;
  connection.database_.reset(raw);
  if (code != SQLITE_OK)
    return tl::unexpected{Error{errc_of(code), "open " + file + ": " + (raw ? sqlite3_errmsg(raw) : sqlite3_errstr(code))}};
  sqlite3_busy_timeout(raw, 5000);
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql, bool kept) {
  sqlite3_stmt* raw = nullptr;
  const unsigned flags = kept ? SQLITE_PREPARE_PERSISTENT : 0U;
  if (sqlite3_prepare_v3(get(), sql.data(), static_cast<int>(sql.size()), flags, &raw, nullptr) != SQLITE_OK)
    return tl::unexpected{error_of(get(), "prepare")};
  Statement statement;
  statement.statement_.reset(raw);
  return statement;
}

Result<void> Connection::run(const char* sql) {
  if (sqlite3_exec(get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return tl::unexpected{error_of(get(), sql)};
  return {};
}

Result<std::int64_t> Connection::integer(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return while_doing(sql, std::move(statement).error());
  auto row = statement->step();
  if (!row) return while_doing(sql, std::move(row).error());
  return *row ? statement->integer(0) : 0;
}

void Connection::rollback() {
  // A rollback that fails leaves the transaction open; the next BEGIN then fails and is reported there.
  if (sqlite3_get_autocommit(get()) == 0) sqlite3_exec(get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace skranke::db
