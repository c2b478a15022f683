#pragma once
// Numbers that look like chance and are none: each is a function of a key and of how many were drawn before. Same key, same numbers, on every
// machine; two keys have nothing to do with each other.
#include <cmath>
#include <cstdint>
#include <initializer_list>

namespace skranke::core {

/// Scrambles 64 bits so that neighbours have nothing in common.
[[nodiscard]] constexpr std::uint64_t scrambled(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9U;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// One key of several.
[[nodiscard]] constexpr std::uint64_t key_of(std::initializer_list<std::uint64_t> parts) {
  std::uint64_t key = 0x9e3779b97f4a7c15U;
  for (const std::uint64_t part : parts) key = scrambled(key ^ scrambled(part + 0x9e3779b97f4a7c15U));
  return key;
}

class Chance {
 public:
  explicit constexpr Chance(std::uint64_t key) : key_{key} {}

  constexpr std::uint64_t bits() { return scrambled(key_ + 0x9e3779b97f4a7c15U * ++drawn_); }
  /// In (0, 1), never at an end.
  double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1.0p-53; }
  double exponential(double mean) { return -mean * std::log(uniform()); }
  /// Standard normal. Two draws each, so that what follows does not depend on whether one was kept.
  double normal();
  /// By mean and coefficient of variation (deviation ÷ mean).
  double log_normal(double mean, double variation);

 private:
  std::uint64_t key_;
  std::uint64_t drawn_ = 0;
};

}  // namespace skranke::core
