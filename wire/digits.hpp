#pragma once
// Reads fixed forms like "2026-11-23" from left to right; the first thing that does not fit makes the whole reading
// fail.
#include <cstddef>
#include <string_view>

namespace skranke::wire {

class Digits {
 public:
  explicit Digits(std::string_view text) : rest_{text} {}

  /// Exactly `width` decimal digits; 0 when they are not there.
  int number(std::size_t width) {
    int value = 0;
    for (std::size_t index = 0; index < width; ++index) {
      if (index >= rest_.size() || rest_[index] < '0' || rest_[index] > '9') return fail();
      value = value * 10 + (rest_[index] - '0');
    }
    rest_.remove_prefix(width);
    return value;
  }
  /// One to nine digits of a fraction, cut to thousandths.
  int milliseconds() {
    std::size_t width = 0;
    while (width < rest_.size() && rest_[width] >= '0' && rest_[width] <= '9') ++width;
    if (width == 0 || width > 9) return fail();
    int value = 0;
    for (std::size_t index = 0; index < 3; ++index) value = value * 10 + (index < width ? rest_[index] - '0' : 0);
    rest_.remove_prefix(width);
    return value;
  }
  Digits& literal(char wanted) {
    if (!skip(wanted)) fail();
    return *this;
  }
  Digits& either(char wanted, char other) {
    if (!skip(wanted) && !skip(other)) fail();
    return *this;
  }
  bool skip(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool all_read() const { return ok_ && rest_.empty(); }

 private:
  int fail() {
    ok_ = false;
    return 0;
  }
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace skranke::wire
