#pragma once
// The settings of one skranke-agent: which wires of this box are which button, lamp and sign.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/ids.hpp"
#include "devices/lines.hpp"
#include "devices/modbus.hpp"
#include "display/face.hpp"
#include "display/line_protocol.hpp"
#include "display/register_map.hpp"
#include "wire/finding.hpp"

namespace skranke::agent {

/// Where the daemon is, and how it knows this agent: by a token, by the agent's own key (https), or by the socket that let it in (unix).
struct DaemonAddress {
  std::string url = "http://127.0.0.1:8080";   ///< http, https, or unix:/path of a socket
  std::string token_file;
  std::string certificate_file;                ///< the daemon's certificate or its authority's, for https with a token; empty = the system's
  std::string identity = "/var/lib/skranke-agent";   ///< folder of the own key, for https without a token: paired by code
  [[nodiscard]] bool by_own_key() const { return token_file.empty() && url.starts_with("https://"); }
  bool operator==(const DaemonAddress&) const = default;
};

enum class ButtonUse : std::uint8_t { desk, ticket, evacuation, door };

struct ButtonConfig {
  std::string id;
  std::string line;
  devices::LineSettings wiring;
  devices::PressRules rules;
  ButtonUse use = ButtonUse::desk;
  core::DeskId desk;                           ///< use desk: whose button it is
  std::vector<core::ServiceId> services;       ///< use ticket: what the ticket is for
  std::string door;                            ///< use door: which one it opens, without asking the daemon
  core::PrinterId printer;                     ///< use ticket: where it comes out; empty = nowhere
  bool recalls = false;                        ///< use desk: calls again, and nothing else
};

enum class PadDoes : std::uint8_t { types, next, recall, enter, erase };
struct PadKey {
  std::string name;                            ///< KEY_KP1
  PadDoes does = PadDoes::types;
  char what = 0;                               ///< types: a digit or letter
  bool wanted = false;                         ///< named in the settings: a pad without it is told
};

/// A pad of keys at a desk: digits and Enter call a number, others the next one, or again who was called.
struct KeypadConfig {
  std::string id;
  std::string device;                          ///< "/dev/input/by-id/usb-…-event-kbd"
  core::DeskId desk;
  std::string letter;                          ///< before digits that were typed alone; may be empty
  std::vector<PadKey> keys;
};

/// When a lamp is lit: from the state of a desk, or, from `evacuation` on, of the whole room; all_well = the daemon is heard and none of the others.
enum class LampWhen : std::uint8_t { open, called, serving, on_break, waiting, evacuation, too_long, help, device_fault, all_well };
[[nodiscard]] constexpr bool is_of_room(LampWhen when) { return when >= LampWhen::evacuation; }

struct LampConfig {
  std::string id;
  std::string line;
  devices::LineSettings wiring;
  core::DeskId desk;                           ///< empty when it tells of the room
  LampWhen when = LampWhen::called;
  bool blinks = false;
  std::chrono::seconds lit_for{0};             ///< a buzzer falls silent after so long, until there is a new reason; zero = as long as the reason lasts
};

/// A lock that opens for a moment: at each call to a desk, or when a button says so.
struct DoorConfig {
  std::string id;
  std::string line;
  devices::LineSettings wiring;
  core::DeskId desk;                           ///< empty = by buttons only
  std::chrono::milliseconds pulse{500};
};

/// A contact that closes for a moment at each call and recall on a board, for a gong that the house has.
struct ChimeConfig {
  std::string id;
  std::string line;
  devices::LineSettings wiring;
  core::BoardId board;
  std::chrono::milliseconds pulse{500};
};

enum class SignDriver : std::uint8_t { registers, max7219, line_board, matrix, modbus };

struct SignConfig {
  std::string id;
  core::BoardId board;
  display::Sign face;
  display::DayPlan brightness;
  SignDriver driver = SignDriver::registers;
  std::string data, clock, latch;              ///< names of the three lines, for registers, max7219 and matrix
  std::string behind;                          ///< the sign whose chips come before these on the same three lines; empty = this one is the nearest
  std::vector<std::string> chain;              ///< all signs on the three lines, the nearest first, itself among them; empty on other drivers
  bool active_low = false;
  std::string dimmer;                          ///< registers: the PWM channel on their OE, "fe20c000.pwm:0"; empty = they shine as they are wired
  bool dimmer_high_is_lit = false;
  bool leftmost_is_farthest = true;
  std::size_t chips = 1;                       ///< max7219, and matrix: modules of eight by eight dots
  std::string device;                          ///< line_board: "/dev/ttyUSB0"
  unsigned address = 1;                        ///< line_board; the unit on modbus
  std::optional<display::Protocol> protocol;   ///< line_board
  std::string bus;                             ///< modbus: of a [[modbus]]
  std::optional<display::RegisterMap> map;     ///< modbus
};

struct SoundConfig {
  std::string id;                              ///< of the loudspeaker in the facility
  std::string device = "default";              ///< as ALSA calls it (aplay -L)
  std::string program = "/usr/bin/aplay";
};

struct AgentConfig {
  std::string machine_root = "/";              ///< where sys/ and proc/ of this box are; another folder for tests
  std::string id;
  DaemonAddress daemon;
  std::map<std::string, devices::ModbusBus> buses;   ///< by id
  std::vector<ButtonConfig> buttons;
  std::vector<LampConfig> lamps;
  std::vector<DoorConfig> doors;
  std::vector<ChimeConfig> chimes;
  std::vector<KeypadConfig> keypads;
  std::vector<SignConfig> signs;
  std::vector<SoundConfig> sounds;
};

/// Reads a settings file (TOML, at most 64 KiB); protocol files beside it are read by `read_file`, which gives nothing when it cannot.
/// The error holds everything wrong at once, in the order of the file.
using ReadFile = std::optional<std::string> (*)(const std::string& path);
[[nodiscard]] tl::expected<AgentConfig, std::vector<wire::Finding>> read_config(std::string_view text, const std::string& file_name, ReadFile read_file);

}  // namespace skranke::agent
