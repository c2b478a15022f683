#pragma once
// Text of dots: five by seven to a character, on modules of eight by eight dots that a MAX7219 each drives. Pure; the agent's wires send it.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "display/chain.hpp"

namespace skranke::display {

/// One byte a column, left to right; bit 0 = the top row.
using Columns = std::vector<std::uint8_t>;
inline constexpr std::size_t dots_per_chip = 8, glyph_columns = 5, glyph_step = 6;   ///< a dark column between two characters
[[nodiscard]] constexpr std::size_t columns_for(std::size_t characters) { return characters == 0 ? 0 : characters * glyph_step - 1; }

/// Digits, ticket letters (A C J K P T Y), '-', '>' and ' ', right-aligned; anything else is dark. Text that does not fit is dashes: half a number is a wrong one.
/// Any two characters differ by at least three dots.
[[nodiscard]] Columns dots_of(std::string_view text, std::size_t columns);
/// The text in such columns; a shape that is no character is '?'.
[[nodiscard]] std::string read_dots(const Columns& columns);

/// Each chip's digit register is a row, the first on top, its highest bit on the left; the chip nearest to the controller is the rightmost, or the leftmost.
[[nodiscard]] ChipWrites matrix_frame(std::size_t chips, bool leftmost_is_farthest, const Columns& columns, int brightness_percent);

}  // namespace skranke::display
