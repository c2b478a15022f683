#include "daemon/http/ws_frame.hpp"

#include <openssl/evp.h>
#include <algorithm>

#include "daemon/http/target.hpp"

namespace skranke::http {
namespace {

enum Opcode : std::uint8_t { op_continuation = 0, op_text = 1, op_binary = 2, op_close = 8, op_ping = 9, op_pong = 10 };

/// RFC 6455 7.4: what a peer may put on the wire.
bool is_code_allowed(unsigned code) {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

std::string frame(Opcode opcode, std::string_view payload) {
  std::string out;
  out.reserve(payload.size() + 10);
  out.push_back(static_cast<char>(0x80U | opcode));
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(payload.size()));
  } else {
    const int bytes = payload.size() <= 0xffff ? 2 : 8;
    out.push_back(bytes == 2 ? 126 : 127);
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
      out.push_back(static_cast<char>((payload.size() >> shift) & 0xff));
  }
  return out.append(payload);
}

}  // namespace

std::size_t FrameReader::header_size() const {
  constexpr std::size_t mask_bytes = 4;
  if (header_bytes_ < 2) return 2;
  const unsigned length = header_[1] & 0x7fU;
  return 2 + mask_bytes + (length == 126 ? 2U : length == 127 ? 8U : 0U);
}

tl::expected<std::optional<FrameReader::Message>, CloseCode> FrameReader::next(std::span<char>& in) {
  if (std::exchange(message_given_, false)) message_.clear();
  for (;;) {
    while (!in_payload_) {
      if (in.empty()) return std::nullopt;
      header_[header_bytes_++] = static_cast<unsigned char>(in.front());
      in = in.subspan(1);
      if (header_bytes_ == 2 && (header_[1] & 0x80U) == 0)
        return tl::unexpected{CloseCode::protocol_error};  // clients must mask
      if (header_bytes_ < header_size()) continue;
      if (const auto begun = begin_frame(); !begun) return tl::unexpected{begun.error()};
    }
    const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size()));
    const unsigned char* const mask = header_.data() + header_bytes_ - 4;
    for (std::size_t i = 0; i < n; ++i) in[i] = static_cast<char>(in[i] ^ static_cast<char>(mask[(mask_at_ + i) & 3U]));
    mask_at_ = static_cast<std::uint8_t>((mask_at_ + n) & 3U);
    if (is_control()) {
      std::copy_n(in.begin(), n, control_.begin() + control_bytes_);
      control_bytes_ = static_cast<std::uint8_t>(control_bytes_ + n);
    } else {
      message_.append(in.data(), n);
    }
    in = in.subspan(n);
    left_ -= n;
    if (left_ > 0) return std::nullopt;
    in_payload_ = false;
    header_bytes_ = 0;
    if (auto message = end_frame(); !message || *message) return message;
  }
}

/// Everything that can be wrong with a header, before its payload is taken.
tl::expected<void, CloseCode> FrameReader::begin_frame() {
  const unsigned length = header_[1] & 0x7fU;
  left_ = length;
  if (length >= 126) {
    left_ = 0;
    for (std::size_t i = 2; i < header_bytes_ - 4U; ++i) left_ = left_ << 8 | header_[i];
    if (left_ < (length == 126 ? 126U : 0x10000U))
      return tl::unexpected{CloseCode::protocol_error};  // not the shortest form
  }
  if ((header_[0] & 0x70U) != 0) return tl::unexpected{CloseCode::protocol_error};
  switch (opcode()) {
    case op_close:
    case op_ping:
    case op_pong:
      if (!is_final() || left_ > control_.size()) return tl::unexpected{CloseCode::protocol_error};
      control_bytes_ = 0;
      break;
    case op_text:
    case op_continuation:
      if ((opcode() == op_continuation) != in_message_) return tl::unexpected{CloseCode::protocol_error};
      if (left_ > message_bytes_max_ - message_.size()) return tl::unexpected{CloseCode::too_large};
      break;
    case op_binary: return tl::unexpected{in_message_ ? CloseCode::protocol_error : CloseCode::unacceptable};
    default: return tl::unexpected{CloseCode::protocol_error};
  }
  mask_at_ = 0;
  in_payload_ = true;
  return {};
}

tl::expected<std::optional<FrameReader::Message>, CloseCode> FrameReader::end_frame() {
  if (is_control()) return end_control();
  in_message_ = !is_final();
  if (in_message_) return std::nullopt;
  if (!is_utf8(message_)) return tl::unexpected{CloseCode::not_text};
  message_given_ = true;
  return Message{Kind::text, message_};
}

tl::expected<std::optional<FrameReader::Message>, CloseCode> FrameReader::end_control() {
  const std::string_view payload{control_.data(), control_bytes_};
  if (opcode() == op_ping) return Message{Kind::ping, payload};
  if (opcode() == op_pong) return Message{Kind::pong, payload};
  if (payload.empty()) return Message{Kind::close, payload};
  if (payload.size() == 1) return tl::unexpected{CloseCode::protocol_error};
  const unsigned code =
      static_cast<unsigned>(static_cast<unsigned char>(payload[0]) << 8U | static_cast<unsigned char>(payload[1]));
  if (!is_code_allowed(code)) return tl::unexpected{CloseCode::protocol_error};
  if (!is_utf8(payload.substr(2))) return tl::unexpected{CloseCode::not_text};
  return Message{Kind::close, payload.substr(2), static_cast<CloseCode>(code)};
}

std::string text_frame(std::string_view text) { return frame(op_text, text); }
std::string pong_frame(std::string_view payload) { return frame(op_pong, payload.substr(0, 125)); }

std::string close_frame(CloseCode code) {
  const auto number = static_cast<std::uint16_t>(code);
  const char bytes[2] = {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
  return frame(op_close, {bytes, 2});
}

std::string accept_key(std::string_view client_key) {
  const std::string text =
      std::string{client_key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // the protocol's own constant
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) return {};
  std::array<unsigned char, 4 * (EVP_MAX_MD_SIZE / 3 + 1) + 1> base64{};
  const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
  return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)};
}

bool is_client_key(std::string_view key) {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  return std::all_of(key.begin(), key.end() - 2, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  });
}

}  // namespace skranke::http
