#pragma once
// What daemon, worker, keeper and driver say to each other over a pair of sockets: a JSON head and bytes that belong to it.
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include <boost/json/object.hpp>

#include "enrolment/bytes.hpp"
#include "enrolment/error.hpp"

namespace skranke::enrolment {

struct Frame {
  boost::json::object head;
  Bytes body;   ///< overwritten by whoever is done with it
};
constexpr std::size_t frame_head_max = 256UL * 1024, frame_body_max = 125'000'000;

using Until = std::chrono::steady_clock::time_point;
constexpr Until for_ever = Until::max();
/// What carries the bytes of frames: all of them, or an error.
struct Way {
  std::function<Result<void>(ByteView)> send;
  std::function<Result<void>(std::span<std::uint8_t>, Until)> receive;
};

/// Blocks until all of it is on its way; an error when the other side is gone.
[[nodiscard]] Result<void> send_frame(const Way& way, const boost::json::object& head, ByteView body = {});
[[nodiscard]] Result<void> send_frame(int fd, const boost::json::object& head, ByteView body = {});
/// An error named "time" when it did not come in time, "end" when the other side is gone, "frame" when it is none.
[[nodiscard]] Result<Frame> receive_frame(const Way& way, std::optional<std::chrono::milliseconds> patience = std::nullopt, std::size_t body_max = frame_body_max);
[[nodiscard]] Result<Frame> receive_frame(int fd, std::optional<std::chrono::milliseconds> patience = std::nullopt, std::size_t body_max = frame_body_max);
/// Why there is no answer, for people.
[[nodiscard]] std::string why_no_answer(const Error& error);

/// A text of the head; empty when it is not there or no text.
[[nodiscard]] std::string text_in(const boost::json::object& head, std::string_view name);
/// A number of the head, 0 when it is not there or none.
[[nodiscard]] std::int64_t number_in(const boost::json::object& head, std::string_view name);

}  // namespace skranke::enrolment
