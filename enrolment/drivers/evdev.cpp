// skranke-driver-evdev /dev/input/DEVICE: a pen display or tablet. While it is open nobody else on this box hears of the pen.
#include <cerrno>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <libevdev/libevdev.h>
#include <poll.h>
#include <unistd.h>

#include "enrolment/drivers/drive.hpp"
#include "enrolment/drivers/pen.hpp"

namespace skranke::enrolment {
namespace {

constexpr std::size_t events_max = 4096;   // at once; the rest comes next

struct FreeEvdev {
  void operator()(libevdev* device) const noexcept { libevdev_free(device); }
};
using OwnedEvdev = std::unique_ptr<libevdev, FreeEvdev>;

tl::unexpected<Error> lost(int error) {
  const bool gone = error == -ENODEV || error == -ENOENT || error == -ENXIO;
  return wrong(gone ? "absent" : "fault", std::strerror(-error));
}

class EvdevPen final : public PenSource {
 public:
  EvdevPen(OwnedEvdev device, int fd, const PenRange& range)
      : device_{std::move(device)}, fd_{fd}, range_{range} {
    for (const std::uint16_t axis : {std::uint16_t{ABS_X}, std::uint16_t{ABS_Y}, std::uint16_t{ABS_PRESSURE}}) before_.push_back({0, EV_ABS, axis, libevdev_get_event_value(device_.get(), EV_ABS, axis)});
  }
  ~EvdevPen() override { ::close(fd_); }
  EvdevPen(const EvdevPen&) = delete;
  EvdevPen& operator=(const EvdevPen&) = delete;

  Result<std::vector<PenEvent>> wait(std::chrono::milliseconds patience) override {
    // The kernel tells of changes only: where the pen is before the first comes first.
    std::vector<PenEvent> out = std::exchange(before_, {});
    pollfd waiting{fd_, POLLIN, 0};
    if (libevdev_has_event_pending(device_.get()) == 0 && ::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return out;
    unsigned how = LIBEVDEV_READ_FLAG_NORMAL;
    while (out.size() < events_max) {
      input_event event{};
      const int status = libevdev_next_event(device_.get(), how, &event);
      if (status == -EAGAIN && how == LIBEVDEV_READ_FLAG_NORMAL) break;
      if (status == -EAGAIN) {
        how = LIBEVDEV_READ_FLAG_NORMAL;
        continue;
      }
      if (status < 0) return lost(status);
      if (status == LIBEVDEV_READ_STATUS_SYNC && how == LIBEVDEV_READ_FLAG_NORMAL) {   // the kernel dropped some: how things stand comes next
        how = LIBEVDEV_READ_FLAG_SYNC;
        out.push_back({micros_of(event), EV_SYN, SYN_DROPPED, 0});
        continue;
      }
      out.push_back({micros_of(event), event.type, event.code, event.value});
    }
    return out;
  }
  std::int64_t now_micros() override {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
  }
  const PenRange& range() const override { return range_; }

 private:
  static std::int64_t micros_of(const input_event& event) { return std::int64_t{event.input_event_sec} * 1'000'000 + event.input_event_usec; }
  OwnedEvdev device_;
  int fd_;
  PenRange range_;
  std::vector<PenEvent> before_;
};

PenRange range_of(const libevdev* device) {
  PenRange range;
  if (const input_absinfo* x = libevdev_get_abs_info(device, ABS_X)) range.x_min = x->minimum, range.x_max = x->maximum, range.x_per_mm = x->resolution;
  if (const input_absinfo* y = libevdev_get_abs_info(device, ABS_Y)) range.y_min = y->minimum, range.y_max = y->maximum, range.y_per_mm = y->resolution;
  if (const input_absinfo* force = libevdev_get_abs_info(device, ABS_PRESSURE)) range.pressure_min = force->minimum, range.pressure_max = force->maximum;
  return range;
}

Result<std::unique_ptr<Device>> open(const std::string& path, const std::string& /*trust*/) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return lost(-errno);
  libevdev* raw = nullptr;
  if (const int error = libevdev_new_from_fd(fd, &raw); error < 0) return ::close(fd), lost(error);
  OwnedEvdev device{raw};
  for (const auto& [type, code] : {std::pair{EV_ABS, ABS_X}, std::pair{EV_ABS, ABS_Y}, std::pair{EV_KEY, BTN_TOUCH}})
    if (libevdev_has_event_code(raw, static_cast<unsigned>(type), static_cast<unsigned>(code)) == 0) return ::close(fd), wrong("fault", "it is no pen");
  static_cast<void>(libevdev_set_clock_id(raw, CLOCK_MONOTONIC));
  if (const int error = libevdev_grab(raw, LIBEVDEV_GRAB); error < 0) return ::close(fd), wrong("fault", "another program holds it");
  const PenRange range = range_of(raw);
  return std::make_unique<Pen>(std::make_unique<EvdevPen>(std::move(device), fd, range));
}

}  // namespace
}  // namespace skranke::enrolment

int main(int argc, char** argv) { return skranke::enrolment::drive(argc, argv, skranke::enrolment::open); }
