#pragma once
// What a face is judged by: the checks with their usual limits, which a profile may move, and what of it no machine sees.
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skranke::enrolment {

enum class Verdict : std::uint8_t { pass, warn, fail };
struct FaceCheck {
  std::string_view id;
  double value = 0;
  Verdict verdict = Verdict::pass;
  int score = 0;  ///< 0 to 100; after ISO/IEC 29794-5 where that says how
};

/// One that passes up to the first value and fails beyond the second.
struct FaceLimit {
  std::string_view id;
  bool at_least = true;  ///< else at most
  double pass = 0, warn = 0;
};
constexpr std::array<FaceLimit, 23> usual_limits = {{
    {"eye_distance", true, 90, 60},         // pixels between the eyes, as if looked at straight
    {"resolution", true, 0.8, 0.6},         // pixels of the picture for one of the portrait
    {"head_size", false, 0.8, 0.9},         // crown to chin, in heights of the picture
    {"yaw", false, 6, 12},                  // degrees
    {"pitch", false, 8, 13},                //
    {"roll", false, 5, 8},                  //
    {"crop_left", true, 1.9, 1.8},          // from between the eyes to the edge, in distances of the eyes
    {"crop_right", true, 1.9, 1.8},         //
    {"crop_above", true, 1.25, 1.2},        // the same, in lengths from the eyes to the chin
    {"crop_below", true, 1.47, 1.4},        //
    {"room_around", false, 0.005, 0.03},    // what of the portrait would lie outside, in its heights
    {"eyes_open", true, 0.38, 0.28},        // whites beside a darker iris
    {"mouth_closed", false, 0.12, 0.16},    // in lengths of the face
    {"even_light", true, 0.8, 0.7},         // one cheek to the other
    {"not_too_dark", false, 0.15, 0.4},     // share of the face
    {"not_too_bright", false, 0.03, 0.1},   //
    {"light", true, 110, 80},               // the whites of the eyes, of 255
    {"dynamic_range", true, 5, 4},          // bits of the face's luminances
    {"natural_colour", false, 2.5, 4.5},    // how far from what skins have, in CIELAB
    {"sharp", true, 0.2, 0.15},             // what a blur would take away
    {"no_red_eyes", false, 0.03, 0.06},     // share of the middle of an eye
    {"plain_background", false, 8, 14},     // spread of colours
    {"compression", true, 0.93, 0.88},      // likeness of the document's file with what was taken (SSIM)
}};
/// Limits of a profile, in place of the usual ones: pass and warn by check.
using FaceLimits = std::map<std::string, std::pair<double, double>, std::less<>>;

/// Every check, in the order in which they are told to the citizen; that there is one face has no limits.
constexpr auto face_checks = [] {
  std::array<std::string_view, usual_limits.size() + 1> ids{"single_face"};
  for (std::size_t i = 0; i < usual_limits.size(); ++i) ids[i + 1] = usual_limits[i].id;
  return ids;
}();
[[nodiscard]] FaceCheck judged(std::string_view id, double value, const FaceLimits& limits);

/// What no machine here sees: the clerk looks, and says so.
constexpr std::array<std::string_view, 6> clerks_checks = {"glasses", "covering", "hair", "expression", "shadows", "person"};
/// One that was not made, and why: no_models, no_face (nothing was found that could be measured), eyes_closed, not_coded.
struct Unjudged {
  std::string_view id, why;
};
[[nodiscard]] std::vector<Unjudged> not_judged(const std::vector<FaceCheck>& made);

}  // namespace skranke::enrolment
