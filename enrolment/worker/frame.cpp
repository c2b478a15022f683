#include "enrolment/worker/frame.hpp"

#include <array>
#include <cerrno>

#include <boost/json.hpp>
#include <poll.h>
#include <sys/socket.h>

namespace skranke::enrolment {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t prefix_size = 8;
constexpr auto for_ever = Clock::time_point::max();

Result<void> send_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return wrong("end", "the other side is gone");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<void> receive_all(int fd, std::span<std::uint8_t> into, Clock::time_point until) {
  while (!into.empty()) {
    int wait = -1;
    if (until != for_ever) wait = static_cast<int>(std::max<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count(), 0));
    pollfd waiting{fd, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, wait);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return wrong("time", "no answer in time");
    const ssize_t got = ::recv(fd, into.data(), into.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return wrong("end", "the other side is gone");
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

}  // namespace

Result<void> send_frame(int fd, const boost::json::object& head, ByteView body) {
  const std::string text = boost::json::serialize(head);
  if (text.size() > frame_head_max || body.size() > frame_body_max) return wrong("frame", "too large");
  Writer prefix;
  prefix.u32(text.size()).u32(body.size());
  if (auto sent = send_all(fd, prefix.bytes()); !sent) return sent;
  if (auto sent = send_all(fd, view_of(text)); !sent) return sent;
  return send_all(fd, body);
}

Result<Frame> receive_frame(int fd, std::optional<std::chrono::milliseconds> patience, std::size_t body_max) {
  const Clock::time_point until = patience ? Clock::now() + *patience : for_ever;
  std::array<std::uint8_t, prefix_size> prefix{};
  if (auto got = receive_all(fd, prefix, until); !got) return tl::unexpected<Error>{got.error()};
  Reader reader{prefix};
  const std::size_t head_size = reader.u32(), body_size = reader.u32();
  if (head_size > frame_head_max || body_size > body_max) return wrong("frame", "too large");
  Bytes head(head_size);
  Frame frame;
  frame.body.resize(body_size);
  if (auto got = receive_all(fd, head, until); !got) return tl::unexpected<Error>{got.error()};
  if (auto got = receive_all(fd, frame.body, until); !got) return tl::unexpected<Error>{got.error()};
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text_of(head), error);
  if (error || !value.is_object()) return wrong("frame", "not a JSON object");
  frame.head = std::move(value.as_object());
  return frame;
}

std::string text_in(const boost::json::object& head, std::string_view name) {
  const boost::json::value* value = head.if_contains(name);
  return value != nullptr && value->is_string() ? std::string{value->as_string()} : std::string{};
}

std::int64_t number_in(const boost::json::object& head, std::string_view name) {
  const boost::json::value* value = head.if_contains(name);
  return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

}  // namespace skranke::enrolment
