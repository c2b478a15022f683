#include "display/segments.hpp"

#include <array>
#include <utility>

namespace skranke::display {
namespace {

/// Drawn as strokes, so that a reader can check them against a digit: a top, b c right, d bottom, e f left, g middle.
consteval Segments strokes(std::string_view names) {
  Segments lit = 0;
  for (const char name : names) lit = static_cast<Segments>(lit | 1U << (name - 'a'));
  return lit;
}

/// Ticket letters are drawn so that two of them differ by at least two strokes (A as "a", K as "h"): one dead stroke never makes one letter another.
constexpr std::array<std::pair<char, Segments>, 19> glyphs{{
    {'0', strokes("abcdef")}, {'1', strokes("bc")},      {'2', strokes("abdeg")},  {'3', strokes("abcdg")},   {'4', strokes("bcfg")},
    {'5', strokes("acdfg")},  {'6', strokes("acdefg")},  {'7', strokes("abc")},    {'8', strokes("abcdefg")}, {'9', strokes("abcdfg")},
    {'A', strokes("abcdeg")}, {'C', strokes("adef")},    {'J', strokes("bcde")},   {'K', strokes("cefg")},   {'P', strokes("abefg")},
    {'T', strokes("defg")},   {'Y', strokes("bcdfg")},   {'-', strokes("g")},      {' ', 0},
}};

}  // namespace

Segments segments_of(char character) {
  for (const auto& [known, lit] : glyphs)
    if (known == character) return lit;
  return 0;
}

std::vector<Segments> digits_of(std::string_view text, std::size_t width) {
  std::vector<Segments> lit;
  for (const char character : text) {
    if (character == '.' && !lit.empty())
      lit.back() |= point;
    else
      lit.push_back(segments_of(character));
  }
  if (lit.size() > width) return std::vector<Segments>(width, dash);
  lit.insert(lit.begin(), width - lit.size(), Segments{0});
  return lit;
}

}  // namespace skranke::display
