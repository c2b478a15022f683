// The shipped simulator, read beside the tests' own models of the chips: two who must see the same.
#include "agent/simulator.hpp"

#include <gtest/gtest.h>

#include "agent/box.hpp"
#include "tests/unit/display/chips.hpp"

namespace skranke::agent {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view settings = R"(
[agent]
id = "box"
[daemon]
token_file = "token"
[[button]]
id = "next-1"
line = "BTN1"
desk = "desk-1"
[[button]]
id = "fire"
line = "FIRE"
evacuation = true
[[sound]]
id = "hall"
[[lamp]]
id = "lamp-1"
line = "LAMP1"
desk = "desk-1"
when = "called"
[[sign]]
id = "left"
board = "hall"
digits = 4
desk_digits = 1
data = "D"
clock = "C"
latch = "L"
[[sign]]
id = "right"
board = "hall"
digits = 4
active_low = true
leftmost_is_farthest = false
data = "D2"
clock = "C2"
latch = "L2"
[[sign]]
id = "second"
board = "hall"
above = "desk-4"
digits = 3
active_low = true
behind = "right"
[[sign]]
id = "driver"
board = "hall"
driver = "max7219"
data = "D3"
clock = "C3"
latch = "L3"
[[sign]]
id = "driver-2"
board = "hall"
above = "desk-4"
driver = "max7219"
chips = 2
digits = 10
behind = "driver"
[[sign]]
id = "driver-3"
board = "hall"
driver = "max7219"
behind = "driver-2"
[[sign]]
id = "dots"
board = "hall"
driver = "matrix"
chips = 5
desk_digits = 1
data = "D4"
clock = "C4"
latch = "L4"
[[sign]]
id = "line"
board = "hall"
driver = "line_board"
device = "/dev/ttyUSB0"
address = 7
protocol = "board.toml"
[[modbus]]
id = "bus"
host = "192.0.2.1"
[[sign]]
id = "unit"
board = "hall"
driver = "modbus"
desk_digits = 2
bus = "bus"
protocol = "map.toml"
)";

AgentConfig read() {
  auto config = read_config(settings, "agent.toml", [](const std::string& path) -> std::optional<std::string> {
    if (path == "map.toml") return "name = \"x\"\n[[register]]\nfirst = 0\nholds = \"text\"\ncount = 3\n";
    return "name = \"x\"\nframe = [\"02\", \"{address:2}\", \"{text:4}\", \"{mode}\", \"{checksum}\"]\nmodes = { steady = \"30\", blink = \"31\", dark = \"32\" }\nchecksum = { kind = \"xor\" }\n";
  });
  return std::move(config.value());
}

/// A box on the simulator, and its clock.
class Simulated : public ::testing::Test {
 protected:
  void run_for(Tick time) {
    const Tick until = now.tick + time;
    while (true) {
      const Tick due = std::min(std::max(std::min(simulator.step(now.tick), box.step(now)), now.tick + 1ms), until);
      now.wall += std::chrono::duration_cast<std::chrono::milliseconds>(due - now.tick);
      now.tick = due;
      if (due == until) break;
    }
    simulator.step(now.tick);
    box.step(now);
  }
  [[nodiscard]] std::string on(std::string_view sign) const {
    std::vector<std::uint8_t> digits;
    for (const unsigned strokes : simulator.strokes(sign)) digits.push_back(static_cast<std::uint8_t>(strokes));
    return display::model::read(digits);
  }

  AgentConfig config = read();
  Simulator simulator{config};
  Moment now{Tick{1h}, core::from_millis(1'795'420'000'000), core::Minutes{540}};
  Box box{config, simulator.hardware(), now};
};

TEST_F(Simulated, SignsShowWhatIsCalledWhateverTheirChipsAre) {
  run_for(1ms);
  EXPECT_EQ(on("left"), "8.8.8.8.8.") << "the lamp test";
  run_for(5s);
  box.hear_board(core::BoardId{"hall"}, false, {{"A17", core::DeskId{"desk-3"}, "3", 1, now.wall}, {"C9", core::DeskId{"desk-4"}, "4", 1, now.wall}}, now);
  run_for(11s);   // it blinks, and then stands
  box.hear_heartbeat(now);
  run_for(1ms);
  EXPECT_EQ(on("left"), " A173");
  EXPECT_EQ(on("right"), " A17");
  EXPECT_EQ(on("driver"), "     A17");
  EXPECT_EQ(on("second"), " C9") << "behind another on one chain, each with digits of its own";
  EXPECT_EQ(on("driver-2"), "              C9");
  EXPECT_EQ(on("driver-3"), "     A17");
  EXPECT_EQ(simulator.text("line"), " A17");
  EXPECT_EQ(simulator.text("unit"), " A17 3");
  EXPECT_EQ(display::read_dots(simulator.dots("dots")), " A17>3");
}

