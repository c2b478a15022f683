// Clips as numbers: edges, loudness, the format.
#include "daemon/voice/wave.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace skranke::daemon {
namespace {

Wave tone(double amplitude, double seconds, double silence_s = 0.3) {
  Wave wave{22'050, {}};
  const auto quiet = static_cast<std::size_t>(silence_s * wave.rate);
  wave.samples.assign(quiet, 0);
  for (std::size_t index = 0; index < static_cast<std::size_t>(seconds * wave.rate); ++index)
    wave.samples.push_back(static_cast<std::int16_t>(amplitude * 32767 * std::sin(static_cast<double>(index) * 0.1)));
  wave.samples.insert(wave.samples.end(), quiet, 0);
  return wave;
}

TEST(Wave, IsReadAsItWasWritten) {
  const Wave wave = tone(0.5, 0.2);
  const auto read = read_wave(write_wave(wave));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->rate, wave.rate);
  EXPECT_EQ(read->samples, wave.samples);
}

TEST(Wave, ALengthFromAPipeIsForgivenEverythingElseIsNot) {
  std::string bytes = write_wave(tone(0.5, 0.2));
  std::string piped = bytes;
  for (std::size_t at = 40; at < 44; ++at) piped[at] = '\x7f';
  ASSERT_TRUE(read_wave(piped));
  EXPECT_EQ(read_wave(piped)->samples.size(), read_wave(bytes)->samples.size());
  for (std::size_t cut = 0; cut < 44; ++cut) EXPECT_FALSE(read_wave(std::string_view{bytes}.substr(0, cut))) << cut;
  std::string eight_bits = bytes;
  eight_bits[34] = 8;
  EXPECT_FALSE(read_wave(eight_bits));
  std::string too_long = write_wave(tone(0.5, 21, 0));
  EXPECT_FALSE(read_wave(too_long));
}

TEST(Prepared, SilenceIsCutAndEdgesAreSoft) {
  const auto ready = prepared(tone(0.5, 0.5));
  ASSERT_TRUE(ready);
  EXPECT_LT(ready->length().count(), 560);
  EXPECT_GT(ready->length().count(), 500);
  EXPECT_EQ(ready->samples.front(), 0);
  EXPECT_EQ(ready->samples.back(), 0);
  // No hard edge even where the sound begins at once.
  const auto abrupt = prepared(tone(0.5, 0.5, 0));
  ASSERT_TRUE(abrupt);
  const auto at_ms = [&](int ms) { return static_cast<std::size_t>(22'050 * ms / 1000); };
  for (std::size_t index = 1; index < at_ms(8); ++index)
    EXPECT_LE(std::abs(abrupt->samples[index]), 32767 * 0.25 * static_cast<double>(index + 1) / static_cast<double>(at_ms(8))) << index;
  const std::size_t count = abrupt->samples.size();
  EXPECT_LT(std::abs(abrupt->samples[count - 3]), 200);
}

TEST(Prepared, QuietAndLoudBecomeEquallyLoudAndNothingClips) {
  for (const double amplitude : {0.02, 0.2, 0.9, 1.0}) {
    const auto ready = prepared(tone(amplitude, 0.5));
    ASSERT_TRUE(ready) << amplitude;
    EXPECT_NEAR(20 * std::log10(loudness_of(*ready) / loudness_wanted), 0, 0.5) << amplitude;
    EXPECT_LE(peak_of(*ready), peak_max + 0.001) << amplitude;
  }
}

TEST(Prepared, AClickIsNotMadeLouderThanThePeakAllows) {
  Wave clicks = tone(0.01, 0.5);
  clicks.samples[10'000] = 32'000;
  const auto ready = prepared(clicks);
  ASSERT_TRUE(ready);
  EXPECT_LE(peak_of(*ready), peak_max + 0.001);
}

TEST(Prepared, SilenceIsNoClip) {
  EXPECT_FALSE(prepared(Wave{22'050, std::vector<std::int16_t>(1000, 0)}));
  EXPECT_FALSE(prepared(Wave{22'050, {}}));
}

}  // namespace
}  // namespace skranke::daemon
