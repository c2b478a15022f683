#include "enrolment/wsbd/base64.hpp"

#include <array>

namespace skranke::enrolment::wsbd {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t none = 0xFF;

constexpr std::array<std::uint8_t, 256> values = [] {
  std::array<std::uint8_t, 256> out{};
  out.fill(none);
  for (std::size_t i = 0; i < letters.size(); ++i) out[static_cast<unsigned char>(letters[i])] = static_cast<std::uint8_t>(i);
  return out;
}();

}  // namespace

std::optional<Bytes> base64_decode(std::string_view text) {
  Bytes out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int count = 0, ends = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    if (c == '=') {
      if (++ends > 2) return std::nullopt;
      continue;
    }
    const std::uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == none || ends != 0) return std::nullopt;
    bits = bits << 6U | value;
    if (++count < 4) continue;
    for (const unsigned shift : {16U, 8U, 0U}) out.push_back(static_cast<std::uint8_t>(bits >> shift));
    bits = 0, count = 0;
  }
  if ((count + ends) % 4 != 0 || count == 1) return std::nullopt;
  if (count >= 2) out.push_back(static_cast<std::uint8_t>(bits >> (count == 2 ? 4U : 10U)));
  if (count == 3) out.push_back(static_cast<std::uint8_t>(bits >> 2U));
  return out;
}

std::string base64_encode(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t left = bytes.size() - at;
    const std::uint32_t bits = std::uint32_t{bytes[at]} << 16U | (left > 1 ? std::uint32_t{bytes[at + 1]} << 8U : 0U) | (left > 2 ? std::uint32_t{bytes[at + 2]} : 0U);
    out += letters[bits >> 18U];
    out += letters[bits >> 12U & 63U];
    out += left > 1 ? letters[bits >> 6U & 63U] : '=';
    out += left > 2 ? letters[bits & 63U] : '=';
  }
  return out;
}

}  // namespace skranke::enrolment::wsbd
