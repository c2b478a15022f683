// Ridges as lines of one pixel, and the places where a line ends or forks.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

#include "enrolment/print_parts.hpp"

namespace skranke::enrolment {
namespace {

constexpr float pi = std::numbers::pi_v<float>;
constexpr int directions = 32, along_reach = 5, across_reach_max = 14, thinning_passes_max = 24;
constexpr int trace_steps = 14, branch_steps_min = 8;

using Offsets = std::array<std::ptrdiff_t, 2 * across_reach_max + 1>;

/// Steps along one of 32 directions, as distances in the array of pixels.
std::array<Offsets, directions> offsets_along(int width, bool across, int reach) {
  std::array<Offsets, directions> all{};
  for (int d = 0; d < directions; ++d) {
    const float angle = pi * static_cast<float>(d) / directions + (across ? pi / 2 : 0);
    for (int k = -reach; k <= reach; ++k)
      all[static_cast<std::size_t>(d)][static_cast<std::size_t>(k + reach)] =
          std::lround(std::sin(angle) * static_cast<float>(k)) * width +
          std::lround(std::cos(angle) * static_cast<float>(k));
  }
  return all;
}

std::size_t direction_of(float orientation) {
  const int index = static_cast<int>(std::lround(orientation / pi * directions));
  return static_cast<std::size_t>(((index % directions) + directions) % directions);
}

/// Calls take(pixel index, direction) for every pixel of usable cells that is `margin` away from the edge.
template <class Take>
void each_usable(const Image& print, const Field& field, int margin, const Take& take) {
  for (int row = 0; row < field.rows; ++row)
    for (int column = 0; column < field.columns; ++column) {
      if (!field.at(column, row).usable) continue;
      const std::size_t direction = direction_of(field.at(column, row).orientation);
      for (int y = std::max(margin, row * cell_side); y < std::min((row + 1) * cell_side, print.height - margin); ++y)
        for (int x = std::max(margin, column * cell_side); x < std::min((column + 1) * cell_side, print.width - margin);
             ++x)
          take(static_cast<std::size_t>(y) * static_cast<std::size_t>(print.width) + static_cast<std::size_t>(x),
               direction);
    }
}

/// A wave of one ridge across, fading out, whose sum is nought: flat grey gives nothing.
std::vector<float> wave(double period, int reach) {
  std::vector<float> taps;
  double sum = 0, weights = 0;
  for (int k = -reach; k <= reach; ++k) {
    const double fade = std::exp(-0.5 * std::pow(k / (0.45 * period), 2));
    taps.push_back(static_cast<float>(fade * std::cos(2 * std::numbers::pi * k / period)));
    sum += fade * std::cos(2 * std::numbers::pi * k / period);
    weights += fade;
  }
  for (int k = -reach; k <= reach; ++k)
    taps[static_cast<std::size_t>(k + reach)] -=
        static_cast<float>(sum / weights * std::exp(-0.5 * std::pow(k / (0.45 * period), 2)));
  return taps;
}

/// 1 where a dark ridge is: smoothed along the ridges, then compared across them.
Bytes ridges_of(const Image& print, const Field& field, double period) {
  const int across_reach = std::clamp(static_cast<int>(std::lround(period)), 4, across_reach_max);
  const auto along = offsets_along(print.width, false, along_reach),
             across = offsets_along(print.width, true, across_reach);
  std::vector<float> smooth(print.pixels.begin(), print.pixels.end());
  each_usable(print, field, along_reach + 1, [&](std::size_t at, std::size_t direction) {
    int sum = 0;
    for (std::size_t k = 0; k < 2 * along_reach + 1; ++k)
      sum += print.pixels[at + static_cast<std::size_t>(along[direction][k])];
    smooth[at] = static_cast<float>(sum) / (2 * along_reach + 1);
  });
  const std::vector<float> taps = wave(period, across_reach);
  Bytes ridges(print.pixels.size(), 0);
  each_usable(print, field, across_reach + 1, [&](std::size_t at, std::size_t direction) {
    float sum = 0;
    for (std::size_t k = 0; k < taps.size(); ++k)
      sum += taps[k] * smooth[at + static_cast<std::size_t>(across[direction][k])];
    ridges[at] = sum < 0 ? 1 : 0;
  });
  return ridges;
}

/// The eight neighbours in order around a pixel, from the one above clockwise.
std::array<std::ptrdiff_t, 8> ring(int width) {
  return {-width, -width + 1, 1, width + 1, width, width - 1, -1, -width - 1};
}

unsigned neighbours(const Bytes& map, std::size_t at, const std::array<std::ptrdiff_t, 8>& around) {
  unsigned bits = 0;
  for (std::size_t i = 0; i < 8; ++i) bits |= static_cast<unsigned>(map[at + static_cast<std::size_t>(around[i])]) << i;
  return bits;
}

int transitions(unsigned bits) {
  int count = 0;
  for (unsigned i = 0; i < 8; ++i)
    if (((bits >> i) & 1U) == 0 && ((bits >> ((i + 1) % 8)) & 1U) == 1) ++count;
  return count;
}

/// Whether a pixel with these neighbours goes in the first and in the second half of a pass (Zhang and Suen, 1984).
std::array<std::array<bool, 256>, 2> removable() {
  std::array<std::array<bool, 256>, 2> tables{};
  for (unsigned bits = 0; bits < 256; ++bits) {
    const auto on = [&](unsigned i) { return ((bits >> i) & 1U) != 0; };
    int count = 0;
    for (unsigned i = 0; i < 8; ++i) count += on(i) ? 1 : 0;
    if (count < 2 || count > 6 || transitions(bits) != 1) continue;
    tables[0][bits] = !(on(0) && on(2) && on(4)) && !(on(2) && on(4) && on(6));
    tables[1][bits] = !(on(0) && on(2) && on(6)) && !(on(0) && on(4) && on(6));
  }
  return tables;
}

void thin(Bytes& map, int width, int height) {
  static const auto tables = removable();
  const auto around = ring(width);
  std::vector<std::size_t> left, gone;
  for (int y = 1; y < height - 1; ++y)
    for (int x = 1; x < width - 1; ++x) {
      const std::size_t at =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
      if (map[at] != 0) left.push_back(at);
    }
  for (int pass = 0; pass < thinning_passes_max; ++pass) {
    const std::size_t before = left.size();
    for (const auto& table : tables) {
      gone.clear();
      for (const std::size_t at : left)
        if (table[neighbours(map, at, around)]) gone.push_back(at);
      for (const std::size_t at : gone) map[at] = 0;
      std::erase_if(left, [&](std::size_t at) { return map[at] == 0; });
    }
    if (left.size() == before) return;
  }
}

struct Walk {
  int steps = 0;
  float x = 0, y = 0;        ///< from the start to where it came
  bool met_another = false;  ///< ended at a fork or an end
};

class Tracer {
 public:
  Tracer(const Bytes& map, int width) : map_{map}, around_{ring(width)}, width_{width} {}

