#pragma once
// What the daemon says on its WebSocket, as the box understands it: board frames and desks. Unknown members are passed over; nonsense is nothing.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/box.hpp"
#include "agent/loudspeaker.hpp"

namespace skranke::agent {

struct BoardNews {
  core::BoardId board;
  bool evacuation = false;
  std::vector<display::Call> calls;   ///< newest first; times in our own clock
};

/// A button of a simulated box, pressed on a page.
struct PagePress {
  std::uint64_t n = 0;                ///< rises with each
  std::string button, how;
};

struct News {
  bool heartbeat = false;             ///< every message is a sign of life
  std::vector<BoardNews> boards;
  std::vector<std::pair<core::DeskId, DeskNews>> desks;
  std::optional<TowerNews> tower;
  std::vector<SoundNews> sounds;
  bool first = false;                 ///< of a line: how all stands, and nothing that has just happened
  std::optional<std::vector<PagePress>> presses;   ///< oldest first
};

/// One message (at most 1 MiB of JSON). `now` is our clock when it came: a call's age is told by the daemon's own clock, so two boxes need not agree on
/// the time. Nothing when it is not an object with a type.
[[nodiscard]] std::optional<News> read_news(std::string_view message, Instant now);

/// What stands for a desk on a sign: the digits at the end of its id ("desk-3" → "3"), else "".
[[nodiscard]] std::string desk_mark(std::string_view desk);

/// RFC 3339 with offset, to the second or finer.
[[nodiscard]] std::optional<Instant> parse_time(std::string_view text);

}  // namespace skranke::agent
