#pragma once
// The least that any program must do to store the same rows durably: a prepared INSERT, group commit, the same settings. And the least to
// read a room back.
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace skranke::bench {

/// A finished row of the event table.
struct RawRow {
  std::int64_t seq = 0, epoch = 0, at_ms = 0, request = 0, status = 0;
  std::string type, actor, payload, key, answer, hash;
  bool keyed = false, answered = false;
};

class BareSqlite {
 public:
  /// Makes the file with the store's own event table.
  explicit BareSqlite(const std::filesystem::path& file);
  ~BareSqlite();
  BareSqlite(const BareSqlite&) = delete;
  BareSqlite& operator=(const BareSqlite&) = delete;
  /// One transaction.
  void append(std::span<const RawRow> rows);
  void checkpoint();

 private:
  sqlite3* database_ = nullptr;
  sqlite3_stmt *insert_ = nullptr, *begin_ = nullptr, *commit_ = nullptr;
};

/// The rows of the journal of a store that is closed.
[[nodiscard]] std::vector<RawRow> rows_of(const std::filesystem::path& file);
/// Opens the file and steps through all columns of all visits and steps; returns how many rows there were.
std::size_t read_room(const std::filesystem::path& file);

}  // namespace skranke::bench
