// The look at faces against the 3D scenes that the test pictures were rendered from
// (tests/enrolment/data/faces/truth.json).
#include "enrolment/faces.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "enrolment/network.hpp"
#include "enrolment/session.hpp"
#include "tests/unit/enrolment/support.hpp"

namespace skranke::enrolment {
namespace {

const FaceFinder& finder() {
  static const FaceFinder found = FaceFinder::load(SKRANKE_ENROLMENT_MODELS).value();
  return found;
}
Image picture(const std::string& name) { return jpeg_decode(test::load("faces/" + name)).value(); }

struct Known {
  std::string name;
  double yaw = 0, pitch = 0, roll = 0, eye_distance = 0;
  bool closed = false, open_mouth = false, smile = false, pattern = false, side = false, dark = false;
  FaceMeasures measures;
};
const std::vector<Known>& all() {
  static const std::vector<Known> known = [] {
    std::vector<Known> found;
    const boost::json::value truth = boost::json::parse(text_of(test::load("faces/truth.json")));
    for (const auto& pair : truth.at("images").as_object()) {
      const boost::json::value& value = pair.value();  // clang 14 takes no part of a pair into a lambda
      const std::string file{pair.key()};
      if (!std::filesystem::exists(std::filesystem::path{SKRANKE_ENROLMENT_DATA} / "faces" / file)) continue;
      const auto at = [&](const char* key, std::size_t i) {
        return value.at("eyeball_front_px").at(key).as_array()[i].to_number<double>();
      };
      found.push_back({file, value.at("head_yaw_deg").to_number<double>(),
                       value.at("head_pitch_deg").to_number<double>(), value.at("head_roll_deg").to_number<double>(),
                       std::hypot(at("left_eye", 0) - at("right_eye", 0), at("left_eye", 1) - at("right_eye", 1)),
                       value.at("eyes_closed").as_string() != "none", value.at("mouth_open").as_bool(),
                       value.at("smile").as_bool(), value.at("background").as_string() != "plain",
                       value.at("lighting").as_string() == "side", value.at("lighting").as_string() == "dark",
                       finder().measure(picture(file)).value()});
    }
    return found;
  }();
  return known;
}
const Known& known(const std::string& name) {
  return *std::ranges::find_if(all(), [&](const Known& one) { return one.name == name; });
}
Verdict verdict(const FaceMeasures& measures, std::string_view id) {
  for (const FaceCheck& check : judge(measures))
    if (check.id == id) return check.verdict;
  ADD_FAILURE() << "no check " << id;
  return Verdict::fail;
}

TEST(Faces, OneFaceIsFoundInEach) {
  ASSERT_EQ(all().size(), 23U);
  for (const Known& one : all()) EXPECT_EQ(one.measures.faces, 1) << one.name;
}

TEST(Faces, PoseIsWithinThreeDegreesAndRollWithinOneAndAHalf) {
  for (const Known& one : all()) {
    EXPECT_NEAR(one.measures.yaw_deg, one.yaw, 3) << one.name;
    EXPECT_NEAR(one.measures.roll_deg, one.roll, 1.5) << one.name;
    EXPECT_NEAR(one.measures.pitch_deg, one.pitch, 3) << one.name;   // a smile or an open mouth is no nod
  }
}

TEST(Faces, EyesAreWhereTheyAre) {
  for (const Known& one : all()) EXPECT_NEAR(one.measures.eye_distance_px / one.eye_distance, 1.0, 0.08) << one.name;
}

TEST(Faces, FlagsAreThoseOfTheScene) {
  for (const Known& one : all()) {
    const FaceMeasures& m = one.measures;
    EXPECT_EQ(verdict(m, "eyes_open") == Verdict::fail, one.closed) << one.name;
    EXPECT_EQ(verdict(m, "mouth_closed") != Verdict::pass, one.open_mouth) << one.name;
    EXPECT_EQ(verdict(m, "even_light") == Verdict::fail, one.side) << one.name;
    EXPECT_EQ(verdict(m, "plain_background") == Verdict::fail, one.pattern) << one.name;
    if (!one.closed) {
      EXPECT_EQ(verdict(m, "light") == Verdict::fail, one.dark) << one.name;
    }
    EXPECT_EQ(verdict(m, "yaw") != Verdict::pass, std::abs(one.yaw) >= 10) << one.name;
    EXPECT_EQ(verdict(m, "pitch") != Verdict::pass, std::abs(one.pitch) >= 15) << one.name;
    EXPECT_EQ(verdict(m, "roll") != Verdict::pass, std::abs(one.roll) >= 8) << one.name;
  }
  EXPECT_NE(verdict(known("A_small.jpg").measures, "eye_distance"), Verdict::pass);
  EXPECT_EQ(verdict(known("A_large.jpg").measures, "room_around"), Verdict::fail);
}

TEST(Faces, TheVerdictIsTheSameForAllPersons) {
  for (const char* name : {"A_neutral.jpg", "B_neutral.jpg"})
    for (const FaceCheck& check : judge(known(name).measures))
      EXPECT_EQ(check.verdict, Verdict::pass) << name << " " << check.id << " " << check.value;
}

TEST(Faces, NobodyAndTwoAreTold) {
  const Image wall{480, 600, 3, Bytes(480 * 600 * 3, 190)};
  const FaceMeasures nobody = finder().measure(wall).value();
  EXPECT_EQ(nobody.faces, 0);
  ASSERT_EQ(judge(nobody).size(), 1U);
  EXPECT_EQ(judge(nobody)[0].verdict, Verdict::fail);
  const Image a = picture("A_neutral.jpg"), b = picture("B_neutral.jpg");
  Image both{960, 600, 3, {}};
  for (std::size_t y = 0; y < 600; ++y)
    for (const Image* one : {&a, &b})
      both.pixels.insert(both.pixels.end(), one->pixels.begin() + static_cast<std::ptrdiff_t>(y * 1440),
                         one->pixels.begin() + static_cast<std::ptrdiff_t>((y + 1) * 1440));
  EXPECT_EQ(finder().measure(both)->faces, 2);
  EXPECT_EQ(verdict(finder().measure(both).value(), "single_face"), Verdict::fail);
}

TEST(Faces, ThePortraitIsCutAndLevelledForTheDocument) {
  for (const char* name : {"A_neutral.jpg", "A_roll+8.jpg", "A_small.jpg", "B_neutral.jpg", "B_yaw+10.jpg"}) {
    const Image portrait = document_portrait(picture(name), known(name).measures, 413, 531);
    ASSERT_TRUE(portrait.consistent());
    const FaceMeasures cut = finder().measure(portrait).value();
    ASSERT_EQ(cut.faces, 1) << name;
    EXPECT_GE(cut.head_height, 0.667) << name;  // Danish rules: 30 to 36 mm of 45
    EXPECT_LE(cut.head_height, 0.80) << name;
    const double eyes = 1 - (cut.right_eye.y + cut.left_eye.y) / 2 / portrait.height;
    EXPECT_GE(eyes, 0.50) << name;
    EXPECT_LE(eyes, 0.70) << name;
    EXPECT_NEAR((cut.right_eye.x + cut.left_eye.x) / 2 / portrait.width, 0.5, 0.05) << name;
    EXPECT_LE(std::abs(cut.roll_deg), 2) << name;
  }
}

TEST(Faces, OnlyThePinnedModelsAreLoaded) {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "skranke-models-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  const auto why = [&] {
    const auto loaded = FaceFinder::load(folder);
    return loaded ? std::string{"loaded"} : loaded.error().text();
  };
  EXPECT_EQ(why(), "face_detection.tflite: missing");
  for (const char* file : {"face_detection.tflite", "face_landmark.tflite", "face_geometry.binarypb"})
    fs::copy(fs::path{SKRANKE_ENROLMENT_MODELS} / file, folder / file);
  EXPECT_EQ(why(), "loaded");
  std::fstream{folder / "face_landmark.tflite", std::ios::in | std::ios::out | std::ios::binary}.seekp(700'000).put(
      'x');
  EXPECT_EQ(why(), "face_landmark.tflite: not the file that is known: its digest differs");
  fs::remove_all(folder);
}

TEST(Faces, TheModelsAreFoundInThePackageAsItComes) {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "skranke-models-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  const fs::path packed = fs::path{SKRANKE_ENROLMENT_PACKAGE} / "face_mesh_solution_packed_assets.data";
  EXPECT_EQ(check_models(folder).error().text(), "face_detection.tflite: missing");
  fs::copy(packed, folder / packed.filename());
  ASSERT_TRUE(check_models(folder)) << check_models(folder).error().text();
  EXPECT_EQ(FaceFinder::load(folder)->measure(picture("A_neutral.jpg"))->faces, 1);
  fs::resize_file(folder / packed.filename(), 3'986'000);
  EXPECT_EQ(check_models(folder).error().text(), "face_detection.tflite: missing");
  fs::remove_all(folder);
}

/// As far out of focus as this many pixels.
Image blurred(const Image& in, double sigma) {
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  const auto pass = [&](const Image& from, int dx, int dy) {
    Image out = from;
    for (int y = 0; y < from.height; ++y)
      for (int x = 0; x < from.width; ++x)
        for (int c = 0; c < 3; ++c) {
          double sum = 0, total = 0;
          for (int i = -reach; i <= reach; ++i) {
            const double weight = std::exp(-i * i / (2 * sigma * sigma));
            const int u = std::clamp(x + i * dx, 0, from.width - 1), v = std::clamp(y + i * dy, 0, from.height - 1);
            sum += weight * from.pixels[static_cast<std::size_t>((v * from.width + u) * 3 + c)];
            total += weight;
          }
          out.pixels[static_cast<std::size_t>((y * from.width + x) * 3 + c)] =
              static_cast<std::uint8_t>(sum / total + 0.5);
        }
    return out;
  };
  return pass(pass(in, 1, 0), 0, 1);
}

TEST(Faces, WhatIsBlurredIsTold) {
  for (const Known& one : all()) EXPECT_EQ(verdict(one.measures, "sharp"), Verdict::pass) << one.name;
  for (const char* name : {"A_neutral.jpg", "B_neutral.jpg"}) {
    double before = known(name).measures.sharpness;
    for (const auto& [sigma, told] : {std::pair{1.0, Verdict::pass}, {2.0, Verdict::warn}, {3.0, Verdict::fail}}) {
      const FaceMeasures measures = finder().measure(blurred(picture(name), sigma)).value();
      EXPECT_EQ(verdict(measures, "sharp"), told) << name << " " << sigma << " " << measures.sharpness;
      EXPECT_LT(measures.sharpness, before) << name << " " << sigma;
      before = measures.sharpness;
    }
  }
  // Half as many pixels of the same face are not less sharp: what counts is the face, not the camera.
  EXPECT_EQ(verdict(finder().measure(fitted(picture("A_neutral.jpg"), 240, 300)).value(), "sharp"), Verdict::pass);
}

TEST(Faces, RedEyesAreToldOfEverybody) {
  for (const Known& one : all()) EXPECT_EQ(verdict(one.measures, "no_red_eyes"), Verdict::pass) << one.name;
  for (const char* name : {"A_neutral.jpg", "B_neutral.jpg"})
    for (const std::array<std::uint8_t, 3> red : {std::array<std::uint8_t, 3>{200, 40, 45}, {110, 35, 30}})
      for (const bool both : {true, false}) {
        Image flashed = picture(name);
        const FaceMeasures& m = known(name).measures;
        const double radius = 0.055 * m.eye_distance_px;  // a pupil in the dark: seven millimetres
        for (const Point& eye : both ? std::vector{m.right_eye, m.left_eye} : std::vector{m.left_eye})
          for (double y = -radius; y <= radius; ++y)
            for (double x = -radius; x <= radius; ++x)
              if (x * x + y * y <= radius * radius)
                std::copy_n(red.begin(), 3, flashed.pixels.begin() + static_cast<std::ptrdiff_t>((std::lround(eye.y + y) * flashed.width + std::lround(eye.x + x)) * 3));
        const FaceMeasures measures = finder().measure(flashed).value();
        EXPECT_EQ(verdict(measures, "no_red_eyes"), Verdict::fail) << name << " " << int{red[0]} << " " << both << " " << measures.red_eye_share;
      }
}

TEST(Faces, EveryCheckHasItsWords) {
  for (const char* language : {"da", "en"}) {
    std::ifstream file{std::filesystem::path{SKRANKE_CATALOGUES} / (std::string{language} + ".json")};
    const boost::json::value words = boost::json::parse(std::string{std::istreambuf_iterator<char>{file}, {}});
    const auto has_words = [&](const std::string& where) {
      boost::system::error_code error;
      const boost::json::value* found = words.find_pointer(where, error);
      EXPECT_TRUE(found != nullptr && found->is_string() && !found->as_string().empty()) << language << where;
    };
    for (const std::string_view check : face_checks)
      for (const char* where : {"/enrolment/hint/", "/ui/enrol/check/"}) has_words(where + std::string{check});
    for (const std::string_view check : clerks_checks) has_words("/ui/enrol/attested/" + std::string{check});
    for (const char* why : {"no_models", "no_face", "eyes_closed", "not_coded", "no_answer"}) has_words(std::string{"/enrolment/unjudged/"} + why);
  }
}

/// A part of a picture.
Image part(const Image& in, int left, int top, int right, int bottom) {
  Image out{right - left, bottom - top, 3, {}};
  for (int y = top; y < bottom; ++y)
    out.pixels.insert(out.pixels.end(), in.pixels.begin() + static_cast<std::ptrdiff_t>((y * in.width + left) * 3),
                      in.pixels.begin() + static_cast<std::ptrdiff_t>((y * in.width + right) * 3));
  return out;
}

TEST(Faces, WhereTheHeadIsTooNearAnEdgeIsTold) {
  for (const char* name : {"A_neutral.jpg", "B_neutral.jpg"}) {
    const Image whole = picture(name);
    const auto told = [&](int left, int top, int right, int bottom) {
      std::vector<std::string_view> ids;
      for (const FaceCheck& check : judge(finder().measure(part(whole, left, top, right, bottom)).value()))
        if (check.id.starts_with("crop_") && check.verdict == Verdict::fail) ids.push_back(check.id);
      return ids;
    };
    using Ids = std::vector<std::string_view>;
    EXPECT_EQ(told(0, 0, 480, 600), Ids{}) << name;
    EXPECT_EQ(told(70, 0, 480, 600), Ids{"crop_left"}) << name;
    EXPECT_EQ(told(0, 0, 410, 600), Ids{"crop_right"}) << name;
    EXPECT_EQ(told(0, 80, 480, 600), Ids{"crop_above"}) << name;
    EXPECT_EQ(told(0, 0, 480, 550), Ids{"crop_below"}) << name;
  }
  EXPECT_EQ(verdict(known("A_small.jpg").measures, "resolution"), Verdict::warn) << "fewer pixels than the portrait";
  EXPECT_EQ(verdict(known("A_large.jpg").measures, "head_size"), Verdict::warn);
}

TEST(Faces, ColoursThatNoSkinHasAreTold) {
  for (const Known& one : all()) EXPECT_EQ(verdict(one.measures, "natural_colour"), Verdict::pass) << one.name;
  for (const char* name : {"A_neutral.jpg", "B_neutral.jpg"}) {
    const auto with = [&](auto change) {
      Image changed = picture(name);
      for (std::size_t i = 0; i + 2 < changed.pixels.size(); i += 3) change(changed.pixels.data() + i);
      return verdict(finder().measure(changed).value(), "natural_colour");
    };
    EXPECT_EQ(with([](std::uint8_t* pixel) { std::swap(pixel[0], pixel[2]); }), Verdict::fail) << name << ": blue";
    EXPECT_EQ(with([](std::uint8_t* pixel) { std::swap(pixel[0], pixel[1]); }), Verdict::fail) << name << ": green";
    EXPECT_EQ(with([](std::uint8_t* pixel) { pixel[0] = pixel[2] = pixel[1]; }), Verdict::fail) << name << ": grey";
  }
}

TEST(Faces, AFlatPictureIsTold) {
  for (const char* name : {"A_neutral.jpg", "B_neutral.jpg"}) {
    Image flat = picture(name);
    for (std::uint8_t& each : flat.pixels) each = static_cast<std::uint8_t>(60 + each / 4);
    EXPECT_EQ(verdict(finder().measure(flat).value(), "dynamic_range"), Verdict::fail) << name;
  }
  EXPECT_EQ(verdict(known("A_dark.jpg").measures, "dynamic_range"), Verdict::warn);
}

TEST(Faces, WhatTheDocumentsFileLosesIsTold) {
  const Workshop workshop = real_workshop(finder());
  FaceRules rules;
  const auto told = [&](std::size_t bytes_max) {
    rules.bytes_max = bytes_max;
    const auto check = workshop.judge_file(picture("A_busy.jpg"), rules);
    EXPECT_TRUE(check && check->id == "compression");
    return check ? check->verdict : Verdict::pass;
  };
  EXPECT_EQ(told(15'000), Verdict::pass);
  EXPECT_EQ(told(700), Verdict::fail);
  EXPECT_FALSE(workshop.judge_file(fitted(picture("A_neutral.jpg"), 206, 265), rules)) << "too small for the document";
  EXPECT_DOUBLE_EQ(likeness(picture("A_neutral.jpg"), picture("A_neutral.jpg")), 1);
  EXPECT_LT(likeness(picture("A_neutral.jpg"), picture("B_neutral.jpg")), 0.9);
  EXPECT_EQ(likeness(picture("A_neutral.jpg"), fitted(picture("A_neutral.jpg"), 413, 531)), 0) << "of another shape";
}

TEST(Faces, ScoresAreThoseOfTheStandard) {
  const auto score = [](std::string_view id, double value) { return judged(id, value, {}).score; };
  EXPECT_EQ(score("eye_distance", 70), 50);
  EXPECT_EQ(score("eye_distance", 90), 73);
  EXPECT_EQ(score("yaw", 0), 100);
  EXPECT_EQ(score("pitch", 5), 99);
  EXPECT_EQ(score("roll", 45), 50);
  EXPECT_EQ(score("head_size", 0.9), 100);  // eyes to chin 0.45 of the height
  EXPECT_EQ(score("crop_left", 0.9), 50);
  EXPECT_EQ(score("crop_above", 1.4), 50);
  EXPECT_EQ(score("crop_below", 1.8), 50);
  EXPECT_EQ(score("dynamic_range", 4), 50);
  EXPECT_EQ(score("not_too_bright", 0), 100);
  EXPECT_EQ(score("not_too_dark", 0.09), 10);
  EXPECT_EQ(score("even_light", 1), 100);
  EXPECT_EQ(score("single_face", 2), 0);
  for (const FaceLimit& limit : usual_limits) {
    EXPECT_GE(score(limit.id, limit.pass), score(limit.id, limit.warn) - (limit.id == "head_size" ? 20 : 0)) << limit.id;
    for (const double value : {-1.0, 0.0, 0.5, 1.0, 1e6}) EXPECT_EQ(std::clamp(score(limit.id, value), 0, 100), score(limit.id, value)) << limit.id;
  }
}

TEST(Faces, AProfileMovesTheLimits) {
  const FaceMeasures& turned = known("A_yaw+10.jpg").measures;
  const auto told = [&](const FaceLimits& limits) {
    const auto checks = judge(turned, limits);
    return std::ranges::find(checks, "yaw", &FaceCheck::id)->verdict;
  };
  EXPECT_EQ(told({}), Verdict::warn);
  EXPECT_EQ(told({{"yaw", {15, 20}}}), Verdict::pass);
  EXPECT_EQ(told({{"yaw", {3, 5}}}), Verdict::fail);
}

TEST(Faces, WhatCouldNotBeJudgedIsSaid) {
  const auto ids = [](const std::vector<FaceCheck>& checks) {
    std::vector<std::string_view> found;
    for (const FaceCheck& check : checks) found.push_back(check.id);
    return found;
  };
  const auto neutral = judge(known("A_neutral.jpg").measures);
  EXPECT_EQ(ids(neutral), (std::vector<std::string_view>{face_checks.begin(), face_checks.end() - 1})) << "all but the file's, in this order";
  ASSERT_EQ(not_judged(neutral).size(), 1U);
  EXPECT_EQ(not_judged(neutral)[0].why, "not_coded");
  const auto closed = not_judged(judge(known("A_closed.jpg").measures));
  ASSERT_EQ(closed.size(), 2U) << "there is no white to see the light by";
  EXPECT_EQ(closed[0].id, "light");
  EXPECT_EQ(closed[0].why, "eyes_closed");
  const auto nobody = not_judged(judge(finder().measure({480, 600, 3, Bytes(480 * 600 * 3, 190)}).value()));
  ASSERT_EQ(nobody.size(), face_checks.size() - 1);
  EXPECT_EQ(nobody[0].why, "no_face");
  EXPECT_EQ(not_judged({}).size(), face_checks.size());
  EXPECT_EQ(not_judged({})[0].why, "no_models");
}

TEST(Faces, PicturesOfOtherKindsAreRefused) {
  EXPECT_FALSE(finder().measure({480, 600, 1, Bytes(480 * 600, 1)}));
  EXPECT_FALSE(finder().measure({4, 4, 3, Bytes(48, 1)}));
  EXPECT_EQ(finder().measure({8, 8192, 3, Bytes(8 * 8192 * 3, 1)})->faces, 0);
}

TEST(Networks, BrokenFilesAreRefusedAndNeverRunOutside) {
  std::ifstream file{std::filesystem::path{SKRANKE_ENROLMENT_MODELS} / "face_detection.tflite", std::ios::binary};
  const Bytes good{std::istreambuf_iterator<char>{file}, {}};
  ASSERT_TRUE(Network::load(good));
  for (std::size_t length = 0; length < good.size(); length += 1777) (void)Network::load(ByteView{good}.first(length));
  std::uint32_t seed = 5;
  std::size_t refused = 0;
  for (int i = 0; i < 400; ++i) {  // the tables of the file lie at its end
    Bytes broken = good;
    for (int k = 0; k < 3; ++k) {
      seed = seed * 1664525U + 1013904223U;
      broken[broken.size() - 1 - (seed >> 8U) % 30'000] = static_cast<std::uint8_t>(seed >> 24U);
    }
    const auto network = Network::load(broken);
    refused += network ? 0U : 1U;
    if (network && i % 40 == 0) (void)network->run(Values(network->input().size(), 0.5F));
  }
  EXPECT_GT(refused, 20U);
}

TEST(Faces, ASessionJudgesThem) {
  Session session{real_workshop(finder())};
  Profile profile;
  profile.signature.reset();
  profile.face.width = 206;
  profile.face.height = 265;
  profile.face.bytes_max = 9000;
  ASSERT_TRUE(session.start({"E-1", "A", AgeClass::from_12, "c", "d"}, profile, 0));
  ASSERT_TRUE(session.inform("1", "da", 1));
  const auto offer = [&](const Image& image) {
    const Request request = session.ask(Modality::face, std::nullopt, 2).value();
    Capture capture{request.enrolment, request.number, request.modality, request.finger, 3, "double",
                    Source::live,      image,          digest_of(image)};
    return session.offer(capture, 4).value();
  };
  const Offered closed = offer(picture("A_closed.jpg"));
  EXPECT_EQ(session.accept(closed.capture, true, std::nullopt, 5).error(), Refusal::override_needed);
  const Offered nobody = offer({480, 600, 3, Bytes(480 * 600 * 3, 190)});
  EXPECT_EQ(session.accept(nobody.capture, true, Override{"single_face", "please"}, 5).error(), Refusal::unusable);
  const Offered good = offer(picture("A_roll+8.jpg"));
  ASSERT_EQ(good.checks.size(), face_checks.size());
  ASSERT_TRUE(session.accept(good.capture, true, Override{"room_around", "small_room"}, 5));
  const auto files = session.record("20261128093000", {}, 6);
  ASSERT_TRUE(files) << session.why_record_failed();
  const FaceSample sealed = read_dg2((*files)[1].bytes)->face;
  const FaceMeasures cut = finder().measure(jpeg2000_decode(sealed.file).value()).value();
  ASSERT_TRUE(sealed.eyes);
  EXPECT_NEAR(sealed.eyes->left_x, cut.left_eye.x, 1);
  EXPECT_NEAR(sealed.eyes->right_y, cut.right_eye.y, 1);
  EXPECT_NEAR(cut.roll_deg, 0, 2);  // the record's portrait is level
}

}  // namespace
}  // namespace skranke::enrolment
