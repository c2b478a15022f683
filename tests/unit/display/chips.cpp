#include "tests/unit/display/chips.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace skranke::display::model {
namespace {

/// Shapes as they look, three by five: strokes are told from the picture and not from a table of bits.
const std::map<char, std::string_view> pictures{
    {'0', " _ | |   | | _ "}, {'1', "     |     |   "}, {'2', " _   | _ |   _ "}, {'3', " _   | _   | _ "}, {'4', "   | | _   |   "},
    {'5', " _ |   _   | _ "}, {'6', " _ |   _ | | _ "}, {'7', " _   |     |   "}, {'8', " _ | | _ | | _ "}, {'9', " _ | | _   | _ "},
    {'A', " _   | _ | | _ "}, {'C', " _ |     |   _ "}, {'J', "     |   | | _ "}, {'K', "   |   _ | |   "}, {'P', " _ | | _ |     "},
    {'T', "   |   _ |   _ "}, {'Y', "   | | _   | _ "}, {'-', "       _       "}, {' ', "               "}};

std::uint8_t strokes_in(std::string_view picture) {
  // Where each stroke stands in the picture: a b c d e f g.
  constexpr std::array<std::size_t, 7> places{1, 5, 11, 13, 9, 3, 7};
  unsigned lit = 0;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (picture[places[i]] != ' ') lit |= 1U << i;
  return static_cast<std::uint8_t>(lit);
}

}  // namespace

void ShiftRegisters::send(const Bits& bits) {
  for (const bool bit : bits) {
    std::rotate(stages_.rbegin(), stages_.rbegin() + 1, stages_.rend());
    stages_[0] = bit;
  }
  latched_ = stages_;
}

std::vector<std::uint8_t> ShiftRegisters::farthest_first() const {
  std::vector<std::uint8_t> digits;
  for (std::size_t reg = latched_.size() / 8; reg-- > 0;) {
    unsigned value = 0;
    for (std::size_t q = 0; q < 8; ++q) value |= (latched_[reg * 8 + q] ? 1U : 0U) << q;
    digits.push_back(static_cast<std::uint8_t>(value));
  }
  return digits;
}

void DisplayDrivers::send(const ChipWrites& writes) {
  for (const Bits& bits : writes) {
    // After all bits are clocked in, the nearest chip holds the last sixteen.
    for (std::size_t chip = 0; chip < chips_.size() && bits.size() >= (chip + 1) * 16; ++chip) {
      unsigned word = 0;
      for (std::size_t bit = 0; bit < 16; ++bit) word = word << 1 | (bits[bits.size() - (chip + 1) * 16 + bit] ? 1U : 0U);
      chips_[chip].registers[word >> 8 & 0xF] = static_cast<std::uint8_t>(word & 0xFF);
    }
  }
}

std::vector<std::uint8_t> DisplayDrivers::left_to_right() const {
  std::vector<std::uint8_t> digits;
  for (std::size_t chip = chips_.size(); chip-- > 0;) {
    const auto& registers = chips_[chip].registers;
    for (std::size_t digit = 8; digit-- > 0;) {
      unsigned lit = 0;
      const unsigned raw = registers[digit + 1];
      const bool awake = registers[0xC] == 1 && registers[0x9] == 0 && registers[0xB] >= digit;
      if (awake && (raw & 0x80U) != 0) lit |= 0x80U;
      for (unsigned stroke = 0; awake && stroke < 7; ++stroke)   // D6 = a … D0 = g
        if ((raw >> (6 - stroke) & 1U) != 0) lit |= 1U << stroke;
      digits.push_back(static_cast<std::uint8_t>(registers[0xF] == 1 ? 0xFF : lit));
    }
  }
  return digits;
}

std::string read(const std::vector<std::uint8_t>& digits) {
  std::string text;
  for (const std::uint8_t digit : digits) {
    const auto found = std::find_if(pictures.begin(), pictures.end(), [&](const auto& entry) { return strokes_in(entry.second) == (digit & 0x7F); });
    text += found == pictures.end() ? '?' : found->first;
    if ((digit & 0x80) != 0) text += '.';
  }
  return text;
}

}  // namespace skranke::display::model
