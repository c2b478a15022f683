// Measures, score "own/1" and what to tell the citizen. The formula is docs/decisions/013-own-print-score.md.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "enrolment/print_parts.hpp"

namespace skranke::enrolment {
namespace {

constexpr double inch_mm = 25.4;
constexpr double area_full = 200, area_small = 150, area_none = 12;
constexpr double contrast_none = 10, contrast_full = 38;
constexpr double dark_none = 45, dark_full = 105, light_full = 185, light_none = 240;
constexpr double coherence_none = 0.3, coherence_full = 0.7;
constexpr double centred_mm = 4, aside_mm = 10, off_centre_mm = 6;
constexpr double ridge_least_mm = 0.28, ridge_most_mm = 0.70;  // children to adults, with room

/// 0 at `none`, 1 at `full`, straight between.
double ramp(double value, double none, double full) { return std::clamp((value - none) / (full - none), 0.0, 1.0); }

struct Found {
  PrintMeasures measures;
  double marked_mm2 = 0;
};

Found measured(const Image& print, const Field& field, double mm) {
  Found found;
  double count = 0, x = 0, y = 0, marked = 0;
  PrintMeasures& sum = found.measures;
  for (int row = 0; row < field.rows; ++row)
    for (int column = 0; column < field.columns; ++column) {
      const Cell& cell = field.at(column, row);
      marked += cell.marked ? 1 : 0;
      if (!cell.usable) continue;
      ++count;
      x += (column + 0.5) * cell_side;
      y += (row + 0.5) * cell_side;
      sum.contrast += static_cast<double>(cell.deviation);
      sum.brightness += static_cast<double>(cell.mean);
      sum.coherence += static_cast<double>(cell.coherence);
    }
  const double cell_mm2 = cell_side * mm * cell_side * mm;
  found.marked_mm2 = marked * cell_mm2;
  if (count == 0) return found;
  sum.area_mm2 = count * cell_mm2;
  sum.contrast /= count;
  sum.brightness /= count;
  sum.coherence /= count;
  sum.offset_x_mm = (x / count - print.width / 2.0) * mm;
  sum.offset_y_mm = (y / count - print.height / 2.0) * mm;
  sum.ridge_mm = ridge_period(print, field) * mm;
  return found;
}

struct Marks {
  double area, contrast, dark, light, coherence, centre, ridge;
};
Marks marks_of(const PrintMeasures& m) {
  const double aside = std::hypot(m.offset_x_mm, m.offset_y_mm);
  return {ramp(m.area_mm2, area_none, area_full),
          ramp(m.contrast, contrast_none, contrast_full),
          ramp(m.brightness, dark_none, dark_full),
          ramp(m.brightness, light_none, light_full),
          ramp(m.coherence, coherence_none, coherence_full),
          0.5 + 0.5 * ramp(aside, aside_mm, centred_mm),
          m.ridge_mm >= ridge_least_mm && m.ridge_mm <= ridge_most_mm ? 1.0 : 0.3};
}

std::vector<PrintHint> hints_of(const Found& found) {
  const PrintMeasures& m = found.measures;
  if (m.area_mm2 < area_none) return {found.marked_mm2 < area_none ? PrintHint::no_finger : PrintHint::faint};
  std::vector<PrintHint> hints;
  if (m.brightness > light_full) hints.push_back(PrintHint::dry);
  if (m.brightness < dark_full) hints.push_back(PrintHint::wet);
  if (m.area_mm2 < area_small) hints.push_back(PrintHint::small);
  if (std::hypot(m.offset_x_mm, m.offset_y_mm) > off_centre_mm) hints.push_back(PrintHint::off_centre);
  if (m.ridge_mm < ridge_least_mm || m.ridge_mm > ridge_most_mm) hints.push_back(PrintHint::wrong_resolution);
  if (m.coherence < 0.5) hints.push_back(PrintHint::unclear);
  return hints;
}

}  // namespace

std::string_view name_of(PrintHint hint) {
  switch (hint) {
    case PrintHint::no_finger: return "no_finger";
    case PrintHint::faint: return "faint";
    case PrintHint::small: return "small";
    case PrintHint::dry: return "dry";
    case PrintHint::wet: return "wet";
    case PrintHint::off_centre: return "off_centre";
    case PrintHint::unclear: return "unclear";
    case PrintHint::wrong_resolution: return "wrong_resolution";
  }
  return "";
}

Result<PrintAnalysis> analyse_print(const Image& print, int ppi) {
  if (!print.consistent() || print.channels != 1) return wrong("print", "not an 8 bit grey picture");
  if (std::min(print.width, print.height) < 64 || std::max(print.width, print.height) > 2048)
    return wrong("print", fmt::format("{} × {} pixels; sides of 64 to 2048 are possible", print.width, print.height));
  if (ppi < 250 || ppi > 1200) return wrong("print", fmt::format("{} pixels an inch, not 250 to 1200", ppi));
  const Field field = field_of(print);
  const Found found = measured(print, field, inch_mm / ppi);
  PrintAnalysis analysis;
  analysis.measures = found.measures;
  analysis.hints = hints_of(found);
  const Marks marks = marks_of(found.measures);
  analysis.score = static_cast<int>(std::lround(100 * marks.area * marks.contrast * marks.dark * marks.light *
                                                marks.coherence * marks.centre * marks.ridge));
  const double period = found.measures.ridge_mm * ppi / inch_mm;
  if (period > 0) analysis.minutiae = minutiae_of(skeleton_of(print, field, period), print.width, print.height, field);
  for (Minutia& one : analysis.minutiae) {
    one.x *= 500.0F / static_cast<float>(ppi);
    one.y *= 500.0F / static_cast<float>(ppi);
  }
  return analysis;
}

}  // namespace skranke::enrolment
