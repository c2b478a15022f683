#pragma once
// Modbus units: registers of boards, coils that are lamps, inputs that are buttons. A bus answers late or never, so each has a thread of its own that asks; whoever
// uses a unit never waits.
#include <memory>
#include <string>

#include "devices/lines.hpp"
#include "devices/serial.hpp"

namespace skranke::devices {

/// One pair of wires (RTU) or one address on the network (TCP). Everybody who names the same device or host and port shares it.
struct ModbusBus {
  std::string device;                             ///< "/dev/ttyUSB0"; empty = TCP
  std::string host;                               ///< a numeric address: nothing here waits for a name server
  unsigned port = 502;
  SerialSettings serial{19200, 8, 1, Parity::even};   ///< what the Modbus specification wants of who says nothing
  std::chrono::milliseconds answer_within{300};
  std::chrono::milliseconds look_every{30};       ///< between two readings of inputs
  bool operator==(const ModbusBus&) const = default;
};

/// One user's view of one unit. Not thread-safe; nothing here blocks. A fault is told once it is known, by whichever call comes next, and stays: close and open again.
class ModbusUnit {
 public:
  virtual ~ModbusUnit() = default;
  /// The newest values for a first register replace those that wait; at most `writes_max` different ones wait, then `broken`.
  [[nodiscard]] virtual LineResult<void> write(std::uint16_t first, std::vector<std::uint16_t> values) = 0;
  [[nodiscard]] virtual LineResult<void> set_coil(std::uint16_t coil, bool on) = 0;
  /// False while nothing has been answered yet.
  [[nodiscard]] virtual LineResult<bool> settled() = 0;
  static constexpr std::size_t writes_max = 16;
};

class ModbusSource {
 public:
  virtual ~ModbusSource() = default;
  /// `taken` when the bus is in use with other settings.
  [[nodiscard]] virtual LineResult<std::unique_ptr<ModbusUnit>> open(const ModbusBus& bus, unsigned unit) = 0;
  /// A discrete input, read over and over. Its level is known once it has settled.
  [[nodiscard]] virtual LineResult<std::unique_ptr<Input>> watch(const ModbusBus& bus, unsigned unit, std::uint16_t input, bool active_low) = 0;
};

/// libmodbus. What it gave out may outlive it.
[[nodiscard]] std::unique_ptr<ModbusSource> system_modbus();

}  // namespace skranke::devices
