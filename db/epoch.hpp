#pragma once
// An epoch is one unbroken life of a journal on one box. A restored backup or a copied directory begins a new one, so that equal event
// numbers of two lives are never taken for the same event.
#include "db/sqlite.hpp"

namespace skranke::db {

struct Epoch {
  std::uint64_t number = 0;   ///< 0 = none yet
  std::string box;
};
[[nodiscard]] Result<Epoch> current_epoch(Connection& connection);

struct NewEpoch {
  core::Instant now;
  std::string box;
  std::string_view reason;        ///< created, moved, restored
  std::uint64_t at_least = 0;
};
/// Records and flushes a new epoch and returns its number: the time in seconds since 1970, or one more than any before. So directories
/// that were begun anew, or copies that parted, do not get the same number.
[[nodiscard]] Result<std::uint64_t> begin_epoch(Connection& connection, const NewEpoch& wanted);

}  // namespace skranke::db
