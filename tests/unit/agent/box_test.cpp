#include <gtest/gtest.h>

#include <array>

#include "tests/unit/agent/bench.hpp"

namespace skranke::agent {
namespace {

using namespace std::chrono_literals;
using devices::Press;

constexpr std::string_view head = R"(
[agent]
id = "box-1"
[daemon]
token_file = "token"
)";

std::string with(std::string_view devices) { return std::string{head} + std::string{devices}; }

constexpr std::string_view desk_button = R"(
[[button]]
id = "next-1"
line = "BTN1"
desk = "desk-1"
)";

constexpr std::string_view hall_sign = R"(
[[sign]]
id = "hall-led"
board = "hall"
digits = 4
desk_digits = 1
data = "D"
clock = "C"
latch = "L"
)";

TEST(Box, APressAtADeskIsAWish) {
  BenchBox bench{with(desk_button)};
  bench.box.hear_heartbeat(bench.now());
  bench.press("BTN1");
  const auto wishes = bench.box.take_wishes();
  ASSERT_EQ(wishes.size(), 1U) << "it does not wait whether a second one comes: the daemon takes the first back then";
  EXPECT_EQ(wishes[0].kind, Wish::Kind::desk_button);
  EXPECT_EQ(wishes[0].desk.str(), "desk-1");
  EXPECT_EQ(wishes[0].press, Press::single);
}

TEST(Box, ADeskWhoseButtonKnowsDoublesWaitsForThem) {
  BenchBox bench{with("[[button]]\nid = \"next-1\"\nline = \"BTN1\"\ndesk = \"desk-1\"\ndouble_within_ms = 400\n")};
  bench.box.hear_heartbeat(bench.now());
  bench.press("BTN1");
  EXPECT_TRUE(bench.box.take_wishes().empty());
  bench.run_for(100ms);
  bench.press("BTN1");
  bench.run_for(500ms);
  ASSERT_EQ(bench.box.take_wishes().at(0).press, Press::twice);
}

TEST(Box, ATicketButtonIsToldAtOnce) {
  BenchBox bench{with("[[button]]\nid = \"take\"\nline = \"T\"\nservices = [\"pas\"]\nprinter = \"front\"\n")};
  bench.box.hear_heartbeat(bench.now());
  bench.press("T");
  const auto wishes = bench.box.take_wishes();
  ASSERT_EQ(wishes.size(), 1U);
  EXPECT_EQ(wishes[0].kind, Wish::Kind::ticket);
  EXPECT_EQ(wishes[0].services.at(0).str(), "pas");
  EXPECT_EQ(wishes[0].printer.str(), "front");
}

TEST(Box, AButtonThatAsksForWhatTheSiteDoesNotHaveIsShown) {
  BenchBox bench{with("[[button]]\nid = \"take\"\nline = \"T\"\nservices = [\"no-such\"]\n")};
  bench.run_for(10ms);
  const auto take = [&bench] {
    for (const Health& one : bench.box.health())
      if (one.id == "take") return one;
    return Health{};
  };
  EXPECT_EQ(take().condition, Condition::ready);
  bench.box.hear_answer("take", "unknown_service");
  bench.box.hear_answer("take", "unknown_service");
  EXPECT_EQ(take(), (Health{"button", "take", Condition::failed, "misused", "unknown_service"}));
  bench.box.hear_answer("take", "");
  EXPECT_EQ(take().condition, Condition::ready);
}

TEST(Box, WithNoLineToTheDaemonAPressIsDropped) {
  BenchBox bench{with(desk_button)};
  bench.press("BTN1");
  bench.run_for(1s);
  bench.box.hear_heartbeat(bench.now());
  bench.run_for(1s);
  EXPECT_TRUE(bench.box.take_wishes().empty()) << "nobody is called by a press of long ago";
}

TEST(Box, WishesAreBounded) {
  BenchBox bench{with("[[button]]\nid = \"take\"\nline = \"T\"\nservices = [\"pas\"]\n")};
  bench.box.hear_heartbeat(bench.now());
  for (int i = 0; i < 100; ++i) bench.press("T", 20ms), bench.run_for(20ms);
  EXPECT_EQ(bench.box.take_wishes().size(), Box::wishes_max);
}

