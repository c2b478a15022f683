// What it costs to write a sign of sixteen digits bit by bit: working out the bits and handing each level to the port. Every level is a system call here, as on
// a real box, but to a device that does nothing: what a real chip's driver takes comes on top (tests/machine has it). The yardstick is those calls alone.
//
//   agent_refresh_max7219, agent_refresh_registers   us of one core for one refresh
//   agent_refresh_share                              % of a core while such a sign blinks, the dearer of the two; baseline: the 5 % that it may take
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <vector>

#include <fmt/format.h>

#include "agent/panel.hpp"

namespace {

using namespace skranke;

constexpr int rounds = 31, refreshes = 20;
constexpr double blinks_per_second = 2.0, share_allowed_percent = 5.0;   // a sign blinks twice a second, lit and dark

struct Nothing {
  int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  std::size_t calls = 0;
  void call() {
    ++calls;
    int queued = 0;
    static_cast<void>(::ioctl(fd, FIONREAD, &queued));   // refused: but it was there and back
  }
};

class Wires final : public devices::Outputs {
 public:
  explicit Wires(Nothing& nothing) : nothing_{nothing} {}
  devices::LineResult<void> set(std::span<const std::pair<std::size_t, bool>> values) override {
    for (const auto& [line, on] : values) level_ = level_ ^ (on ? line + 1 : 0);
    nothing_.call();
    return {};
  }

 private:
  Nothing& nothing_;
  std::size_t level_ = 0;
};

class Box final : public devices::LineSource, public devices::SerialSource, public devices::ModbusSource, public devices::DimmerSource {
 public:
  devices::LineResult<std::unique_ptr<devices::Input>> input(const std::string&, const devices::LineSettings&) override { return tl::unexpected{devices::LineFault{}}; }
  devices::LineResult<std::unique_ptr<devices::Outputs>> outputs(const std::vector<std::string>&, const devices::LineSettings&) override { return std::make_unique<Wires>(nothing); }
  devices::LineResult<std::unique_ptr<devices::SerialPort>> open(const std::string&, const devices::SerialSettings&) override { return tl::unexpected{devices::LineFault{}}; }
  devices::LineResult<std::unique_ptr<devices::ModbusUnit>> open(const devices::ModbusBus&, unsigned) override { return tl::unexpected{devices::LineFault{}}; }
  devices::LineResult<std::unique_ptr<devices::Input>> watch(const devices::ModbusBus&, unsigned, std::uint16_t, bool) override { return tl::unexpected{devices::LineFault{}}; }
  devices::LineResult<std::unique_ptr<devices::Dimmer>> open(const std::string&, bool) override { return tl::unexpected{devices::LineFault{}}; }
  Nothing nothing;
};

double processor_us() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

void print(std::string_view name, std::string_view unit, double value, double baseline) {
  fmt::print("{{\"name\":\"{}\",\"unit\":\"{}\",\"value\":{:.3f},\"baseline\":{:.3f},\"ratio\":{:.3f}}}\n", name, unit, value, baseline, value / baseline);
}

/// Microseconds of one refresh; 0 = it could not be measured.
double measure(std::string_view name, agent::SignDriver driver, std::size_t chips) {
  agent::AgentConfig config;
  agent::SignConfig sign;
  sign.id = "sign";
  sign.chain = {"sign"};
  sign.driver = driver;
  sign.chips = chips;
  sign.face.number_digits = 14;
  sign.face.desk_digits = 2;
  Box box;
  agent::Chains chains;
  const auto panel = agent::open_panel(config, sign, {box, box, box, box}, chains);
  if (!panel || box.nothing.fd < 0) return 0;
  display::Face face{display::Showing::number, "A12", "3", true, false};
  std::vector<double> values, yardsticks;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t before = box.nothing.calls;
    double begun = processor_us();
    for (int i = 0; i < refreshes; ++i) {
      face.lit = i % 2 == 0;
      if (!(*panel)->show(face, 80)) return 0;
    }
    values.push_back((processor_us() - begun) / refreshes);
    const std::size_t calls = box.nothing.calls - before;
    begun = processor_us();
    for (std::size_t i = 0; i < calls; ++i) box.nothing.call();
    yardsticks.push_back((processor_us() - begun) / refreshes);
  }
  print(name, "us", median(values), median(yardsticks));
  return median(values);
}

}  // namespace

int main() {
  const double drivers = measure("agent_refresh_max7219", agent::SignDriver::max7219, 2);
  const double registers = measure("agent_refresh_registers", agent::SignDriver::registers, 1);
  if (drivers <= 0 || registers <= 0) return std::fputs("a sign could not be written: the figures mean nothing\n", stderr), 1;
  print("agent_refresh_share", "%", std::max(drivers, registers) * blinks_per_second / 1e6 * 100, share_allowed_percent);
  return 0;
}
