#pragma once
// The end of a sign: a face goes in, bits or bytes go out. One kind for chips on three lines, one for boards on a serial line.
#include <memory>

#include "agent/config.hpp"
#include "devices/lines.hpp"
#include "devices/serial.hpp"
#include "display/face.hpp"

namespace skranke::agent {

class Panel {
 public:
  virtual ~Panel() = default;
  /// Sends the whole face; a repeat is harmless. Blocks for some milliseconds at most. A fault means: drop this panel, open another.
  [[nodiscard]] virtual devices::LineResult<void> show(const display::Face& face, int brightness_percent) = 0;
};

/// Opens what the sign's settings name.
[[nodiscard]] devices::LineResult<std::unique_ptr<Panel>> open_panel(const SignConfig& sign, devices::LineSource& lines, devices::SerialSource& serial);

}  // namespace skranke::agent
