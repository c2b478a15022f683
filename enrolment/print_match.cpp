// Are these the same finger? Each minutia is described by its nearest neighbours; the likest descriptions propose how
// one print lies on the other, and the proposal under which most minutiae meet decides.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "enrolment/prints.hpp"

namespace skranke::enrolment {
namespace {

constexpr float pi = std::numbers::pi_v<float>;
constexpr std::size_t neighbours_max = 8, proposals_max = 48, needed_for_full_marks = 12;
constexpr float meet_distance = 13, meet_angle = 0.4F;

float turned(float a, float b) { return std::remainder(a - b, 2 * pi); }

struct Neighbour {
  float distance = 0, bearing = 0, angle = 0;  // as seen from the minutia that looks along its own angle
};
struct Surroundings {
  std::array<Neighbour, neighbours_max> near{};
  std::size_t count = 0;
};

std::vector<Surroundings> describe(std::span<const Minutia> all) {
  std::vector<Surroundings> described(all.size());
  std::vector<std::pair<float, std::size_t>> order;
  for (std::size_t i = 0; i < all.size(); ++i) {
    order.clear();
    for (std::size_t k = 0; k < all.size(); ++k)
      if (k != i) order.emplace_back(std::hypot(all[k].x - all[i].x, all[k].y - all[i].y), k);
    const std::size_t count = std::min(order.size(), neighbours_max);
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end());
    described[i].count = count;
    for (std::size_t n = 0; n < count; ++n) {
      const Minutia& other = all[order[n].second];
      described[i].near[n] = {order[n].first, turned(std::atan2(other.y - all[i].y, other.x - all[i].x), all[i].angle),
                              turned(other.angle, all[i].angle)};
    }
  }
  return described;
}

int likeness(const Surroundings& a, const Surroundings& b) {
  std::array<bool, neighbours_max> taken{};
  int alike = 0;
  for (std::size_t i = 0; i < a.count; ++i)
    for (std::size_t k = 0; k < b.count; ++k) {
      const Neighbour &one = a.near[i], &other = b.near[k];
      if (taken[k] || std::abs(one.distance - other.distance) > 5 + 0.08F * one.distance) continue;
      if (std::abs(turned(one.bearing, other.bearing)) > 0.3F || std::abs(turned(one.angle, other.angle)) > 0.45F)
        continue;
      taken[k] = true;
      ++alike;
      break;
    }
  return alike;
}

struct Proposal {
  int likeness = 0;
  std::size_t a = 0, b = 0;
};

std::vector<Proposal> proposals(std::span<const Minutia> a, std::span<const Minutia> b) {
  const std::vector<Surroundings> of_a = describe(a), of_b = describe(b);
  std::vector<Proposal> all;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < b.size(); ++k)
      if (const int alike = likeness(of_a[i], of_b[k]); alike >= 2) all.push_back({alike, i, k});
  const std::size_t count = std::min(all.size(), proposals_max);
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(),
                    [](const Proposal& one, const Proposal& other) {
                      return std::tuple{-one.likeness, one.a, one.b} < std::tuple{-other.likeness, other.a, other.b};
                    });
  all.resize(count);
  return all;
}

std::vector<Minutia> moved(std::span<const Minutia> all, const Minutia& from, const Minutia& to) {
  const float by = to.angle - from.angle, cosine = std::cos(by), sine = std::sin(by);
  std::vector<Minutia> out;
  out.reserve(all.size());
  for (const Minutia& one : all) {
    const float x = one.x - from.x, y = one.y - from.y;
    out.push_back({to.x + cosine * x - sine * y, to.y + sine * x + cosine * y, one.angle + by, one.forks});
  }
  return out;
}

struct Box {
  float left = 1e9F, top = 1e9F, right = -1e9F, bottom = -1e9F;
  explicit Box(std::span<const Minutia> all) {
    for (const Minutia& one : all) {
      left = std::min(left, one.x);
      top = std::min(top, one.y);
      right = std::max(right, one.x);
      bottom = std::max(bottom, one.y);
    }
  }
  [[nodiscard]] std::size_t holds(std::span<const Minutia> all) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [&](const Minutia& one) { return one.x >= left && one.x <= right && one.y >= top && one.y <= bottom; }));
  }
};

/// How many of `a`, already moved, meet one of `b`; each of both at most once.
std::size_t meetings(std::span<const Minutia> a, std::span<const Minutia> b) {
  std::vector<bool> taken(b.size());
  std::size_t count = 0;
  for (const Minutia& one : a) {
    std::size_t best = b.size();
    float nearest = meet_distance;
    for (std::size_t k = 0; k < b.size(); ++k) {
      if (taken[k] || std::abs(b[k].x - one.x) > nearest || std::abs(b[k].y - one.y) > nearest) continue;
      const float distance = std::hypot(b[k].x - one.x, b[k].y - one.y);
      if (distance > nearest || std::abs(turned(one.angle, b[k].angle)) > meet_angle) continue;
      nearest = distance;
      best = k;
    }
    if (best == b.size()) continue;
    taken[best] = true;
    ++count;
  }
  return count;
}

}  // namespace

int match(std::span<const Minutia> a, std::span<const Minutia> b) {
  double best = 0;
  for (const Proposal& proposal : proposals(a, b)) {
    const std::vector<Minutia> lying = moved(a, a[proposal.a], b[proposal.b]);
    const auto met = static_cast<double>(meetings(lying, b));
    const auto of_a = static_cast<double>(std::max<std::size_t>(Box{b}.holds(lying), 1));
    const auto of_b = static_cast<double>(std::max<std::size_t>(Box{lying}.holds(b), 1));
    const double share = std::min(1.0, met * met / (of_a * of_b));
    best = std::max(best, share * std::min(1.0, met / needed_for_full_marks));
  }
  return static_cast<int>(std::lround(100 * best));
}

std::size_t best_of(std::span<const PrintAnalysis> captures) {
  std::size_t best = 0;
  std::pair<int, int> marks{-1, -1};
  for (std::size_t i = 0; i < captures.size(); ++i) {
    int likeness = 0;
    for (std::size_t k = 0; k < captures.size(); ++k)
      if (k != i) likeness += match(captures[i].minutiae, captures[k].minutiae);
    if (const std::pair found{likeness, captures[i].score}; found > marks) {
      marks = found;
      best = i;
    }
  }
  return best;
}

}  // namespace skranke::enrolment
