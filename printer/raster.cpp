#include "printer/raster.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace skranke::printer::raster {

namespace {

using Bytes = std::vector<std::uint8_t>;

void put32(Bytes& out, std::size_t at, int value) {
  const auto v = static_cast<std::uint32_t>(value);
  for (std::size_t i = 0; i < 4; ++i) out[at + i] = static_cast<std::uint8_t>(v >> (24 - 8 * i));
}

void put_text(Bytes& out, std::size_t at, const char* text) { std::memcpy(out.data() + at, text, std::strlen(text)); }

/// The row as the format's own units: bytes of eight dots (set = black), or one grey byte a dot (0 = black).
Bytes units(const Bitmap& sheet, int y, Format format) {
  if (format == Format::pwg_black_1) return {sheet.row(y), sheet.row(y) + sheet.stride};
  Bytes row(static_cast<std::size_t>(sheet.width), 255);
  for (int x = 0; x < sheet.width; ++x)
    if (sheet.black(x, y)) row[static_cast<std::size_t>(x)] = 0;
  return row;
}

std::size_t run_length(const Bytes& row, std::size_t at) {
  std::size_t length = 1;
  while (at + length < row.size() && length < 128 && row[at + length] == row[at]) ++length;
  return length;
}

/// Runs as (n-1, unit), literals as (257-n, units…); both formats share this. At most 128 units a token.
void pack(Bytes& out, const Bytes& row) {
  for (std::size_t at = 0; at < row.size();) {
    if (const std::size_t run = run_length(row, at); run > 1) {
      out.push_back(static_cast<std::uint8_t>(run - 1));
      out.push_back(row[at]);
      at += run;
      continue;
    }
    std::size_t end = at + 1;
    while (end < row.size() && end - at < 128 && run_length(row, end) == 1) ++end;
    // A single unit is written as a run of one: 257-1 does not fit the byte.
    out.push_back(end - at == 1 ? std::uint8_t{0} : static_cast<std::uint8_t>(257 - (end - at)));
    out.insert(out.end(), row.begin() + static_cast<std::ptrdiff_t>(at),
               row.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
  }
}

void add_rows(Bytes& out, const Bitmap& sheet, Format format) {
  for (int y = 0; y < sheet.height;) {
    int same = 1;
    while (y + same < sheet.height && same < 256 &&
           std::equal(sheet.row(y), sheet.row(y) + sheet.stride, sheet.row(y + same)))
      ++same;
    out.push_back(static_cast<std::uint8_t>(same - 1));
    pack(out, units(sheet, y, format));
    y += same;
  }
}

int points(int dots, int dpi) { return static_cast<int>(std::lround(dots * 72.0 / dpi)); }

Bytes pwg_header(const Bitmap& sheet, int dpi, bool grey, bool cut) {
  Bytes page(1796);
  put_text(page, 0, "PwgRaster");
  put32(page, 268, cut ? 2 : 0);  // CutMedia: after the job
  put32(page, 276, dpi);
  put32(page, 280, dpi);
  put32(page, 340, 1);  // copies
  put32(page, 352, points(sheet.width, dpi));
  put32(page, 356, points(sheet.height, dpi));
  put32(page, 372, sheet.width);
  put32(page, 376, sheet.height);
  put32(page, 384, grey ? 8 : 1);                       // bits per colour
  put32(page, 388, grey ? 8 : 1);                       // bits per pixel
  put32(page, 392, grey ? sheet.width : sheet.stride);  // bytes per line
  put32(page, 400, grey ? 18 : 3);                      // sgray or black
  put32(page, 420, 1);                                  // one colour
  put32(page, 452, 1);                                  // one page
  put32(page, 456, 1);                                  // not mirrored
  put32(page, 460, 1);
  put32(page, 480, 0xffffff);  // alternate primary: sRGB white
  put32(page, 484, 4);         // normal quality
  return page;
}

Bytes urf_header(const Bitmap& sheet, int dpi) {
  Bytes page(32);
  page[0] = 8;  // bits per pixel
  page[1] = 0;  // W: grey
  page[2] = 1;  // one-sided
  page[3] = 4;  // normal quality
  put32(page, 12, sheet.width);
  put32(page, 16, sheet.height);
  put32(page, 20, dpi);
  return page;
}

}  // namespace

const char* mime_type(Format format) { return format == Format::urf ? "image/urf" : "image/pwg-raster"; }

Bytes encode(const Bitmap& sheet, int dpi, Format format, bool cut) {
  Bytes out;
  if (format == Format::urf) {
    static constexpr std::uint8_t magic[] = {'U', 'N', 'I', 'R', 'A', 'S', 'T', 0, 0, 0, 0, 1};  // then: one page
    out.assign(std::begin(magic), std::end(magic));
  } else {
    static constexpr std::uint8_t magic[] = {'R', 'a', 'S', '2'};
    out.assign(std::begin(magic), std::end(magic));
  }
  const Bytes page =
      format == Format::urf ? urf_header(sheet, dpi) : pwg_header(sheet, dpi, format == Format::pwg_sgray_8, cut);
  out.insert(out.end(), page.begin(), page.end());
  add_rows(out, sheet, format);
  return out;
}

}  // namespace skranke::printer::raster
