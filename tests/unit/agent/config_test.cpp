#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "agent/config.hpp"

namespace skranke::agent {
namespace {

auto read(std::string_view text) {
  return read_config(text, "/etc/skranke/agent.toml", [](const std::string& path) -> std::optional<std::string> {
    if (path == "/etc/skranke/good.toml") return "name = \"x\"\nframe = [\"{text:4}\"]\n";
    if (path == "/etc/skranke/map.toml") return "name = \"x\"\n[[register]]\nfirst = 0\nholds = \"text\"\n";
    if (path == "/etc/skranke/twice.toml") return "name = \"x\"\n[[register]]\nfirst = 0\nholds = \"text\"\n[[register]]\nfirst = 0\nholds = \"letter\"\n";
    if (path == "/etc/skranke/modes.toml") return "name = \"x\"\n[[register]]\nfirst = 0\nholds = \"mode\"\nvalues = { steady = 1 }\n";
    if (path == "/etc/skranke/bad.toml") return "name = \"x\"\nframe = [\"02\"]\n";
    return std::nullopt;
  });
}

constexpr std::string_view head = "[agent]\nid = \"box\"\n[daemon]\ntoken_file = \"token\"\n";

std::string first_fault(std::string_view devices) {
  const auto config = read(std::string{head} + std::string{devices});
  if (config) return "";
  const wire::Finding& finding = config.error().front();
  return std::to_string(finding.line) + " " + finding.field;
}

TEST(AgentConfig, PathsAreMeantFromTheFileItself) {
  const auto config = read(head);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->daemon.token_file, "/etc/skranke/token");
  EXPECT_EQ(config->daemon.url, "http://127.0.0.1:8080");
}

TEST(AgentConfig, WhatTheDaemonKnowsABoxByFollowsFromItsAddress) {
  const auto with = [](std::string_view daemon) { return read("[agent]\nid = \"box\"\n[daemon]\n" + std::string{daemon}); };
  const auto beside = with("url = \"unix:/run/skranke/agent.sock\"\n");
  ASSERT_TRUE(beside);
  EXPECT_FALSE(beside->daemon.by_own_key());
  const auto paired = with("url = \"https://queue.example:8443\"\n");
  ASSERT_TRUE(paired);
  EXPECT_TRUE(paired->daemon.by_own_key());
  EXPECT_EQ(paired->daemon.identity, "/var/lib/skranke-agent");
  const auto by_token = with("url = \"https://queue.example:8443\"\ntoken_file = \"token\"\n");
  ASSERT_TRUE(by_token);
  EXPECT_FALSE(by_token->daemon.by_own_key());
  const auto both = with("url = \"https://queue.example:8443\"\ncertificate_file = \"ca.pem\"\n");
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().front().field, "daemon.certificate_file");
  const auto in_clear = with("url = \"http://queue.example:8080\"\n");
  ASSERT_FALSE(in_clear);
  EXPECT_EQ(in_clear.error().front().field, "daemon.token_file");
}

