#pragma once
// A bench of switches and lamps instead of a chip: for `skranke-agent --simulate`, the demo's page and tests.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "devices/lines.hpp"

namespace skranke::devices {

/// Every name is a line that exists, as an input or an output, once somebody asks for it. Not thread-safe; outlives what it gave out.
class Workbench final : public LineSource {
 public:
  /// Told of each set of outputs, in order: the line names with their new levels.
  using Watch = std::function<void(std::span<const std::pair<std::string, bool>>)>;

  Workbench();
  ~Workbench() override;
  LineResult<std::unique_ptr<Input>> input(const std::string& line, const LineSettings& settings) override;
  LineResult<std::unique_ptr<Outputs>> outputs(const std::vector<std::string>& lines, const LineSettings& settings) override;

  /// Turns an input on or off at `at`; false when nobody reads such a line. An unchanged level is no edge.
  bool turn(const std::string& line, bool on, Tick at);
  /// As a chip that is pulled out: everything on it answers `gone` until it is plugged in and asked for again.
  void unplug();
  void plug_in();
  void watch(Watch watch) { watch_ = std::move(watch); }
  [[nodiscard]] bool is_on(const std::string& line) const;
  [[nodiscard]] std::vector<std::string> inputs() const;

 private:
  struct Wire;
  class BenchInput;
  class BenchOutputs;
  std::map<std::string, std::shared_ptr<Wire>> wires_;
  Watch watch_;
  bool plugged_ = true;
};

}  // namespace skranke::devices
