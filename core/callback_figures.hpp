#pragma once
// Was the promise kept that was given on the telephone? Folded from facts, so that a restart changes nothing.
#include <cstdint>
#include <map>
#include <vector>

#include "core/event.hpp"

namespace skranke::core {

/// One day's telephone visits.
struct CallbackRow {
  std::uint64_t asked = 0;
  std::uint64_t in_time = 0;       ///< rung before the promised window was over
  std::uint64_t too_late = 0;      ///< rung after it, or not yet though it is over
  std::uint64_t reached = 0;
  std::uint64_t not_reached = 0;   ///< rung twice, nobody there
  std::uint64_t withdrawn = 0;     ///< took it back, or the day ended
  bool operator==(const CallbackRow&) const = default;
};

/// By the business day they were asked for, from facts in their order up to `now`. A visit that was withdrawn before its window was over broke no promise.
[[nodiscard]] std::map<Day, CallbackRow> callback_figures(const std::vector<Event>& facts, Instant now);

}  // namespace skranke::core
