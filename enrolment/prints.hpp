#pragma once
// A fingerprint judged by itself and against others: is there enough of it, is it clear, is it the same finger. Our own
// measures and score (docs/decisions/013-own-print-score.md); neither NFIQ nor a certified matcher, and no sign of
// life.
#include <span>
#include <string_view>
#include <vector>

#include "enrolment/error.hpp"
#include "enrolment/image.hpp"

namespace skranke::enrolment {

struct PrintMeasures {
  double area_mm2 = 0;                      ///< where ridges are clear enough to be read
  double offset_x_mm = 0, offset_y_mm = 0;  ///< of that area's middle from the picture's
  double contrast = 0;                      ///< standard deviation of grey within the area
  double brightness = 0;                    ///< mean grey within the area; ridges are dark
  double coherence = 0;                     ///< 0 to 1: how much the ridges of a place run one way
  double ridge_mm = 0;                      ///< from ridge to ridge; 0 = not to be found
};

enum class PrintHint : std::uint8_t { no_finger, faint, small, dry, wet, off_centre, unclear, wrong_resolution };
[[nodiscard]] std::string_view name_of(PrintHint hint);

struct Minutia {
  float x = 0, y = 0;  ///< in pixels of 500 ppi
  float angle = 0;     ///< radians, towards the ridge or the two that run together
  bool forks = false;  ///< else it ends
};
constexpr std::size_t minutiae_max = 250;

struct PrintAnalysis {
  PrintMeasures measures;
  int score = 0;  ///< 0 to 100, algorithm "own/1"
  std::vector<PrintHint> hints;
  std::vector<Minutia> minutiae;  ///< never leave the process; erased with the picture
};
/// For 8 bit grey with dark ridges. A picture that was taken at another resolution than it says shows by its ridges.
[[nodiscard]] Result<PrintAnalysis> analyse_print(const Image& print, int ppi = 500);

/// 0 to 100: how well two sets of minutiae lie on each other.
[[nodiscard]] int match(std::span<const Minutia> a, std::span<const Minutia> b);
constexpr int same_finger_at = 40;
[[nodiscard]] inline bool same_finger(std::span<const Minutia> a, std::span<const Minutia> b) {
  return match(a, b) >= same_finger_at;
}

/// Of several captures of one finger the one that is most like the others; of equals the better score, then the first.
[[nodiscard]] std::size_t best_of(std::span<const PrintAnalysis> captures);

}  // namespace skranke::enrolment
