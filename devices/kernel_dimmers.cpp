#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "devices/dimmer.hpp"

namespace skranke::devices {
namespace {

namespace fs = std::filesystem;

constexpr long period_ns = 1'000'000;   // a thousand times a second: no eye sees it, and no camera on a tripod
constexpr std::size_t name_max = 100;

tl::unexpected<LineFault> failed(const fs::path& file, int error) {
  const Fault fault = error == ENOENT || error == ENODEV || error == ENXIO ? Fault::gone : error == EACCES || error == EPERM || error == EROFS ? Fault::denied : error == EBUSY ? Fault::taken : Fault::broken;
  return tl::unexpected{LineFault{fault, fmt::format("{}: {}", file.string(), std::strerror(error))}};
}

/// Nothing is made where nothing is: a file that is not there is a chip that is gone.
LineResult<void> write(const fs::path& file, long value) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return failed(file, errno);
  const std::string text = fmt::format("{}\n", value);
  const ssize_t written = ::write(fd, text.data(), text.size());
  const int error = written < 0 ? errno : 0;
  ::close(fd);
  if (written != static_cast<ssize_t>(text.size())) return failed(file, error == 0 ? EIO : error);
  return {};
}

class KernelDimmer final : public Dimmer {
 public:
  KernelDimmer(fs::path folder, bool high_is_lit) : folder_{std::move(folder)}, high_is_lit_{high_is_lit} {}
  LineResult<void> shine(int percent) override {
    const long lit = period_ns / 100 * std::clamp(percent, 1, 100);
    if (auto set = write(folder_ / "duty_cycle", high_is_lit_ ? lit : period_ns - lit); !set) return set;
    return write(folder_ / "enable", 1);
  }

 private:
  fs::path folder_;
  bool high_is_lit_;
};

class KernelDimmers final : public DimmerSource {
 public:
  explicit KernelDimmers(std::string folder) : folder_{std::move(folder)} {}

  LineResult<std::unique_ptr<Dimmer>> open(const std::string& written, bool high_is_lit) override {
    const auto point = parse_dimmer_point(written);
    const auto chip = point ? chip_of(point->chip) : std::nullopt;
    if (!chip) return tl::unexpected{LineFault{Fault::unknown_line, written + ": no such PWM chip"}};
    unsigned channels = 0;
    std::ifstream{*chip / "npwm"} >> channels;
    if (point->channel >= channels) return tl::unexpected{LineFault{Fault::unknown_line, fmt::format("{}: the chip has {} channels", written, channels)}};
    const fs::path channel = *chip / fmt::format("pwm{}", point->channel);
    std::error_code ignored;
    if (!fs::exists(channel, ignored))
      if (auto asked = write(*chip / "export", point->channel); !asked) return tl::unexpected{asked.error()};
    // A period shorter than the pulse that is set is refused; a pulse before any period, too.
    if (auto set = write(channel / "period", period_ns); !set) {
      if (set.error().fault != Fault::broken) return tl::unexpected{set.error()};
      if (auto dark = write(channel / "duty_cycle", 0); !dark) return tl::unexpected{dark.error()};
      if (auto again = write(channel / "period", period_ns); !again) return tl::unexpected{again.error()};
    }
    return std::make_unique<KernelDimmer>(channel, high_is_lit);
  }

 private:
  /// The one whose device has that name; of several the first.
  [[nodiscard]] std::optional<fs::path> chip_of(const std::string& device) const {
    std::vector<fs::path> found;
    std::error_code error, unreadable;
    for (fs::directory_iterator chip{folder_, error}, end; !error && chip != end; chip.increment(error))
      if (fs::read_symlink(chip->path() / "device", unreadable).filename() == device) found.push_back(chip->path());
    if (found.empty()) return std::nullopt;
    return *std::min_element(found.begin(), found.end());
  }

  std::string folder_;
};

}  // namespace

std::optional<DimmerPoint> parse_dimmer_point(std::string_view written) {
  const std::size_t colon = written.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon > name_max) return std::nullopt;
  const std::string_view number = written.substr(colon + 1), chip = written.substr(0, colon);
  DimmerPoint point{std::string{chip}, 0};
  const auto read = std::from_chars(number.data(), number.data() + number.size(), point.channel);
  if (number.empty() || read.ec != std::errc{} || read.ptr != number.data() + number.size() || point.channel > 255) return std::nullopt;
  if (chip.find('/') != std::string_view::npos || chip.starts_with("pwmchip")) return std::nullopt;
  return point;
}

std::unique_ptr<DimmerSource> kernel_dimmers(std::string folder) { return std::make_unique<KernelDimmers>(std::move(folder)); }

}  // namespace skranke::devices
