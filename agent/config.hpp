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

enum class ButtonUse : std::uint8_t { desk, ticket, evacuation };

struct ButtonConfig {
  std::string id;
  std::string line;
  devices::LineSettings wiring;
  devices::PressRules rules;
  ButtonUse use = ButtonUse::desk;
  core::DeskId desk;                           ///< use desk: whose button it is
  std::vector<core::ServiceId> services;       ///< use ticket: what the ticket is for
  core::PrinterId printer;                     ///< use ticket: where it comes out; empty = nowhere
};

/// When a lamp is lit, from the desk's state on the wire.
enum class LampWhen : std::uint8_t { open, called, serving, on_break, waiting };

struct LampConfig {
  std::string id;
  std::string line;
  devices::LineSettings wiring;
  core::DeskId desk;
  LampWhen when = LampWhen::called;
  bool blinks = false;
};

enum class SignDriver : std::uint8_t { registers, max7219, line_board, matrix, modbus };

struct SignConfig {
  std::string id;
  core::BoardId board;
  display::Sign face;
  display::DayPlan brightness;
  SignDriver driver = SignDriver::registers;
  std::string data, clock, latch;              ///< names of the three lines, for registers and max7219
  bool active_low = false;
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
  std::vector<SignConfig> signs;
  std::vector<SoundConfig> sounds;
};

/// Reads a settings file (TOML, at most 64 KiB); protocol files beside it are read by `read_file`, which gives nothing when it cannot.
/// The error holds everything wrong at once, in the order of the file.
using ReadFile = std::optional<std::string> (*)(const std::string& path);
[[nodiscard]] tl::expected<AgentConfig, std::vector<wire::Finding>> read_config(std::string_view text, const std::string& file_name, ReadFile read_file);

}  // namespace skranke::agent
