#include <gtest/gtest.h>

#include <bit>

#include "core/number.hpp"
#include "display/segments.hpp"
#include "tests/unit/display/chips.hpp"

namespace skranke::display {
namespace {

TEST(Segments, EveryIssuableCharacterIsReadAsItself) {
  for (const char character : std::string{core::unmistakable_letters} + "0123456789- ")
    EXPECT_EQ(model::read({segments_of(character)}), std::string(1, character));
}

TEST(Segments, WhatCannotBeDrawnIsDark) {
  for (const char character : {'M', 'W', 'a', '?', '\0', '\xC3'}) EXPECT_EQ(segments_of(character), 0) << character;
}

TEST(Segments, OneDeadStrokeNeverMakesOneLetterAnother) {
  for (const char one : core::unmistakable_letters) {
    for (const char other : core::unmistakable_letters) {
      const int differ = std::popcount(static_cast<unsigned>(segments_of(one) ^ segments_of(other)));
      EXPECT_TRUE(one == other || differ >= 2) << one << other;
    }
  }
}

TEST(Segments, TextStandsToTheRight) {
  EXPECT_EQ(model::read(digits_of("A12", 4)), " A12");
  EXPECT_EQ(model::read(digits_of("", 2)), "  ");
  EXPECT_EQ(model::read(digits_of("12.5", 4)), " 12.5");
}

TEST(Segments, HalfANumberIsNeverShown) {
  EXPECT_EQ(model::read(digits_of("A123", 3)), "---");
  EXPECT_EQ(model::read(digits_of("A123", 4)), "A123");
}

}  // namespace
}  // namespace skranke::display
