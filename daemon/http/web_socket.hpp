#pragma once
// One WebSocket: a reader for the client's few messages and a writer that never holds more than the newest frame of
// each topic.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "daemon/http/edge.hpp"
#include "daemon/http/stream.hpp"
#include "daemon/http/ws_frame.hpp"

namespace skranke::http {

template <class Stream>
class WebSocket final : public Connection, public Watcher, public std::enable_shared_from_this<WebSocket<Stream>> {
 public:
  /// Registers with the hub; frames are kept back until take_over().
  WebSocket(std::shared_ptr<Edge> edge, const asio::ip::address& remote, Subscription subscription)
      : Connection{std::move(edge), remote},
        reader_{edge_->settings.limits.message_bytes},
        seen_seq_{subscription.durable_after} {
    for (const Bytes& text : subscription.frames)
      pending_.push_back({first_slot, std::make_shared<const std::string>(text_frame(*text))});
    id_ = edge_->watchers.add(*this, std::move(subscription.topics), std::move(subscription.name), remote.to_string(),
                              std::move(subscription.credential));
    ++edge_->counters.open_web_sockets;
  }
  ~WebSocket() override {
    if (stream_) edge_->release(remote_);
    --edge_->counters.open_web_sockets;
    if (!edge_->gone) edge_->watchers.remove(id_);
  }

  /// The handshake will not be answered: nobody is to hear of this connection.
  void withdraw() {
    if (!edge_->gone) edge_->watchers.remove(id_);
    dead_ = true;
  }

  /// `behind` are bytes that came with the handshake.
  void take_over(Stream stream, std::string handshake, std::string_view behind) {
    stream_.emplace(std::move(stream));
    early_.assign(behind);
    ErrorCode ignored;
    // Old news must not pile up in the system's buffer, where the newest cannot replace it; and a board whose power
    // went must not look alive.
    tcp(*stream_).set_option(asio::socket_base::send_buffer_size{send_buffer_bytes}, ignored);
    // Behind our own deadline, which sees a reader that stalls; this one sees a box that vanished while nothing waits
    // here.
    const auto silence = edge_->settings.timeouts.stalled + std::chrono::seconds{5};
    const int milliseconds = static_cast<int>(silence.count());
    tcp(*stream_).set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>{milliseconds},
                             ignored);
    pending_.insert(pending_.begin(), {first_slot, std::make_shared<const std::string>(std::move(handshake))});
  }

  static Awaitable<void> run(std::shared_ptr<WebSocket> self) {
    WebSocket& socket = *self;
    socket.held_ = false;
    socket.wake_writer();
    co_await socket.read();
    socket.dead_ = true;
    if (!socket.edge_->gone) {
      socket.edge_->watchers.remove(socket.id_);
      socket.edge_->application.client_gone(socket.id_);
    }
    ErrorCode ignored;
    tcp(*socket.stream_).close(ignored);  // ends the writer too
  }

  void offer(std::uint32_t slot, const Frame& frame) override {
    if (dead_ || closing_) return;
    if (!is_tls<Stream> && !held_ && !writing_) return send_now(frame);
    put(slot, frame);
    if (!held_) wake_writer();
  }
  [[nodiscard]] std::uint64_t seen_seq() const override { return seen_seq_; }

  void dismiss() override { close(CloseCode::not_allowed); }

  void expire() override { abort(); }
  void stop() override { close(CloseCode::going_away); }
  void abort() override {
    dead_ = true;
    ErrorCode ignored;
    if (stream_) tcp(*stream_).close(ignored);
  }

 private:
  static constexpr std::uint32_t first_slot = 0xffffffff;  // in order, none replaces another
  static constexpr std::uint32_t pong_slot = 0xfffffffe;
  static constexpr int send_buffer_bytes = 64 * 1024;
  struct Pending {
    std::uint32_t slot;
    Frame frame;
  };

  void send_now(const Frame& frame) {
    ErrorCode ec;
    const std::size_t sent = write_now(*stream_, asio::buffer(*frame), ec);
    if (ec) return abort();
    if (sent == frame->size()) {
      ++edge_->counters.frames_sent;
      return;
    }
    sending_ = frame;
    sent_ = sent;
    wake_writer();
  }

  /// The newest of a slot takes the place of the one that waits. Bounded: one per topic, a ping, a pong, and the first
  /// frames.
  void put(std::uint32_t slot, const Frame& frame) {
    const auto older = slot == first_slot ? pending_.end()
                                          : std::find_if(pending_.begin(), pending_.end(),
                                                         [slot](const Pending& p) { return p.slot == slot; });
    if (older == pending_.end()) {
      pending_.push_back({slot, frame});
      return;
    }
    older->frame = frame;
    ++edge_->counters.frames_overtaken;
  }

