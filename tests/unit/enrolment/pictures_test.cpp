#include "enrolment/pictures.hpp"

#include <gtest/gtest.h>

#include "tests/unit/enrolment/support.hpp"

namespace skranke::enrolment {
namespace {

using test::load;
using test::psnr;

Image portrait() { return jpeg_decode(load("faces/A_neutral.jpg")).value(); }

TEST(Pictures, HeadersSayWhatTheFileIs) {
  EXPECT_EQ(picture_header(load("faces/A_neutral.jpg")).value(), (PictureHeader{PictureKind::jpeg, 480, 600, 3}));
  EXPECT_EQ(picture_header(load("fingers/f1_0.png")).value(), (PictureHeader{PictureKind::png, 416, 560, 1}));
  EXPECT_EQ(picture_header(load("fingers/f1_0.wsq")).value(), (PictureHeader{PictureKind::wsq, 416, 560, 1}));
  EXPECT_EQ(picture_header(jpeg2000_within(portrait(), 15'000).value()).value(),
            (PictureHeader{PictureKind::jpeg2000, 480, 600, 3}));
}

TEST(Pictures, JpegIsTheBestThatFits) {
  const Image image = portrait();
  const Result<Fitted> fitted = jpeg_within(image, 20'000, 50, 95);
  ASSERT_TRUE(fitted);
  EXPECT_LE(fitted->file.size(), 20'000U);
  EXPECT_GT(jpeg_encode(image, fitted->quality + 1).value().size(), 20'000U);  // one better would not fit
  EXPECT_GE(psnr(jpeg_decode(fitted->file).value(), image), 34.0);
  EXPECT_EQ(jpeg_within(image, 5'000'000, 50, 95)->quality, 95);
  const Result<Fitted> never = jpeg_within(image, 1'000, 50, 95);
  ASSERT_FALSE(never);
  EXPECT_NE(never.error().what.find("1000 are allowed"), std::string::npos) << never.error().what;
}

TEST(Pictures, Jpeg2000FitsAndIsClear) {
  const Image image = portrait();
  for (const std::size_t bytes : {12'000U, 15'000U, 20'000U}) {
    const Result<Bytes> file = jpeg2000_within(image, bytes);
    ASSERT_TRUE(file) << file.error().text();
    EXPECT_LE(file->size(), bytes);
    EXPECT_GE(file->size(), bytes * 9 / 10);
    EXPECT_GE(psnr(jpeg2000_decode(*file).value(), image), 35.0);
  }
}

TEST(Pictures, PngLosesNothing) {
  EXPECT_EQ(png_decode(png_encode(portrait()).value()).value(), portrait());
  const Image print = test::print_of("f3_1");
  EXPECT_EQ(png_decode(png_encode(print).value()).value(), print);
}

TEST(Pictures, GreyStaysGrey) {
  const Image print = test::print_of("f1_0");
  EXPECT_EQ(jpeg_decode(jpeg_encode(print, 90).value())->channels, 1);
  EXPECT_EQ(jpeg2000_decode(jpeg2000_within(print, 40'000).value())->channels, 1);
}

TEST(Pictures, BadFilesAreRefusedByName) {
  const auto why = [](const Bytes& file) {
    const Result<Image> image = picture_decode(file);
    return image ? "taken" : image.error().where;
  };
  EXPECT_EQ(why({}), "picture");
  EXPECT_EQ(why(Bytes(200, 7)), "picture");
  const auto half = [](Bytes file) {
    file.resize(file.size() / 2);
    return file;
  };
  EXPECT_EQ(why(half(load("faces/A_neutral.jpg"))), "jpeg");
  EXPECT_EQ(why(half(load("fingers/f1_0.png"))), "png");
  EXPECT_EQ(why(half(jpeg2000_within(portrait(), 15'000).value())), "jpeg2000");
}

TEST(Pictures, SidesAreLookedAtBeforeAnythingIsSizedByThem) {
  Bytes png = load("fingers/f1_0.png");
  png[16] = 0x7F;  // two thousand million columns; the checksum is wrong too, which is said first or not at all
  EXPECT_FALSE(png_decode(png));
  Bytes jpeg = load("faces/A_neutral.jpg");
  std::size_t frame = 0;
  while (!(jpeg[frame] == 0xFF && jpeg[frame + 1] == 0xC0)) ++frame;
  jpeg[frame + 5] = jpeg[frame + 7] = 0x7F;
  const Result<Image> image = jpeg_decode(jpeg);
  ASSERT_FALSE(image);
  EXPECT_NE(image.error().what.find("sides of 8 to 8192"), std::string::npos) << image.error().what;
}

TEST(Pictures, WhatIsNoPictureIsNotEncoded) {
  EXPECT_FALSE(jpeg_encode({10, 10, 3, Bytes(5)}, 90));
  EXPECT_FALSE(jpeg_encode(portrait(), 101));
  EXPECT_FALSE(png_encode({4, 4, 1, Bytes(16)}));
  EXPECT_FALSE(jpeg2000_within(portrait(), 10));
}

}  // namespace
}  // namespace skranke::enrolment
