#pragma once
// Steps of looking at a face: sampling, head pose, measures of light and openness.
#include <span>

#include "enrolment/faces.hpp"
#include "enrolment/network.hpp"

namespace skranke::enrolment {

/// A square of a picture, turned, as values of three channels: `grey × factor + offset`. Outside the picture is black.
struct Square {
  double x = 0, y = 0, side = 0, turn = 0;  ///< middle; radians
};
[[nodiscard]] Values sampled(const Image& picture, const Square& square, int size, float factor, float offset);

/// Where the document's portrait lies: its side is the portrait's height, turned level.
[[nodiscard]] Square portrait_square(const FaceMeasures& measures);
/// How far the portrait's furthest corner is outside the picture, in heights of the portrait.
[[nodiscard]] double outside_share(const Image& picture, const Square& square);

/// The shape of a face at rest (cm, y upwards), and which points of it hold still when its mouth moves.
struct Geometry {
  std::vector<Point> points;
  std::vector<std::size_t> still;
};
[[nodiscard]] Result<Geometry> read_geometry(ByteView file);

struct Pose {
  double yaw_deg = 0, pitch_deg = 0, roll_deg = 0;
};
/// The turn that lays the resting face on this one.
[[nodiscard]] Pose pose_of(const FaceMesh& mesh, const Geometry& geometry);

/// Everything that is measured on the picture itself.
void measure_light(const Image& picture, const FaceMesh& mesh, FaceMeasures& measures);
void measure_openness(const Image& picture, const FaceMesh& mesh, FaceMeasures& measures);
void measure_sharpness(const Image& picture, FaceMeasures& measures);
void measure_place(const Image& picture, FaceMeasures& measures);
void measure_tones(const Image& picture, const FaceMesh& mesh, FaceMeasures& measures);
/// After the openness: a closed eye has nothing to be red.
void measure_red_eyes(const Image& picture, const FaceMesh& mesh, FaceMeasures& measures);

constexpr double open_eye_min = 0.28;  ///< below it an eye is closed

/// Points of the mesh by their place in the face; right and left are the person's own.
namespace place {
constexpr std::size_t right_eye_outer = 33, right_eye_inner = 133, left_eye_inner = 362, left_eye_outer = 263,
                      chin = 152, forehead = 10, lip_upper = 13, lip_lower = 14, right_cheek = 50, left_cheek = 280,
                      nose_tip = 1, right_side = 234, left_side = 454, right_lid_upper = 159, right_lid_lower = 145,
                      left_lid_upper = 386, left_lid_lower = 374, mouth_right = 61, mouth_left = 291, nose_base = 2;
}

[[nodiscard]] inline double luminance(const Image& picture, int x, int y) {
  const std::size_t at =
      (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x)) * 3;
  return 0.299 * picture.pixels[at] + 0.587 * picture.pixels[at + 1] + 0.114 * picture.pixels[at + 2];
}

}  // namespace skranke::enrolment
