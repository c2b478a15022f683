// The agent's one file with Beast in it.
#include "agent/link.hpp"

#include <chrono>
#include <deque>
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <fmt/format.h>

#include "wire/agent_pairing.hpp"

namespace skranke::agent {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
namespace ssl = asio::ssl;
using namespace std::chrono_literals;
using ErrorCode = boost::system::error_code;
using Plain = asio::generic::stream_protocol::socket;
using Tls = ssl::stream<Plain>;
template <class T>
using Awaitable = asio::awaitable<T>;

namespace {

constexpr auto quick = asio::as_tuple(asio::use_awaitable);
constexpr auto step_patience = 5s;          // for connecting, a handshake, an answer
constexpr auto silence_patience = 12s;      // the daemon's heart beats every four
constexpr auto first_pause = 250ms, longest_pause = 8'000ms;
constexpr std::size_t message_bytes_max = 1 << 20;

struct Sockets {
  asio::io_context& io;
  Target target;
  Trust trust;
  ssl::context tls{ssl::context::tls_client};
  std::string fault = {};   ///< why a connection was given up, where the system's word for it would not help anybody
  [[nodiscard]] bool pins() const { return trust.identity != nullptr || trust.meeting != nullptr; }
};

constexpr std::string_view other_key =
    "the daemon shows another certificate than the one this box was paired with: somebody stands between them, or the certificate has a new key. "
    "Nothing was sent. When the new one is right: skranke-agent --pair";
constexpr std::string_view unknown_box = "the daemon does not know this box (any more): its access was taken away in the office. To let it in again: skranke-agent --pair";
constexpr std::string_view unknown_token = "the daemon does not know the token of this box (any more)";

/// SHA-256 of the public key that the other end has just shown to hold.
std::string key_of(Tls& stream) {
  X509* certificate = SSL_get1_peer_certificate(stream.native_handle());
  if (certificate == nullptr) return {};
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes);
  const std::string digest = size > 0 ? sha256({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)}) : std::string{};
  OPENSSL_free(bytes);
  X509_free(certificate);
  return digest;
}

/// Whether that is who we speak to; before anything is sent.
bool is_known(Sockets& sockets, Tls& stream) {
  const std::string key = key_of(stream);
  if (sockets.trust.meeting != nullptr && sockets.trust.meeting->empty()) *sockets.trust.meeting = key;
  const std::string& wanted = sockets.trust.meeting != nullptr ? *sockets.trust.meeting : sockets.trust.identity->daemon_key();
  const bool known = !key.empty() && key == wanted;
  if (!known) sockets.fault = other_key;
  return known;
}

std::string authorization(const Sockets& sockets, Plain&) { return sockets.trust.token.empty() ? "" : "Bearer " + sockets.trust.token; }

/// The own key signs what only the two ends of this very connection know.
std::string authorization(const Sockets& sockets, Tls& stream) {
  if (sockets.trust.identity == nullptr) return sockets.trust.token.empty() ? "" : "Bearer " + sockets.trust.token;
  constexpr std::string_view label = "EXPORTER-Channel-Binding";   // RFC 9266
  std::string channel(wire::channel_bytes, '\0');
  SSL_export_keying_material(stream.native_handle(), reinterpret_cast<unsigned char*>(channel.data()), channel.size(), label.data(), label.size(), nullptr, 0, 0);
  const Identity& identity = *sockets.trust.identity;
  return fmt::format("{}{}.{}", wire::agent_scheme, wire::to_hex(identity.public_key()), wire::to_hex(identity.sign(wire::channel_message(channel))));
}

/// Runs out of patience by closing the socket under whatever waits on it.
class Deadline {
 public:
  Deadline(Plain& socket, std::chrono::milliseconds patience) : timer_{socket.get_executor()} {
    timer_.expires_after(patience);
    timer_.async_wait([&socket, waiting = waiting_](ErrorCode error) {
      if (error || !*waiting) return;
      ErrorCode ignored;
      socket.close(ignored);
    });
  }
  ~Deadline() { *waiting_ = false; }   // it may have run out while what it watched was done: then it must not touch the socket any more
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  asio::steady_timer timer_;
  std::shared_ptr<bool> waiting_ = std::make_shared<bool>(true);
};

