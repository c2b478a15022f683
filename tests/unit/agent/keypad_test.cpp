// A pad of keys at a desk, and buttons that do more than call the next.
#include <gtest/gtest.h>

#include "agent/requests.hpp"
#include "agent/typed_number.hpp"
#include "tests/unit/agent/bench.hpp"

namespace skranke::agent {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view pad = R"(
[agent]
id = "box-1"
[daemon]
token_file = "token"
[[keypad]]
id = "pad-1"
device = "/dev/input/by-id/usb-pad-event-kbd"
desk = "desk-1"
letter = "A"
[[keypad.key]]
key = "KEY_KPSLASH"
types = "C"
[[keypad.key]]
key = "KEY_KPASTERISK"
does = "recall"
[[button]]
id = "again-1"
line = "AGAIN"
desk = "desk-1"
does = "recall"
)";

class Keypad : public ::testing::Test {
 public:
  Keypad() { bench.box.hear_heartbeat(bench.now()); }
  /// Names of keys without KEY_KP, one after the other; what the daemon is asked for, in JSON.
  std::string press(std::initializer_list<std::string> keys) {
    for (const std::string& key : keys) {
      bench.press("key:/dev/input/by-id/usb-pad-event-kbd:KEY_" + key);
      bench.run_for(100ms);
    }
    std::string asked;
    for (const Wish& wish : bench.box.take_wishes()) {
      const Ask ask = request_for(wish);
      EXPECT_EQ(ask.path, "/api/v1/desks/desk-1/button");
      asked += ask.body;
    }
    return asked;
  }
  BenchBox bench{pad};
};

TEST_F(Keypad, ANumberIsTypedAndEntered) {
  EXPECT_EQ(press({"KP1", "KP2"}), "") << "not before it is ended";
  EXPECT_EQ(press({"KPENTER"}), R"({"number":"A12"})");
  EXPECT_EQ(press({"KPENTER"}), "") << "and once";
  EXPECT_EQ(press({"KPSLASH", "KP7", "KPENTER"}), R"({"number":"C7"})") << "a key with a letter on it";
  EXPECT_EQ(press({"K", "1", "0", "ENTER"}), R"({"number":"K10"})") << "a whole keyboard is a pad, too";
}

TEST_F(Keypad, OtherKeysCallTheNextAndAgain) {
  EXPECT_EQ(press({"KPPLUS"}), R"({"press":"single"})");
  EXPECT_EQ(press({"KPMINUS"}), R"({"press":"recall"})");
  EXPECT_EQ(press({"KPASTERISK"}), R"({"press":"recall"})") << "as the settings say";
  EXPECT_EQ(press({"KP1", "KPPLUS", "KP2", "KPENTER"}), R"({"press":"single"}{"number":"A2"})") << "what was half typed is no part of the next";
}

TEST_F(Keypad, WhatWasTypedWrongIsWiped) {
  EXPECT_EQ(press({"KP1", "BACKSPACE", "KP2", "KPENTER"}), R"({"number":"A2"})");
  EXPECT_EQ(press({"KP1", "KP2", "KP3", "KP4", "KP5", "KP6", "KP7", "KPENTER"}), "") << "no number is so long";
  EXPECT_EQ(press({"KP3", "KPENTER"}), R"({"number":"A3"})");
  press({"KP1"});
  bench.run_for(6s);
  EXPECT_EQ(press({"KP2", "KPENTER"}), R"({"number":"A2"})") << "half a number of a while ago is forgotten";
  press({"KP1"});
  bench.run_for(6s);
  EXPECT_EQ(press({"KPENTER"}), "");
}

TEST_F(Keypad, WithoutALineNothingIsKept) {
  bench.box.lose_line();
  EXPECT_EQ(press({"KP1", "KPENTER", "KPPLUS"}), "");
  bench.box.hear_heartbeat(bench.now());
  EXPECT_EQ(press({}), "");
}

TEST_F(Keypad, IsADeviceLikeOthers) {
  EXPECT_EQ(bench.health("pad-1"), (Health{"keypad", "pad-1", Condition::ready, "", ""}));
  bench.lines.unplug();
  bench.run_for(2s);
  EXPECT_EQ(bench.health("pad-1").reason, "gone");
  bench.lines.plug_in();
  bench.run_for(31s);
  EXPECT_EQ(bench.health("pad-1").condition, Condition::ready);
  EXPECT_EQ(press({"KP1", "KPENTER"}), R"({"number":"A1"})");
  bench.box.hear_answer("pad-1", "no such desk");
  EXPECT_EQ(bench.health("pad-1").reason, "misused");
}

TEST_F(Keypad, AButtonOnAWireCallsAgain) {
  bench.press("AGAIN");
  const auto wishes = bench.box.take_wishes();
  ASSERT_EQ(wishes.size(), 1U);
  EXPECT_EQ(request_for(wishes[0]).body, R"({"press":"recall"})");
}

TEST(TypedNumber, WithoutALetterDigitsStandAlone) {
  TypedNumber typed{""};
  typed.type('7', Tick{1s});
  EXPECT_EQ(typed.end(Tick{2s}), "7");
  EXPECT_FALSE(typed.end(Tick{2s}));
}

}  // namespace
}  // namespace skranke::agent
