#include "core/forecast/tempo.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace skranke::core {
namespace {

/// What is believed beforehand: four to one that all goes as usual; else it lies about it, three tenths wide.
constexpr double usual = 0.8, spread = 0.3;
/// The tempo changes about once in half a day of work.
constexpr double changes_every_s = 4 * 3600;
/// Beyond so many deviations one errand says nothing about all of them.
constexpr double surprise_max = 3;

std::array<double, Tempo::count> beforehand() {
  std::array<double, Tempo::count> belief{};
  double sum = 0;
  for (std::size_t i = 0; i < belief.size(); ++i) sum += belief[i] = std::exp(-Tempo::value(i) * Tempo::value(i) / (2 * spread * spread));
  for (std::size_t i = 0; i < belief.size(); ++i) belief[i] = (1 - usual) * belief[i] / sum + (Tempo::value(i) == 0 ? usual : 0);
  return belief;
}

void normalise(std::array<double, Tempo::count>& belief) {
  const double sum = std::accumulate(belief.begin(), belief.end(), 0.0);
  for (double& each : belief) each /= sum;
}

}  // namespace

std::array<double, Tempo::count> Tempo::belief(Instant now) const {
  static const auto before = beforehand();
  if (at == Instant{}) return before;
  const double passed = std::max(0.0, std::chrono::duration<double>(now - at).count());
  const double changed = passed / (passed + changes_every_s);
  auto belief = held;
  for (std::size_t i = 0; i < belief.size(); ++i) belief[i] = (1 - changed) * belief[i] + changed * before[i];
  return belief;
}

void Tempo::ended(Instant now, double surprise, double deviation) {
  auto after = belief(now);
  for (std::size_t i = 0; i < after.size(); ++i) {
    const double away = std::clamp((surprise - value(i)) / deviation, -surprise_max, surprise_max);
    after[i] *= std::exp(-away * away / 2);
  }
  normalise(after);
  for (std::size_t i = 0; i < after.size(); ++i) held[i] = std::round(after[i] * 0x1.0p30) * 0x1.0p-30;
  at = now;
}

double Tempo::mean() const {
  if (at == Instant{}) return 0;
  double sum = 0, all = 0;
  for (std::size_t i = 0; i < held.size(); ++i) sum += held[i] * value(i), all += held[i];
  return sum / all;
}

}  // namespace skranke::core
