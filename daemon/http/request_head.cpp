#include "daemon/http/request_head.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

namespace skranke::http {
namespace {

namespace beast = boost::beast;
using beast::http::field;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

Method method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get: return Method::get;
    case beast::http::verb::head: return Method::head;
    case beast::http::verb::post: return Method::post;
    case beast::http::verb::put: return Method::put;
    case beast::http::verb::patch: return Method::patch;
    case beast::http::verb::delete_: return Method::del;
    case beast::http::verb::options: return Method::options;
    default: return Method::other;  // a closed list of ours, an open one of Beast's
  }
}

/// Hands each field to its place in the Head. Remembers the first fault; Beast's own error only says that there was
/// one.
class HeadParser final : public beast::http::basic_parser<true> {
 public:
  HeadParser(Head& head, const Limits& limits) : head_{head}, limits_{limits} {
    header_limit(static_cast<std::uint32_t>(limits.head_bytes + 1));
    body_limit(boost::none);
    eager(false);
  }
  Fault fault{400, "malformed", "head"};

 private:
  void on_request_impl(beast::http::verb verb, beast::string_view, beast::string_view target, int version,
                       beast::error_code& ec) override {
    head_.method = method_of(verb);
    head_.target = view(target);
    head_.http_1_0 = version < 11;
    if (target.size() > limits_.target_bytes) refuse({414, "too_large", "path"}, ec);
  }

  void on_field_impl(field name, beast::string_view name_text, beast::string_view value,
                     beast::error_code& ec) override {
    if (++count_ > limits_.header_count) return refuse({431, "too_large", "headers"}, ec);
    switch (name) {
      case field::host: return once(head_.host, value, "Host", ec);
      case field::content_type: return once(head_.content_type, value, "Content-Type", ec);
      case field::authorization: return once(head_.authorization, value, "Authorization", ec);
      case field::cookie: return once(head_.cookie, value, "Cookie", ec);
      case field::origin: return once(head_.origin, value, "Origin", ec);
      case field::if_none_match: return once(head_.if_none_match, value, "If-None-Match", ec);
      case field::accept_language: head_.accept_language = view(value); return;
      case field::accept_encoding: head_.accept_encoding = view(value); return;
      case field::sec_websocket_key: return once(head_.web_socket_key, value, "Sec-WebSocket-Key", ec);
      case field::sec_websocket_version: head_.web_socket_version = view(value); return;
      case field::upgrade: upgrade_ = upgrade_ || beast::http::token_list{value}.exists("websocket"); return;
      case field::content_length: return length(view(value), ec);
      case field::transfer_encoding: return encoding(value, ec);
      case field::expect: return expectation(value, ec);
      default: return named(name_text, value, ec);
    }
  }

  /// Fields that not every version of Beast has a number for.
  void named(beast::string_view name, beast::string_view value, beast::error_code& ec) {
    if (beast::iequals(name, "idempotency-key")) return once(head_.idempotency_key, value, "Idempotency-Key", ec);
    if (beast::iequals(name, "sec-fetch-site")) return once(head_.sec_fetch_site, value, "Sec-Fetch-Site", ec);
  }

  /// A second Authorization or Host is a trap for whoever reads the other one.
  void once(std::string_view& place, beast::string_view value, std::string_view name, beast::error_code& ec) {
    if (place.data() != nullptr) return refuse({400, "malformed", name}, ec);
    place = value.empty() ? std::string_view{""} : view(value);
  }

  void length(std::string_view digits, beast::error_code& ec) {
    if (length_seen_ || digits.size() > 18) return refuse({400, "malformed", "Content-Length"}, ec);
    length_seen_ = true;
    for (const char c : digits) {  // Beast also takes "5, 5"
      if (c < '0' || c > '9') return refuse({400, "malformed", "Content-Length"}, ec);
      head_.content_length = head_.content_length * 10 + static_cast<unsigned>(c - '0');
    }
  }

  void encoding(beast::string_view value, beast::error_code& ec) {
    if (encoding_seen_ || head_.http_1_0 || !beast::iequals(value, "chunked"))
      return refuse({400, "malformed", "Transfer-Encoding"}, ec);
    encoding_seen_ = head_.chunked = true;
  }

  void expectation(beast::string_view value, beast::error_code& ec) {
    if (!beast::iequals(value, "100-continue")) return refuse({417, "malformed", "Expect"}, ec);
    head_.expect_continue = !head_.http_1_0;
  }

  void on_header_impl(beast::error_code& ec) override { finish(ec); }
  void finish(beast::error_code& ec) {
    head_.keep_alive = keep_alive();
    head_.upgrade_web_socket = upgrade_ && upgrade();
    if (length_seen_ && encoding_seen_) return refuse({400, "malformed", "Content-Length"}, ec);
    if (!head_.http_1_0 && head_.host.empty()) return refuse({400, "malformed", "Host"}, ec);
  }

  void refuse(Fault what, beast::error_code& ec) {
    fault = what;
    ec = beast::http::error::bad_value;
  }

  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(beast::string_view body, beast::error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, beast::error_code&) override {
    return body.size();
  }
  void on_finish_impl(beast::error_code&) override {}

  Head& head_;
  const Limits& limits_;
  std::size_t count_ = 0;
  bool length_seen_ = false, encoding_seen_ = false, upgrade_ = false;
};

/// Folded lines, a bare CR or LF and NUL: a proxy in front may read each of them otherwise than we do.
bool has_doubtful_line(std::string_view bytes) {
  if (bytes.find('\0') != std::string_view::npos) return true;
  std::size_t at = 0;
  while ((at = bytes.find('\n', at)) != std::string_view::npos) {
    if (at == 0 || bytes[at - 1] != '\r') return true;
    if (++at < bytes.size() && (bytes[at] == ' ' || bytes[at] == '\t')) return true;
  }
  for (at = 0; (at = bytes.find('\r', at)) != std::string_view::npos; ++at)
    if (at + 1 == bytes.size() || bytes[at + 1] != '\n') return true;
  return false;
}

}  // namespace

tl::expected<Head, Fault> parse_head(std::string_view bytes, const Limits& limits) {
  if (has_doubtful_line(bytes)) return tl::unexpected{Fault{400, "malformed", "head"}};
  Head head;
  HeadParser parser{head, limits};
  beast::error_code ec;
  const std::size_t used = parser.put(boost::asio::const_buffer{bytes.data(), bytes.size()}, ec);
  if (ec == beast::http::error::bad_version) parser.fault = {505, "malformed", "version"};
  if (ec) return tl::unexpected{parser.fault};
  if (!parser.is_header_done() || used != bytes.size()) return tl::unexpected{Fault{400, "malformed", "head"}};
  return head;
}

}  // namespace skranke::http
