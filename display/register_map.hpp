#pragma once
// Boards on Modbus: which holding register holds what is described as data, not as code (docs/line-boards.md has the whole table):
//
//   name = "modbus-6"
//   [[register]]
//   first = 0
//   count = 3
//   holds = "text"               # two ASCII characters a register
//   [[register]]
//   first = 3
//   holds = "mode"
//   values = { steady = 0, dark = 2 }
//
// Pure; the agent's port sends what is worked out here.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "display/face.hpp"

namespace skranke::display {

enum class Held : std::uint8_t { text, number, letter, desk, mode, brightness, constant };
/// ascii: two characters a register, the first in the high byte. ascii_low: one a register, in the low byte. bcd: four digits a register, the last register
/// last. binary: the digits' value in one register. segments: one digit a register, bit 0 = stroke a … bit 6 = g, bit 7 = point.
enum class RegisterForm : std::uint8_t { ascii, ascii_low, bcd, binary, segments };

struct RegisterField {
  std::uint16_t first = 0;
  std::uint16_t count = 1;
  Held holds = Held::text;
  RegisterForm form = RegisterForm::ascii;
  std::uint16_t dash = 0xFFFE, blank = 0xFFFF;   ///< bcd and binary: what stands in every register of the field for "-" and for nothing
  std::uint16_t steady = 0, dark = 0;            ///< mode
  std::uint16_t at_full = 100;                   ///< brightness: the value that is 100 %
  std::uint16_t value = 0;                       ///< constant
};

struct RegisterMap {
  std::string name;
  std::vector<RegisterField> fields;
};

/// Registers that are written in one request.
struct RegisterBlock {
  std::uint16_t first = 0;
  std::vector<std::uint16_t> values;
  bool operator==(const RegisterBlock&) const = default;
};

inline constexpr std::size_t registers_per_write = 123;   // what one Modbus request holds

/// In the order of the map; neighbours go in one request, so that half a number never stands. A number that does not fit becomes dashes.
[[nodiscard]] std::vector<RegisterBlock> register_blocks(const RegisterMap& map, const Sign& sign, const Face& face, int brightness_percent);

/// What a person reads off a board with these registers: number and desk as the map holds them; dark = empty. For the simulator.
[[nodiscard]] std::string read_registers(const RegisterMap& map, const std::map<std::uint16_t, std::uint16_t>& registers);

/// What would never work, as sentences: nothing that is shown, registers named twice, past the last one or more than a request holds, a form that cannot hold it.
[[nodiscard]] std::vector<std::string> faults_of(const RegisterMap& map);

}  // namespace skranke::display
