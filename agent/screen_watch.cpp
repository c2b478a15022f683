#include "agent/screen_watch.hpp"

namespace skranke::agent {

void ScreenWatch::started(Time now) {
  since_ = now;
  drew_ = false;
}

ScreenWatch::Order ScreenWatch::step(Time now, bool running, const PageSeen& seen) {
  const auto again = [&](Order order) {
    if (!drew_) ++failures_;
    return failures_ >= rules_.failures_max ? Order::give_up : order;
  };
  if (!running) return since_ ? again(Order::start) : Order::start;   // the very first is no failure
  // Nobody can tell while the daemon is away; afterwards the page gets its time to come back.
  if (!seen.reachable || !since_) {
    since_ = now;
    return Order::none;
  }
  // A frame of before the start was another browser's.
  const bool ours = seen.frame_age && now - *since_ >= *seen.frame_age;
  if (ours && *seen.frame_age <= rules_.patience) {
    drew_ = true;
    failures_ = 0;
    return Order::none;
  }
  const auto waited = now - *since_;
  if (waited <= (drew_ ? rules_.patience : rules_.first_patience)) return Order::none;
  return again(Order::restart);
}

}  // namespace skranke::agent
