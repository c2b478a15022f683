#pragma once
// Keys of USB keypads as lines among the others: a key is a button like one on a wire. The port has two ends: the kernel's event devices, and a fake for tests.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devices/lines.hpp"

namespace skranke::devices {

/// "key:DEVICE:KEY_KP1". DEVICE is a name that stays, below /dev/input/by-id/ or /dev/input/by-path/: "event3" is another device after the next start, perhaps the
/// console's keyboard, which would be taken from whoever sits there.
struct KeyPoint {
  std::string device, key;
};
[[nodiscard]] bool is_key_line(std::string_view line);
/// Nothing when it begins otherwise, does not have that form, or names the console's own keyboard (i8042).
[[nodiscard]] std::optional<KeyPoint> parse_key_point(std::string_view line);

struct KeyEvent {
  unsigned code = 0;
  bool down = false;
  Tick at{};              ///< monotonic, stamped by the kernel
  bool after_gap = false; ///< events of this key were lost before it
};

/// One device, for this program alone while it is open. Not thread-safe.
class Keypad {
 public:
  virtual ~Keypad() = default;
  /// Oldest first, at most 256 a call; never blocks. Keys that repeat by themselves are not told.
  [[nodiscard]] virtual LineResult<std::vector<KeyEvent>> take() = 0;
  [[nodiscard]] virtual bool is_down(unsigned code) const = 0;
  [[nodiscard]] virtual bool has(unsigned code) const = 0;
  [[nodiscard]] virtual int fd() const = 0;
};

class KeypadSource {
 public:
  virtual ~KeypadSource() = default;
  [[nodiscard]] virtual LineResult<std::unique_ptr<Keypad>> open(const std::string& device) = 0;
  /// Of a name such as KEY_KP1.
  [[nodiscard]] virtual std::optional<unsigned> code_of(const std::string& key) const = 0;
};

/// libevdev.
[[nodiscard]] std::unique_ptr<KeypadSource> system_keypads();

/// Lines of keys go to their keypad, which is opened once for all of them; all others to the source below. Sources must outlive it.
class KeyLines final : public LineSource {
 public:
  KeyLines(LineSource& below, KeypadSource& keypads) : below_{below}, keypads_{keypads} {}
  LineResult<std::unique_ptr<Input>> input(const std::string& line, const LineSettings& settings) override;
  LineResult<std::unique_ptr<Outputs>> outputs(const std::vector<std::string>& lines, const LineSettings& settings) override;

 private:
  struct Pad;
  class KeyInput;
  LineSource& below_;
  KeypadSource& keypads_;
  std::map<std::string, std::weak_ptr<Pad>> pads_;   ///< by device; as many as the settings name
};

}  // namespace skranke::devices
