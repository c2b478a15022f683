#pragma once
// What is heard in the waiting room, when and how loud. Pure data; who sounds where is in core/sound.hpp.
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace skranke::core {

/// A span of every day's wall-clock time; `to` before `from` runs past midnight.
struct DaySpan {
  Minutes from{0};
  Minutes to{0};
  bool operator==(const DaySpan&) const = default;
  [[nodiscard]] bool covers(Minutes clock) const { return from <= to ? from <= clock && clock < to : from <= clock || clock < to; }
};

struct VolumeSpan {
  DaySpan when;
  int percent = 100;                     ///< of what the loudspeaker is set to
  bool operator==(const VolumeSpan&) const = default;
};

struct SoundRules {
  bool speech = true;                    ///< numbers are spoken; the chime does not depend on it
  bool second_language = true;           ///< after the site's first language, the one of the ticket
  int times = 1;                         ///< how often each call is said
  std::vector<DaySpan> quiet;            ///< neither chime nor speech
  std::vector<VolumeSpan> volume;        ///< the first that covers the time
  bool operator==(const SoundRules&) const = default;
};

/// Which way to walk, as seen by whoever reads the board.
enum class Arrow : std::uint8_t { none, left, right, up, down, up_left, up_right, down_left, down_right };

}  // namespace skranke::core
