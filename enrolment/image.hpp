#pragma once
// Pictures in memory: fingerprints are grey, portraits are sRGB.
#include <cstddef>
#include <cstdint>

#include "enrolment/bytes.hpp"

namespace skranke::enrolment {

/// Channels are 1 (grey) or 3 (red, green, blue); rows from the top, without padding.
struct Image {
  int width = 0, height = 0, channels = 1;
  Bytes pixels;

  [[nodiscard]] bool consistent() const {
    return width > 0 && height > 0 && (channels == 1 || channels == 3) &&
           pixels.size() ==
               static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * static_cast<std::size_t>(channels);
  }
  [[nodiscard]] std::uint8_t at(int x, int y) const {
    return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }
  bool operator==(const Image&) const = default;
};

}  // namespace skranke::enrolment
