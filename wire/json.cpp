#include "wire/json.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <iterator>

#include <fmt/format.h>

namespace skranke::wire {
namespace {

constexpr std::array<bool, 256> made_escape_table() {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table['"'] = table['\\'] = true;
  return table;
}
constexpr std::array<bool, 256> must_escape = made_escape_table();

constexpr std::uint64_t in_each_byte(unsigned char byte) { return 0x0101010101010101U * byte; }
constexpr std::uint64_t top_bits = in_each_byte(0x80);

/// Is any of these eight bytes below `limit` (at most 0x80)?
constexpr bool any_below(std::uint64_t bytes, unsigned char limit) {
  return ((bytes - in_each_byte(limit)) & ~bytes & top_bits) != 0;
}

/// Nothing to escape? Looked at eight bytes at a time: nearly every text is of that kind, and each is asked.
bool is_plain(std::string_view text) {
  std::size_t at = 0;
  for (; text.size() - at >= 8; at += 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, 8);
    if (any_below(bytes, 0x20) || any_below(bytes ^ in_each_byte('"'), 1) || any_below(bytes ^ in_each_byte('\\'), 1)) return false;
  }
  for (; at < text.size(); ++at)
    if (must_escape[static_cast<unsigned char>(text[at])]) return false;
  return true;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c)); return;
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  if (is_plain(text)) {
    out.append(text).push_back('"');
    return;
  }
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!must_escape[static_cast<unsigned char>(text[at])]) continue;
    out.append(text, copied, at - copied);
    append_escaped(out, text[at]);
    copied = at + 1;
  }
  out.append(text, copied, text.size() - copied);
  out.push_back('"');
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  comma();
  fmt::format_to(std::back_inserter(out_), "{}", number);
  return *this;
}

void JsonWriter::append_signed(std::int64_t number) {
  const fmt::format_int digits{number};
  out_.append(digits.data(), digits.size());
}

void JsonWriter::append_unsigned(std::uint64_t number) {
  const fmt::format_int digits{number};
  out_.append(digits.data(), digits.size());
}

}  // namespace skranke::wire
