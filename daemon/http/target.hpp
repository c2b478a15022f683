#pragma once
// The request target: what is after the method. Pure; nothing here allocates except the list of segments.
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "daemon/http/message.hpp"

namespace skranke::http {

/// Why the edge itself refuses a request. `reason` and `field` go to Application::problem.
struct Fault {
  int status;
  std::string_view reason;
  std::string_view field;
};

/// Fills path, segments and query of `request`. Percent-decoding is done in place, so `target` is used up and must live
/// as long as the request. Faults: not origin-form or absolute-form, broken percent-encoding, NUL or control
/// characters, not UTF-8, "." or ".." as a segment (any encoding).
[[nodiscard]] tl::expected<void, Fault> decode_target(std::span<char> target, Request& request);

/// A decoded name or value of a query ('+' is a space); nothing when the encoding is broken or the text is not UTF-8.
[[nodiscard]] std::optional<std::string> decode_query(std::string_view text);

/// RFC 3629, without surrogates and overlong forms.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace skranke::http
