#include "wire/json.hpp"

#include <cmath>
#include <limits>
#include <optional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "wire/utf8.hpp"

namespace skranke::wire {
namespace {

TEST(JsonWriter, CommasComeByThemselves) {
  std::string out = "kept ";
  JsonWriter w{out};
  w.object()
      .field("a", 1)
      .field("b", "x")
      .key("c")
      .list()
      .value(1)
      .value(true)
      .null()
      .object()
      .end_object()
      .list()
      .end_list()
      .end_list();
  w.field("d", -2.5)
      .field_if("e", std::optional<int>{})
      .field_if("f", std::optional{7})
      .field_unless_empty("g", "")
      .raw_field("h", "[1]")
      .end_object();
  EXPECT_EQ(out, R"(kept {"a":1,"b":"x","c":[1,true,null,{},[]],"d":-2.5,"f":7,"h":[1]})");
}

TEST(JsonWriter, TextsThatLookLikeStructure) {
  std::string out;
  JsonWriter{out}.list().value("{").value("[").value(":").value("\"\\\n\t\r\x01/<é🙂").end_list();
  EXPECT_EQ(out, "[\"{\",\"[\",\":\",\"\\\"\\\\\\n\\t\\r\\u0001/<é🙂\"]");
}

/// Texts are looked at eight bytes at a time; whatever must be escaped shows at every place in every length.
TEST(JsonWriter, EscapesEveryByteWhereverItStands) {
  for (int byte = 0; byte < 256; ++byte)
    for (std::size_t length = 1; length <= 19; ++length)
      for (std::size_t at = 0; at < length; ++at) {
        std::string text(length, '~'), out;
        text[at] = static_cast<char>(byte);
        append_json_string(out, text);
        const bool escaped = byte < 0x20 || byte == '"' || byte == '\\';
        ASSERT_EQ(out == '"' + text + '"', !escaped) << byte << " at " << at << " of " << length;
        ASSERT_EQ(out.find('\\') != std::string::npos, escaped);
      }
}

TEST(JsonWriter, NumbersAtTheirEdges) {
  std::string out;
  JsonWriter w{out};
  w.list()
      .value(std::numeric_limits<std::int64_t>::min())
      .value(std::numeric_limits<std::uint64_t>::max())
      .value(std::nan(""))
      .value(HUGE_VAL)
      .value(0.1)
      .value(std::uint8_t{200})
      .end_list();
  EXPECT_EQ(out, "[-9223372036854775808,18446744073709551615,null,null,0.1,200]");
}

RC_GTEST_PROP(JsonWriter, EveryTextIsReadBackAsItWas, (std::string bytes)) {
  for (char& c : bytes) c = static_cast<char>(c & 0x7f);
  bytes += *rc::gen::elementOf(std::vector<std::string>{"", "é", "\xF4\x8F\xBF\xBF", "\n"});
  std::string out;
  JsonWriter{out}.object().field("t", bytes).end_object();
  const auto read = parse_json(out, {});
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->find("t")->text == bytes);
}

TEST(ParseJson, KeepsLinesAndKinds) {
  const auto read = parse_json("{\"a\": 1,\n \"b\": [1.5, \"x\",\n null, true]}\n\n", {});
  ASSERT_TRUE(read) << read.error().message.en;
  EXPECT_EQ(read->find("a")->line, 1U);
  const Node* list = read->find("b");
  EXPECT_EQ(list->items.at(0).kind, Node::Kind::real);
  EXPECT_EQ(list->items.at(2).kind, Node::Kind::null);
  EXPECT_EQ(list->items.at(3).line, 3U);
}

TEST(ParseJson, RefusesWhatIsNotStrict) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "{\"a\":1,}",
                           "[1,]",
                           "{\"a\":1}x",
                           "{\"a\":1}\nx",
                           "{} {}",
                           "// c\n{}",
                           "{'a':1}",
                           "{\"a\":01}",
                           "{\"a\":NaN}",
                           "\xEF\xBB\xBF{}",
                           "{\"a\":\"\xC3\x28\"}",
                           "{\"a\":\"\xED\xA0\x80\"}",
                           "{\"a\":\"\\ud800\"}",
                           "{\"a\":\"\n\"}",
                           "{\"a\":1,\"a\":2}",
                           "{\"a\":{\"b\":1,\"b\":1}}",
                           "nul",
                           "1 2"}) {
    const auto read = parse_json(text, {});
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().reason, "malformed") << text;
    EXPECT_FALSE(read.error().message.da.empty());
  }
  const auto depth = [](std::size_t levels) {
    return parse_json(std::string(levels, '[') + std::string(levels, ']'), {}).has_value();
  };
  EXPECT_TRUE(depth(16));
  EXPECT_FALSE(depth(17));
  EXPECT_FALSE(depth(100'000));
  EXPECT_EQ(parse_json(std::string(100, ' '), {.bytes_max = 99}).error().reason, "too_large");
  EXPECT_EQ(parse_json("[1,1,1,1]", {.nodes_max = 4}).error().reason, "too_large");
  EXPECT_TRUE(parse_json("[1,1,1]", {.nodes_max = 4}));
}

TEST(Utf8, OverlongSurrogateAndCutOffAreRefused) {
  for (const char* text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xF0\x9F\x99", "\xFF"})
    EXPECT_FALSE(is_utf8(text)) << text;
  EXPECT_TRUE(is_utf8("aé€🙂\xF4\x8F\xBF\xBF\xED\x9F\xBF"));
  EXPECT_EQ(utf8_count("aé€🙂"), 4U);
}

struct Taken {
  std::vector<std::string> services;
  std::int64_t party = 0;
  bool print = false;
  std::string note, channel;
};

/// A handler as they are written: what it takes stands here like a table.
Taken take(RequestBody& body) {
  static constexpr std::array<std::string_view, 2> channels{"kiosk", "web"};
  Taken taken;
  taken.services = body.required_slugs("services", {.count_min = 1, .count_max = 3});
  taken.party = body.integer("party", 1, 20).value_or(1);
  taken.print = body.flag("print").value_or(false);
  taken.note = body.text("note", {.max = 5}).value_or("");
  taken.channel = body.one_of("channel", channels).value_or("web");
  if (auto contact = body.table("contact")) {
    (void)contact->required_text("phone");
    contact->done();
  }
  return taken;
}

TEST(RequestBody, ReadsWhatIsThere) {
  RequestBody body{R"({"services":["pas"],"party":2,"print":true,"note":"æøåæø","priority":null})"};
  const Taken taken = take(body);
  (void)body.text("priority");
  ASSERT_EQ(body.finish(), nullptr) << body.finish()->message.en;
  EXPECT_EQ(taken.services, std::vector<std::string>{"pas"});
  EXPECT_EQ(std::tuple(taken.party, taken.print, taken.note, taken.channel),
            std::tuple(2, true, std::string{"æøåæø"}, std::string{"web"}));
}

TEST(RequestBody, NamesTheFieldAtFault) {
  const std::vector<std::tuple<const char*, const char*, const char*>> cases{
      {"", "services", "missing"},
      {"{}", "services", "missing"},
      {R"({"services":null})", "services", "missing"},
      {R"({"services":"pas"})", "services", "wrong_type"},
      {R"({"services":[]})", "services", "too_few"},
      {R"({"services":["a","b","c","d"]})", "services", "too_many"},
      {R"({"services":["a","B"]})", "services[1]", "wrong_id"},
      {R"({"services":["a",7]})", "services[1]", "wrong_type"},
      {R"({"services":["a","a"]})", "services[1]", "twice"},
      {R"({"services":["a"],"party":0})", "party", "out_of_range"},
      {R"({"services":["a"],"party":21})", "party", "out_of_range"},
      {R"({"services":["a"],"party":99999999999999999999})", "party", "wrong_type"},
      {R"({"services":["a"],"party":1.5})", "party", "wrong_type"},
      {R"({"services":["a"],"party":"2"})", "party", "wrong_type"},
      {R"({"services":["a"],"print":1})", "print", "wrong_type"},
      {R"({"services":["a"],"note":"123456"})", "note", "too_long"},
      {R"({"services":["a"],"note":""})", "note", "too_short"},
      {R"({"services":["a"],"note":"a\u0000b"})", "note", "wrong_characters"},
      {R"({"services":["a"],"channel":"fax"})", "channel", "not_one_of"},
      {R"({"services":["a"],"contact":{}})", "contact.phone", "missing"},
      {R"({"services":["a"],"contact":{"phone":"1","x":1}})", "contact.x", "unknown_field"},
      {R"({"services":["a"],"contact":[]})", "contact", "wrong_type"},
      {R"({"services":["a"],"prnt":true})", "prnt", "unknown_field"},
      {"[]", "", "malformed"},
      {"null", "", "malformed"},
      {"{\"services\":[\"a\"]", "", "malformed"},
  };
  for (const auto& [json, field, reason] : cases) {
    RequestBody body{json};
    (void)take(body);
    const Finding* fault = body.finish();
    ASSERT_NE(fault, nullptr) << json;
    EXPECT_EQ(fault->field, field) << json;
    EXPECT_EQ(fault->reason, reason) << json;
    EXPECT_FALSE(fault->message.da.empty() || fault->message.en.empty()) << json;
  }
}

TEST(RequestBody, SizeAndDepthAreBounded) {
  RequestBody big{std::string(101, ' '), 100};
  ASSERT_NE(big.finish(), nullptr);
  EXPECT_EQ(big.finish()->reason, "too_large");
  RequestBody deep{"{\"a\":" + std::string(40'000, '[')};
  ASSERT_NE(deep.finish(), nullptr);
  EXPECT_EQ(deep.finish()->reason, "malformed");
}

TEST(RequestBody, AHandlersOwnRuleIsAFindingToo) {
  RequestBody body{R"({"services":["a"]})"};
  (void)take(body);
  body.refuse("services", "unknown_service", {"Findes ikke.", "Does not exist."});
  ASSERT_NE(body.finish(), nullptr);
  EXPECT_EQ(body.finish()->field, "services");
}

}  // namespace
}  // namespace skranke::wire
