// The codec against what NIST's reference encoder made of the same pictures (tests/enrolment/data).
#include "enrolment/wsq.hpp"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "enrolment/wsq_parts.hpp"
#include "tests/unit/enrolment/support.hpp"

namespace skranke::enrolment {
namespace {

using test::load;
using test::print_of;
using test::psnr;

std::vector<std::string> all_prints() {
  std::vector<std::string> names;
  for (const auto& row : test::table("fingers/oracle.csv")) names.push_back(row.at("image"));
  return names;
}

TEST(Wsq, EncodesByteForByteAsTheReference) {
  for (const char* name : {"f1_0", "f1_partial", "f1_wet", "f2_0"}) {
    const Result<Bytes> file = wsq::encode(print_of(name));
    ASSERT_TRUE(file) << name;
    EXPECT_EQ(*file, load(std::string{"fingers/"} + name + ".wsq")) << name;
  }
}

TEST(Wsq, FilesAreAsLongAsTheReferencesOnAllPrints) {
  const auto rows = test::table("fingers/oracle.csv");
  ASSERT_EQ(rows.size(), 21U);
  for (const auto& row : rows) {
    const Result<Bytes> file = wsq::encode(print_of(row.at("image")));
    ASSERT_TRUE(file) << row.at("image");
    EXPECT_EQ(std::to_string(file->size()), row.at("cwsq0.75_bytes")) << row.at("image");
  }
}

TEST(Wsq, ThirteenToSixteenTimesSmallerAndStillClear) {
  for (const std::string& name : all_prints()) {
    const Image print = print_of(name);
    const Result<Bytes> file = wsq::encode(print, {.ratio_min = 13.0});
    ASSERT_TRUE(file) << name;
    const Result<Image> back = wsq::decode(*file);
    ASSERT_TRUE(back) << name;
    const double ratio = static_cast<double>(print.pixels.size()) / static_cast<double>(file->size());
    EXPECT_GE(ratio, 13.0) << name;
    if (name != "f1_partial") {
      EXPECT_LE(ratio, 16.0) << name;
    }  // three quarters of that one are white
    EXPECT_GE(psnr(print, *back), 32.5) << name;
  }
}

TEST(Wsq, DecodesTheReferencesFiles) {
  const std::map<std::string, double> expected{{"f1_0", 33.1}, {"f1_partial", 41.8}, {"f1_wet", 36.3}, {"f2_0", 34.8}};
  for (const auto& [name, at_least] : expected) {
    const Result<Image> image = wsq::decode(load("fingers/" + name + ".wsq"));
    ASSERT_TRUE(image) << name << ": " << image.error().text();
    EXPECT_GE(psnr(*image, print_of(name)), at_least) << name;
  }
}

TEST(Wsq, ReadsTheHeader) {
  const Result<wsq::Header> header = wsq::read_header(load("fingers/f1_0.wsq"));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->width, 416);
  EXPECT_EQ(header->height, 560);
  EXPECT_NEAR(header->shift, 161.83, 0.001);
  EXPECT_NEAR(header->scale, 1.1081, 0.00001);
  EXPECT_EQ(header->encoder, 2);
  EXPECT_NE(header->comment.find("PPI 500"), std::string::npos);
}

TEST(Wsq, TheTransformIsUndoneExactlyAtAnySize) {
  for (const auto& [width, height] : {std::pair{64, 64}, {65, 97}, {127, 64}, {96, 131}, {417, 561}, {416, 560}}) {
    std::vector<float> values(static_cast<std::size_t>(width * height));
    std::uint32_t seed = 7;
    for (float& value : values) value = static_cast<float>((seed = seed * 1664525U + 1013904223U) >> 24U) - 128.0F;
    const std::vector<float> before = values;
    const wsq::Tree tree = wsq::make_tree(width, height);
    wsq::analyse(values, width, tree, wsq::standard_filters());
    double changed = 0, worst = 0;
    for (std::size_t i = 0; i < values.size(); ++i) changed += std::abs(static_cast<double>(values[i] - before[i]));
    wsq::synthesise(values, width, tree, wsq::standard_filters());
    for (std::size_t i = 0; i < values.size(); ++i)
      worst = std::max(worst, std::abs(static_cast<double>(values[i] - before[i])));
    EXPECT_GT(changed / static_cast<double>(values.size()), 10) << width;
    EXPECT_LT(worst, 0.01) << width << " × " << height;  // a hundredth of a grey level
  }
}

TEST(Wsq, TheSubbandsCoverThePictureOnce) {
  for (const auto& [width, height] : {std::pair{64, 64}, {417, 561}, {101, 333}}) {
    const wsq::Tree tree = wsq::make_tree(width, height);
    std::vector<int> covered(static_cast<std::size_t>(width * height));
    for (const wsq::Band& band : tree.bands)
      for (int y = band.y; y < band.y + band.height; ++y)
        for (int x = band.x; x < band.x + band.width; ++x) ++covered[static_cast<std::size_t>(y * width + x)];
    EXPECT_EQ(std::ranges::count(covered, 1), width * height);
    EXPECT_EQ(tree.nodes.size(), 20U);  // the standard's list of splits
  }
}

TEST(Wsq, OddSizesComeBackToo) {
  const Image print = print_of("f2_0");
  Image part{333, 401, 1, {}};
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x) part.pixels.push_back(print.at(x + 20, y + 80));
  const Result<Bytes> file = wsq::encode(part, {.bits_per_pixel = 2.25});
  ASSERT_TRUE(file);
  EXPECT_GE(psnr(*wsq::decode(*file), part), 43.0);
}

