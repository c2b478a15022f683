#pragma once
// Is there one face, how is it turned, is it fit for a document? Detector and mesh are MediaPipe's (Apache-2.0), from
// the npm package @mediapipe/face_mesh by lock file and digest; the measures are our own. No likeness, no age, no life.
#include <array>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "enrolment/error.hpp"
#include "enrolment/face_checks.hpp"
#include "enrolment/image.hpp"

namespace skranke::enrolment {

struct Point {
  double x = 0, y = 0, z = 0;
};
constexpr std::size_t mesh_points = 468;

struct FaceBox {
  double left = 0, top = 0, width = 0, height = 0, score = 0;
  Point right_eye, left_eye;  ///< the person's own right is at the picture's left
};
struct FaceMesh {
  std::array<Point, mesh_points> points{};  ///< in pixels; z with the same unit, towards the back
  double presence = 0;
};

struct FaceMeasures {
  int faces = 0;
  double eye_distance_px = 0, roll_deg = 0, yaw_deg = 0, pitch_deg = 0;
  Point right_eye, left_eye, chin;
  double eye_right_open = 0, eye_left_open = 0;  ///< whites beside a darker iris: 0 closed, 0.4 and more open
  double mouth_gap = 0;                          ///< between the inner lips, in lengths of the face
  double side_light = 1;                         ///< 1 = both cheeks alike, 0 = one in the dark
  double dark_share = 0, bright_share = 0;       ///< of the face's pixels
  double white_light = 0;        ///< luminance of the eyes' whites: what the light is, whatever the skin
  double background_spread = 0;  ///< colour variation beside the head
  double outside_share = 0;      ///< how far a document's portrait would reach beyond the picture
  double head_height = 0;        ///< chin to crown, estimated, as a share of the picture's
  double sharpness = 0;          ///< what of the face's fine variation would go if it were blurred: 0.4 crisp, 0.1 a haze
  double resolution = 0;  ///< pixels for one of a portrait of 531
  double crop_left = 0, crop_right = 0, crop_above = 0, crop_below = 0;  ///< room beside the eyes, see usual_limits
  double dynamic_range = 0;      ///< bits of the face's luminances
  double colour_off = 0;         ///< of the cheeks, from what skins have
  double red_eye_share = 0;      ///< of the middle of an eye, redder than any skin or iris
};

/// Whether a folder has the models that are known; the words of an error name the file.
[[nodiscard]] Result<void> check_models(const std::filesystem::path& folder);

struct Square;
struct Pose;

/// Loads and pins the models; a face finder is used by one thread.
class FaceFinder {
 public:
  /// `folder` holds face_detection.tflite, face_landmark.tflite, face_geometry.binarypb with the pinned digests, or the
  /// file of the npm package in which they lie as it comes (0.4.1657299874: face_mesh_solution_packed_assets.data).
  static Result<FaceFinder> load(const std::filesystem::path& folder);

  [[nodiscard]] std::vector<FaceBox> detect(const Image& picture) const;
  /// `turned`: how the head is turned, when it is asked for.
  [[nodiscard]] FaceMesh mesh(const Image& picture, const FaceBox& face, Pose* turned = nullptr) const;
  [[nodiscard]] Result<FaceMeasures> measure(const Image& picture) const;

 private:
  struct Parts;
  /// The mesh in one square of a picture, in the picture's own places.
  [[nodiscard]] FaceMesh mesh_in(const std::vector<float>& sample, const Square& square) const;
  explicit FaceFinder(std::shared_ptr<const Parts> parts) : parts_{std::move(parts)} {}
  std::shared_ptr<const Parts> parts_;
};

/// Every check that one picture can be given, with its value; `compression` is of its file (judge_file of a Workshop).
[[nodiscard]] std::vector<FaceCheck> judge(const FaceMeasures& measures, const FaceLimits& limits = {});
/// Structural likeness (SSIM) of the luminances of two pictures of one shape: 1 = the same.
[[nodiscard]] double likeness(const Image& a, const Image& b);
/// Of two pictures of one burst: whether the first is rather kept. Fewer checks that fail, then fewer at the edge, then the sharper.
[[nodiscard]] bool is_better(const std::vector<FaceCheck>& one, const std::vector<FaceCheck>& other);
/// The picture turned level and cut so that head and eyes lie where a document wants them.
[[nodiscard]] Image document_portrait(const Image& picture, const FaceMeasures& measures, int width, int height);

}  // namespace skranke::enrolment
