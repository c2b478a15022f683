#pragma once
// Short words between desks and to the supervisor. In memory and of today only: they reach neither journal nor backup, a restart forgets them. Even
// so, nothing about a citizen belongs in them; a ticket's number is enough.
#include <deque>
#include <string>
#include <vector>

#include "wire/views.hpp"

namespace skranke::daemon {

class DeskMessages {
 public:
  static constexpr std::size_t kept_max = 200;       ///< the oldest goes
  static constexpr std::size_t text_max = 200;       ///< characters

  /// Gives it its id. `day` is the business day of now; what is of another day is forgotten.
  const wire::DeskMessage& add(wire::DeskMessage message, core::Day day);
  /// Newest first: all, or what concerns a desk (from it, to it).
  [[nodiscard]] std::vector<const wire::DeskMessage*> of(const core::DeskId& desk, core::Day day) const;

 private:
  std::deque<wire::DeskMessage> messages_;   ///< newest first
  core::Day day_{};
  std::uint64_t last_id_ = 0;
};

}  // namespace skranke::daemon
