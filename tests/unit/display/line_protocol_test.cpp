#include <gtest/gtest.h>

#include "display/line_protocol.hpp"

namespace skranke::display {
namespace {

Part part(std::string_view text) {
  auto parsed = parse_part(text);
  if (!parsed) throw std::runtime_error{parsed.error()};
  return *parsed;
}

/// Start byte, two address digits, four characters, a mode, the exclusive or of all after the start as two digits, end byte.
Protocol ascii_board() {
  Protocol protocol;
  protocol.name = "ascii-4";
  for (const auto* text : {"02", "{address:2}", "{text:4}", "{mode}", "{checksum}", "03"}) protocol.frame.push_back(part(text));
  protocol.modes = {{Lit::steady, "0"}, {Lit::blink, "1"}, {Lit::dark, "2"}};
  protocol.sum = Sum::xor8;
  protocol.sum_from = 1;
  protocol.sum_encoding = SumEncoding::hex2;
  return protocol;
}

TEST(LineProtocol, AFrameByHand) {
  // '0'^'7'^' '^'A'^'1'^'2'^'1' = 0x30^0x37^0x20^0x41^0x31^0x32^0x31 = 0x54
  EXPECT_EQ(line_frame(ascii_board(), {7, "A12", Lit::blink}), std::string("\x02" "07 A121" "54" "\x03"));
}

TEST(LineProtocol, HalfANumberIsNeverSent) {
  EXPECT_NE(line_frame(ascii_board(), {7, "A1234", Lit::steady}).find("----"), std::string::npos);
}

TEST(LineProtocol, ModbusChecksumOfAKnownFrame) {
  Protocol protocol;
  for (const auto* text : {"{address}", "0300000001", "{checksum}"}) protocol.frame.push_back(part(text));
  protocol.sum = Sum::crc16_modbus;
  // The well-known "read one register" request to unit 1.
  EXPECT_EQ(line_frame(protocol, {1, "", Lit::steady}), std::string("\x01\x03\x00\x00\x00\x01\x84\x0A", 8));
}

TEST(LineProtocol, SumOfBytes) {
  Protocol protocol;
  for (const auto* text : {"ff", "{text:2}", "{checksum}"}) protocol.frame.push_back(part(text));
  protocol.sum = Sum::sum8;
  EXPECT_EQ(line_frame(protocol, {1, "12", Lit::steady}), std::string("\xFF" "12" "\x62"));
}

TEST(LineProtocol, PartsThatAreNone) {
  for (const auto* text : {"", "0", "0g", "zz", "{}", "{text:0}", "{text:65}", "{text:x}", "{text_left:0}", "{mode:2}", "{colour}", "{text", "02 03"}) EXPECT_FALSE(parse_part(text)) << text;
  EXPECT_NE(parse_part("{text:99}").error().find("1 to 64"), std::string::npos);
}

TEST(LineProtocol, ABoardThatKnowsNoDarkIsSentBlanks) {
  Protocol without_mode;
  for (const auto* text : {"01", "{address}", "{text_left:5}", "07"}) without_mode.frame.push_back(part(text));
  EXPECT_EQ(line_frame(without_mode, {9, "A12 3", Lit::steady}), "\x01\x09" "A12 3" "\x07");
  EXPECT_EQ(line_frame(without_mode, {9, "A1", Lit::steady}), "\x01\x09" "A1   " "\x07");
  EXPECT_EQ(line_frame(without_mode, {9, "A12 3", Lit::dark}), "\x01\x09" "     " "\x07");
  Protocol with_mode = ascii_board();
  with_mode.modes.erase(Lit::dark);
  EXPECT_EQ(line_frame(with_mode, {7, "A12", Lit::dark}).substr(3, 5), "    0") << "blank, and steady";
  EXPECT_EQ(line_frame(ascii_board(), {7, "A12", Lit::dark}).substr(3, 5), " A122") << "who has a mode keeps the text";
}

TEST(LineProtocol, ADashThatWandersDoesSoOnTheLeftToo) {
  Protocol left;
  left.frame.push_back(part("{text_left:4}"));
  EXPECT_EQ(line_frame(left, {1, " -  ", Lit::steady}), " -  ") << "it must not become the dash of a free desk";
}

Protocol module_with_keys() {
  Protocol protocol;
  for (const auto* text : {"01", "{address}", "{text_left:3}", "07"}) protocol.frame.push_back(part(text));
  for (const auto* text : {"01", "{address}", "{key}", "07"}) protocol.press.push_back(part(text));
  protocol.keys = {{'1', Key::next}, {'3', Key::recall}};
  return protocol;
}

TEST(LineProtocol, PressesAreFoundInWhatComesOverTheLine) {
  const Protocol module = module_with_keys();
  EXPECT_TRUE(faults_of(module).empty());
  const auto take = [&](std::string bytes, std::string_view left) {
    auto presses = take_presses(module, 5, bytes);
    EXPECT_EQ(bytes, left);
    return presses;
  };
  using Presses = std::vector<Key>;
  EXPECT_EQ(take("\x01\x05" "1\x07", ""), Presses{Key::next});
  EXPECT_EQ(take("noise\x01\x05" "3\x07\x01\x05" "1\x07\x01", "\x01"), (Presses{Key::recall, Key::next})) << "the beginning of the next stays";
  EXPECT_EQ(take("\x01\x06" "1\x07", "\x06" "1\x07"), Presses{}) << "another's; at most the length of a press is kept";
  EXPECT_EQ(take(line_frame(module, {5, "A1", Lit::steady}), "1 \x07"), Presses{}) << "an echo of our own";
  EXPECT_EQ(take("\x01\x05" "9\x07", "\x05" "9\x07"), Presses{}) << "a key that does nothing";
  std::string long_noise(100'000, '\x01');
  EXPECT_TRUE(take_presses(module, 5, long_noise).empty());
  EXPECT_EQ(long_noise.size(), 3U);
}

TEST(LineProtocol, PressesThatCannotWork) {
  Protocol module = module_with_keys();
  module.keys.clear();
  EXPECT_EQ(faults_of(module).size(), 1U);
  module = module_with_keys();
  module.press.clear();
  EXPECT_EQ(faults_of(module).size(), 1U) << "keys that nothing tells of";
  module = module_with_keys();
  module.press.push_back(part("{key}"));
  EXPECT_EQ(faults_of(module).size(), 1U);
  module = module_with_keys();
  module.press.push_back(part("{text:4}"));
  EXPECT_EQ(faults_of(module).size(), 1U);
  module = module_with_keys();
  module.frame.push_back(part("{key}"));
  EXPECT_EQ(faults_of(module).size(), 1U);
}

TEST(LineProtocol, DescriptionsThatCannotWork) {
  EXPECT_TRUE(faults_of(ascii_board()).empty());
  Protocol silent = ascii_board();
  std::erase_if(silent.frame, [](const Part& p) { return std::holds_alternative<TextField>(p); });
  EXPECT_EQ(faults_of(silent).size(), 1U);
  Protocol no_mode = ascii_board();
  no_mode.modes.erase(Lit::dark);
  EXPECT_TRUE(faults_of(no_mode).empty()) << "a board that knows no dark is sent blanks";
  no_mode.modes.erase(Lit::blink);
  EXPECT_EQ(faults_of(no_mode).size(), 1U);
  Protocol no_kind = ascii_board();
  no_kind.sum = Sum::none;
  EXPECT_EQ(faults_of(no_kind).size(), 1U);
  Protocol twice = ascii_board();
  twice.frame.push_back(part("{checksum}"));
  twice.frame.push_back(part("{address}"));
  EXPECT_EQ(faults_of(twice).size(), 2U);
  Protocol unheard = ascii_board();
  unheard.baud = 10;
  EXPECT_EQ(faults_of(unheard).size(), 1U);
}

}  // namespace
}  // namespace skranke::display
