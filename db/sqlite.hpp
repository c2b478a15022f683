#pragma once
// SQLite with owners and errors as values. One connection, one thread at a time.
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "db/result.hpp"
#include "system/owned.hpp"

namespace skranke::db {

/// What an SQLite result code means to us. An index file that cannot grow is want of room, not a failed flush.
[[nodiscard]] Errc errc_of(int extended_code);

/// A prepared statement. Texts and blobs are bound by reference: they must live until the next `reset`.
class Statement {
 public:
  Statement() = default;

  void bind(int column, std::int64_t value) { note(sqlite3_bind_int64(statement_.get(), column, value)); }
  void bind_unsigned(int column, std::uint64_t value) { bind(column, static_cast<std::int64_t>(value)); }
  void bind(int column, std::string_view text) {
    note(sqlite3_bind_text64(statement_.get(), column, text.data() ? text.data() : "", text.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
  void bind_blob(int column, std::string_view bytes) {
    note(sqlite3_bind_blob64(statement_.get(), column, bytes.data() ? bytes.data() : "", bytes.size(), SQLITE_STATIC));
  }
  void bind_null(int column) { note(sqlite3_bind_null(statement_.get(), column)); }

  /// One row further: true = a row stands ready, false = done. A failed bind since the last reset is reported here.
  [[nodiscard]] Result<bool> step();
  /// Steps to the end and resets; for statements without rows.
  [[nodiscard]] Result<void> run();
  /// Ready for the next use. The outcome of the last step was already reported by it.
  void reset() { sqlite3_reset(statement_.get()), bound_ = SQLITE_OK; }

  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  [[nodiscard]] std::uint64_t natural(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  [[nodiscard]] bool is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
  /// Valid until the next step or reset. Empty for NULL.
  [[nodiscard]] std::string_view text(int column) const;

 private:
  friend class Connection;
  void note(int code) { if (code != SQLITE_OK && bound_ == SQLITE_OK) bound_ = code; }

  std::unique_ptr<sqlite3_stmt, Closer<sqlite3_finalize>> statement_;
  int bound_ = SQLITE_OK;   ///< the first bind that failed
};

class Connection {
 public:
  enum class Mode : std::uint8_t { read_only, read_write };
  /// `read_write` creates the file when it is not there.
  [[nodiscard]] static Result<Connection> open(const std::string& file, Mode mode, const std::string& vfs = {});

  [[nodiscard]] Result<Statement> prepare(std::string_view sql, bool kept = false);
  /// Runs statements that give no rows (rows of pragmas are ignored).
  [[nodiscard]] Result<void> run(const char* sql);
  /// The single integer of a query; 0 when it gives no row.
  [[nodiscard]] Result<std::int64_t> integer(const char* sql);
  /// Undoes an open transaction; harmless when SQLite already did.
  void rollback();
  [[nodiscard]] sqlite3* get() const { return database_.get(); }

 private:
  std::unique_ptr<sqlite3, Closer<sqlite3_close_v2>> database_;
};

/// The error that `database` holds, with what was being done.
[[nodiscard]] Error error_of(sqlite3* database, std::string_view doing);

}  // namespace skranke::db
