#pragma once
// The kinds of printer behind make_printer(); nobody outside this folder names one.
#include <memory>

#include "printer/printer.hpp"

namespace skranke::printer {

/// A CUPS queue: driverless (the printer's own raster) or, with `raw`, ESC/POS bytes.
[[nodiscard]] std::unique_ptr<Printer> make_cups_printer(const PrinterSettings& settings);
/// ESC/POS straight to the device, with its status where it has one.
[[nodiscard]] std::unique_ptr<Printer> make_escpos_printer(const PrinterSettings& settings);
/// PNG files in a directory, the newest 50.
[[nodiscard]] std::unique_ptr<Printer> make_preview_printer(const PrinterSettings& settings);

/// Sleeps, but at most until `stop`. False when stopped.
bool pause_for(std::chrono::milliseconds time, const std::stop_token& stop);

}  // namespace skranke::printer
