#pragma once
// Frames for chips on three lines (data, clock, latch): what must be shifted so that digits stand. Pure; a wire port sends it.
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "display/segments.hpp"

namespace skranke::display {

/// Bits in the order they go over the wire; the latch pulse that makes them visible comes after the last.
using Bits = std::vector<bool>;

/// 74HC595 or TPIC6B595, one register a digit, output QA = segment a … QH = point. The digit farthest from the controller goes first, its QH first.
/// `digits` as read from left to right; `leftmost_is_farthest` as the chain is wired. `active_low` for common-anode digits.
struct RegisterChain {
  bool leftmost_is_farthest = true;
  bool active_low = false;
};
[[nodiscard]] Bits shift_frame(const RegisterChain& chain, std::span<const Segments> digits);

/// MAX7219/7221: each chip drives eight digits and multiplexes by itself.
inline constexpr std::size_t digits_per_chip = 8;
enum class Max7219 : std::uint8_t { no_op = 0x0, digit_0 = 0x1, decode_mode = 0x9, intensity = 0xA, scan_limit = 0xB, shutdown = 0xC, display_test = 0xF };

/// One register written in every chip of a chain; each element is latched on its own.
using ChipWrites = std::vector<Bits>;

/// From power-on (or after noise) to dark, undecoded, all digits scanned, awake. Safe to repeat at any time.
[[nodiscard]] ChipWrites wake_chips(std::size_t chips);
/// `digits` left to right over all chips; the rightmost digit of a chip is its digit 0, as modules are built. Percent 1–100 → 16 steps.
[[nodiscard]] ChipWrites chip_frame(std::size_t chips, std::span<const Segments> digits, int brightness_percent);

/// Percent 1–100 → 16 steps, in every chip.
[[nodiscard]] Bits set_brightness(std::size_t chips, int percent);
/// A digit register (0–7) in every chip; `value(chip)`, chip 0 the nearest.
[[nodiscard]] Bits write_row(std::size_t chips, std::size_t row, const std::function<std::uint8_t(std::size_t chip)>& value);

/// The order of strokes in a digit register of that chip: bit 7 = point, then a…g.
[[nodiscard]] std::uint8_t chip_order(Segments segments);

}  // namespace skranke::display
