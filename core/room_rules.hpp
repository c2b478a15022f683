#pragma once
// Rules of the room that stand in the facility file: the last ticket, how many persons fit in, what is an alarm. Pure data.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace skranke::core {

using Minutes = std::chrono::minutes;

/// When tickets stop before the doors close.
struct LastTicket {
  bool by_work = false;      ///< refuse what could not be finished in time; else tickets are given until closing
  Minutes overtime{0};       ///< so much later than closing a step may still end
  Minutes notice{20};        ///< the board says so this long before; 0 = never
  bool operator==(const LastTicket&) const = default;
};

/// How many persons may be in the room or in one zone of it; parties count in full. A visit stands in the zone of the first desk of the file that
/// serves what it waits for.
struct RoomRules {
  struct ZoneLimit {
    std::string zone;
    int crowd_max = 0;
    bool operator==(const ZoneLimit&) const = default;
  };
  int crowd_max = 0;               ///< 0 = no limit
  bool wait_outside = true;        ///< when full: a ticket to wait outside with is offered; else only refused
  std::vector<ZoneLimit> zones;
  bool operator==(const RoomRules&) const = default;
};

/// What staff are warned of. 0 = never.
struct AlarmRules {
  Minutes wait{60};          ///< somebody has waited longer
  int queue = 0;             ///< more than so many wait for one service
  Minutes called{10};        ///< called so long ago, and neither started nor missed
  Minutes serving{90};       ///< at a desk for so long
  Minutes parked{60};        ///< put aside so long ago
  Minutes leaving{30};       ///< an authority goes within this time, and somebody waits for it
  Minutes closing{30};       ///< the doors close within this time, and there is more work than that
  Minutes desk_break{45};    ///< a desk on break for so long
  bool promise = true;       ///< within the next weeks somebody who books will find no time within seven working days
  bool operator==(const AlarmRules&) const = default;
};

}  // namespace skranke::core
