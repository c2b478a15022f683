#pragma once
// Serial lines to boards: bytes out, and what comes back, never waiting.
#include <memory>
#include <string>
#include <string_view>

#include "devices/lines.hpp"

namespace skranke::devices {

enum class Parity : std::uint8_t { none, even, odd };

struct SerialSettings {
  unsigned baud = 9600;          ///< one of the system's rates, 300 to 4,000,000
  unsigned data_bits = 8;        ///< 7 or 8
  unsigned stop_bits = 1;        ///< 1 or 2
  Parity parity = Parity::none;
  bool operator==(const SerialSettings&) const = default;
};

class SerialPort {
 public:
  virtual ~SerialPort() = default;
  /// Hands all bytes to the driver or none: `broken` when its buffer is full because the line does not drain, `gone` when the adapter was pulled out.
  [[nodiscard]] virtual LineResult<void> write(std::string_view bytes) = 0;
  /// What came since the last call, at most 256 bytes; never waits. Of lines that only listen: nothing.
  [[nodiscard]] virtual LineResult<std::string> read() { return std::string{}; }
};

class SerialSource {
 public:
  virtual ~SerialSource() = default;
  [[nodiscard]] virtual LineResult<std::unique_ptr<SerialPort>> open(const std::string& device, const SerialSettings& settings) = 0;
};

/// The system's terminals; where the driver can switch an RS-485 sender, it is asked to.
[[nodiscard]] std::unique_ptr<SerialSource> system_serial();

}  // namespace skranke::devices