TEST(Box, AStuckButtonIsSeenAndHeals) {
  BenchBox bench{with(desk_button)};
  bench.box.hear_heartbeat(bench.now());
  bench.turn("BTN1", true);
  bench.run_for(31s);
  EXPECT_EQ(bench.health("next-1").condition, Condition::failed);
  EXPECT_EQ(bench.health("next-1").reason, "stuck");
  static_cast<void>(bench.box.take_wishes());
  bench.turn("BTN1", false);
  bench.run_for(1s);
  EXPECT_EQ(bench.health("next-1").condition, Condition::ready);
  EXPECT_TRUE(bench.box.take_wishes().empty());
}

TEST(Box, AnEvacuationContactAlwaysArrives) {
  BenchBox bench{with("[[button]]\nid = \"alarm\"\nline = \"E\"\nevacuation = true\n")};
  bench.turn("E", true);   // while nobody listens
  bench.run_for(5s);
  EXPECT_TRUE(bench.box.take_wishes().empty());
  bench.box.hear_heartbeat(bench.now());
  bench.run_for(1s);
  auto wishes = bench.box.take_wishes();
  ASSERT_EQ(wishes.size(), 1U);
  EXPECT_EQ(wishes[0].kind, Wish::Kind::evacuation);
  EXPECT_TRUE(wishes[0].on);
  bench.box.lose_line();
  bench.run_for(5s);
  bench.box.hear_heartbeat(bench.now());
  bench.run_for(1s);
  wishes = bench.box.take_wishes();
  ASSERT_EQ(wishes.size(), 1U) << "a daemon that came back may not know";
  EXPECT_TRUE(wishes[0].on);
  bench.box.lose_line();
  bench.turn("E", false);
  bench.run_for(5s);
  bench.box.hear_heartbeat(bench.now());
  bench.run_for(1s);
  wishes = bench.box.take_wishes();
  ASSERT_EQ(wishes.size(), 1U);
  EXPECT_FALSE(wishes[0].on);
}

TEST(Box, ALampFollowsItsDesk) {
  BenchBox bench{with("[[lamp]]\nid = \"lamp-1\"\nline = \"LAMP\"\ndesk = \"desk-1\"\nwhen = \"called\"\n")};
  bench.box.hear_desk(core::DeskId{"desk-1"}, {true, false, true, false, 3});
  bench.run_for(10ms);
  EXPECT_TRUE(bench.lines.is_on("LAMP"));
  bench.box.hear_desk(core::DeskId{"desk-1"}, {true, false, false, true, 3});
  bench.run_for(1s);
  EXPECT_FALSE(bench.lines.is_on("LAMP"));
  bench.box.hear_desk(core::DeskId{"desk-1"}, {true, false, true, false, 3});
  bench.run_for(1s);
  bench.box.lose_line();
  bench.run_for(1s);
  EXPECT_FALSE(bench.lines.is_on("LAMP")) << "dark rather than a lie";
}

TEST(Box, ABlinkingLampBlinks) {
  BenchBox bench{with("[[lamp]]\nid = \"lamp-1\"\nline = \"LAMP\"\ndesk = \"desk-1\"\nblinks = true\n")};
  int changes = 0;
  bench.lines.watch([&](auto) { ++changes; });
  bench.box.hear_desk(core::DeskId{"desk-1"}, {true, false, true, false, 0});
  bench.run_for(10s);
  EXPECT_NEAR(changes, 20, 2);
}

class RegisterSign : public testing::Test {
 protected:
  RegisterSign() : bench_{with(hall_sign)} {
    wires_.on_latch = [this](const display::Bits& bits) {
      chips_.send(bits);
      seen_ = display::model::read(chips_.farthest_first());
    };
    bench_.lines.watch([this](auto set) { wires_.hear(set); });
  }
  void say(std::vector<display::Call> calls, bool evacuation = false) { bench_.box.hear_board(core::BoardId{"hall"}, evacuation, std::move(calls), bench_.now()); }
  void quiet_seconds(int seconds) {   // heartbeats, nothing new
    for (int i = 0; i < seconds; ++i) bench_.run_for(1s), bench_.box.hear_heartbeat(bench_.now());
  }

  BenchBox bench_;
  Listener wires_{"D", "C", "L"};
  display::model::ShiftRegisters chips_{5};
  std::string seen_;
};

