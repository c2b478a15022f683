// Rules that do not follow the order the queues are kept in: every waiting step is looked at.
#include "core/policy/arrival.hpp"

#include <algorithm>
#include <tuple>

namespace skranke::core {
namespace {

/// Smaller is called first: put in front, then the rule's own class and time, then arrival, then the visit's earlier
/// step.
using Turn = std::tuple<bool, bool, Instant, Serial, std::uint8_t>;

Turn by_arrival(const Visit& visit, std::uint8_t step) { return {!visit.front, false, Instant{}, visit.serial, step}; }

/// Who comes much earlier than booked does not pass those who were there before.
constexpr std::chrono::minutes early{30};
bool comes_first(const Visit& visit, Instant now) { return visit.booked_for && *visit.booked_for - early <= now; }

template <class Rule>
std::vector<Turn> turns(const State& state, const Asking& desk, Rule rule) {
  std::vector<Turn> all;
  for (const ServiceId& service : desk.services)
    for (const QueueEntry& entry : state.queue(service))
      if (may_call(state, desk, entry)) all.push_back(rule(*state.find(entry.serial), entry.step));
  std::sort(all.begin(), all.end());
  return all;
}

std::optional<Choice> first_of(const State& state, const std::vector<Turn>& turns, Why usual, Why booked, Instant now) {
  if (turns.empty()) return std::nullopt;
  Choice choice;
  choice.serial = std::get<Serial>(turns.front());
  choice.step = std::get<std::uint8_t>(turns.front());
  const auto other = std::find_if(turns.begin(), turns.end(),
                                  [&](const Turn& turn) { return std::get<Serial>(turn) != choice.serial; });
  if (other != turns.end()) choice.runner_up = std::get<Serial>(*other);
  const Visit& visit = *state.find(choice.serial);
  choice.why = comes_first(visit, now) ? booked : usual;
  if (choice.runner_up == 0) choice.why = Why::only_one;
  if (visit.front) choice.why = Why::front;
  return choice;
}

}  // namespace

std::optional<Choice> Fifo::choose(const State& state, const Asking& desk) const {
  return first_of(state, turns(state, desk, by_arrival), Why::fifo, Why::fifo, desk.now);
}

std::optional<Choice> BookedFirst::choose(const State& state, const Asking& desk) const {
  const auto by_booking = [&](const Visit& visit, std::uint8_t step) {
    const bool first = comes_first(visit, desk.now);
    return Turn{!visit.front, !first, first ? *visit.booked_for : visit.anchor - visit.head_start, visit.serial, step};
  };
  return first_of(state, turns(state, desk, by_booking), Why::longest_wait, Why::booked_time, desk.now);
}

}  // namespace skranke::core
