#pragma once
// Seven-segment digits: which strokes make a character.
#include <cstdint>
#include <string_view>
#include <vector>

namespace skranke::display {

/// Strokes of one digit: bit 0 = a (top), then b, c, d, e, f clockwise from the upper right, bit 6 = g (middle), bit 7 = the point.
using Segments = std::uint8_t;
inline constexpr Segments all_segments = 0xFF;
inline constexpr Segments point = 0x80;
inline constexpr Segments dash = 0x40;

/// The strokes of a digit, a ticket letter (A C J K P T Y), '-' or ' '. Anything else is dark: better nothing than a wrong number.
[[nodiscard]] Segments segments_of(char character);

/// `text` in `width` digits, right-aligned; a '.' lights the point of the digit before it. Text that does not fit is dashes: half a number is a wrong one.
[[nodiscard]] std::vector<Segments> digits_of(std::string_view text, std::size_t width);

}  // namespace skranke::display
