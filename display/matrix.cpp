#include "display/matrix.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace skranke::display {
namespace {

constexpr std::size_t rows = 7;
using Picture = std::array<std::string_view, rows>;

/// Drawn as they look, so that a reader can check them.
constexpr std::array<std::pair<char, Picture>, 20> glyphs{{
    {'0', Picture{" ### ", "#   #", "#   #", "#   #", "#   #", "#   #", " ### "}},
    {'1', Picture{"  #  ", " ##  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "}},
    {'2', Picture{" ### ", "#   #", "    #", "   # ", "  #  ", " #   ", "#####"}},
    {'3', Picture{"#####", "   # ", "  #  ", "   # ", "    #", "#   #", " ### "}},
    {'4', Picture{"   # ", "  ## ", " # # ", "#  # ", "#####", "   # ", "   # "}},
    {'5', Picture{"#####", "#    ", "#### ", "    #", "    #", "#   #", " ### "}},
    {'6', Picture{"  ## ", " #   ", "#    ", "#### ", "#   #", "#   #", " ### "}},
    {'7', Picture{"#####", "    #", "   # ", "  #  ", " #   ", " #   ", " #   "}},
    {'8', Picture{" ### ", "#   #", "#   #", " ### ", "#   #", "#   #", " ### "}},
    {'9', Picture{" ### ", "#   #", "#   #", " ####", "    #", "   # ", " ##  "}},
    {'A', Picture{" ### ", "#   #", "#   #", "#####", "#   #", "#   #", "#   #"}},
    {'C', Picture{" ### ", "#   #", "#    ", "#    ", "#    ", "#   #", " ### "}},
    {'J', Picture{"  ###", "   # ", "   # ", "   # ", "   # ", "#  # ", " ##  "}},
    {'K', Picture{"#   #", "#  # ", "# #  ", "##   ", "# #  ", "#  # ", "#   #"}},
    {'P', Picture{"#### ", "#   #", "#   #", "#### ", "#    ", "#    ", "#    "}},
    {'T', Picture{"#####", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  "}},
    {'Y', Picture{"#   #", "#   #", " # # ", "  #  ", "  #  ", "  #  ", "  #  "}},
    {'-', Picture{"     ", "     ", "     ", "#####", "     ", "     ", "     "}},
    {'>', Picture{"#    ", " #   ", "  #  ", "   # ", "  #  ", " #   ", "#    "}},
    {' ', Picture{"     ", "     ", "     ", "     ", "     ", "     ", "     "}},}};

std::uint8_t column_of(const Picture& picture, std::size_t column) {
  unsigned lit = 0;
  for (std::size_t row = 0; row < rows; ++row)
    if (picture[row][column] == '#') lit |= 1U << row;
  return static_cast<std::uint8_t>(lit);
}

const Picture* picture_of(char character) {
  const auto found = std::find_if(glyphs.begin(), glyphs.end(), [&](const auto& glyph) { return glyph.first == character; });
  return found == glyphs.end() ? nullptr : &found->second;
}

}  // namespace

Columns dots_of(std::string_view text, std::size_t columns) {
  const std::size_t fitting = (columns + 1) / glyph_step;
  if (text.size() > fitting) return dots_of(std::string(fitting, '-'), columns);
  Columns dots(columns, 0);
  std::size_t at = columns - columns_for(text.size());
  for (const char character : text) {
    if (const Picture* picture = picture_of(character))
      for (std::size_t column = 0; column < glyph_columns; ++column) dots[at + column] = column_of(*picture, column);
    at += glyph_step;
  }
  return dots;
}

std::string read_dots(const Columns& columns) {
  std::string text;
  const std::size_t characters = (columns.size() + 1) / glyph_step;
  std::size_t at = columns.size() - columns_for(characters);
  for (std::size_t i = 0; i < characters; ++i, at += glyph_step) {
    const auto same = [&](const auto& glyph) {
      for (std::size_t column = 0; column < glyph_columns; ++column)
        if (columns[at + column] != column_of(glyph.second, column)) return false;
      return true;
    };
    const auto found = std::find_if(glyphs.begin(), glyphs.end(), same);
    text.push_back(found == glyphs.end() ? '?' : found->first);
  }
  return text;
}

ChipWrites matrix_frame(std::size_t chips, bool leftmost_is_farthest, const Columns& columns, int brightness_percent) {
  ChipWrites writes{set_brightness(chips, brightness_percent)};
  for (std::size_t row = 0; row < dots_per_chip; ++row) {
    writes.push_back(write_row(chips, row, [&](std::size_t chip) {
      const std::size_t module = leftmost_is_farthest ? chips - 1 - chip : chip;   // from the left
      unsigned lit = 0;
      for (std::size_t dot = 0; dot < dots_per_chip; ++dot) {
        const std::size_t column = module * dots_per_chip + dot;
        if (column < columns.size() && (columns[column] >> row & 1U) != 0) lit |= 0x80U >> dot;
      }
      return static_cast<std::uint8_t>(lit);
    }));
  }
  return writes;
}

}  // namespace skranke::display
