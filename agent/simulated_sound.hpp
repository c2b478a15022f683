#pragma once
// A loudspeaker of a box without hardware: what the sound card would play, and when, for the page that draws the box. Pure; time comes in.
#include <deque>
#include <string>
#include <vector>

#include "agent/loudspeaker.hpp"

namespace skranke::agent {

/// Takes the same news as a Loudspeaker and keeps to the same rules: each once, at its time, nothing that is long over, silence in an evacuation.
class SimulatedSound {
 public:
  void hear(const SoundNews& news, Tick now);
  /// Begins and ends what is due; when to be called next.
  Tick step(Tick now);

  [[nodiscard]] bool is_playing() const { return playing_; }
  /// What it plays, or played last; an empty id: nothing yet.
  [[nodiscard]] const AnnouncementNews& said() const { return said_; }

 private:
  struct Due {
    AnnouncementNews said;
    Tick at{}, until{};
  };
  std::vector<Due> due_;
  std::deque<std::string> played_;
  AnnouncementNews said_;
  Tick until_{0};
  bool playing_ = false;
};

}  // namespace skranke::agent