std::string refused(const Bytes& file) {
  const Result<Image> image = wsq::decode(file);
  return image ? "taken" : image.error().where;
}

/// The place of the first marker of this kind.
std::size_t find(const Bytes& file, std::uint8_t marker) {
  for (std::size_t i = 0; i + 1 < file.size(); ++i)
    if (file[i] == 0xFF && file[i + 1] == marker) return i;
  return file.size();
}

TEST(Wsq, BadInputIsToldBySegment) {
  const Bytes good = load("fingers/f1_0.wsq");
  EXPECT_EQ(refused({}), "wsq: start of image");
  EXPECT_EQ(refused(load("fingers/f1_0.png")), "wsq: start of image");
  const auto with = [&](std::uint8_t marker, std::size_t offset, std::uint8_t value) {
    Bytes file = good;
    file.at(find(good, marker) + offset) = value;
    return refused(file);
  };
  EXPECT_EQ(with(0xA4, 4, 8), "wsq: transform table");   // even filter
  EXPECT_EQ(with(0xA4, 4, 33), "wsq: transform table");  // too long a filter
  EXPECT_EQ(with(0xA4, 7, 1), "wsq: transform table");   // a coefficient of 85 million
  EXPECT_EQ(with(0xA5, 3, 0x84), "wsq: quantization table");
  EXPECT_EQ(with(0xA5, 4, 0), "wsq: quantization table");  // bin centre 44
  EXPECT_EQ(with(0xA2, 6, 0xFF), "wsq: frame header");     // 65,000 rows
  EXPECT_EQ(with(0xA2, 6, 0x00), "wsq: frame header");     // 48 rows
  EXPECT_EQ(with(0xA6, 4, 9), "wsq: Huffman table");
  EXPECT_EQ(with(0xA6, 5, 3), "wsq: Huffman table");  // three codes of one bit
  EXPECT_EQ(with(0xA3, 4, 5), "wsq: block header");   // a table nobody gave
  EXPECT_EQ(with(0xA3, 3, 4), "wsq: block header");
  EXPECT_EQ(with(0xA8, 1, 0xB0), "wsq: marker");
}

TEST(Wsq, ARunOfZerosDoesNotLeaveItsBlock) {
  wsq::CodeTable table;
  table.counts[0] = 1;
  table.values = {50};  // the one code means fifty zeros
  const Bytes bits(8, 0);
  std::vector<std::int16_t> levels(100, 0), fewer(99, 0);
  Reader fits{bits}, passes{bits};
  EXPECT_TRUE(wsq::read_block(fits, levels, table));
  const Result<void> read = wsq::read_block(passes, fewer, table);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().what, "a run of zeros that leaves the block");
}

TEST(Wsq, CutOffAnywhereIsRefused) {
  const Bytes good = load("fingers/f1_partial.wsq");
  ASSERT_EQ(refused(good), "taken");
  for (std::size_t length = 0; length < good.size() - 1; length += 61)
    EXPECT_NE(refused(Bytes{good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)}), "taken") << length;
}

TEST(Wsq, WhatCannotBeCodedIsRefused) {
  const auto why = [](const Image& image, const wsq::Options& options = {}) {
    const Result<Bytes> file = wsq::encode(image, options);
    return file ? "coded" : file.error().where;
  };
  EXPECT_EQ(why({64, 64, 1, Bytes(64 * 64, 200)}), "wsq: image");  // flat
  EXPECT_EQ(why({63, 64, 1, Bytes(63 * 64, 1)}), "wsq: image");
  EXPECT_EQ(why({64, 64, 3, Bytes(64 * 64 * 3, 1)}), "wsq: image");
  EXPECT_EQ(why({64, 64, 1, Bytes(10, 1)}), "wsq: image");
  EXPECT_EQ(why(print_of("f1_0"), {.bits_per_pixel = 0}), "wsq: rate");
}

TEST(Wsq, NearlyEmptyPicturesSurvive) {
  Image dot{96, 80, 1, Bytes(96 * 80, 128)};
  dot.pixels[500] = 255;
  const Result<Bytes> file = wsq::encode(dot);
  ASSERT_TRUE(file);
  const Result<Image> back = wsq::decode(*file);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_GE(psnr(*back, dot), 30.0);
}

}  // namespace
}  // namespace skranke::enrolment
