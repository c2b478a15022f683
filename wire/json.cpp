#include "wire/json.hpp"

#include <array>
#include <cmath>
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
