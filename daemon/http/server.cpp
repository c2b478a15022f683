#include "daemon/http/server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <cstring>
#include <list>

#include "daemon/http/edge.hpp"
#include "daemon/http/tls.hpp"

namespace skranke::http {
namespace {

using Port = tl::expected<std::uint16_t, std::string>;

struct Listener {
  Listener(asio::io_context& io) : acceptor{io}, pause{io} {}
  Acceptor acceptor;
  Timer pause;
  std::optional<TlsFiles> files;
  std::shared_ptr<TlsContext> tls;
};

/// Out of descriptors or memory: the connection waits in the backlog, and so do we, or the loop would spin.
bool is_shortage(const ErrorCode& ec) {
  return ec.value() == EMFILE || ec.value() == ENFILE || ec.value() == ENOBUFS || ec.value() == ENOMEM;
}

/// Above a bound: a word and a close, without a session. What the system does not take at once is lost.
void turn_away(Edge& edge, Socket& socket, bool tls) {
  ++edge.counters.turned_away;
  ErrorCode ignored;
  if (!tls) {
    Response response = edge.problem({503, "busy", ""}, {});
    response.headers.emplace_back("Retry-After", "5");
    std::string answer;
    append_head(answer, response, {edge.date.text(), false, false, false});
    answer += body_of(response);
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(answer), ignored);
    socket.shutdown(asio::socket_base::shutdown_send, ignored);
  }
  socket.close(ignored);
}

/// Nothing when it was gone before it was greeted.
std::optional<Peer> peer_of(const Socket& socket) {
  ErrorCode ec;
  const auto endpoint = socket.remote_endpoint(ec);
  if (ec) return std::nullopt;
  if (endpoint.protocol().family() == AF_UNIX) return Peer{asio::ip::address_v4::loopback(), true};
  asio::ip::tcp::endpoint address;
  if (endpoint.size() > address.capacity()) return std::nullopt;
  std::memcpy(address.data(), endpoint.data(), endpoint.size());
  return Peer{plain_address(address.address())};
}

void start(const std::shared_ptr<Edge>& edge, Listener& listener, Socket socket) {
  const auto peer = peer_of(socket);
  if (!peer) return;
  if (!edge->admit(peer->address)) return turn_away(*edge, socket, listener.tls != nullptr);
  ++edge->counters.accepted;
  ErrorCode ec;
  if (!peer->local) socket.set_option(asio::ip::tcp::no_delay{true}, ec);
  socket.non_blocking(true, ec);
  if (listener.tls)
    start_tls_session(edge, std::move(socket), *peer, *listener.tls);
  else
    start_plain_session(edge, std::move(socket), *peer);
}

/// Ends when the acceptor is closed.
Awaitable<void> accept_loop(std::shared_ptr<Edge> edge, Listener& listener) {
  bool short_of = false;
  while (!edge->stopping) {
    auto [ec, socket] = co_await listener.acceptor.async_accept(as_tuple);
    if (edge->stopping || ec == asio::error::operation_aborted) co_return;
    if (!ec) {
      short_of = false;
      start(edge, listener, std::move(socket));
      continue;
    }
    ++edge->counters.accept_failures;
    if (!short_of) edge->log(fmt::format("cannot accept: {}", ec.message()));
    short_of = true;
    if (!is_shortage(ec)) continue;  // that one connection failed
    listener.pause.expires_after(std::chrono::milliseconds{50});
    co_await listener.pause.async_wait(as_tuple);
  }
}

Awaitable<void> sweep_loop(std::shared_ptr<Edge> edge, std::shared_ptr<Timer> tick) {
  while (!edge->gone) {
    tick->expires_after(edge->settings.timeouts.sweep);
    co_await tick->async_wait(as_tuple);
    if (!edge->gone) edge->sweep();
  }
}

}  // namespace

class Server::Impl {
 public:
  Impl(asio::io_context& io, Application& application, Hub& hub, Options options)
      : edge_{std::make_shared<Edge>(io, application, hub, std::move(options))},
        tick_{std::make_shared<Timer>(io)},
        stop_timer_{io} {
    asio::co_spawn(io, sweep_loop(edge_, tick_), LogFailure{edge_});
  }

