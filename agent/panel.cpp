#include "agent/panel.hpp"

#include <array>

#include "display/chain.hpp"
#include "display/matrix.hpp"

namespace skranke::agent {
namespace {

using devices::LineResult;
using display::Bits, display::Face, display::Segments;

/// Number and desk beside one another, as many digits as the sign has.
std::vector<Segments> digits_of_face(const SignConfig& sign, const Face& face) {
  const std::size_t digits = sign.face.number_digits + sign.face.desk_digits;
  if (face.all_lit) return std::vector<Segments>(digits, display::all_segments);
  if (!face.lit) return std::vector<Segments>(digits, 0);
  std::vector<Segments> lit = display::digits_of(face.number, sign.face.number_digits);
  const std::vector<Segments> desk = display::digits_of(face.desk, sign.face.desk_digits);
  lit.insert(lit.end(), desk.begin(), desk.end());
  return lit;
}

/// Data, clock and latch by software. Data and clock change in one call, so a bit costs two.
class ThreeLines {
 public:
  explicit ThreeLines(std::unique_ptr<devices::Outputs> lines) : lines_{std::move(lines)} {}
  LineResult<void> send(const Bits& bits) {
    for (const bool bit : bits) {
      if (auto set = both(bit, false); !set) return set;
      if (auto set = one(clock_line, true); !set) return set;
    }
    if (auto set = one(clock_line, false); !set) return set;
    if (auto set = one(latch_line, true); !set) return set;
    return one(latch_line, false);
  }

 private:
  static constexpr std::size_t data_line = 0, clock_line = 1, latch_line = 2;
  LineResult<void> both(bool data, bool clock) {
    const std::array<std::pair<std::size_t, bool>, 2> values{{{data_line, data}, {clock_line, clock}}};
    return lines_->set(values);
  }
  LineResult<void> one(std::size_t line, bool on) {
    const std::array<std::pair<std::size_t, bool>, 1> values{{{line, on}}};
    return lines_->set(values);
  }
  std::unique_ptr<devices::Outputs> lines_;
};

class RegisterPanel final : public Panel {
 public:
  RegisterPanel(const SignConfig& sign, ThreeLines lines) : sign_{sign}, lines_{std::move(lines)} {}
  LineResult<void> show(const Face& face, int) override {
    return lines_.send(display::shift_frame({sign_.leftmost_is_farthest, sign_.active_low}, digits_of_face(sign_, face)));
  }

 private:
  const SignConfig& sign_;
  ThreeLines lines_;
};

class ChipPanel final : public Panel {
 public:
  ChipPanel(const SignConfig& sign, ThreeLines lines) : sign_{sign}, lines_{std::move(lines)} {}
  /// Woken each time: a chip whose power dipped comes back dark and asleep.
  LineResult<void> show(const Face& face, int brightness_percent) override {
    for (const Bits& write : display::wake_chips(sign_.chips))
      if (auto sent = lines_.send(write); !sent) return sent;
    for (const Bits& write : display::chip_frame(sign_.chips, digits_of_face(sign_, face), brightness_percent))
      if (auto sent = lines_.send(write); !sent) return sent;
    return {};
  }

 private:
  const SignConfig& sign_;
  ThreeLines lines_;
};

class MatrixPanel final : public Panel {
 public:
  MatrixPanel(const SignConfig& sign, ThreeLines lines) : sign_{sign}, lines_{std::move(lines)} {}
  LineResult<void> show(const Face& face, int brightness_percent) override {
    const std::size_t columns = sign_.chips * display::dots_per_chip;
    std::string text = face.lit ? face.number : "";
    if (face.lit && sign_.face.desk_digits > 0 && !face.desk.empty()) text += ">" + face.desk;
    const display::Columns dots = face.all_lit ? display::Columns(columns, 0xFF) : display::dots_of(text, columns);
    for (const Bits& write : display::wake_chips(sign_.chips))
      if (auto sent = lines_.send(write); !sent) return sent;
    for (const Bits& write : display::matrix_frame(sign_.chips, sign_.leftmost_is_farthest, dots, brightness_percent))
      if (auto sent = lines_.send(write); !sent) return sent;
    return {};
  }

 private:
  const SignConfig& sign_;
  ThreeLines lines_;
};

class LinePanel final : public Panel {
 public:
  LinePanel(const SignConfig& sign, std::unique_ptr<devices::SerialPort> port) : sign_{sign}, port_{std::move(port)} {}
  LineResult<void> show(const Face& face, int) override {
    std::string text = face.number;
    if (sign_.face.desk_digits > 0) text += std::string(sign_.face.desk_digits - std::min(sign_.face.desk_digits, face.desk.size()), ' ') + face.desk;
    return port_->write(display::line_frame(*sign_.protocol, {sign_.address, std::move(text), face.lit ? display::Lit::steady : display::Lit::dark}));
  }

 private:
  const SignConfig& sign_;
  std::unique_ptr<devices::SerialPort> port_;
};

class ModbusPanel final : public Panel {
 public:
  ModbusPanel(const SignConfig& sign, std::unique_ptr<devices::ModbusUnit> unit) : sign_{sign}, unit_{std::move(unit)} {}
  LineResult<void> show(const Face& face, int brightness_percent) override {
    for (display::RegisterBlock& block : display::register_blocks(*sign_.map, sign_.face, face, brightness_percent))
      if (auto written = unit_->write(block.first, std::move(block.values)); !written) return written;
    return {};
  }
  LineResult<bool> settled() override { return unit_->settled(); }

 private:
  const SignConfig& sign_;
  std::unique_ptr<devices::ModbusUnit> unit_;
};

devices::SerialSettings serial_settings(const display::Protocol& protocol) {
  return {protocol.baud, protocol.data_bits, protocol.stop_bits, static_cast<devices::Parity>(protocol.parity)};
}

}  // namespace

LineResult<std::unique_ptr<Panel>> open_panel(const AgentConfig& config, const SignConfig& sign, const Hardware& hardware) {
  if (sign.driver == SignDriver::modbus) {
    auto unit = hardware.modbus.open(config.buses.at(sign.bus), sign.address);
    if (!unit) return tl::unexpected{unit.error()};
    return std::make_unique<ModbusPanel>(sign, std::move(*unit));
  }
  if (sign.driver == SignDriver::line_board) {
    auto port = hardware.serial.open(sign.device, serial_settings(*sign.protocol));
    if (!port) return tl::unexpected{port.error()};
    return std::make_unique<LinePanel>(sign, std::move(*port));
  }
  auto outputs = hardware.lines.outputs({sign.data, sign.clock, sign.latch}, {});
  if (!outputs) return tl::unexpected{outputs.error()};
  ThreeLines wire{std::move(*outputs)};
  if (sign.driver == SignDriver::max7219) return std::make_unique<ChipPanel>(sign, std::move(wire));
  if (sign.driver == SignDriver::matrix) return std::make_unique<MatrixPanel>(sign, std::move(wire));
  return std::make_unique<RegisterPanel>(sign, std::move(wire));
}

}  // namespace skranke::agent
