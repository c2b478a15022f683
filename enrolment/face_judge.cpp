// From measures to verdicts and scores. Verdicts come of limits, scores of the formulas of ISO/IEC 29794-5 where it has one.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "enrolment/faces.hpp"
#include "enrolment/face_parts.hpp"

namespace skranke::enrolment {
namespace {

/// 0 to 100 around a middle; a negative width falls.
double sigmoid(double value, double middle, double width) { return 100 / (1 + std::exp((middle - value) / width)); }
double cosine_score(double degrees) { return 100 * std::pow(std::cos(degrees * std::numbers::pi / 180), 2); }
/// Of a share of pixels that should not be there.
double share_score(double share) { return 1 / (share + 0.01); }

double score_of(std::string_view id, double v) {
  if (id == "single_face") return v == 1 ? 100 : 0;
  if (id == "eye_distance") return sigmoid(v, 70, 20);
  if (id == "resolution" || id == "compression") return 100 * v;
  if (id == "head_size") return 100 * (1 - std::abs(v / 2 - 0.45) / 0.45);
  if (id == "crop_left" || id == "crop_right") return sigmoid(v, 0.9, 0.1);
  if (id == "crop_above") return sigmoid(v, 1.4, 0.1);
  if (id == "crop_below") return sigmoid(v, 1.8, 0.1);
  if (id == "room_around") return sigmoid(v, 0.02, -0.005);
  if (id == "yaw" || id == "pitch" || id == "roll") return cosine_score(v);
  if (id == "eyes_open") return sigmoid(v, 0.28, 0.04);
  if (id == "mouth_closed") return sigmoid(v, 0.16, -0.02);
  if (id == "even_light") return 100 * std::pow(v, 0.3);
  if (id == "not_too_dark" || id == "not_too_bright" || id == "no_red_eyes") return share_score(v);
  if (id == "light") return sigmoid(v, 80, 12);
  if (id == "dynamic_range") return 12.5 * v;
  if (id == "natural_colour") return sigmoid(v, 4.5, -1);
  if (id == "sharp") return sigmoid(v, 0.15, 0.03);
  return sigmoid(v, 14, -2.5);  // plain_background
}

}  // namespace

FaceCheck judged(std::string_view id, double value, const FaceLimits& limits) {
  const auto usual = std::ranges::find(usual_limits, id, &FaceLimit::id);
  FaceCheck check{id, value, Verdict::pass, static_cast<int>(std::lround(std::clamp(score_of(id, value), 0.0, 100.0)))};
  if (usual == usual_limits.end()) return check;
  const auto own = limits.find(id);
  const auto [pass, warn] = own == limits.end() ? std::pair{usual->pass, usual->warn} : own->second;
  const auto holds = [&](double limit) { return usual->at_least ? value >= limit : value <= limit; };
  check.verdict = holds(pass) ? Verdict::pass : holds(warn) ? Verdict::warn : Verdict::fail;
  return check;
}

std::vector<FaceCheck> judge(const FaceMeasures& m, const FaceLimits& limits) {
  std::vector<FaceCheck> checks;
  const auto check = [&](std::string_view id, double value) { checks.push_back(judged(id, value, limits)); };
  check("single_face", m.faces);
  if (m.faces != 1) checks[0].verdict = Verdict::fail;
  if (m.faces == 0) return checks;
  const double open = std::min(m.eye_right_open, m.eye_left_open);
  check("eye_distance", m.eye_distance_px / std::max(0.5, std::cos(m.yaw_deg * std::numbers::pi / 180)));
  check("resolution", m.resolution);
  check("head_size", m.head_height);
  check("yaw", std::abs(m.yaw_deg));
  check("pitch", std::abs(m.pitch_deg));
  check("roll", std::abs(m.roll_deg));
  check("crop_left", m.crop_left);
  check("crop_right", m.crop_right);
  check("crop_above", m.crop_above);
  check("crop_below", m.crop_below);
  check("room_around", m.outside_share);
  check("eyes_open", open);
  check("mouth_closed", m.mouth_gap);
  check("even_light", m.side_light);
  check("not_too_dark", m.dark_share);
  check("not_too_bright", m.bright_share);
  if (open >= open_eye_min) check("light", m.white_light);  // else there is no white to see
  check("dynamic_range", m.dynamic_range);
  check("natural_colour", m.colour_off);
  check("sharp", m.sharpness);
  check("no_red_eyes", m.red_eye_share);
  check("plain_background", m.background_spread);
  return checks;
}

std::vector<Unjudged> not_judged(const std::vector<FaceCheck>& made) {
  const auto is_made = [&](std::string_view id) { return std::ranges::find(made, id, &FaceCheck::id) != made.end(); };
  const bool found = is_made("eye_distance");
  std::vector<Unjudged> left;
  for (const std::string_view id : face_checks)
    if (!is_made(id))
      left.push_back({id, made.empty() ? "no_models" : !found ? "no_face" : id == "compression" ? "not_coded" : "eyes_closed"});
  return left;
}

}  // namespace skranke::enrolment
