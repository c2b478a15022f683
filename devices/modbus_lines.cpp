#include "devices/modbus_lines.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace skranke::devices {
namespace {

constexpr std::string_view prefix = "modbus:";

template <class Number>
std::optional<Number> number_of(std::string_view text, unsigned least, unsigned most) {
  unsigned value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size() || value < least || value > most) return std::nullopt;
  return static_cast<Number>(value);
}

/// Coils of one unit. They start off, as all outputs do.
class Coils final : public Outputs {
 public:
  Coils(std::unique_ptr<ModbusUnit> unit, std::vector<std::uint16_t> coils, bool active_low) : unit_{std::move(unit)}, coils_{std::move(coils)}, active_low_{active_low} {}
  LineResult<void> set(std::span<const std::pair<std::size_t, bool>> values) override {
    for (const auto& [index, on] : values)
      if (auto set = unit_->set_coil(coils_[index], on != active_low_); !set) return set;
    return {};
  }
  LineResult<bool> settled() override { return unit_->settled(); }

 private:
  std::unique_ptr<ModbusUnit> unit_;
  std::vector<std::uint16_t> coils_;
  bool active_low_;
};

}  // namespace

bool is_modbus_line(std::string_view line) { return line.starts_with(prefix); }

std::optional<ModbusPoint> parse_modbus_point(std::string_view line) {
  if (!is_modbus_line(line)) return std::nullopt;
  std::array<std::string_view, 4> parts;   // bus, unit, kind, number
  std::string_view rest = line.substr(prefix.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t colon = rest.find(':');
    const bool last = i + 1 == parts.size();
    if (last != (colon == std::string_view::npos)) return std::nullopt;
    parts[i] = rest.substr(0, colon);
    if (!last) rest.remove_prefix(colon + 1);
  }
  const auto unit = number_of<unsigned>(parts[1], 1, 255);
  const auto number = number_of<std::uint16_t>(parts[3], 0, 0xFFFF);
  if (parts[0].empty() || !unit || !number || (parts[2] != "coil" && parts[2] != "input")) return std::nullopt;
  return ModbusPoint{std::string{parts[0]}, *unit, parts[2] == "coil", *number};
}

LineResult<std::pair<const ModbusBus*, ModbusPoint>> ModbusLines::find(const std::string& line, bool coil) const {
  const auto point = parse_modbus_point(line);
  const auto bus = point ? buses_.find(point->bus) : buses_.end();
  if (bus == buses_.end() || point->coil != coil) return tl::unexpected{LineFault{Fault::unknown_line, line}};
  return std::pair{&bus->second, *point};
}

LineResult<std::unique_ptr<Input>> ModbusLines::input(const std::string& line, const LineSettings& settings) {
  if (!is_modbus_line(line)) return below_.input(line, settings);
  const auto found = find(line, false);
  if (!found) return tl::unexpected{found.error()};
  return modbus_.watch(*found->first, found->second.unit, found->second.number, settings.active_low);
}

LineResult<std::unique_ptr<Outputs>> ModbusLines::outputs(const std::vector<std::string>& lines, const LineSettings& settings) {
  if (std::none_of(lines.begin(), lines.end(), is_modbus_line)) return below_.outputs(lines, settings);
  std::vector<std::uint16_t> coils;
  std::optional<std::pair<const ModbusBus*, ModbusPoint>> first;
  for (const std::string& line : lines) {
    const auto found = find(line, true);
    if (!found) return tl::unexpected{found.error()};
    if (!first) first = *found;
    if (found->first != first->first || found->second.unit != first->second.unit) return tl::unexpected{LineFault{Fault::split, line}};
    coils.push_back(found->second.number);
  }
  auto unit = modbus_.open(*first->first, first->second.unit);
  if (!unit) return tl::unexpected{unit.error()};
  Coils made{std::move(*unit), std::move(coils), settings.active_low};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::pair<std::size_t, bool> off{i, false};
    if (auto set = made.set({&off, 1}); !set) return tl::unexpected{set.error()};
  }
  return std::make_unique<Coils>(std::move(made));
}

}  // namespace skranke::devices
