#pragma once
// A signature, from what a pen's driver in the kernel reports to a picture. No device, no clock.
#include <cstdint>
#include <span>
#include <vector>

#include "enrolment/error.hpp"
#include "enrolment/image.hpp"

namespace skranke::enrolment {

/// One event of evdev.
struct PenEvent {
  std::int64_t micros = 0;
  std::uint16_t type = 0, code = 0;
  std::int32_t value = 0;
};
/// What the pen's axes go from and to; units a millimetre, 0 = it does not say.
struct PenRange {
  int x_min = 0, x_max = 0, y_min = 0, y_max = 0, pressure_min = 0, pressure_max = 0;
  int x_per_mm = 0, y_per_mm = 0;
};

struct PenPoint {
  std::int64_t micros = 0;
  int x = 0, y = 0, pressure = 0;
  bool operator==(const PenPoint&) const = default;
};
using Stroke = std::vector<PenPoint>;
constexpr std::size_t stroke_points_max = 20'000, strokes_max = 500;   ///< of a signature; what comes after is not drawn

class Strokes {
 public:
  void feed(const PenEvent& event);
  /// Forgets what was drawn, not where the pen is.
  void clear();
  [[nodiscard]] const std::vector<Stroke>& drawn() const { return strokes_; }
  [[nodiscard]] bool touches() const { return touches_; }
  /// When the pen last drew; 0 = not yet.
  [[nodiscard]] std::int64_t last_micros() const { return last_; }
  /// How long the pen was on the paper, all strokes together.
  [[nodiscard]] std::int64_t ink_micros() const;

 private:
  void end_of_report(std::int64_t micros);
  std::vector<Stroke> strokes_;
  std::size_t points_ = 0;
  int x_ = 0, y_ = 0, pressure_ = 0;
  std::int64_t last_ = 0;
  bool touching_ = false, rubber_ = false;   ///< as the events say, before the report is whole
  bool touches_ = false, in_stroke_ = false, lost_ = false;
};

constexpr std::int64_t ink_micros_min = 500'000;
constexpr int signature_dpi = 300, signature_width_max = 1600, signature_height_max = 800, signature_margin = 20;
/// Black on white, cropped. An error named "nothing": no signature, a dot, or too short to be one.
[[nodiscard]] Result<Image> drawn(const Strokes& strokes, const PenRange& range);

}  // namespace skranke::enrolment
