#pragma once
// The tables of a site's file and how files of earlier releases become today's (docs/journal.md). `PRAGMA user_version` is the number.
#include <cstdint>

#include "db/sqlite.hpp"

namespace skranke::db {

inline constexpr int schema_version = 3;

/// An empty file gets today's tables, an older one is migrated in one transaction: all steps or none. Errc::newer_schema for a file
/// from a later release, which is left as it is.
[[nodiscard]] Result<void> bring_schema_up_to_date(Connection& connection);

/// As above, but only looks: Errc::newer_schema, or Errc::invalid for a file that is not today's (tools never migrate).
[[nodiscard]] Result<void> require_current_schema(Connection& connection);

/// Drops what the projections say and sets their watermark to 0, within the caller's transaction.
[[nodiscard]] Result<void> empty_projections(Connection& connection);

}  // namespace skranke::db
