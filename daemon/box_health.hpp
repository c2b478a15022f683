#pragma once
// How a box with hardware is, as its agent tells, and what staff should know of it. Pure.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/table_reader.hpp"

namespace skranke::daemon {

struct BoxHealth {
  std::string version;                          ///< of the agent
  std::optional<double> temperature_c;          ///< of the processor
  std::vector<std::string> throttled;           ///< what slows the box down now: under_voltage, frequency_capped, throttled, temperature_limit
  std::vector<std::string> throttled_before;    ///< the same, at some time since it was switched on
  std::optional<std::int64_t> memory_total_mib, memory_free_mib;
  bool operator==(const BoxHealth&) const = default;
};

inline constexpr double hot_c = 80, cool_c = 75;   ///< a box that was hot is hot until it is cool
inline constexpr int memory_low_percent = 8;

/// `box` of a report.
[[nodiscard]] BoxHealth read_box_health(wire::TableReader table);

/// The worst of what is wrong, as a reason of the devices page; empty = all well. Power before heat: what lacks power is slow, and its card may be spoiled.
[[nodiscard]] std::string_view fault_of(const BoxHealth& box, bool was_hot, std::string_view our_version);
[[nodiscard]] bool is_hot(const BoxHealth& box, bool was_hot);

/// For the small print of the devices page.
[[nodiscard]] std::map<std::string, std::string> details_of(const BoxHealth& box);
/// Lines of /metrics without their heads: {name, labels and value}.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string>> metrics_of(std::string_view agent, const BoxHealth& box);

}  // namespace skranke::daemon
