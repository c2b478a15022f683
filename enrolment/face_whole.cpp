// What is measured of the picture as a whole: how the head lies in it, its tones, the colour of the skin, and what a file of
// it lost.
#include <algorithm>
#include <array>
#include <cmath>

#include "enrolment/face_parts.hpp"
#include "enrolment/pictures.hpp"

namespace skranke::enrolment {
namespace {

struct Lab {
  double a = 0, b = 0;
};

/// Of sRGB with 8 bits, seen in daylight (D65).
Lab lab_of(const std::array<double, 3>& rgb) {
  std::array<double, 3> linear{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = rgb[i] / 255;
    linear[i] = value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  }
  const auto root = [](double value) { return value > 0.008856 ? std::cbrt(value) : 7.787 * value + 16.0 / 116; };
  const double x = root((0.4124 * linear[0] + 0.3576 * linear[1] + 0.1805 * linear[2]) / 0.9505),
               y = root(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]),
               z = root((0.0193 * linear[0] + 0.1192 * linear[1] + 0.9505 * linear[2]) / 1.089);
  return {500 * (x - y), 200 * (y - z)};
}

struct Tones {
  std::array<double, 256> histogram{};
  double count = 0;
};

/// Calls take(column, row) for pixels all over a disc: some thousands tell as much as all.
template <class Take>
void each_in_disc(const Image& picture, const Point& middle, double radius, const Take& take) {
  const auto from = [](double value) { return std::max(0, static_cast<int>(std::ceil(value))); };
  const int step = std::max(1, static_cast<int>(radius / 40));
  for (int y = from(middle.y - radius); y < picture.height && y <= middle.y + radius; y += step)
    for (int x = from(middle.x - radius); x < picture.width && x <= middle.x + radius; x += step) {
      const double right = x - middle.x, down = y - middle.y;
      if (right * right + down * down <= radius * radius) take(x, y);
    }
}

double entropy_of(const Tones& tones) {
  double bits = 0;
  for (const double each : tones.histogram)
    if (each > 0) bits -= each / tones.count * std::log2(each / tones.count);
  return bits;
}

/// How far outside the band that the skins of mankind have: reddish and yellowish, the dark as the light.
double off_band(const Lab& lab) {
  constexpr double a_min = 4, a_max = 26, b_min = 3, b_max = 36;
  const double a = std::max({0.0, a_min - lab.a, lab.a - a_max}), b = std::max({0.0, b_min - lab.b, lab.b - b_max});
  return std::hypot(a, b);
}

}  // namespace

void measure_place(const Image& picture, FaceMeasures& measures) {
  const double x = (measures.right_eye.x + measures.left_eye.x) / 2, y = (measures.right_eye.y + measures.left_eye.y) / 2;
  const double down = std::max(1.0, std::hypot(measures.chin.x - x, measures.chin.y - y));
  const double wide = std::max(1.0, measures.eye_distance_px);
  measures.crop_left = x / wide;
  measures.crop_right = (picture.width - x) / wide;
  measures.crop_above = y / down;
  measures.crop_below = (picture.height - y) / down;
}

void measure_tones(const Image& picture, const FaceMesh& mesh, FaceMeasures& measures) {
  Tones tones;
  each_in_disc(picture, mesh.points[place::nose_tip], 0.8 * measures.eye_distance_px, [&](int column, int row) {
    ++tones.histogram[static_cast<std::size_t>(luminance(picture, column, row))];
    ++tones.count;
  });
  measures.dynamic_range = tones.count > 0 ? entropy_of(tones) : 0;
  std::array<double, 3> cheeks{};
  double count = 0;
  for (const std::size_t cheek : {place::right_cheek, place::left_cheek})
    each_in_disc(picture, mesh.points[cheek], 0.16 * measures.eye_distance_px, [&](int column, int row) {
      const std::size_t at = (static_cast<std::size_t>(row) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(column)) * 3;
      for (std::size_t i = 0; i < 3; ++i) cheeks[i] += picture.pixels[at + i];
      ++count;
    });
  if (count == 0) return;
  for (double& each : cheeks) each /= count;
  measures.colour_off = off_band(lab_of(cheeks));
}

double likeness(const Image& a, const Image& b) {
  constexpr int side = 8;
  constexpr double c1 = 6.5025, c2 = 58.5225;  // (0.01 and 0.03 of 255) squared
  if (a.width != b.width || a.height != b.height || a.channels != 3 || b.channels != 3) return 0;
  double sum = 0;
  int windows = 0;
  for (int y = 0; y + side <= a.height; y += side / 2)
    for (int x = 0; x + side <= a.width; x += side / 2) {
      double a1 = 0, b1 = 0, a2 = 0, b2 = 0, ab = 0;
      for (int v = 0; v < side; ++v)
        for (int u = 0; u < side; ++u) {
          const double one = luminance(a, x + u, y + v), other = luminance(b, x + u, y + v);
          a1 += one, b1 += other, a2 += one * one, b2 += other * other, ab += one * other;
        }
      constexpr double n = side * side;
      const double mean_a = a1 / n, mean_b = b1 / n;
      const double spread_a = a2 / n - mean_a * mean_a, spread_b = b2 / n - mean_b * mean_b, both = ab / n - mean_a * mean_b;
      sum += (2 * mean_a * mean_b + c1) * (2 * both + c2) / ((mean_a * mean_a + mean_b * mean_b + c1) * (spread_a + spread_b + c2));
      ++windows;
    }
  return windows == 0 ? 0 : sum / windows;
}

}  // namespace skranke::enrolment
