#pragma once
// What all connections of one Server share, and the list of them.
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/hub.hpp"
#include "daemon/http/net.hpp"
#include "daemon/http/offload.hpp"
#include "daemon/http/options.hpp"
#include "daemon/http/response_head.hpp"
#include "daemon/http/target.hpp"

namespace skranke::http {

class Connection;

/// Who is at the other end.
struct Peer {
  asio::ip::address address;  ///< of a Unix socket: this box
  bool local = false;         ///< came through a Unix socket, so the system let it in
};

/// Held by every connection: coroutine frames may outlive the Server inside the io_context. I/O thread only.
class Edge {
 public:
  Edge(asio::io_context& context, Application& app, Hub& hub, Options options);

  asio::io_context& io;
  Application& application;
  Hub& watchers;
  const Options settings;
  Counters counters;
  Offload worker, devices;
  DateText date;
  std::string scratch;                 ///< heads are built here; valid until the next suspension
  bool stopping = false;               ///< no new requests
  std::function<void()> on_last_left;  ///< called when the last connection is gone while stopping
  bool gone = false;                   ///< the Server is destroyed: application and hub must not be touched

  /// Milliseconds of the steady clock at the last sweep. Reading it costs nothing, deadlines need no better.
  [[nodiscard]] std::uint64_t now_ms() const { return now_ms_; }
  [[nodiscard]] std::uint64_t deadline(std::chrono::milliseconds from_now) const;
  void log(std::string_view line) const;

  /// Application::handle, and so on, with its exceptions made into a 500 and one log line.
  [[nodiscard]] Reply call(const Request& request);
  [[nodiscard]] Response problem(const Fault& fault, std::string_view accept_language);
  [[nodiscard]] Response failure(std::string_view what, std::string_view accept_language);

  /// False when a bound is reached; the connection is then not counted.
  [[nodiscard]] bool admit(const asio::ip::address& remote);
  void release(const asio::ip::address& remote);

  void enter(Connection& connection);
  void leave(Connection& connection);
  /// Refreshes the clock and tells every connection whose deadline is over.
  void sweep();
  [[nodiscard]] const std::vector<Connection*>& connections() const { return connections_; }

 private:
  std::vector<Connection*> connections_;                  // ≤ limits.connections
  std::map<asio::ip::address, std::size_t> per_address_;  // ≤ limits.connections
  std::uint64_t now_ms_ = 0;
};

/// A socket with a deadline: an HTTP session or a WebSocket.
class Connection {
 public:
  Connection(std::shared_ptr<Edge> edge, asio::ip::address remote);
  virtual ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The deadline is over. Must not destroy any connection before it returns.
  virtual void expire() = 0;
  /// Come to an end: finish the reply, say goodbye.
  virtual void stop() = 0;
  /// At once.
  virtual void abort() = 0;

 protected:
  friend class Edge;
  static constexpr std::uint64_t no_deadline = std::numeric_limits<std::uint64_t>::max();
  const std::shared_ptr<Edge> edge_;
  const asio::ip::address remote_;
  std::uint64_t deadline_ms_ = no_deadline;

 private:
  std::size_t index_ = 0;
};

/// IPv4 in IPv6 clothes counts, and shows, as IPv4.
[[nodiscard]] asio::ip::address plain_address(const asio::ip::address& address);

/// Completion of co_spawn for every session: an exception that reaches it is ours (out of memory), the connection is
/// gone, the rest goes on.
struct LogFailure {
  std::shared_ptr<Edge> edge;
  void operator()(std::exception_ptr failure) const;
};

}  // namespace skranke::http
