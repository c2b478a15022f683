#pragma once
// A box on a workbench: time is made up, lines are switches, and chips read what the wires do.
#include <functional>
#include <map>
#include <string>

#include "agent/box.hpp"
#include "devices/workbench.hpp"
#include "tests/unit/display/chips.hpp"

namespace skranke::agent {

/// Listens to three wires as a chip would: takes a bit at each rising clock, latches at each rising latch.
class Listener {
 public:
  Listener(std::string data, std::string clock, std::string latch) : data_{std::move(data)}, clock_{std::move(clock)}, latch_{std::move(latch)} {}
  void hear(std::span<const std::pair<std::string, bool>> set);
  std::function<void(const display::Bits&)> on_latch;

 private:
  std::string data_, clock_, latch_;
  std::map<std::string, bool> levels_;
  display::Bits bits_;
};

/// Remembers what was written to it; can be made to fail.
class PaperTape final : public devices::SerialSource {
 public:
  devices::LineResult<std::unique_ptr<devices::SerialPort>> open(const std::string& device, const devices::SerialSettings& settings) override;
  std::string written;
  std::string incoming;          ///< what the other end sends
  int opened = 0;                ///< how often; and how many are open now
  int open_now = 0;
  devices::SerialSettings settings;
  bool pulled_out = false;
};

/// Units on Modbus that answer, or do not.
class FakeModbus final : public devices::ModbusSource {
 public:
  devices::LineResult<std::unique_ptr<devices::ModbusUnit>> open(const devices::ModbusBus& bus, unsigned unit) override;
  devices::LineResult<std::unique_ptr<devices::Input>> watch(const devices::ModbusBus& bus, unsigned unit, std::uint16_t input, bool active_low) override;
  std::map<unsigned, std::map<std::uint16_t, std::uint16_t>> registers;   ///< by unit
  bool answers = true;
  std::optional<devices::LineFault> fault;
};

/// Channels of a PWM chip that are turned, or are not there.
class FakeDimmers final : public devices::DimmerSource {
 public:
  devices::LineResult<std::unique_ptr<devices::Dimmer>> open(const std::string& channel, bool high_is_lit) override;
  std::map<std::string, int> percent;   ///< by channel
  std::optional<devices::LineFault> fault;
  int opened = 0;
};

/// Runs the box as its loop does: sleeps until it asked to be called.
class BenchBox {
 public:
  explicit BenchBox(std::string_view settings, bool units_answer = true);
  void run_for(std::chrono::milliseconds time);
  void press(const std::string& line, std::chrono::milliseconds down = std::chrono::milliseconds{80});
  void turn(const std::string& line, bool on);
  [[nodiscard]] Moment now() const { return now_; }
  [[nodiscard]] Health health(const std::string& id) const;
  display::Call call(std::string number, std::string desk) const;

  AgentConfig config;
  devices::Workbench lines;
  PaperTape tape;
  FakeModbus modbus;
  FakeDimmers dimmers;
  Moment now_{Tick{std::chrono::hours{1}}, core::from_millis(1'795'420'000'000), core::Minutes{540}};
  Box box;
  int steps = 0;
};

}  // namespace skranke::agent
