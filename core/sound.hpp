#pragma once
// Who sounds for a zone: exactly one loudspeaker, since two that say the same number a moment apart are understood by nobody.
#include <optional>
#include <string>
#include <string_view>

#include "core/facility.hpp"

namespace skranke::core {

struct SoundOutput {
  enum class Kind : std::uint8_t { none, board, speaker };
  Kind kind = Kind::none;
  std::string id;                        ///< of the board or loudspeaker; of nobody: the zone
  int volume = 0;                        ///< as it is set
  bool operator==(const SoundOutput&) const = default;
};

/// A loudspeaker of an agent that has the zone; else the board that says it is the speaker; else the first board that names the zone; else the first that
/// shows all zones. A board that says `speaker = false` is never taken.
[[nodiscard]] SoundOutput output_for(const Facility& facility, std::string_view zone);
/// Percent that is heard at this time: 0 in quiet hours.
[[nodiscard]] int volume_at(const Facility& facility, const SoundOutput& output, Instant at);
/// What the board shows beside a desk.
[[nodiscard]] Arrow arrow_to(const Board& board, const Desk& desk);
/// Nobody comes now: the site has been closed for a while and does not open soon.
[[nodiscard]] bool is_night(const Facility& facility, Minutes night_after, Instant at);

}  // namespace skranke::core
