#pragma once
// Draws for the play, by table: a play takes some hundred normal values, and a table of the normal distribution answers in the time of a multiplication
// where Newton's steps or a logarithm and a cosine take a hundred times as long. Exact to 1e-4 of a deviation, far below what a play can tell.
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "core/chance.hpp"

namespace skranke::core::forecast {

/// Of the standard normal distribution, and of the logarithm.
class DrawTable {
 public:
  /// The one there is; made when first asked for.
  [[nodiscard]] static const DrawTable& get();

  /// The value that is exceeded with chance `p`, 0 < p < 1; of smaller chances than 2^-33 that of 2^-33.
  [[nodiscard]] double exceeded(double p) const { return p <= 0.5 ? upper(p) : -upper(1 - p); }
  /// Chance to exceed `z`.
  [[nodiscard]] double above(double z) const {
    const double place = ((z < -z_max ? -z_max : z > z_max ? z_max : z) + z_max) * z_parts;
    const auto cell = static_cast<std::size_t>(place);
    return above_[cell] + (place - static_cast<double>(cell)) * (above_[cell + 1] - above_[cell]);
  }
  /// As `exceeded`, for p ≤ 1/2.
  [[nodiscard]] double upper(double p) const {
    return between(exceeded_, p < 0x1.0p-33 ? 0x1.0p-33 : p);
  }
  /// Of 2^-33 ≤ p < 1.
  [[nodiscard]] double minus_log(double p) const { return between(minus_log_, p); }

 private:
  DrawTable();
  /// Cells of a table are those of the number itself: each power of two in 32 parts.
  template <class Table>
  [[nodiscard]] static double between(const Table& table, double p) {
    const auto bits = std::bit_cast<std::uint64_t>(p);
    const std::size_t cell = static_cast<std::size_t>(bits >> part_shift) - first_cell;
    const double part = static_cast<double>(bits & ((std::uint64_t{1} << part_shift) - 1)) * 0x1.0p-47;
    return table[cell] + part * (table[cell + 1] - table[cell]);
  }
  static constexpr unsigned part_shift = 47;
  static constexpr std::size_t powers = 33, parts = 32;
  static constexpr std::size_t first_cell = std::bit_cast<std::uint64_t>(0x1.0p-33) >> part_shift;
  static constexpr double z_max = 8, z_parts = 64;
  std::array<double, powers * parts + 1> exceeded_{}, minus_log_{};
  std::array<double, static_cast<std::size_t>(2 * z_max * z_parts) + 2> above_{};
};

/// As `Chance`, in half the bits: two draws for one scrambling.
class Draws {
 public:
  explicit Draws(const DrawTable& table) : table_{&table} {}
  void begin(std::uint64_t key) { key_ = key, drawn_ = 0, halves_ = 0; }
  /// In (0, 1), never at an end.
  double uniform() { return (static_cast<double>(half()) + 0.5) * 0x1.0p-32; }
  double exponential(double mean) { return mean * table_->minus_log(uniform()); }
  double normal() {
    const std::uint32_t bits = half();
    const double z = table_->upper((static_cast<double>(bits >> 1U) + 0.5) * 0x1.0p-32);
    return (bits & 1U) == 0 ? z : -z;
  }
  /// Of one member, whenever it is asked for: the same in every order.
  [[nodiscard]] double exponential_of(std::uint64_t member, double mean) const {
    return mean * table_->minus_log((static_cast<double>(scrambled(key_ ^ scrambled(member + 1)) >> 32U) + 0.5) * 0x1.0p-32);
  }
  [[nodiscard]] const DrawTable& table() const { return *table_; }

 private:
  std::uint32_t half() {
    if (halves_ == 0) bits_ = scrambled(key_ + 0x9e3779b97f4a7c15U * ++drawn_), halves_ = 2;
    --halves_;
    const auto low = static_cast<std::uint32_t>(bits_);
    bits_ >>= 32U;
    return low;
  }

  const DrawTable* table_;
  std::uint64_t key_ = 0, drawn_ = 0, bits_ = 0;
  int halves_ = 0;
};

}  // namespace skranke::core::forecast
