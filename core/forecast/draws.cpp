#include "core/forecast/draws.hpp"

#include <algorithm>
#include <numbers>

namespace skranke::core::forecast {
namespace {

double chance_above(double z) { return std::erfc(z / std::numbers::sqrt2) / 2; }

/// By Newton steps from a logistic guess; p ≤ 1/2.
double exceeded_exactly(double p) {
  double z = -std::log(p / (1 - p)) / 1.702;
  for (int i = 0; i < 40; ++i) {
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    const double step = std::clamp((chance_above(z) - p) / density, -1.0, 1.0);
    z += step;
    if (std::abs(step) < 1e-12) break;
  }
  return z;
}

}  // namespace

DrawTable::DrawTable() {
  for (std::size_t cell = 0; cell < exceeded_.size(); ++cell) {
    const double p = std::bit_cast<double>(static_cast<std::uint64_t>(first_cell + cell) << part_shift);
    exceeded_[cell] = p <= 0.5 ? exceeded_exactly(p) : 0;
    minus_log_[cell] = -std::log(p);
  }
  for (std::size_t cell = 0; cell < above_.size(); ++cell) above_[cell] = chance_above(static_cast<double>(cell) / z_parts - z_max);
}

const DrawTable& DrawTable::get() {
  static const DrawTable table;
  return table;
}

}  // namespace skranke::core::forecast
