// Clips of the real espeak-ng and of a recorded voice: made once, kept, equal in loudness, soft at the edges.
#include "daemon/voice/clip_store.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <sndfile.h>

namespace skranke::daemon {
namespace {

using display::peak_of, display::peak_max, display::loudness_of, display::loudness_wanted;
namespace fs = std::filesystem;
constexpr const char* espeak = "/usr/bin/espeak-ng";

class Clips : public testing::Test {
 protected:
  Clips() : folder_{fs::temp_directory_path() / ("skranke-voice-" + std::to_string(::getpid()))} { fs::remove_all(folder_); }
  ~Clips() override { fs::remove_all(folder_); }

  void open(const std::string& program, const std::string& recorded = {}) {
    store_ = std::make_unique<ClipStore>(ClipStore::Wiring{io_, (folder_ / "cache").string(), recorded, program, [] {}, [this](std::string_view line) { log_ += std::string{line} + "\n"; }});
  }
  void make(std::vector<Fragment> wanted) {
    store_->want(std::move(wanted));
    io_.restart();
    auto work = boost::asio::make_work_guard(io_);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (store_->is_making() && std::chrono::steady_clock::now() < until) io_.run_one_for(std::chrono::milliseconds{100});
    ASSERT_FALSE(store_->is_making());
  }
  std::optional<Wave> wave(const Fragment& fragment) {
    const Clip* clip = store_->find(fragment);
    const auto bytes = clip == nullptr ? nullptr : store_->bytes(clip->hash);
    return bytes == nullptr ? std::nullopt : read_wave(*bytes);
  }
  /// A recorded clip in the format that the pack is described with.
  void record(const fs::path& file, double hertz) {
    SF_INFO info{0, 48'000, 1, SF_FORMAT_OGG | SF_FORMAT_OPUS, 0, 0};
    SNDFILE* out = sf_open(file.c_str(), SFM_WRITE, &info);
    ASSERT_NE(out, nullptr) << sf_strerror(nullptr);
    std::vector<short> samples;
    for (int index = 0; index < 24'000; ++index) samples.push_back(static_cast<short>(3'000 * std::sin(index * hertz * 6.283 / 48'000)));
    sf_writef_short(out, samples.data(), static_cast<sf_count_t>(samples.size()));
    sf_close(out);
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{folder_ / "cache"}, fs::directory_iterator{}));
  }

  boost::asio::io_context io_;
  fs::path folder_;
  std::string log_;
  std::unique_ptr<ClipStore> store_;
};

TEST_F(Clips, EspeakSaysEverythingEquallyLoudSoftAndUnclipped) {
  if (!fs::exists(espeak)) GTEST_SKIP() << "espeak-ng is not installed";
  open(espeak);
  const std::vector<Fragment> wanted{{"da", "Nummer"}, {"da", "A"}, {"da", "42"}, {"da", "Gå til"}, {"da", "Skranke 3"}, {"en", "A"}, {"en", "Number"}, {"en", "99"},
                                     {"de", "Schalter 3"}, {"pl", "stanowisko 3"}, {"uk", "Номер"}, {"uk", "джей"}, {"ar", "الرقم"}, {"ar", "بي"}};
  make(wanted);
  EXPECT_TRUE(store_->missing().empty());
  EXPECT_TRUE(store_->faults().empty());
  double quietest = 1, loudest = 0;
  for (const Fragment& fragment : wanted) {
    const auto said = wave(fragment);
    ASSERT_TRUE(said) << fragment.text;
    EXPECT_GT(said->length().count(), 80) << fragment.text;
    EXPECT_LT(said->length().count(), 2'500) << fragment.text;
    EXPECT_EQ(said->length(), store_->find(fragment)->length);
    EXPECT_LE(peak_of(*said), peak_max + 0.001) << fragment.text;
    EXPECT_EQ(said->samples.front(), 0) << fragment.text;
    EXPECT_LT(std::abs(said->samples.back()), 33) << fragment.text;
    quietest = std::min(quietest, loudness_of(*said)), loudest = std::max(loudest, loudness_of(*said));
  }
  EXPECT_LT(20 * std::log10(loudest / quietest), 2.0) << "from the softest to the loudest, in decibels";
}

TEST_F(Clips, TheLetterAIsNamedAndNotReadAsAnArticle) {
  if (!fs::exists(espeak)) GTEST_SKIP() << "espeak-ng is not installed";
  const auto source = espeak_voice(espeak);
  ASSERT_NE(source, nullptr);
  // "ay" as in the alphabet is a long vowel; the article is a short one.
  const auto letter = source->say({"en", "A"}), article = source->say({"en", "a "});
  ASSERT_TRUE(letter && article);
  EXPECT_NE(letter->samples, article->samples);
  EXPECT_GT(prepared(*letter)->length().count(), 150);
}

TEST_F(Clips, AreMadeOnceAndFoundAgain) {
  if (!fs::exists(espeak)) GTEST_SKIP() << "espeak-ng is not installed";
  open(espeak);
  make({{"da", "Nummer"}, {"da", "7"}});
  const std::string hash = store_->find({"da", "7"})->hash;
  const auto written = fs::last_write_time(folder_ / "cache" / (hash + ".wav"));
  open(espeak);
  make({{"da", "Nummer"}, {"da", "7"}});
  EXPECT_EQ(store_->find({"da", "7"})->hash, hash);
  EXPECT_EQ(fs::last_write_time(folder_ / "cache" / (hash + ".wav")), written);
  make({{"da", "7"}});
  EXPECT_EQ(files(), 1U) << "what is no longer wanted is forgotten";
  EXPECT_EQ(store_->find({"da", "Nummer"}), nullptr);
}

TEST_F(Clips, ACutFileIsMadeAnew) {
  if (!fs::exists(espeak)) GTEST_SKIP() << "espeak-ng is not installed";
  open(espeak);
  make({{"da", "7"}});
  const fs::path path = folder_ / "cache" / (store_->find({"da", "7"})->hash + ".wav");
  const auto whole = fs::file_size(path);
  for (const auto left : {std::uintmax_t{20}, whole / 2}) {   // of its head, and of its sound
    fs::resize_file(path, left);
    open(espeak);
    make({{"da", "7"}});
    EXPECT_EQ(fs::file_size(path), whole);
  }
}

TEST_F(Clips, RecordedFirstTheRestFilled) {
  fs::create_directories(folder_ / "packs/da");
  record(folder_ / "packs/da/nummer.opus", 440);
  std::ofstream{folder_ / "packs/da/manifest.json"} << R"({"language":"da","speaker":"x","licence":"CC0","clips":{"Nummer":"nummer.opus"}})";
  open(fs::exists(espeak) ? espeak : "", (folder_ / "packs").string());
  make({{"da", "Nummer"}, {"da", "7"}});
  ASSERT_NE(store_->find({"da", "Nummer"}), nullptr);
  EXPECT_EQ(store_->find({"da", "Nummer"})->source, "recorded");
  EXPECT_NEAR(static_cast<double>(wave({"da", "Nummer"})->length().count()), 500, 60);
  EXPECT_NEAR(20 * std::log10(loudness_of(*wave({"da", "Nummer"})) / loudness_wanted), 0, 1.0) << "as loud as everything else";
  if (fs::exists(espeak)) {
    EXPECT_EQ(store_->find({"da", "7"})->source, "espeak-ng");
  }
}

TEST_F(Clips, APackThatLeadsElsewhereIsRefusedInWords) {
  fs::create_directories(folder_ / "packs/da");
  std::ofstream{folder_ / "packs/da/manifest.json"} << R"({"clips":{"Nummer":"../../secret"}})";
  open("", (folder_ / "packs").string());
  make({{"da", "Nummer"}});
  EXPECT_EQ(store_->missing().size(), 1U);
  ASSERT_EQ(store_->faults().size(), 1U);
  EXPECT_NE(log_.find("no plain file name"), std::string::npos) << log_;
}

TEST_F(Clips, WithoutASourceAllIsMissingAndNothingBreaks) {
  open("/nonexistent/espeak");
  make({{"da", "Nummer"}});
  EXPECT_EQ(store_->missing(), (std::vector<Fragment>{{"da", "Nummer"}}));
  EXPECT_EQ(store_->bytes("../../etc/passwd"), nullptr);
  EXPECT_EQ(store_->bytes(std::string(64, 'a')), nullptr);
}

TEST_F(Clips, AProgramThatHangsOrEndsEarlyCostsOneClip) {
  fs::create_directories(folder_);
  const fs::path program = folder_ / "speaker";
  std::ofstream{program} << "#!/bin/sh\n[ \"$1\" = --version ] && { echo 1; exit 0; }\nexec <&-\nexit 0\n";
  fs::permissions(program, fs::perms::owner_all);
  open(program.string());
  make({{"da", "Nummer"}});
  EXPECT_EQ(store_->missing().size(), 1U);
}

}  // namespace
}  // namespace skranke::daemon
