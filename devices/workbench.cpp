#include "devices/workbench.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <system_error>

namespace skranke::devices {
namespace {

constexpr std::size_t edges_kept = 64;   // as the kernel: what is not read in time is lost, and the sequence shows it

tl::unexpected<LineFault> gone(const std::string& line) { return tl::unexpected{LineFault{Fault::gone, line + ": the bench is unplugged"}}; }

}  // namespace

struct Workbench::Wire {
  enum class Use : std::uint8_t { none, input, output } use = Use::none;
  bool on = false;
  bool broken = false;          ///< unplugged while in use; stays so for who held it
  std::deque<Edge> edges;
  std::uint32_t sequence = 0;
  int event_fd = -1;
};

class Workbench::BenchInput final : public Input {
 public:
  BenchInput(std::string name, std::shared_ptr<Wire> wire) : name_{std::move(name)}, wire_{std::move(wire)} {
    wire_->use = Wire::Use::input;
    wire_->event_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wire_->event_fd < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
  }
  ~BenchInput() override {
    ::close(wire_->event_fd);
    wire_->event_fd = -1;
    wire_->use = Wire::Use::none;
  }
  BenchInput(const BenchInput&) = delete;
  BenchInput& operator=(const BenchInput&) = delete;

  LineResult<bool> level() override {
    if (wire_->broken) return gone(name_);
    return wire_->on;
  }
  LineResult<std::vector<Edge>> take_edges() override {
    if (wire_->broken) return gone(name_);
    eventfd_t ignored = 0;
    static_cast<void>(::eventfd_read(wire_->event_fd, &ignored));
    std::vector<Edge> edges{wire_->edges.begin(), wire_->edges.end()};
    wire_->edges.clear();
    return edges;
  }
  int fd() const override { return wire_->event_fd; }

 private:
  std::string name_;
  std::shared_ptr<Wire> wire_;
};

class Workbench::BenchOutputs final : public Outputs {
 public:
  BenchOutputs(Workbench& bench, std::vector<std::pair<std::string, std::shared_ptr<Wire>>> wires) : bench_{bench}, wires_{std::move(wires)} {
    for (auto& [name, wire] : wires_) wire->use = Wire::Use::output, wire->on = false;
  }
  ~BenchOutputs() override {
    for (auto& [name, wire] : wires_) wire->use = Wire::Use::none;
  }
  BenchOutputs(const BenchOutputs&) = delete;
  BenchOutputs& operator=(const BenchOutputs&) = delete;

  LineResult<void> set(std::span<const std::pair<std::size_t, bool>> values) override {
    told_.clear();
    for (const auto& [index, on] : values) {
      auto& [name, wire] = wires_.at(index);
      if (wire->broken) return gone(name);
      wire->on = on;
      told_.emplace_back(name, on);
    }
    if (bench_.watch_) bench_.watch_(told_);
    return {};
  }

 private:
  Workbench& bench_;
  std::vector<std::pair<std::string, std::shared_ptr<Wire>>> wires_;
  std::vector<std::pair<std::string, bool>> told_;
};

Workbench::Workbench() = default;
Workbench::~Workbench() = default;

LineResult<std::unique_ptr<Input>> Workbench::input(const std::string& line, const LineSettings&) {
  if (!plugged_) return gone(line);
  auto& wire = wires_[line];
  if (wire == nullptr) wire = std::make_shared<Wire>();
  if (wire->use != Wire::Use::none) return tl::unexpected{LineFault{Fault::taken, line + " is in use"}};
  return std::make_unique<BenchInput>(line, wire);
}

LineResult<std::unique_ptr<Outputs>> Workbench::outputs(const std::vector<std::string>& lines, const LineSettings&) {
  std::vector<std::pair<std::string, std::shared_ptr<Wire>>> wires;
  for (const std::string& line : lines) {
    if (!plugged_) return gone(line);
    auto& wire = wires_[line];
    if (wire == nullptr) wire = std::make_shared<Wire>();
    if (wire->use != Wire::Use::none) return tl::unexpected{LineFault{Fault::taken, line + " is in use"}};
    wires.emplace_back(line, wire);
  }
  return std::make_unique<BenchOutputs>(*this, std::move(wires));
}

bool Workbench::turn(const std::string& line, bool on, Tick at) {
  const auto found = wires_.find(line);
  if (found == wires_.end() || found->second->use != Wire::Use::input || found->second->broken) return false;
  Wire& wire = *found->second;
  if (wire.on == on) return true;
  wire.on = on;
  ++wire.sequence;
  if (wire.edges.size() == edges_kept) wire.edges.pop_front();
  wire.edges.push_back({on, at, wire.sequence});
  static_cast<void>(::eventfd_write(wire.event_fd, 1));
  return true;
}

void Workbench::unplug() {
  plugged_ = false;
  for (auto& [name, wire] : wires_) {
    wire->broken = true;
    if (wire->event_fd >= 0) static_cast<void>(::eventfd_write(wire->event_fd, 1));   // as the kernel wakes a reader of a chip that went
  }
  wires_.clear();
}

void Workbench::plug_in() { plugged_ = true; }

bool Workbench::is_on(const std::string& line) const {
  const auto found = wires_.find(line);
  return found != wires_.end() && found->second->on;
}

std::vector<std::string> Workbench::inputs() const {
  std::vector<std::string> names;
  for (const auto& [name, wire] : wires_)
    if (wire->use == Wire::Use::input) names.push_back(name);
  return names;
}

}  // namespace skranke::devices
