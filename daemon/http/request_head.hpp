#pragma once
// One request head, from the method to the empty line. Beast's parser does the grammar (in request_head.cpp only); what
// it is lenient about, and what two programs in a row could read differently, is refused here.
#include <cstdint>
#include <string_view>

#include <tl/expected.hpp>

#include "daemon/http/message.hpp"
#include "daemon/http/options.hpp"
#include "daemon/http/target.hpp"

namespace skranke::http {

/// Views point into the bytes that were parsed.
struct Head {
  Method method = Method::other;
  std::string_view target;
  bool http_1_0 = false;
  bool keep_alive = false;
  bool chunked = false;
  bool expect_continue = false;
  bool upgrade_web_socket = false;  ///< "Upgrade: websocket" and "Connection: Upgrade"
  std::uint64_t content_length = 0;
  std::string_view host, content_type, authorization, cookie, idempotency_key, accept_language, accept_encoding,
      if_none_match, origin, sec_fetch_site, web_socket_key, web_socket_version;
};

/// `bytes` is a whole head, the empty line included. Allocates nothing.
[[nodiscard]] tl::expected<Head, Fault> parse_head(std::string_view bytes, const Limits& limits);

}  // namespace skranke::http
