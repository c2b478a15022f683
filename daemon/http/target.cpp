#include "daemon/http/target.hpp"

#include <cstring>

namespace skranke::http {
namespace {

constexpr Fault bad_path{400, "malformed", "path"};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The byte behind the '%' at `at`, or -1.
int escaped_byte(std::string_view text, std::size_t at) {
  if (text.size() - at < 3) return -1;
  const int high = hex_digit(text[at + 1]);
  const int low = hex_digit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

/// Decodes one segment towards `out`, which is never behind `segment`'s own bytes. Gives the new end of the output or
/// null.
char* decode_segment(std::string_view segment, char* out) {
  char* const begin = out;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    int byte = static_cast<unsigned char>(segment[i]);
    if (byte == '%') {
      byte = escaped_byte(segment, i);
      if (byte < 0) return nullptr;
      i += 2;
    }
    if (is_control(static_cast<unsigned char>(byte)) || byte == '#') return nullptr;
    *out++ = static_cast<char>(byte);
  }
  const std::string_view decoded{begin, static_cast<std::size_t>(out - begin)};
  if (decoded == "." || decoded == ".." || !is_utf8(decoded)) return nullptr;
  return out;
}

/// "http://host/path" (proxies write it) becomes "/path"; the authority takes the place of the Host header, as RFC 9112
/// has it.
std::span<char> strip_authority(std::span<char> target, Request& request) {
  const std::string_view text{target.data(), target.size()};
  const std::size_t scheme = text.starts_with("http://") ? 7 : text.starts_with("https://") ? 8 : 0;
  if (scheme == 0) return target;
  const std::size_t slash = text.find('/', scheme);
  if (slash == std::string_view::npos) return target;  // refused as not beginning with '/'
  request.host = text.substr(scheme, slash - scheme);
  return target.subspan(slash);
}

}  // namespace

tl::expected<void, Fault> decode_target(std::span<char> target, Request& request) {
  request.segments.clear();
  target = strip_authority(target, request);
  const std::string_view text{target.data(), target.size()};
  if (!text.starts_with('/')) return tl::unexpected{bad_path};
  const std::size_t question = text.find('?');
  request.query = question == std::string_view::npos ? std::string_view{} : text.substr(question + 1);
  for (const char c : request.query)
    if (is_control(static_cast<unsigned char>(c)) || c == '#') return tl::unexpected{Fault{400, "malformed", "query"}};
  const std::string_view raw = text.substr(0, question);
  char* out = target.data();
  std::size_t at = 0;
  while (at < raw.size()) {
    const std::size_t next = std::min(raw.find('/', at + 1), raw.size());
    *out++ = '/';
    char* const begin = out;
    out = decode_segment(raw.substr(at + 1, next - at - 1), out);
    if (out == nullptr) return tl::unexpected{bad_path};
    request.segments.emplace_back(begin, static_cast<std::size_t>(out - begin));
    at = next;
  }
  if (raw.size() == 1) request.segments.clear();  // "/" has no segments
  request.path = {target.data(), static_cast<std::size_t>(out - target.data())};
  return {};
}

std::optional<std::string> decode_query(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const int byte = escaped_byte(text, i);
    if (byte <= 0) return std::nullopt;
    out.push_back(static_cast<char>(byte));
    i += 2;
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

bool is_utf8(std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  while (at != end) {
    if (end - at >= 8) {  // eight ASCII bytes at a time: nearly everything we are sent
      std::uint64_t word;
      std::memcpy(&word, at, 8);
      if ((word & 0x8080808080808080U) == 0) {
        at += 8;
        continue;
      }
    }
    const unsigned char lead = *at++;
    if (lead < 0x80) continue;
    const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead < 0xc2 || lead > 0xf4 || end - at < more) return false;
    std::uint32_t point = lead & (0x3fU >> more);
    for (int i = 0; i < more; ++i, ++at) {
      if ((*at & 0xc0U) != 0x80U) return false;
      point = (point << 6) | (*at & 0x3fU);
    }
    constexpr std::uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    if (point < smallest[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
  }
  return true;
}

}  // namespace skranke::http
