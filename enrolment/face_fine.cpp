// What is seen only close by: whether the face is sharp, whether a flash made the eyes red, and which of several pictures
// is the better one.
#include <algorithm>
#include <array>
#include <cmath>

#include "enrolment/face_parts.hpp"

namespace skranke::enrolment {
namespace {

constexpr int patch_side = 180, blur_reach = 2;
constexpr double patch_eye_distance = 90;  // every face is looked at in this size: blur is told in parts of a face

/// The share of the variation along one direction that a blur would take away (Crete and others, 2007). A share, so that
/// neither the colour of a skin nor the light counts.
double lost_share(const std::vector<double>& grey, int step_x, int step_y) {
  const auto at = [&](int x, int y) { return grey[static_cast<std::size_t>(y * patch_side + x)]; };
  const auto blurred = [&](int x, int y) {
    double sum = 0;
    for (int i = -blur_reach; i <= blur_reach; ++i) sum += at(x + i * step_x, y + i * step_y);
    return sum / (2 * blur_reach + 1);
  };
  double before = 0, lost = 0;
  for (int y = blur_reach + 1; y < patch_side - blur_reach; y += 2)  // every other row tells as much
    for (int x = blur_reach + 1; x < patch_side - blur_reach; ++x) {
      const double now = std::abs(at(x, y) - at(x - step_x, y - step_y));
      const double then = std::abs(blurred(x, y) - blurred(x - step_x, y - step_y));
      before += now;
      lost += std::max(0.0, now - then);
    }
  return before > 0 ? lost / before : 0;
}

struct Colour {
  double red = 0, green = 0, blue = 0;
};
bool colour_at(const Image& picture, double x, double y, Colour& colour) {
  const int column = static_cast<int>(std::lround(x)), row = static_cast<int>(std::lround(y));
  if (column < 0 || row < 0 || column >= picture.width || row >= picture.height) return false;
  const std::uint8_t* pixel =
      picture.pixels.data() +
      (static_cast<std::size_t>(row) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(column)) * 3;
  colour = {static_cast<double>(pixel[0]), static_cast<double>(pixel[1]), static_cast<double>(pixel[2])};
  return true;
}

/// The share of red in the middle of an eye, where the pupil is: redder than any skin, lid or brown iris.
double red_share(const Image& picture, const Point& from, const Point& to) {
  constexpr int along = 24, across = 8;
  constexpr double red_min = 60, other_share_max = 0.4;
  const double x = to.x - from.x, y = to.y - from.y;
  int seen = 0, red = 0;
  for (int i = 0; i <= along; ++i)
    for (int k = -across; k <= across; ++k) {
      const double t = 0.25 + 0.5 * i / along, s = 0.14 * k / across;
      Colour colour;
      if (!colour_at(picture, from.x + t * x - s * y, from.y + t * y + s * x, colour)) continue;
      ++seen;
      if (colour.red >= red_min && std::max(colour.green, colour.blue) <= other_share_max * colour.red) ++red;
    }
  return seen > 0 ? static_cast<double>(red) / seen : 0;
}

}  // namespace

void measure_sharpness(const Image& picture, FaceMeasures& measures) {
  const Point &right = measures.right_eye, &left = measures.left_eye;
  const double turn = std::atan2(left.y - right.y, left.x - right.x);
  const double below = 0.3 * measures.eye_distance_px;  // the patch reaches from the brows to the mouth
  const Square square{(right.x + left.x) / 2 - std::sin(turn) * below, (right.y + left.y) / 2 + std::cos(turn) * below,
                      patch_side * std::max(1.0, measures.eye_distance_px / patch_eye_distance), turn};
  const Values values = sampled(picture, square, patch_side, 1, 0);
  std::vector<double> grey;
  grey.reserve(values.size() / 3);
  for (std::size_t i = 0; i + 2 < values.size(); i += 3)
    grey.push_back(0.299 * static_cast<double>(values[i]) + 0.587 * static_cast<double>(values[i + 1]) +
                   0.114 * static_cast<double>(values[i + 2]));
  measures.sharpness = std::min(lost_share(grey, 1, 0), lost_share(grey, 0, 1));
}

void measure_red_eyes(const Image& picture, const FaceMesh& mesh, FaceMeasures& measures) {
  const auto& p = mesh.points;
  if (measures.eye_right_open >= open_eye_min)
    measures.red_eye_share = red_share(picture, p[place::right_eye_outer], p[place::right_eye_inner]);
  if (measures.eye_left_open >= open_eye_min)
    measures.red_eye_share = std::max(
        measures.red_eye_share, red_share(picture, p[place::left_eye_inner], p[place::left_eye_outer]));
}

bool is_better(const std::vector<FaceCheck>& one, const std::vector<FaceCheck>& other) {
  const auto ranked = [](const std::vector<FaceCheck>& checks) {
    std::array<double, 3> rank{};
    for (const FaceCheck& check : checks) {
      if (check.verdict != Verdict::pass) ++rank[check.verdict == Verdict::fail ? 0 : 1];
      if (check.id == "sharp") rank[2] = -check.value;
    }
    return rank;
  };
  return ranked(one) < ranked(other);
}

}  // namespace skranke::enrolment
