#include "display/chain.hpp"

#include <algorithm>

namespace skranke::display {
namespace {

void append_byte(Bits& bits, std::uint8_t byte) {
  for (int bit = 7; bit >= 0; --bit) bits.push_back((byte >> bit & 1) != 0);
}

/// The same register in every chip; `value(chip)` with chip 0 the nearest, whose 16 bits therefore go last.
template <class Value>
Bits write_all(std::size_t chips, std::uint8_t address, Value value) {
  Bits bits;
  bits.reserve(chips * 16);
  for (std::size_t chip = chips; chip-- > 0;) {
    append_byte(bits, address);
    append_byte(bits, value(chip));
  }
  return bits;
}

Bits write_same(std::size_t chips, Max7219 address, std::uint8_t byte) {
  return write_all(chips, static_cast<std::uint8_t>(address), [byte](std::size_t) { return byte; });
}

}  // namespace

Bits shift_frame(const RegisterChain& chain, std::span<const Segments> digits) {
  Bits bits;
  bits.reserve(digits.size() * 8);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const Segments lit = digits[chain.leftmost_is_farthest ? i : digits.size() - 1 - i];
    append_byte(bits, chain.active_low ? static_cast<std::uint8_t>(~lit) : lit);
  }
  return bits;
}

std::uint8_t chip_order(Segments segments) {
  unsigned order = segments & point;
  for (int stroke = 0; stroke < 7; ++stroke)
    if ((segments >> stroke & 1) != 0) order |= 0x40U >> stroke;
  return static_cast<std::uint8_t>(order);
}

ChipWrites wake_chips(std::size_t chips) {
  return {write_same(chips, Max7219::display_test, 0), write_same(chips, Max7219::scan_limit, digits_per_chip - 1),
          write_same(chips, Max7219::decode_mode, 0), write_same(chips, Max7219::shutdown, 1)};
}

Bits set_brightness(std::size_t chips, int percent) {
  return write_same(chips, Max7219::intensity, static_cast<std::uint8_t>(std::clamp(percent * 16 / 100, 1, 16) - 1));
}

Bits write_row(std::size_t chips, std::size_t row, const std::function<std::uint8_t(std::size_t chip)>& value) {
  return write_all(chips, static_cast<std::uint8_t>(static_cast<std::size_t>(Max7219::digit_0) + row), value);
}

ChipWrites chip_frame(std::size_t chips, std::span<const Segments> digits, int brightness_percent) {
  ChipWrites writes{set_brightness(chips, brightness_percent)};
  for (std::size_t column = 0; column < digits_per_chip; ++column) {
    writes.push_back(write_row(chips, column, [&](std::size_t chip) -> std::uint8_t {
      const std::size_t from_right = chip * digits_per_chip + column;   // chip 0, the nearest, is the rightmost
      return from_right < digits.size() ? chip_order(digits[digits.size() - 1 - from_right]) : 0;
    }));
  }
  return writes;
}

}  // namespace skranke::display