  /// Pixels of the line that touch `at`, diagonal ones only where no straight one leads there.
  std::vector<std::size_t> next_of(std::size_t at) const {
    std::vector<std::size_t> next;
    const unsigned bits = neighbours(map_, at, around_);
    const auto on = [&](unsigned i) { return ((bits >> (i % 8)) & 1U) != 0; };
    for (unsigned i = 0; i < 8; ++i)
      if (on(i) && (i % 2 == 0 || (!on(i + 1) && !on(i + 7))))
        next.push_back(at + static_cast<std::size_t>(around_[i]));
    return next;
  }

  Walk walk(std::size_t from, std::size_t first) const {
    Walk walk;
    std::size_t before = from, at = first;
    for (walk.steps = 1; walk.steps < trace_steps; ++walk.steps) {
      std::vector<std::size_t> next = next_of(at);
      std::erase(next, before);
      if (next.size() != 1) {
        walk.met_another = true;
        break;
      }
      before = at;
      at = next[0];
      if (at == from) break;
    }
    const auto column = [&](std::size_t place) { return static_cast<float>(place % static_cast<std::size_t>(width_)); };
    const auto row = [&](std::size_t place) { return static_cast<float>(place / static_cast<std::size_t>(width_)); };
    walk.x = column(at) - column(from);
    walk.y = row(at) - row(from);
    return walk;
  }

