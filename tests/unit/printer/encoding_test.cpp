// Each encoding read back by somebody else: ESC/POS by the small reader below, URF and PWG by libcups' own.
#include <cups/raster.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <random>

#include "printer/escpos.hpp"
#include "printer/layout.hpp"
#include "printer/raster.hpp"
#include "printer/sample_tickets.hpp"

namespace skranke::printer {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bitmap sample_picture(int width_mm) { return lay_out(sample_ticket("da").value(), paper_of(width_mm)).picture; }

/// Pictures that tickets never are: noise, single dots, long runs, odd widths.
std::vector<Bitmap> odd_pictures() {
  std::vector<Bitmap> pictures;
  std::mt19937 random{20'261'122};
  for (const int width : {1, 7, 8, 9, 127, 130, 384, 576, 639}) {
    Bitmap noise(width, 300), sparse(width, 400), solid(width, 260);
    for (int y = 0; y < noise.height; ++y)
      for (int x = 0; x < width; ++x)
        if (random() % 2 == 0) noise.blacken(x, y);
    sparse.blacken(width - 1, 399);
    sparse.blacken(0, 131);
    for (int y = 0; y < solid.height; ++y)
      for (int x = 0; x < width; ++x) solid.blacken(x, y);
    pictures.insert(pictures.end(), {noise, sparse, solid});
  }
  return pictures;
}

struct Printed {
  Bitmap picture;
  bool cut = false;
};

Printed print_escpos(const Bytes& bytes, int width) {
  std::vector<Bytes> rows;
  Printed printed;
  std::size_t at = 0;
  const auto word = [&](std::size_t i) {
    return static_cast<std::size_t>(bytes.at(i)) + 256 * static_cast<std::size_t>(bytes.at(i + 1));
  };
  while (at < bytes.size()) {
    if (bytes.at(at) == 0x1b && bytes.at(at + 1) == '@') {
      at += 2;
    } else if (bytes.at(at) == 0x1d && bytes.at(at + 1) == 'v') {
      const std::size_t across = word(at + 4), down = word(at + 6);
      EXPECT_LE(down, 128U);
      at += 8;
      for (std::size_t i = 0; i < down; ++i, at += across) {
        rows.emplace_back(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                          bytes.begin() + static_cast<std::ptrdiff_t>(at + across));
        EXPECT_LE(at + across, bytes.size());
      }
    } else if (bytes.at(at) == 0x1d && bytes.at(at + 1) == 'V') {
      printed.cut = true;
      at += 4;
    } else if (bytes.at(at) == 0x1b && bytes.at(at + 1) == 'd') {
      at += 3;
    } else {
      ADD_FAILURE() << "unknown command at " << at;
      break;
    }
  }
  printed.picture = Bitmap(width, static_cast<int>(rows.size()));
  for (std::size_t y = 0; y < rows.size(); ++y)
    std::copy(rows[y].begin(), rows[y].end(), printed.picture.row(static_cast<int>(y)));
  return printed;
}

/// The last bytes of a ticket: the knife, and then what a presenter is told, word for word.
TEST(EscposEnding, APresenterHearsItsMakersWordsAfterTheCut) {
  const Bitmap picture = sample_picture(80);
  const auto last = [&](const escpos::Ending& ending, std::size_t count) {
    const Bytes bytes = escpos::encode(picture, ending);
    return Bytes(bytes.end() - static_cast<std::ptrdiff_t>(count), bytes.end());
  };
  EXPECT_EQ(last({.cut = true, .full = false, .after = {}}, 4), (Bytes{0x1d, 'V', 66, 0}));
  EXPECT_EQ(last({.cut = true, .full = true, .after = {0x1d, 0x65, 5}}, 7), (Bytes{0x1d, 'V', 65, 0, 0x1d, 0x65, 5}));
  EXPECT_EQ(last({.cut = false, .full = true, .after = {0x1d, 0x65, 5}}, 6), (Bytes{0x1b, 'd', 5, 0x1d, 0x65, 5}));
}

TEST(EscposEnding, StandsInTheDevicesAddress) {
  const auto of = [](const char* device) {
    PrinterSettings settings;
    settings.device = device;
    return escpos::ending_of(settings);
  };
  EXPECT_FALSE(of("/dev/usb/lp0").full);
  EXPECT_TRUE(of("/dev/usb/lp0").after.empty());
  EXPECT_TRUE(of("tcp://10.0.0.2:9100/?cut=full&after=1d6505").full);
  EXPECT_EQ(of("tcp://10.0.0.2:9100/?cut=full&after=1D6505").after, (Bytes{0x1d, 0x65, 5}));
  EXPECT_EQ(of("/dev/ttyUSB0?baud=9600&after=0102").after, (Bytes{1, 2}));
  EXPECT_FALSE(of("/dev/ttyUSB0?baud=9600&uncut=full").full);
  EXPECT_TRUE(of("/dev/usb/lp0?after=1d6").after.empty()) << "an odd digit";
  EXPECT_TRUE(of("/dev/usb/lp0?after=1d65zz").after.empty()) << "half of a command is none";
}

TEST(Escpos, EveryPictureComesBackDotForDot) {
  for (const Bitmap& picture : odd_pictures())
    EXPECT_EQ(print_escpos(escpos::encode(picture, true), picture.width).picture, picture);
  for (const int width_mm : {58, 80}) {
    const Bitmap picture = sample_picture(width_mm);
    EXPECT_EQ(print_escpos(escpos::encode(picture, true), picture.width).picture, picture);
  }
}

TEST(Escpos, CutsOnlyWhenAsked) {
  EXPECT_TRUE(print_escpos(escpos::encode(Bitmap(8, 8), true), 8).cut);
  EXPECT_FALSE(print_escpos(escpos::encode(Bitmap(8, 8), false), 8).cut);
}

TEST(Escpos, BlankPaperCostsNearlyNothing) {
  EXPECT_LT(escpos::encode(Bitmap(576, 1000), true).size(), 1'200U);
  const Bitmap picture = sample_picture(80);
  EXPECT_LT(escpos::encode(picture, true).size(), picture.bytes.size() * 3 / 4);
}

struct RasterPage {
  Bitmap picture;
  cups_page_header2_t header{};
  bool more_pages = false;
};

struct RasterCloser {
  void operator()(cups_raster_t* raster) const noexcept { cupsRasterClose(raster); }
};

/// Reads with libcups from a real file, as a filter would.
RasterPage print_raster(const Bytes& bytes) {
  RasterPage page;
  const std::unique_ptr<FILE, int (*)(FILE*)> file{std::tmpfile(), &std::fclose};
  std::fwrite(bytes.data(), 1, bytes.size(), file.get());
  std::fflush(file.get());
  ::lseek(::fileno(file.get()), 0, SEEK_SET);
  const std::unique_ptr<cups_raster_t, RasterCloser> raster{cupsRasterOpen(::fileno(file.get()), CUPS_RASTER_READ)};
  if (!raster || cupsRasterReadHeader2(raster.get(), &page.header) == 0) {
    ADD_FAILURE() << "libcups does not take the header";
    return page;
  }
  page.picture = Bitmap(static_cast<int>(page.header.cupsWidth), static_cast<int>(page.header.cupsHeight));
  Bytes line(page.header.cupsBytesPerLine);
  for (int y = 0; y < page.picture.height; ++y) {
    if (cupsRasterReadPixels(raster.get(), line.data(), page.header.cupsBytesPerLine) != page.header.cupsBytesPerLine) {
      ADD_FAILURE() << "ends in row " << y;
      break;
    }
    for (int x = 0; x < page.picture.width; ++x) {
      const auto i = static_cast<std::size_t>(x);
      const bool black = page.header.cupsBitsPerPixel == 1 ? (line[i / 8] & (0x80 >> (i % 8))) != 0 : line[i] < 128;
      if (black) page.picture.blacken(x, y);
    }
  }
  cups_page_header2_t next{};
  page.more_pages = cupsRasterReadHeader2(raster.get(), &next) != 0;
  return page;
}

class EveryRaster : public testing::TestWithParam<raster::Format> {};

TEST_P(EveryRaster, ComesBackDotForDotThroughLibcups) {
  std::vector<Bitmap> pictures = odd_pictures();
  pictures.push_back(sample_picture(58));
  pictures.push_back(sample_picture(80));
  for (const Bitmap& picture : pictures) {
    const RasterPage page = print_raster(raster::encode(picture, 203, GetParam(), true));
    EXPECT_EQ(page.picture, picture) << picture.width << 'x' << picture.height;
    EXPECT_FALSE(page.more_pages);
  }
}

TEST_P(EveryRaster, HeaderSaysSizeAndResolution) {
  const RasterPage page = print_raster(raster::encode(Bitmap(639, 1000), 203, GetParam(), true));
  EXPECT_EQ(page.header.HWResolution[0], 203U);
  EXPECT_EQ(page.header.HWResolution[1], 203U);
  EXPECT_NEAR(page.header.PageSize[0], 226.6, 1);  // 80 mm in points
  EXPECT_NEAR(page.header.PageSize[1], 354.7, 1);
  EXPECT_EQ(page.header.cupsNumColors, 1U);
}

INSTANTIATE_TEST_SUITE_P(Raster, EveryRaster,
                         testing::Values(raster::Format::urf, raster::Format::pwg_black_1, raster::Format::pwg_sgray_8),
                         [](const auto& test) -> std::string {
                           switch (test.param) {
                             case raster::Format::urf: return "urf";
                             case raster::Format::pwg_black_1: return "pwg_black_1";
                             case raster::Format::pwg_sgray_8: return "pwg_sgray_8";
                           }
                           return "";
                         });

TEST(Raster, PwgHeaderNamesColourSpaceAndKnife) {
  const auto black = print_raster(raster::encode(Bitmap(64, 8), 203, raster::Format::pwg_black_1, true)).header;
  EXPECT_EQ(black.cupsColorSpace, CUPS_CSPACE_K);
  EXPECT_EQ(black.cupsBitsPerPixel, 1U);
  EXPECT_NE(black.CutMedia, CUPS_CUT_NONE);
  EXPECT_STREQ(black.MediaClass, "PwgRaster");
  const auto grey = print_raster(raster::encode(Bitmap(64, 8), 203, raster::Format::pwg_sgray_8, false)).header;
  EXPECT_EQ(grey.cupsColorSpace, CUPS_CSPACE_SW);
  EXPECT_EQ(grey.cupsBitsPerPixel, 8U);
  EXPECT_EQ(grey.CutMedia, CUPS_CUT_NONE);
}

}  // namespace
}  // namespace skranke::printer
