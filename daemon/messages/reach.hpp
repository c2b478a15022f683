#pragma once
// Who could not be told: of whom the newest message failed for good by every channel. Folded from facts in which no address stands.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.hpp"

namespace skranke::daemon {

class Reach {
 public:
  struct Lost {
    std::string subject;   ///< a booking, a visit, or who waits for a time
    std::string kind, channel, reason;
    core::Instant at{};
  };

  /// In the order of the journal. An attempt that is made again later says nothing yet.
  void see(const core::Event& event);
  /// Those of whom that is true now, the newest failure first.
  [[nodiscard]] std::vector<Lost> lost() const;

 private:
  struct Known {
    std::map<std::string, std::string> arrived;   ///< by channel: the kind that went out last
    std::optional<Lost> lost;
  };
  void sent(const core::MessageSent& fact);
  void failed(const core::MessageFailed& fact, core::Instant at);

  std::map<std::string, Known> subjects_;
};

}  // namespace skranke::daemon
