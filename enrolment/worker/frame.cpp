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

Result<void> send_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return wrong("end", "the other side is gone");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<void> receive_all(int fd, std::span<std::uint8_t> into, Until until) {
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

Way way_of(int fd) {
  return {[fd](ByteView bytes) { return send_all(fd, bytes); }, [fd](std::span<std::uint8_t> into, Until until) { return receive_all(fd, into, until); }};
}

}  // namespace

Result<void> send_frame(const Way& way, const boost::json::object& head, ByteView body) {
  const std::string text = boost::json::serialize(head);
  if (text.size() > frame_head_max || body.size() > frame_body_max) return wrong("frame", "too large");
  Writer prefix;
  prefix.u32(text.size()).u32(body.size());
  if (auto sent = way.send(prefix.bytes()); !sent) return sent;
  if (auto sent = way.send(view_of(text)); !sent) return sent;
  return way.send(body);
}

Result<void> send_frame(int fd, const boost::json::object& head, ByteView body) { return send_frame(way_of(fd), head, body); }

Result<Frame> receive_frame(const Way& way, std::optional<std::chrono::milliseconds> patience, std::size_t body_max) {
  const Until until = patience ? Clock::now() + *patience : for_ever;
  std::array<std::uint8_t, prefix_size> prefix{};
  if (auto got = way.receive(prefix, until); !got) return tl::unexpected<Error>{got.error()};
  Reader reader{prefix};
  const std::size_t head_size = reader.u32(), body_size = reader.u32();
  if (head_size > frame_head_max || body_size > body_max) return wrong("frame", "too large");
  Bytes head(head_size);
  Frame frame;
  frame.body.resize(body_size);
  if (auto got = way.receive(head, until); !got) return tl::unexpected<Error>{got.error()};
  if (auto got = way.receive(frame.body, until); !got) return tl::unexpected<Error>{got.error()};
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text_of(head), error);
  if (error || !value.is_object()) return wrong("frame", "not a JSON object");
  frame.head = std::move(value.as_object());
  return frame;
}

Result<Frame> receive_frame(int fd, std::optional<std::chrono::milliseconds> patience, std::size_t body_max) { return receive_frame(way_of(fd), patience, body_max); }

std::string why_no_answer(const Error& error) { return error.where == "time" ? "it does not answer" : error.where == "end" ? "its program ended" : "it answers nonsense"; }

std::string text_in(const boost::json::object& head, std::string_view name) {
  const boost::json::value* value = head.if_contains(name);
  return value != nullptr && value->is_string() ? std::string{value->as_string()} : std::string{};
}

std::int64_t number_in(const boost::json::object& head, std::string_view name) {
  const boost::json::value* value = head.if_contains(name);
  return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

}  // namespace skranke::enrolment
