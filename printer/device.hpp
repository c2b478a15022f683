#pragma once
// A receipt printer's wire: TCP, /dev/usb/lp*, a serial port. Bytes out with a deadline, answers in while they last.
#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "printer/escpos.hpp"
#include "system/owned.hpp"

namespace skranke::printer {

/// What an address says behind its "?", as "baud" in "/dev/ttyUSB0?baud=9600&cut=full"; empty when it does not.
[[nodiscard]] std::string option_of(const std::string& address, std::string_view name);

class Device {
 public:
  /// "tcp://host:port" or "socket://host:port/…" (port 9100 when none is said), else the path of a device file; a
  /// serial one may end in
  /// "?baud=9600" (otherwise 19200). The error is a sentence for the log; a device file that is not there begins with
  /// "absent: ".
  [[nodiscard]] static tl::expected<Device, std::string> open(const std::string& address,
                                                              std::chrono::milliseconds limit, std::stop_token stop);

  /// Bytes taken by the operating system before deadline, stop or error; all of them = success.
  [[nodiscard]] std::size_t write(const std::vector<std::uint8_t>& bytes, std::chrono::milliseconds limit,
                                  const std::stop_token& stop);
  /// True when the other side has confirmed all bytes (TCP) or they have left the port (serial); true at once where
  /// nobody can tell (USB).
  [[nodiscard]] bool drained(std::chrono::milliseconds limit, const std::stop_token& stop);
  /// Whatever arrives within `limit`, at least one byte unless nothing comes or the other side is gone. At most 256
  /// bytes.
  [[nodiscard]] std::vector<std::uint8_t> read(std::chrono::milliseconds limit, const std::stop_token& stop);
  /// Asks DLE EOT 1..4 and waits for the four answers, `limit` in all; bytes left over from earlier are dropped first.
  [[nodiscard]] escpos::Status status(std::chrono::milliseconds limit, const std::stop_token& stop);
  /// What the USB printer class itself knows (paper, error), where the file is one of usblp's and nothing else answers.
  [[nodiscard]] Health class_status() const;
  [[nodiscard]] bool gone() const { return gone_; }

 private:
  explicit Device(int fd);
  [[nodiscard]] bool wait_for(short events, std::chrono::steady_clock::time_point deadline,
                              const std::stop_token& stop);

  Descriptor fd_;
  bool gone_ = false;
};

}  // namespace skranke::printer
