#pragma once
// All devices of one box as state machines: absent or failed with back-off, ready, and what they want of the daemon. No clock, no thread, no network of its
// own: a loop calls `step`, hands in what the daemon said, and takes the wishes away.
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/config.hpp"
#include "agent/panel.hpp"
#include "devices/lines.hpp"
#include "devices/serial.hpp"
#include "devices/shared_serial.hpp"

namespace skranke::agent {

using devices::Tick;
using core::Instant;

/// Opening: nothing has been heard of it yet. Warning: it does its work, but not as it should.
enum class Condition : std::uint8_t { absent, opening, ready, warning, failed };

/// One device as staff see it. `reason` is a word with a sentence in the catalogue: unknown_line, taken, denied, gone, split, broken, stuck,
/// misused, sound_card, clips_missing, no_answer, garbled, refused, starting, undimmed.
struct Health {
  std::string kind;              ///< button | keypad | lamp | door | chime | sign | sound
  std::string id;
  Condition condition = Condition::absent;
  std::string reason;
  std::string detail;            ///< for technicians
  bool operator==(const Health&) const = default;
};

/// What the daemon is to be asked for.
struct Wish {
  enum class Kind : std::uint8_t { desk_button, ticket, evacuation } kind{};
  std::string button;                   ///< whose press it was
  core::DeskId desk;
  devices::Press press{};
  bool recall = false;                  ///< desk_button: call again, whatever the press
  std::string number = {};              ///< desk_button: one that was typed, in place of a press
  std::vector<core::ServiceId> services;
  core::PrinterId printer;
  bool on = false;                      ///< evacuation: the contact's level
  Instant at{};
};

/// What a lamp needs to know of a desk.
struct DeskNews {
  bool open = false, on_break = false, called = false, serving = false;
  std::size_t waiting = 0;              ///< visits it could call
  std::string call = {};                ///< which call it is; a recall is another. Empty = nobody is called
};

/// What a tower lamp needs to know of the room.
struct TowerNews {
  bool evacuation = false, too_long = false, help = false, device_fault = false;
};

/// What the box must show and do at one moment.
struct Moment {
  Tick tick{};                          ///< monotonic
  Instant wall{};
  core::Minutes minute_of_day{0};       ///< local, for brightness
};

class Box {
 public:
  /// Settings and sources must outlive it.
  Box(const AgentConfig& config, const Hardware& hardware, const Moment& now);
  ~Box();
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;

  /// Does all that is due, edges that came in among it. Returns when to be called next, at the latest in one second.
  Tick step(const Moment& now);

  void hear_board(const core::BoardId& board, bool evacuation, std::vector<display::Call> calls, const Moment& now);
  void hear_desk(const core::DeskId& desk, DeskNews news);
  void hear_tower(TowerNews news);
  void hear_heartbeat(const Moment& now);   ///< the line lives, with nothing new on it
  void lose_line();                         ///< lamps go dark at once; signs turn honest when the last word is too old

  /// At most `wishes_max` are kept; with no line to the daemon a press is dropped, as a person who sees nothing happen presses again.
  [[nodiscard]] std::vector<Wish> take_wishes();
  static constexpr std::size_t wishes_max = 32;

  /// The daemon could not make sense of a press of this button: shown until one is taken. `why`: what it answered, for technicians; empty = taken.
  void hear_answer(const std::string& button, std::string why);

  /// What a loop must watch for reading so that presses are heard at once.
  [[nodiscard]] std::vector<int> descriptors() const;
  [[nodiscard]] std::vector<Health> health() const;

 private:
  class Device;
  class ButtonDevice;
  class LampDevice;
  class Dimming;
  class SignDevice;
  class KeypadDevice;
  class PulseDevice;
  class DoorDevice;
  class ChimeDevice;
  void open_door(const std::string& id, Tick at);
  [[nodiscard]] const DeskNews* news_of(const core::DeskId& desk) const;
  void wish(Wish wish);
  void line_is_up();

  const AgentConfig& config_;
  devices::LineSource& lines_;
  devices::SharedSerial serial_;
  devices::ModbusSource& modbus_;
  devices::DimmerSource& dimmers_;
  Chains chains_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::vector<std::pair<core::BoardId, display::Heard>> boards_;
  std::vector<std::pair<core::DeskId, DeskNews>> desks_;
  std::optional<TowerNews> tower_;         ///< nothing heard of it: nothing lit
  std::map<std::string, Tick> door_asked_;  ///< by door: when a button last wanted it open
  std::deque<Wish> wishes_;
  std::vector<std::pair<std::string, std::string>> misused_;   ///< buttons with what the daemon said; at most as many as there are buttons
  bool line_up_ = false;
  std::uint64_t lines_up_ = 0;   ///< how many times the line came up
};

}  // namespace skranke::agent
