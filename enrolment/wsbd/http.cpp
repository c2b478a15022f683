#include "enrolment/wsbd/http.hpp"

#include <algorithm>
#include <charconv>

namespace skranke::enrolment::wsbd {
namespace {

constexpr std::string_view line_end = "\r\n", head_end = "\r\n\r\n";

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view{} : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The length of the body, from the lines of the head.
Result<std::size_t> read_fields(std::string_view fields, Request& request) {
  std::size_t length = 0;
  bool given = false;
  while (!fields.empty()) {
    const std::string_view line = fields.substr(0, fields.find(line_end));
    fields.remove_prefix(std::min(fields.size(), line.size() + line_end.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return wrong("http", "a line of the head is none");
    const std::string name = lower(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (name == "transfer-encoding") return wrong("http", "a body comes in one piece or not at all");
    if (name == "connection" && lower(value) == "close") request.close = true;
    if (name != "content-length") continue;
    const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (given || failed != std::errc{} || end != value.data() + value.size() || length > request_body_max) return wrong("http", "a length that is none, or too large");
    given = true;
  }
  return length;
}

}  // namespace

Result<std::optional<Request>> take_request(std::string& bytes) {
  const std::size_t head_size = bytes.find(head_end);
  if (head_size == std::string::npos || head_size > request_head_max) {
    if (bytes.size() > request_head_max) return wrong("http", "the head is too long");
    return std::nullopt;
  }
  const std::string_view head{bytes.data(), head_size};
  const std::string_view first = head.substr(0, head.find(line_end));
  const std::size_t method_end = first.find(' '), path_end = first.rfind(' ');
  if (method_end == std::string_view::npos || path_end <= method_end || !first.substr(path_end + 1).starts_with("HTTP/1.")) return wrong("http", "the first line is none");
  Request request{std::string{first.substr(0, method_end)}, std::string{first.substr(method_end + 1, path_end - method_end - 1)}, {}, first.ends_with("1.0")};
  const auto length = read_fields(head.substr(std::min(head.size(), first.size() + line_end.size())), request);
  if (!length) return tl::unexpected<Error>{length.error()};
  const std::size_t whole = head_size + head_end.size() + *length;
  if (bytes.size() < whole) return std::nullopt;
  request.body = bytes.substr(head_size + head_end.size(), *length);
  bytes.erase(0, whole);
  return request;
}

std::string response_of(std::string_view xml) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nCache-Control: no-store\r\nContent-Length: " + std::to_string(xml.size()) + std::string{head_end} + std::string{xml};
}

}  // namespace skranke::enrolment::wsbd
