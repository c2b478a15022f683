#include "wire/utf8.hpp"

namespace skranke::wire {
namespace {

bool is_between(unsigned char byte, unsigned low, unsigned high) { return byte >= low && byte <= high; }

/// The second byte has a narrower range after some first bytes: that is what excludes overlong forms and surrogates.
bool fits_second(unsigned char first, unsigned char second) {
  if (first == 0xE0) return is_between(second, 0xA0, 0xBF);
  if (first == 0xED) return is_between(second, 0x80, 0x9F);
  if (first == 0xF0) return is_between(second, 0x90, 0xBF);
  if (first == 0xF4) return is_between(second, 0x80, 0x8F);
  return is_between(second, 0x80, 0xBF);
}

std::size_t promised_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (is_between(first, 0xC2, 0xDF)) return 2;
  if (is_between(first, 0xE0, 0xEF)) return 3;
  return is_between(first, 0xF0, 0xF4) ? 4 : 0;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const std::size_t length = promised_length(byte(0));
  if (length == 0 || length > text.size()) return 0;
  if (length >= 2 && !fits_second(byte(0), byte(1))) return 0;
  for (std::size_t index = 2; index < length; ++index)
    if (!is_between(byte(index), 0x80, 0xBF)) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::size_t utf8_count(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    text.remove_prefix(length == 0 ? 1 : length);
    ++count;
  }
  return count;
}

}  // namespace skranke::wire
