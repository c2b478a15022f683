#include "core/chance.hpp"

#include <numbers>

namespace skranke::core {

double Chance::normal() {
  const double radius = std::sqrt(-2.0 * std::log(uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

double Chance::log_normal(double mean, double variation) {
  const double sigma2 = std::log1p(variation * variation);
  return mean * std::exp(std::sqrt(sigma2) * normal() - sigma2 / 2.0);
}

}  // namespace skranke::core
