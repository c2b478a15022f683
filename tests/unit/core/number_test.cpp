// Numbers that cannot be mistaken, proved by looking at every pair of them. The shapes are drawn here afresh and share
// nothing with core/number.cpp.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "core/number.hpp"

namespace skranke::test {
namespace {

using namespace core;

/// Segments of a digit, as drawn: top, upper right, lower right, bottom, lower left, upper left, middle.
constexpr std::array<const char*, 10> segments{"abcdef", "bc",     "abged", "abgcd",   "fgbc",
                                               "afgcd",  "afgedc", "abc",   "abcdefg", "abcdfg"};

/// Half a turn: what was top is bottom, what was upper right is lower left; the middle stays.
std::string half_turned(const std::string& lit) {
  static const std::map<char, char> moves{{'a', 'd'}, {'d', 'a'}, {'b', 'e'}, {'e', 'b'},
                                          {'c', 'f'}, {'f', 'c'}, {'g', 'g'}};
  std::string turned_shape;
  for (const char segment : lit) turned_shape += moves.at(segment);
  return turned_shape;
}

std::string sorted(std::string text) {
  std::sort(text.begin(), text.end());
  return text;
}

/// The digits that a turned digit may be read as on a board of seven segments; a turned 1 stands at the left edge and
/// is still read as 1.
std::string read_on_segments(char digit) {
  std::string read;
  const std::string shape = sorted(half_turned(segments[static_cast<std::size_t>(digit - '0')]));
  for (char other = '0'; other <= '9'; ++other)
    if (shape == sorted(segments[static_cast<std::size_t>(other - '0')]) || (shape == "ef" && other == '1'))
      read += other;
  return read;
}

/// And in print, where 2 and 5 turned are no digits, but 1, 6, 8, 9 and 0 are.
std::string read_in_print(char digit) {
  static const std::map<char, std::string> shapes{{'0', "0"}, {'1', "1"}, {'6', "9"}, {'8', "8"}, {'9', "6"}};
  const auto found = shapes.find(digit);
  return found == shapes.end() ? "" : found->second;
}

/// Everything that the digits may be read as upside-down, each digit in print or on segments as may be; leading noughts
/// are not read.
std::set<int> readings_turned(int digits) {
  std::set<std::string> partial{""};
  const std::string straight = std::to_string(digits);
  for (auto digit = straight.rbegin(); digit != straight.rend(); ++digit) {
    std::set<std::string> longer;
    for (const std::string& begun : partial)
      for (const char c : read_on_segments(*digit) + read_in_print(*digit)) longer.insert(begun + c);
    partial = std::move(longer);
  }
  std::set<int> values;
  for (const std::string& text : partial) values.insert(std::stoi(text));
  return values;
}

TEST(Numbers, TheModelKnowsWhatWasMisreadInRealRooms) {
  EXPECT_EQ(readings_turned(690), (std::set<int>{69})) << "held as 069 for five hours";
  EXPECT_EQ(readings_turned(866), (std::set<int>{998}));
  EXPECT_EQ(readings_turned(125), (std::set<int>{521})) << "seven segments";
  EXPECT_TRUE(readings_turned(7).empty());
  int in_print = 0, on_segments = 0;  // the counts of the requirements: 110 and 308 of 999
  for (int digits = 1; digits <= 999; ++digits) {
    const std::string text = std::string(3 - std::to_string(digits).size(), '0') + std::to_string(digits);
    std::string print, board;
    for (auto c = text.rbegin(); c != text.rend(); ++c)
      print += read_in_print(*c) + (read_in_print(*c).empty() ? "?" : ""),
          board += read_on_segments(*c) + (read_on_segments(*c).empty() ? "?" : "");
    in_print += print.find('?') == std::string::npos && print != text ? 1 : 0;
    on_segments += board.find('?') == std::string::npos && board != text ? 1 : 0;
  }
  EXPECT_EQ(in_print, 110);
  EXPECT_EQ(on_segments, 308);
}

TEST(Numbers, NoTwoOfASeriesReadAlikeUpsideDown) {
  int pairs = 0, issuable = 0;
  for (int one = 1; one <= digits_max; ++one) {
    if (!unmistakable(one)) continue;
    ++issuable;
    const auto readings = readings_turned(one);
    for (int other = 1; other <= digits_max; ++other) {
      if (other == one || !unmistakable(other)) continue;
      ++pairs;
      ASSERT_EQ(readings.count(other), 0U) << one << " turned reads as " << other;
    }
  }
  EXPECT_GE(issuable, 800) << "a series must not run dry for nothing";
  EXPECT_EQ(pairs, issuable * (issuable - 1));
}

TEST(Numbers, OnlyWhatReadsAsASmallerNumberIsLeftOut) {
  for (int digits = 1; digits <= digits_max; ++digits) {
    const auto readings = readings_turned(digits);
    EXPECT_EQ(unmistakable(digits), readings.empty() || *readings.begin() >= digits) << digits;
  }
  EXPECT_FALSE(unmistakable(0));
  EXPECT_FALSE(unmistakable(-1));
  EXPECT_FALSE(unmistakable(1000));
}

TEST(Numbers, NoLetterTurnedReadsAsALetterOrDigit) {
  // Block capitals and digits, half a turn round: what an eye takes them for.
  static const std::map<char, std::string> turned_reads{
      {'B', "8"},  {'E', "3"}, {'H', "H"}, {'I', "I1"}, {'L', "7"}, {'M', "W"},  {'N', "N"}, {'O', "O0"}, {'Q', "O0"},
      {'S', "S5"}, {'U', "N"}, {'V', "A"}, {'W', "M"},  {'X', "X"}, {'Z', "Z2"}, {'G', "9"}, {'D', "O0"}};
  for (const char letter : unmistakable_letters) EXPECT_EQ(turned_reads.count(letter), 0U) << letter;
  for (const auto& [letter, reads] : turned_reads) {
    for (const char read : reads)
      EXPECT_EQ(unmistakable_letters.find(read), read == 'A' ? 0 : std::string_view::npos) << letter;
    EXPECT_EQ(unmistakable_letters.find(letter), std::string_view::npos) << letter;
  }
}

TEST(Numbers, NoTwoSignsOfATicketBlurIntoEachOther) {
  // Shapes that run together on worn paper, from afar or on a weak LED; at most one of a class may ever be issued, none
  // together with a digit in it.
  static const std::array<std::string_view, 8> classes{"B8", "DOQ0", "G6C", "FRP", "I1L", "S5", "Z2", "UVWM"};
  const std::string issued = std::string{unmistakable_letters} + "0123456789";
  for (const std::string_view alike : classes) {
    std::string both;
    for (const char sign : alike)
      if (unmistakable_letters.find(sign) != std::string_view::npos) both += sign;
    EXPECT_LE(both.size(), 1U) << both;
    if (alike == "G6C") continue;  // C is open where 6 is closed; G, which stands between them, is left out for it
    for (const char sign : alike) EXPECT_TRUE(both.empty() || sign < '0' || sign > '9') << both << " and " << sign;
  }
  std::set<char> once{unmistakable_letters.begin(), unmistakable_letters.end()};
  EXPECT_EQ(once.size(), unmistakable_letters.size());
}

TEST(Numbers, ASeriesNeverRepeatsWithinADayAndCoversAllItsNumbers) {
  NumberBook book;
  std::set<int> given;
  int all = 0;
  for (int digits = 1; digits <= digits_max; ++digits) all += unmistakable(digits) ? 1 : 0;
  for (int i = 0; i < all; ++i) {
    const auto number = book.next('K');
    ASSERT_TRUE(number);
    EXPECT_EQ(number->letter, 'K');
    EXPECT_TRUE(unmistakable(number->digits));
    EXPECT_TRUE(given.empty() || *given.rbegin() < number->digits) << "in rising order";
    EXPECT_TRUE(given.insert(number->digits).second) << number->digits;
    book.mark(*number);
  }
}

TEST(Numbers, AFullSeriesSpillsIntoTheLeastUsedOneAndAllFullIsTheEnd) {
  NumberBook book;
  std::set<Number> given;
  book.mark({'A', 1});
  book.mark({'C', 1});
  bool spilled = false;
  while (const auto number = book.next('K')) {
    if (!spilled && number->letter != 'K') {
      spilled = true;
      EXPECT_EQ(number->letter, 'J') << "A and C have been used, J is the first that has not";
    }
    ASSERT_FALSE(book.is_used(*number));
    ASSERT_TRUE(given.insert(*number).second);
    book.mark(*number);
  }
  int each = 0;
  for (int digits = 1; digits <= digits_max; ++digits) each += unmistakable(digits) ? 1 : 0;
  EXPECT_EQ(given.size() + 2, static_cast<std::size_t>(each) * unmistakable_letters.size());
  for (const char letter : unmistakable_letters) EXPECT_FALSE(book.next(letter));
}

TEST(Numbers, AHeldNumberIsPassedOverButTheSeriesDoesNotGoOnFromIt) {
  NumberBook book;
  book.hold({'A', 500});
  book.hold({'A', 1});
  EXPECT_EQ(book.next('A'), (Number{'A', 2}));
  book.begin_day();
  EXPECT_EQ(book.next('A'), (Number{'A', 1}));
}

TEST(Numbers, ALetterThatIsNeverIssuedGetsAnotherSeries) {
  NumberBook book;
  const auto number = book.next('O');
  ASSERT_TRUE(number);
  EXPECT_NE(unmistakable_letters.find(number->letter), std::string_view::npos);
  book.mark({'O', 5});
  book.mark({'A', 2000});
  EXPECT_EQ(book, NumberBook{}) << "what cannot be issued is nobody's";
}

TEST(Numbers, AreWrittenAndReadOneWay) {
  for (const char letter : unmistakable_letters)
    for (std::uint16_t digits = 1; digits <= digits_max; ++digits) {
      const Number number{letter, digits};
      ASSERT_EQ(parse_number(to_string(number)), number);
    }
  for (const auto* wrong : {"", "A", "A0", "A01", "A1000", "a1", "1A", "A1 ", "A-1", "A1B", "Æ1", "AA"})
    EXPECT_FALSE(parse_number(wrong)) << wrong;
}

TEST(Numbers, AreReadAsPeopleTypeThem) {
  for (const char* typed : {"A12", "a 12", " A-012 ", "a.12", "A 0 12"}) EXPECT_EQ(parse_typed_number(typed), (Number{'A', 12})) << typed;
  EXPECT_EQ(parse_typed_number("p100"), (Number{'P', 100}));
  for (const char* typed : {"", "12", "A", "A0", "A 1234", "AB 1", "A1!", "A111111111111111111"}) EXPECT_FALSE(parse_typed_number(typed)) << typed;
}

}  // namespace
}  // namespace skranke::test
