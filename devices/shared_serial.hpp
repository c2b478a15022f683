#pragma once
// Several boards on one serial line: the line is opened once, each board's frames go out whole and one after the other.
#include <map>
#include <memory>
#include <string>

#include "devices/serial.hpp"

namespace skranke::devices {

/// Ports of one device share what is below. Who finds it at fault closes it for all, and each opens it anew: an adapter that was pulled out is gone for every
/// board on it. Not thread-safe; the source below must outlive it.
class SharedSerial final : public SerialSource {
 public:
  explicit SharedSerial(SerialSource& below) : below_{below} {}
  /// `broken` when the line is in use with other settings: two speeds on one pair of wires are noise for both.
  LineResult<std::unique_ptr<SerialPort>> open(const std::string& device, const SerialSettings& settings) override;

 private:
  struct Line;
  class Port;
  SerialSource& below_;
  std::map<std::string, std::weak_ptr<Line>> lines_;   ///< by device; as many as the settings name
};

}  // namespace skranke::devices