Awaitable<ErrorCode> connect(Sockets& sockets, Plain& socket) {
  if (!sockets.target.socket.empty()) {
    const asio::local::stream_protocol::endpoint local{sockets.target.socket};
    const auto [error] = co_await socket.async_connect(asio::generic::stream_protocol::endpoint{local}, quick);
    co_return error;
  }
  asio::ip::tcp::resolver resolver{sockets.io};   // the system's resolver has a patience of its own, and cannot be hurried
  const auto [looked_up, found] = co_await resolver.async_resolve(sockets.target.host, sockets.target.port, quick);
  if (looked_up) co_return looked_up;
  ErrorCode last = asio::error::host_not_found;
  for (const auto& entry : found) {
    ErrorCode ignored;
    socket.close(ignored);
    const asio::generic::stream_protocol::endpoint endpoint{entry.endpoint()};
    const Deadline deadline{socket, step_patience};
    const auto [error] = co_await socket.async_connect(endpoint, quick);
    last = error;
    if (!error) break;
  }
  co_return last;
}

/// A stream of either kind, connected and, where it is TLS, shaken hands on with the daemon's name checked.
Awaitable<std::pair<ErrorCode, std::unique_ptr<Plain>>> open(Sockets& sockets, Plain*) {
  auto socket = std::make_unique<Plain>(sockets.io);
  const ErrorCode error = co_await connect(sockets, *socket);
  co_return std::pair{error, std::move(socket)};
}

Awaitable<std::pair<ErrorCode, std::unique_ptr<Tls>>> open(Sockets& sockets, Tls*) {
  auto stream = std::make_unique<Tls>(Plain{sockets.io}, sockets.tls);
  ErrorCode error = co_await connect(sockets, stream->next_layer());
  if (!error) {
    SSL_set_tlsext_host_name(stream->native_handle(), sockets.target.host.c_str());
    if (sockets.pins())
      SSL_set_min_proto_version(stream->native_handle(), TLS1_3_VERSION);   // the key is looked at below, and says more than any authority
    else
      stream->set_verify_mode(ssl::verify_peer), stream->set_verify_callback(ssl::host_name_verification{sockets.target.host});
    const Deadline deadline{stream->next_layer(), step_patience};
    const auto [shaken] = co_await stream->async_handshake(ssl::stream_base::client, quick);
    error = shaken;
    if (!error && sockets.pins() && !is_known(sockets, *stream)) error = asio::error::access_denied;
  }
  co_return std::pair{error, std::move(stream)};
}

Plain& socket_of(Plain& socket) { return socket; }
Plain& socket_of(Tls& stream) { return stream.next_layer(); }

struct Waiting {
  Ask ask;
  std::function<void(Answered)> done;
};

}  // namespace

class Link::Wire : public std::enable_shared_from_this<Link::Wire> {
 public:
  Wire(asio::io_context& io, DaemonAddress address, Trust trust, std::vector<std::string> topics, Listener listener)
      : sockets_{io, {}, std::move(trust)}, address_{std::move(address)}, topics_{std::move(topics)}, listener_{std::move(listener)}, pause_{io}, more_{io} {}

  void start() {
    auto target = parse_url(address_.url);
    if (!target) return tell_down(target.error());
    sockets_.target = *target;
    if (sockets_.target.tls && !sockets_.pins()) trust();
    if (!topics_.empty()) asio::co_spawn(sockets_.io, watch(shared_from_this()), asio::detached);
    asio::co_spawn(sockets_.io, answer(shared_from_this()), asio::detached);
  }

