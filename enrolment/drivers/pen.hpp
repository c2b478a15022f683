#pragma once
// A pen as a device: waits for somebody to sign, and for the end of it.
#include <vector>

#include "enrolment/drivers/strokes.hpp"
#include "enrolment/worker/devices.hpp"

namespace skranke::enrolment {

/// Where a pen's events come from.
class PenSource {
 public:
  virtual ~PenSource() = default;
  /// What has come, at the latest when the patience is over. An error: "absent" or "fault", after which it is not asked again.
  [[nodiscard]] virtual Result<std::vector<PenEvent>> wait(std::chrono::milliseconds patience) = 0;
  /// On the clock of its events.
  [[nodiscard]] virtual std::int64_t now_micros() = 0;
  [[nodiscard]] virtual const PenRange& range() const = 0;
};

class Pen final : public Device {
 public:
  static constexpr std::chrono::milliseconds lifted_for{1500};   ///< then it is taken for finished

  explicit Pen(std::unique_ptr<PenSource> source) : source_{std::move(source)} {}
  /// From the first stroke after the question on.
  Result<Image> take(std::optional<Finger> finger) override;
  /// What was drawn so far.
  Result<Image> look() override;

 private:
  [[nodiscard]] Result<void> listen(std::chrono::milliseconds patience);
  std::unique_ptr<PenSource> source_;
  Strokes strokes_;
};

}  // namespace skranke::enrolment