TEST_F(RegisterSign, NumberAndDeskStandOnTheWires) {
  say({});
  bench_.run_for(3s);
  EXPECT_EQ(seen_, "   - ") << "free";
  say({bench_.call("A12", "desk-3")});
  quiet_seconds(11);
  EXPECT_EQ(seen_, " A123");
  say({bench_.call("P7", "desk-1"), bench_.call("A12", "desk-3")});
  quiet_seconds(11);
  EXPECT_EQ(seen_, "  P71");
}

TEST_F(RegisterSign, TheLampTestLightsEveryStroke) {
  bench_.lines.unplug();
  bench_.run_for(1s);
  bench_.lines.plug_in();
  bench_.run_for(2'500ms);
  EXPECT_EQ(seen_, "8.8.8.8.8.");
}

TEST_F(RegisterSign, ANumberBlinks) {
  say({});
  bench_.run_for(3s);
  say({bench_.call("A12", "desk-3")});
  int dark = 0, lit = 0;
  for (int i = 0; i < 90; ++i) {
    bench_.run_for(100ms);
    (seen_ == "     " ? dark : lit) += 1;
    EXPECT_TRUE(seen_ == "     " || seen_ == " A123") << seen_;
  }
  EXPECT_NEAR(dark, 45, 6);
}

TEST_F(RegisterSign, SilenceIsNotAnOldNumber) {
  say({bench_.call("A12", "desk-3")});
  quiet_seconds(12);
  ASSERT_EQ(seen_, " A123");
  bench_.box.lose_line();
  bench_.run_for(13s);
  EXPECT_EQ(seen_.find('A'), std::string::npos) << seen_;
  EXPECT_EQ(std::count(seen_.begin(), seen_.end(), '-'), 1);
  const std::string before = seen_;
  bench_.run_for(500ms);
  EXPECT_NE(seen_, before) << "the dash wanders";
}

TEST_F(RegisterSign, EvacuationBlinksDashes) {
  say({bench_.call("A12", "desk-3")}, true);
  bench_.run_for(3s);
  bool dashes = false;
  for (int i = 0; i < 10; ++i) {
    bench_.run_for(250ms);
    EXPECT_EQ(seen_.find('A'), std::string::npos);
    dashes = dashes || seen_ == "-----";
  }
  EXPECT_TRUE(dashes);
}

TEST_F(RegisterSign, AnUnpluggedChipIsAbsentAndComesBack) {
  say({bench_.call("A12", "desk-3")});
  quiet_seconds(12);
  bench_.lines.unplug();
  bench_.run_for(6s);
  EXPECT_EQ(bench_.health("hall-led").condition, Condition::absent);
  EXPECT_EQ(bench_.health("hall-led").reason, "gone");
  seen_.clear();
  bench_.lines.plug_in();
  quiet_seconds(40);
  EXPECT_EQ(bench_.health("hall-led").condition, Condition::ready);
  EXPECT_EQ(seen_, " A123") << "and shows what holds now";
}

TEST(Box, AnUnplugHurtsOnlyWhatIsOnIt) {
  BenchBox bench{with(std::string{desk_button} + "[[sign]]\nid = \"bus\"\nboard = \"hall\"\ndriver = \"line_board\"\ndevice = \"/dev/ttyUSB0\"\naddress = 7\nprotocol = \"board.toml\"\n")};
  EXPECT_EQ(bench.tape.settings.baud, 19200U);
  bench.lines.unplug();
  bench.box.hear_board(core::BoardId{"hall"}, false, {bench.call("A12", "desk-3")}, bench.now());
  bench.run_for(3s);
  EXPECT_EQ(bench.health("next-1").condition, Condition::absent);
  EXPECT_EQ(bench.health("bus").condition, Condition::ready);
  EXPECT_NE(bench.tape.written.find("\x02" "07  A12"), std::string::npos);
}

TEST(Box, AMax7219SignIsWokenAndShows) {
  BenchBox bench{with("[[sign]]\nid = \"m\"\nboard = \"hall\"\ndriver = \"max7219\"\nchips = 1\ndigits = 4\ndesk_digits = 2\ndata = \"D\"\nclock = \"C\"\nlatch = \"L\"\n"
                      "[[sign.brightness]]\nfrom = \"07:00\"\npercent = 50\n")};
  display::model::DisplayDrivers chips{1};
  Listener wires{"D", "C", "L"};
  wires.on_latch = [&](const display::Bits& bits) { chips.send({bits}); };
  bench.lines.watch([&](auto set) { wires.hear(set); });
  for (int i = 0; i < 14; ++i) {
    bench.box.hear_board(core::BoardId{"hall"}, false, {{"A12", core::DeskId{"desk-3"}, "3", 1, core::from_millis(1'795'420'000'000)}}, bench.now());
    bench.run_for(1s);
  }
  EXPECT_EQ(display::model::read(chips.left_to_right()), "   A12 3");
  EXPECT_EQ(chips.intensity(0), 7);
}

TEST(Box, ASignOfDotsShowsTheNumberAndItsDesk) {
  BenchBox bench{with("[[sign]]\nid = \"m\"\nboard = \"hall\"\ndriver = \"matrix\"\nchips = 4\ndigits = 3\ndesk_digits = 1\nblink_s = 0\ndata = \"D\"\nclock = \"C\"\nlatch = \"L\"\n")};
  std::array<std::array<unsigned, 16>, 4> chips{};   // [0] nearest, which holds the last sixteen bits
  Listener wires{"D", "C", "L"};
  wires.on_latch = [&](const display::Bits& bits) {
    for (std::size_t chip = 0; chip < chips.size(); ++chip) {
      unsigned word = 0;
      for (std::size_t bit = 0; bit < 16; ++bit) word = word << 1U | (bits.at(bits.size() - (chip + 1) * 16 + bit) ? 1U : 0U);
      chips[chip].at(word >> 8U & 0xFU) = word & 0xFFU;
    }
  };
  bench.lines.watch([&](auto set) { wires.hear(set); });
  bench.run_for(5s);
  bench.box.hear_board(core::BoardId{"hall"}, false, {bench.call("A17", "desk-3")}, bench.now());
  bench.run_for(1s);
  const auto row = [&](std::size_t number) {
    std::string dots;
    for (std::size_t chip = 4; chip-- > 0;)
      for (unsigned dot = 0; dot < 8; ++dot) dots += (chips[chip][number] & (0x80U >> dot)) != 0 ? '#' : '.';
    return dots;
  };
  EXPECT_EQ(row(1), "....###....#...#####.#.....#####");
  EXPECT_EQ(row(4), "...#####...#.....#......#.....#.");
  EXPECT_EQ(row(7), "...#...#..###...#....#......###.");
}

TEST(Box, AnAdapterThatIsPulledOutIsTriedEverMoreSlowly) {
  BenchBox bench{with("[[sign]]\nid = \"bus\"\nboard = \"hall\"\ndriver = \"line_board\"\ndevice = \"/dev/ttyUSB0\"\nprotocol = \"board.toml\"\n")};
  bench.tape.pulled_out = true;
  bench.run_for(60s);
  EXPECT_EQ(bench.health("bus").condition, Condition::absent);
  bench.tape.pulled_out = false;
  bench.run_for(31s);
  EXPECT_EQ(bench.health("bus").condition, Condition::ready);
}

/// The loop's own cost: an idle box wakes about once a second for each of its clocks and no more.
TEST(Box, AnIdleBoxSleeps) {
  BenchBox bench{with(std::string{desk_button} + std::string{hall_sign})};
  bench.box.hear_board(core::BoardId{"hall"}, false, {}, bench.now());
  bench.run_for(5s);
  bench.steps = 0;
  for (int i = 0; i < 60; ++i) bench.run_for(1s), bench.box.hear_heartbeat(bench.now());
  EXPECT_LT(bench.steps, 200);
}

/// Two of a vendor's boards on one pair of wires.
constexpr std::string_view two_boards = R"(
[[sign]]
id = "left"
board = "hall"
driver = "line_board"
device = "/dev/ttyUSB0"
address = 7
protocol = "board.toml"
blink_s = 0
[[sign]]
id = "right"
board = "hall"
above = "desk-2"
driver = "line_board"
device = "/dev/ttyUSB0"
address = 8
protocol = "board.toml"
blink_s = 0
)";

