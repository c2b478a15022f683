#pragma once
// Every bound and every deadline of the edge in one place. The defaults are the product's; tests make them small.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace skranke::http {

struct Limits {
  std::size_t head_bytes = head_bytes_default;      ///< request line and headers; above: 431
  std::size_t body_bytes = body_bytes_default;      ///< above: 413
  std::size_t target_bytes = target_bytes_default;  ///< path and query as sent; above: 414
  std::size_t buffer_bytes = 64 * 1024 * 1024;      ///< of all unfinished requests together; above: 503
  std::size_t header_count = 64;                    ///< above: 431
  std::size_t connections = 4096;                   ///< the one above gets 503 and is closed
  std::size_t connections_per_address = 2500;       ///< a test host may carry a thousand boards
  std::size_t message_bytes = 4096;                 ///< one WebSocket message from a client; above: close 1009
  std::size_t topics = 32;                          ///< per WebSocket; above: 400
  std::size_t offload_jobs = 16;                    ///< waiting for the worker thread; above: 503
  std::size_t linger_bytes = 1024 * 1024;           ///< read and thrown away after an early refusal

  static constexpr std::size_t head_bytes_default = 8 * 1024;
  static constexpr std::size_t body_bytes_default = 256 * 1024;
  static constexpr std::size_t target_bytes_default = 2 * 1024;
};

/// Deadlines are looked at once per `sweep`, so each may come up to two sweeps late, never early.
struct Timeouts {
  std::chrono::milliseconds head{10'000};     ///< from the first byte (or the connection) to the end of the head
  std::chrono::milliseconds body{10'000};     ///< from the end of the head to the end of the body
  std::chrono::milliseconds idle{75'000};     ///< between two requests of one connection
  std::chrono::milliseconds write{10'000};    ///< an answer must be taken within
  std::chrono::milliseconds linger{2'000};    ///< waiting for the other side to close
  std::chrono::milliseconds stalled{20'000};  ///< a WebSocket whose reader takes nothing for so long is dropped
  std::chrono::milliseconds stop{2'000};      ///< running replies at a graceful stop
  std::chrono::milliseconds sweep{1'000};
};

/// For /metrics. Only ever rises, except the last three.
struct Counters {
  std::uint64_t requests = 0;          ///< answered by the application
  std::uint64_t refused = 0;           ///< answered by the edge itself (4xx, 503)
  std::uint64_t handler_failures = 0;  ///< exceptions out of a handler, answered with 500
  std::uint64_t accepted = 0;          ///< connections
  std::uint64_t turned_away = 0;       ///< connections above a bound
  std::uint64_t accept_failures = 0;   ///< no file descriptor left and the like
  std::uint64_t timed_out = 0;         ///< connections that ran into a deadline
  std::uint64_t frames_sent = 0;       ///< WebSocket messages given to the system
  std::uint64_t frames_overtaken = 0;  ///< replaced by a newer one before they were sent
  std::uint64_t buffered_bytes = 0;    ///< now, of unfinished requests
  std::uint64_t open_connections = 0;  ///< now, WebSockets included
  std::uint64_t open_web_sockets = 0;  ///< now
};

struct Options {
  Limits limits;
  Timeouts timeouts;
  /// One line per failure, without newline. Called on the I/O thread. Empty = stderr.
  std::function<void(std::string_view)> log;
};

}  // namespace skranke::http
