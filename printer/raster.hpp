#pragma once
// The two raster forms of driverless printers, written by ourselves: they reach the head dot for dot, nothing is
// rendered again.
#include <cstdint>
#include <string>
#include <vector>

#include "printer/bitmap.hpp"

namespace skranke::printer::raster {

enum class Format : std::uint8_t { urf, pwg_black_1, pwg_sgray_8 };

/// "image/urf" or "image/pwg-raster".
[[nodiscard]] const char* mime_type(Format format);

/// One page of one document. The bitmap is the whole sheet, margins included; `dpi` is alike both ways and sets the
/// page size in points. PWG 5102.4 for the pwg forms, Apple's UNIRAST with W8 (grey, 0 = black) for urf.
[[nodiscard]] std::vector<std::uint8_t> encode(const Bitmap& sheet, int dpi, Format format, bool cut);

}  // namespace skranke::printer::raster
