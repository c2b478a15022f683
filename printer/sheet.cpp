#include "printer/sheet.hpp"

#include <cups/cups.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

namespace skranke::printer {

namespace {

bool has(const std::vector<std::string>& list, const char* value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

int nearest(const std::vector<int>& values, int wanted) {
  if (values.empty()) return wanted;
  return *std::min_element(values.begin(), values.end(),
                           [&](int a, int b) { return std::abs(a - wanted) < std::abs(b - wanted); });
}

int smallest(const std::vector<int>& values) {
  return values.empty() ? 0 : *std::min_element(values.begin(), values.end());
}

int dots(int hundredths_mm, int dpi) { return static_cast<int>(std::lround(hundredths_mm * dpi / 2540.0)); }

/// Hundredths of a millimetre, up to the next half millimetre: a sheet shorter than its picture would lose the last
/// rows.
int media_length(const Sheet& sheet, int picture_rows) {
  return static_cast<int>(std::ceil((picture_rows + sheet.top + sheet.bottom + 1) * 2540.0 / sheet.paper.dpi / 50.0)) *
         50;
}

raster::Format pwg_form(const DeviceTraits& traits) {
  return traits.pwg_types.empty() || has(traits.pwg_types, "black_1") ? raster::Format::pwg_black_1
                                                                      : raster::Format::pwg_sgray_8;
}

raster::Format choose_format(const DeviceTraits& traits, const std::vector<std::string>& passed) {
  const auto reaches_printer = [&](const char* format) {
    return (traits.formats.empty() || has(traits.formats, format)) && (passed.empty() || has(passed, format));
  };
  // Without W8 a printer that lists URF takes colour only; we send grey.
  const bool grey_urf = traits.urf.empty() || has(traits.urf, "W8");
  if (reaches_printer("image/urf") && grey_urf) return raster::Format::urf;
  return pwg_form(traits);
}

}  // namespace

Sheet sheet_for(const DeviceTraits& traits, const std::vector<std::string>& passed, int width_mm, bool cut) {
  Sheet sheet;
  sheet.format = choose_format(traits, passed);
  sheet.paper.dpi = nearest(traits.resolutions, 203);
  sheet.media_width = nearest(traits.media_widths, width_mm * 100);
  sheet.width = sheet.media_width * sheet.paper.dpi / 2540;
  const int left = dots(smallest(traits.margins_left), sheet.paper.dpi);
  const int right = dots(smallest(traits.margins_right), sheet.paper.dpi);
  sheet.top = dots(smallest(traits.margins_top), sheet.paper.dpi);
  sheet.bottom = dots(smallest(traits.margins_bottom), sheet.paper.dpi);
  const int wanted = paper_of(width_mm).width * sheet.paper.dpi / 203;
  sheet.paper.width =
      std::max(8, std::min(wanted, sheet.width - left - right + 1) / 8 * 8);  // + 1: rounding of both margins
  sheet.left = std::max(left, (sheet.width - sheet.paper.width + 1) / 2);
  sheet.trim = cut && traits.can_trim;
  return sheet;
}

std::vector<std::string> passed_formats(const std::string& ppd) {
  std::vector<std::string> formats;
  std::istringstream lines{ppd};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("*cupsFilter2:")) continue;
    std::string inside = line.substr(line.find(':') + 1);
    std::erase(inside, '"');
    std::istringstream words{inside};
    std::string from, to, cost, program;
    words >> from >> to >> cost >> program;
    if (program == "-" && from == to) formats.push_back(to);
  }
  return formats;
}

Bitmap on_sheet(const Sheet& sheet, const Bitmap& picture) {
  return placed(picture, sheet.width, media_length(sheet, picture.height) * sheet.paper.dpi / 2540, sheet.left,
                sheet.top);
}

std::string media_keyword(const Sheet& sheet, int picture_rows) {
  char keyword[128] = "";
  pwgFormatSizeName(keyword, sizeof keyword, "custom", nullptr, sheet.media_width, media_length(sheet, picture_rows),
                    "mm");
  return keyword;
}

std::string page_size(const Sheet& sheet, int picture_rows) {
  return fmt::format("Custom.{}x{}mm", sheet.media_width / 100.0, media_length(sheet, picture_rows) / 100.0);
}

}  // namespace skranke::printer
