#include "agent/panel.hpp"

#include <algorithm>
#include <array>
#include <optional>

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

/// What the chips of one sign take, each element latched on its own.
std::vector<Bits> writes_of(const SignConfig& sign, const Face& face, int brightness_percent) {
  if (sign.driver == SignDriver::registers) return {display::shift_frame({sign.leftmost_is_farthest, sign.active_low}, digits_of_face(sign, face))};
  std::vector<Bits> writes = display::wake_chips(sign.chips);   // each time: a chip whose power dipped comes back dark and asleep
  std::vector<Bits> shown;
  if (sign.driver == SignDriver::max7219) {
    shown = display::chip_frame(sign.chips, digits_of_face(sign, face), brightness_percent);
  } else {
    const std::size_t columns = sign.chips * display::dots_per_chip;
    std::string text = face.lit ? face.number : "";
    if (face.lit && sign.face.desk_digits > 0 && !face.desk.empty()) text += ">" + face.desk;
    const display::Columns dots = face.all_lit ? display::Columns(columns, 0xFF) : display::dots_of(text, columns);
    shown = display::matrix_frame(sign.chips, sign.leftmost_is_farthest, dots, brightness_percent);
  }
  writes.insert(writes.end(), shown.begin(), shown.end());
  return writes;
}

class LinePanel final : public Panel {
 public:
  LinePanel(const SignConfig& sign, std::unique_ptr<devices::SerialPort> port) : sign_{sign}, port_{std::move(port)} {}
  LineResult<void> show(const Face& face, int) override {
    std::string text = face.number;
    if (sign_.face.desk_digits > 0) text += std::string(sign_.face.desk_digits - std::min(sign_.face.desk_digits, face.desk.size()), ' ') + face.desk;
    return port_->write(display::line_frame(*sign_.protocol, {sign_.address, std::move(text), face.lit ? display::Lit::steady : display::Lit::dark}));
  }
  [[nodiscard]] bool has_keys() const override { return !sign_.protocol->press.empty() && !sign_.face.above.empty(); }
  LineResult<std::vector<display::Key>> take_presses() override {
    auto bytes = port_->read();
    if (!bytes) return tl::unexpected{bytes.error()};
    heard_ += *bytes;
    return display::take_presses(*sign_.protocol, sign_.address, heard_);
  }

 private:
  const SignConfig& sign_;
  std::unique_ptr<devices::SerialPort> port_;
  std::string heard_;   ///< perhaps the beginning of a press
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

class ChipsPanel final : public Panel {
 public:
  ChipsPanel(const SignConfig& sign, std::shared_ptr<Chains::Chain> chain) : sign_{sign}, chain_{std::move(chain)} {}
  LineResult<void> show(const Face& face, int brightness_percent) override;

 private:
  const SignConfig& sign_;
  std::shared_ptr<Chains::Chain> chain_;
};

devices::SerialSettings serial_settings(const display::Protocol& protocol) {
  return {protocol.baud, protocol.data_bits, protocol.stop_bits, static_cast<devices::Parity>(protocol.parity)};
}

}  // namespace

class Chains::Chain {
 public:
  /// Dark, all of them, until each shows something: bits that are left out would shift those behind them.
  Chain(const std::vector<const SignConfig*>& signs, ThreeLines lines) : lines_{std::move(lines)} {
    for (const SignConfig* sign : signs) shown_.push_back(writes_of(*sign, {display::Showing::free, "", "", false, false}, 100));
  }
  [[nodiscard]] bool is_at_fault() const { return fault_.has_value(); }

  LineResult<void> show(std::size_t place, std::vector<Bits> writes) {
    if (fault_) return tl::unexpected{*fault_};
    shown_[place] = std::move(writes);
    for (std::size_t i = 0; i < shown_[place].size(); ++i) {
      Bits all;
      for (std::size_t sign = shown_.size(); sign-- > 0;)   // the farthest goes first
        all.insert(all.end(), shown_[sign][i].begin(), shown_[sign][i].end());   // of one driver, so as many for each
      if (auto sent = lines_->send(all); !sent) {
        fault_ = sent.error();
        lines_.reset();   // closed now: the lines must be free for who opens them next
        return sent;
      }
    }
    return {};
  }

 private:
  std::optional<ThreeLines> lines_;
  std::vector<std::vector<Bits>> shown_;   ///< of each sign, the nearest first
  std::optional<devices::LineFault> fault_;
};

LineResult<std::shared_ptr<Chains::Chain>> Chains::open(const AgentConfig& config, const SignConfig& sign, devices::LineSource& lines) {
  std::weak_ptr<Chain>& known = chains_[sign.data];
  if (auto chain = known.lock(); chain != nullptr && !chain->is_at_fault()) return chain;
  std::vector<const SignConfig*> signs;
  for (const std::string& id : sign.chain)
    for (const SignConfig& one : config.signs)
      if (one.id == id) signs.push_back(&one);
  auto outputs = lines.outputs({sign.data, sign.clock, sign.latch}, {});
  if (!outputs) return tl::unexpected{outputs.error()};
  auto chain = std::make_shared<Chain>(signs, ThreeLines{std::move(*outputs)});
  known = chain;
  return chain;
}

namespace {

LineResult<void> ChipsPanel::show(const Face& face, int brightness_percent) {
  const auto place = std::find(sign_.chain.begin(), sign_.chain.end(), sign_.id) - sign_.chain.begin();
  return chain_->show(static_cast<std::size_t>(place), writes_of(sign_, face, brightness_percent));
}

}  // namespace

LineResult<std::unique_ptr<Panel>> open_panel(const AgentConfig& config, const SignConfig& sign, const Hardware& hardware, Chains& chains) {
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
  auto chain = chains.open(config, sign, hardware.lines);
  if (!chain) return tl::unexpected{chain.error()};
  return std::make_unique<ChipsPanel>(sign, std::move(*chain));
}

}  // namespace skranke::agent
