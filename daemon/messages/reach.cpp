#include "daemon/messages/reach.hpp"

#include <algorithm>

namespace skranke::daemon {

void Reach::see(const core::Event& event) {
  if (const auto* fact = std::get_if<core::MessageSent>(&event.body)) sent(*fact);
  if (const auto* fact = std::get_if<core::MessageFailed>(&event.body); fact != nullptr && fact->last) failed(*fact, event.at);
}

void Reach::sent(const core::MessageSent& fact) {
  Known& known = subjects_[fact.subject];
  known.arrived[fact.channel] = fact.kind;
  known.lost.reset();
}

void Reach::failed(const core::MessageFailed& fact, core::Instant at) {
  Known& known = subjects_[fact.subject];
  known.arrived.erase(fact.channel);
  const bool told = std::any_of(known.arrived.begin(), known.arrived.end(), [&](const auto& other) { return other.second == fact.kind; });
  if (!told) known.lost = Lost{fact.subject, fact.kind, fact.channel, fact.reason, at};
}

std::vector<Reach::Lost> Reach::lost() const {
  std::vector<Lost> list;
  for (const auto& [subject, known] : subjects_)
    if (known.lost) list.push_back(*known.lost);
  std::stable_sort(list.begin(), list.end(), [](const Lost& a, const Lost& b) { return a.at > b.at; });
  return list;
}

}  // namespace skranke::daemon
