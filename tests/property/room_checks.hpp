#pragma once
// What must hold in every waiting room at every moment, and the two ways a room comes back after a restart. Shared by
// property tests, scenarios and the simulation.
#include <string>
#include <vector>

#include "core/command.hpp"

namespace skranke::test {

/// Empty when every rule of the room holds: each visit in exactly one place, queues sorted and complete, desks,
/// numbers, board and counts right. Else the first rule that is broken, in words.
[[nodiscard]] std::string broken_rule(const core::State& state);

/// The journal as it would lie on disk: every event encoded.
class Ledger {
 public:
  void write(const core::Event& event);
  [[nodiscard]] std::size_t size() const { return lines_.size(); }
  /// Empty when reading all back and folding it from nothing gives `live`; else the difference.
  [[nodiscard]] std::string replay_difference(const core::State& live) const;

 private:
  struct Line {
    std::string type;
    core::Instant at;
    std::string payload;
  };
  std::vector<Line> lines_;
};

/// Empty when a room loaded from its tables (visits, desks, tallies; all else derived) is `live`; else the difference.
[[nodiscard]] std::string load_difference(const core::State& live);

/// Empty when both rooms are the same but for the revisions of their visits: what undo promises.
[[nodiscard]] std::string undo_difference(core::State before, core::State after);

}  // namespace skranke::test