  ~Impl() {
    edge_->stopping = edge_->gone = true;
    edge_->on_last_left = nullptr;
    edge_->worker.stop();
    edge_->devices.stop();
    tick_->cancel();
    for (const std::string& path : local_paths_) ::unlink(path.c_str());
    for (Connection* const connection : edge_->connections()) connection->abort();
  }

  Port listen(const Endpoint& endpoint) {
    ErrorCode ec;
    const auto address = asio::ip::make_address(endpoint.address, ec);
    const auto failed = [&](const char* step) {
      return tl::unexpected{fmt::format("{} port {}: {}: {}", endpoint.address, endpoint.port, step, ec.message())};
    };
    if (ec) return failed("not an address");
    const asio::generic::stream_protocol::endpoint place{asio::ip::tcp::endpoint{address, endpoint.port}};
    std::list<Listener> fresh;
    Listener& listener = fresh.emplace_back(edge_->io);
    if (listener.acceptor.open(place.protocol(), ec)) return failed("socket");
    if (listener.acceptor.set_option(asio::socket_base::reuse_address{true}, ec)) return failed("SO_REUSEADDR");
    if (address.is_v6()) listener.acceptor.set_option(asio::ip::v6_only{false}, ec);
    if (listener.acceptor.bind(place, ec)) return failed("bind");
    if (listener.acceptor.listen(asio::socket_base::max_listen_connections, ec)) return failed("listen");
    return begin(std::move(fresh), endpoint.tls);
  }

