#pragma once
// Wires of a box by their names. The port has two ends: the kernel's GPIO character device, and a board of switches and lamps that ships for demos and tests.
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "devices/press.hpp"

namespace skranke::devices {

/// Why a wire cannot be used, in the words of the devices page.
/// no_answer, garbled, refused: of units on a bus that answer late or never, nonsense, or that they know no such register.
enum class Fault : std::uint8_t { unknown_line, taken, denied, gone, split, broken, no_answer, garbled, refused };
struct LineFault {
  Fault fault = Fault::broken;
  std::string detail;            ///< for technicians: the line, the chip, the system's message
};
template <class T>
using LineResult = tl::expected<T, LineFault>;

enum class Bias : std::uint8_t { as_is, pull_up, pull_down, none };

struct LineSettings {
  bool active_low = false;       ///< "on" is the low level; pressed buttons to ground are wired so
  Bias bias = Bias::as_is;
  std::chrono::microseconds debounce{10'000};   ///< inputs; done by the kernel
};

struct Edge {
  bool on = false;
  Tick at{};                     ///< monotonic, stamped by the kernel
  std::uint32_t sequence = 0;    ///< of this line, from 1; a gap means that edges were lost
};

/// One line that is read. Not thread-safe. Gone = the chip was unplugged: close and ask again.
class Input {
 public:
  virtual ~Input() = default;
  [[nodiscard]] virtual LineResult<bool> level() = 0;
  /// False while it is not known yet: `level` has a meaning once this is true. Wires are known at once.
  [[nodiscard]] virtual LineResult<bool> settled() { return true; }
  /// All edges since the last call, oldest first, at most 64 a call; never blocks.
  [[nodiscard]] virtual LineResult<std::vector<Edge>> take_edges() = 0;
  /// Becomes readable when there are edges; owned by this object. A loop that closes what it watches needs its own dup.
  [[nodiscard]] virtual int fd() const = 0;
};

/// Some lines of one chip that are set together, in the order of the request.
class Outputs {
 public:
  virtual ~Outputs() = default;
  /// Sets the named ones at once and leaves the others as they are. Never blocks for longer than a system call.
  [[nodiscard]] virtual LineResult<void> set(std::span<const std::pair<std::size_t, bool>> values) = 0;
  /// False while it is not known whether what was set has arrived; a fault when it did not. Wires are set at once.
  [[nodiscard]] virtual LineResult<bool> settled() { return true; }
};

/// Where wires come from. A line is "name" (as the board's device tree names it) or "chip-label:offset".
class LineSource {
 public:
  virtual ~LineSource() = default;
  [[nodiscard]] virtual LineResult<std::unique_ptr<Input>> input(const std::string& line, const LineSettings& settings) = 0;
  /// All on one chip, else `split`: lines of one wire must change together. They start "off".
  [[nodiscard]] virtual LineResult<std::unique_ptr<Outputs>> outputs(const std::vector<std::string>& lines, const LineSettings& settings) = 0;
};

/// The kernel's GPIO by libgpiod 2; `user` is shown by gpioinfo as the line's consumer. `folder`: where the gpiochip nodes are.
[[nodiscard]] std::unique_ptr<LineSource> kernel_lines(std::string user, std::string folder = "/dev");

}  // namespace skranke::devices
