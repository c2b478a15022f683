#pragma once
// The least that any program must do to store the same rows durably: prepared statements, group commit, the store's own schema and settings. In
// two forms: events only, as the daemon's durable transaction is; and events with the rows of the room that follow from them in the same
// transaction, as a program does that has no journal to follow from. And the least to read a room back.
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace skranke::bench {

/// A finished row of the event table.
struct RawRow {
  std::int64_t seq = 0, epoch = 0, at_ms = 0, request = 0, status = 0;
  std::string type, actor, payload, key, answer, hash;
  bool keyed = false, answered = false;
};

using Cell = std::variant<std::monostate, std::int64_t, std::string>;
using Cells = std::vector<Cell>;

/// The rows of the room that one ticket leaves.
struct RoomRows {
  Cells visit;
  std::vector<Cells> steps;
};

class BareSqlite {
 public:
  /// Makes the file with the store's own schema.
  explicit BareSqlite(const std::filesystem::path& file);
  ~BareSqlite();
  BareSqlite(const BareSqlite&) = delete;
  BareSqlite& operator=(const BareSqlite&) = delete;
  /// One transaction. `room`: as many, or none for events only.
  void append(std::span<const RawRow> rows, std::span<const RoomRows> room = {});
  void checkpoint();

 private:
  sqlite3* database_ = nullptr;
  sqlite3_stmt *insert_ = nullptr, *visit_ = nullptr, *step_ = nullptr, *begin_ = nullptr, *commit_ = nullptr;
};

/// The rows of the journal of a store that is closed.
[[nodiscard]] std::vector<RawRow> rows_of(const std::filesystem::path& file);
/// The rows of all visits, by the order of their arrival.
[[nodiscard]] std::vector<RoomRows> room_of(const std::filesystem::path& file);
/// Opens the file and steps through all columns of all visits and steps; returns how many rows there were.
std::size_t read_room(const std::filesystem::path& file);

}  // namespace skranke::bench
