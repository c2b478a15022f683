// Analysis and matcher against what NIST's programs said of the same pictures (tests/enrolment/data/fingers/*.csv).
#include "enrolment/prints.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "enrolment/print_parts.hpp"
#include "tests/unit/enrolment/support.hpp"

namespace skranke::enrolment {
namespace {

using test::print_of;

const PrintAnalysis& analysis_of(const std::string& name) {
  static std::map<std::string, PrintAnalysis> known;
  const auto found = known.find(name);
  return found != known.end() ? found->second
                              : known.emplace(name, analyse_print(print_of(name)).value()).first->second;
}
std::vector<std::string> hints_of(const PrintAnalysis& analysis) {
  std::vector<std::string> names;
  for (const PrintHint hint : analysis.hints) names.emplace_back(name_of(hint));
  return names;
}
using Hints = std::vector<std::string>;

TEST(Prints, SameAndDifferentFingersAreFarApart) {
  int least_same = 100, most_different = 0, same = 0, different = 0;
  for (const auto& row : test::table("fingers/bozorth.csv")) {
    const int score = match(analysis_of(row.at("a")).minutiae, analysis_of(row.at("b")).minutiae);
    if (row.at("same_finger") == "1") {
      ++same;
      least_same = std::min(least_same, score);
      EXPECT_GE(score, same_finger_at) << row.at("a") << " and " << row.at("b");
    } else {
      ++different;
      most_different = std::max(most_different, score);
      EXPECT_LT(score, same_finger_at) << row.at("a") << " and " << row.at("b");
    }
  }
  EXPECT_EQ(same, 24);
  EXPECT_EQ(different, 96);
  EXPECT_GE(least_same, 80);
  EXPECT_LE(most_different, 25);
}

TEST(Prints, BadImpressionsMatchTheirFingerAndNoOther) {
  for (const char* bad : {"f1_dry", "f1_wet", "f1_partial"})
    for (int finger = 1; finger <= 4; ++finger)
      for (int i = 0; i < 4; ++i) {
        const std::string name = "f" + std::to_string(finger) + "_" + std::to_string(i);
        EXPECT_EQ(same_finger(analysis_of(bad).minutiae, analysis_of(name).minutiae), finger == 1)
            << bad << " and " << name;
      }
}

TEST(Prints, MatchingIsTheSameBothWaysRound) {
  for (const char* name : {"f1_1", "f2_2", "f3_0", "f1_partial"})
    EXPECT_NEAR(match(analysis_of("f1_0").minutiae, analysis_of(name).minutiae),
                match(analysis_of(name).minutiae, analysis_of("f1_0").minutiae), 12);
}

TEST(Prints, NothingMatchesNothing) {
  EXPECT_EQ(match({}, {}), 0);
  EXPECT_EQ(match(analysis_of("f1_0").minutiae, {}), 0);
  const std::vector<Minutia> one{{10, 10, 0, false}};
  EXPECT_EQ(match(one, one), 0);
}

TEST(Prints, AnyTurnAndPlaceOfTheFingerMatches) {
  std::vector<Minutia> turned = analysis_of("f2_0").minutiae;
  for (Minutia& one : turned) {
    const float x = one.x - 208, y = one.y - 280, angle = 2.4F;
    one = {std::cos(angle) * x - std::sin(angle) * y + 700, std::sin(angle) * x + std::cos(angle) * y + 90,
           one.angle + angle, one.forks};
  }
  EXPECT_GE(match(analysis_of("f2_0").minutiae, turned), 95);
  EXPECT_GE(match(analysis_of("f2_3").minutiae, turned), 80);
  EXPECT_LT(match(analysis_of("f3_3").minutiae, turned), same_finger_at);
}

TEST(Prints, TheBestOfThreeIsOneThatTheOthersAreLike) {
  const std::vector<PrintAnalysis> one_astray{analysis_of("f2_0"), analysis_of("f1_0"), analysis_of("f1_2")};
  EXPECT_NE(best_of(one_astray), 0U);  // another finger in between
  const std::vector<PrintAnalysis> one_poor{analysis_of("f1_low"), analysis_of("f1_1"), analysis_of("f1_dry")};
  EXPECT_EQ(best_of(one_poor), 1U);  // alike to each other, and the clearer
  EXPECT_EQ(best_of(std::vector{analysis_of("f1_0")}), 0U);
}

TEST(Prints, MinutiaeAreAsManyAsTheReferenceSees) {
  for (const auto& row : test::table("fingers/oracle.csv")) {
    const double theirs = row.at("FJFX_minutiae").empty() ? 0 : std::stod(row.at("FJFX_minutiae"));
    const double ours = static_cast<double>(analysis_of(row.at("image")).minutiae.size());
    EXPECT_NEAR(ours, theirs, std::max(3.0, 0.2 * theirs)) << row.at("image");
  }
}

TEST(Prints, MeasuresFollowTheReferences) {
  for (const auto& row : test::table("fingers/oracle.csv")) {
    if (row.at("ROI_mean").empty()) continue;
    const PrintMeasures& measures = analysis_of(row.at("image")).measures;
    EXPECT_NEAR(measures.brightness, std::stod(row.at("ROI_mean")), 25) << row.at("image");
    const double area = std::stod(row.at("foreground_px")) * 0.0508 * 0.0508;
    EXPECT_NEAR(measures.area_mm2, area, std::max(30.0, 0.2 * area))
        << row.at("image");  // ours goes to the blurred edge
  }
}

TEST(Prints, WhatIsWrongIsTold) {
  EXPECT_EQ(hints_of(analysis_of("f1_0")), Hints{});
  EXPECT_EQ(hints_of(analysis_of("f4_3")), Hints{});
  EXPECT_EQ(hints_of(analysis_of("f1_dry")), Hints{"dry"});
  EXPECT_EQ(hints_of(analysis_of("f1_wet")), Hints{"wet"});
  EXPECT_EQ(hints_of(analysis_of("f1_partial")), Hints{"small"});
  EXPECT_EQ(hints_of(analysis_of("f1_low")), Hints{"faint"});
  EXPECT_EQ(hints_of(analysis_of("blank")), Hints{"no_finger"});
}

TEST(Prints, TheScoreOrdersThem) {
  for (const char* good : {"f1_0", "f2_1", "f3_2", "f4_3"}) EXPECT_GE(analysis_of(good).score, 90) << good;
  for (const char* poor : {"f1_dry", "f1_wet", "f1_partial"}) {
    EXPECT_LT(analysis_of(poor).score, 75) << poor;
    EXPECT_GT(analysis_of(poor).score, 10) << poor;
  }
  EXPECT_EQ(analysis_of("f1_low").score, 0);
  EXPECT_EQ(analysis_of("blank").score, 0);
}

Image changed(const Image& print, int width, int height, auto pixel_at) {
  Image out{width, height, 1, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) out.pixels.push_back(pixel_at(print, x, y));
  return out;
}

/// Level ridges nine pixels apart, one more of them to the right of (128, y0) than to the left.
Image stripes(double y0) {
  Image out{256, 252, 1, {}};
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      const double phase = 2 * 3.14159265358979 * y / 9 + std::atan2(y - y0, x - 128.0);
      out.pixels.push_back(static_cast<std::uint8_t>(150 + 90 * std::cos(phase)));
    }
  return out;
}

TEST(Prints, ARidgeEndsOrForksWhereItDoes) {
  for (const auto& [y0, forks] : {std::pair{126.0, true}, std::pair{130.5, false}}) {
    const PrintAnalysis analysis = analyse_print(stripes(y0)).value();
    ASSERT_EQ(analysis.minutiae.size(), 1U) << y0;
    EXPECT_EQ(analysis.minutiae[0].forks, forks) << y0;  // taking valleys for ridges turns the two round
    EXPECT_NEAR(analysis.minutiae[0].x, 128, 9);
    EXPECT_NEAR(analysis.minutiae[0].y, y0, 4);
    EXPECT_GT(std::cos(analysis.minutiae[0].angle), 0.9);  // the ridge lies to the right
  }
}

TEST(Prints, ABrokenRidgeIsNoMinutia) {
  Field field{32, 32, std::vector<Cell>(32 * 32)};
  for (Cell& cell : field.cells) cell.usable = true;
  const auto found = [&](int gap) {
    Bytes map(256 * 256, 0);
    for (int x = 10; x < 246; ++x) map[static_cast<std::size_t>(128 * 256 + x)] = x >= 120 && x < 120 + gap ? 0 : 1;
    return minutiae_of(map, 256, 256, field).size();
  };
  EXPECT_EQ(found(0), 0U);
  EXPECT_EQ(found(8), 0U);
  EXPECT_EQ(found(30), 2U);
}

TEST(Prints, AsideIsTold) {
  const Image aside = changed(print_of("f1_0"), 416, 560, [](const Image& print, int x, int y) {
    return x < 260 ? std::uint8_t{250} : print.at(x - 260, y);
  });
  const PrintAnalysis analysis = analyse_print(aside).value();
  EXPECT_EQ(hints_of(analysis), Hints{"off_centre"});
  EXPECT_GT(analysis.measures.offset_x_mm, 3);
}

TEST(Prints, AnotherResolutionThanItSaysIsTold) {
  const auto twice = [](const Image& print, int x, int y) { return print.at(x / 2 + 100, y / 2 + 100); };
  const Image enlarged = changed(print_of("f1_0"), 416, 560, twice);
  const PrintAnalysis analysis = analyse_print(enlarged).value();  // taken at 1,000 ppi and called 500
  EXPECT_EQ(hints_of(analysis).back(), "wrong_resolution");
  EXPECT_LT(analysis.score, 40);
  EXPECT_GE(analyse_print(enlarged, 1000)->score, 60);  // told rightly, it is a small print like others
  EXPECT_EQ(std::ranges::count(analyse_print(enlarged, 1000)->hints, PrintHint::wrong_resolution), 0);
}

TEST(Prints, WhatIsNoPrintIsRefused) {
  EXPECT_FALSE(analyse_print({64, 64, 3, Bytes(64 * 64 * 3)}));
  EXPECT_FALSE(analyse_print({32, 64, 1, Bytes(32 * 64)}));
  EXPECT_FALSE(analyse_print(print_of("f1_0"), 96));
  EXPECT_EQ(analyse_print({64, 64, 1, Bytes(64 * 64, 0)})->score, 0);
  Image noise{256, 256, 1, {}};
  std::uint32_t seed = 3;
  for (int i = 0; i < 256 * 256; ++i)
    noise.pixels.push_back(static_cast<std::uint8_t>((seed = seed * 1664525U + 1013904223U) >> 24U));
  EXPECT_LT(analyse_print(noise)->score, 5);
}

}  // namespace
}  // namespace skranke::enrolment
