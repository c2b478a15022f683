#pragma once
// What an IPP printer says of itself, and the sheet we make from that. Pure.
#include <string>
#include <vector>

#include "printer/layout.hpp"
#include "printer/raster.hpp"

namespace skranke::printer {

/// Lengths in hundredths of a millimetre, as IPP has them. Empty lists: the printer did not say.
struct DeviceTraits {
  std::vector<std::string> formats;    ///< document-format-supported
  std::vector<std::string> urf;        ///< urf-supported
  std::vector<std::string> pwg_types;  ///< pwg-raster-document-type-supported
  std::vector<int> resolutions;        ///< dpi, where alike both ways
  std::vector<int> margins_left, margins_right, margins_top, margins_bottom;
  std::vector<int>
      media_widths;  ///< each x-dimension of media-size-supported; of a range its nearest end is added by the reader
  bool can_trim = false;  ///< finishings-supported has 11 (trim)
};

/// How a ticket is put on this printer's paper.
struct Sheet {
  raster::Format format = raster::Format::urf;
  Paper paper;                         ///< what the layout may fill
  int media_width = 8'000;             ///< hundredths of a millimetre
  int width = 639;                     ///< dots of the whole sheet
  int left = 32, top = 0, bottom = 0;  ///< dots kept white
  bool trim = false;
};

/// `passed` are the formats that the queue hands on without touching them (empty: unknown, then the rule of CUPS' own
/// driverless queues holds: URF where the printer has it, else PWG). `width_mm` is the paper that the facility says is
/// in the printer.
[[nodiscard]] Sheet sheet_for(const DeviceTraits& traits, const std::vector<std::string>& passed, int width_mm,
                              bool cut);

/// Formats that a queue's PPD hands on as they are: its cupsFilter2 lines with "-" for the program.
[[nodiscard]] std::vector<std::string> passed_formats(const std::string& ppd);

/// The picture on its sheet, as long as the media that media_keyword() names for it.
[[nodiscard]] Bitmap on_sheet(const Sheet& sheet, const Bitmap& picture);

/// The media keyword for a sheet that fits a picture of so many rows, e.g. "custom_80x103.5mm_80x103.5mm".
[[nodiscard]] std::string media_keyword(const Sheet& sheet, int picture_rows);

/// The same for a queue with a PPD, e.g. "Custom.80x103.5mm". From the keyword alone CUPS makes whole points, 80 mm
/// become 79.7 mm, and a printer that knows its paper refuses the job.
[[nodiscard]] std::string page_size(const Sheet& sheet, int picture_rows);

}  // namespace skranke::printer
