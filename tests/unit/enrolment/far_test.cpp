// Devices behind a door elsewhere: how they are written, and what a door is told.
#include <gtest/gtest.h>

#include "enrolment/device_spec.hpp"
#include "enrolment/far/preview.hpp"
#include "enrolment/far/settings.hpp"

namespace skranke::enrolment {
namespace {

const std::string key(64, 'a');

TEST(Far, ADeviceElsewhereIsWrittenAsHostAndPort) {
  for (const char* written : {"far:desk-3:7791", "far:192.168.1.20:1", "far:desk-3.hall.example:65535", "far:[fe80::1%eth0]:7791"})
    for (const Modality modality : {Modality::face, Modality::finger, Modality::signature}) {
      const auto spec = read_device_spec(written, modality);
      ASSERT_TRUE(spec) << written;
      EXPECT_EQ("far:" + spec->where, written);
      EXPECT_EQ(path_in(*spec), "") << "no file of this box";
    }
  for (const char* written : {"far:", "far:desk-3", "far:desk-3:", "far::7791", "far:desk-3:0", "far:desk-3:65536", "far:desk-3:77a", "far:desk 3:1", "far:me@desk-3:1", "far:desk-3/x:1", "far:fe80::1:7791", "far:[]:1", "far:desk-3:-1"})
    EXPECT_FALSE(read_device_spec(written, Modality::face)) << written;
  EXPECT_FALSE(read_device_spec("far:" + std::string(300, 'x') + ":1", Modality::face));
}

Frame picture(int width, int height, int channels, std::size_t bytes) {
  Frame frame;
  frame.head = {{"width", width}, {"height", height}, {"channels", channels}, {"digest", "of the whole"}};
  frame.body.resize(bytes);
  return frame;
}

TEST(Far, ALivePictureIsCutAndMadeSmall) {
  Frame large = picture(1920, 1080, 3, 1920UL * 1080 * 3);
  for (std::size_t y = 0; y < 1080; ++y)
    for (std::size_t x = 0; x < 1920; ++x) large.body[(y * 1920 + x) * 3 + 1] = static_cast<std::uint8_t>(x / 8);   // brighter to the right
  const auto small = small_preview(large);
  ASSERT_TRUE(small);
  EXPECT_EQ(number_in(small->head, "width"), 360);
  EXPECT_EQ(number_in(small->head, "height"), 480);
  ASSERT_EQ(small->body.size(), 360UL * 480 * 3);
  EXPECT_NEAR(small->body[(240 * 360 + 180) * 3 + 1], 120, 1) << "its middle is the middle";
  EXPECT_NEAR(small->body[240UL * 360 * 3 + 1], (960 - 405) / 8, 1) << "as wide as its height allows";
  EXPECT_FALSE(small->head.contains("digest")) << "it is not what the camera took";
}

TEST(Far, WhatIsNoLargePicturePassesAsItIs) {
  Frame frames[] = {picture(640, 480, 3, 640UL * 480 * 3), picture(1920, 1080, 3, 100), picture(-1920, 1080, 3, 100), picture(1920, 100'000, 3, 100), picture(0, 1080, 3, 0)};
  for (Frame& frame : frames) {
    const std::size_t before = frame.body.size();
    EXPECT_FALSE(small_preview(frame));
    EXPECT_EQ(frame.body.size(), before);
  }
  Frame words;
  words.head = {{"error", "absent"}, {"words", "no camera"}};
  EXPECT_FALSE(small_preview(words));
  EXPECT_EQ(text_in(words.head, "error"), "absent");
  Frame narrow = picture(100, 1000, 1, 100'000);
  ASSERT_TRUE(small_preview(narrow));
}

std::string wrong_field(const std::string& text) {
  const auto read = read_door_settings(text);
  return read ? "" : read.error().front().where;
}

TEST(Far, ADoorIsToldWhoMayComeAndWhereItsDevicesAre) {
  const auto read = read_door_settings("appliance_key = \"" + key + "\"\nfinger = \"/run/other.sock\"\n");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->appliance_key, key);
  EXPECT_EQ(read->of(Modality::finger), "/run/other.sock");
  EXPECT_EQ(read->of(Modality::face), "/run/skranke-capture/camera.sock");
  EXPECT_EQ(read->of(Modality::signature), "/run/skranke-capture/pen.sock");
}

TEST(Far, WhatIsWrongInTheSettingsOfADoorIsNamed) {
  const std::string good = "appliance_key = \"" + key + "\"\n";
  EXPECT_EQ(wrong_field(good), "");
  EXPECT_EQ(wrong_field(""), "appliance_key");
  for (const std::string& written : {std::string(63, 'a'), std::string(64, 'A'), std::string(64, 'g'), std::string{}}) EXPECT_EQ(wrong_field("appliance_key = \"" + written + "\"\n"), "appliance_key") << written;
  EXPECT_EQ(wrong_field("appliance_key = 5\n"), "appliance_key");
  for (const char* name : {"camera", "finger", "pen", "identity"})
    for (const std::string& written : {std::string{"\"relative.sock\""}, std::string{"\"\""}, std::string{"7"}, '"' + std::string(1100, '/') + '"'}) EXPECT_EQ(wrong_field(good + name + " = " + written + "\n"), name) << written;
  EXPECT_EQ(wrong_field(good + "lamp = true\n"), "lamp");
  EXPECT_EQ(wrong_field("a\n= 1"), "line 1");
  EXPECT_EQ(wrong_field(good + "# " + std::string(70'000, 'x')), "file");
}

}  // namespace
}  // namespace skranke::enrolment
