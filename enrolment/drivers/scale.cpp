#include "enrolment/drivers/scale.hpp"

#include <algorithm>
#include <cmath>

namespace skranke::enrolment {

Image scaled(const Image& image, int wanted, int had) {
  const double step = static_cast<double>(had) / wanted;
  Image out{std::max(1, static_cast<int>(image.width / step)), std::max(1, static_cast<int>(image.height / step)), image.channels, {}};
  const auto channels = static_cast<std::size_t>(image.channels), width = static_cast<std::size_t>(image.width);
  out.pixels.reserve(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height) * channels);
  const auto at = [&](int x, int y, std::size_t channel) {
    const auto column = static_cast<std::size_t>(std::clamp(x, 0, image.width - 1)), row = static_cast<std::size_t>(std::clamp(y, 0, image.height - 1));
    return static_cast<double>(image.pixels[(row * width + column) * channels + channel]);
  };
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x)
      for (std::size_t channel = 0; channel < channels; ++channel) {
        const double fx = (x + 0.5) * step - 0.5, fy = (y + 0.5) * step - 0.5;
        const int left = static_cast<int>(std::floor(fx)), top = static_cast<int>(std::floor(fy));
        const double right = fx - left, below = fy - top;
        const double upper = at(left, top, channel) * (1 - right) + at(left + 1, top, channel) * right;
        const double lower = at(left, top + 1, channel) * (1 - right) + at(left + 1, top + 1, channel) * right;
        out.pixels.push_back(static_cast<std::uint8_t>(std::lround(upper * (1 - below) + lower * below)));
      }
  return out;
}

}  // namespace skranke::enrolment
