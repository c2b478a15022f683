// Where the ridges are, which way they run and how far apart.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "enrolment/print_parts.hpp"

namespace skranke::enrolment {
namespace {

constexpr float pi = std::numbers::pi_v<float>;
constexpr float marked_deviation = 4, usable_deviation = 10, usable_coherence = 0.25F;
constexpr int lag_min = 3, lag_max = 24;

struct Sums {
  float count = 0, sum = 0, squares = 0, xx = 0, yy = 0, xy = 0;
  void add(const Sums& other) {
    count += other.count;
    sum += other.sum;
    squares += other.squares;
    xx += other.xx;
    yy += other.yy;
    xy += other.xy;
  }
};

std::vector<Sums> sums_of(const Image& print, const Field& field) {
  std::vector<Sums> sums(field.cells.size());
  for (int y = 1; y < field.rows * cell_side - 1; ++y)
    for (int x = 1; x < field.columns * cell_side - 1; ++x) {
      const int dx = 2 * (print.at(x + 1, y) - print.at(x - 1, y)) + print.at(x + 1, y - 1) - print.at(x - 1, y - 1) +
                     print.at(x + 1, y + 1) - print.at(x - 1, y + 1);
      const int dy = 2 * (print.at(x, y + 1) - print.at(x, y - 1)) + print.at(x - 1, y + 1) - print.at(x - 1, y - 1) +
                     print.at(x + 1, y + 1) - print.at(x + 1, y - 1);
      const auto grey = static_cast<float>(print.at(x, y));
      sums[static_cast<std::size_t>((y / cell_side) * field.columns + x / cell_side)].add(
          {1, grey, grey * grey, static_cast<float>(dx * dx), static_cast<float>(dy * dy),
           static_cast<float>(dx * dy)});
    }
  return sums;
}

/// Sums over the cells within `reach`, first along rows, then along columns.
std::vector<Sums> around(const std::vector<Sums>& sums, const Field& field, int reach) {
  std::vector<Sums> across(sums.size()), both(sums.size());
  const auto place = [&](int column, int row) { return static_cast<std::size_t>(row * field.columns + column); };
  for (int row = 0; row < field.rows; ++row)
    for (int column = 0; column < field.columns; ++column)
      for (int i = std::max(0, column - reach); i <= std::min(field.columns - 1, column + reach); ++i)
        across[place(column, row)].add(sums[place(i, row)]);
  for (int row = 0; row < field.rows; ++row)
    for (int column = 0; column < field.columns; ++column)
      for (int i = std::max(0, row - reach); i <= std::min(field.rows - 1, row + reach); ++i)
        both[place(column, row)].add(across[place(column, i)]);
  return both;
}

/// A cell counts if most of its neighbours do: no islands, no holes.
void settle(Field& field) {
  const std::vector<Cell> before = field.cells;
  for (int row = 0; row < field.rows; ++row)
    for (int column = 0; column < field.columns; ++column) {
      int votes = 0;
      for (int y = row - 1; y <= row + 1; ++y)
        for (int x = column - 1; x <= column + 1; ++x)
          if (field.inside(x, y) && before[static_cast<std::size_t>(y * field.columns + x)].usable) ++votes;
      field.at(column, row).usable = votes >= 5;
    }
}

/// Grey at a place between pixels is that of the nearest; outside it is white.
float grey_at(const Image& print, float x, float y) {
  const int column = static_cast<int>(std::lround(x)), row = static_cast<int>(std::lround(y));
  if (column < 0 || row < 0 || column >= print.width || row >= print.height) return 255;
  return static_cast<float>(print.at(column, row));
}

/// Grey across the ridges, averaged along them.
std::array<float, 64> profile(const Image& print, float x, float y, float orientation) {
  std::array<float, 64> greys{};
  const float along_x = std::cos(orientation), along_y = std::sin(orientation);
  for (std::size_t i = 0; i < greys.size(); ++i) {
    const float out = static_cast<float>(i) - 31.5F;
    for (int k = -4; k <= 4; ++k) {
      const auto step = static_cast<float>(2 * k);
      greys[i] += grey_at(print, x - along_y * out + along_x * step, y + along_x * out + along_y * step) / 9;
    }
  }
  return greys;
}

/// The lag at which a profile is most like itself; 0 if none stands out.
double period_of(std::array<float, 64> greys) {
  float mean = 0;
  for (const float grey : greys) mean += grey / 64;
  for (float& grey : greys) grey -= mean;
  std::array<double, lag_max + 2> likeness{};
  for (std::size_t lag = 0; lag < likeness.size(); ++lag) {
    double sum = 0;
    for (std::size_t i = 0; i + lag < greys.size(); ++i) sum += static_cast<double>(greys[i] * greys[i + lag]);
    likeness[lag] = sum / static_cast<double>(greys.size() - lag);
  }
  if (likeness[0] <= 0) return 0;
  for (std::size_t lag = lag_min; lag <= lag_max; ++lag) {
    const double before = likeness[lag - 1], here = likeness[lag], after = likeness[lag + 1];
    if (here < 0.3 * likeness[0] || here < before || here < after) continue;
    const double bend = before - 2 * here + after;  // the top of the parabola through the three
    return static_cast<double>(lag) + (bend < 0 ? 0.5 * (before - after) / bend : 0);
  }
  return 0;
}

}  // namespace

Field field_of(const Image& print) {
  Field field{print.width / cell_side, print.height / cell_side, {}};
  field.cells.resize(static_cast<std::size_t>(field.columns * field.rows));
  const std::vector<Sums> sums = sums_of(print, field), near = around(sums, field, 1), wide = around(sums, field, 2);
  for (std::size_t i = 0; i < field.cells.size(); ++i) {
    Cell& cell = field.cells[i];
    const Sums& greys = near[i];
    const Sums& slopes = wide[i];
    cell.mean = greys.sum / greys.count;
    cell.deviation = std::sqrt(std::max(0.0F, greys.squares / greys.count - cell.mean * cell.mean));
    const float difference = slopes.xx - slopes.yy, total = slopes.xx + slopes.yy;
    cell.coherence = total > 0 ? std::hypot(difference, 2 * slopes.xy) / total : 0;
    cell.orientation = 0.5F * std::atan2(2 * slopes.xy, difference) + pi / 2;
    cell.marked = cell.deviation >= marked_deviation && cell.coherence >= usable_coherence;
    cell.usable = cell.deviation >= usable_deviation && cell.coherence >= usable_coherence;
  }
  settle(field);
  settle(field);
  return field;
}

double ridge_period(const Image& print, const Field& field) {
  std::vector<double> periods;
  for (int row = 1; row < field.rows; row += 3)
    for (int column = 1; column < field.columns; column += 3) {
      const Cell& cell = field.at(column, row);
      if (!cell.usable || cell.coherence < 0.5F) continue;
      const auto middle = [](int index) { return static_cast<float>(index * cell_side) + 0.5F * cell_side; };
      const double period = period_of(profile(print, middle(column), middle(row), cell.orientation));
      if (period > 0) periods.push_back(period);
    }
  if (periods.size() < 10) return 0;
  std::nth_element(periods.begin(), periods.begin() + static_cast<std::ptrdiff_t>(periods.size() / 2), periods.end());
  return periods[periods.size() / 2];
}

}  // namespace skranke::enrolment
