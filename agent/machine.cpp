#include "agent/machine.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace skranke::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> brakes{"under_voltage", "frequency_capped", "throttled", "temperature_limit"};
constexpr unsigned before_shift = 16;
constexpr int sensors_max = 64;

std::string first_line(const fs::path& path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

template <class Number>
std::optional<Number> number_in(std::string_view text, int base = 10) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return read.ec == std::errc{} ? std::optional{number} : std::nullopt;
}

std::vector<fs::path> folders_in(const fs::path& folder, std::string_view prefix) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end && found.size() < sensors_max; entry.increment(error))
    if (entry->path().filename().string().starts_with(prefix)) found.push_back(entry->path());
  return found;
}

std::optional<double> warmest(const fs::path& root) {
  std::optional<double> highest;
  for (const fs::path& zone : folders_in(root / "sys/class/thermal", "thermal_zone")) {
    const auto milli = number_in<long>(first_line(zone / "temp"));
    constexpr long lowest = -100'000, most = 250'000;   // a sensor that says more than that is broken
    if (milli && *milli > lowest && *milli < most) highest = std::max(highest.value_or(-1000), static_cast<double>(*milli) / 1000);
  }
  return highest;
}

/// Newer kernels have no number, but an alarm of the supply voltage.
bool supply_is_low(const fs::path& root) {
  for (const fs::path& sensor : folders_in(root / "sys/class/hwmon", "hwmon"))
    if (first_line(sensor / "name") == "rpi_volt") return first_line(sensor / "in0_lcrit_alarm") == "1";
  return false;
}

void read_memory(const fs::path& root, MachineHealth& machine) {
  std::ifstream file{root / "proc/meminfo"};
  constexpr int lines_max = 8;   // both stand at the top
  std::string line;
  for (int i = 0; i < lines_max && std::getline(file, line); ++i) {
    const auto value = [&](std::string_view name) -> std::optional<std::int64_t> {
      if (!line.starts_with(name)) return std::nullopt;
      const std::size_t digits = line.find_first_of("0123456789");
      const auto kib = digits == std::string::npos ? std::nullopt : number_in<std::int64_t>(std::string_view{line}.substr(digits));
      return kib ? std::optional{*kib / 1024} : std::nullopt;
    };
    if (const auto total = value("MemTotal:")) machine.memory_total_mib = total;
    if (const auto free = value("MemAvailable:")) machine.memory_free_mib = free;
  }
}

}  // namespace

void read_throttled(std::string_view text, MachineHealth& machine) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  const unsigned flags = number_in<unsigned>(text, 16).value_or(0);
  for (unsigned bit = 0; bit < brakes.size(); ++bit) {
    if ((flags >> bit & 1U) != 0) machine.throttled.emplace_back(brakes[bit]);
    if ((flags >> (bit + before_shift) & 1U) != 0) machine.throttled_before.emplace_back(brakes[bit]);
  }
}

MachineHealth read_machine(const std::string& root_name) {
  const fs::path root{root_name};
  MachineHealth machine;
  machine.temperature_c = warmest(root);
  read_throttled(first_line(root / "sys/devices/platform/soc/soc:firmware/get_throttled"), machine);
  if (machine.throttled.empty() && supply_is_low(root)) machine.throttled.emplace_back("under_voltage");
  read_memory(root, machine);
  return machine;
}

}  // namespace skranke::agent