TEST(AgentConfig, EveryFaultNamesItsLine) {
  EXPECT_EQ(first_fault("[[button]]\nid = \"b\"\nline = \"L\"\n"), "5 button[0].desk");
  EXPECT_EQ(first_fault("[[button]]\nid = \"b\"\nline = \"L\"\ndesk = \"d\"\nevacuation = true\n"), "8 button[0].desk");
  EXPECT_EQ(first_fault("[[button]]\nid = \"b\"\nline = \"L\"\ndesk = \"d\"\ndebounce_ms = 900\n"), "9 button[0].debounce_ms");
  EXPECT_EQ(first_fault("[[lamp]]\nid = \"l\"\nline = \"L\"\ndesk = \"d\"\nwhen = \"sometimes\"\n"), "9 lamp[0].when");
  EXPECT_EQ(first_fault("[[lamp]]\nid = \"l\"\nline = \"L\"\ndesk = \"d\"\nwehn = \"open\"\n"), "9 lamp[0].wehn");
  EXPECT_EQ(first_fault("[[sign]]\nid = \"s\"\nboard = \"b\"\ndata = \"D\"\nclock = \"C\"\n"), "5 sign[0].latch");
  EXPECT_EQ(first_fault("[[sign]]\nid = \"s\"\nboard = \"b\"\ndriver = \"max7219\"\nchips = 1\ndigits = 9\ndata = \"D\"\nclock = \"C\"\nlatch = \"L\"\n"), "9 sign[0].chips");
  EXPECT_EQ(first_fault("[[sign]]\nid = \"s\"\nboard = \"b\"\ndriver = \"matrix\"\nchips = 2\ndigits = 3\ndata = \"D\"\nclock = \"C\"\nlatch = \"L\"\n"), "9 sign[0].chips");
  EXPECT_EQ(first_fault("[[sign]]\nid = \"s\"\nboard = \"b\"\ndriver = \"line_board\"\ndevice = \"/dev/x\"\nprotocol = \"none.toml\"\n"), "10 sign[0].protocol");
  EXPECT_EQ(first_fault("[[sign]]\nid = \"s\"\nboard = \"b\"\ndriver = \"line_board\"\ndevice = \"/dev/x\"\nprotocol = \"bad.toml\"\n"), "10 sign[0].protocol");
  EXPECT_EQ(first_fault("[[sign]]\nid = \"s\"\nboard = \"b\"\ndriver = \"line_board\"\ndevice = \"/dev/x\"\nprotocol = \"good.toml\"\n"), "");
  EXPECT_EQ(first_fault("[[sign]]\nid = \"s\"\nboard = \"b\"\ndriver = \"line_board\"\ndevice = \"/dev/x\"\nprotocol = \"good.toml\"\n[[sign]]\nid = \"t\"\nboard = \"b\"\ndriver = \"line_board\"\ndevice = \"/dev/x\"\nprotocol = \"good.toml\"\n"), "5 sign");
  EXPECT_EQ(first_fault("[[button]]\nid = \"b\"\nline = \"L\"\ndesk = \"d\"\n[[lamp]]\nid = \"l\"\nline = \"L\"\ndesk = \"d\"\n"), "9 lamp");
}

TEST(AgentConfig, FaultsOfChainsAreTold) {
  const auto sign = [](std::string_view id, std::string_view more) { return "[[sign]]\nid = \"" + std::string{id} + "\"\nboard = \"b\"\n" + std::string{more}; };
  const std::string wires = "data = \"D\"\nclock = \"C\"\nlatch = \"L\"\n";
  EXPECT_EQ(first_fault(sign("a", wires) + sign("b", "behind = \"a\"\n") + sign("c", "behind = \"b\"\n")), "");
  EXPECT_EQ(first_fault(sign("a", wires) + sign("b", "behind = \"none\"\n")), "5 sign");
  EXPECT_EQ(first_fault(sign("a", wires) + sign("b", "behind = \"a\"\n") + sign("c", "behind = \"a\"\n")), "5 sign") << "two behind one";
  EXPECT_EQ(first_fault(sign("a", wires) + sign("b", "behind = \"c\"\n") + sign("c", "behind = \"b\"\n")), "5 sign") << "in a ring";
  EXPECT_EQ(first_fault(sign("a", wires) + sign("b", "driver = \"max7219\"\nbehind = \"a\"\n")), "5 sign") << "of another kind";
  EXPECT_EQ(first_fault(sign("a", wires) + sign("b", wires + "behind = \"a\"\n")), "14 sign[1].data") << "it has no wires of its own";
}

TEST(AgentConfig, FaultsOfKeypadsAndChimesNameTheirLine) {
  const std::string pad = "[[keypad]]\nid = \"p\"\ndesk = \"d\"\ndevice = \"/dev/input/by-id/x\"\n";
  EXPECT_EQ(first_fault(pad), "");
  EXPECT_EQ(first_fault("[[keypad]]\nid = \"p\"\ndesk = \"d\"\ndevice = \"/dev/input/event3\"\n"), "8 keypad[0].device") << "perhaps the console's";
  EXPECT_EQ(first_fault("[[keypad]]\nid = \"p\"\ndevice = \"/dev/input/by-id/x\"\n"), "5 keypad[0].desk");
  EXPECT_EQ(first_fault(pad + "letter = \"a\"\n"), "9 keypad[0].letter");
  EXPECT_EQ(first_fault(pad + "[[keypad.key]]\nkey = \"F1\"\ndoes = \"next\"\n"), "10 keypad[0].key[0].key");
  EXPECT_EQ(first_fault(pad + "[[keypad.key]]\nkey = \"KEY_F1\"\n"), "9 keypad[0].key[0].types") << "what for?";
  EXPECT_EQ(first_fault(pad + "[[keypad.key]]\nkey = \"KEY_F1\"\ntypes = \"A\"\ndoes = \"next\"\n"), "11 keypad[0].key[0].types");
  EXPECT_EQ(first_fault(pad + "[[keypad.key]]\nkey = \"KEY_F1\"\ntypes = \"-\"\n"), "11 keypad[0].key[0].types");
  EXPECT_EQ(first_fault(pad + "[[keypad]]\nid = \"q\"\ndesk = \"d\"\ndevice = \"/dev/input/by-id/x\"\n"), "5 keypad");
  EXPECT_EQ(first_fault("[[button]]\nid = \"b\"\nline = \"B\"\nservices = [\"s\"]\ndoes = \"recall\"\n"), "9 button[0].does");
  EXPECT_EQ(first_fault("[[chime]]\nid = \"g\"\nline = \"G\"\n"), "5 chime[0].board");
  EXPECT_EQ(first_fault("[[chime]]\nid = \"g\"\nline = \"G\"\nboard = \"b\"\npulse_ms = 60000\n"), "9 chime[0].pulse_ms");
}

