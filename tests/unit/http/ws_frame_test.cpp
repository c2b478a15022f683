#include "daemon/http/ws_frame.hpp"

#include <gtest/gtest.h>

#include "tests/unit/http/support.hpp"

namespace skranke::http {
namespace {

using test::masked;

/// What a stream of bytes says, one line per message; ends with "!code" after an error.
std::string heard(std::string bytes, std::size_t piece, std::size_t most = 4096) {
  FrameReader reader{most};
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    std::span<char> in{bytes.data() + at, std::min(piece, bytes.size() - at)};
    for (;;) {
      const auto message = reader.next(in);
      if (!message) return out + "!" + std::to_string(static_cast<int>(message.error()));
      if (!*message) break;
      constexpr const char* kinds[] = {"text ", "ping ", "pong ", "close "};
      out += kinds[static_cast<int>((*message)->kind)];
      if ((*message)->kind == FrameReader::Kind::close) out += std::to_string(static_cast<int>((*message)->code)) + " ";
      out.append((*message)->payload) += '\n';
    }
  }
  return out;
}

class Cut : public ::testing::TestWithParam<std::size_t> {
 protected:
  std::string hear(const std::string& bytes, std::size_t most = 4096) { return heard(bytes, GetParam(), most); }
};
INSTANTIATE_TEST_SUITE_P(Frames, Cut, ::testing::Values(1, 2, 5, 100000));

TEST_P(Cut, TextOfEveryLengthForm) {
  for (const std::size_t size : {0UL, 1UL, 125UL, 126UL, 4096UL})
    EXPECT_EQ(hear(masked(0x81, std::string(size, 'x'))), "text " + std::string(size, 'x') + "\n");
}

TEST_P(Cut, FragmentsWithAPingBetween) {
  EXPECT_EQ(hear(masked(0x01, "hel") + masked(0x89, "are you there") + masked(0x00, "l") + masked(0x80, "o") +
                 masked(0x81, "next")),
            "ping are you there\ntext hello\ntext next\n");
}

TEST_P(Cut, AUtf8CharacterMayBeCutByFragments) {
  EXPECT_EQ(hear(masked(0x01, "\xc3") + masked(0x80, "\xa6")), "text æ\n");
}

TEST_P(Cut, CloseWithAndWithoutReason) {
  EXPECT_EQ(hear(masked(0x88, "")), "close 1000 \n");
  EXPECT_EQ(hear(masked(0x88,
                        "\x03\xe9"
                        "bye")),
            "close 1001 bye\n");
  EXPECT_EQ(hear(masked(0x8a, "late")), "pong late\n");
}

TEST_P(Cut, ErrorsHaveTheirCodes) {
  EXPECT_EQ(hear(std::string{"\x81\x01x", 3}), "!1002") << "not masked";
  EXPECT_EQ(hear(masked(0xc1, "x")), "!1002") << "reserved bit";
  EXPECT_EQ(hear(masked(0x83, "x")), "!1002") << "unknown opcode";
  EXPECT_EQ(hear(masked(0x80, "x")), "!1002") << "continues nothing";
  EXPECT_EQ(hear(masked(0x01, "x") + masked(0x81, "y")), "!1002") << "text within text";
  EXPECT_EQ(hear(masked(0x09, "x")), "!1002") << "fragmented ping";
  EXPECT_EQ(hear(masked(0x89, std::string(126, 'x'))), "!1002") << "long ping";
  EXPECT_EQ(hear(masked(0x88, "x")), "!1002") << "half a close code";
  EXPECT_EQ(hear(masked(0x88, "\x03\xed")), "!1002") << "1005 is not for the wire";
  EXPECT_EQ(hear(masked(0x82, "x")), "!1003");
  EXPECT_EQ(hear(masked(0x81, "\xff")), "!1007");
  EXPECT_EQ(hear(masked(0x88, "\x03\xe8\xff")), "!1007");
  EXPECT_EQ(hear(masked(0x81, std::string(4097, 'x'))), "!1009");
  EXPECT_EQ(hear(masked(0x01, std::string(4000, 'x')) + masked(0x80, std::string(97, 'x'))), "!1009")
      << "the sum counts";
  EXPECT_EQ(hear(std::string{"\x81\xfe\x00\x05mask", 8}), "!1002") << "not the shortest length";
  EXPECT_EQ(hear(std::string{"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xffmask", 14}), "!1009");
}

TEST(Frames, OursHaveTheShortestHeader) {
  EXPECT_EQ(text_frame("hi"), std::string("\x81\x02hi", 4));
  EXPECT_EQ(text_frame(std::string(126, 'x')).substr(0, 4), std::string("\x81\x7e\x00\x7e", 4));
  EXPECT_EQ(text_frame(std::string(65536, 'x')).substr(0, 10),
            std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
  EXPECT_EQ(close_frame(CloseCode::going_away), std::string("\x88\x02\x03\xe9", 4));
  EXPECT_EQ(pong_frame("a"), std::string("\x8a\x01"
                                         "a",
                                         3));
}

TEST(Frames, TheAcceptKeyOfTheStandardsExample) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_TRUE(is_client_key("dGhlIHNhbXBsZSBub25jZQ=="));
  for (const char* bad : {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===", "dGhl\r\nNhbXBsZSBub25jZQ=="})
    EXPECT_FALSE(is_client_key(bad));
}

}  // namespace
}  // namespace skranke::http
