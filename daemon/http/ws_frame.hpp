#pragma once
// RFC 6455 framing: what a browser sends us, what we send it. Pure. No extensions: a compressor per connection would
// cost more memory than the connection.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace skranke::http {

enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,  ///< we stop
  protocol_error = 1002,
  unacceptable = 1003,  ///< binary
  not_text = 1007,      ///< not UTF-8
  not_allowed = 1008,   ///< what let it in was taken back
  too_large = 1009,
  internal = 1011,
};

/// Reads masked client frames from any cut of the byte stream. After an error it must not be used again.
class FrameReader {
 public:
  enum class Kind : std::uint8_t { text, ping, pong, close };
  /// `payload` holds until the next call. For `close`: `code` is what the client sent, or `normal`.
  struct Message {
    Kind kind;
    std::string_view payload;
    CloseCode code = CloseCode::normal;
  };

  explicit FrameReader(std::size_t message_bytes_max) : message_bytes_max_{message_bytes_max} {}

  /// Takes bytes from the front of `in` (unmasking them in place) until a message is whole, or `in` is used up
  /// (nothing). The error is the code to close with.
  [[nodiscard]] tl::expected<std::optional<Message>, CloseCode> next(std::span<char>& in);

 private:
  tl::expected<void, CloseCode> begin_frame();
  tl::expected<std::optional<Message>, CloseCode> end_frame();
  tl::expected<std::optional<Message>, CloseCode> end_control();

  std::size_t message_bytes_max_;
  std::string message_;  // of all fragments so far
  std::array<char, 125> control_{};
  std::array<unsigned char, 14> header_{};
  std::uint8_t header_bytes_ = 0;
  std::uint8_t control_bytes_ = 0;
  std::uint8_t mask_at_ = 0;
  bool in_payload_ = false;
  bool in_message_ = false;     // a fragment without FIN came before
  bool message_given_ = false;  // cleared at the next call, since its view was handed out
  std::uint64_t left_ = 0;
  [[nodiscard]] std::uint8_t opcode() const { return header_[0] & 0x0fU; }
  [[nodiscard]] bool is_control() const { return (header_[0] & 0x08U) != 0; }
  [[nodiscard]] bool is_final() const { return (header_[0] & 0x80U) != 0; }
  [[nodiscard]] std::size_t header_size() const;
};

/// One unmasked server frame, header and payload, ready for any number of sockets.
[[nodiscard]] std::string text_frame(std::string_view text);
[[nodiscard]] std::string pong_frame(std::string_view payload);  ///< payload ≤ 125 bytes, as it came
[[nodiscard]] std::string close_frame(CloseCode code);

/// The value of Sec-WebSocket-Accept for a client's key.
[[nodiscard]] std::string accept_key(std::string_view client_key);

/// 16 bytes in base64: 22 characters and "==".
[[nodiscard]] bool is_client_key(std::string_view key);

}  // namespace skranke::http
