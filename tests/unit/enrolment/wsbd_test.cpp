// WS-BD: what is read, what is refused, and both ends talking to each other without a socket.
#include <gtest/gtest.h>

#include "enrolment/wsbd/base64.hpp"
#include "enrolment/wsbd/client.hpp"
#include "enrolment/wsbd/http.hpp"
#include "enrolment/wsbd/service.hpp"
#include "enrolment/wsbd/xml.hpp"

namespace skranke::enrolment::wsbd {
namespace {

using namespace std::chrono_literals;

std::string result(const std::string& inside, const std::string& space = "http://docs.oasis-open.org/bioserv/ns/wsbd-1.0") { return "<result xmlns=\"" + space + "\">" + inside + "</result>"; }

TEST(Wsbd, AnAnswerIsReadAsTheSchemaHasIt) {
  const auto answer = read_answer(result("<status>success</status><captureIds><element>a-1</element><element> a-2\n</element></captureIds>"
                                         "<metadata><item><key>contentType</key><value xmlns:i=\"x\" i:type=\"y\">image/png</value></item><item><key>nested</key><value><element>1</element></value></item></metadata>"
                                         "<message>a &lt; b</message><sensorData>AQID\nBA==</sensorData><sessionId>s-1</sessionId>"));
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, Status::success);
  EXPECT_EQ(answer->capture_ids, (std::vector<std::string>{"a-1", "a-2"}));
  EXPECT_EQ(answer->metadata, (Dictionary{{"contentType", "image/png"}})) << "what is nested is left out";
  EXPECT_EQ(answer->message, "a < b");
  EXPECT_EQ(answer->sensor_data, (Bytes{1, 2, 3, 4}));
  EXPECT_EQ(answer->session_id, "s-1");
  EXPECT_EQ(read_answer(write_answer(*answer)), answer);
}

TEST(Wsbd, BothNamespacesAndBothSpellingsAreTaken) {
  EXPECT_EQ(read_answer(result("<status>sensorBusy</status>", "http://itl.nist.gov/wsbd/L1"))->status, Status::sensor_busy);
  EXPECT_FALSE(read_answer(result("<status>sensorBusy</status>", "http://elsewhere.example/")));
  EXPECT_EQ(read_answer(result("<status>noSuchParamter</status>"))->status, Status::no_such_parameter);
  EXPECT_EQ(read_answer(result("<status>noSuchParameter</status>"))->status, Status::no_such_parameter);
}

TEST(Wsbd, WhatIsNoAnswerIsNamed) {
  const auto where = [](const std::string& xml) {
    const auto answer = read_answer(xml);
    return answer ? std::string{} : answer.error().where;
  };
  EXPECT_EQ(where(""), "xml");
  EXPECT_EQ(where("<result>"), "xml");
  EXPECT_EQ(where("<answer xmlns=\"http://docs.oasis-open.org/bioserv/ns/wsbd-1.0\"/>"), "xml");
  EXPECT_EQ(where(result("")), "status");
  EXPECT_EQ(where(result("<status>splendid</status>")), "status");
  EXPECT_EQ(where(result("<status>success</status><captureIds><element>../lock</element></captureIds>")), "captureIds") << "an id becomes part of a path";
  EXPECT_EQ(where(result("<status>success</status><sessionId>a/b</sessionId>")), "sessionId");
  EXPECT_EQ(where(result("<status>success</status><sensorData>A</sensorData>")), "sensorData");
  EXPECT_EQ(where(result("<status>success</status><metadata><item><key>a</key></item></metadata>")), "metadata");
  EXPECT_EQ(where(result("<status>success</status><message>" + std::string(text_max + 1, 'x') + "</message>")), "message");
}

TEST(Wsbd, XmlHasItsBounds) {
  const auto why = [](const std::string& xml) {
    const auto read = read_xml(xml);
    return read ? std::string{} : read.error().what;
  };
  EXPECT_EQ(why("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"), "a document type is not taken");
  EXPECT_EQ(why("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"), "a document type is not taken");
  EXPECT_NE(why("<a>&b;</a>"), "") << "an entity that nobody has declared";
  std::string deep, wide = "<a>";
  for (int i = 0; i <= xml_depth_max; ++i) deep += "<a>";
  for (std::size_t i = 0; i < xml_elements_max; ++i) wide += "<b/>";
  EXPECT_EQ(why(deep), "nested too deep");
  EXPECT_EQ(why(wide + "</a>"), "too many elements");
  EXPECT_EQ(why("<" + std::string(xml_name_max + 1, 'a') + "/>"), "a name is too long");
  EXPECT_EQ(why(std::string(xml_bytes_max + 1, ' ')), "too large");
}

TEST(Wsbd, Base64IsReadStrictly) {
  for (const Bytes& bytes : {Bytes{}, Bytes{1}, Bytes{1, 2}, Bytes{1, 2, 3}, Bytes{255, 254, 253, 252}}) EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
  EXPECT_EQ(base64_encode(Bytes{'f', 'o', 'o', 'b'}), "Zm9vYg==");
  for (const char* bad : {"A", "A===", "AB=C", "AB*=", "ABC", "AB"}) EXPECT_FALSE(base64_decode(bad)) << bad;
}

TEST(Wsbd, FingersHaveTheNamesOfTheStandard) {
  EXPECT_EQ(submodality_of(Finger::right_index), "RightIndexFlat");
  EXPECT_EQ(submodality_of(Finger::left_thumb), "LeftThumbFlat");
}

TEST(Wsbd, RequestsComeInPiecesAndWithBounds) {
  std::string bytes = "POST /register HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab";
  EXPECT_FALSE(take_request(bytes).value()) << "a byte is missing";
  bytes += "cGET /info HTTP/1.1\r\nConnection: close\r\n\r\n";
  const auto first = take_request(bytes).value(), second = take_request(bytes).value();
  EXPECT_EQ((std::array{first->method, first->path, first->body}), (std::array<std::string, 3>{"POST", "/register", "abc"}));
  EXPECT_FALSE(first->close);
  EXPECT_EQ(second->path, "/info");
  EXPECT_TRUE(second->close);
  EXPECT_EQ(bytes, "");
  for (const char* bad : {"GET\r\n\r\n", "GET /info SPDY\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 70000\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n",
                          "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "GET / HTTP/1.1\r\nnothing\r\n\r\n"}) {
    std::string text = bad;
    EXPECT_FALSE(take_request(text)) << bad;
  }
  std::string endless(request_head_max + 1, 'a');
  EXPECT_FALSE(take_request(endless));
}

/// Says what finger it was asked for by the shade of its picture.
class Scanner final : public Device {
 public:
  Result<Image> take(std::optional<Finger> finger) override {
    ++asked;
    if (!fault.empty()) return wrong(fault, "as told");
    return Image{16, 16, 1, Bytes(256, static_cast<std::uint8_t>(finger ? number_of(*finger) : 0))};
  }
  Result<Image> look() override { return take(std::nullopt); }
  std::string fault;
  int asked = 0;
};

/// A service and a client with a word in between.
struct Both {
  Scanner scanner;
  std::optional<Service> service{std::in_place, scanner, "Finger"};
  std::vector<std::string> said;
  Service::Clock::time_point now{};
  std::function<Result<std::string>(std::string_view, const std::string&)> instead = [](auto, const auto&) { return std::string{}; };
  int waits = 0;
  Client client{[this](std::string_view method, const std::string& path, const std::string& body, std::chrono::milliseconds) -> Result<std::string> {
                  said.push_back(std::string{method} + " " + path.substr(0, path.find('/', 1)));
                  auto other = instead(method, path);
                  if (!other || !other->empty()) return other;
                  return service->handle(method, path, body, now);
                },
                [this] { ++waits; }};
};

TEST(Wsbd, ADeviceBehindAServiceGivesTheFingerThatWasAskedFor) {
  Both both;
  const auto right = both.client.take(Finger::right_index), left = both.client.take(Finger::left_index);
  ASSERT_TRUE(right && left) << right.error().text();
  EXPECT_EQ(right->pixels.front(), number_of(Finger::right_index));
  EXPECT_EQ(left->pixels.front(), number_of(Finger::left_index));
  EXPECT_EQ(both.said, (std::vector<std::string>{"POST /register", "POST /lock", "POST /initialize", "POST /configure", "POST /capture", "GET /download", "DELETE /download", "POST /configure",
                                                 "POST /capture", "GET /download", "DELETE /download"}));
}

TEST(Wsbd, WhatGoesWrongIsSaidAsADeviceSaysIt) {
  Both both;
  const auto fault = [&] { return both.client.take(Finger::right_index).error().where; };
  for (const auto& [own, told] : {std::pair{"nothing", "nothing"}, std::pair{"absent", "fault"}, std::pair{"fault", "fault"}}) {
    both.scanner.fault = own;
    EXPECT_EQ(fault(), told);
  }
  both.scanner.fault = "";
  EXPECT_TRUE(both.client.take(Finger::right_index)) << "and heals";
  const auto at = [&](std::string_view place, const Result<std::string>& answer) {
    both.instead = [=](std::string_view, const std::string& path) { return path.starts_with(place) ? answer : Result<std::string>{std::string{}}; };
  };
  at("/capture", wrong("time", ""));
  EXPECT_EQ(fault(), "nothing");
  EXPECT_EQ(both.said.back(), "POST /cancel");
  at("/capture", wrong("absent", ""));
  EXPECT_EQ(fault(), "absent");
  at("/capture", "<html>");
  EXPECT_EQ(fault(), "fault");
  at("/capture", write_answer({.status = Status::success, .capture_ids = {"a", "b"}}));
  EXPECT_EQ(fault(), "fault") << "two pictures for one finger";
  at("/download", write_answer({.status = Status::success, .metadata = {{"submodality", "LeftIndexFlat"}}, .sensor_data = Bytes{1}}));
  EXPECT_EQ(both.client.take(Finger::right_index).error().what, "it gives another finger than it was asked for");
  at("/download", write_answer({.status = Status::success, .sensor_data = Bytes{1, 2, 3}}));
  EXPECT_EQ(fault(), "fault") << "no picture";
  at("/configure", write_answer({.status = Status::bad_value}));
  EXPECT_EQ(both.client.take(Finger::left_thumb).error().where, "fault") << "it cannot take that finger";
}

TEST(Wsbd, AServiceThatKnowsNoFingersTakesWhateverIsLaidOn) {
  Both both;
  both.instead = [](std::string_view, const std::string& path) { return Result<std::string>{path.starts_with("/configure") ? write_answer({.status = Status::no_such_parameter}) : ""}; };
  EXPECT_TRUE(both.client.take(Finger::left_middle));
}

TEST(Wsbd, APictureThatIsNeverReadyIsGivenUp) {
  Both both;
  both.instead = [](std::string_view method, const std::string& path) { return Result<std::string>{method == "GET" && path.starts_with("/download") ? write_answer({.status = Status::preparing_download}) : ""}; };
  EXPECT_EQ(both.client.take(Finger::right_index).error().what, "the picture is never ready");
  EXPECT_EQ(both.waits, 50);
}

TEST(Wsbd, AServiceThatBeganAnewIsArrangedWithAnew) {
  Both both;
  ASSERT_TRUE(both.client.take(Finger::right_index));
  both.service.emplace(both.scanner, "Finger");   // it crashed and is back
  EXPECT_TRUE(both.client.take(Finger::right_index));
}

TEST(Wsbd, TheServiceKeepsNoPictureLongAndGivesItToNobodyElse) {
  Scanner scanner;
  Service service{scanner, "Finger"};
  const Service::Clock::time_point now{};
  const auto ask = [&](std::string_view method, const std::string& path, const std::string& body = "", Service::Clock::time_point at = {}) { return read_answer(service.handle(method, path, body, at)).value(); };
  EXPECT_EQ(ask("POST", "/capture/nobody").status, Status::invalid_id);
  const std::string session = ask("POST", "/register").session_id;
  EXPECT_EQ(ask("POST", "/capture/" + session).status, Status::lock_not_held);
  EXPECT_EQ(ask("POST", "/lock/" + session).status, Status::success);
  EXPECT_EQ(ask("POST", "/capture/" + session).status, Status::initialization_needed);
  EXPECT_EQ(ask("POST", "/initialize/" + session).status, Status::success);
  EXPECT_EQ(ask("POST", "/configure/" + session, write_configuration({{"submodality", "LeftFootFlat"}})).status, Status::bad_value);
  EXPECT_EQ(ask("POST", "/configure/" + session, write_configuration({{"colour", "red"}})).bad_fields, std::vector<std::string>{"colour"});
  EXPECT_EQ(ask("POST", "/configure/" + session, "<no").status, Status::bad_value);
  EXPECT_EQ(ask("DELETE", "/capture/" + session).status, Status::unsupported);
  EXPECT_EQ(ask("POST", "/dance/" + session).status, Status::unsupported);
  EXPECT_EQ(scanner.asked, 0);
  const auto captured = [&] { return ask("POST", "/capture/" + session).capture_ids.front(); };
  const std::string first = captured();
  EXPECT_FALSE(ask("GET", "/download/" + first).sensor_data.empty());
  EXPECT_TRUE(ask("GET", "/download/" + first + "/info").sensor_data.empty());
  const std::string second = captured();
  EXPECT_NE(first, second);
  EXPECT_EQ(ask("GET", "/download/" + first).status, Status::invalid_id) << "one at a time";
  EXPECT_EQ(ask("DELETE", "/download/" + second).status, Status::success);
  EXPECT_EQ(ask("GET", "/download/" + second).status, Status::invalid_id) << "erased";
  const std::string third = captured();
  EXPECT_EQ(ask("GET", "/download/" + third, "", now + Service::picture_kept + 1s).status, Status::invalid_id) << "nobody fetched it";
  const std::string other = ask("POST", "/register").session_id;
  EXPECT_EQ(ask("POST", "/lock/" + session).status, Status::invalid_id) << "the newest session is the one";
  EXPECT_EQ(ask("DELETE", "/register/" + other).status, Status::success);
  EXPECT_EQ(ask("POST", "/lock/" + other).status, Status::invalid_id);
  EXPECT_EQ(ask("GET", "/info").metadata.at("modality"), "Finger");
}

}  // namespace
}  // namespace skranke::enrolment::wsbd
