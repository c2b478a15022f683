// Eyes, mouth, light and background. Light is measured within the face and against its own other half, so that the
// verdict is the same for every colour of skin.
#include <algorithm>
#include <cmath>

#include "enrolment/face_parts.hpp"

namespace skranke::enrolment {
namespace {

struct Patch {
  std::vector<double> greys;
  void add(const Image& picture, double x, double y) {
    const int column = static_cast<int>(std::lround(x)), row = static_cast<int>(std::lround(y));
    if (column >= 0 && row >= 0 && column < picture.width && row < picture.height)
      greys.push_back(luminance(picture, column, row));
  }
  [[nodiscard]] double mean() const {
    double sum = 0;
    for (const double grey : greys) sum += grey;
    return greys.empty() ? 0 : sum / static_cast<double>(greys.size());
  }
  [[nodiscard]] double percentile(double share) {
    if (greys.empty()) return 0;
    std::ranges::sort(greys);
    return greys[std::min(greys.size() - 1, static_cast<std::size_t>(share * static_cast<double>(greys.size())))];
  }
};

/// Whites in the corners against the dark of the iris, along the line between the corners: a closed lid has neither.
double openness(const Image& picture, const Point& from, const Point& to, double& white) {
  const double x = to.x - from.x, y = to.y - from.y;
  Patch corners, middle, whole;
  constexpr int along = 48, across = 9;
  for (int i = 0; i <= along; ++i)
    for (int k = -across; k <= across; ++k) {
      const double t = static_cast<double>(i) / along, s = 0.14 * k / across;  // a band as high as a narrow eye is open
      const double px = from.x + t * x - s * y, py = from.y + t * y + s * x;
      whole.add(picture, px, py);
      if (t > 0.3 && t < 0.7) middle.add(picture, px, py);
      if ((t > 0.12 && t < 0.28) || (t > 0.72 && t < 0.88))
        if (std::abs(k) <= across / 2) corners.add(picture, px, py);
    }
  const double mean = whole.mean();
  white = std::max(white, corners.percentile(0.8));
  return mean > 0 ? (corners.mean() - middle.percentile(0.15)) / mean : 0;
}

/// Greys of a disc around a point.
Patch disc(const Image& picture, const Point& middle, double radius) {
  Patch patch;
  for (double y = -radius; y <= radius; y += 1)
    for (double x = -radius; x <= radius; x += 1)
      if (x * x + y * y <= radius * radius) patch.add(picture, middle.x + x, middle.y + y);
  return patch;
}

double spread(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  double sum = 0, squares = 0;
  for (const double value : values) {
    sum += value;
    squares += value * value;
  }
  const auto count = static_cast<double>(values.size());
  return std::sqrt(std::max(0.0, squares / count - sum / count * (sum / count)));
}

/// Colour differences beside and above the head; grey shadows count less than colours and patterns.
double background(const Image& picture, const FaceMesh& mesh) {
  const double left = mesh.points[place::right_side].x, right = mesh.points[place::left_side].x;
  const double wide = right - left, bottom = mesh.points[place::left_eye_outer].y;
  std::vector<double> light, red, blue;
  for (int y = 2; y < picture.height && y < bottom; y += 3)
    for (int x = 2; x < picture.width - 2; x += 3) {
      if (x > left - 0.45 * wide && x < right + 0.45 * wide) continue;  // hair
      const std::uint8_t* pixel = picture.pixels.data() + static_cast<std::size_t>(y * picture.width + x) * 3;
      light.push_back(luminance(picture, x, y));
      red.push_back(static_cast<double>(pixel[0]) - pixel[1]);
      blue.push_back(static_cast<double>(pixel[2]) - pixel[1]);
    }
  if (light.size() < 50) return 0;  // nothing to be seen of it: room_around tells
  return std::max({0.5 * spread(light), spread(red), spread(blue)});
}

}  // namespace

void measure_openness(const Image& picture, const FaceMesh& mesh, FaceMeasures& measures) {
  const auto& p = mesh.points;
  measures.eye_right_open =
      openness(picture, p[place::right_eye_outer], p[place::right_eye_inner], measures.white_light);
  measures.eye_left_open = openness(picture, p[place::left_eye_inner], p[place::left_eye_outer], measures.white_light);
  const double length = std::hypot(p[place::chin].x - p[place::forehead].x, p[place::chin].y - p[place::forehead].y);
  const double gap =
      std::hypot(p[place::lip_lower].x - p[place::lip_upper].x, p[place::lip_lower].y - p[place::lip_upper].y);
  measures.mouth_gap = length > 0 ? gap / length : 0;
}

void measure_light(const Image& picture, const FaceMesh& mesh, FaceMeasures& measures) {
  const double radius = 0.16 * measures.eye_distance_px;
  const Patch right = disc(picture, mesh.points[place::right_cheek], radius),
              left = disc(picture, mesh.points[place::left_cheek], radius);
  const double low = std::min(right.mean(), left.mean()), high = std::max(right.mean(), left.mean());
  measures.side_light = high > 0 ? low / high : 0;
  Patch face = disc(picture, mesh.points[place::nose_tip], 0.8 * measures.eye_distance_px);
  const auto share = [&](auto is) {
    return face.greys.empty()
               ? 0
               : static_cast<double>(std::ranges::count_if(face.greys, is)) / static_cast<double>(face.greys.size());
  };
  measures.dark_share = share([](double grey) { return grey < 25; });
  measures.bright_share = share([](double grey) { return grey > 247; });
  measures.background_spread = background(picture, mesh);
}

}  // namespace skranke::enrolment
