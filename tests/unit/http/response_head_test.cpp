#include "daemon/http/response_head.hpp"

#include <gtest/gtest.h>

namespace skranke::http {
namespace {

std::string head_of(const Response& response, HeadStyle style = {}) {
  style.date = "D";
  std::string out;
  append_head(out, response, style);
  return out;
}
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(ResponseHead, SecurityHeadersAreOnEveryAnswer) {
  for (const char* type : {"application/json", "text/html; charset=utf-8", "image/svg+xml"}) {
    Response response;
    response.content_type = type;
    const std::string head = head_of(response);
    EXPECT_TRUE(has(head, "\r\nX-Content-Type-Options: nosniff\r\n"));
    EXPECT_TRUE(has(head, "\r\nReferrer-Policy: no-referrer\r\n"));
    EXPECT_TRUE(has(head, "\r\nCross-Origin-Opener-Policy: same-origin\r\n"));
    EXPECT_TRUE(has(head, std::string_view{type}.starts_with("text/html") ? "; frame-ancestors 'self';" : "; frame-ancestors 'none'\r"));   // a stranger frames neither
    EXPECT_TRUE(has(head, "default-src 'none'"));
    EXPECT_FALSE(has(head, "Strict-Transport-Security"));
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  }
}

TEST(ResponseHead, APageMayRunItsOwnScriptsOnly) {
  Response response;
  response.content_type = "text/html; charset=utf-8";
  const std::string head = head_of(response);
  EXPECT_TRUE(has(head, "script-src 'self';"));
  EXPECT_TRUE(has(head, "require-trusted-types-for 'script'"));
  EXPECT_TRUE(has(head, "\r\nPermissions-Policy: microphone=()"));
  EXPECT_TRUE(has(head, ", camera=()\r\n"));
  EXPECT_FALSE(has(head, "unsafe-inline"));
}

TEST(ResponseHead, OnlyAPageThatNeedsTheCameraMayAskForIt) {
  Response response;
  response.content_type = "text/html; charset=utf-8";
  response.camera = true;
  EXPECT_TRUE(has(head_of(response), ", camera=(self)\r\n"));
  response.content_type = "application/json";
  EXPECT_FALSE(has(head_of(response), "camera"));
}

TEST(ResponseHead, TransportSecurityOverTlsOnly) {
  HeadStyle style;
  style.secure = true;
  EXPECT_TRUE(has(head_of({}, style), "\r\nStrict-Transport-Security: max-age="));
}

TEST(ResponseHead, NothingIsStoredUnlessTheAnswerSaysSo) {
  Response response;
  EXPECT_TRUE(has(head_of(response), "\r\nCache-Control: no-store\r\n"));
  response.headers.emplace_back("cache-control", "immutable");
  const std::string head = head_of(response);
  EXPECT_FALSE(has(head, "no-store"));
  EXPECT_TRUE(has(head, "\r\ncache-control: immutable\r\n"));
}

TEST(ResponseHead, LengthFollowsTheBodyThatCounts) {
  Response response;
  response.body = "1234";
  EXPECT_TRUE(has(head_of(response), "\r\nContent-Length: 4\r\n"));
  response.shared = std::make_shared<const std::string>("123");
  EXPECT_TRUE(has(head_of(response), "\r\nContent-Length: 3\r\n"));
  response.fixed = "12";
  EXPECT_TRUE(has(head_of(response), "\r\nContent-Length: 2\r\n"));
  response.status = 204;
  EXPECT_FALSE(has(head_of(response), "Content-Length"));
}

TEST(ResponseHead, ALineBreakInAHeaderIsNotSendable) {
  Response response;
  EXPECT_TRUE(is_sendable(response));
  response.headers.emplace_back("Location", "/a\r\nSet-Cookie: x=1");
  EXPECT_FALSE(is_sendable(response));
  response.headers = {{"Bad Name", "x"}};
  EXPECT_FALSE(is_sendable(response));
  response.headers = {{"Set-Cookie", "sid=a; Path=/; SameSite=Strict"}};
  EXPECT_TRUE(is_sendable(response));
}

TEST(ResponseHead, DateOfTheStandardsExample) {
  DateText date;
  date.refresh(784111777);
  EXPECT_EQ(date.text(), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(ResponseHead, AStatusWithoutWordsIsStillALine) {
  Response response;
  response.status = 299;
  EXPECT_TRUE(head_of(response).starts_with("HTTP/1.1 299 "));
}

}  // namespace
}  // namespace skranke::http
