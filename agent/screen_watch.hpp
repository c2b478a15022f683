#pragma once
// When a browser that shows a page of ours has to be started anew. Pure: a loop tells what it sees and does what is said.
#include <chrono>
#include <cstdint>
#include <optional>

namespace skranke::agent {

/// What the daemon says about our page.
struct PageSeen {
  bool reachable = false;                                   ///< the daemon answers
  std::optional<std::chrono::milliseconds> frame_age;       ///< of the last frame that was drawn; nothing = it has not heard of us
  bool dark = false;                                        ///< the page is black because nobody is in the house
};

class ScreenWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Rules {
    std::chrono::seconds patience{30};       ///< without a frame
    std::chrono::seconds first_patience{60}; ///< after a start, until the daemon has heard of the page
    unsigned failures_max = 5;               ///< starts in a row after which no frame was ever drawn
  };
  enum class Order : std::uint8_t { none, start, restart, give_up };

  explicit ScreenWatch(Rules rules) : rules_{rules} {}

  /// `running`: the browser's process is there. Call every second or two.
  [[nodiscard]] Order step(Time now, bool running, const PageSeen& seen);
  /// At night, so that nothing grows for weeks. Does not count as a failure.
  void started(Time now);
  [[nodiscard]] unsigned failures() const { return failures_; }
  [[nodiscard]] bool drew() const { return drew_; }

 private:
  Rules rules_;
  std::optional<Time> since_;                ///< from when the page could have drawn: the start, or when the daemon came back
  bool drew_ = false;                        ///< since the start
  unsigned failures_ = 0;
};

}  // namespace skranke::agent
