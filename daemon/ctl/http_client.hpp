#pragma once
// One request to a running daemon, for the command line. Blocking, with a deadline.
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace skranke::ctl {

struct Answer {
  int status = 0;
  std::string body;
};

struct Request {
  std::string server = "http://127.0.0.1:8080";   ///< http:// only; a daemon with TLS is asked on the box through its plain listener or by curl
  std::string token;
  std::string method = "GET";
  std::string path;                               ///< "/api/v1/…"
  std::string content_type = "application/json";
  std::string body;
  std::string language = "en";
};

/// The error is one sentence: cannot reach, no answer within 30 s, not HTTP.
[[nodiscard]] tl::expected<Answer, std::string> ask(const Request& request);

}  // namespace skranke::ctl
