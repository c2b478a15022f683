#include "devices/shared_serial.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace skranke::devices {

struct SharedSerial::Line {
  SerialSettings settings;
  std::unique_ptr<SerialPort> port;
  std::optional<LineFault> fault;   ///< once there, for good: a fresh line takes its place
  std::vector<std::string*> inboxes{};   ///< of its ports: what comes is heard by all
};

class SharedSerial::Port final : public SerialPort {
 public:
  explicit Port(std::shared_ptr<Line> line) : line_{std::move(line)} { line_->inboxes.push_back(&inbox_); }
  ~Port() override { std::erase(line_->inboxes, &inbox_); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  LineResult<void> write(std::string_view bytes) override {
    if (line_->fault) return tl::unexpected{*line_->fault};
    auto written = line_->port->write(bytes);
    if (!written) {
      line_->fault = written.error();
      line_->port.reset();   // closed now: the device must be free for who opens it next
    }
    return written;
  }
  LineResult<std::string> read() override {
    if (line_->fault) return tl::unexpected{*line_->fault};
    const auto taken = line_->port->read();
    if (!taken) {
      line_->fault = taken.error();
      line_->port.reset();
      return tl::unexpected{*line_->fault};
    }
    for (std::string* inbox : line_->inboxes)
      if (inbox->size() < inbox_max) *inbox += *taken;   // a board that nobody asks hears no more for now
    return std::exchange(inbox_, {});
  }

 private:
  static constexpr std::size_t inbox_max = 1'024;
  std::shared_ptr<Line> line_;
  std::string inbox_;
};

LineResult<std::unique_ptr<SerialPort>> SharedSerial::open(const std::string& device, const SerialSettings& settings) {
  if (const auto line = lines_[device].lock(); line != nullptr && !line->fault) {
    if (line->settings != settings) return tl::unexpected{LineFault{Fault::broken, device + ": in use with another speed or form"}};
    return std::make_unique<Port>(line);
  }
  auto port = below_.open(device, settings);
  if (!port) return tl::unexpected{port.error()};
  auto line = std::make_shared<Line>(Line{settings, std::move(*port), std::nullopt});
  lines_[device] = line;
  return std::make_unique<Port>(std::move(line));
}

}  // namespace skranke::devices
