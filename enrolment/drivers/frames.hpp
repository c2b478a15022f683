#pragma once
// What cameras send, and which of what they offer is asked for. No camera in here.
#include <cstdint>
#include <optional>
#include <span>

#include "enrolment/error.hpp"
#include "enrolment/image.hpp"

namespace skranke::enrolment {

enum class PixelFormat : std::uint8_t { mjpeg, yuyv, nv12 };
struct FrameShape {
  PixelFormat format = PixelFormat::yuyv;
  int width = 0, height = 0;
  int stride = 0;   ///< bytes from one row to the next; of no meaning for mjpeg
};
/// RGB. Colours are BT.601 of limited range, as webcams have them.
[[nodiscard]] Result<Image> rgb_of(const FrameShape& shape, ByteView frame);

struct Offer {
  PixelFormat format = PixelFormat::yuyv;
  int width = 0, height = 0;
  int per_second = 0;   ///< 0 = it does not say
  bool operator==(const Offer&) const = default;
};
constexpr int camera_width_max = 1920, camera_height_max = 1088, camera_rate_wanted = 10;
/// The largest that comes at ten a second or more, and not larger than a portrait needs; of the same size, what was not compressed before.
[[nodiscard]] std::optional<Offer> best_offer(std::span<const Offer> offers);

}  // namespace skranke::enrolment
