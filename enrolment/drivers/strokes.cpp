#include "enrolment/drivers/strokes.hpp"

#include <algorithm>
#include <cmath>

#include <linux/input-event-codes.h>

namespace skranke::enrolment {
namespace {

constexpr double mm_per_inch = 25.4, thin = 1.6, thick = 3.6;   // half widths in dots, by pressure
constexpr double unknown_width = 800;                           // dots, where the pen does not say how large it writes
constexpr double extent_min_dots = 30;                          // smaller is a dot

struct Place {
  double x = 0, y = 0, radius = 0;
};

void draw_line(Image& image, const Place& from, const Place& to) {
  const double reach = std::max(from.radius, to.radius) + 1;
  const auto low = [&](double a, double b) { return std::max(0, static_cast<int>(std::floor(std::min(a, b) - reach))); };
  const int right = std::min(image.width - 1, static_cast<int>(std::ceil(std::max(from.x, to.x) + reach))), bottom = std::min(image.height - 1, static_cast<int>(std::ceil(std::max(from.y, to.y) + reach)));
  const double along_x = to.x - from.x, along_y = to.y - from.y, length = along_x * along_x + along_y * along_y;
  for (int y = low(from.y, to.y); y <= bottom; ++y)
    for (int x = low(from.x, to.x); x <= right; ++x) {
      const double share = length == 0 ? 0 : std::clamp(((x - from.x) * along_x + (y - from.y) * along_y) / length, 0.0, 1.0);
      const double distance = std::hypot(x - from.x - share * along_x, y - from.y - share * along_y);
      const double cover = std::clamp(from.radius + share * (to.radius - from.radius) + 0.5 - distance, 0.0, 1.0);
      std::uint8_t& dot = image.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)];
      dot = std::min(dot, static_cast<std::uint8_t>(std::lround(255 * (1 - cover))));
    }
}

struct Extent {
  int left = 0, right = 0, top = 0, bottom = 0;
};

Extent extent_of(const std::vector<Stroke>& strokes) {
  const PenPoint& first = strokes.front().front();
  Extent extent{first.x, first.x, first.y, first.y};
  for (const Stroke& stroke : strokes)
    for (const PenPoint& point : stroke)
      extent = {std::min(extent.left, point.x), std::max(extent.right, point.x), std::min(extent.top, point.y), std::max(extent.bottom, point.y)};
  return extent;
}

}  // namespace

void Strokes::feed(const PenEvent& event) {
  if (event.type == EV_ABS) {
    if (event.code == ABS_X) x_ = event.value;
    if (event.code == ABS_Y) y_ = event.value;
    if (event.code == ABS_PRESSURE) pressure_ = event.value;
  } else if (event.type == EV_KEY) {
    if (event.code == BTN_TOUCH) touching_ = event.value != 0;
    if (event.code == BTN_TOOL_RUBBER) rubber_ = event.value != 0;
  } else if (event.type == EV_SYN) {
    if (event.code == SYN_DROPPED) lost_ = true;   // until the next report nothing of it holds
    if (event.code == SYN_REPORT) end_of_report(event.micros);
  }
}

void Strokes::end_of_report(std::int64_t micros) {
  if (std::exchange(lost_, false)) in_stroke_ = false;   // no line over what was not seen
  touches_ = touching_ && !rubber_;
  if (!touches_) {
    in_stroke_ = false;
    return;
  }
  last_ = micros;
  if (points_ >= stroke_points_max || (!in_stroke_ && strokes_.size() >= strokes_max)) return;
  if (!in_stroke_) strokes_.emplace_back();
  in_stroke_ = true;
  strokes_.back().push_back({micros, x_, y_, pressure_});
  ++points_;
}

void Strokes::clear() {
  for (Stroke& stroke : strokes_) std::ranges::fill(stroke, PenPoint{});
  strokes_.clear();
  points_ = 0, last_ = 0, in_stroke_ = false;
}

std::int64_t Strokes::ink_micros() const {
  std::int64_t sum = 0;
  for (const Stroke& stroke : strokes_) sum += stroke.back().micros - stroke.front().micros;
  return sum;
}

Result<Image> drawn(const Strokes& strokes, const PenRange& range) {
  if (strokes.drawn().empty()) return wrong("nothing", "nobody has signed");
  if (strokes.ink_micros() < ink_micros_min) return wrong("nothing", "too short for a signature");
  const Extent extent = extent_of(strokes.drawn());
  const double wide = extent.right - extent.left, high = extent.bottom - extent.top;
  double x_dots = signature_dpi / mm_per_inch / std::max(range.x_per_mm, 1), y_dots = signature_dpi / mm_per_inch / std::max(range.y_per_mm, 1);
  if (range.x_per_mm <= 0 || range.y_per_mm <= 0) x_dots = y_dots = unknown_width / std::max(1, range.x_max - range.x_min);
  if (std::max(wide * x_dots, high * y_dots) < extent_min_dots) return wrong("nothing", "a dot is no signature");
  const double fit = std::min({1.0, (signature_width_max - 2.0 * signature_margin - 1) / std::max(1.0, wide * x_dots), (signature_height_max - 2.0 * signature_margin - 1) / std::max(1.0, high * y_dots)});
  x_dots *= fit, y_dots *= fit;
  Image image{static_cast<int>(wide * x_dots) + 2 * signature_margin + 1, static_cast<int>(high * y_dots) + 2 * signature_margin + 1, 1, {}};
  image.pixels.assign(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height), 255);
  const double full = std::max(1, range.pressure_max - range.pressure_min);
  const auto place = [&](const PenPoint& point) {
    const double force = range.pressure_max > range.pressure_min ? std::clamp((point.pressure - range.pressure_min) / full, 0.0, 1.0) : 0.5;
    return Place{(point.x - extent.left) * x_dots + signature_margin, (point.y - extent.top) * y_dots + signature_margin, thin + force * (thick - thin)};
  };
  for (const Stroke& stroke : strokes.drawn())
    for (std::size_t i = 0; i < stroke.size(); ++i) draw_line(image, place(stroke[i > 0 ? i - 1 : 0]), place(stroke[i]));
  return image;
}

}  // namespace skranke::enrolment
