#pragma once
// A box without hardware: buttons that are pressed on a page, lamps and signs that are drawn on it. What signs show is read off the simulated wires by models of
// their chips, and off serial lines by the board's own description, so that the drivers are shown and not only what was meant.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.hpp"
#include "agent/link.hpp"
#include "agent/panel.hpp"
#include "agent/simulated_sound.hpp"
#include "devices/serial.hpp"
#include "devices/workbench.hpp"
#include "display/matrix.hpp"

namespace skranke::wire {
class JsonWriter;
}

namespace skranke::agent {

class Simulator final : public devices::SerialSource, public devices::ModbusSource, public devices::DimmerSource {
 public:
  explicit Simulator(AgentConfig config);
  ~Simulator() override;
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  [[nodiscard]] devices::LineSource& lines() { return bench_; }
  [[nodiscard]] Hardware hardware() { return {bench_, *this, *this, *this}; }
  devices::LineResult<std::unique_ptr<devices::SerialPort>> open(const std::string& device, const devices::SerialSettings& settings) override;
  devices::LineResult<std::unique_ptr<devices::ModbusUnit>> open(const devices::ModbusBus& bus, unsigned unit) override;
  /// Of a unit that answers at once. Inputs and coils are lines of the bench here, so nobody asks for one.
  devices::LineResult<std::unique_ptr<devices::Input>> watch(const devices::ModbusBus& bus, unsigned unit, std::uint16_t input, bool active_low) override;

  devices::LineResult<std::unique_ptr<devices::Dimmer>> open(const std::string& channel, bool high_is_lit) override;

  /// `how`: single, long, on, off. False: there is no such button.
  bool press(std::string_view button, std::string_view how, devices::Tick now);
  /// What a loudspeaker of this box is to play.
  void hear(const SoundNews& news, devices::Tick now);
  /// Of the loudspeakers, which have no faults here.
  [[nodiscard]] std::vector<Health> health() const;
  /// Nobody holds a button any more, except contacts, which stay as they are.
  void let_go(devices::Tick now);
  /// Lets go what was pressed for long enough; when to be called next.
  devices::Tick step(devices::Tick now);

  /// What the page is to draw, as a request to the daemon.
  [[nodiscard]] Ask report() const;
  /// Of a sign: lit strokes left to right (display/segments.hpp), or the text of a line board.
  [[nodiscard]] std::vector<unsigned> strokes(std::string_view sign) const;
  [[nodiscard]] std::string text(std::string_view sign) const;
  [[nodiscard]] display::Columns dots(std::string_view sign) const;

 private:
  class Chips;
  class Port;
  class Unit;
  class Light;
  struct Shown {
    std::string text;
    bool lit = true;
  };
  void report_sounds(wire::JsonWriter& w) const;
  void hear_line(const std::string& device, std::string_view bytes);

  AgentConfig config_;
  devices::Workbench bench_;
  std::map<std::string, std::unique_ptr<Chips>, std::less<>> chips_;   ///< by sign
  std::map<std::string, Shown, std::less<>> boards_;                   ///< by sign
  std::map<std::string, int> brightness_;                              ///< in percent, by channel of the dimmer
  std::map<std::pair<std::string, unsigned>, std::map<std::uint16_t, std::uint16_t>> registers_;   ///< by bus and unit
  std::map<std::string, SimulatedSound, std::less<>> sounds_;          ///< by loudspeaker
  std::vector<std::pair<devices::Tick, std::string>> release_;         ///< when which line is let go
};

}  // namespace skranke::agent
