#pragma once
// libmodbus behind one small door: blocks, and belongs to the thread of its bus.
#include <memory>

#include "devices/modbus.hpp"

namespace skranke::devices {

class ModbusLink {
 public:
  /// At most `answer_within` to connect.
  [[nodiscard]] static LineResult<std::unique_ptr<ModbusLink>> open(const ModbusBus& bus);
  ~ModbusLink();
  ModbusLink(const ModbusLink&) = delete;
  ModbusLink& operator=(const ModbusLink&) = delete;

  /// Each asks once and waits at most `answer_within` for the answer.
  [[nodiscard]] LineResult<void> write(unsigned unit, std::uint16_t first, const std::vector<std::uint16_t>& values);
  [[nodiscard]] LineResult<void> set_coil(unsigned unit, std::uint16_t coil, bool on);
  [[nodiscard]] LineResult<std::vector<bool>> read_inputs(unsigned unit, std::uint16_t first, std::size_t count);   ///< at most 2000
  /// After a fault: whether another answer may still be trusted on this connection.
  [[nodiscard]] bool usable() const { return usable_; }

 private:
  struct Context;
  explicit ModbusLink(std::unique_ptr<Context> context);
  [[nodiscard]] tl::unexpected<LineFault> failed(unsigned unit);
  void address(unsigned unit);
  std::unique_ptr<Context> context_;
  bool usable_ = true;
};

}  // namespace skranke::devices
