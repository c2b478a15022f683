#include "daemon/http/chunked.hpp"

#include <gtest/gtest.h>
#include <string>

namespace skranke::http {
namespace {

using State = ChunkDecoder::State;

struct Result {
  State state = State::running;
  std::string body;
  std::size_t used = 0;
};

/// Feeds pieces of `piece` bytes.
Result decode(std::string text, std::size_t piece, std::size_t most = 1000) {
  ChunkDecoder decoder;
  Result result;
  for (std::size_t at = 0; at < text.size() && result.state == State::running;) {
    const std::size_t n = std::min(piece, text.size() - at);
    std::size_t used = 0;
    std::size_t made = 0;
    result.state = decoder.decode({text.data() + at, n}, text.data() + at, most, used, made);
    result.body.append(text.data() + at, made);
    result.used += used;
    at += n;
  }
  return result;
}

class AnyCut : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Chunked, AnyCut, ::testing::Values(1, 2, 3, 7, 1000));

TEST_P(AnyCut, DecodesChunksExtensionsAndTrailers) {
  const std::string text = "5\r\nhello\r\n1;name=\"x\"\r\n \r\n00A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n";
  const Result result = decode(text + "GET", GetParam());
  EXPECT_EQ(result.state, State::complete);
  EXPECT_EQ(result.body, "hello 0123456789");
  EXPECT_EQ(result.used, text.size()) << "what comes behind belongs to the next request";
}

TEST_P(AnyCut, RefusesWhatIsNotAChunk) {
  for (const char* bad :
       {"\r\n", "g\r\n", "-1\r\n", "5\nhello", " 5\r\n", "5 \r\nhello\r\n", "3\r\nabcd\r\n", "3\r\nabc\n", "0\r\n\n",
        "0\r\nX: 1\n\r\n", "123456789\r\n", "0x5\r\nhello\r\n", "1\r\na\r\n\r\n", "0\r\n \r\n"})
    EXPECT_EQ(decode(bad, GetParam()).state, State::malformed) << bad;
}

TEST_P(AnyCut, RefusesMoreThanTheLimitBeforeItComes) {
  EXPECT_EQ(decode("6\r\n", GetParam(), 5).state, State::too_large);
  EXPECT_EQ(decode("3\r\nabc\r\n3\r\n", GetParam(), 5).state, State::too_large);
  EXPECT_EQ(decode("5\r\nhello\r\n0\r\n\r\n", GetParam(), 5).state, State::complete);
}

TEST_P(AnyCut, ExtensionsAndTrailersAreBounded) {
  EXPECT_EQ(decode("5;" + std::string(300, 'x'), GetParam()).state, State::malformed);
  EXPECT_EQ(decode("0\r\nX: " + std::string(1100, 'x'), GetParam()).state, State::malformed);
}

}  // namespace
}  // namespace skranke::http
