#pragma once
// Answers' heads, written by hand into one string: a general header container costs a third of the whole request
// (docs/decisions, performance).
#include <array>
#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

#include "daemon/http/message.hpp"

namespace skranke::http {

/// "Mon, 23 Nov 2026 08:05:00 GMT", made once a second.
class DateText {
 public:
  void refresh(std::time_t now);
  [[nodiscard]] std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 29> text_{};
};

struct HeadStyle {
  std::string_view date;
  bool secure = false;  ///< over TLS: adds HSTS
  bool keep_alive = true;
  bool http_1_0 = false;
};

/// The body that `response` means: `fixed`, else `shared`, else `body`.
[[nodiscard]] std::string_view body_of(const Response& response);

/// No header name or value holds a line break or another control character. A response that fails this is a bug of its
/// handler (and might be an attack on it): it must not be sent.
[[nodiscard]] bool is_sendable(const Response& response);

/// Appends status line and headers, the empty line included. Security headers are on every answer; `Cache-Control:
/// no-store` unless it brings its own.
void append_head(std::string& out, const Response& response, const HeadStyle& style);

/// True for 204, 304 and 1xx.
[[nodiscard]] bool is_bodiless(int status);

}  // namespace skranke::http
