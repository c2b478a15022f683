#include "agent/simulator.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "display/chain.hpp"
#include "display/line_protocol.hpp"
#include "display/matrix.hpp"
#include "wire/json.hpp"

namespace skranke::agent {

using namespace std::chrono_literals;
using devices::Tick;

namespace {

constexpr Tick tap = 80ms, longer_than_held = 300ms, far_away = 1h;
constexpr std::array<std::string_view, 5> words_of_room{"evacuation", "too_long", "help", "device_fault", "all_well"};
constexpr std::size_t register_bits = 8, word_bits = 16;

}  // namespace

/// What hangs on three wires: takes a bit at each rising clock, shows it at each rising latch.
class Simulator::Chips {
  using Registers = std::array<unsigned, 16>;

 public:
  Chips(const SignConfig& sign, std::size_t chips_nearer, std::size_t bits_nearer) : sign_{sign}, chips_nearer_{chips_nearer}, bits_nearer_{bits_nearer}, registers_(sign.chips) {}

  void hear(const std::string& line, bool on) {
    if (line == sign_.data) data_ = on;
    if (line == sign_.clock && !std::exchange(clock_, on) && on) bits_.push_back(data_);
    if (line == sign_.latch && !std::exchange(latch_, on) && on) latch();
    if (bits_.size() > bits_max) bits_.erase(bits_.begin(), bits_.end() - bits_max);
  }

  [[nodiscard]] std::vector<unsigned> digits() const { return sign_.driver == SignDriver::max7219 ? of_drivers() : of_registers(); }

  /// Rows are registers, the highest bit on the left.
  [[nodiscard]] display::Columns dots() const {
    display::Columns columns(registers_.size() * display::dots_per_chip, 0);
    for (std::size_t chip = 0; chip < registers_.size(); ++chip) {
      const Registers& registers = registers_[chip];
      const std::size_t module = sign_.leftmost_is_farthest ? registers_.size() - 1 - chip : chip;
      const bool awake = registers[0xC] == 1 && registers[0x9] == 0 && registers[0xB] == 7;
      for (std::size_t row = 0; awake && row < display::dots_per_chip; ++row)
        for (std::size_t dot = 0; dot < display::dots_per_chip; ++dot)
          if ((registers[row + 1] << dot & 0x80U) != 0) columns[module * display::dots_per_chip + dot] |= static_cast<std::uint8_t>(1U << row);
    }
    return columns;
  }

 private:
  static constexpr std::size_t bits_max = 4096;

  void latch() {
    if (sign_.driver == SignDriver::registers) {
      shown_ = bits_;
    } else {   // the chip nearest to the box holds the last sixteen
      for (std::size_t chip = 0; chip < registers_.size() && bits_.size() >= (chips_nearer_ + chip + 1) * word_bits; ++chip) {
        unsigned word = 0;
        for (std::size_t bit = 0; bit < word_bits; ++bit) word = word << 1U | (bits_[bits_.size() - (chips_nearer_ + chip + 1) * word_bits + bit] ? 1U : 0U);
        registers_[chip][word >> 8U & 0xFU] = word & 0xFFU;
      }
    }
    bits_.clear();
  }

  /// The farthest digit first, its point first.
  [[nodiscard]] std::vector<unsigned> of_registers() const {
    const std::size_t count = sign_.face.number_digits + sign_.face.desk_digits;
    std::vector<unsigned> digits(count, 0);
    if (shown_.size() < bits_nearer_ + count * register_bits) return digits;
    const std::size_t first = shown_.size() - bits_nearer_ - count * register_bits;
    for (std::size_t i = 0; i < count * register_bits; ++i)
      if (shown_[first + i] != sign_.active_low) digits[i / register_bits] |= 1U << (register_bits - 1 - i % register_bits);
    if (!sign_.leftmost_is_farthest) std::reverse(digits.begin(), digits.end());
    return digits;
  }

  /// Its registers 1 to 8 are digits from the right, bit 7 the point, then a to g.
  [[nodiscard]] std::vector<unsigned> of_drivers() const {
    std::vector<unsigned> digits;
    for (std::size_t chip = registers_.size(); chip-- > 0;)
      for (std::size_t digit = display::digits_per_chip; digit-- > 0;) {
        const Registers& registers = registers_[chip];
        const bool awake = registers[0xC] == 1 && registers[0x9] == 0 && registers[0xB] >= digit;
        const unsigned raw = awake ? registers[digit + 1] : 0;
        unsigned lit = raw & 0x80U;
        for (unsigned stroke = 0; stroke < 7; ++stroke) lit |= (raw >> (6 - stroke) & 1U) << stroke;
        digits.push_back(registers[0xF] == 1 ? 0xFFU : lit);
      }
    return digits;
  }

