#pragma once
// Every clip that a call can need, made ahead on a thread of its own and kept on disk under the hash of what it is. At call time nothing is made: a clip is
// there, or the chime rings alone.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/voice/source.hpp"

namespace boost::asio {
class io_context;
}

namespace skranke::daemon {

struct Clip {
  std::string hash;
  std::chrono::milliseconds length{0};
  std::string source;   ///< name of what made it
};

class ClipStore {
 public:
  static constexpr std::size_t clips_max = 6'000;
  static constexpr std::uintmax_t bytes_max = 128UL * 1024 * 1024;
  static constexpr std::size_t held_bytes_max = 4UL * 1024 * 1024;   ///< in memory, of those that are asked for

  struct Wiring {
    boost::asio::io_context& io;
    std::string directory;                      ///< the cache; made when needed
    std::string recorded;                       ///< folder of recorded voices; empty = none
    std::string espeak;                         ///< program; empty = none
    std::function<void()> changed;              ///< on the I/O thread
    std::function<void(std::string_view)> log;
  };
  explicit ClipStore(Wiring wiring);
  /// Waits for the clip in hand.
  ~ClipStore();
  ClipStore(const ClipStore&) = delete;
  ClipStore& operator=(const ClipStore&) = delete;

  /// Makes what is missing and forgets what is not in the list. A newer wish takes the place of one that is being fulfilled.
  void want(std::vector<Fragment> wanted);

  [[nodiscard]] const Clip* find(const Fragment& fragment) const;
  /// The bytes of a clip, from memory or from disk (some ten kilobytes); nothing when there is no such clip.
  [[nodiscard]] std::shared_ptr<const std::string> bytes(std::string_view hash);

  [[nodiscard]] bool is_making() const { return making_; }
  /// Wanted ones that no source can say.
  [[nodiscard]] const std::vector<Fragment>& missing() const { return missing_; }
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
  [[nodiscard]] std::size_t count() const { return clips_.size(); }

 private:
  struct Round;
  struct Worker;
  void done(std::uint64_t wish, Round round);

  Wiring wiring_;
  std::map<Fragment, Clip> clips_;
  std::vector<Fragment> missing_;
  std::vector<std::string> faults_;
  std::map<std::string, std::shared_ptr<const std::string>, std::less<>> held_;
  std::size_t held_bytes_ = 0;
  std::uint64_t wish_ = 0;
  bool making_ = false;
  std::unique_ptr<Worker> worker_;
};

}  // namespace skranke::daemon
