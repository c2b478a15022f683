#pragma once
// Coils and inputs of Modbus units as lines among the others: a lamp or a button does not know what it hangs on.
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "devices/modbus.hpp"

namespace skranke::devices {

/// "modbus:BUS:UNIT:coil:N" or "modbus:BUS:UNIT:input:N", counted from 0 as on the wire.
struct ModbusPoint {
  std::string bus;
  unsigned unit = 1;        ///< 1 to 247, on TCP also 255
  bool coil = false;
  std::uint16_t number = 0;
};
/// Nothing when it begins otherwise or does not have that form.
[[nodiscard]] std::optional<ModbusPoint> parse_modbus_point(std::string_view line);
[[nodiscard]] bool is_modbus_line(std::string_view line);

/// Lines of Modbus go to their bus, all others to the source below. Sources must outlive it.
class ModbusLines final : public LineSource {
 public:
  ModbusLines(LineSource& below, ModbusSource& modbus, std::map<std::string, ModbusBus> buses) : below_{below}, modbus_{modbus}, buses_{std::move(buses)} {}
  LineResult<std::unique_ptr<Input>> input(const std::string& line, const LineSettings& settings) override;
  LineResult<std::unique_ptr<Outputs>> outputs(const std::vector<std::string>& lines, const LineSettings& settings) override;

 private:
  [[nodiscard]] LineResult<std::pair<const ModbusBus*, ModbusPoint>> find(const std::string& line, bool coil) const;
  LineSource& below_;
  ModbusSource& modbus_;
  std::map<std::string, ModbusBus> buses_;
};

}  // namespace skranke::devices
