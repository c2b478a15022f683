#include "tests/unit/agent/bench.hpp"

#include <algorithm>
#include <stdexcept>

namespace skranke::agent {

using namespace std::chrono_literals;

void Listener::hear(std::span<const std::pair<std::string, bool>> set) {
  std::map<std::string, bool> before = levels_;
  for (const auto& [line, on] : set) levels_[line] = on;
  if (!before[clock_] && levels_[clock_]) bits_.push_back(levels_[data_]);
  if (!before[latch_] && levels_[latch_]) {
    if (on_latch) on_latch(bits_);
    bits_.clear();
  }
}

namespace {

class Tape final : public devices::SerialPort {
 public:
  explicit Tape(PaperTape& tape) : tape_{tape} { ++tape_.opened, ++tape_.open_now; }
  ~Tape() override { --tape_.open_now; }
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;
  devices::LineResult<void> write(std::string_view bytes) override {
    if (tape_.pulled_out) return tl::unexpected{devices::LineFault{devices::Fault::gone, "pulled out"}};
    tape_.written += bytes;
    return {};
  }
  devices::LineResult<std::string> read() override {
    if (tape_.pulled_out) return tl::unexpected{devices::LineFault{devices::Fault::gone, "pulled out"}};
    return std::exchange(tape_.incoming, {});
  }

 private:
  PaperTape& tape_;
};

AgentConfig read(std::string_view settings) {
  auto config = read_config(settings, "agent.toml", [](const std::string& path) -> std::optional<std::string> {
    if (path == "map.toml") return "name = \"test\"\n[[register]]\nfirst = 10\nholds = \"text\"\ncount = 3\n";
    if (path == "module.toml") return "name = \"module\"\nframe = [\"01\", \"{address}\", \"{text_left:3}\", \"07\"]\npress = [\"01\", \"{address}\", \"{key}\", \"07\"]\nkeys = { next = \"31\", recall = \"33\" }\n";
    if (path != "board.toml") return std::nullopt;
    return "name = \"test\"\nbaud = 19200\nframe = [\"02\", \"{address:2}\", \"{text:5}\", \"{mode}\", \"03\"]\n"
           "modes = { steady = \"30\", blink = \"31\", dark = \"32\" }\n";
  });
  if (!config) throw std::runtime_error{wire::to_line(config.error().front(), "en")};
  return std::move(*config);
}

}  // namespace

devices::LineResult<std::unique_ptr<devices::SerialPort>> PaperTape::open(const std::string&, const devices::SerialSettings& wanted) {
  if (pulled_out) return tl::unexpected{devices::LineFault{devices::Fault::gone, "no such device"}};
  settings = wanted;
  return std::make_unique<Tape>(*this);
}

namespace {

class FakeUnit final : public devices::ModbusUnit {
 public:
  FakeUnit(FakeModbus& bus, unsigned unit) : bus_{bus}, unit_{unit} {}
  devices::LineResult<void> write(std::uint16_t first, std::vector<std::uint16_t> values) override {
    if (bus_.fault) return tl::unexpected{*bus_.fault};
    for (std::size_t i = 0; bus_.answers && i < values.size(); ++i) bus_.registers[unit_][static_cast<std::uint16_t>(first + i)] = values[i];
    return {};
  }
  devices::LineResult<void> set_coil(std::uint16_t, bool) override { return {}; }
  devices::LineResult<bool> settled() override {
    if (bus_.fault) return tl::unexpected{*bus_.fault};
    return bus_.answers;
  }

 private:
  FakeModbus& bus_;
  unsigned unit_;
};

}  // namespace

devices::LineResult<std::unique_ptr<devices::ModbusUnit>> FakeModbus::open(const devices::ModbusBus&, unsigned unit) { return std::make_unique<FakeUnit>(*this, unit); }
devices::LineResult<std::unique_ptr<devices::Input>> FakeModbus::watch(const devices::ModbusBus&, unsigned, std::uint16_t, bool) { return tl::unexpected{devices::LineFault{}}; }

namespace {

class FakeDimmer final : public devices::Dimmer {
 public:
  FakeDimmer(FakeDimmers& all, std::string channel) : all_{all}, channel_{std::move(channel)} {}
  devices::LineResult<void> shine(int percent) override {
    if (all_.fault) return tl::unexpected{*all_.fault};
    all_.percent[channel_] = percent;
    return {};
  }

 private:
  FakeDimmers& all_;
  std::string channel_;
};

}  // namespace

devices::LineResult<std::unique_ptr<devices::Dimmer>> FakeDimmers::open(const std::string& channel, bool) {
  ++opened;
  if (fault) return tl::unexpected{*fault};
  return std::make_unique<FakeDimmer>(*this, channel);
}

BenchBox::BenchBox(std::string_view settings, bool units_answer) : config{read(settings)}, box{config, {lines, tape, modbus, dimmers}, now_} {
  modbus.answers = units_answer;
  box.step(now_);
}

void BenchBox::run_for(std::chrono::milliseconds time) {
  const Tick until = now_.tick + time;
  while (true) {
    const Tick next = box.step(now_);
    ++steps;
    if (next <= now_.tick && steps > 1'000'000) throw std::runtime_error{"the box never sleeps"};
    const Tick wake = std::min(std::max(next, now_.tick + Tick{1ms}), until);
    now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(wake - now_.tick);
    now_.tick = wake;
    if (now_.tick >= until) break;
  }
  box.step(now_);
}

void BenchBox::turn(const std::string& line, bool on) {
  lines.turn(line, on, now_.tick);
  box.step(now_);   // the descriptor became readable
}

void BenchBox::press(const std::string& line, std::chrono::milliseconds down) {
  turn(line, true);
  run_for(down);
  turn(line, false);
}

Health BenchBox::health(const std::string& id) const {
  for (const Health& health : box.health())
    if (health.id == id) return health;
  throw std::runtime_error{"no device " + id};
}

display::Call BenchBox::call(std::string number, std::string desk) const { return {std::move(number), core::DeskId{desk}, desk.substr(5), 1, now_.wall}; }

}  // namespace skranke::agent
