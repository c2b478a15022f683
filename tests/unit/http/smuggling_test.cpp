// Requests that two programs in a row could cut differently. Each is answered once with 400 and nothing behind it is
// ever read as a request.
#include <gtest/gtest.h>

#include "tests/unit/http/support.hpp"

namespace skranke::http::test {
namespace {

class Smuggled : public ::testing::TestWithParam<const char*> {};

TEST_P(Smuggled, IsRefusedAndTheConnectionCloses) {
  Fixture fixture;
  Client client = fixture.client();
  const std::string head = std::string{"POST /echo HTTP/1.1\r\nHost: a\r\n"} + GetParam();
  ASSERT_TRUE(client.send(head + "GET /hot HTTP/1.1\r\nHost: a\r\n\r\n"));
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(client.read().status, 0) << "no second answer";
  EXPECT_TRUE(fixture.on_io([&] { return fixture.app.seen.empty(); }))
      << "the application must not have seen any of it";
}

INSTANTIATE_TEST_SUITE_P(
    Http, Smuggled,
    ::testing::Values("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                      "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
                      "Content-Length: 0\r\nContent-Length: 30\r\n\r\n",
                      "Content-Length: 0\r\nContent-Length: 0\r\n\r\n", "Content-Length: 0, 30\r\n\r\n",
                      "Content-Length: -1\r\n\r\n", "Content-Length: 0x0\r\n\r\n", "Content-Length:\r\n\r\n",
                      "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                      "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                      "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "Content-Length : 0\r\n\r\n",
                      "X: a\r\n Content-Length: 0\r\n\r\n", "X: a\r\n\tb\r\nContent-Length: 0\r\n\r\n",
                      "X: a\nContent-Length: 0\r\n\r\n", "X: a\rContent-Length: 0\r\n\r\n", " X: a\r\n\r\n",
                      ": a\r\n\r\n", "Host: b\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n0\n\r\n"));

}  // namespace
}  // namespace skranke::http::test
