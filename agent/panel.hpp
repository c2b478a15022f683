#pragma once
// The end of a sign: a face goes in, bits or bytes go out. One kind for chips on three lines, one for boards on a serial line, one for units on Modbus.
#include <map>
#include <memory>
#include <string>

#include "agent/config.hpp"
#include "devices/dimmer.hpp"
#include "devices/lines.hpp"
#include "devices/modbus.hpp"
#include "devices/serial.hpp"
#include "display/face.hpp"

namespace skranke::agent {

class Panel {
 public:
  virtual ~Panel() = default;
  /// Sends the whole face; a repeat is harmless. Blocks for some milliseconds at most. A fault means: drop this panel, open another.
  [[nodiscard]] virtual devices::LineResult<void> show(const display::Face& face, int brightness_percent) = 0;
  /// False while nothing has been heard of it yet; chips and line boards never answer, so they are there as soon as they are open.
  [[nodiscard]] virtual devices::LineResult<bool> settled() { return true; }
  /// Whether it has keys that are to be asked for often.
  [[nodiscard]] virtual bool has_keys() const { return false; }
  [[nodiscard]] virtual devices::LineResult<std::vector<display::Key>> take_presses() { return std::vector<display::Key>{}; }
};

/// Where a box's devices hang. All must outlive who uses them.
struct Hardware {
  devices::LineSource& lines;
  devices::SerialSource& serial;
  devices::ModbusSource& modbus;
  devices::DimmerSource& dimmers;
};

/// Chips of several signs on one chain share its three lines: who shows something sends what the others show along with it. Who finds the lines at fault closes them for
/// all, and each opens anew. Not thread-safe.
class Chains {
 public:
  class Chain;
  [[nodiscard]] devices::LineResult<std::shared_ptr<Chain>> open(const AgentConfig& config, const SignConfig& sign, devices::LineSource& lines);

 private:
  std::map<std::string, std::weak_ptr<Chain>> chains_;   ///< by the data line; as many as the settings name
};

/// Opens what the sign's settings name, on a bus of `config`.
[[nodiscard]] devices::LineResult<std::unique_ptr<Panel>> open_panel(const AgentConfig& config, const SignConfig& sign, const Hardware& hardware, Chains& chains);

}  // namespace skranke::agent