TEST_F(Simulated, APressOnThePageIsAPressOfTheButton) {
  run_for(1ms);
  box.hear_heartbeat(now);
  ASSERT_TRUE(simulator.press("next-1", "single", now.tick));
  run_for(200ms);
  auto wishes = box.take_wishes();
  ASSERT_EQ(wishes.size(), 1U);
  EXPECT_EQ(wishes[0].press, devices::Press::single);
  ASSERT_TRUE(simulator.press("next-1", "long", now.tick));
  run_for(3s);
  wishes = box.take_wishes();
  ASSERT_EQ(wishes.size(), 1U);
  EXPECT_EQ(wishes[0].press, devices::Press::held);
  EXPECT_FALSE(simulator.press("none", "single", now.tick));
}

TEST_F(Simulated, AContactStaysClosedAndAButtonIsLetGoWhenTheLineFalls) {
  run_for(1ms);
  box.hear_heartbeat(now);
  simulator.press("fire", "on", now.tick);
  simulator.press("next-1", "on", now.tick);
  run_for(100ms);
  simulator.let_go(now.tick);
  const std::string report = simulator.report().body;
  EXPECT_NE(report.find(R"("id":"fire","use":"evacuation","for":"","on":true)"), std::string::npos) << report;
  EXPECT_NE(report.find(R"("id":"next-1","use":"desk","for":"desk-1","on":false)"), std::string::npos) << report;
}

TEST_F(Simulated, ALoudspeakerTellsWhatItWouldPlay) {
  const auto told = [&] {
    const std::string body = simulator.report().body;
    return body.substr(body.find("\"sounds\""));
  };
  EXPECT_EQ(told(), R"("sounds":[{"id":"hall","playing":false,"volume":0,"spoken":false,"calls":[]}]})");
  EXPECT_EQ(simulator.health(), (std::vector<Health>{{"sound", "hall", Condition::ready, "", ""}}));
  AnnouncementNews said{"a1", 300ms, 80, {{"/api/v1/voice/clips/x", 0ms}}, 3s, {{"A17", "desk-3"}}};
  simulator.hear({"hall", false, {said}}, now.tick);
  run_for(200ms);
  EXPECT_NE(told().find("\"volume\":0"), std::string::npos) << "not before its time";
  run_for(200ms);
  EXPECT_EQ(told(), R"("sounds":[{"id":"hall","playing":true,"volume":80,"spoken":true,"calls":[{"number":"A17","desk":"desk-3"}]}]})");
  run_for(3s);
  EXPECT_NE(told().find("\"playing\":false,\"volume\":80"), std::string::npos) << "what it played last stands there";
  said.in = -200ms;
  simulator.hear({"hall", false, {said}}, now.tick);
  run_for(100ms);
  EXPECT_NE(told().find("\"playing\":false"), std::string::npos) << "each once";
  simulator.hear({"hall", false, {{"a2", -5s, 80, {}, 3s, {}}, {"a3", 0ms, 0, {}, 3s, {}}}}, now.tick);
  run_for(100ms);
  EXPECT_NE(told().find("A17"), std::string::npos) << "neither what is long over nor what nobody is to hear";
  simulator.hear({"hall", false, {{"a4", 0ms, 80, {}, 3s, {}}}}, now.tick);
  run_for(100ms);
  EXPECT_NE(told().find("\"playing\":true"), std::string::npos);
  simulator.hear({"hall", true, {}}, now.tick);
  EXPECT_NE(told().find("\"playing\":false"), std::string::npos) << "silence in an evacuation";
  simulator.hear({"elsewhere", false, {{"a5", 0ms, 80, {}, 3s, {}}}}, now.tick);
  run_for(100ms);
  EXPECT_NE(told().find("\"playing\":false"), std::string::npos);
}

TEST_F(Simulated, ALampIsSeenLit) {
  run_for(1ms);
  EXPECT_NE(simulator.report().body.find(R"("id":"lamp-1","for":"desk-1","on":false)"), std::string::npos);
  DeskNews news;
  news.open = news.called = true;
  box.hear_desk(core::DeskId{"desk-1"}, news);
  run_for(1ms);
  EXPECT_NE(simulator.report().body.find(R"("id":"lamp-1","for":"desk-1","on":true)"), std::string::npos) << simulator.report().body;
}

}  // namespace
}  // namespace skranke::agent
