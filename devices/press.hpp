#pragma once
// What a person meant with a button: single, double or long presses from edges that the kernel has debounced. Pure; time comes with the edges.
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace skranke::devices {

/// Monotonic time of an edge, as the kernel stamped it.
using Tick = std::chrono::nanoseconds;

enum class Press : std::uint8_t { single, twice, held };
enum class ButtonHealth : std::uint8_t { ready, stuck };

struct PressRules {
  /// Between two presses; zero = a single is told at once and there is no double. The daemon takes a second single within two seconds as "take that
  /// back", so that nobody need wait for it.
  std::chrono::milliseconds double_within{0};
  std::chrono::milliseconds held_after{1'500};    ///< zero = there is no long press
  std::chrono::seconds stuck_after{30};           ///< nobody presses that long: a fault, and not a wish
};

/// One button. Feed it edges and the time; it tells presses in order. A button that is down when the machine starts has not been pressed.
class Button {
 public:
  explicit Button(PressRules rules, bool down_at_start, Tick now);

  /// An edge: `down` is the new level. Repeated levels (an edge was lost) end the earlier press without telling one.
  std::vector<Press> edge(bool down, Tick at);
  /// Time passes: a long press, a single press that stayed alone, or a stuck button becomes known.
  std::vector<Press> wait(Tick now);
  /// When `wait` next has something to tell; nothing = not before the next edge.
  [[nodiscard]] std::optional<Tick> next() const;
  [[nodiscard]] ButtonHealth health() const { return stuck_ ? ButtonHealth::stuck : ButtonHealth::ready; }

 private:
  PressRules rules_;
  bool down_;
  bool counts_ = false;             ///< this press may still become one
  bool stuck_ = false;
  Tick since_;                      ///< of the present level
  std::optional<Tick> single_due_;  ///< a first press waits for its second
};

}  // namespace skranke::devices
