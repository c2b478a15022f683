#pragma once
// The part of an HTTP session that does not know its stream: phases and deadlines, asking the application, building the
// answer.
#include <array>
#include <boost/asio/buffer.hpp>
#include <memory>
#include <string>

#include "daemon/http/edge.hpp"
#include "daemon/http/request_reader.hpp"

namespace skranke::http {

class SessionBase : public Connection {
 protected:
  enum class Phase : std::uint8_t { handshake, idle, head, body, handling, writing, lingering };
  using Buffers = std::array<asio::const_buffer, 2>;

  SessionBase(std::shared_ptr<Edge> edge, const Peer& peer, bool secure);
  ~SessionBase() override { edge_->counters.buffered_bytes -= counted_bytes_; }

  void set_channel(std::string bytes);
  void set_phase(Phase phase);
  /// Sets the phase that the reader is in. False when the connection should close instead of reading on.
  [[nodiscard]] bool before_read();

  /// Counts this session's buffer. False when all sessions together would hold too much: ten thousand slow bodies must
  /// not eat the box.
  [[nodiscard]] bool fits_in_memory();

  [[nodiscard]] bool wants_web_socket();
  /// What the edge answers by itself (OPTIONS, unknown methods), or the application's reply.
  [[nodiscard]] Reply first_reply();
  [[nodiscard]] bool is_durable(std::uint64_t seq) const { return seq == 0 || edge_->application.is_durable(seq); }
  [[nodiscard]] bool must_settle(const Reply& reply) const;
  /// Runs the chain of offloads and waits for the commit.
  Awaitable<Response> settle(Reply reply);
  Awaitable<Commit> wait_durable(std::uint64_t seq);
  [[nodiscard]] Response commit_failed(Commit why);

  /// The watch list that the application grants, or the answer that refuses it.
  [[nodiscard]] tl::expected<Subscription, Response> subscribe();
  [[nodiscard]] std::string switching_protocols() const;

  /// A fault of the client's: the connection closes after the answer.
  [[nodiscard]] Response refusal(const Fault& fault);
  /// Head and body of the answer; the head is in the edge's scratch. Decides whether the connection stays.
  [[nodiscard]] Buffers build_answer(Response& response);
  /// Keeps what was not sent, head bytes copied, body moved out of `response`. True when nothing is left.
  [[nodiscard]] bool keep_rest(const Buffers& all, std::size_t sent, Response& response);
  void drop_rest();

  RequestReader reader_;
  Buffers rest_{};
  bool over_ = false;    ///< close when the present step is done
  bool linger_ = false;  ///< the client may still be sending: see Session::close
  bool expired_ = false;
  Phase phase_ = Phase::idle;

 private:
  Awaitable<Reply> offload(std::function<Reply()> job, bool slow);
  [[nodiscard]] Reply run_then(std::function<Reply()> then);
  [[nodiscard]] Response denied(const Fault& fault);

  struct Rest {
    std::string head;
    Response response;
  };
  std::unique_ptr<Rest> rest_owner_;
  std::string remote_text_, channel_;
  std::size_t counted_bytes_ = 0;
};

}  // namespace skranke::http