  void wake_writer() {
    if (writing_ || dead_ || (!sending_ && pending_.empty())) return;
    writing_ = true;
    asio::co_spawn(edge_->io.get_executor(), write(this->shared_from_this()), LogFailure{edge_});
  }

  /// Runs while something waits. Each byte that the reader takes gives it a new deadline.
  static Awaitable<void> write(std::shared_ptr<WebSocket> self) {
    WebSocket& socket = *self;
    const Timeouts& timeouts = socket.edge_->settings.timeouts;
    while (!socket.dead_ && (socket.sending_ || socket.next_frame())) {
      if (!socket.closing_) socket.deadline_ms_ = socket.edge_->deadline(timeouts.stalled);
      const auto rest = asio::buffer(*socket.sending_) + socket.sent_;
      const auto [ec, bytes] = co_await socket.stream_->async_write_some(rest, as_tuple);
      if (ec) {
        socket.abort();
        break;
      }
      socket.sent_ += bytes;
      if (socket.sent_ < socket.sending_->size()) continue;
      ++socket.edge_->counters.frames_sent;
      socket.sending_ = nullptr;
    }
    socket.writing_ = false;
    if (!socket.closing_) socket.deadline_ms_ = no_deadline;
    socket.end_when_sent();
  }

  bool next_frame() {
    if (pending_.empty()) {
      pending_.shrink_to_fit();
      return false;
    }
    sending_ = std::move(pending_.front().frame);
    sent_ = 0;
    pending_.erase(pending_.begin());
    return true;
  }

  Awaitable<void> read() {
    bool open = take({early_.data(), early_.size()});
    std::string{}.swap(early_);
    while (open && !dead_) {
      const auto [ec, bytes] = co_await stream_->async_read_some(asio::buffer(incoming_), as_tuple);
      if (ec || edge_->gone) co_return;
      open = take({incoming_.data(), bytes});
    }
    // Until the other side has read our goodbye: a close with bytes unread would be a reset, and the reason would be
    // lost.
    draining_ = true;
    end_when_sent();
    while (!dead_) {
      const auto [ec, bytes] = co_await stream_->async_read_some(asio::buffer(incoming_), as_tuple);
      if (ec) co_return;
    }
  }

  /// False when nothing more is to be understood from this side.
  bool take(std::span<char> in) {
    for (;;) {
      const auto message = reader_.next(in);
      if (!message) {
        close(message.error());
        return false;
      }
      if (!*message) return true;
      const FrameReader::Message& it = **message;
      switch (it.kind) {
        case FrameReader::Kind::text: hear(it.payload); break;
        case FrameReader::Kind::ping:
          offer(pong_slot, std::make_shared<const std::string>(pong_frame(it.payload)));
          break;
        case FrameReader::Kind::pong: break;
        case FrameReader::Kind::close:
          peer_done_ = true;
          close(it.code);
          return false;
      }
    }
  }

  void hear(std::string_view text) {
    if (closing_) return;
    try {
      edge_->application.client_message(id_, text);
    } catch (const std::exception& error) {
      ++edge_->counters.handler_failures;
      edge_->log(std::string{"a WebSocket message failed: "} + error.what());
      close(CloseCode::internal);
    }
  }

  /// Says goodbye; what still waits is dropped. The other side has `linger` to answer.
  void close(CloseCode code) {
    if (closing_ || dead_ || held_) return;
    const Frame frame = std::make_shared<const std::string>(close_frame(code));
    pending_.clear();
    if (!is_tls<Stream> && !writing_)
      send_now(frame);
    else
      put(first_slot, frame);
    closing_ = true;
    deadline_ms_ = edge_->deadline(edge_->settings.timeouts.linger);
    wake_writer();
  }

  void end_when_sent() {
    ErrorCode ignored;
    if (!draining_ || writing_ || dead_) return;
    if (peer_done_)
      abort();  // both have said it
    else
      tcp(*stream_).shutdown(asio::socket_base::shutdown_send, ignored);
  }

  std::optional<Stream> stream_;
  FrameReader reader_;
  std::uint64_t seen_seq_;
  ConnectionId id_ = 0;
  Frame sending_;  // partly sent
  std::size_t sent_ = 0;
  std::vector<Pending> pending_;
  std::string early_;
  std::array<char, 512> incoming_;
  bool held_ = true;        // until the handshake is answered
  bool writing_ = false;    // a writer coroutine runs
  bool closing_ = false;    // our close frame is on its way
  bool draining_ = false;   // nothing is understood any more, see read()
  bool peer_done_ = false;  // its close frame came
  bool dead_ = false;
};

}  // namespace skranke::http
