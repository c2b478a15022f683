#include "daemon/http/request_head.hpp"

#include <gtest/gtest.h>

namespace skranke::http {
namespace {

const Limits limits;

TEST(RequestHead, TakesWhatTheApplicationNeeds) {
  const auto head = parse_head(
      "POST /api/v1/visits?x=1 HTTP/1.1\r\nHost: box:8080\r\nContent-Type: application/json\r\nAuthorization: Bearer "
      "abc\r\nCookie: k=1\r\n"
      "idempotency-KEY: k-1\r\nAccept-Language: da, en;q=0.5\r\nAccept-Encoding: gzip\r\nIf-None-Match: "
      "\"e\"\r\nOrigin: http://box:8080\r\n"
      "Sec-Fetch-Site:\tsame-origin \r\nContent-Length: 12\r\nExpect: 100-continue\r\nX-Other: y\r\n\r\n",
      limits);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->method, Method::post);
  EXPECT_EQ(head->target, "/api/v1/visits?x=1");
  EXPECT_EQ(head->host, "box:8080");
  EXPECT_EQ(head->content_type, "application/json");
  EXPECT_EQ(head->authorization, "Bearer abc");
  EXPECT_EQ(head->cookie, "k=1");
  EXPECT_EQ(head->idempotency_key, "k-1");
  EXPECT_EQ(head->accept_language, "da, en;q=0.5");
  EXPECT_EQ(head->accept_encoding, "gzip");
  EXPECT_EQ(head->if_none_match, "\"e\"");
  EXPECT_EQ(head->origin, "http://box:8080");
  EXPECT_EQ(head->sec_fetch_site, "same-origin");
  EXPECT_EQ(head->content_length, 12U);
  EXPECT_TRUE(head->expect_continue);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_FALSE(head->chunked);
}

TEST(RequestHead, WhoKeepsTheConnection) {
  const auto keeps = [](std::string_view text) { return parse_head(text, limits).value().keep_alive; };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

struct Bad {
  const char* text;
  int status;
  const char* field;
};
class BadHead : public ::testing::TestWithParam<Bad> {};
TEST_P(BadHead, IsRefusedWithItsField) {
  const auto head = parse_head(GetParam().text, limits);
  ASSERT_FALSE(head) << GetParam().text;
  EXPECT_EQ(head.error().status, GetParam().status);
  EXPECT_EQ(head.error().field, GetParam().field);
}
INSTANTIATE_TEST_SUITE_P(
    RequestHead, BadHead,
    ::testing::Values(
        Bad{"GET / HTTP/1.1\r\n\r\n", 400, "Host"}, Bad{"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "Host"},
        Bad{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "version"},
        Bad{"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, "head"},
        Bad{"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400, "head"},
        Bad{"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400, "head"},
        Bad{"GET / HTTP/1.1\nHost: a\r\n\r\n", 400, "head"},
        Bad{"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 505, "version"},
        Bad{"G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "head"},
        Bad{"GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400, "head"},
        Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", 400, "Content-Length"},
        Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n", 400, "Content-Length"},
        Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", 400, "head"},
        Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1234567890123456789\r\n\r\n", 400, "Content-Length"},
        Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "head"},
        Bad{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400, "head"},
        Bad{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 400, "Transfer-Encoding"},
        Bad{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 400, "Transfer-Encoding"},
        Bad{"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "Transfer-Encoding"},
        Bad{"GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417, "Expect"},
        Bad{"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n", 400, "Authorization"},
        Bad{"GET / HTTP/1.1\r\nHost: a\r\nIdempotency-Key:\r\nIdempotency-Key: b\r\n\r\n", 400, "Idempotency-Key"}));

TEST(RequestHead, NulIsRefused) {
  constexpr std::string_view text{"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 29};
  EXPECT_FALSE(parse_head(text, limits));
}

TEST(RequestHead, HeadersAreCounted) {
  const auto with = [](std::size_t count) {
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 1; i < count; ++i) text += "X: y\r\n";
    return parse_head(text + "\r\n", limits);
  };
  EXPECT_TRUE(with(64));
  ASSERT_FALSE(with(65));
  EXPECT_EQ(with(65).error().status, 431);
}

TEST(RequestHead, ALongTargetIsNamed) {
  const auto with = [](std::size_t size) {
    return parse_head("GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", limits);
  };
  EXPECT_TRUE(with(2048));
  ASSERT_FALSE(with(2049));
  EXPECT_EQ(with(2049).error().status, 414);
}

}  // namespace
}  // namespace skranke::http
