#include "enrolment/drivers/pen.hpp"

#include <algorithm>

namespace skranke::enrolment {

using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::milliseconds;

Result<void> Pen::listen(milliseconds patience) {
  auto events = source_->wait(patience);
  if (!events) return tl::unexpected<Error>{events.error()};
  for (const PenEvent& event : *events) strokes_.feed(event);
  return {};
}

Result<Image> Pen::take(std::optional<Finger> /*finger*/) {
  if (auto old = listen(milliseconds{0}); !old) return tl::unexpected<Error>{old.error()};
  strokes_.clear();
  const std::int64_t until = source_->now_micros() + duration_cast<microseconds>(person_patience).count();
  const std::int64_t rest = duration_cast<microseconds>(lifted_for).count();
  for (std::int64_t now = source_->now_micros(); now < until; now = source_->now_micros()) {
    const bool paused = !strokes_.touches() && strokes_.last_micros() != 0;
    if (paused && now - strokes_.last_micros() >= rest) break;
    const std::int64_t next = paused ? std::min(until, strokes_.last_micros() + rest) : until;
    if (auto heard = listen(milliseconds{(next - now) / 1000 + 1}); !heard) return tl::unexpected<Error>{heard.error()};
  }
  auto image = drawn(strokes_, source_->range());
  strokes_.clear();
  return image;
}

Result<Image> Pen::look() {
  if (auto heard = listen(milliseconds{0}); !heard) return tl::unexpected<Error>{heard.error()};
  return drawn(strokes_, source_->range());
}

}  // namespace skranke::enrolment
