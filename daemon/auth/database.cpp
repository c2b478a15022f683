#include "daemon/auth/database.hpp"

namespace skranke::auth {

Statement::Statement(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  result_ = sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  statement_.reset(raw);
}

Statement& Statement::bind(std::int64_t number) {
  if (ok()) result_ = sqlite3_bind_int64(statement_.get(), next_++, number);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  if (ok())
    result_ = sqlite3_bind_text64(statement_.get(), next_++, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_bytes(const void* bytes, std::size_t size) {
  if (ok()) result_ = sqlite3_bind_blob64(statement_.get(), next_++, bytes, size, SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind_null() {
  if (ok()) result_ = sqlite3_bind_null(statement_.get(), next_++);
  return *this;
}

bool Statement::step() {
  if (!ok() || !statement_) return false;
  result_ = sqlite3_step(statement_.get());
  return result_ == SQLITE_ROW;
}

bool Statement::run() {
  while (step()) {
  }
  return result_ == SQLITE_DONE;
}

std::string Statement::text(int column) const { return std::string{bytes(column)}; }

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return data == nullptr ? std::string_view{} : std::string_view{data, size};
}

Transaction::Transaction(sqlite3* database)
    : database_{database}, open_{Statement{database, "BEGIN IMMEDIATE"}.run()} {}

Transaction::~Transaction() {
  if (open_) Statement{database_, "ROLLBACK"}.run();
}

bool Transaction::commit() {
  if (!open_ || !Statement{database_, "COMMIT"}.run()) return false;
  open_ = false;
  return true;
}

tl::expected<Connection, std::string> open_with_log(const std::string& path, const std::string& tables) {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Connection database{raw};
  if (opened != SQLITE_OK) return tl::unexpected{path + ": cannot be opened"};
  const std::string settings = "PRAGMA synchronous = NORMAL; PRAGMA journal_mode = WAL;" + tables + "PRAGMA synchronous = FULL;";
  if (sqlite3_exec(raw, settings.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return tl::unexpected{path + ": " + sqlite3_errmsg(raw)};
  return database;
}

}  // namespace skranke::auth
