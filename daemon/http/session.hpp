#pragma once
// One HTTP/1.1 connection. A template over the stream so that TLS is compiled in a unit of its own; what needs no
// stream is in session_base.cpp.
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <string>

#include "daemon/http/session_base.hpp"
#include "daemon/http/stream.hpp"
#include "daemon/http/web_socket.hpp"

namespace skranke::http {

template <class Stream>
class Session final : public SessionBase {
 public:
  Session(std::shared_ptr<Edge> edge, Stream stream, const Peer& peer)
      : SessionBase{std::move(edge), peer, is_tls<Stream>}, stream_{std::move(stream)} {}
  ~Session() override {
    if (!handed_over_) edge_->release(remote_);
  }

  /// Runs until the connection is closed or has become a WebSocket. `self` keeps it alive.
  static Awaitable<void> run(std::shared_ptr<Session> self) {
    Session& session = *self;
    if (!co_await session.handshake()) co_return;
    co_await session.serve();
    if (!session.handed_over_) co_await session.close();
  }

  void expire() override {
    expired_ = true;
    // A write that is not taken is cut off; a read is cancelled, so that the coroutine can say 408.
    if (phase_ == Phase::writing || phase_ == Phase::lingering || phase_ == Phase::handshake)
      abort();
    else
      cancel();
  }
  void stop() override {
    if (phase_ == Phase::idle || phase_ == Phase::handshake) {
      over_ = true;
      cancel();
    }
  }
  void abort() override {
    over_ = true;
    ErrorCode ignored;
    tcp(stream_).close(ignored);
  }

 private:
  void cancel() {
    ErrorCode ignored;
    tcp(stream_).cancel(ignored);
  }

  Awaitable<bool> handshake() {
    if constexpr (is_tls<Stream>) {
      set_phase(Phase::handshake);
      const auto [ec] = co_await stream_.async_handshake(Stream::server, as_tuple);
      if (ec) co_return false;
      set_channel(channel_of(stream_));
    }
    co_return !over_;
  }

  Awaitable<void> serve() {
    unsigned served_in_a_row = 0;
    while (!over_) {
      const auto progress = reader_.advance();
      if (progress == RequestReader::Progress::complete) {
        if (wants_web_socket()) {
          if (co_await upgrade()) co_return;
        } else {
          Reply reply = first_reply();
          if (must_settle(reply)) reply.response = co_await settle(std::move(reply));
          if (!send_now(reply.response)) co_await send_rest();
        }
        linger_ = linger_ || !reader_.behind().empty();
        reader_.finish();
        constexpr unsigned most_in_a_row = 32;  // a client that pipelines lets others have their turn
        if (++served_in_a_row % most_in_a_row == 0) co_await asio::post(edge_->io.get_executor(), use_awaitable);
        continue;
      }
      if (progress == RequestReader::Progress::fault) {
        co_await refuse(reader_.fault());
        co_return;
      }
      if (!fits_in_memory()) {
        co_await refuse({503, "busy", ""});
        co_return;
      }
      if (progress == RequestReader::Progress::continue_expected && !co_await say_continue()) co_return;
      if (!before_read()) co_return;
      served_in_a_row = 0;
      const std::span<char> room = reader_.room();
      const auto [ec, bytes] = co_await stream_.async_read_some(asio::buffer(room.data(), room.size()), as_tuple);
      reader_.filled(bytes);
      if (!ec) continue;
      if (expired_ && !reader_.idle() && !over_) co_await refuse({408, "timeout", ""});
      over_ = true;
    }
  }

  /// Builds the answer and gives the system what it takes. False: send_rest() must be awaited.
  bool send_now(Response& response) {
    const Buffers all = build_answer(response);
    ErrorCode ec;
    const std::size_t sent = write_now(stream_, all, ec);
    if (ec) return over_ = true;
    return keep_rest(all, sent, response);
  }

  Awaitable<void> send_rest() {
    set_phase(Phase::writing);
    const Buffers rest = rest_;
    const auto [ec, bytes] = co_await asio::async_write(stream_, rest, as_tuple);
    if (ec) over_ = true;
    drop_rest();
  }

  Awaitable<void> refuse(Fault fault) {
    Response response = refusal(fault);
    if (!send_now(response)) co_await send_rest();
  }

  Awaitable<bool> say_continue() {
    set_phase(Phase::writing);
    constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [ec, bytes] = co_await asio::async_write(stream_, asio::buffer(line.data(), line.size()), as_tuple);
    co_return !ec && !over_;
  }

  /// True when the connection now belongs to a WebSocket; false when an ordinary answer was sent.
  Awaitable<bool> upgrade() {
    auto subscription = subscribe();
    if (!subscription) {
      if (!send_now(subscription.error())) co_await send_rest();
      co_return false;
    }
    const std::uint64_t wanted = subscription->durable_after;
    // Registered before the wait, or a change that is published meanwhile would be lost to it.
    auto socket = std::make_shared<WebSocket<Stream>>(edge_, remote_, std::move(*subscription));
    if (!is_durable(wanted)) {
      const Commit commit = co_await wait_durable(wanted);
      if (commit != Commit::durable) {
        socket->withdraw();
        Response response = commit_failed(commit);
        if (!send_now(response)) co_await send_rest();
        co_return false;
      }
    }
    if (over_ || edge_->stopping) {
      socket->withdraw();
      over_ = true;
      co_return false;
    }
    handed_over_ = true;
    deadline_ms_ = no_deadline;
    socket->take_over(std::move(stream_), switching_protocols(), reader_.behind());
    asio::co_spawn(edge_->io.get_executor(), WebSocket<Stream>::run(socket), LogFailure{edge_});
    co_return true;
  }

  /// After a refusal the client may still be sending: that is read and thrown away for a while, or the system would
  /// answer it with a reset and the client would never see why.
  Awaitable<void> close() {
    if (!tcp(stream_).is_open()) co_return;
    set_phase(Phase::lingering);
    ErrorCode ignored;
    if constexpr (is_tls<Stream>) {
      const auto [ec] = co_await stream_.async_shutdown(as_tuple);
    } else {
      tcp(stream_).shutdown(asio::socket_base::shutdown_send, ignored);
      std::array<char, 1024> waste;
      std::size_t total = 0;
      while (linger_ && total < edge_->settings.limits.linger_bytes) {
        const auto [ec, bytes] = co_await stream_.async_read_some(asio::buffer(waste), as_tuple);
        total += bytes;
        if (ec) break;
      }
    }
    tcp(stream_).close(ignored);
  }

  Stream stream_;
  bool handed_over_ = false;
};

}  // namespace skranke::http