TEST(Box, BoardsOnOneLineShareItAndHearWhatIsTheirs) {
  BenchBox bench{with(two_boards)};
  bench.run_for(5s);
  EXPECT_EQ(bench.tape.opened, 1);
  bench.tape.written.clear();
  bench.box.hear_board(core::BoardId{"hall"}, false, {bench.call("A17", "desk-3"), bench.call("C4", "desk-2")}, bench.now());
  bench.run_for(1s);
  std::map<std::string, std::string> shown;
  constexpr std::size_t frame = 10;   // 02, two digits of address, five of text, mode, 03: whole frames and nothing between them
  ASSERT_EQ(bench.tape.written.size() % frame, 0U);
  for (std::size_t at = 0; at < bench.tape.written.size(); at += frame) {
    ASSERT_EQ(bench.tape.written[at], '\x02');
    ASSERT_EQ(bench.tape.written[at + frame - 1], '\x03');
    shown[bench.tape.written.substr(at + 1, 2)] = bench.tape.written.substr(at + 3, 5);
  }
  EXPECT_EQ(shown, (std::map<std::string, std::string>{{"07", "  A17"}, {"08", "   C4"}}));
}

TEST(Box, AnAdapterThatIsPulledOutIsGoneForAllItsBoardsAndComesBackForAll) {
  BenchBox bench{with(two_boards)};
  bench.run_for(5s);
  bench.tape.pulled_out = true;
  bench.run_for(10s);
  EXPECT_EQ(bench.health("left").reason, "gone");
  EXPECT_EQ(bench.health("right").reason, "gone");
  EXPECT_EQ(bench.tape.open_now, 0) << "nobody holds on to it";
  bench.tape.pulled_out = false;
  bench.run_for(31s);
  EXPECT_EQ(bench.health("left").condition, Condition::ready);
  EXPECT_EQ(bench.health("right").condition, Condition::ready);
  EXPECT_EQ(bench.tape.open_now, 1);
}

