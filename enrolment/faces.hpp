#pragma once
// Is there one face, how is it turned, is it fit for a document? Detector and mesh are MediaPipe's (Apache-2.0), from
// the npm package @mediapipe/face_mesh by lock file and digest; the measures are our own. No likeness, no age, no life.
#include <array>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "enrolment/error.hpp"
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
  double red_eye_share = 0;      ///< of the middle of an eye, redder than any skin or iris
};

enum class Verdict : std::uint8_t { pass, warn, fail };
struct FaceCheck {
  std::string_view id;
  double value = 0;
  Verdict verdict = Verdict::pass;
};

/// Every check that is made of a face, in the order in which they are told to the citizen.
constexpr std::array<std::string_view, 15> face_checks = {
    "single_face",  "eye_distance", "room_around",    "yaw",   "pitch", "roll",        "eyes_open",       "mouth_closed",
    "even_light",   "not_too_dark", "not_too_bright", "light", "sharp", "no_red_eyes", "plain_background"};
/// What no machine here sees: the clerk looks, and says so.
constexpr std::array<std::string_view, 6> clerks_checks = {"glasses", "covering", "hair", "expression", "shadows", "person"};
/// One that was not made, and why: no_models, no_face (nothing was found that could be measured), eyes_closed.
struct Unjudged {
  std::string_view id, why;
};
[[nodiscard]] std::vector<Unjudged> not_judged(const std::vector<FaceCheck>& made);

/// Whether a folder has the models that are known; the words of an error name the file.
[[nodiscard]] Result<void> check_models(const std::filesystem::path& folder);

/// Loads and pins the models; a face finder is used by one thread.
class FaceFinder {
 public:
  /// `folder` holds face_detection.tflite, face_landmark.tflite, face_geometry.binarypb with the pinned digests, or the
  /// file of the npm package in which they lie as it comes (0.4.1657299874: face_mesh_solution_packed_assets.data).
  static Result<FaceFinder> load(const std::filesystem::path& folder);

  [[nodiscard]] std::vector<FaceBox> detect(const Image& picture) const;
  [[nodiscard]] FaceMesh mesh(const Image& picture, const FaceBox& face) const;
  [[nodiscard]] Result<FaceMeasures> measure(const Image& picture) const;

 private:
  struct Parts;
  explicit FaceFinder(std::shared_ptr<const Parts> parts) : parts_{std::move(parts)} {}
  std::shared_ptr<const Parts> parts_;
};

/// Every check with its value.
[[nodiscard]] std::vector<FaceCheck> judge(const FaceMeasures& measures);
/// Of two pictures of one burst: whether the first is rather kept. Fewer checks that fail, then fewer at the edge, then the sharper.
[[nodiscard]] bool is_better(const std::vector<FaceCheck>& one, const std::vector<FaceCheck>& other);
/// The picture turned level and cut so that head and eyes lie where a document wants them.
[[nodiscard]] Image document_portrait(const Image& picture, const FaceMeasures& measures, int width, int height);

}  // namespace skranke::enrolment
