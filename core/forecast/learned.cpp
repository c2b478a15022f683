#include "core/forecast/learned.hpp"

#include <algorithm>
#include <cmath>

namespace skranke::core {

void Running::add(double value, double weight_max) {
  if (weight >= weight_max) {
    squares *= (weight_max - 1) / weight;
    weight = weight_max - 1;
  }
  weight += 1;
  const double before = value - mean;
  mean += before / weight;
  squares += before * (value - mean);
}

Believed pace_of(const DeskLearned* desk) {
  if (desk == nullptr) return {0, clerk_deviation};
  constexpr double weight = prior_log_variance / (clerk_deviation * clerk_deviation);
  return {desk->pace.mean * desk->pace.weight / (desk->pace.weight + weight), clerk_deviation * std::sqrt(weight / (desk->pace.weight + weight))};
}

double log_deviation_of(const Running* seen) {
  const bool any = seen != nullptr && seen->weight > 0;
  return std::sqrt((prior_log_variance * prior_weight + (any ? seen->squares : 0)) / (prior_weight + (any ? seen->weight : 0)));
}

void HoursLearned::night() {
  constexpr double days_remembered = 20;
  std::uint32_t came = 0;
  for (const std::uint32_t count : today) came += count;
  if (came == 0) return;
  days = std::min(days + 1, days_remembered);
  for (std::size_t hour = 0; hour < today.size(); ++hour) usual[hour] += (today[hour] - usual[hour]) / days;
  today = {};
}

namespace {
/// One step; a miss widens its half nine times as much as a hit narrows it, so that one in ten lies beyond.
constexpr double step = 0.08, factor_min = 0.3, factor_max = 6, beyond_wanted = 0.1;
double moved(double factor, bool missed) { return std::clamp(factor + step * ((missed ? 1.0 : 0.0) - beyond_wanted), factor_min, factor_max); }
}  // namespace

void Calibration::learn(double wait_s, double p10_s, double p90_s) {
  if (wait_s <= 0) return;
  lower = moved(lower, wait_s < p10_s);
  upper = moved(upper, wait_s > p90_s);
  ++told;
  below += wait_s < p10_s ? 1 : 0;
  above += wait_s > p90_s ? 1 : 0;
}

}  // namespace skranke::core
