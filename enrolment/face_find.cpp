// Finding faces and laying the mesh on them. Numbers of the two models: MediaPipe's own configuration of them.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include "enrolment/face_parts.hpp"
#include "enrolment/pictures.hpp"
#include "enrolment/seal.hpp"

namespace skranke::enrolment {
namespace {

constexpr double portrait_height = 531;  // pixels of 45 mm at 300 dots an inch
constexpr int detector_side = 128, mesh_side = 192, faces_max = 16;
constexpr double score_min = 0.5, overlap_max = 0.3, crop_factor = 1.5;
constexpr double canthi_to_eyes = 0.96;  // the middles of the lids' corners lie a little wider than the eyes
constexpr std::size_t anchors_count = 896, values_each = 16;
/// A file of its own, or a piece of the package's one file: where it begins there, and how long it is.
struct Model {
  std::string_view name, digest;
  std::streamoff begin = 0;
  std::size_t size = 0;
};
constexpr std::string_view packed_name = "face_mesh_solution_packed_assets.data";
constexpr Model detector_model{"face_detection.tflite",
                               "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633", 3'757'224, 229'032};
constexpr Model mesh_model{"face_landmark.tflite", "c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1",
                           2'495'952, 1'241'896};
constexpr Model geometry_model{"face_geometry.binarypb",
                               "bdbcda96dfcb7da883da124aaa2c55dee49770d934f0fcc71747f8c21bdc75b4", 3'737'848, 19'376};

double logistic(float value) { return 1 / (1 + std::exp(-std::clamp(static_cast<double>(value), -100.0, 100.0))); }

/// Middles of the boxes that the detector speaks of: 16 × 16 places twice, 8 × 8 six times.
std::vector<Point> anchors() {
  std::vector<Point> all;
  for (const auto& [grid, times] : {std::pair{16, 2}, {8, 6}})
    for (int y = 0; y < grid; ++y)
      for (int x = 0; x < grid; ++x)
        for (int i = 0; i < times; ++i) all.push_back({(x + 0.5) / grid, (y + 0.5) / grid, 0});
  return all;
}

double overlap(const FaceBox& a, const FaceBox& b) {
  const double width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
  const double height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  return width * height / (a.width * a.height + b.width * b.height - width * height);
}

/// The mean of boxes that lie on each other, weighted by their scores.
FaceBox merged(const std::vector<FaceBox>& boxes) {
  FaceBox mean;
  double total = 0;
  for (const FaceBox& one : boxes) total += one.score;
  for (const FaceBox& one : boxes) {
    const double share = one.score / total;
    mean.left += share * one.left;
    mean.top += share * one.top;
    mean.width += share * one.width;
    mean.height += share * one.height;
    mean.right_eye.x += share * one.right_eye.x;
    mean.right_eye.y += share * one.right_eye.y;
    mean.left_eye.x += share * one.left_eye.x;
    mean.left_eye.y += share * one.left_eye.y;
    mean.score = std::max(mean.score, one.score);
  }
  return mean;
}

std::vector<FaceBox> without_overlaps(std::vector<FaceBox> boxes) {
  std::ranges::sort(boxes, [](const FaceBox& a, const FaceBox& b) { return a.score > b.score; });
  std::vector<FaceBox> kept;
  while (!boxes.empty() && kept.size() < faces_max) {
    const FaceBox best = boxes.front();
    std::vector<FaceBox> same, others;
    for (const FaceBox& one : boxes) (overlap(best, one) > overlap_max ? same : others).push_back(one);
    if (same.empty()) same.push_back(best);  // a box without area lies on nothing
    kept.push_back(merged(same));
    if (others.size() == boxes.size()) others.erase(others.begin());
    boxes = std::move(others);
  }
  return kept;
}

Bytes packed(const std::filesystem::path& folder, const Model& model) {
  std::ifstream file{folder / packed_name, std::ios::binary};
  Bytes bytes(model.size);
  file.seekg(model.begin);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return file ? bytes : Bytes{};
}

Result<Bytes> pinned(const std::filesystem::path& folder, const Model& model) {
  std::ifstream file{folder / model.name, std::ios::binary};
  Bytes bytes{std::istreambuf_iterator<char>{file}, {}};
  if (bytes.empty()) bytes = packed(folder, model);
  if (bytes.empty()) return wrong(std::string{model.name}, "missing");
  if (sha256_hex(bytes) != model.digest)
    return wrong(std::string{model.name}, "not the file that is known: its digest differs");
  return bytes;
}

Square around(double left, double top, double right, double bottom, const Point& right_eye, const Point& left_eye) {
  return {(left + right) / 2, (top + bottom) / 2, crop_factor * std::max(right - left, bottom - top),
          std::atan2(left_eye.y - right_eye.y, left_eye.x - right_eye.x)};
}

Square around(const FaceMesh& mesh) {
  const auto [left, right] = std::ranges::minmax(mesh.points, {}, &Point::x);
  const auto [top, bottom] = std::ranges::minmax(mesh.points, {}, &Point::y);
  return around(left.x, top.y, right.x, bottom.y, mesh.points[place::right_eye_outer], mesh.points[place::left_eye_outer]);
}

/// A mouth that smiles or stands open moves the whole mesh as a nod does, eyes and forehead with it. An oval of the
/// cheeks' colour over it, below the nose, leaves the head's own turn (a smile of a head that holds still: 1.9 degrees
/// instead of 7).
void cover_mouth(Values& sample, const FaceMesh& mesh, const Square& square) {
  constexpr double half_width = 0.5, half_height = 0.42, below_nose = 0.02;   // of the distance of the eyes' outer corners
  const double unit = square.side / mesh_side, cosine = std::cos(square.turn), sine = std::sin(square.turn);
  const auto within = [&](std::size_t i) {
    const double x = mesh.points[i].x - square.x, y = mesh.points[i].y - square.y;
    return Point{(cosine * x + sine * y) / unit + mesh_side / 2.0, (cosine * y - sine * x) / unit + mesh_side / 2.0, 0};
  };
  const auto at = [](int column, int row) { return 3 * static_cast<std::size_t>(row * mesh_side + column); };
  float colour[3] = {};
  for (const std::size_t cheek : {place::right_cheek, place::left_cheek}) {
    const Point from = within(cheek);
    const std::size_t pixel = at(std::clamp(static_cast<int>(from.x), 0, mesh_side - 1), std::clamp(static_cast<int>(from.y), 0, mesh_side - 1));
    for (std::size_t channel = 0; channel < 3; ++channel) colour[channel] += sample[pixel + channel] / 2;
  }
  const Point right = within(place::mouth_right), left = within(place::mouth_left), nose = within(place::nose_base);
  const Point middle{(right.x + left.x) / 2, (right.y + left.y) / 2, 0};
  const Point eye_right = within(place::right_eye_outer), eye_left = within(place::left_eye_outer);
  const double eyes = std::hypot(eye_left.x - eye_right.x, eye_left.y - eye_right.y);
  for (int row = 0; row < mesh_side; ++row)
    for (int column = 0; column < mesh_side; ++column) {
      const double x = (column + 0.5 - middle.x) / (half_width * eyes), y = (row + 0.5 - middle.y) / (half_height * eyes);
      if (x * x + y * y < 1 && row > nose.y + below_nose * eyes) std::copy_n(colour, 3, sample.begin() + static_cast<std::ptrdiff_t>(at(column, row)));
    }
}

}  // namespace

struct FaceFinder::Parts {
  Network detector, mesh;
  Geometry geometry;
  std::vector<Point> anchors;
};

Result<void> check_models(const std::filesystem::path& folder) {
  for (const Model& model : {detector_model, mesh_model, geometry_model})
    if (const Result<Bytes> file = pinned(folder, model); !file) return tl::unexpected<Error>{file.error()};
  return {};
}

Result<FaceFinder> FaceFinder::load(const std::filesystem::path& folder) {
  const Result<Bytes> detector_file = pinned(folder, detector_model);
  if (!detector_file) return tl::unexpected<Error>{detector_file.error()};
  const Result<Bytes> mesh_file = pinned(folder, mesh_model);
  if (!mesh_file) return tl::unexpected<Error>{mesh_file.error()};
  const Result<Bytes> geometry_file = pinned(folder, geometry_model);
  if (!geometry_file) return tl::unexpected<Error>{geometry_file.error()};
  Result<Network> detector = Network::load(*detector_file);
  if (!detector) return tl::unexpected<Error>{detector.error()};
  Result<Network> mesh = Network::load(*mesh_file);
  if (!mesh) return tl::unexpected<Error>{mesh.error()};
  Result<Geometry> geometry = read_geometry(*geometry_file);
  if (!geometry) return tl::unexpected<Error>{geometry.error()};
  return FaceFinder{std::make_shared<const Parts>(
      Parts{std::move(*detector), std::move(*mesh), std::move(*geometry), enrolment::anchors()})};
}

std::vector<FaceBox> FaceFinder::detect(const Image& picture) const {
  const double side = std::max(picture.width, picture.height);
  const Square whole{picture.width / 2.0, picture.height / 2.0, side, 0};
  const std::vector<Values> found = parts_->detector.run(sampled(picture, whole, detector_side, 1 / 127.5F, -1.0F));
  const Values& places = found[0];
  const Values& scores = found[1];
  const double left = whole.x - side / 2, top = whole.y - side / 2, unit = side / detector_side;
  std::vector<FaceBox> boxes;
  for (std::size_t i = 0; i < anchors_count && i < scores.size() && (i + 1) * values_each <= places.size(); ++i) {
    const double score = logistic(scores[i]);
    if (score < score_min) continue;
    const float* value = places.data() + i * values_each;
    const double x = left + side * parts_->anchors[i].x, y = top + side * parts_->anchors[i].y;
    const auto at = [&](std::size_t k) { return unit * static_cast<double>(value[k]); };
    FaceBox box{x + at(0) - at(2) / 2,     y + at(1) - at(3) / 2,    at(2), at(3), score,
                {x + at(4), y + at(5), 0}, {x + at(6), y + at(7), 0}};
    if (box.width > 0 && box.height > 0) boxes.push_back(box);
  }
  return without_overlaps(std::move(boxes));
}

FaceMesh FaceFinder::mesh_in(const Values& sample, const Square& square) const {
  const std::vector<Values> found = parts_->mesh.run(sample);
  FaceMesh mesh;
  mesh.presence = logistic(found[1][0]);
  const double unit = square.side / mesh_side, cosine = std::cos(square.turn), sine = std::sin(square.turn);
  for (std::size_t i = 0; i < mesh_points && 3 * i + 2 < found[0].size(); ++i) {
    const double x = unit * (static_cast<double>(found[0][3 * i]) - mesh_side / 2.0),
                 y = unit * (static_cast<double>(found[0][3 * i + 1]) - mesh_side / 2.0);
    mesh.points[i] = {square.x + cosine * x - sine * y, square.y + sine * x + cosine * y,
                      unit * static_cast<double>(found[0][3 * i + 2])};
  }
  return mesh;
}

FaceMesh FaceFinder::mesh(const Image& picture, const FaceBox& face, Pose* turned) const {
  const Square first =
      around(face.left, face.top, face.left + face.width, face.top + face.height, face.right_eye, face.left_eye);
  // Once more from the mesh's own place, which is better than the detector's.
  const Square own = around(mesh_in(sampled(picture, first, mesh_side, 1 / 255.0F, 0.0F), first));
  Values sample = sampled(picture, own, mesh_side, 1 / 255.0F, 0.0F);
  FaceMesh mesh = mesh_in(sample, own);
  if (turned != nullptr) {
    cover_mouth(sample, mesh, own);
    *turned = pose_of(mesh_in(sample, own), parts_->geometry);
  }
  return mesh;
}

Result<FaceMeasures> FaceFinder::measure(const Image& picture) const {
  if (!picture.consistent() || picture.channels != 3) return wrong("face", "not a picture in colours");
  if (const auto fine = check_sides("face", picture.width, picture.height); !fine)
    return tl::unexpected<Error>{fine.error()};
  FaceMeasures measures;
  const std::vector<FaceBox> faces = detect(picture);
  measures.faces = static_cast<int>(faces.size());
  if (faces.empty()) return measures;
  Pose turned;
  const FaceMesh found = mesh(picture, faces[0], &turned);
  const auto& p = found.points;
  const auto middle = [&](std::size_t a, std::size_t b) {
    return Point{(p[a].x + p[b].x) / 2, (p[a].y + p[b].y) / 2, (p[a].z + p[b].z) / 2};
  };
  measures.right_eye = middle(place::right_eye_outer, place::right_eye_inner);
  measures.left_eye = middle(place::left_eye_inner, place::left_eye_outer);
  measures.chin = p[place::chin];
  measures.eye_distance_px = canthi_to_eyes * std::hypot(measures.left_eye.x - measures.right_eye.x,
                                                         measures.left_eye.y - measures.right_eye.y);
  measures.yaw_deg = turned.yaw_deg;
  measures.pitch_deg = turned.pitch_deg;
  measures.roll_deg = turned.roll_deg;
  const Point eyes{(measures.right_eye.x + measures.left_eye.x) / 2, (measures.right_eye.y + measures.left_eye.y) / 2,
                   0};
  const double below = std::hypot(measures.chin.x - eyes.x, measures.chin.y - eyes.y);
  measures.head_height =
      2.0 * below / picture.height;  // of grown-ups: eyes to chin is half the head, within a twentieth
  const Square portrait = portrait_square(measures);
  measures.outside_share = outside_share(picture, portrait);
  measures.resolution = portrait.side / portrait_height;
  measure_place(picture, measures);
  measure_openness(picture, found, measures);
  measure_light(picture, found, measures);
  measure_tones(picture, found, measures);
  measure_sharpness(picture, measures);
  measure_red_eyes(picture, found, measures);
  return measures;
}

}  // namespace skranke::enrolment
