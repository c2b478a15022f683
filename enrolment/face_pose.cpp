// How a head is turned: the rigid fit of a resting face (Horn's method), and the file that describes that face.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <numbers>

#include "enrolment/face_parts.hpp"

namespace skranke::enrolment {
namespace {

constexpr double degrees = 180 / std::numbers::pi;
/// The mesh's depth exaggerates turning aside, plays nodding down and lays heads back a little; measured on rendered heads of known pose.
constexpr double yaw_slope = 1.2, pitch_slope = 0.84, pitch_bias_deg = 2.3;
/// Of the resting face, cm above its middle: eyes and all above them hold still when a mouth opens or a jaw falls.
constexpr double still_above = 2;

/// Fields of a protocol buffer, one after the other.
class Fields {
 public:
  explicit Fields(ByteView file) : in_{file} {}
  [[nodiscard]] bool next() {
    if (in_.left() == 0 || !in_.good()) return false;
    const std::uint64_t key = varint();
    number = static_cast<unsigned>(key >> 3U);
    bytes = {};
    switch (key & 7U) {
      case 0: varint(); break;
      case 2: bytes = in_.take(static_cast<std::size_t>(varint())); break;
      case 5: bytes = in_.take(4); break;
      default: return false;
    }
    return in_.good();
  }
  [[nodiscard]] float real() const {
    float found = 0;
    static_assert(std::endian::native == std::endian::little);
    if (bytes.size() == 4) std::memcpy(&found, bytes.data(), 4);
    return found;
  }
  unsigned number = 0;
  ByteView bytes;

 private:
  std::uint64_t varint() {
    std::uint64_t found = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const std::uint64_t byte = in_.u8();
      found |= (byte & 0x7FU) << shift;
      if ((byte & 0x80U) == 0) break;
    }
    return found;
  }
  Reader in_;
};

using Square4 = std::array<std::array<double, 4>, 4>;

/// The eigenvector of the largest eigenvalue, by Jacobi's rotations.
std::array<double, 4> largest(Square4 m) {
  Square4 vectors{};
  for (std::size_t i = 0; i < 4; ++i) vectors[i][i] = 1;
  for (int sweep = 0; sweep < 30; ++sweep)
    for (std::size_t p = 0; p < 3; ++p)
      for (std::size_t q = p + 1; q < 4; ++q) {
        if (std::abs(m[p][q]) < 1e-12) continue;
        const double angle = 0.5 * std::atan2(2 * m[p][q], m[q][q] - m[p][p]), c = std::cos(angle), s = std::sin(angle);
        for (std::size_t k = 0; k < 4; ++k) {
          const double a = m[k][p], b = m[k][q];
          m[k][p] = c * a - s * b;
          m[k][q] = s * a + c * b;
        }
        for (std::size_t k = 0; k < 4; ++k) {
          const double a = m[p][k], b = m[q][k];
          m[p][k] = c * a - s * b;
          m[q][k] = s * a + c * b;
          const double u = vectors[k][p], v = vectors[k][q];
          vectors[k][p] = c * u - s * v;
          vectors[k][q] = s * u + c * v;
        }
      }
  std::size_t best = 0;
  for (std::size_t i = 1; i < 4; ++i)
    if (m[i][i] > m[best][best]) best = i;
  return {vectors[0][best], vectors[1][best], vectors[2][best], vectors[3][best]};
}

}  // namespace

Result<Geometry> read_geometry(ByteView file) {
  Geometry geometry;
  for (Fields outer{file}; outer.next();) {
    if (outer.number != 1) continue;
    std::vector<float> values;  // of each vertex: place and texture
    for (Fields mesh{outer.bytes}; mesh.next();)
      if (mesh.number == 3) values.push_back(mesh.real());
    for (std::size_t i = 0; i + 4 < values.size(); i += 5)
      geometry.points.push_back(
          {static_cast<double>(values[i]), static_cast<double>(values[i + 1]), static_cast<double>(values[i + 2])});
  }
  if (geometry.points.size() != mesh_points) return wrong("geometry", "not the face's 468 points");
  for (std::size_t i = 0; i < mesh_points; ++i)
    if (geometry.points[i].y > still_above) geometry.still.push_back(i);
  if (geometry.still.size() < 4) return wrong("geometry", "a face without eyes and forehead");
  return geometry;
}

Pose pose_of(const FaceMesh& mesh, const Geometry& geometry) {
  Point from_middle, to_middle;
  const double share = 1.0 / static_cast<double>(geometry.still.size());
  // Pictures have y downwards and z away; the resting face y upwards and z towards the looker.
  const auto seen = [&](std::size_t i) { return Point{mesh.points[i].x, -mesh.points[i].y, -mesh.points[i].z}; };
  for (const std::size_t i : geometry.still) {
    const Point from = geometry.points[i], to = seen(i);
    from_middle = {from_middle.x + share * from.x, from_middle.y + share * from.y, from_middle.z + share * from.z};
    to_middle = {to_middle.x + share * to.x, to_middle.y + share * to.y, to_middle.z + share * to.z};
  }
  double s[3][3] = {};
  for (const std::size_t i : geometry.still) {
    const Point from = geometry.points[i], to = seen(i);
    const double a[3] = {from.x - from_middle.x, from.y - from_middle.y, from.z - from_middle.z};
    const double b[3] = {to.x - to_middle.x, to.y - to_middle.y, to.z - to_middle.z};
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) s[r][c] += share * a[r] * b[c];
  }
  Square4 n{};
  n[0] = {s[0][0] + s[1][1] + s[2][2], s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0]};
  n[1] = {n[0][1], s[0][0] - s[1][1] - s[2][2], s[0][1] + s[1][0], s[2][0] + s[0][2]};
  n[2] = {n[0][2], n[1][2], s[1][1] - s[0][0] - s[2][2], s[1][2] + s[2][1]};
  n[3] = {n[0][3], n[1][3], n[2][3], s[2][2] - s[0][0] - s[1][1]};
  const auto [w, x, y, z] = largest(n);
  // Turned by roll about the line of sight, then nodded, then turned aside.
  const double r02 = 2 * (x * z + w * y), r12 = 2 * (y * z - w * x), r22 = 1 - 2 * (x * x + y * y),
               r10 = 2 * (x * y + w * z), r11 = 1 - 2 * (x * x + z * z);
  Pose pose;
  pose.yaw_deg = std::atan2(r02, r22) * degrees / yaw_slope;
  pose.pitch_deg = -std::asin(std::clamp(r12, -1.0, 1.0)) * degrees / pitch_slope - pitch_bias_deg;
  pose.roll_deg = -std::atan2(r10, r11) * degrees;
  return pose;
}

}  // namespace skranke::enrolment
