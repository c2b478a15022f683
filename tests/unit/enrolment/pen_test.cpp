// A pen without a pen: what strokes its events become, what is drawn of them, and when a signature is finished.
#include <cmath>
#include <deque>
#include <numeric>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "enrolment/drivers/pen.hpp"

namespace skranke::enrolment {
namespace {

constexpr PenRange tablet{0, 20000, 0, 10000, 0, 1023, 100, 100};   // 200 mm by 100 mm

struct Hand {
  std::vector<PenEvent> events;
  std::int64_t at = 1'000'000;

  Hand& say(std::uint16_t type, std::uint16_t code, std::int32_t value) { return events.push_back({at, type, code, value}), *this; }
  Hand& report() {
    say(EV_SYN, SYN_REPORT, 0);
    at += 10'000;
    return *this;
  }
  Hand& to(int x, int y, int pressure = 500) { return say(EV_ABS, ABS_X, x).say(EV_ABS, ABS_Y, y).say(EV_ABS, ABS_PRESSURE, pressure).report(); }
  Hand& down() { return say(EV_KEY, BTN_TOUCH, 1); }
  Hand& up() { return say(EV_KEY, BTN_TOUCH, 0).report(); }
  Hand& line(int x0, int y0, int x1, int y1, int steps = 80) {
    down();
    for (int i = 0; i <= steps; ++i) to(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps);
    return up();
  }
};

Strokes fed(const Hand& hand) {
  Strokes strokes;
  for (const PenEvent& event : hand.events) strokes.feed(event);
  return strokes;
}

TEST(Strokes, APenDrawsOnlyWhileItTouches) {
  Hand hand;
  hand.to(100, 100).down().to(200, 200, 10).to(300, 200, 20).up().to(400, 400).down().to(500, 500).up();
  const Strokes strokes = fed(hand);
  ASSERT_EQ(strokes.drawn().size(), 2U);
  EXPECT_EQ(strokes.drawn()[0], (Stroke{{1'010'000, 200, 200, 10}, {1'020'000, 300, 200, 20}}));
  EXPECT_EQ(strokes.drawn()[1].front().x, 500);
  EXPECT_EQ(strokes.ink_micros(), 10'000);
  EXPECT_FALSE(strokes.touches());
}

TEST(Strokes, AnAxisThatDidNotMoveIsWhereItWas) {
  Hand hand;
  hand.down().to(200, 300).say(EV_ABS, ABS_X, 250).report();
  EXPECT_EQ(fed(hand).drawn()[0].back(), (PenPoint{1'010'000, 250, 300, 500}));
}

TEST(Strokes, WhatTheKernelDroppedIsNotJoined) {
  Hand hand;
  hand.down().to(0, 0).to(100, 100).say(EV_SYN, SYN_DROPPED, 0).to(9000, 9000).to(9100, 9100).up();
  const Strokes strokes = fed(hand);
  ASSERT_EQ(strokes.drawn().size(), 2U);
  EXPECT_EQ(strokes.drawn()[1].front().x, 9000);
}

TEST(Strokes, TheOtherEndOfThePenDrawsNothing) {
  Hand hand;
  hand.say(EV_KEY, BTN_TOOL_RUBBER, 1).line(0, 0, 1000, 0).say(EV_KEY, BTN_TOOL_RUBBER, 0);
  EXPECT_TRUE(fed(hand).drawn().empty());
}

TEST(Strokes, HaveTheirBounds) {
  Hand many, endless;
  for (std::size_t i = 0; i < strokes_max + 10; ++i) many.down().to(1, 1).up();
  EXPECT_EQ(fed(many).drawn().size(), strokes_max);
  endless.down();
  for (std::size_t i = 0; i < stroke_points_max + 10; ++i) endless.to(static_cast<int>(i), 1);
  EXPECT_EQ(fed(endless).drawn()[0].size(), stroke_points_max);
}

int darkness(const Image& image) {
  return static_cast<int>(std::accumulate(image.pixels.begin(), image.pixels.end(), 0LL, [](long long sum, std::uint8_t dot) { return sum + 255 - dot; }) / 255);
}

TEST(Signature, IsDrawnAsLargeAsItWasWritten) {
  Hand hand;
  hand.line(5000, 5000, 8000, 5000);   // 30 mm: 354 dots
  const auto image = drawn(fed(hand), tablet);
  ASSERT_TRUE(image) << image.error().text();
  EXPECT_NEAR(image->width, 354 + 2 * signature_margin, 2);
  EXPECT_EQ(image->height, 2 * signature_margin + 1);
  EXPECT_EQ(image->at(image->width / 2, signature_margin), 0);
  EXPECT_EQ(image->at(image->width / 2, 2), 255);
  EXPECT_EQ(image->at(2, signature_margin), 255);
  EXPECT_NEAR(darkness(*image), 354 * 2 * 2.6, 354);
}

TEST(Signature, WhoPressesDrawsThicker) {
  Hand light, firm;
  light.line(0, 0, 3000, 0), firm.line(0, 0, 3000, 0);
  for (PenEvent& event : firm.events)
    if (event.type == EV_ABS && event.code == ABS_PRESSURE) event.value = 1023;
  EXPECT_GT(darkness(*drawn(fed(firm), tablet)), darkness(*drawn(fed(light), tablet)) * 5 / 4);
}

TEST(Signature, StrokesAreNotJoined) {
  Hand hand;
  hand.line(0, 0, 1000, 0).line(3000, 0, 4000, 0);
  const auto image = drawn(fed(hand), tablet);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->at(image->width / 2, signature_margin), 255);
}

TEST(Signature, FitsWhateverThePenSays) {
  Hand hand;
  hand.line(0, 0, 20000, 10000).line(0, 10000, 20000, 0);
  for (const PenRange& range : {tablet, PenRange{0, 20000, 0, 10000, 0, 0, 0, 0}, PenRange{0, 20000, 0, 10000, 0, 1023, 1, 1}, PenRange{}}) {
    const auto image = drawn(fed(hand), range);
    ASSERT_TRUE(image) << image.error().text();
    EXPECT_TRUE(image->consistent());
    EXPECT_LE(image->width, signature_width_max);
    EXPECT_LE(image->height, signature_height_max);
    EXPECT_GE(image->width, 400);
  }
}

TEST(Signature, WhatIsNoneIsRefused) {
  Hand dot, quick;
  dot.line(5000, 5000, 5010, 5000), quick.line(0, 0, 5000, 0, 10);
  for (const Hand& hand : {Hand{}, dot, quick}) EXPECT_EQ(drawn(fed(hand), tablet).error().where, "nothing");
}

/// Events at their times, on a clock that goes as far as one waits.
class Paper final : public PenSource {
 public:
  Paper(std::deque<PenEvent> events, std::int64_t* clock) : events_{std::move(events)}, clock_{clock} {}
  Result<std::vector<PenEvent>> wait(std::chrono::milliseconds patience) override {
    const std::int64_t until = *clock_ + patience.count() * 1000;
    std::vector<PenEvent> out;
    if (!events_.empty() && events_.front().micros <= until) *clock_ = std::max(*clock_, events_.front().micros);
    else *clock_ = until;
    while (!events_.empty() && events_.front().micros <= *clock_) out.push_back(events_.front()), events_.pop_front();
    if (events_.empty() && out.empty() && unplugged) return wrong("absent", "No such device");
    return out;
  }
  std::int64_t now_micros() override { return *clock_; }
  const PenRange& range() const override { return tablet; }
  bool unplugged = false;

