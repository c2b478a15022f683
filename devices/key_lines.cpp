#include "devices/key_lines.hpp"

#include <algorithm>

namespace skranke::devices {
namespace {

constexpr std::string_view prefix = "key:";
constexpr std::size_t edges_max = 64;

}  // namespace

bool is_key_line(std::string_view line) { return line.starts_with(prefix); }

std::optional<KeyPoint> parse_key_point(std::string_view line) {
  const std::size_t colon = line.rfind(':');
  if (!is_key_line(line) || colon < prefix.size()) return std::nullopt;
  const std::string_view device = line.substr(prefix.size(), colon - prefix.size()), key = line.substr(colon + 1);
  const auto below = [&](std::string_view folder) { return device.starts_with(folder) && device.size() > folder.size() && device.find('/', folder.size()) == std::string_view::npos; };
  if (!below("/dev/input/by-id/") && !below("/dev/input/by-path/")) return std::nullopt;
  if (device.find("i8042") != std::string_view::npos) return std::nullopt;
  if (!key.starts_with("KEY_") && !key.starts_with("BTN_")) return std::nullopt;
  return KeyPoint{std::string{device}, std::string{key}};
}

/// A keypad and who listens to which of its keys.
struct KeyLines::Pad {
  struct Listener {
    unsigned code = 0;
    std::vector<Edge> edges;
    std::uint32_t sequence = 0;
  };
  std::unique_ptr<Keypad> keypad;
  std::vector<std::shared_ptr<Listener>> listeners;
  std::optional<LineFault> fault;   ///< once there, for good: a fresh pad takes its place

  LineResult<void> pump() {
    if (fault) return tl::unexpected{*fault};
    const auto events = keypad->take();
    if (!events) {
      fault = events.error();
      return tl::unexpected{*fault};
    }
    for (const KeyEvent& event : *events)
      for (const auto& listener : listeners) {
        if (listener->code != event.code) continue;
        listener->sequence += event.after_gap ? 2 : 1;   // a gap says that edges were lost
        if (listener->edges.size() < edges_max) listener->edges.push_back({event.down, event.at, listener->sequence});
      }
    return {};
  }
};

class KeyLines::KeyInput final : public Input {
 public:
  KeyInput(std::shared_ptr<Pad> pad, unsigned code, bool active_low) : pad_{std::move(pad)}, listener_{std::make_shared<Pad::Listener>()}, active_low_{active_low} {
    listener_->code = code;
    pad_->listeners.push_back(listener_);
  }
  ~KeyInput() override { std::erase(pad_->listeners, listener_); }
  KeyInput(const KeyInput&) = delete;
  KeyInput& operator=(const KeyInput&) = delete;

  LineResult<bool> level() override {
    if (auto heard = pad_->pump(); !heard) return tl::unexpected{heard.error()};
    return pad_->keypad->is_down(listener_->code) != active_low_;
  }
  LineResult<std::vector<Edge>> take_edges() override {
    if (auto heard = pad_->pump(); !heard) return tl::unexpected{heard.error()};
    std::vector<Edge> taken = std::exchange(listener_->edges, {});
    for (Edge& edge : taken) edge.on = edge.on != active_low_;
    return taken;
  }
  [[nodiscard]] int fd() const override { return pad_->keypad->fd(); }

 private:
  std::shared_ptr<Pad> pad_;
  std::shared_ptr<Pad::Listener> listener_;
  bool active_low_;
};

LineResult<std::unique_ptr<Input>> KeyLines::input(const std::string& line, const LineSettings& settings) {
  if (!is_key_line(line)) return below_.input(line, settings);
  const auto point = parse_key_point(line);
  const auto code = point ? keypads_.code_of(point->key) : std::nullopt;
  if (!code) return tl::unexpected{LineFault{Fault::unknown_line, line}};
  std::shared_ptr<Pad> pad = pads_[point->device].lock();
  if (pad == nullptr || pad->fault) {
    auto keypad = keypads_.open(point->device);
    if (!keypad) return tl::unexpected{keypad.error()};
    pad = std::make_shared<Pad>();
    pad->keypad = std::move(*keypad);
    pads_[point->device] = pad;
  }
  if (!pad->keypad->has(*code)) return tl::unexpected{LineFault{Fault::unknown_line, line + ": it has no such key"}};
  return std::make_unique<KeyInput>(std::move(pad), *code, settings.active_low);
}

LineResult<std::unique_ptr<Outputs>> KeyLines::outputs(const std::vector<std::string>& lines, const LineSettings& settings) {
  for (const std::string& line : lines)
    if (is_key_line(line)) return tl::unexpected{LineFault{Fault::unknown_line, line + ": a key is no lamp"}};
  return below_.outputs(lines, settings);
}

}  // namespace skranke::devices
