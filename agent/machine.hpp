#pragma once
// How the box itself is: warm, short of power, short of memory. Read from files of the kernel; what a box does not tell is left out.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skranke::agent {

struct MachineHealth {
  std::optional<double> temperature_c;           ///< the warmest of the processor's sensors
  std::vector<std::string> throttled;            ///< now: under_voltage, frequency_capped, throttled, temperature_limit
  std::vector<std::string> throttled_before;     ///< at some time since it was switched on
  std::optional<std::int64_t> memory_total_mib, memory_free_mib;
  bool operator==(const MachineHealth&) const = default;
};

/// `root`: where sys/ and proc/ are; "/" but for tests. Some ten small files; never waits.
[[nodiscard]] MachineHealth read_machine(const std::string& root = "/");

/// What a Raspberry's firmware means with its number ("50005" or "0x50005"): bits 0 to 3 now, 16 to 19 before. Nonsense is nothing.
void read_throttled(std::string_view text, MachineHealth& machine);

}  // namespace skranke::agent
