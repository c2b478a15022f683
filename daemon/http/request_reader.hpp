#pragma once
// From bytes to a Request, without a socket: the session asks for room, fills it, asks how far it got.
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "daemon/http/chunked.hpp"
#include "daemon/http/request_head.hpp"

namespace skranke::http {

/// Reads the requests of one connection, one at a time; bytes of the next one may already be there. Memory:
/// `head_bytes` while a head comes in, head and body up to `body_bytes` while a body does; a large buffer is given back
/// after its request.
class RequestReader {
 public:
  enum class Progress : std::uint8_t {
    need_more,          ///< read into room(), call filled(), then advance() again
    continue_expected,  ///< the same, but the client waits for "100 Continue" first (said once)
    complete,           ///< request() holds until finish()
    fault,              ///< fault() says why; nothing more can be read from this connection
  };

  /// `limits` is kept by reference.
  explicit RequestReader(const Limits& limits) : limits_{limits} {}

  [[nodiscard]] std::span<char> room();
  void filled(std::size_t bytes) { end_ += bytes; }
  [[nodiscard]] Progress advance();

  [[nodiscard]] Request& request() { return request_; }
  [[nodiscard]] const Head& head() const { return head_; }
  [[nodiscard]] const Fault& fault() const { return fault_; }
  [[nodiscard]] bool in_body() const { return stage_ == Stage::body || stage_ == Stage::chunks; }
  [[nodiscard]] std::size_t memory_bytes() const { return capacity_; }
  /// No byte of a request is here: the connection may be closed without a word.
  [[nodiscard]] bool idle() const { return stage_ == Stage::head && begin_ == end_; }
  /// Drops the request that was answered and turns to what came behind it.
  void finish();
  /// What came behind the present, complete request (WebSocket frames behind the handshake).
  [[nodiscard]] std::string_view behind() const { return {buffer_.get() + next_, end_ - next_}; }

 private:
  enum class Stage : std::uint8_t { head, body, chunks, complete, fault };
  Progress advance_head();
  Progress advance_body();
  Progress advance_chunks();
  Progress complete(std::size_t body_bytes);
  Progress fail(Fault fault);
  [[nodiscard]] std::optional<Fault> unfit_first_line() const;
  void grow(std::size_t capacity);
  [[nodiscard]] std::string_view head_bytes() const { return {buffer_.get() + begin_, head_end_ - begin_}; }

  const Limits& limits_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;     // of the present request
  std::size_t scan_ = 0;      // where the search for the empty line goes on
  std::size_t head_end_ = 0;  // body begins
  std::size_t next_ = 0;      // of the request behind
  std::size_t end_ = 0;       // of what has been read
  Head head_;
  Request request_;
  ChunkDecoder chunks_;
  Fault fault_{400, "malformed", ""};
  Stage stage_ = Stage::head;
  bool moved_ = false;  // the buffer moved after the head was parsed: its views are stale
};

}  // namespace skranke::http
