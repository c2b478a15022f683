#include "printer/sheet.hpp"

#include <gtest/gtest.h>

namespace skranke::printer {
namespace {

DeviceTraits roll80() {
  DeviceTraits traits;
  traits.formats = {"image/urf", "image/pwg-raster"};
  traits.urf = {"W8", "RS203"};
  traits.pwg_types = {"black_1", "sgray_8"};
  traits.resolutions = {203};
  traits.margins_left = traits.margins_right = {400};
  traits.margins_top = traits.margins_bottom = {0};
  traits.media_widths = {8000};
  return traits;
}

TEST(Sheet, PictureStandsInTheMiddleOfTheRoll) {
  const Sheet sheet = sheet_for(roll80(), {"image/urf"}, 80, true);
  EXPECT_EQ(sheet.width, 639);
  EXPECT_EQ(sheet.paper.width, 576);
  EXPECT_EQ(sheet.left, 32);
  DeviceTraits roll58 = roll80();
  roll58.media_widths = {5800, 8000};
  roll58.margins_left = roll58.margins_right = {500};
  const Sheet narrow = sheet_for(roll58, {}, 58, true);
  EXPECT_EQ(narrow.media_width, 5800);
  EXPECT_EQ(narrow.paper.width, 384);
  EXPECT_LE(narrow.left + narrow.paper.width, narrow.width);
}

TEST(Sheet, PictureShrinksToWhatTheHeadReaches) {
  DeviceTraits traits = roll80();
  traits.margins_left = traits.margins_right = {800};
  const Sheet sheet = sheet_for(traits, {}, 80, true);
  EXPECT_LE(sheet.left + sheet.paper.width, sheet.width - 63);
  EXPECT_GE(sheet.left, 63);
  EXPECT_EQ(sheet.paper.width % 8, 0);
}

TEST(Sheet, OtherResolutionsGetTheSameMillimetres) {
  DeviceTraits traits = roll80();
  traits.resolutions = {180, 360};
  const Sheet sheet = sheet_for(traits, {}, 80, true);
  EXPECT_EQ(sheet.paper.dpi, 180);
  EXPECT_NEAR(sheet.paper.width * 25.4 / 180, 72, 1);
}

TEST(Sheet, FormatIsWhatQueueAndPrinterShare) {
  const std::vector<std::string> only_urf{"image/urf"}, only_pwg{"image/pwg-raster"};
  EXPECT_EQ(sheet_for(roll80(), only_urf, 80, true).format, raster::Format::urf);
  EXPECT_EQ(sheet_for(roll80(), only_pwg, 80, true).format, raster::Format::pwg_black_1);
  EXPECT_EQ(sheet_for(roll80(), {}, 80, true).format, raster::Format::urf);
  DeviceTraits no_urf = roll80();
  no_urf.formats = {"image/pwg-raster"};
  EXPECT_EQ(sheet_for(no_urf, {}, 80, true).format, raster::Format::pwg_black_1);
  no_urf.pwg_types = {"sgray_8"};
  EXPECT_EQ(sheet_for(no_urf, {}, 80, true).format, raster::Format::pwg_sgray_8);
  DeviceTraits colour_urf = roll80();
  colour_urf.urf = {"SRGB24"};
  EXPECT_EQ(sheet_for(colour_urf, {}, 80, true).format, raster::Format::pwg_black_1);
}

TEST(Sheet, TrimsOnlyWhereThePrinterCanAndTheSiteWants) {
  DeviceTraits traits = roll80();
  EXPECT_FALSE(sheet_for(traits, {}, 80, true).trim);
  traits.can_trim = true;
  EXPECT_TRUE(sheet_for(traits, {}, 80, true).trim);
  EXPECT_FALSE(sheet_for(traits, {}, 80, false).trim);
}

TEST(Sheet, MediaIsNeverShorterThanThePicture) {
  const Sheet sheet = sheet_for(roll80(), {}, 80, true);
  for (const int rows : {300, 799, 800, 801, 999, 3'000}) {
    EXPECT_GE(on_sheet(sheet, Bitmap(576, rows)).height, rows) << rows;
    EXPECT_LT(on_sheet(sheet, Bitmap(576, rows)).height, rows + 6) << rows;
  }
  EXPECT_EQ(media_keyword(sheet, 995), "custom_80x125mm_80x125mm");
  EXPECT_EQ(page_size(sheet, 995), "Custom.80x125mm");
  EXPECT_EQ(page_size(sheet, 990), "Custom.80x124mm");
}

TEST(Ppd, OnlyFiltersThatDoNothingPass) {
  EXPECT_EQ(passed_formats("*cupsFilter2: \"image/urf image/urf 100 -\"\n*cupsFilter2: \"application/pdf "
                           "image/pwg-raster 10 rastertopwg\"\n"),
            std::vector<std::string>{"image/urf"});
  EXPECT_TRUE(passed_formats("*cupsFilter: \"application/vnd.cups-raster 0 rastertothing\"\n").empty());
  EXPECT_TRUE(passed_formats("*cupsFilter2:").empty());
  EXPECT_TRUE(passed_formats("").empty());
}

}  // namespace
}  // namespace skranke::printer