 private:
  std::deque<PenEvent> events_;
  std::int64_t* clock_;
};

struct Signing {
  explicit Signing(const Hand& hand, bool unplugged = false) {
    auto paper = std::make_unique<Paper>(std::deque<PenEvent>{hand.events.begin(), hand.events.end()}, &clock);
    paper->unplugged = unplugged;
    pen = std::make_unique<Pen>(std::move(paper));
  }
  std::int64_t clock = 500'000;
  std::unique_ptr<Pen> pen;
};

TEST(Pen, IsFinishedWhenItIsLiftedForAWhile) {
  Hand hand;
  hand.line(0, 0, 4000, 0);
  hand.at += 1'000'000;   // the i is dotted later
  hand.line(2000, 1000, 2100, 1000, 5);
  const std::int64_t last = hand.events.back().micros;
  Signing signing{hand};
  const auto image = signing.pen->take(std::nullopt);
  ASSERT_TRUE(image) << image.error().text();
  EXPECT_GT(image->height, 100) << "the dot is part of it";
  EXPECT_NEAR(static_cast<double>(signing.clock - last), 1.5e6, 50'000) << "and nobody waits longer than that";
}

TEST(Pen, NobodySignsForEver) {
  Signing nobody{Hand{}};
  EXPECT_EQ(nobody.pen->take(std::nullopt).error().where, "nothing");
  EXPECT_NEAR(static_cast<double>(nobody.clock), 500'000 + 15e6, 10'000);
  Hand endless;
  endless.down();
  for (int i = 0; i < 3000; ++i) endless.to(i * 5, (i % 100) * 20);
  Signing signing{endless};
  EXPECT_TRUE(signing.pen->take(std::nullopt)) << "what there is when the time is over";
  EXPECT_LT(signing.clock, 16'000'000);
}

TEST(Pen, WhatWasDrawnBeforeIsNotTheSignature) {
  Hand hand;
  hand.line(0, 0, 9000, 9000);
  Signing signing{hand};
  signing.clock = hand.at + 1'000'000;
  EXPECT_EQ(signing.pen->take(std::nullopt).error().where, "nothing");
}

TEST(Pen, PulledOutIsSaid) {
  Hand hand;
  hand.down().to(0, 0);
  Signing signing{hand, true};
  EXPECT_EQ(signing.pen->take(std::nullopt).error().where, "absent");
}

}  // namespace
}  // namespace skranke::enrolment
