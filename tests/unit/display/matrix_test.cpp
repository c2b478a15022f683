// Dots as a person sees them: pictures drawn here by hand, and chips that know nothing of our font.
#include "display/matrix.hpp"

#include <gtest/gtest.h>

namespace skranke::display {
namespace {

/// A row of modules of eight by eight dots: shifts sixteen bits through each chip, keeps its registers, and is looked at as a picture.
class Modules {
 public:
  Modules(std::size_t count, bool leftmost_is_farthest) : chips_(count), leftmost_is_farthest_{leftmost_is_farthest} {}
  void send(const ChipWrites& writes) {
    for (const Bits& bits : writes) {
      std::vector<unsigned> stages(chips_.size(), 0);   // [0] nearest; a bit pushes every bit one place farther
      for (const bool bit : bits) {
        unsigned carried = bit ? 1 : 0;
        for (unsigned& stage : stages) {
          const unsigned out = stage >> 15U & 1U;
          stage = (stage << 1U | carried) & 0xFFFFU;
          carried = out;
        }
      }
      for (std::size_t chip = 0; chip < chips_.size(); ++chip) chips_[chip][stages[chip] >> 8U & 0xFU] = stages[chip] & 0xFFU;
    }
  }
  [[nodiscard]] std::vector<std::string> picture() const {
    std::vector<std::string> rows(8);
    for (std::size_t row = 0; row < 8; ++row)
      for (std::size_t place = 0; place < chips_.size(); ++place) {
        const auto& registers = chips_[leftmost_is_farthest_ ? chips_.size() - 1 - place : place];
        const bool awake = registers[0xC] == 1 && registers[0xF] == 0 && registers[0xB] == 7 && registers[0x9] == 0;
        for (unsigned dot = 0; dot < 8; ++dot) rows[row] += awake && (registers[row + 1] & (0x80U >> dot)) != 0 ? '#' : '.';
      }
    return rows;
  }
  [[nodiscard]] unsigned brightness(std::size_t chip) const { return chips_[chip][0xA]; }

 private:
  std::vector<std::array<unsigned, 16>> chips_;
  bool leftmost_is_farthest_;
};

using Rows = std::vector<std::string>;

TEST(Matrix, ShowsTheNumberAndTheDeskAsAPersonReadsThem) {
  for (const bool wired : {true, false}) {
    Modules modules{4, wired};
    modules.send(wake_chips(4));
    modules.send(matrix_frame(4, wired, dots_of("A17>3", 32), 100));
    EXPECT_EQ(modules.picture(), (Rows{"....###....#...#####.#.....#####",
                                       "...#...#..##.......#..#.......#.",
                                       "...#...#...#......#....#.....#..",
                                       "...#####...#.....#......#.....#.",
                                       "...#...#...#....#......#.......#",
                                       "...#...#...#....#.....#....#...#",
                                       "...#...#..###...#....#......###.",
                                       "................................"}))
        << wired;
  }
}

TEST(Matrix, WhatDoesNotFitIsDashes) {
  Modules modules{2, true};
  modules.send(wake_chips(2));
  modules.send(matrix_frame(2, true, dots_of("A17", 16), 100));
  const Rows rows = modules.picture();
  EXPECT_EQ(rows[3], ".....#####.#####") << "two characters fit, and they are dashes";
  for (const std::size_t row : {0U, 1U, 2U, 4U, 5U, 6U, 7U}) EXPECT_EQ(rows[row], "................");
  EXPECT_TRUE(dots_of("A", 4) == Columns(4, 0)) << "not even one fits";
}

TEST(Matrix, DarkUntilWokenAndAsBrightAsAsked) {
  Modules modules{1, true};
  modules.send(matrix_frame(1, true, Columns(8, 0xFF), 50));
  EXPECT_EQ(modules.picture(), Rows(8, "........"));
  modules.send(wake_chips(1));
  EXPECT_EQ(modules.picture(), Rows(8, "########"));
  EXPECT_EQ(modules.brightness(0), 7U);
}

TEST(Matrix, ADeadDotOrTwoMakeNoCharacterAnother) {
  const std::string all = "0123456789ACJKPTY->";
  for (const char a : all)
    for (const char b : all) {
      if (a == b) continue;
      int differing = 0;
      const Columns one = dots_of(std::string{a}, 5), other = dots_of(std::string{b}, 5);
      for (std::size_t i = 0; i < 5; ++i) differing += __builtin_popcount(static_cast<unsigned>(one[i] ^ other[i]));
      EXPECT_GE(differing, 3) << a << " and " << b;
    }
}

TEST(Matrix, WhatIsDrawnIsReadBack) {
  for (const std::string text : {"A17>3", "  - ", "K999"}) EXPECT_EQ(read_dots(dots_of(text, columns_for(5))), std::string(5 - text.size(), ' ') + text);
  EXPECT_EQ(read_dots(Columns(5, 0xFF)), "?");
  EXPECT_EQ(read_dots(dots_of("x", 5)), " ") << "what has no picture is dark";
}

}  // namespace
}  // namespace skranke::display
