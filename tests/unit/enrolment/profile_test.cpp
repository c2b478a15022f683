#include "enrolment/profile.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace skranke::enrolment {
namespace {

std::string example(const std::string& name) {
  std::ifstream file{SKRANKE_ENROLMENT_EXAMPLES "/" + name + ".toml"};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(Profiles, TheExamplesAreWhatTheLawsAsk) {
  const Profile passport = read_profile(example("passport"), "passport.toml").value();
  EXPECT_EQ(passport.fingers->age_from, 12);
  EXPECT_EQ(passport.fingers->order,
            (std::vector<int>{2, 1, 3, 4}));  // index, thumb, middle, ring; never the little one
  EXPECT_EQ(passport.fingers->captures, 3);
  EXPECT_EQ(passport.face.sources, std::vector<Source>{Source::live});
  EXPECT_FALSE(passport.signature->required);
  EXPECT_TRUE(passport.groups);
  EXPECT_FALSE(passport.an2);
  const Profile residence = read_profile(example("residence"), "residence.toml").value();
  EXPECT_EQ(residence.fingers->age_from, 6);
  EXPECT_EQ(residence.signature->age_from, 6);
  EXPECT_TRUE(residence.an2);
  const Profile licence = read_profile(example("licence"), "licence.toml").value();
  EXPECT_FALSE(licence.fingers);
  EXPECT_EQ(licence.face.format, PictureKind::jpeg);
  EXPECT_EQ(licence.face.sources.size(), 3U);
}

/// What is said of the passport with one line replaced.
std::string said(const std::string& line, const std::string& instead) {
  std::string text = example("passport");
  const std::size_t at = text.find(line);
  if (at == std::string::npos) return "no such line";
  text.replace(at, line.size(), instead);
  const auto profile = read_profile(text, "p.toml");
  return profile ? "taken" : profile.error().front().text();
}

TEST(Profiles, ErrorsNameTheField) {
  EXPECT_EQ(said("id = \"passport\"", "id = \"Pass port\""), "id: not small letters, digits and dashes");
  EXPECT_EQ(said("name_da = \"Pas\"", ""), "name_da: missing");
  EXPECT_EQ(said("minutes = 20", "minutes = 600"), "minutes: not a whole number from 2 to 120");
  EXPECT_EQ(said("minutes = 20", "minutes = \"20\""), "minutes: not a whole number from 2 to 120");
  EXPECT_EQ(said("encoding = \"19794\"", "encoding = \"1\""), "encoding: not one of: 19794, 39794");
  EXPECT_EQ(said("records = [\"groups\"]", "records = [\"groups\", \"groups\"]"), "records[1]: twice");
  EXPECT_EQ(said("records = [\"groups\"]", "records = [\"an2\"]"), "to: missing");
  EXPECT_EQ(said("age_from = 12", "age_from = 7"), "fingers.age_from: not 0, 6 or 12, the ages that are known");
  EXPECT_EQ(said("\"thumb\", ", "\"toe\", "), "fingers.order[1]: not one of: thumb, index, middle, ring, little");
  EXPECT_EQ(said("captures = 3", "captures = 0"), "fingers.captures: not a whole number from 1 to 5");
  EXPECT_EQ(said("score_min = 40", "score_minimum = 40"), "fingers.score_minimum: unknown");
  EXPECT_EQ(said("height = 531", "height = 400"), "face.height: not 1.2 to 1.4 times the width, as portraits are");
  EXPECT_EQ(said("required = false", "required = 0"), "signature.required: neither true nor false");
  EXPECT_EQ(said("sources = [\"live\"]", "sources = []"), "face.sources: not a list of 1 to 3 names");
  EXPECT_EQ(said("[face]", "[portrait]"), "face: missing");
  EXPECT_EQ(said("version = 1", "version = = 1").substr(0, 9), "p.toml:3:");
}

TEST(Profiles, LimitsOfChecksAreTheDocuments) {
  const auto limits = [](const std::string& lines) { return said("[fingers]", "[face.limits]\n" + lines + "\n[fingers]"); };
  EXPECT_EQ(limits("yaw = [5, 10.5]\nlight = [120, 90]"), "taken");
  EXPECT_EQ(limits("yaw = 5"), "face.limits.yaw: not two numbers: up to where it passes, and from where it fails");
  EXPECT_EQ(limits("yaw = [5, \"ten\"]"), "face.limits.yaw: not two numbers: up to where it passes, and from where it fails");
  EXPECT_EQ(limits("yaw = [10, 5]"), "face.limits.yaw: the second is below the first: less is better here");
  EXPECT_EQ(limits("light = [90, 120]"), "face.limits.light: the second is above the first: more is better here");
  EXPECT_EQ(limits("beauty = [1, 2]"), "face.limits.beauty: no check of that name has limits");
  EXPECT_EQ(limits("single_face = [1, 2]"), "face.limits.single_face: no check of that name has limits");
  EXPECT_EQ(limits("yaw = [-1, nan]"), "face.limits.yaw: not from 0 to 1000");
  std::string text = example("passport");
  text += "\n[face.limits]\nyaw = [5, 10.5]\n";
  EXPECT_EQ(read_profile(text, "p.toml")->face.limits, (FaceLimits{{"yaw", {5, 10.5}}}));
}

TEST(Profiles, AllThatIsWrongIsToldAtOnce) {
  const auto profile = read_profile("id = 3\nface = 1\ncolour = 2\n", "p.toml");
  ASSERT_FALSE(profile);
  EXPECT_GE(profile.error().size(), 5U);
}

}  // namespace
}  // namespace skranke::enrolment