constexpr std::string_view two_modules = R"(
[[sign]]
id = "module-1"
board = "hall"
above = "desk-1"
digits = 3
driver = "line_board"
device = "/dev/ttyUSB0"
address = 5
protocol = "module.toml"
[[sign]]
id = "module-2"
board = "hall"
above = "desk-2"
digits = 3
driver = "line_board"
device = "/dev/ttyUSB0"
address = 6
protocol = "module.toml"
)";

TEST(Box, TheKeysOfAModuleOnALineAreThoseOfItsDesk) {
  BenchBox bench{with(two_modules)};
  bench.box.hear_heartbeat(bench.now());
  bench.run_for(3s);
  const auto heard = [&](std::string_view bytes) {
    bench.tape.incoming = std::string{bytes};
    bench.run_for(200ms);
    std::string asked;
    for (const Wish& wish : bench.box.take_wishes()) asked += wish.button + ' ' + wish.desk.str() + (wish.recall ? " again;" : " next;");
    return asked;
  };
  EXPECT_EQ(heard("\x01\x06\x31\x07"), "module-2 desk-2 next;");
  EXPECT_EQ(heard("\x01\x05\x33\x07\x01\x06\x31\x07"), "module-1 desk-1 again;module-2 desk-2 next;");
  EXPECT_EQ(heard("\x01\x05"), "");
  EXPECT_EQ(heard("\x31\x07"), "module-1 desk-1 next;") << "a press that came in two parts";
  EXPECT_EQ(heard("\x01\x05\x32\x07\x01\x09\x31\x07"), "") << "a key that does nothing, and a stranger's";
  bench.tape.pulled_out = true;
  bench.run_for(5s);
  EXPECT_EQ(bench.health("module-1").reason, "gone");
}

constexpr std::string_view modbus_sign = R"(
[[modbus]]
id = "hall"
host = "127.0.0.1"
[[sign]]
id = "m"
board = "hall"
digits = 4
desk_digits = 2
driver = "modbus"
bus = "hall"
unit = 3
protocol = "map.toml"
)";

TEST(Box, ABoardOnModbusIsReadyOnceItHasAnswered) {
  BenchBox bench{with(modbus_sign), false};
  bench.run_for(1s);
  EXPECT_EQ(bench.health("m"), (Health{"sign", "m", Condition::opening, "starting", ""}));
  bench.modbus.answers = true;
  bench.run_for(6s);
  EXPECT_EQ(bench.health("m").condition, Condition::ready);
  bench.box.hear_board(core::BoardId{"hall"}, false, {bench.call("A12", "desk-3")}, bench.now());
  bench.run_for(11s);
  bench.box.hear_heartbeat(bench.now());
  bench.run_for(100ms);
  EXPECT_EQ(bench.modbus.registers[3], (std::map<std::uint16_t, std::uint16_t>{{10, 0x2041}, {11, 0x3132}, {12, 0x2033}})) << "\" A12 3\"";
}

