#pragma once
// What the HTTP edge and the application say to each other. No Asio, no Beast in here: handlers are plain functions.
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace skranke::http {

enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };

/// A parsed request. Views live until the handler returns (and again in `commit_failed`). A HEAD comes as `get`: the
/// edge leaves the body out of the answer. OPTIONS and unknown methods never come here.
struct Request {
  Method method = Method::other;
  std::string_view path;                   ///< percent-decoded, without query; "/api/v1/desks/desk-1/next"
  std::vector<std::string_view> segments;  ///< path split at '/', e.g. {"api","v1","desks","desk-1","next"}
  std::string_view query;                  ///< raw, without '?'
  std::string_view body;
  std::string_view content_type, authorization, cookie, idempotency_key, accept_language, accept_encoding,
      if_none_match;
  std::string_view origin, sec_fetch_site, host;
  std::string_view remote;  ///< address of the peer, "127.0.0.1"
  bool secure = false;      ///< came over TLS
  bool local = false;       ///< came through the Unix socket, whose file says who may
  std::string_view channel; ///< what both ends of this TLS connection know and nobody else (RFC 9266, 32 bytes); empty without TLS 1.3

  /// Percent-decoded value of a query parameter; empty when absent.
  [[nodiscard]] std::string query_value(std::string_view name) const;
};

using Bytes = std::shared_ptr<const std::string>;

struct Response {
  int status = 200;
  std::string_view content_type = "application/json";  ///< must be a literal or outlive the response
  std::string body;                                    ///< used when `shared` is null and `fixed` is empty
  Bytes shared;                                        ///< a prebuilt body (board frames, hot answers)
  std::string_view fixed;                              ///< bytes that live as long as the program (assets)
  std::vector<std::pair<std::string_view, std::string>>
      headers;  ///< further headers (ETag, Set-Cookie, Location, Retry-After …)
  bool camera = false;   ///< of a page: it may ask for the box's camera
};

/// Why a wait for durability ended.
enum class Commit : std::uint8_t { durable, storage_full, stopping };

/// A handler's answer. It is sent only when event `durable_after` is on disk (0 = at once); if that commit fails, the
/// edge asks `Application::commit_failed` for the answer instead. `offload`, when set, is run on a worker thread
/// (password hashing) and its result replaces this. `then`, when set, is run on the I/O thread and its result replaces
/// this: an offloaded check returns a Reply with `then` to touch the application's state. The chain may have up to four
/// links.
struct Reply {
  Response response;
  std::uint64_t durable_after = 0;
  std::function<Reply()> offload;
  std::function<Reply()> then;
  bool slow = false;   ///< `offload` waits for a device: it runs on threads of its own, where nobody else waits behind it
};

/// What a WebSocket wants to hear. `frames` are sent first, as one text message each, once `durable_after` is on disk.
/// Changes published meanwhile follow them, except those whose `seq` is not above `durable_after`: the frames already
/// hold them.
struct Subscription {
  std::vector<std::string> topics;
  std::vector<Bytes> frames;
  std::uint64_t durable_after = 0;
  std::string name;  ///< who it is, for /devices and the log
  std::string credential = {};  ///< what let it in, so that it can be taken back; empty = nothing did
};

/// Everything behind the edge. All calls come on the one I/O thread and must not block.
class Application {
 public:
  virtual ~Application() = default;
  [[nodiscard]] virtual Reply handle(const Request& request) = 0;
  [[nodiscard]] virtual tl::expected<Subscription, Response> subscribe(const Request& request) = 0;
  virtual void client_message(std::uint64_t connection, std::string_view text) = 0;  ///< "alive" messages, ≤ 4 KiB
  virtual void client_gone(std::uint64_t connection) = 0;
  [[nodiscard]] virtual bool is_durable(std::uint64_t seq) const = 0;
  /// Calls back on the I/O thread, exactly once, in order of seq.
  virtual void when_durable(std::uint64_t seq, std::function<void(Commit)> done) = 0;
  [[nodiscard]] virtual Response commit_failed(Commit why, const Request& request) = 0;
  /// For errors that the edge itself finds (400 malformed, 408, 413, 429, 431, 503): the problem+json body.
  [[nodiscard]] virtual Response problem(int status, std::string_view reason, std::string_view field,
                                         std::string_view accept_language) = 0;
};

}  // namespace skranke::http
