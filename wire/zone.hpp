#pragma once
// Time zones from the system's database, and times as they are written on the wire.
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/time.hpp"

namespace skranke::wire {

/// The zone's offsets from 2000 to the end of 2100. `name` as in the tz database ("Europe/Copenhagen", "UTC"). The
/// error is one English sentence. Reads files; the first call costs some ten milliseconds. Safe from any thread.
[[nodiscard]] tl::expected<core::Zone, std::string> load_zone(std::string_view name);

/// "2026-11-23T09:05:00+01:00", "…Z", with up to nine digits of a second (kept to the millisecond). A leap second is
/// refused.
[[nodiscard]] tl::expected<core::Instant, std::string> parse_rfc3339(std::string_view text);

}  // namespace skranke::wire
