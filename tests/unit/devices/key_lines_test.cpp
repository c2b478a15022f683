#include "devices/key_lines.hpp"

#include <gtest/gtest.h>

#include "devices/workbench.hpp"

namespace skranke::devices {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view pad = "/dev/input/by-id/usb-ACME_Pad-event-kbd";
std::string key(std::string_view name) { return "key:" + std::string{pad} + ":" + std::string{name}; }

TEST(KeyLine, IsReadAsItIsWritten) {
  const auto point = parse_key_point(key("KEY_KP1"));
  ASSERT_TRUE(point);
  EXPECT_EQ(point->device, pad);
  EXPECT_EQ(point->key, "KEY_KP1");
  EXPECT_EQ(parse_key_point("key:/dev/input/by-path/pci-0000:00:14.0-usb-0:1:1.0-event-kbd:KEY_ENTER")->device, "/dev/input/by-path/pci-0000:00:14.0-usb-0:1:1.0-event-kbd");
}

TEST(KeyLine, WhatIsNone) {
  for (const auto* text : {"", "key:", "key:KEY_1", "DESK1", "key:/dev/input/event3:KEY_1", "key:/dev/input/by-id/:KEY_1", "key:/dev/input/by-id/../event3:KEY_1", "key:/dev/input/by-id/x:1",
                           "key:/dev/input/by-path/platform-i8042-serio-0-event-kbd:KEY_1"})
    EXPECT_FALSE(parse_key_point(text)) << text;
}

constexpr unsigned code_1 = 2, code_2 = 3;   // KEY_1, KEY_2

/// A pad with two keys, and its plug.
struct FakePads final : KeypadSource {
  struct Pad final : Keypad {
    explicit Pad(FakePads& all) : all_{all} { ++all_.open_now; }
    ~Pad() override { --all_.open_now; }
    Pad(const Pad&) = delete;
    Pad& operator=(const Pad&) = delete;
    LineResult<std::vector<KeyEvent>> take() override {
      if (all_.pulled_out) return tl::unexpected{LineFault{Fault::gone, ""}};
      for (const KeyEvent& event : all_.events) all_.down[event.code] = event.down;
      return std::exchange(all_.events, {});
    }
    [[nodiscard]] bool is_down(unsigned code) const override { return all_.down[code]; }
    [[nodiscard]] bool has(unsigned code) const override { return code == code_1 || code == code_2; }
    [[nodiscard]] int fd() const override { return -1; }
    FakePads& all_;
  };
  LineResult<std::unique_ptr<Keypad>> open(const std::string&) override {
    if (pulled_out) return tl::unexpected{LineFault{Fault::gone, ""}};
    ++opened;
    return std::make_unique<Pad>(*this);
  }
  [[nodiscard]] std::optional<unsigned> code_of(const std::string& name) const override { return system_keypads()->code_of(name); }
  std::vector<KeyEvent> events;
  std::map<unsigned, bool> down;
  bool pulled_out = false;
  int opened = 0, open_now = 0;
};

class Keys : public ::testing::Test {
 protected:
  std::unique_ptr<Input> listen(std::string_view name) {
    auto input = lines.input(key(name), {});
    if (!input) throw std::runtime_error{input.error().detail};
    return std::move(*input);
  }
  Workbench bench;
  FakePads pads;
  KeyLines lines{bench, pads};
};

TEST_F(Keys, EachHearsItsOwnOfOnePad) {
  const auto one = listen("KEY_1"), two = listen("KEY_2");
  EXPECT_EQ(pads.opened, 1) << "a pad is grabbed: it can be opened once only";
  pads.events = {{code_1, true, 1s, false}, {code_2, true, 2s, false}, {code_1, false, 3s, false}};
  EXPECT_EQ(two->take_edges()->size(), 1U);
  const auto edges = *one->take_edges();
  ASSERT_EQ(edges.size(), 2U);
  EXPECT_TRUE(edges[0].on && !edges[1].on);
  EXPECT_EQ(edges[1].at, Tick{3s});
  EXPECT_EQ(edges[1].sequence, edges[0].sequence + 1);
  EXPECT_TRUE(*two->level());
}

TEST_F(Keys, WhatTheKernelDroppedIsAGap) {
  const auto one = listen("KEY_1");
  pads.events = {{code_1, true, 1s, false}, {code_1, true, 2s, true}};
  const auto edges = *one->take_edges();
  EXPECT_GT(edges.at(1).sequence, edges.at(0).sequence + 1);
}

TEST_F(Keys, NobodyListensForLongWithoutABound) {
  const auto one = listen("KEY_1");
  const auto two = listen("KEY_2");
  for (int i = 0; i < 300; ++i) pads.events.push_back({code_1, i % 2 == 0, Tick{i}, false});
  EXPECT_TRUE(two->take_edges()->empty());
  EXPECT_EQ(one->take_edges()->size(), 64U);
}

TEST_F(Keys, APadThatWasPulledOutIsGoneForAllAndComesBack) {
  auto one = listen("KEY_1"), two = listen("KEY_2");
  pads.pulled_out = true;
  EXPECT_EQ(one->take_edges().error().fault, Fault::gone);
  pads.pulled_out = false;
  EXPECT_EQ(two->take_edges().error().fault, Fault::gone) << "it must be opened anew";
  one.reset();
  two.reset();
  EXPECT_EQ(pads.open_now, 0) << "free for whoever opens it next";
  EXPECT_TRUE(listen("KEY_1")->take_edges());
  EXPECT_EQ(pads.opened, 2);
}

TEST_F(Keys, OthersGoBelowAndKeysAreNoLamps) {
  EXPECT_TRUE(lines.input("DESK1", {}));
  EXPECT_EQ(pads.opened, 0);
  EXPECT_EQ(lines.input(key("KEY_NONSENSE"), {}).error().fault, Fault::unknown_line);
  EXPECT_EQ(lines.input(key("KEY_9"), {}).error().fault, Fault::unknown_line) << "this pad has two keys";
  EXPECT_EQ(lines.outputs({key("KEY_1")}, {}).error().fault, Fault::unknown_line);
}

TEST(KeypadOfTheSystem, OneThatIsNotThereIsGone) {
  EXPECT_EQ(system_keypads()->open("/dev/input/by-id/none").error().fault, Fault::gone);
  EXPECT_EQ(system_keypads()->open("/dev/null").has_value(), false) << "no event device";
  EXPECT_EQ(system_keypads()->code_of("KEY_1"), code_1);
}

}  // namespace
}  // namespace skranke::devices
