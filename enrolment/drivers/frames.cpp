#include "enrolment/drivers/frames.hpp"

#include <algorithm>
#include <tuple>

#include "enrolment/pictures.hpp"

namespace skranke::enrolment {
namespace {

/// One dot by BT.601, video range: 1.164, 1.596, 0.392, 0.813 and 2.017, each times 65536.
void put_rgb(std::uint8_t* out, int y, int u, int v) {
  const int light = 76284 * (y - 16), blue = u - 128, red = v - 128;
  const auto byte = [](int value) { return static_cast<std::uint8_t>(std::clamp((value + 32768) >> 16, 0, 255)); };
  out[0] = byte(light + 104595 * red);
  out[1] = byte(light - 25675 * blue - 53279 * red);
  out[2] = byte(light + 132201 * blue);
}

Image empty_rgb(const FrameShape& shape) { return {shape.width, shape.height, 3, Bytes(static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.height) * 3)}; }

Result<Image> from_yuyv(const FrameShape& shape, ByteView frame) {
  const auto width = static_cast<std::size_t>(shape.width), height = static_cast<std::size_t>(shape.height), stride = static_cast<std::size_t>(shape.stride);
  if (shape.width % 2 != 0 || stride < width * 2 || frame.size() < stride * (height - 1) + width * 2) return wrong("frame", "too short");
  Image out = empty_rgb(shape);
  std::uint8_t* to = out.pixels.data();
  for (std::size_t row = 0; row < height; ++row)
    for (std::size_t pair = 0; pair < width / 2; ++pair, to += 6) {
      const std::uint8_t* from = &frame[row * stride + pair * 4];
      put_rgb(to, from[0], from[1], from[3]);
      put_rgb(to + 3, from[2], from[1], from[3]);
    }
  return out;
}

Result<Image> from_nv12(const FrameShape& shape, ByteView frame) {
  const auto width = static_cast<std::size_t>(shape.width), height = static_cast<std::size_t>(shape.height), stride = static_cast<std::size_t>(shape.stride);
  if (shape.width % 2 != 0 || shape.height % 2 != 0 || stride < width || frame.size() < stride * height + stride * (height / 2 - 1) + width) return wrong("frame", "too short");
  Image out = empty_rgb(shape);
  std::uint8_t* to = out.pixels.data();
  for (std::size_t row = 0; row < height; ++row)
    for (std::size_t column = 0; column < width; ++column, to += 3) {
      const std::uint8_t* colour = &frame[stride * height + row / 2 * stride + column / 2 * 2];
      put_rgb(to, frame[row * stride + column], colour[0], colour[1]);
    }
  return out;
}

Result<Image> from_mjpeg(const FrameShape& shape, ByteView frame) {
  // Some cameras pad the frame; the decoder stops at the end of the picture.
  auto image = jpeg_decode(frame);
  if (!image) return image;
  if (image->width != shape.width || image->height != shape.height) return wrong("frame", "of another size than agreed");
  if (image->channels == 3) return image;
  Image out = empty_rgb(shape);
  for (std::size_t i = 0; i < image->pixels.size(); ++i) std::fill_n(&out.pixels[i * 3], 3, image->pixels[i]);
  return out;
}

}  // namespace

Result<Image> rgb_of(const FrameShape& shape, ByteView frame) {
  if (auto sides = check_sides("frame", shape.width, shape.height); !sides) return tl::unexpected<Error>{sides.error()};
  switch (shape.format) {
    case PixelFormat::mjpeg: return from_mjpeg(shape, frame);
    case PixelFormat::yuyv: return from_yuyv(shape, frame);
    case PixelFormat::nv12: return from_nv12(shape, frame);
  }
  return wrong("frame", "of no known format");
}

std::optional<Offer> best_offer(std::span<const Offer> offers) {
  const auto worth = [](const Offer& offer) {
    const bool fits = offer.width <= camera_width_max && offer.height <= camera_height_max;
    const bool fast = offer.per_second == 0 || offer.per_second >= camera_rate_wanted;
    const int area = offer.width * offer.height;
    // Too large ones only if there is nothing else, and then the smallest of them.
    return std::tuple{fits, fast, fits ? area : -area, offer.format != PixelFormat::mjpeg, offer.per_second};
  };
  const auto best = std::ranges::max_element(offers, {}, worth);
  return best == offers.end() ? std::nullopt : std::optional{*best};
}

}  // namespace skranke::enrolment