TEST(AgentConfig, FaultsOfDimmersNameTheirLine) {
  const std::string sign = "[[sign]]\nid = \"s\"\nboard = \"b\"\ndata = \"D\"\nclock = \"C\"\nlatch = \"L\"\n";
  EXPECT_EQ(first_fault(sign + "dimmer = \"fe20c000.pwm:0\"\ndimmer_high_is_lit = true\n"), "");
  EXPECT_EQ(first_fault(sign + "dimmer = \"pwmchip0:0\"\n"), "11 sign[0].dimmer") << "another chip after the next start";
  EXPECT_EQ(first_fault(sign + "driver = \"max7219\"\ndimmer = \"fe20c000.pwm:0\"\n"), "12 sign[0].dimmer") << "it has a brightness of its own";
  EXPECT_EQ(first_fault(sign + "dimmer = \"x.pwm:0\"\n[[sign]]\nid = \"t\"\nboard = \"b\"\nbehind = \"s\"\ndimmer = \"x.pwm:0\"\n"), "5 sign");
}

TEST(AgentConfig, FaultsOnModbusNameTheirLine) {
  const std::string bus = "[[modbus]]\nid = \"m\"\nhost = \"192.0.2.1\"\n";
  const auto sign = [&](std::string_view file) { return bus + "[[sign]]\nid = \"s\"\nboard = \"b\"\ndriver = \"modbus\"\nbus = \"m\"\nprotocol = \"" + std::string{file} + "\"\n"; };
  EXPECT_EQ(first_fault(sign("map.toml")), "");
  EXPECT_EQ(first_fault(sign("twice.toml")), "13 sign[0].protocol");
  EXPECT_EQ(first_fault(sign("modes.toml")), "13 sign[0].protocol");
  EXPECT_EQ(first_fault(sign("none.toml")), "13 sign[0].protocol");
  EXPECT_EQ(first_fault(sign("map.toml") + "[[sign]]\nid = \"t\"\nboard = \"b\"\ndriver = \"modbus\"\nbus = \"m\"\nprotocol = \"map.toml\"\n"), "8 sign") << "one unit, two boards";
  EXPECT_EQ(first_fault("[[modbus]]\nid = \"m\"\n"), "5 modbus[0].device");
  EXPECT_EQ(first_fault("[[modbus]]\nid = \"m\"\nhost = \"board.example\"\n"), "7 modbus[0].host");
  EXPECT_EQ(first_fault("[[modbus]]\nid = \"m\"\ndevice = \"/dev/ttyS1\"\nbaud = 9601\n"), "8 modbus[0].baud");
  EXPECT_EQ(first_fault("[[modbus]]\nid = \"m\"\nhost = \"192.0.2.1\"\nbaud = 9600\n"), "8 modbus[0].baud") << "TCP has no speed";
  EXPECT_EQ(first_fault(bus + bus), "5 modbus");
  EXPECT_EQ(first_fault(bus + "[[button]]\nid = \"n\"\nline = \"modbus:m:1:coil:1\"\ndesk = \"d\"\n"), "8 button") << "a coil is no button";
  EXPECT_EQ(first_fault(bus + "[[lamp]]\nid = \"n\"\nline = \"modbus:x:1:coil:1\"\ndesk = \"d\"\n"), "8 lamp") << "there is no such bus";
  EXPECT_EQ(first_fault("[[modbus]]\nid = \"m\"\ndevice = \"/dev/ttyS1\"\n[[sign]]\nid = \"s\"\nboard = \"b\"\ndriver = \"line_board\"\ndevice = \"/dev/ttyS1\"\nprotocol = \"good.toml\"\n"), "8 sign");
}