  const SignConfig& sign_;
  std::size_t chips_nearer_, bits_nearer_;   ///< of the signs before it on the chain
  std::vector<Registers> registers_;
  std::vector<bool> bits_, shown_;
  bool data_ = false, clock_ = false, latch_ = false;
};

class Simulator::Port final : public devices::SerialPort {
 public:
  Port(Simulator& simulator, std::string device) : simulator_{simulator}, device_{std::move(device)} {}
  devices::LineResult<void> write(std::string_view bytes) override {
    simulator_.hear_line(device_, bytes);
    return {};
  }

 private:
  Simulator& simulator_;
  std::string device_;
};

/// A unit that answers everything at once.
class Simulator::Unit final : public devices::ModbusUnit {
 public:
  explicit Unit(std::map<std::uint16_t, std::uint16_t>& registers) : registers_{registers} {}
  devices::LineResult<void> write(std::uint16_t first, std::vector<std::uint16_t> values) override {
    for (std::size_t i = 0; i < values.size(); ++i) registers_[static_cast<std::uint16_t>(first + i)] = values[i];
    return {};
  }
  devices::LineResult<void> set_coil(std::uint16_t, bool) override { return {}; }
  devices::LineResult<bool> settled() override { return true; }

 private:
  std::map<std::uint16_t, std::uint16_t>& registers_;
};

class Simulator::Light final : public devices::Dimmer {
 public:
  explicit Light(int& percent) : percent_{percent} {}
  devices::LineResult<void> shine(int percent) override {
    percent_ = percent;
    return {};
  }

