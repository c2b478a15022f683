// Squares of a picture for the models, and the portrait for the document: each sample the mean of the area it stands
// for.
#include <algorithm>
#include <cmath>

#include "enrolment/face_parts.hpp"

namespace skranke::enrolment {
namespace {

/// The nearest pixel: enough where many are averaged.
void nearest(const Image& picture, double x, double y, double (&rgb)[3], double share) {
  const int column = static_cast<int>(std::floor(x + 0.5)), row = static_cast<int>(std::floor(y + 0.5));
  if (column < 0 || row < 0 || column >= picture.width || row >= picture.height) return;
  const std::uint8_t* pixel =
      picture.pixels.data() +
      (static_cast<std::size_t>(row) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(column)) * 3;
  for (int channel = 0; channel < 3; ++channel) rgb[channel] += share * pixel[channel];
}

/// Three channels between the pixels, nothing outside.
void between(const Image& picture, double x, double y, double (&rgb)[3], double share) {
  const double left = std::floor(x), top = std::floor(y);
  for (int v = 0; v < 2; ++v)
    for (int u = 0; u < 2; ++u) {
      const int column = static_cast<int>(left) + u, row = static_cast<int>(top) + v;
      if (column < 0 || row < 0 || column >= picture.width || row >= picture.height) continue;
      const double weight = share * (u == 1 ? x - left : 1 - (x - left)) * (v == 1 ? y - top : 1 - (y - top));
      const std::uint8_t* pixel =
          picture.pixels.data() +
          (static_cast<std::size_t>(row) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(column)) *
              3;
      for (int channel = 0; channel < 3; ++channel) rgb[channel] += weight * pixel[channel];
    }
}

/// Calls take(rgb) for each place of a turned rectangle, row by row.
template <class Take>
void each_sample(const Image& picture, const Square& square, int width, int height, double unit, bool stretch_edges,
                 const Take& take) {
  const double cosine = std::cos(square.turn), sine = std::sin(square.turn);
  const int times = std::clamp(static_cast<int>(std::ceil(unit / 1.5)), 1, 6);  // looks each way within one sample
  const double share = 1.0 / (times * times);
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < width; ++column) {
      double rgb[3] = {};
      for (int v = 0; v < times; ++v)
        for (int u = 0; u < times; ++u) {
          const double x = unit * (column + (u + 0.5) / times - width / 2.0),
                       y = unit * (row + (v + 0.5) / times - height / 2.0);
          double from_x = square.x + cosine * x - sine * y - 0.5, from_y = square.y + sine * x + cosine * y - 0.5;
          if (stretch_edges) {
            from_x = std::clamp(from_x, 0.0, picture.width - 1.0);
            from_y = std::clamp(from_y, 0.0, picture.height - 1.0);
          }
          if (times > 2)
            nearest(picture, from_x, from_y, rgb, share);
          else
            between(picture, from_x, from_y, rgb, share);
        }
      take(rgb);
    }
}

}  // namespace

Values sampled(const Image& picture, const Square& square, int size, float factor, float offset) {
  Values values;
  values.reserve(static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 3);
  each_sample(picture, square, size, size, square.side / size, false, [&](const double(&rgb)[3]) {
    for (const double channel : rgb) values.push_back(static_cast<float>(channel) * factor + offset);
  });
  return values;
}

Square portrait_square(const FaceMeasures& measures) {
  constexpr double head_share = 0.735,
                   crown_at = 0.09;  // of the picture's height: between the limits of the Danish rules
  const Point eyes{(measures.right_eye.x + measures.left_eye.x) / 2, (measures.right_eye.y + measures.left_eye.y) / 2,
                   0};
  const double down_x = measures.chin.x - eyes.x, down_y = measures.chin.y - eyes.y;
  const double below = std::max(1.0, std::hypot(down_x, down_y));
  const double turn =
      std::atan2(measures.left_eye.y - measures.right_eye.y, measures.left_eye.x - measures.right_eye.x);
  const double whole = 2 * below / head_share;  // pixels of the source for the portrait's height
  // The eyes lie half a head below the crown; from there to the middle of the portrait, along the head's own upright.
  const double to_middle = (0.5 - (crown_at + head_share / 2)) * whole;
  return {eyes.x - std::sin(turn) * to_middle, eyes.y + std::cos(turn) * to_middle, whole, turn};
}

double outside_share(const Image& picture, const Square& square) {
  constexpr double half_width = 0.5 * 35 / 45;  // of the portrait's height
  double outside = 0;
  for (const double x : {-half_width, half_width})
    for (const double y : {-0.5, 0.5}) {
      const double from_x = square.x + square.side * (std::cos(square.turn) * x - std::sin(square.turn) * y);
      const double from_y = square.y + square.side * (std::sin(square.turn) * x + std::cos(square.turn) * y);
      outside = std::max({outside, -from_x, -from_y, from_x - picture.width, from_y - picture.height});
    }
  return outside / square.side;
}

Image document_portrait(const Image& picture, const FaceMeasures& measures, int width, int height) {
  const Square square = portrait_square(measures);
  Image out{width, height, 3, {}};
  each_sample(picture, square, width, height, square.side / height, true, [&](const double(&rgb)[3]) {
    for (const double channel : rgb)
      out.pixels.push_back(static_cast<std::uint8_t>(std::clamp(channel + 0.5, 0.0, 255.0)));
  });
  return out;
}

}  // namespace skranke::enrolment
