#include "enrolment/far/preview.hpp"

#include <algorithm>

#include "enrolment/drivers/scale.hpp"
#include "enrolment/image.hpp"

namespace skranke::enrolment {
namespace {

constexpr std::int64_t side_max = 8192;

/// The middle, as wide as its height allows.
Image upright(const Image& image) {
  const int width = std::min(image.width, image.height * sent_preview_width / sent_preview_height);
  const auto channels = static_cast<std::size_t>(image.channels);
  const std::size_t row = static_cast<std::size_t>(image.width) * channels, kept = static_cast<std::size_t>(width) * channels;
  Image out{width, image.height, image.channels, {}};
  out.pixels.reserve(kept * static_cast<std::size_t>(image.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(image.height); ++y) {
    const auto begin = image.pixels.begin() + static_cast<std::ptrdiff_t>(y * row + static_cast<std::size_t>((image.width - width) / 2) * channels);
    out.pixels.insert(out.pixels.end(), begin, begin + static_cast<std::ptrdiff_t>(kept));
  }
  return out;
}

}  // namespace

std::optional<Frame> small_preview(Frame& answer) {
  const std::int64_t width = number_in(answer.head, "width"), height = number_in(answer.head, "height");
  if (width <= 0 || width > side_max || height <= sent_preview_height || height > side_max) return std::nullopt;
  Image image{static_cast<int>(width), static_cast<int>(height), number_in(answer.head, "channels") == 1 ? 1 : 3, std::move(answer.body)};
  if (!image.consistent()) {
    answer.body = std::move(image.pixels);
    return std::nullopt;
  }
  Image small = scaled(upright(image), sent_preview_height, image.height);
  Frame out;
  out.head = {{"width", small.width}, {"height", small.height}, {"channels", small.channels}};   // no digest: it is for nobody's record
  out.body = std::move(small.pixels);
  return out;
}

}  // namespace skranke::enrolment