  Port adopt(int descriptor, std::optional<TlsFiles> tls) {
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    int listening = 0;
    socklen_t listening_size = sizeof listening;
    const bool fits = getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) == 0 &&
                      (name.ss_family == AF_INET || name.ss_family == AF_INET6 || name.ss_family == AF_UNIX) &&
                      getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &listening_size) == 0 &&
                      listening != 0;
    if (!fits) return tl::unexpected{fmt::format("descriptor {} is not a listening socket", descriptor)};
    std::list<Listener> fresh;
    Listener& listener = fresh.emplace_back(edge_->io);
    if (tls && name.ss_family != AF_UNIX) {
      if (auto loaded = use_tls(listener, *tls); !loaded) return tl::unexpected{loaded.error()};
    }
    ErrorCode ec;
    listener.acceptor.assign(asio::generic::stream_protocol{name.ss_family, 0}, descriptor, ec);
    if (ec) return tl::unexpected{fmt::format("descriptor {}: {}", descriptor, ec.message())};
    return begin(std::move(fresh), std::nullopt);
  }

  tl::expected<void, std::string> listen_local(const std::string& path) {
    ErrorCode ec;
    const auto failed = [&](const char* step) { return tl::unexpected{fmt::format("{}: {}: {}", path, step, ec.message())}; };
    if (path.size() >= sizeof(sockaddr_un::sun_path)) return tl::unexpected{fmt::format("{}: too long for a socket", path)};
    const asio::generic::stream_protocol::endpoint place{asio::local::stream_protocol::endpoint{path}};
    std::list<Listener> fresh;
    Listener& listener = fresh.emplace_back(edge_->io);
    if (listener.acceptor.open(place.protocol(), ec)) return failed("socket");
    remove_dead_socket(place, path);
    const mode_t usual = ::umask(0077);   // from its first moment on for nobody else
    listener.acceptor.bind(place, ec);
    ::umask(usual);
    if (ec) return failed("bind");
    local_paths_.push_back(path);
    if (listener.acceptor.listen(asio::socket_base::max_listen_connections, ec)) return failed("listen");
    const auto begun = begin(std::move(fresh), std::nullopt);
    if (!begun) return tl::unexpected{begun.error()};
    return {};
  }

  [[nodiscard]] std::string key_digest() const {
    for (const Listener& listener : listeners_)
      if (listener.tls) return http::key_digest(*listener.tls);
    return {};
  }

  tl::expected<void, std::string> reload_tls() {
    std::vector<std::shared_ptr<TlsContext>> fresh;
    for (const Listener& listener : listeners_) {
      if (!listener.files) continue;
      auto loaded = load_tls(listener.files->certificate_file, listener.files->key_file);
      if (!loaded) return tl::unexpected{loaded.error()};
      fresh.push_back(std::move(*loaded));
    }
    auto next = fresh.begin();
    for (Listener& listener : listeners_)
      if (listener.files) listener.tls = std::move(*next++);
    return {};
  }

  void stop(std::function<void()> done) {
    if (edge_->stopping) return;
    edge_->stopping = true;
    done_ = std::move(done);
    ErrorCode ignored;
    for (Listener& listener : listeners_) listener.acceptor.close(ignored);
    for (Connection* const connection : edge_->connections()) connection->stop();
    edge_->on_last_left = [this] { stop_timer_.cancel(); };
    if (!edge_->connections().empty()) stop_timer_.expires_after(edge_->settings.timeouts.stop);
    stop_timer_.async_wait([this, edge = edge_](const ErrorCode&) {
      if (!edge->gone) finish_stop();
    });
  }

  [[nodiscard]] const Counters& counters() const { return edge_->counters; }

 private:
  Port begin(std::list<Listener> fresh, const std::optional<TlsFiles>& tls) {
    Listener& listener = fresh.front();
    if (tls) {
      if (auto loaded = use_tls(listener, *tls); !loaded) return tl::unexpected{loaded.error()};
    }
    ErrorCode ec;
    const auto local = listener.acceptor.local_endpoint(ec);
    if (ec) return tl::unexpected{ec.message()};
    listener.acceptor.non_blocking(true, ec);
    listeners_.splice(listeners_.end(), fresh);
    asio::co_spawn(edge_->io, accept_loop(edge_, listener), LogFailure{edge_});
    if (local.protocol().family() == AF_UNIX) return std::uint16_t{0};
    asio::ip::tcp::endpoint address;
    std::memcpy(address.data(), local.data(), local.size());
    return address.port();
  }

  static tl::expected<void, std::string> use_tls(Listener& listener, const TlsFiles& files) {
    auto loaded = load_tls(files.certificate_file, files.key_file);
    if (!loaded) return tl::unexpected{loaded.error()};
    listener.tls = std::move(*loaded);
    listener.files = files;
    return {};
  }

  /// A file that a daemon left behind when it was killed; one that answers is left alone.
  void remove_dead_socket(const asio::generic::stream_protocol::endpoint& place, const std::string& path) {
    ErrorCode ec;
    Socket probe{edge_->io};
    if (probe.connect(place, ec) == asio::error::connection_refused) ::unlink(path.c_str());
  }

  /// In time or not: whoever is left is cut off.
  void finish_stop() {
    edge_->on_last_left = nullptr;
    for (Connection* const connection : edge_->connections()) connection->abort();
    if (done_) std::exchange(done_, nullptr)();
  }

  std::shared_ptr<Edge> edge_;
  std::list<Listener> listeners_;  // the accept loops hold references
  std::vector<std::string> local_paths_;
  std::shared_ptr<Timer> tick_;
  Timer stop_timer_;
  std::function<void()> done_;
};

Server::Server(asio::io_context& io, Application& application, Hub& hub, Options options)
    : impl_{std::make_unique<Impl>(io, application, hub, std::move(options))} {}
Server::~Server() = default;
tl::expected<std::uint16_t, std::string> Server::listen(const Endpoint& endpoint) { return impl_->listen(endpoint); }
tl::expected<std::uint16_t, std::string> Server::adopt(int descriptor, std::optional<TlsFiles> tls) {
  return impl_->adopt(descriptor, std::move(tls));
}
tl::expected<void, std::string> Server::listen_local(const std::string& path) { return impl_->listen_local(path); }
std::string Server::key_digest() const { return impl_->key_digest(); }
tl::expected<void, std::string> Server::reload_tls() { return impl_->reload_tls(); }
void Server::stop(std::function<void()> done) { impl_->stop(std::move(done)); }
const Counters& Server::counters() const { return impl_->counters(); }

}  // namespace skranke::http