TEST(Box, AUnitThatFellSilentStaysToldUntilItAnswers) {
  BenchBox bench{with(modbus_sign)};
  bench.run_for(1s);
  ASSERT_EQ(bench.health("m").condition, Condition::ready);
  bench.modbus.fault = devices::LineFault{devices::Fault::no_answer, "no answer"};
  bench.run_for(6s);
  EXPECT_EQ(bench.health("m"), (Health{"sign", "m", Condition::failed, "no_answer", "no answer"}));
  bench.modbus.fault.reset();
  bench.modbus.answers = false;   // it may be opened again, and has said nothing yet
  bench.run_for(40s);
  EXPECT_EQ(bench.health("m").reason, "no_answer");
  bench.modbus.answers = true;
  bench.run_for(1s);
  EXPECT_EQ(bench.health("m").condition, Condition::ready);
}

constexpr std::string_view tower = R"(
[[lamp]]
id = "red"
line = "RED"
when = "evacuation"
[[lamp]]
id = "amber"
line = "AMBER"
when = "too_long"
[[lamp]]
id = "green"
line = "GREEN"
when = "all_well"
[[lamp]]
id = "buzzer"
line = "BUZZER"
when = "help"
lit_for_s = 3
)";

TEST(Box, ATowerTellsOfTheRoom) {
  BenchBox bench{with(tower)};
  const auto lit = [&] {
    std::string letters;
    for (const auto* line : {"RED", "AMBER", "GREEN", "BUZZER"}) letters += bench.lines.is_on(line) ? line[0] : '.';
    return letters;
  };
  bench.run_for(100ms);
  EXPECT_EQ(lit(), "....");
  bench.box.hear_tower({});
  bench.run_for(100ms);
  EXPECT_EQ(lit(), "..G.");
  TowerNews news;
  news.too_long = true;
  bench.box.hear_tower(news);
  bench.run_for(100ms);
  EXPECT_EQ(lit(), ".A..") << "all is not well";
  news.evacuation = true;
  bench.box.hear_tower(news);
  bench.run_for(100ms);
  EXPECT_EQ(lit(), "RA..");
  bench.box.lose_line();
  bench.run_for(100ms);
  EXPECT_EQ(lit(), "....") << "green without a daemon would be a lie";
  bench.box.hear_heartbeat(bench.now());
  bench.run_for(100ms);
  EXPECT_EQ(lit(), "....") << "nothing has been heard of the room yet";
}

TEST(Box, ABuzzerFallsSilentAndSoundsAgainForANewReason) {
  BenchBox bench{with(tower)};
  TowerNews help;
  help.help = true;
  bench.box.hear_tower(help);
  bench.run_for(2900ms);
  EXPECT_TRUE(bench.lines.is_on("BUZZER"));
  bench.run_for(200ms);
  EXPECT_FALSE(bench.lines.is_on("BUZZER"));
  bench.box.hear_tower(help);   // still the same reason
  bench.run_for(10s);
  EXPECT_FALSE(bench.lines.is_on("BUZZER"));
  bench.box.hear_tower({});
  bench.run_for(100ms);
  bench.box.hear_tower(help);
  bench.run_for(100ms);
  EXPECT_TRUE(bench.lines.is_on("BUZZER"));
}

constexpr std::string_view doors = R"(
[[door]]
id = "gate"
line = "GATE"
desk = "desk-1"
pulse_ms = 700
[[button]]
id = "exit"
line = "EXIT"
door = "gate"
)";

DeskNews called(std::string call) {
  DeskNews news;
  news.open = news.called = true;
  news.call = std::move(call);
  return news;
}

