#pragma once
// How bright a chain of shift registers shines: the wire that lights it (OE of a 74HC595, G of a TPIC6B595) is switched a thousand times a second by the kernel's
// PWM. The port has two ends: the kernel's, through sysfs, and a fake for tests and for boxes that are played.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "devices/lines.hpp"

namespace skranke::devices {

/// "fe20c000.pwm:0": the device that the chip belongs to, and which of its channels. "pwmchip0" is another chip after the next start.
struct DimmerPoint {
  std::string chip;
  unsigned channel = 0;
};
[[nodiscard]] std::optional<DimmerPoint> parse_dimmer_point(std::string_view written);

/// One channel. Not thread-safe. It keeps what it was last set to when it is let go: the sign shines on as its face stands on.
class Dimmer {
 public:
  virtual ~Dimmer() = default;
  /// 1 to 100. A repeat is harmless and finds out that the chip is gone. Blocks for no longer than a system call.
  [[nodiscard]] virtual LineResult<void> shine(int percent) = 0;
};

class DimmerSource {
 public:
  virtual ~DimmerSource() = default;
  /// `high_is_lit`: the wire is high while the sign shines; OE and G want it low.
  [[nodiscard]] virtual LineResult<std::unique_ptr<Dimmer>> open(const std::string& channel, bool high_is_lit) = 0;
};

/// `folder`: where the kernel shows its PWM chips.
[[nodiscard]] std::unique_ptr<DimmerSource> kernel_dimmers(std::string folder = "/sys/class/pwm");

}  // namespace skranke::devices