 private:
  const Bytes& map_;
  std::array<std::ptrdiff_t, 8> around_;
  int width_;
};

float turn(float a, float b) { return std::abs(std::remainder(a - b, 2 * pi)); }

/// Where the ridge lies, seen from its end; for a fork, where the two lie that run together.
std::optional<float> angle_of(const std::vector<Walk>& walks) {
  std::vector<float> angles;
  for (const Walk& walk : walks) {
    if (walk.steps < branch_steps_min) return std::nullopt;  // a spur, a bridge or an islet
    angles.push_back(std::atan2(walk.y, walk.x));
  }
  if (angles.size() == 1) return angles[0];
  std::size_t alone = 0;
  for (std::size_t i = 1; i < 3; ++i)
    if (turn(angles[(i + 1) % 3], angles[(i + 2) % 3]) < turn(angles[(alone + 1) % 3], angles[(alone + 2) % 3]))
      alone = i;
  const float a = angles[(alone + 1) % 3], b = angles[(alone + 2) % 3];
  return std::atan2(std::sin(a) + std::sin(b), std::cos(a) + std::cos(b));
}

bool deep_inside(const Field& field, int x, int y) {
  const int column = x / cell_side, row = y / cell_side;
  for (int dy = -2; dy <= 2; ++dy)
    for (int dx = -2; dx <= 2; ++dx)
      if (!field.usable(column + dx, row + dy)) return false;
  return true;
}

/// Two that face each other across a gap are a broken ridge; crowds are scars or noise.
void drop_false(std::vector<Minutia>& found) {
  constexpr float gap = 12, crowd = 6;
  std::vector<bool> bad(found.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    for (std::size_t k = i + 1; k < found.size(); ++k) {
      const float distance = std::hypot(found[i].x - found[k].x, found[i].y - found[k].y);
      const bool facing = !found[i].forks && !found[k].forks && turn(found[i].angle, found[k].angle) > 0.75F * pi;
      if (distance < crowd || (distance < gap && facing)) bad[i] = bad[k] = true;
    }
  std::size_t at = 0;
  std::erase_if(found, [&](const Minutia&) { return static_cast<bool>(bad[at++]); });
}

}  // namespace

Bytes skeleton_of(const Image& print, const Field& field, double period) {
  Bytes map = ridges_of(print, field, period);
  thin(map, print.width, print.height);
  return map;
}

std::vector<Minutia> minutiae_of(const Bytes& skeleton, int width, int height, const Field& field) {
  const Tracer tracer{skeleton, width};
  std::vector<Minutia> found;
  for (int y = 1; y < height - 1; ++y)
    for (int x = 1; x < width - 1; ++x) {
      const std::size_t at =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
      if (skeleton[at] == 0 || !deep_inside(field, x, y)) continue;
      const std::vector<std::size_t> next = tracer.next_of(at);
      if (next.size() != 1 && next.size() != 3) continue;
      std::vector<Walk> walks;
      for (const std::size_t first : next) walks.push_back(tracer.walk(at, first));
      const std::optional<float> angle = angle_of(walks);
      if (angle) found.push_back({static_cast<float>(x), static_cast<float>(y), *angle, next.size() == 3});
    }
  drop_false(found);
  if (found.size() > minutiae_max) found.resize(minutiae_max);
  return found;
}

}  // namespace skranke::enrolment