  void stop() {
    stopped_ = true;
    pause_.cancel();
    more_.cancel();
    ErrorCode ignored;
    if (watching_ != nullptr) watching_->close(ignored);
    if (asking_ != nullptr) asking_->close(ignored);
    for (Waiting& waiting : std::exchange(waiting_, {})) waiting.done({});
  }

  void ask(Ask ask, std::function<void(Answered)> done) {
    if (stopped_ || waiting_.size() >= asks_max) return asio::post(sockets_.io, [done = std::move(done)] { done({}); });
    waiting_.push_back({std::move(ask), std::move(done)});
    more_.cancel();
  }

 private:
  void trust() {
    ErrorCode error;
    if (address_.certificate_file.empty())
      sockets_.tls.set_default_verify_paths(error);
    else
      sockets_.tls.load_verify_file(address_.certificate_file, error);
    if (error) tell_down(fmt::format("{}: {}", address_.certificate_file, error.message()));
  }

  void tell_down(const std::string& why) {
    if (listener_.down) listener_.down(why);
  }

  static Awaitable<void> watch(std::shared_ptr<Wire> self) {
    auto pause = first_pause;
    while (!self->stopped_) {
      self->sockets_.fault.clear();
      const auto began = std::chrono::steady_clock::now();
      ErrorCode why;   // two statements: g++ 12 destroys the results of a conditional with co_await twice
      if (self->sockets_.target.tls)
        why = co_await self->watch_once(static_cast<Tls*>(nullptr));
      else
        why = co_await self->watch_once(static_cast<Plain*>(nullptr));
      self->watching_ = nullptr;
      if (self->stopped_) break;
      self->tell_down(self->sockets_.fault.empty() ? why.message() : self->sockets_.fault);
      if (std::chrono::steady_clock::now() - began > longest_pause) pause = first_pause;   // it had stood: try again at once
      self->pause_.expires_after(pause);
      static_cast<void>(co_await self->pause_.async_wait(quick));
      pause = std::min<std::chrono::milliseconds>(2 * pause, longest_pause);
    }
  }

  template <class Stream>
  Awaitable<ErrorCode> watch_once(Stream* kind) {
    auto [error, stream] = co_await open(sockets_, kind);
    if (error) co_return error;
    const std::string head = authorization(sockets_, *stream);
    websocket::stream<Stream> socket{std::move(*stream)};
    watching_ = &socket_of(socket.next_layer());
    socket.read_message_max(message_bytes_max);
    socket.set_option(websocket::stream_base::decorator([head](websocket::request_type& request) {
      if (!head.empty()) request.set(http::field::authorization, head);
    }));
    std::string path = "/api/v1/events?topics=";
    for (const std::string& topic : topics_) path += (path.back() == '=' ? "" : ",") + topic;
    {
      const Deadline deadline{*watching_, step_patience};
      websocket::response_type answer;
      const auto [shaken] = co_await socket.async_handshake(answer, host(), path, quick);
      if (shaken == websocket::error::upgrade_declined) note_refusal(answer.result_int(), answer.body());
      if (shaken) co_return shaken;
    }
    if (stopped_) co_return ErrorCode{};
    listener_.up();
    beast::flat_buffer buffer;
    while (true) {
      const Deadline deadline{*watching_, silence_patience};
      const auto [failed, bytes] = co_await socket.async_read(buffer, quick);
      if (failed || stopped_) co_return failed;
      listener_.heard({static_cast<const char*>(buffer.data().data()), buffer.size()});
      buffer.consume(buffer.size());
    }
  }

  void note_refusal(unsigned status, const std::string& body) {
    if (status == 401)
      sockets_.fault = sockets_.trust.identity != nullptr ? unknown_box : unknown_token;
    else
      sockets_.fault = fmt::format("the daemon answered {} {}", status, body.substr(0, 300));
  }

