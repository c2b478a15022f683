#include "daemon/box_health.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace skranke::daemon {
namespace {

constexpr std::array<std::string_view, 4> brakes{"under_voltage", "frequency_capped", "throttled", "temperature_limit"};
constexpr std::int64_t mib_max = 1'048'576;

bool holds(const std::vector<std::string>& words, std::string_view word) { return std::find(words.begin(), words.end(), word) != words.end(); }

std::vector<std::string> read_brakes(wire::TableReader& table, std::string_view key) {
  std::vector<std::string> words = table.texts(key, {.count_max = brakes.size()});
  for (const std::string& word : words)
    if (std::find(brakes.begin(), brakes.end(), word) == brakes.end())
      table.error(key, "wrong_content", {"Skriv under_voltage, frequency_capped, throttled eller temperature_limit.", "Write under_voltage, frequency_capped, throttled or temperature_limit."});
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

}  // namespace

BoxHealth read_box_health(wire::TableReader table) {
  BoxHealth box;
  box.version = table.required_text("version", {.max = 40});
  box.temperature_c = table.number("temperature_c", -100, 250);
  box.throttled = read_brakes(table, "throttled");
  box.throttled_before = read_brakes(table, "throttled_before");
  box.memory_total_mib = table.integer("memory_total_mib", 1, mib_max);
  box.memory_free_mib = table.integer("memory_free_mib", 0, mib_max);
  table.done();
  return box;
}

bool is_hot(const BoxHealth& box, bool was_hot) {
  const bool slowed = holds(box.throttled, "throttled") || holds(box.throttled, "temperature_limit");
  return slowed || (box.temperature_c && *box.temperature_c >= (was_hot ? cool_c : hot_c));
}

std::string_view fault_of(const BoxHealth& box, bool was_hot, std::string_view our_version) {
  if (holds(box.throttled, "under_voltage")) return "box_power";
  if (is_hot(box, was_hot)) return "box_hot";
  if (box.memory_total_mib && box.memory_free_mib && *box.memory_free_mib * 100 < *box.memory_total_mib * memory_low_percent) return "box_memory";
  if (holds(box.throttled_before, "under_voltage")) return "box_power_before";
  if (!box.version.empty() && box.version != our_version) return "box_version";
  return {};
}

std::map<std::string, std::string> details_of(const BoxHealth& box) {
  std::map<std::string, std::string> details;
  if (!box.version.empty()) details["version"] = box.version;
  if (box.temperature_c) details["temperature"] = fmt::format("{:.0f} °C", *box.temperature_c);
  // In steps: each change is news to every open page.
  constexpr std::int64_t step = 16;
  if (box.memory_total_mib && box.memory_free_mib) details["memory"] = fmt::format("{} / {} MiB", *box.memory_free_mib / step * step, *box.memory_total_mib);
  if (!box.throttled.empty()) details["slowed_by"] = joined(box.throttled);
  if (!box.throttled_before.empty()) details["slowed_before_by"] = joined(box.throttled_before);
  return details;
}

std::vector<std::pair<std::string_view, std::string>> metrics_of(std::string_view agent, const BoxHealth& box) {
  std::vector<std::pair<std::string_view, std::string>> lines;
  const auto put = [&](std::string_view name, std::string_view more, auto value) { lines.emplace_back(name, fmt::format("{{agent=\"{}\"{}}} {}", agent, more, value)); };
  constexpr std::int64_t mib = 1024 * 1024;
  if (box.temperature_c) put("skranke_agent_temperature_celsius", "", *box.temperature_c);
  if (box.memory_total_mib) put("skranke_agent_memory_total_bytes", "", *box.memory_total_mib * mib);
  if (box.memory_free_mib) put("skranke_agent_memory_free_bytes", "", *box.memory_free_mib * mib);
  for (const std::string_view brake : brakes) put("skranke_agent_throttled", fmt::format(",by=\"{}\"", brake), holds(box.throttled, brake) ? 1 : 0);
  return lines;
}

}  // namespace skranke::daemon