TEST(Box, ADoorOpensForOnePulseAtEachCall) {
  BenchBox bench{with(doors)};
  bench.box.hear_desk(core::DeskId{"desk-1"}, called("v1 1"));
  bench.run_for(100ms);
  EXPECT_FALSE(bench.lines.is_on("GATE")) << "that call was before this box knew of it";
  bench.box.hear_desk(core::DeskId{"desk-1"}, called("v2 1"));
  bench.run_for(600ms);
  EXPECT_TRUE(bench.lines.is_on("GATE"));
  bench.box.hear_desk(core::DeskId{"desk-1"}, called("v2 1"));   // the same, told again
  bench.run_for(200ms);
  EXPECT_FALSE(bench.lines.is_on("GATE")) << "never longer than its pulse";
  bench.box.hear_desk(core::DeskId{"desk-1"}, called("v2 2"));   // a recall
  bench.run_for(100ms);
  EXPECT_TRUE(bench.lines.is_on("GATE"));
  bench.run_for(1s);
  bench.box.hear_desk(core::DeskId{"desk-1"}, DeskNews{});
  bench.run_for(1s);
  EXPECT_FALSE(bench.lines.is_on("GATE")) << "nobody is called";
}

TEST(Box, AChimeContactClosesAtEachCallThatIsNew) {
  BenchBox bench{with("[[chime]]\nid = \"gong\"\nline = \"GONG\"\nboard = \"hall\"\n")};
  int rung = 0;
  bench.lines.watch([&](std::span<const std::pair<std::string, bool>> set) {
    for (const auto& [line, on] : set) rung += line == "GONG" && on ? 1 : 0;
  });
  const core::BoardId hall{"hall"};
  auto first = bench.call("A12", "desk-3");
  bench.box.hear_board(hall, false, {first}, bench.now());
  bench.run_for(1s);
  EXPECT_EQ(rung, 0) << "it stood there when the box came";
  auto second = bench.call("A14", "desk-1");
  bench.box.hear_board(hall, false, {second, first}, bench.now());
  bench.run_for(400ms);
  EXPECT_EQ(rung, 1);
  EXPECT_TRUE(bench.lines.is_on("GONG"));
  bench.box.hear_board(hall, false, {second, first}, bench.now());
  bench.run_for(1s);
  EXPECT_EQ(rung, 1) << "told again is not called again";
  EXPECT_FALSE(bench.lines.is_on("GONG")) << "for half a second";
  second.attempt = 2, second.called_at = bench.now().wall;
  bench.box.hear_board(hall, false, {second, first}, bench.now());
  bench.run_for(1s);
  EXPECT_EQ(rung, 2) << "a recall";
  bench.box.hear_board(hall, false, {first}, bench.now());
  bench.run_for(1s);
  EXPECT_EQ(rung, 2) << "somebody came";
  bench.box.hear_board(hall, true, {bench.call("A15", "desk-1")}, bench.now());
  bench.run_for(1s);
  EXPECT_EQ(rung, 2) << "not in an evacuation";
}

TEST(Box, AContactThatWasPulledOutIsMissedBeforeItIsWanted) {
  BenchBox bench{with("[[chime]]\nid = \"gong\"\nline = \"GONG\"\nboard = \"hall\"\n")};
  const core::BoardId hall{"hall"};
  bench.box.hear_board(hall, false, {}, bench.now());
  bench.run_for(1s);
  bench.lines.unplug();
  bench.run_for(6s);
  EXPECT_EQ(bench.health("gong").reason, "gone");
  bench.lines.plug_in();
  bench.run_for(31s);
  bench.box.hear_board(hall, false, {bench.call("A12", "desk-3")}, bench.now());
  bench.run_for(100ms);
  EXPECT_TRUE(bench.lines.is_on("GONG")) << "and rings at the first call when it is back";
}

TEST(Box, ACallThatWasMissedRingsNoMore) {
  BenchBox bench{with("[[chime]]\nid = \"gong\"\nline = \"GONG\"\nboard = \"hall\"\n")};
  const core::BoardId hall{"hall"};
  bench.box.hear_board(hall, false, {}, bench.now());
  bench.run_for(1s);
  const auto call = bench.call("A12", "desk-3");
  bench.box.lose_line();
  bench.run_for(30s);
  bench.box.hear_board(hall, false, {call}, bench.now());
  bench.run_for(100ms);
  EXPECT_FALSE(bench.lines.is_on("GONG"));
  bench.box.hear_board(hall, false, {bench.call("A14", "desk-3"), call}, bench.now());
  bench.run_for(100ms);
  EXPECT_TRUE(bench.lines.is_on("GONG"));
}

