#pragma once
// The sound card of a box as a loudspeaker of the room: chime, then what the daemon says, each once and at its time, by ALSA's own player. The chime never
// waits for speech; what cannot be fetched or played is told to staff and tried again.
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/box.hpp"
#include "display/wave.hpp"

namespace skranke::agent {

struct ClipNews {
  std::string url;
  std::chrono::milliseconds pause{0};   ///< before it
  bool operator==(const ClipNews&) const = default;
};

struct AnnouncementNews {
  std::string id;
  std::chrono::milliseconds in{0};      ///< from when the message came; below 0 it has begun
  int volume = 0;                       ///< percent; 0 = not heard
  std::vector<ClipNews> clips;
  std::chrono::milliseconds until{0};   ///< when the next one may begin, from when the message came
  std::vector<std::pair<std::string, std::string>> calls = {};   ///< number and desk; none in a test of the sound
};

struct SoundNews {
  std::string speaker;
  bool evacuation = false;
  std::vector<AnnouncementNews> announcements;
};

/// Plays samples of 16 bits, one channel, at `rate`. Blocks on a thread of its own.
class Loudspeaker {
 public:
  using Fetched = std::function<void(std::string bytes)>;                               ///< empty = could not be had
  using Fetch = std::function<void(const std::string& url, Fetched done)>;
  static constexpr unsigned rate = 44'100;
  static constexpr std::chrono::milliseconds late{1'500};      ///< what began longer ago is over
  static constexpr std::chrono::milliseconds speech_patience{4'000};
  static constexpr std::size_t played_max = 200, clips_max = 300, jobs_max = 8;

  Loudspeaker(SoundConfig config, Fetch fetch);
  ~Loudspeaker();
  Loudspeaker(const Loudspeaker&) = delete;
  Loudspeaker& operator=(const Loudspeaker&) = delete;

  void hear(const SoundNews& news, Tick now);
  /// Begins what is due; when to be called next.
  Tick step(Tick now);
  void silence();
  [[nodiscard]] Health health() const;
  [[nodiscard]] const std::string& id() const { return config_.id; }

 private:
  struct Job;
  struct Player;
  struct Due {
    AnnouncementNews said;
    Tick at{};
  };
  void begin(const AnnouncementNews& said);
  void want(const std::string& url);
  void settle(const std::shared_ptr<Job>& job);

  SoundConfig config_;
  Fetch fetch_;
  std::vector<Due> due_;
  std::deque<std::string> played_;
  std::map<std::string, display::Wave> clips_;
  std::vector<std::string> fetching_;
  std::vector<std::weak_ptr<Job>> waiting_;
  bool lacking_ = false;
  Tick probe_at_{};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unique_ptr<Player> player_;
};

}  // namespace skranke::agent