TEST(AgentConfig, FaultsOfDoorsAndTowersNameTheirLine) {
  EXPECT_EQ(first_fault("[[button]]\nid = \"b\"\nline = \"key:/dev/input/by-id/usb-pad-event-kbd:KEY_KP1\"\ndesk = \"d\"\n"), "");
  EXPECT_EQ(first_fault("[[button]]\nid = \"b\"\nline = \"key:/dev/input/event0:KEY_KP1\"\ndesk = \"d\"\n"), "5 button") << "perhaps the console's";
  EXPECT_EQ(first_fault("[[lamp]]\nid = \"b\"\nline = \"key:/dev/input/by-id/usb-pad-event-kbd:KEY_KP1\"\ndesk = \"d\"\n"), "5 lamp");
  EXPECT_EQ(first_fault("[[lamp]]\nid = \"l\"\nline = \"L\"\nwhen = \"called\"\n"), "5 lamp[0].desk") << "whose?";
  EXPECT_EQ(first_fault("[[lamp]]\nid = \"l\"\nline = \"L\"\nwhen = \"help\"\ndesk = \"d\"\n"), "9 lamp[0].desk") << "the room's";
  EXPECT_EQ(first_fault("[[door]]\nid = \"g\"\nline = \"G\"\npulse_ms = 60000\n"), "8 door[0].pulse_ms");
  EXPECT_EQ(first_fault("[[button]]\nid = \"b\"\nline = \"B\"\ndoor = \"none\"\n"), "5 button");
  EXPECT_EQ(first_fault("[[door]]\nid = \"g\"\nline = \"G\"\n[[door]]\nid = \"h\"\nline = \"G\"\n"), "5 door");
}

TEST(AgentConfig, TheExamplesOfBoardsAreGood) {
  const auto here = [](const std::string& path) -> std::optional<std::string> {
    std::ifstream file{path, std::ios::binary};
    if (!file) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>{file}, {}};
  };
  const std::string bus = std::string{head} + "[[modbus]]\nid = \"m\"\nhost = \"192.0.2.1\"\n";
  for (const std::string_view file : {"modbus-board", "modbus-digits"}) {
    const auto config = read_config(bus + "[[sign]]\nid = \"s\"\nboard = \"b\"\ndriver = \"modbus\"\nbus = \"m\"\nprotocol = \"" + std::string{file} + ".toml\"\n", SKRANKE_EXAMPLES "/agent.toml", here);
    EXPECT_TRUE(config) << (config ? "" : wire::to_line(config.error().front(), "en"));
  }
  const auto sent = [&](std::string_view file, std::string text, display::Lit lit) {
    const auto config = read_config(std::string{head} + "[[sign]]\nid = \"s\"\nboard = \"b\"\ndriver = \"line_board\"\ndevice = \"/dev/ttyS1\"\nprotocol = \"" + std::string{file} + ".toml\"\n", SKRANKE_EXAMPLES "/agent.toml", here);
    return config ? display::line_frame(*config->signs.at(0).protocol, {5, std::move(text), lit}) : wire::to_line(config.error().front(), "en");
  };
  using display::Lit;
  EXPECT_EQ(sent("line-board-ascii", "A12 3", Lit::steady), "\x02" "05A12 30" "64" "\x03");
  EXPECT_EQ(sent("line-board-qsystem", "A12 3", Lit::steady), "\x01\x05" "A12 3  " "\x07");
  EXPECT_EQ(sent("line-board-qsystem", "A12 3", Lit::dark), "\x01\x05" "       " "\x07");
  EXPECT_EQ(sent("line-board-qsystem-desk", "A12", Lit::steady), "\x01\x05\x20" "A12" "\x07");
  EXPECT_EQ(sent("line-board-qsystem-desk", "A12", Lit::blink), "\x01\x05\x21" "A12" "\x07");
  EXPECT_EQ(sent("line-board-qsystem-desk", "A12", Lit::dark), "\x01\x05\x20" "   " "\x07");
}

TEST(AgentConfig, WithoutADaemonThereIsNothingToDo) {
  const auto config = read("[agent]\nid = \"box\"\n");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().front().field, "daemon");
}

TEST(AgentConfig, OneTicketAPress) {
  const auto config = read(std::string{head} + "[[button]]\nid = \"b\"\nline = \"L\"\nservices = [\"pas\"]\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->buttons[0].rules.double_within.count(), 0);
  EXPECT_EQ(config->buttons[0].rules.held_after.count(), 0);
}

}  // namespace
}  // namespace skranke::agent
