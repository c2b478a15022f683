// The symmetric wavelet transform: a signal is continued by reflection at its first and last sample, low samples stand
// at even places and high ones at odd. Sums are built in the order of the taps and in single precision, as the
// reference does, so that the quantised values are the same.
#include <algorithm>

#include "enrolment/wsq_parts.hpp"

namespace skranke::enrolment::wsq {
namespace {

int reflected(int at, int size) {
  if (size == 1) return 0;
  const int period = 2 * (size - 1);
  at = ((at % period) + period) % period;
  return at < size ? at : period - at;
}

struct Halves {
  int low, high, low_at, high_at;
};
Halves halves(int size, bool swapped) {
  const int high = size / 2, low = size - high;
  return {low, high, swapped ? high : 0, swapped ? 0 : low};
}

class Plane {
 public:
  Plane(std::vector<float>& values, int width) : data_{values.data()}, width_{width} {}
  [[nodiscard]] float* row(const Node& node, int y) const {
    return data_ + static_cast<std::ptrdiff_t>(node.y + y) * width_ + node.x;
  }

 private:
  float* data_;
  std::ptrdiff_t width_;
};

/// line += factor · other; the inner loop of all that goes by columns.
void add(float* line, const float* other, float factor, int count) {
  for (int x = 0; x < count; ++x) line[x] += other[x] * factor;
}
void set(float* line, const float* other, float factor, int count) {
  for (int x = 0; x < count; ++x) line[x] = other[x] * factor;
}

/// One output row, or with the roles changed one sample, of a filter whose middle stands at `centre`.
template <class RowAt>
void filter_rows(float* out, const std::vector<float>& taps, int centre, int size, int count, const RowAt& row_at) {
  const int half = static_cast<int>(taps.size() / 2);
  for (int tap = 0; tap < static_cast<int>(taps.size()); ++tap) {
    const float* from = row_at(reflected(centre - half + tap, size));
    if (tap == 0)
      set(out, from, taps[0], count);
    else
      add(out, from, taps[static_cast<std::size_t>(tap)], count);
  }
}

/// Room for the largest node twice, allocated once for a whole transform.
struct Scratch {
  std::vector<float> plane, line;
};

float dot(const float* from, const std::vector<float>& taps) {
  float sum = from[0] * taps[0];
  for (std::size_t i = 1; i < taps.size(); ++i) sum += from[i] * taps[i];
  return sum;
}

/// The row with its reflection on both sides; the first sample is at `margin`.
void extend(std::vector<float>& line, const float* row, int size, int margin) {
  line.resize(static_cast<std::size_t>(size + 2 * margin));
  std::copy_n(row, size, line.begin() + margin);
  for (int i = 1; i <= margin; ++i) {
    line[static_cast<std::size_t>(margin - i)] = row[reflected(-i, size)];
    line[static_cast<std::size_t>(margin + size - 1 + i)] = row[reflected(size - 1 + i, size)];
  }
}

void analyse_node(const Plane& plane, const Node& node, const Filters& filters, Scratch& scratch) {
  const int margin = static_cast<int>(taps_max);
  const int low_half = static_cast<int>(filters.low.size() / 2), high_half = static_cast<int>(filters.high.size() / 2);
  const Halves across = halves(node.width, node.high_x), down = halves(node.height, node.high_y);
  scratch.plane.resize(node.size());
  for (int y = 0; y < node.height; ++y) {
    extend(scratch.line, plane.row(node, y), node.width, margin);
    float* out = scratch.plane.data() + static_cast<std::ptrdiff_t>(y) * node.width;
    const float* middle = scratch.line.data() + margin;
    for (int i = 0; i < across.low; ++i) out[across.low_at + i] = dot(middle + 2 * i - low_half, filters.low);
    for (int i = 0; i < across.high; ++i) out[across.high_at + i] = dot(middle + 2 * i + 1 - high_half, filters.high);
  }
  const auto row_at = [&](int y) { return scratch.plane.data() + static_cast<std::ptrdiff_t>(y) * node.width; };
  for (int i = 0; i < down.low; ++i)
    filter_rows(plane.row(node, down.low_at + i), filters.low, 2 * i, node.height, node.width, row_at);
  for (int i = 0; i < down.high; ++i)
    filter_rows(plane.row(node, down.high_at + i), filters.high, 2 * i + 1, node.height, node.width, row_at);
}

/// Low synthesis comes from high analysis and the other way round, every second tap with the sign changed.
Filters opposite(const Filters& filters) {
  const auto turned = [](std::vector<float> taps) {
    const std::size_t half = taps.size() / 2;
    for (std::size_t i = 0; i < taps.size(); ++i)
      if ((i + half) % 2 != 0) taps[i] = -taps[i];
    return taps;
  };
  return {turned(filters.high), turned(filters.low)};
}

/// What stands at a place of the interleaved signal: low samples at even places.
int place_of(int at, const Halves& parts) { return at % 2 == 0 ? parts.low_at + at / 2 : parts.high_at + at / 2; }

/// Sums the taps that meet samples of one kind (`odd` = high) around `at`.
template <class Add>
void gather(const std::vector<float>& taps, int at, int size, bool odd, const Add& take) {
  const int half = static_cast<int>(taps.size() / 2);
  for (int tap = 0; tap < static_cast<int>(taps.size()); ++tap) {
    const int from = at - half + tap;
    if (((from % 2) != 0) == odd) take(reflected(from, size), taps[static_cast<std::size_t>(tap)]);
  }
}

void synthesise_node(const Plane& plane, const Node& node, const Filters& filters, Scratch& scratch) {
  const Halves across = halves(node.width, node.high_x), down = halves(node.height, node.high_y);
  scratch.plane.resize(node.size());
  for (int y = 0; y < node.height; ++y) {
    float* out = scratch.plane.data() + static_cast<std::ptrdiff_t>(y) * node.width;
    std::fill_n(out, node.width, 0.0F);
    const auto take = [&](int from, float tap) { add(out, plane.row(node, place_of(from, down)), tap, node.width); };
    gather(filters.low, y, node.height, false, take);
    gather(filters.high, y, node.height, true, take);
  }
  const int margin = static_cast<int>(taps_max) + 1;  // even, so that low samples stay at even places
  const int low_half = static_cast<int>(filters.low.size() / 2), high_half = static_cast<int>(filters.high.size() / 2);
  std::vector<float> mixed(static_cast<std::size_t>(node.width));
  for (int y = 0; y < node.height; ++y) {
    const float* from = scratch.plane.data() + static_cast<std::ptrdiff_t>(y) * node.width;
    for (int x = 0; x < node.width; ++x) mixed[static_cast<std::size_t>(x)] = from[place_of(x, across)];
    extend(scratch.line, mixed.data(), node.width, margin);
    float* out = plane.row(node, y);
    const float* middle = scratch.line.data() + margin;
    for (int x = 0; x < node.width; ++x) {
      float sum = 0;
      for (int tap = (x + low_half) % 2; tap < static_cast<int>(filters.low.size()); tap += 2)
        sum += middle[x - low_half + tap] * filters.low[static_cast<std::size_t>(tap)];
      for (int tap = (x + high_half + 1) % 2; tap < static_cast<int>(filters.high.size()); tap += 2)
        sum += middle[x - high_half + tap] * filters.high[static_cast<std::size_t>(tap)];
      out[x] = sum;
    }
  }
}

}  // namespace

const Filters& standard_filters() {
  static const Filters filters{
      {0.03782845550699546F, -0.02384946501938000F, -0.11062440441842342F, 0.37740285561265380F, 0.85269867900940344F,
       0.37740285561265380F, -0.11062440441842342F, -0.02384946501938000F, 0.03782845550699546F},
      {0.06453888262893845F, -0.04068941760955844F, -0.41809227322221221F, 0.78848561640566439F, -0.41809227322221221F,
       -0.04068941760955844F, 0.06453888262893845F}};
  return filters;
}

void analyse(std::vector<float>& values, int width, const Tree& tree, const Filters& filters) {
  const Plane plane{values, width};
  Scratch scratch;
  for (const Node& node : tree.nodes) analyse_node(plane, node, filters, scratch);
}

void synthesise(std::vector<float>& values, int width, const Tree& tree, const Filters& filters) {
  const Plane plane{values, width};
  const Filters back = opposite(filters);
  Scratch scratch;
  for (auto node = tree.nodes.rbegin(); node != tree.nodes.rend(); ++node) synthesise_node(plane, *node, back, scratch);
}

}  // namespace skranke::enrolment::wsq
