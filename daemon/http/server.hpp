#pragma once
// The HTTP edge: listens, and carries requests to an Application and changes to the Hub's watchers. One thread: the one
// that runs the io_context.
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "daemon/http/hub.hpp"
#include "daemon/http/message.hpp"
#include "daemon/http/options.hpp"

namespace skranke::http {

struct TlsFiles {
  std::string certificate_file;  ///< PEM, with the chain
  std::string key_file;          ///< PEM
};

struct Endpoint {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6; "::" takes both
  std::uint16_t port = 0;             ///< 0 = any free one
  std::optional<TlsFiles> tls;
};

/// Build after the io_context, destroy before it; `application` and `hub` must outlive the Server.
class Server {
 public:
  Server(boost::asio::io_context& io, Application& application, Hub& hub, Options options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Begins to accept. The value is the port; the error a sentence that names the address.
  [[nodiscard]] tl::expected<std::uint16_t, std::string> listen(const Endpoint& endpoint);
  /// The same on a listening socket that was passed in (systemd), TCP or Unix (port 0, and never TLS: its file says who may). Takes the descriptor, on
  /// success only.
  [[nodiscard]] tl::expected<std::uint16_t, std::string> adopt(int listening_descriptor,
                                                               std::optional<TlsFiles> tls = std::nullopt);
  /// A Unix socket for programs of this box, in clear. Its file is for the daemon's own user alone (0600); one that nobody listens on any more is replaced,
  /// and it goes when the Server does.
  [[nodiscard]] tl::expected<void, std::string> listen_local(const std::string& path);
  /// SHA-256 of the public key in the certificate that is in use; empty without TLS.
  [[nodiscard]] std::string key_digest() const;
  /// Reads the certificate files again, for connections to come. On an error the old ones stay in use.
  [[nodiscard]] tl::expected<void, std::string> reload_tls();

  /// Accepts no more, lets running replies finish (Timeouts::stop at most), says 1001 to WebSockets, then calls `done`
  /// once, from the io_context. The application must go on calling back its when_durable waits meanwhile. Only the
  /// first call counts.
  void stop(std::function<void()> done);

  [[nodiscard]] const Counters& counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace skranke::http
