#pragma once
// SQLite, as little of it as credentials need. Every failure is a value.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>
#include <tl/expected.hpp>

#include "system/owned.hpp"

namespace skranke::auth {

using Connection = std::unique_ptr<sqlite3, Closer<sqlite3_close_v2>>;

/// One prepared statement; a failure stays until the end and shows in `ok()`.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);
  Statement& bind(std::int64_t number);
  Statement& bind(std::string_view text);
  Statement& bind_bytes(const void* bytes, std::size_t size);
  Statement& bind_null();
  /// True while there is a row.
  bool step();
  /// Runs to the end; false on failure.
  bool run();
  [[nodiscard]] bool ok() const { return result_ == SQLITE_OK || result_ == SQLITE_ROW || result_ == SQLITE_DONE; }
  [[nodiscard]] std::int64_t number(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::string_view bytes(int column) const;

 private:
  std::unique_ptr<sqlite3_stmt, Closer<sqlite3_finalize>> statement_;
  int next_ = 1;
  int result_ = SQLITE_OK;
};

/// Rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(sqlite3* database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  [[nodiscard]] bool commit();

 private:
  sqlite3* database_;
  bool open_;
};

/// A file of its own with a log, made with `tables` (SQL) where it is not there; what is committed afterwards is flushed. A table is made without flushing each
/// step: in the log it is there whole or not at all, and then made again. The error is one English sentence.
[[nodiscard]] tl::expected<Connection, std::string> open_with_log(const std::string& path, const std::string& tables);

}  // namespace skranke::auth