 private:
  int& percent_;
};

Simulator::Simulator(AgentConfig config) : config_{std::move(config)} {
  for (const SignConfig& sign : config_.signs) {
    if (sign.driver == SignDriver::line_board || sign.driver == SignDriver::modbus) continue;
    std::size_t chips = 0, bits = 0;
    for (const std::string& id : sign.chain) {
      if (id == sign.id) break;
      for (const SignConfig& nearer : config_.signs)
        if (nearer.id == id) chips += nearer.chips, bits += (nearer.face.number_digits + nearer.face.desk_digits) * register_bits;
    }
    chips_.emplace(sign.id, std::make_unique<Chips>(sign, chips, bits));
  }
  for (const SoundConfig& sound : config_.sounds) sounds_[sound.id];
  bench_.watch([this](std::span<const std::pair<std::string, bool>> set) {
    for (const auto& [line, on] : set)
      for (const auto& [sign, chips] : chips_) chips->hear(line, on);
  });
}

Simulator::~Simulator() = default;

devices::LineResult<std::unique_ptr<devices::SerialPort>> Simulator::open(const std::string& device, const devices::SerialSettings&) {
  return std::make_unique<Port>(*this, device);
}

devices::LineResult<std::unique_ptr<devices::ModbusUnit>> Simulator::open(const devices::ModbusBus& wanted, unsigned unit) {
  const auto bus = std::find_if(config_.buses.begin(), config_.buses.end(), [&](const auto& entry) { return entry.second == wanted; });
  if (bus == config_.buses.end()) return tl::unexpected{devices::LineFault{devices::Fault::gone, "no such bus"}};
  return std::make_unique<Unit>(registers_[{bus->first, unit}]);
}

devices::LineResult<std::unique_ptr<devices::Dimmer>> Simulator::open(const std::string& channel, bool) { return std::make_unique<Light>(brightness_[channel]); }

devices::LineResult<std::unique_ptr<devices::Input>> Simulator::watch(const devices::ModbusBus&, unsigned, std::uint16_t, bool) {
  return tl::unexpected{devices::LineFault{devices::Fault::unknown_line, "inputs are lines of the bench"}};
}

void Simulator::hear_line(const std::string& device, std::string_view bytes) {
  for (const SignConfig& sign : config_.signs) {
    if (sign.driver != SignDriver::line_board || sign.device != device) continue;
    if (const auto read = display::read_line_frame(*sign.protocol, sign.address, bytes)) boards_[sign.id] = {read->text, read->lit != display::Lit::dark};
  }
}

bool Simulator::press(std::string_view id, std::string_view how, Tick now) {
  const auto button = std::find_if(config_.buttons.begin(), config_.buttons.end(), [&](const ButtonConfig& each) { return each.id == id; });
  if (button == config_.buttons.end()) return false;
  if (how == "off") return bench_.turn(button->line, false, now);
  if (!bench_.turn(button->line, true, now)) return false;
  if (how == "single") release_.emplace_back(now + tap, button->line);
  if (how == "long") release_.emplace_back(now + button->rules.held_after + longer_than_held, button->line);
  return true;
}

void Simulator::hear(const SoundNews& news, Tick now) {
  if (const auto known = sounds_.find(news.speaker); known != sounds_.end()) known->second.hear(news, now);
}

std::vector<Health> Simulator::health() const {
  std::vector<Health> all;
  for (const auto& [id, sound] : sounds_) all.push_back({"sound", id, Condition::ready, "", ""});
  return all;
}

void Simulator::let_go(Tick now) {
  release_.clear();
  for (const ButtonConfig& button : config_.buttons)
    if (button.use != ButtonUse::evacuation) bench_.turn(button.line, false, now);
}

Tick Simulator::step(Tick now) {
  for (const auto& [at, line] : release_)
    if (at <= now) bench_.turn(line, false, at);
  std::erase_if(release_, [&](const auto& entry) { return entry.first <= now; });
  Tick next = now + far_away;
  for (const auto& [at, line] : release_) next = std::min(next, at);
  for (auto& [id, sound] : sounds_) next = std::min(next, sound.step(now));
  return next;
}

std::vector<unsigned> Simulator::strokes(std::string_view sign) const {
  const auto chips = chips_.find(sign);
  return chips == chips_.end() ? std::vector<unsigned>{} : chips->second->digits();
}

display::Columns Simulator::dots(std::string_view sign) const {
  const auto chips = chips_.find(sign);
  return chips == chips_.end() ? display::Columns{} : chips->second->dots();
}

std::string Simulator::text(std::string_view sign) const {
  const auto named = std::find_if(config_.signs.begin(), config_.signs.end(), [&](const SignConfig& each) { return each.id == sign; });
  if (named != config_.signs.end() && named->driver == SignDriver::modbus) {
    const auto unit = registers_.find({named->bus, named->address});
    return unit == registers_.end() ? std::string{} : display::read_registers(*named->map, unit->second);
  }
  const auto board = boards_.find(sign);
  return board == boards_.end() || !board->second.lit ? std::string{} : board->second.text;
}

void Simulator::report_sounds(wire::JsonWriter& w) const {
  w.key("sounds").list();
  for (const auto& [id, sound] : sounds_) {
    const AnnouncementNews& said = sound.said();
    w.object().field("id", id).field("playing", sound.is_playing()).field("volume", said.volume).field("spoken", !said.clips.empty()).key("calls").list();
    for (const auto& [number, desk] : said.calls) w.object().field("number", number).field("desk", desk).end_object();
    w.end_list().end_object();
  }
  w.end_list();
}

Ask Simulator::report() const {
  Ask ask{"PUT", fmt::format("/api/v1/agents/{}/bench", config_.id), "", ""};
  wire::JsonWriter w{ask.body};
  w.object().key("buttons").list();
  for (const ButtonConfig& button : config_.buttons) {
    std::string wanted = button.desk.str();
    for (const core::ServiceId& service : button.services) wanted += (wanted.empty() ? "" : ", ") + service.str();
    const std::string_view use = button.use == ButtonUse::desk ? "desk" : button.use == ButtonUse::ticket ? "ticket" : button.use == ButtonUse::door ? "door" : "evacuation";
    if (!button.door.empty()) wanted = button.door;
    w.object().field("id", button.id).field("use", use).field("for", wanted).field("on", bench_.is_on(button.line)).end_object();
  }
  w.end_list().key("lamps").list();
  for (const LampConfig& lamp : config_.lamps) w.object().field("id", lamp.id).field("for", is_of_room(lamp.when) ? std::string_view{words_of_room[static_cast<std::size_t>(lamp.when) - static_cast<std::size_t>(LampWhen::evacuation)]} : std::string_view{lamp.desk.str()}).field("on", bench_.is_on(lamp.line)).end_object();
  for (const DoorConfig& door : config_.doors) w.object().field("id", door.id).field("for", door.desk.str()).field("on", bench_.is_on(door.line)).end_object();
  for (const ChimeConfig& chime : config_.chimes) w.object().field("id", chime.id).field("for", chime.board.str()).field("on", bench_.is_on(chime.line)).end_object();
  w.end_list().key("signs").list();
  for (const SignConfig& sign : config_.signs) {
    w.object().field("id", sign.id).field("for", sign.face.above.empty() ? sign.board.str() : sign.face.above.str());
    const auto hex = [](const auto& bytes) {
      std::string digits;
      for (const unsigned byte : bytes) digits += fmt::format("{:02x}", byte);
      return digits;
    };
    switch (sign.driver) {
      case SignDriver::modbus:
      case SignDriver::line_board: w.field("text", text(sign.id)); break;
      case SignDriver::matrix: w.field("dots", hex(dots(sign.id))).field("text", display::read_dots(dots(sign.id))); break;
      case SignDriver::registers:
      case SignDriver::max7219: w.field("strokes", hex(strokes(sign.id))); break;
    }
    w.end_object();
  }
  w.end_list();
  report_sounds(w);
  w.end_object();
  return ask;
}

}  // namespace skranke::agent
