#pragma once
// Line boards on RS-485 or RS-232: a vendor's frame is described as data, not as code. A description is a list of parts:
//
//   [protocol]
//   name = "ascii-4"
//   baud = 9600
//   parity = "none"            # none | even | odd
//   frame = ["02", "{address:2}", "{text:4}", "{mode}", "{checksum}", "03"]
//   modes = { steady = "30", blink = "31", dark = "32" }
//   checksum = { kind = "xor", from = 1, encoding = "hex2" }
//
// Two hexadecimal digits are a byte; fields stand in braces. docs/line-boards.md has the whole table.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

namespace skranke::display {

enum class Lit : std::uint8_t { steady, blink, dark };
enum class Parity : std::uint8_t { none, even, odd };

struct Bytes { std::string bytes; };
struct AddressField { std::size_t width = 1; bool decimal = false; };   ///< decimal: that many ASCII digits; else one raw byte
struct TextField { std::size_t width = 4; bool left = false; };         ///< ASCII, right- or left-aligned, padded with blanks
struct ModeField {};
struct ChecksumField {};
struct KeyField {};                                                     ///< of a press: one byte, which key it was
using Part = std::variant<Bytes, AddressField, TextField, ModeField, ChecksumField, KeyField>;

enum class Sum : std::uint8_t { none, sum8, xor8, crc16_modbus };
enum class SumEncoding : std::uint8_t { raw, hex2 };                    ///< hex2: each byte as two upper-case ASCII digits

/// What a key of a module asks for.
enum class Key : std::uint8_t { next, recall };

struct Protocol {
  std::string name;
  unsigned baud = 9600;
  unsigned data_bits = 8;
  unsigned stop_bits = 1;
  Parity parity = Parity::none;
  std::vector<Part> frame;
  std::map<Lit, std::string> modes;         ///< bytes that stand for a mode; without dark, and without a {mode} field, a dark board is sent blanks
  Sum sum = Sum::none;
  std::size_t sum_from = 0;                 ///< first byte of the frame that it covers; up to the field itself
  SumEncoding sum_encoding = SumEncoding::raw;
  std::vector<Part> press;                  ///< what a module sends when a key of it is pressed; empty = it sends nothing
  std::map<char, Key> keys;                 ///< what its keys do; others do nothing
};

/// What one board on the line is to show.
struct LineText {
  unsigned address = 1;
  std::string text;
  Lit lit = Lit::steady;
};

/// The bytes to send. A text that is too wide becomes dashes: half a number is a wrong one.
[[nodiscard]] std::string line_frame(const Protocol& protocol, const LineText& shown);

/// What a board with this address makes of these bytes; nothing when they are not exactly one whole frame for it.
[[nodiscard]] std::optional<LineText> read_line_frame(const Protocol& protocol, unsigned address, std::string_view bytes);

/// The presses of the module with this address in what came over the line, in order; noise, frames of others and echoes of our own are passed over. What may be the
/// beginning of a press is left in `bytes` for the next time, all else is taken out of it.
[[nodiscard]] std::vector<Key> take_presses(const Protocol& protocol, unsigned address, std::string& bytes);

/// Reads a part such as "02", "{address}", "{address:2}", "{text:4}", "{text_left:4}", "{mode}", "{checksum}", "{key}"; the error is a sentence.
[[nodiscard]] tl::expected<Part, std::string> parse_part(std::string_view text);

/// What would never work: no text field, two checksums, a checksum field without a kind, a mode field without its modes, widths out of 1–64.
[[nodiscard]] std::vector<std::string> faults_of(const Protocol& protocol);

}  // namespace skranke::display
