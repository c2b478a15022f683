#include "display/register_map.hpp"

#include <gtest/gtest.h>

#include "display/segments.hpp"

namespace skranke::display {
namespace {

RegisterField field(std::uint16_t first, std::uint16_t count, Held holds, RegisterForm form = RegisterForm::ascii) {
  RegisterField made;
  made.first = first;
  made.count = count;
  made.holds = holds;
  made.form = form;
  return made;
}

Face showing(std::string number, std::string desk, Showing what = Showing::number) { return {what, std::move(number), std::move(desk), true, false}; }

constexpr int full = 100;

/// Text of six characters, then a mode and a brightness beside it.
RegisterMap text_board() {
  RegisterMap map{"text", {field(100, 3, Held::text), field(103, 1, Held::mode), field(104, 1, Held::brightness)}};
  map.fields[1].steady = 1;
  map.fields[1].dark = 9;
  map.fields[2].at_full = 15;
  return map;
}

Sign with_desk() {
  Sign sign;
  sign.desk_digits = 2;
  return sign;
}

std::string read_back(const RegisterMap& map, const std::vector<RegisterBlock>& blocks) {
  std::map<std::uint16_t, std::uint16_t> registers;
  for (const RegisterBlock& block : blocks)
    for (std::size_t i = 0; i < block.values.size(); ++i) registers[static_cast<std::uint16_t>(block.first + i)] = block.values[i];
  return read_registers(map, registers);
}

TEST(RegisterMap, NeighboursGoInOneRequestByHand) {
  const auto blocks = register_blocks(text_board(), with_desk(), showing("A12", "3"), full);
  ASSERT_EQ(blocks.size(), 1U) << "half a number must never stand";
  EXPECT_EQ(blocks[0], (RegisterBlock{100, {0x2041, 0x3132, 0x2033, 1, 15}})) << "\" A\", \"12\", \" 3\"";
}

TEST(RegisterMap, DarkIsDarkAndItsModeSaysSo) {
  Face face = showing("A12", "3");
  face.lit = false;
  EXPECT_EQ(register_blocks(text_board(), with_desk(), face, full).at(0), (RegisterBlock{100, {0x2020, 0x2020, 0x2020, 9, 15}}));
}

TEST(RegisterMap, BrightnessIsNeverNothing) {
  EXPECT_EQ(register_blocks(text_board(), with_desk(), showing("A12", "3"), 1).at(0).values.at(4), 1U);
  EXPECT_EQ(register_blocks(text_board(), with_desk(), showing("A12", "3"), 50).at(0).values.at(4), 7U);
}

TEST(RegisterMap, HalfANumberIsNeverWritten) {
  const RegisterMap narrow{"narrow", {field(0, 1, Held::text)}};
  EXPECT_EQ(register_blocks(narrow, Sign{}, showing("A12", ""), full).at(0).values, (std::vector<std::uint16_t>{0x2D2D}));
  const RegisterMap binary{"binary", {field(0, 1, Held::number, RegisterForm::binary)}};
  EXPECT_EQ(register_blocks(binary, Sign{}, showing("A12345", ""), full).at(0).values, (std::vector<std::uint16_t>{0xFFFE}));
}

TEST(RegisterMap, LetterNumberAndDeskEachInTheirPlace) {
  const RegisterMap map{"parts", {field(0, 1, Held::letter, RegisterForm::ascii_low), field(10, 1, Held::number, RegisterForm::binary), field(20, 1, Held::desk, RegisterForm::bcd)}};
  const auto blocks = register_blocks(map, with_desk(), showing("A12", "13"), full);
  EXPECT_EQ(blocks, (std::vector<RegisterBlock>{{0, {'A'}}, {10, {12}}, {20, {0x13}}}));
  EXPECT_EQ(read_back(map, blocks), "A1213");
}

TEST(RegisterMap, BcdOverTwoRegistersHasItsLastDigitsLast) {
  const RegisterMap map{"bcd", {field(0, 2, Held::number, RegisterForm::bcd)}};
  EXPECT_EQ(register_blocks(map, Sign{}, showing("12345", ""), full).at(0).values, (std::vector<std::uint16_t>{0x0001, 0x2345}));
}

TEST(RegisterMap, StrokesAreTheDigits) {
  const RegisterMap map{"strokes", {field(0, 4, Held::text, RegisterForm::segments)}};
  EXPECT_EQ(register_blocks(map, Sign{}, showing("A12", ""), full).at(0).values, (std::vector<std::uint16_t>{0x00, segments_of('A'), 0x06, 0x5B}));
  Face test = showing("8888", "", Showing::lamp_test);
  test.all_lit = true;
  EXPECT_EQ(register_blocks(map, Sign{}, test, full).at(0).values, (std::vector<std::uint16_t>{0xFF, 0xFF, 0xFF, 0xFF}));
}

TEST(RegisterMap, AFreeDesksDashStandsAndAnUnknownOnesComesAndGoes) {
  const RegisterMap map{"binary", {field(0, 1, Held::number, RegisterForm::binary)}};
  const auto value = [&](const Face& face) { return register_blocks(map, Sign{}, face, full).at(0).values.at(0); };
  EXPECT_EQ(value(showing("-", "", Showing::free)), 0xFFFE);
  EXPECT_EQ(value(showing("-   ", "", Showing::stale)), 0xFFFE);
  EXPECT_EQ(value(showing(" -  ", "", Showing::stale)), 0xFFFF);
}

TEST(RegisterMap, MapsThatCannotWork) {
  EXPECT_TRUE(faults_of(text_board()).empty());
  EXPECT_EQ(faults_of({"silent", {field(0, 1, Held::mode)}}).size(), 1U);
  EXPECT_EQ(faults_of({"twice", {field(0, 2, Held::text), field(1, 1, Held::mode)}}).size(), 1U);
  EXPECT_EQ(faults_of({"letters as values", {field(0, 1, Held::text, RegisterForm::bcd)}}).size(), 1U);
  EXPECT_EQ(faults_of({"past the end", {field(0xFFFF, 2, Held::text)}}).size(), 1U);
  EXPECT_EQ(faults_of({"too much", {field(0, 124, Held::text)}}).size(), 1U);
  EXPECT_EQ(faults_of({"two modes", {field(0, 1, Held::text), field(1, 2, Held::mode)}}).size(), 1U);
}

}  // namespace
}  // namespace skranke::display