  static Awaitable<void> answer(std::shared_ptr<Wire> self) {
    while (!self->stopped_) {
      if (self->waiting_.empty()) {
        self->more_.expires_after(1h);
        static_cast<void>(co_await self->more_.async_wait(quick));
        continue;
      }
      Waiting waiting = std::move(self->waiting_.front());
      self->waiting_.pop_front();
      Answered answered;
      for (int attempt = 0; attempt < 2 && answered.status == 0 && !self->stopped_; ++attempt) {
        if (self->sockets_.target.tls)
          answered = co_await self->ask_once(waiting.ask, static_cast<Tls*>(nullptr));
        else
          answered = co_await self->ask_once(waiting.ask, static_cast<Plain*>(nullptr));
      }
      self->asking_ = nullptr;
      waiting.done(std::move(answered));
    }
  }

  template <class Stream>
  Awaitable<Answered> ask_once(const Ask& ask, Stream* kind) {
    auto [error, stream] = co_await open(sockets_, kind);
    if (error) co_return Answered{0, "", sockets_.fault.empty() ? error.message() : sockets_.fault};
    asking_ = &socket_of(*stream);
    const Deadline deadline{*asking_, step_patience};
    http::request<http::string_body> request{http::string_to_verb(ask.method), ask.path, 11};
    request.set(http::field::host, host());
    if (const std::string head = authorization(sockets_, *stream); !head.empty()) request.set(http::field::authorization, head);
    request.set(http::field::content_type, "application/json");
    request.set(http::field::connection, "close");
    if (!ask.key.empty()) request.set("Idempotency-Key", ask.key);
    request.body() = ask.body;
    request.prepare_payload();
    const auto [unsent, sent] = co_await http::async_write(*stream, request, quick);
    if (unsent) co_return Answered{};
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(message_bytes_max);
    const auto [unread, read] = co_await http::async_read(*stream, buffer, parser, quick);
    asking_ = nullptr;
    if (unread) co_return Answered{};
    co_return Answered{static_cast<int>(parser.get().result_int()), std::move(parser.get().body()), ""};
  }

  [[nodiscard]] std::string host() const { return sockets_.target.socket.empty() ? sockets_.target.host + ":" + sockets_.target.port : "localhost"; }

  Sockets sockets_;
  DaemonAddress address_;
  std::vector<std::string> topics_;
  Listener listener_;
  asio::steady_timer pause_, more_;
  std::deque<Waiting> waiting_;
  Plain* watching_ = nullptr;
  Plain* asking_ = nullptr;
  bool stopped_ = false;
};

Link::Link(asio::io_context& io, DaemonAddress address, Trust trust, std::vector<std::string> topics, Listener listener)
    : wire_{std::make_shared<Wire>(io, std::move(address), std::move(trust), std::move(topics), std::move(listener))} {}
Link::~Link() { wire_->stop(); }
void Link::start() { wire_->start(); }
void Link::stop() { wire_->stop(); }
void Link::ask(Ask ask, std::function<void(Answered)> done) { wire_->ask(std::move(ask), std::move(done)); }

tl::expected<Target, std::string> parse_url(std::string_view url) {
  Target target;
  if (url.starts_with("unix:/")) {
    target.socket = url.substr(5);
    return target;
  }
  target.tls = url.starts_with("https://");
  if (!target.tls && !url.starts_with("http://")) return tl::unexpected{fmt::format("{}: write http://, https:// or unix:/path", url)};
  url.remove_prefix(target.tls ? 8 : 7);
  url = url.substr(0, url.find('/'));
  const std::size_t colon = url.rfind(':');
  const bool has_port = colon != std::string_view::npos && url.find(']', colon) == std::string_view::npos;
  target.host = url.substr(0, has_port ? colon : url.size());
  if (target.host.size() > 1 && target.host.front() == '[') target.host = target.host.substr(1, target.host.size() - 2);
  target.port = has_port ? std::string{url.substr(colon + 1)} : target.tls ? "443" : "80";
  if (target.host.empty() || target.port.empty()) return tl::unexpected{fmt::format("{}: a host and perhaps a port", url)};
  return target;
}

}  // namespace skranke::agent
