#include "devices/serial.hpp"

#include <fcntl.h>
#include <linux/serial.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace skranke::devices {
namespace {

tl::unexpected<LineFault> failed(const std::string& device, int error) {
  const Fault fault = error == ENOENT || error == ENXIO || error == ENODEV || error == EIO ? Fault::gone
                      : error == EACCES || error == EPERM                                  ? Fault::denied
                      : error == EBUSY                                                     ? Fault::taken
                                                                                           : Fault::broken;
  return tl::unexpected{LineFault{fault, fmt::format("{}: {}", device, std::strerror(error))}};
}

std::optional<speed_t> speed_of(unsigned baud) {
  static constexpr std::array<std::pair<unsigned, speed_t>, 14> speeds{{{300, B300}, {600, B600}, {1200, B1200}, {2400, B2400}, {4800, B4800},
      {9600, B9600}, {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200}, {230400, B230400}, {460800, B460800},
      {921600, B921600}, {4000000, B4000000}}};
  for (const auto& [rate, speed] : speeds)
    if (rate == baud) return speed;
  return std::nullopt;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_{fd} {}
  Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

class Terminal final : public SerialPort {
 public:
  Terminal(Descriptor fd, std::string device) : fd_{std::move(fd)}, device_{std::move(device)} {}
  LineResult<void> write(std::string_view bytes) override {
    // A frame that goes out in part would be read as another frame: it must fit as a whole.
    int queued = 0;
    if (::ioctl(fd_.get(), TIOCOUTQ, &queued) == 0 && static_cast<std::size_t>(queued) + bytes.size() > buffer_bytes)
      return tl::unexpected{LineFault{Fault::broken, device_ + ": the line does not take its bytes"}};
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0) return failed(device_, errno);
    if (static_cast<std::size_t>(written) != bytes.size()) return tl::unexpected{LineFault{Fault::broken, device_ + ": took a frame in part"}};
    return {};
  }
  LineResult<std::string> read() override {
    std::array<char, 256> bytes{};
    const ssize_t taken = ::read(fd_.get(), bytes.data(), bytes.size());
    if (taken < 0 && errno != EAGAIN && errno != EINTR) return failed(device_, errno);
    return std::string{bytes.data(), taken < 0 ? 0 : static_cast<std::size_t>(taken)};
  }

 private:
  static constexpr std::size_t buffer_bytes = 2048;
  Descriptor fd_;
  std::string device_;
};

/// Drivers that know RS-485 switch their sender themselves; those that do not say so, and an adapter with automatic direction needs nothing.
void ask_for_rs485(int fd) {
  serial_rs485 mode{};
  mode.flags = SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND;
  static_cast<void>(::ioctl(fd, TIOCSRS485, &mode));
}

class SystemSerial final : public SerialSource {
 public:
  LineResult<std::unique_ptr<SerialPort>> open(const std::string& device, const SerialSettings& settings) override {
    Descriptor fd{::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    if (fd.get() < 0) return failed(device, errno);
    termios terminal{};
    if (::tcgetattr(fd.get(), &terminal) != 0) return failed(device, errno);
    const auto speed = speed_of(settings.baud);
    if (!speed) return tl::unexpected{LineFault{Fault::broken, fmt::format("{}: no line runs at {} baud", device, settings.baud)}};
    ::cfmakeraw(&terminal);
    ::cfsetispeed(&terminal, *speed);
    ::cfsetospeed(&terminal, *speed);
    terminal.c_cflag &= ~static_cast<tcflag_t>(CSIZE | CSTOPB | PARENB | PARODD | CRTSCTS);
    terminal.c_cflag |= CLOCAL | CREAD | (settings.data_bits == 7 ? CS7 : CS8);
    if (settings.stop_bits == 2) terminal.c_cflag |= CSTOPB;
    if (settings.parity != Parity::none) terminal.c_cflag |= PARENB;
    if (settings.parity == Parity::odd) terminal.c_cflag |= PARODD;
    if (::tcsetattr(fd.get(), TCSANOW, &terminal) != 0) return failed(device, errno);
    ask_for_rs485(fd.get());
    return std::make_unique<Terminal>(std::move(fd), device);
  }
};

}  // namespace

std::unique_ptr<SerialSource> system_serial() { return std::make_unique<SystemSerial>(); }

}  // namespace skranke::devices
