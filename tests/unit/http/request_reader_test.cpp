#include "daemon/http/request_reader.hpp"

#include <gtest/gtest.h>
#include <cstring>

namespace skranke::http {
namespace {

using Progress = RequestReader::Progress;

/// Feeds at most `piece` bytes at a time and lists what comes out: "path[body]" for each request, "fault STATUS" at a
/// fault.
std::string read_all(std::string_view bytes, std::size_t piece, const Limits& limits) {
  RequestReader reader{limits};
  std::string out;
  for (;;) {
    switch (reader.advance()) {
      case Progress::complete:
        out.append(reader.request().path)
            .append("[")
            .append(reader.request().body)
            .append("]")
            .append(reader.request().host)
            .append(" ");
        reader.finish();
        continue;
      case Progress::fault: return out + "fault " + std::to_string(reader.fault().status);
      case Progress::continue_expected: out += "continue "; break;
      case Progress::need_more: break;
    }
    if (bytes.empty()) return out + (reader.idle() ? "idle" : "waiting");
    const auto room = reader.room();
    const std::size_t n = std::min({piece, room.size(), bytes.size()});
    std::memcpy(room.data(), bytes.data(), n);
    reader.filled(n);
    bytes.remove_prefix(n);
  }
}

class Pieces : public ::testing::TestWithParam<std::size_t> {
 protected:
  std::string read(std::string_view bytes) { return read_all(bytes, GetParam(), limits_); }
  Limits limits_;
};
INSTANTIATE_TEST_SUITE_P(Reader, Pieces, ::testing::Values(1, 3, 17, 1000, 1000000));

TEST_P(Pieces, PipelinedRequestsComeInOrder) {
  EXPECT_EQ(read("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nabcGET "
                 "/%33 HTTP/1.1\r\nHost: c\r\n\r\n"),
            "/1[]a /2[abc]b /3[]c idle");
}

TEST_P(Pieces, ChunkedAndBehindIt) {
  EXPECT_EQ(read("POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET "
                 "/2 HTTP/1.1\r\nHost: b\r\n\r\n"),
            "/1[abcde]a /2[]b idle");
}

TEST_P(Pieces, ABodyUpToTheLimitMovesTheBufferButNotTheMeaning) {
  const std::string body(limits_.body_bytes, 'x');
  EXPECT_EQ(read("POST /%61 HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body),
            "/a[" + body + "]a idle");
  EXPECT_EQ(read("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size() + 1) + "\r\n\r\n"),
            "fault 413");
}

TEST_P(Pieces, AChunkedBodyUpToTheLimit) {
  const std::string body(limits_.body_bytes, 'x');
  const std::string head = "POST /%61 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n40000\r\n";
  EXPECT_EQ(read(head + body + "\r\n0\r\n\r\n"), "/a[" + body + "]a idle");
  EXPECT_EQ(read(head + body + "\r\n1\r\n"), "fault 413");
}

TEST_P(Pieces, AHeadUpToTheLimit) {
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const auto sized = [&](std::size_t total) { return start + std::string(total - start.size() - 4, 'x') + "\r\n\r\n"; };
  EXPECT_EQ(read(sized(limits_.head_bytes)), "/[]a idle");
  EXPECT_EQ(read(sized(limits_.head_bytes + 1)), "fault 431");
}

TEST_P(Pieces, ATargetThatNeverEnds) { EXPECT_EQ(read("GET /" + std::string(5000, 'a')), "fault 414"); }
TEST_P(Pieces, SomethingElseThanHttp) { EXPECT_EQ(read("\x16\x03\x01\x02"), "fault 400"); }
TEST_P(Pieces, EmptyLinesInFrontAreSkipped) {
  EXPECT_EQ(read("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n"), "/[]a idle");
}
TEST_P(Pieces, HalfAHead) { EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: a\r\n"), "waiting"); }
TEST_P(Pieces, ABadPathFaultsAfterTheBody) { EXPECT_EQ(read("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"), "fault 400"); }

TEST(Reader, ContinueIsExpectedOnceAndOnlyWithoutBody) {
  const Limits limits;
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
  EXPECT_EQ(read_all(head + "abc", head.size(), limits), "continue /[abc]a idle");
  EXPECT_EQ(read_all(head + "abc", 1000, limits), "/[abc]a idle");
}

}  // namespace
}  // namespace skranke::http
