#include "daemon/http/target.hpp"

#include <gtest/gtest.h>

namespace skranke::http {
namespace {

struct Decoded {
  std::string bytes;  // first: the views point here
  Request request;
  bool good;
  explicit Decoded(std::string_view target) : bytes{target}, good{decode_target(bytes, request).has_value()} {}
};

TEST(Target, SplitsPathSegmentsAndQuery) {
  const Decoded d{"/api/v1/desks/desk-1/next?a=1&b=2"};
  ASSERT_TRUE(d.good);
  EXPECT_EQ(d.request.path, "/api/v1/desks/desk-1/next");
  EXPECT_EQ(d.request.segments, (std::vector<std::string_view>{"api", "v1", "desks", "desk-1", "next"}));
  EXPECT_EQ(d.request.query, "a=1&b=2");
}

TEST(Target, TheRootHasNoSegments) {
  const Decoded d{"/?x"};
  ASSERT_TRUE(d.good);
  EXPECT_EQ(d.request.path, "/");
  EXPECT_TRUE(d.request.segments.empty());
}

TEST(Target, AnEscapedSlashStaysInsideItsSegment) {
  const Decoded d{"/a%2Fb/%c3%a6bler"};
  ASSERT_TRUE(d.good);
  EXPECT_EQ(d.request.segments, (std::vector<std::string_view>{"a/b", "æbler"}));
  EXPECT_EQ(d.request.path, "/a/b/æbler");
}

TEST(Target, AbsoluteFormLosesItsAuthority) {
  const Decoded d{"http://box.local:8080/desk/1"};
  ASSERT_TRUE(d.good);
  EXPECT_EQ(d.request.path, "/desk/1");
  EXPECT_EQ(d.request.host, "box.local:8080");
}

class BadTarget : public ::testing::TestWithParam<std::string_view> {};
TEST_P(BadTarget, IsRefused) { EXPECT_FALSE(Decoded{GetParam()}.good) << GetParam(); }
INSTANTIATE_TEST_SUITE_P(Target, BadTarget,
                         ::testing::Values("", "desk", "*", "http://host", "/%", "/%4", "/%zz", "/%00", "/a%0ab",
                                           "/%ff", "/%c0%af", "/%ed%a0%80", "/%f5%80%80%80", "/%e2%82", "/../x",
                                           "/a/%2e%2e", "/a/./b", "/a#b", "/%23", "/a?b#c", "/a%7f"));

TEST(Query, FindsAndDecodesAValue) {
  Request request;
  request.query = "a=1&navn=%C3%A6+%26&=x&flag&b=";
  EXPECT_EQ(request.query_value("a"), "1");
  EXPECT_EQ(request.query_value("navn"), "æ &");
  EXPECT_EQ(request.query_value("flag"), "");
  EXPECT_EQ(request.query_value("c"), "");
}

TEST(Query, ABrokenValueIsEmpty) {
  Request request;
  request.query = "a=%zz&b=%ff&c=%00&d=%4";
  for (const auto* name : {"a", "b", "c", "d"}) EXPECT_EQ(request.query_value(name), "");
}

TEST(Utf8, KnowsTheEdges) {
  for (const std::string_view good : {"", "a", "\xc2\x80", "\xe0\xa0\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
                                      "\xf4\x8f\xbf\xbf", "12345678\xc3\xa6"})
    EXPECT_TRUE(is_utf8(good));
  for (const std::string_view bad : {"\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                     "\xf4\x90\x80\x80", "\xc2\x41", "1234567\xff"})
    EXPECT_FALSE(is_utf8(bad));
}

}  // namespace
}  // namespace skranke::http
