#include "tests/fuzz/http/checks.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "daemon/http/request_reader.hpp"
#include "daemon/http/ws_frame.hpp"

namespace skranke::http::fuzz {
namespace {

void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

bool one_line(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

/// What the application may rely on.
void check_request(const Request& request, const Limits& limits) {
  must(request.path.starts_with('/') || request.path == "*", "a path begins with a slash");
  must(is_utf8(request.path), "a path is UTF-8");
  must(one_line(request.path) && one_line(request.query), "a target is one line");
  must(request.body.size() <= limits.body_bytes, "a body keeps its limit");
  for (const std::string_view segment : request.segments)
    must(segment != "." && segment != "..", "no segment leads upwards");
  for (const std::string_view value :
       {request.content_type, request.authorization, request.cookie, request.idempotency_key, request.accept_language,
        request.accept_encoding, request.if_none_match, request.origin, request.sec_fetch_site, request.host})
    must(one_line(value), "a header is one line");
  (void)request.query_value("x");
}

std::string read_requests(std::span<const std::uint8_t> bytes, std::size_t piece, const Limits& limits) {
  RequestReader reader{limits};
  std::string out;
  for (;;) {
    switch (reader.advance()) {
      case RequestReader::Progress::complete: {
        const Request& request = reader.request();
        check_request(request, limits);
        out.append(request.path)
            .append("?")
            .append(request.query)
            .append("\n")
            .append(request.host)
            .append("\n")
            .append(request.body)
            .append("\n\n");
        reader.finish();
        continue;
      }
      case RequestReader::Progress::fault: return out + "fault";  // which one may depend on how much was there
      case RequestReader::Progress::continue_expected:
      case RequestReader::Progress::need_more: break;
    }
    if (bytes.empty()) return out;
    const auto room = reader.room();
    must(!room.empty() && room.size() < 2 * limits.body_bytes + 4 * limits.head_bytes, "memory has a bound");
    const std::size_t n = std::min({piece, room.size(), bytes.size()});
    std::memcpy(room.data(), bytes.data(), n);
    reader.filled(n);
    bytes = bytes.subspan(n);
  }
}

std::string read_frames(std::span<const std::uint8_t> bytes, std::size_t piece) {
  constexpr std::size_t most = 512;
  FrameReader reader{most};
  std::string copy{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  std::string out;
  for (std::size_t at = 0; at < copy.size(); at += piece) {
    std::span<char> in{copy.data() + at, std::min(piece, copy.size() - at)};
    for (;;) {
      const auto message = reader.next(in);
      if (!message) return out + "error " + std::to_string(static_cast<int>(message.error()));
      if (!*message) break;
      const FrameReader::Message& it = **message;
      if (it.kind == FrameReader::Kind::text)
        must(is_utf8(it.payload) && it.payload.size() <= most, "text is UTF-8 and within its limit");
      else
        must(it.payload.size() <= 125, "a control frame is small");
      out.append(std::to_string(static_cast<int>(it.kind))).append(it.payload).append("\n");
    }
    must(in.empty(), "what is not used is an error");
  }
  return out;
}

}  // namespace

void check_requests(std::span<const std::uint8_t> bytes) {
  Limits limits;
  limits.head_bytes = 512;  // small, so that the fuzzer reaches them
  limits.target_bytes = 128;
  limits.header_count = 8;
  limits.body_bytes = 256;
  const std::string whole = read_requests(bytes, bytes.size() + 1, limits);
  must(whole == read_requests(bytes, 1, limits), "the cut does not matter: byte by byte");
  must(whole == read_requests(bytes, 7, limits), "the cut does not matter: by seven");
}

void check_frames(std::span<const std::uint8_t> bytes) {
  const std::string whole = read_frames(bytes, bytes.size() + 1);
  must(whole == read_frames(bytes, 1), "the cut does not matter: byte by byte");
  must(whole == read_frames(bytes, 5), "the cut does not matter: by five");
}

}  // namespace skranke::http::fuzz
