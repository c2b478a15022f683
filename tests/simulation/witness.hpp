#pragma once
// Watches a room fact by fact and says when one breaks what citizens were promised. Knows the state before and after, and shares no code with the rules
// that decided.
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/command.hpp"

namespace skranke::test {

class Witness {
 public:
  /// Empty, or the promise that `event` breaks. `before` is the room as it stood; called before the fact is folded.
  [[nodiscard]] std::string before(const core::State& before, const core::Facility& facility, const core::Event& event);
  /// The same once it is folded.
  [[nodiscard]] std::string after(const core::State& after, const core::Event& event);
  /// Somebody was sent away: is there another way, or is it counted why?
  [[nodiscard]] std::string refused(const core::Facility& facility, const core::TakeTicket& wish, const core::Refusal& refusal);

  std::uint64_t turned_away = 0, calls_in_order = 0, quotas_watched = 0;

 private:
  struct Place {
    core::Instant anchor{};
    std::chrono::seconds head_start{0};
  };
  std::optional<Place> place_;                    ///< of the visit that the fact is about, where it must not move
  std::vector<core::Serial> in_the_room_;         ///< who may not be forgotten by a new day
};

}  // namespace skranke::test
