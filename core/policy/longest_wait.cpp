#include "core/policy/longest_wait.hpp"

#include <algorithm>

namespace skranke::core {
namespace {

/// The first two of a queue that this desk may call, kept in `best` (first) and `second` over all its queues.
void consider(const State& state, const std::vector<QueueEntry>& queue, const Asking& desk, std::optional<QueueEntry>& best,
              std::optional<QueueEntry>& second) {
  Serial first = 0;   // of this queue; a visit can stand in it with two steps
  for (const QueueEntry& entry : queue) {
    if (entry.serial == first || !may_call(state, desk, entry)) continue;
    if (!best || entry < *best) {
      if (best && best->serial != entry.serial) second = best;
      best = entry;
    } else if (entry.serial != best->serial && (!second || entry < *second)) {
      second = entry;
    }
    if (first != 0) return;
    first = entry.serial;
  }
}

Why reason_for(const State& state, const QueueEntry& entry, bool alone) {
  const Visit& visit = *state.find(entry.serial);
  if (visit.front) return Why::front;
  if (alone) return Why::only_one;
  return visit.head_start.count() > 0 ? Why::priority : Why::longest_wait;
}

}  // namespace

std::optional<Choice> LongestWait::choose(const State& state, const Asking& desk) const {
  std::optional<QueueEntry> best, second;
  for (const ServiceId& service : desk.services) consider(state, state.queue(service), desk, best, second);
  if (!best) return std::nullopt;
  return Choice{best->serial, best->step, reason_for(state, *best, !second), second ? second->serial : 0};
}

}  // namespace skranke::core
