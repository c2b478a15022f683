// Which picture of a burst is kept: nobody's camera and nobody's face, only verdicts.
#include "enrolment/burst.hpp"
#include "enrolment/live_look.hpp"

#include <gtest/gtest.h>

namespace skranke::enrolment {
namespace {

/// A picture that is its own number.
Shot shot(std::uint8_t number) { return {Image{1, 1, 1, {number}}, std::string(1, static_cast<char>('a' + number)), std::nullopt}; }

struct Film {
  std::vector<std::vector<FaceCheck>> checks;  ///< of each picture
  std::size_t shown = 0;
  std::string offered{};
  std::size_t time = burst_max;

  std::size_t kept() {
    const Shot best = best_shot(shot(0), {[this]() -> Result<Shot> {
                                            if (++shown >= checks.size()) return wrong("nothing", "no more");
                                            return shot(static_cast<std::uint8_t>(shown));
                                          },
                                          [this] { return time-- > 0; },
                                          [this](const Image& image) -> Result<std::vector<FaceCheck>> {
                                            if (checks[image.pixels[0]].empty()) return wrong("face", "not to be looked at");
                                            return checks[image.pixels[0]];
                                          },
                                          [this](const Shot& one) { return offered.find(one.digest) != std::string::npos; }});
    return best.image.pixels[0];
  }
};

std::vector<FaceCheck> verdicts(Verdict eyes, Verdict light, double sharp) { return {{"eyes_open", 0, eyes}, {"light", 0, light}, {"sharp", sharp, Verdict::pass}}; }
constexpr Verdict good = Verdict::pass, edge = Verdict::warn, bad = Verdict::fail;

TEST(Burst, WhoBlinksIsTakenWithOpenEyes) {
  EXPECT_EQ((Film{{verdicts(bad, good, 0.5), verdicts(good, edge, 0.3), verdicts(bad, good, 0.6)}}.kept()), 1U);
}

TEST(Burst, FewerAtTheEdgeThenTheSharper) {
  EXPECT_EQ((Film{{verdicts(edge, edge, 0.5), verdicts(good, edge, 0.3), verdicts(edge, good, 0.4)}}.kept()), 2U);
  EXPECT_EQ((Film{{verdicts(good, good, 0.3), verdicts(good, good, 0.3)}}.kept()), 0U) << "the first stays where none is better";
}

TEST(Burst, WhatWasOfferedBeforeIsTheLastChoice) {
  EXPECT_EQ((Film{.checks = {verdicts(good, good, 0.5), verdicts(edge, good, 0.3)}, .offered = "a"}.kept()), 1U);
  EXPECT_EQ((Film{.checks = {verdicts(edge, good, 0.3), verdicts(good, good, 0.5)}, .offered = "b"}.kept()), 0U);
}

TEST(Burst, WhatCannotBeLookedAtIsNotChosen) {
  EXPECT_EQ((Film{{verdicts(bad, bad, 0.1), {}}}.kept()), 0U);
  EXPECT_EQ((Film{{{}, verdicts(bad, bad, 0.1)}}.kept()), 1U);
}

TEST(Burst, ItHasAnEnd) {
  Film film{std::vector(20, verdicts(good, good, 0.4))};
  static_cast<void>(film.kept());
  EXPECT_EQ(film.shown, burst_max - 1);
  Film hurried{.checks = std::vector(20, verdicts(good, good, 0.4)), .time = 2};
  static_cast<void>(hurried.kept());
  EXPECT_EQ(hurried.shown, 2U);
}

TEST(LiveLooks, OneThingIsSaidAndGoodOnlyAfterHalfASecond) {
  LiveLook live;
  EXPECT_TRUE(live.is_due(1000));
  EXPECT_EQ(live.say(1000), "") << "nothing was seen yet";
  live.saw({{"light", 90, Verdict::warn}, {"yaw", 20, Verdict::fail}, {"roll", 9, Verdict::fail}}, 1000);
  EXPECT_EQ(live.say(1000), "yaw") << "what fails goes before what is near its limit";
  EXPECT_FALSE(live.is_due(1199));
  EXPECT_TRUE(live.is_due(1200));
  EXPECT_TRUE(live.is_due(900)) << "a clock that was set back holds up nothing";
  live.saw({{"light", 90, Verdict::warn}, {"yaw", 1, Verdict::pass}}, 1200);
  EXPECT_EQ(live.say(1200), "light");
  const std::vector<FaceCheck> fine{{"light", 150, Verdict::pass}, {"yaw", 1, Verdict::pass}};
  live.saw(fine, 1400);
  EXPECT_EQ(live.say(1400), "") << "it may be a moment only";
  live.saw(fine, 1800);
  EXPECT_EQ(live.say(1899), "");
  EXPECT_EQ(live.say(1900), "good");
  live.saw({{"yaw", 20, Verdict::fail}}, 2000);
  live.saw(fine, 2200);
  EXPECT_EQ(live.say(2600), "") << "the half second begins anew";
  live.saw({}, 2800);
  EXPECT_EQ(live.say(9000), "") << "a picture that could not be judged is not a good one";
}

}  // namespace
}  // namespace skranke::enrolment
