#pragma once
#include <string>

#include "printer/bitmap.hpp"

namespace skranke::daemon {

/// The modules of a QR code as one SVG path, dark on light.
[[nodiscard]] std::string svg_of(const printer::Bitmap& modules);

}  // namespace skranke::daemon