TEST(Box, AButtonOpensADoorWithoutTheDaemon) {
  BenchBox bench{with(doors)};
  bench.press("EXIT");
  EXPECT_TRUE(bench.lines.is_on("GATE"));
  bench.press("EXIT");   // again meanwhile: the pulse is not made longer
  bench.run_for(650ms);
  EXPECT_FALSE(bench.lines.is_on("GATE"));
  EXPECT_TRUE(bench.box.take_wishes().empty());
}

TEST(Box, WhatWasCalledWhileTheLineWasDownOpensNoDoor) {
  BenchBox bench{with(doors)};
  bench.box.hear_desk(core::DeskId{"desk-1"}, called("v1 1"));
  bench.run_for(100ms);
  bench.box.lose_line();
  bench.run_for(100ms);
  bench.box.hear_desk(core::DeskId{"desk-1"}, called("v2 1"));
  bench.run_for(100ms);
  EXPECT_FALSE(bench.lines.is_on("GATE"));
}

TEST(Box, ALockThatWasPulledOutComesBackClosed) {
  BenchBox bench{with(doors)};
  bench.box.hear_desk(core::DeskId{"desk-1"}, called("v1 1"));
  bench.press("EXIT");
  bench.lines.unplug();
  bench.run_for(2s);
  EXPECT_EQ(bench.health("gate").reason, "gone");
  bench.box.hear_desk(core::DeskId{"desk-1"}, called("v2 1"));
  bench.box.hear_heartbeat(bench.now());
  bench.lines.plug_in();
  int opened = 0;
  bench.lines.watch([&](std::span<const std::pair<std::string, bool>> set) {
    for (const auto& [line, on] : set) opened += line == "GATE" && on ? 1 : 0;
  });
  bench.run_for(10s);
  EXPECT_EQ(opened, 0) << "whoever was called while the lock was away has gone round it";
  EXPECT_EQ(bench.health("gate").condition, Condition::ready);
  EXPECT_FALSE(bench.lines.is_on("GATE"));
}

constexpr std::string_view dimmed_sign = "dimmer = \"fe20c000.pwm:1\"\nbrightness = [{ from = \"07:00\", percent = 100 }, { from = \"18:00\", percent = 20 }]\n";

TEST(Box, ASignOfRegistersShinesAsTheHourWants) {
  BenchBox bench{with(std::string{hall_sign} + std::string{dimmed_sign})};
  bench.run_for(2s);
  EXPECT_EQ(bench.dimmers.percent["fe20c000.pwm:1"], 100);
  bench.now_.minute_of_day = core::Minutes{18 * 60};
  bench.run_for(2s);
  EXPECT_EQ(bench.dimmers.percent["fe20c000.pwm:1"], 20);
  EXPECT_EQ(bench.health("hall-led"), (Health{"sign", "hall-led", Condition::ready, "", ""}));
  bench.dimmers.percent.clear();
  bench.run_for(10s);
  EXPECT_EQ(bench.dimmers.percent["fe20c000.pwm:1"], 20) << "told again, as a chip may have come back with another mind";
}

TEST(Box, WithoutItsDimmerASignShowsAllTheSameAndSaysSo) {
  BenchBox bench{with(std::string{hall_sign} + std::string{dimmed_sign})};
  bench.run_for(2s);
  bench.dimmers.fault = devices::LineFault{devices::Fault::gone, "no chip"};
  int latched = 0;
  Listener wires{"D", "C", "L"};
  wires.on_latch = [&](const display::Bits&) { ++latched; };
  bench.lines.watch([&](auto set) { wires.hear(set); });
  bench.run_for(30s);
  EXPECT_EQ(bench.health("hall-led"), (Health{"sign", "hall-led", Condition::warning, "undimmed", "no chip"}));
  EXPECT_GT(latched, 4) << "the face is still repeated";
  EXPECT_LT(bench.dimmers.opened, 8) << "ever more slowly";
  bench.dimmers.fault.reset();
  bench.run_for(31s);
  EXPECT_EQ(bench.health("hall-led").condition, Condition::ready);
}

TEST(Box, NobodyAsksForADimmerThatIsNotInTheSettings) {
  BenchBox bench{with(hall_sign)};
  bench.run_for(5s);
  EXPECT_EQ(bench.dimmers.opened, 0);
}

}  // namespace
}  // namespace skranke::agent
