#include <fcntl.h>
#include <libevdev/libevdev.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include <fmt/format.h>

#include "devices/key_lines.hpp"

namespace skranke::devices {
namespace {

constexpr std::size_t events_max = 256;
constexpr int repeats_by_itself = 2;

struct FreeEvdev {
  void operator()(libevdev* device) const noexcept { libevdev_free(device); }
};
using OwnedEvdev = std::unique_ptr<libevdev, FreeEvdev>;

tl::unexpected<LineFault> failed(const std::string& device, int error) {
  const Fault fault = error == ENOENT || error == ENODEV || error == ENXIO ? Fault::gone : error == EACCES || error == EPERM ? Fault::denied : error == EBUSY ? Fault::taken : Fault::broken;
  return tl::unexpected{LineFault{fault, fmt::format("{}: {}", device, std::strerror(error))}};
}

class EvdevKeypad final : public Keypad {
 public:
  EvdevKeypad(OwnedEvdev device, int fd, std::string name) : device_{std::move(device)}, fd_{fd}, name_{std::move(name)} {}
  ~EvdevKeypad() override {
    device_.reset();
    ::close(fd_);   // and whoever wants it has it again
  }
  EvdevKeypad(const EvdevKeypad&) = delete;
  EvdevKeypad& operator=(const EvdevKeypad&) = delete;

  LineResult<std::vector<KeyEvent>> take() override {
    std::vector<KeyEvent> taken;
    while (taken.size() < events_max) {
      input_event event{};
      const int status = libevdev_next_event(device_.get(), syncing_ ? LIBEVDEV_READ_FLAG_SYNC : LIBEVDEV_READ_FLAG_NORMAL, &event);
      if (status == -EAGAIN) {
        if (!std::exchange(syncing_, false)) break;
        continue;   // how all stands was told
      }
      if (status < 0) return failed(name_, -status);
      const bool dropped = status == LIBEVDEV_READ_STATUS_SYNC;   // the kernel dropped some; how things stand comes next
      if (dropped && !syncing_) {
        syncing_ = true;
        continue;
      }
      if (event.type != EV_KEY || event.value == repeats_by_itself) continue;
      taken.push_back({event.code, event.value != 0, std::chrono::seconds{event.input_event_sec} + std::chrono::microseconds{event.input_event_usec}, syncing_});
    }
    return taken;
  }
  [[nodiscard]] bool is_down(unsigned code) const override { return libevdev_get_event_value(device_.get(), EV_KEY, code) != 0; }
  [[nodiscard]] bool has(unsigned code) const override { return libevdev_has_event_code(device_.get(), EV_KEY, code) == 1; }
  [[nodiscard]] int fd() const override { return fd_; }

 private:
  OwnedEvdev device_;
  int fd_;
  std::string name_;
  bool syncing_ = false;
};

class SystemKeypads final : public KeypadSource {
 public:
  LineResult<std::unique_ptr<Keypad>> open(const std::string& device) override {
    const int fd = ::open(device.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return failed(device, errno);
    libevdev* opened = nullptr;
    if (const int status = libevdev_new_from_fd(fd, &opened); status < 0) {
      ::close(fd);
      return failed(device, -status);
    }
    OwnedEvdev owned{opened};
    libevdev_set_clock_id(opened, CLOCK_MONOTONIC);   // the clock of all edges
    if (const int status = libevdev_grab(opened, LIBEVDEV_GRAB); status < 0) {   // what is typed at a desk must not reach a console or a page
      owned.reset();
      ::close(fd);
      return failed(device, -status);
    }
    return std::make_unique<EvdevKeypad>(std::move(owned), fd, device);
  }
  [[nodiscard]] std::optional<unsigned> code_of(const std::string& key) const override {
    const int code = libevdev_event_code_from_name(EV_KEY, key.c_str());
    if (code < 0) return std::nullopt;
    return static_cast<unsigned>(code);
  }
};

}  // namespace

std::unique_ptr<KeypadSource> system_keypads() { return std::make_unique<SystemKeypads>(); }

}  // namespace skranke::devices
