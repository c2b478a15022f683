#include "wire/toml_depth.hpp"

namespace skranke::wire {
namespace {

constexpr std::size_t dots_per_line_max = 32;

/// First position after the string that begins at `at` (with its opening quote). An unclosed one-line string ends with
/// its line.
std::size_t skip_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
  const bool long_form = text.substr(at, 3) == three;
  std::size_t next = at + (long_form ? 3 : 1);
  while (next < text.size()) {
    if (quote == '"' && text[next] == '\\') {
      next += 2;
    } else if (long_form && text.substr(next, 3) == three) {
      next += 3;
      for (int extra = 0; extra < 2 && next < text.size() && text[next] == quote; ++extra)
        ++next;  // """ may follow up to two quotes
      return next;
    } else if (!long_form && (text[next] == quote || text[next] == '\n')) {
      return text[next] == quote ? next + 1 : next;
    } else {
      ++next;
    }
  }
  return text.size();
}

std::uint32_t lines_in(std::string_view text) {
  std::uint32_t lines = 0;
  for (const char c : text) lines += c == '\n' ? 1U : 0U;
  return lines;
}

}  // namespace

std::uint32_t toml_line_too_deep(std::string_view text, std::size_t depth_max) {
  std::uint32_t line = 1;
  std::size_t depth = 0, dots = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const std::size_t after = skip_string(text, at);
      line += lines_in(text.substr(at, after - at));
      at = after;
      continue;
    }
    if (c == '#') {
      at = text.find('\n', at);
      if (at == std::string_view::npos) break;
      continue;
    }
    if (c == '\n') {
      ++line;
      dots = 0;
    }
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == '.') ++dots;
    if (depth > depth_max || dots > dots_per_line_max) return line;
    ++at;
  }
  return 0;
}

}  // namespace skranke::wire
