#include "core/number.hpp"

#include <fmt/format.h>

namespace skranke::core {
namespace {

std::size_t series_of(char letter) { return unmistakable_letters.find(letter); }

int turned_digit(int digit) {
  constexpr std::array<int, 10> shapes{0, 1, 2, -1, -1, 5, 9, -1, 8, 6};
  return shapes[static_cast<std::size_t>(digit)];
}

/// The next free digits after `from`, going round once; 0 when none is left.
std::uint16_t free_after(const Series& series, std::uint16_t from) {
  for (int step = 1; step <= digits_max; ++step) {
    const int digits = (from + step - 1) % digits_max + 1;
    if (unmistakable(digits) && !series.used.test(static_cast<std::size_t>(digits))) return static_cast<std::uint16_t>(digits);
  }
  return 0;
}

const std::bitset<digits_max + 1>& issuable() {
  static const auto table = [] {
    std::bitset<digits_max + 1> allowed;
    for (int digits = 1; digits <= digits_max; ++digits) {
      const int other = turned(digits);
      allowed.set(static_cast<std::size_t>(digits), other == 0 || other >= digits);
    }
    return allowed;
  }();
  return table;
}

}  // namespace

std::string to_string(Number number) { return std::string(1, number.letter).append(fmt::format_int{number.digits}.c_str()); }

std::optional<Number> parse_number(std::string_view text) {
  if (text.size() < 2 || text.size() > 4 || text[0] < 'A' || text[0] > 'Z' || text[1] == '0') return std::nullopt;
  int digits = 0;
  for (const char c : text.substr(1)) {
    if (c < '0' || c > '9') return std::nullopt;
    digits = digits * 10 + (c - '0');
  }
  return Number{text[0], static_cast<std::uint16_t>(digits)};
}

std::optional<Number> parse_typed_number(std::string_view text) {
  if (text.size() > 16) return std::nullopt;
  std::string plain;
  for (const char c : text) {
    if (c == ' ' || c == '-' || c == '.') continue;
    if (c == '0' && plain.size() == 1) continue;   // a leading nought of the digits
    plain.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return parse_number(plain);
}

int turned(int digits) {
  int result = 0;
  for (; digits > 0; digits /= 10) {
    const int digit = turned_digit(digits % 10);
    if (digit < 0) return 0;
    result = result * 10 + digit;
  }
  return result;
}

bool unmistakable(int digits) {
  return digits >= 1 && digits <= digits_max && issuable().test(static_cast<std::size_t>(digits));
}

std::optional<Number> NumberBook::next(char letter) const {
  const std::size_t wanted = series_of(letter);
  if (wanted != std::string_view::npos)
    if (const auto digits = free_after(series_[wanted], series_[wanted].last)) return Number{letter, digits};
  std::optional<Number> best;
  std::size_t fewest = digits_max + 1;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const std::size_t used = series_[i].used.count();
    if (used >= fewest) continue;
    if (const auto digits = free_after(series_[i], series_[i].last)) {
      best = Number{unmistakable_letters[i], digits};
      fewest = used;
    }
  }
  return best;
}

void NumberBook::mark(Number number) {
  hold(number);
  if (is_used(number)) series_[series_of(number.letter)].last = number.digits;
}

void NumberBook::hold(Number number) {
  const std::size_t index = series_of(number.letter);
  if (index == std::string_view::npos || number.digits > digits_max) return;
  series_[index].used.set(number.digits);
}

void NumberBook::begin_day() { series_ = {}; }

bool NumberBook::is_used(Number number) const {
  const std::size_t index = series_of(number.letter);
  return index != std::string_view::npos && number.digits <= digits_max && series_[index].used.test(number.digits);
}

}  // namespace skranke::core
