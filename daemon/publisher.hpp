#pragma once
// Tells watchers what changed. A frame is the whole new shape of a topic, made from one state and shown only once that state is on disk.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/devices.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/http/hub.hpp"

namespace skranke::daemon {

/// Makes the data of a topic in a language; nothing when there is no such thing.
using TopicData = std::function<std::optional<std::string>(std::string_view topic, std::string_view language)>;

class Publisher {
 public:
  Publisher(boost::asio::io_context& io, Engine& engine, http::Hub& hub, TopicData data, std::string build);
  ~Publisher();

  /// The first frame of a watcher. Topics must have been checked with `data`.
  [[nodiscard]] std::string snapshot(const std::vector<std::string>& topics, std::string_view language);
  /// A topic as the hub knows it: the same shape in two languages is two.
  [[nodiscard]] static std::string hub_topic(std::string_view topic, std::string_view language);
  void watch(const std::vector<std::string>& topics, std::string_view language);

  /// Something that boards or staff see has changed.
  void changed();
  /// Heartbeat and slow truths (estimates move with the clock). Call once a second.
  void tick();

 private:
  struct Topic {
    std::string name, language;
    bool fast = false;         ///< boards: at once; others at most ten times a second
    bool dirty = false;
  };
  void arm();
  void round();
  void publish(Topic& topic, const std::string& hub_name);
  [[nodiscard]] std::string message(std::string_view type, std::string_view topic, std::string_view data) const;

  struct Timer;
  Engine& engine_;
  http::Hub& hub_;
  TopicData data_;
  std::string build_;
  std::map<std::string, Topic> topics_;
  std::unique_ptr<Timer> timer_;
  std::chrono::steady_clock::time_point last_fast_{}, last_slow_{};
  static constexpr auto never = std::chrono::steady_clock::time_point::max();
  std::chrono::steady_clock::time_point armed_for_ = never;   ///< the next round
  bool under_way_ = false;                                    ///< a round waits for its commit
  unsigned seconds_ = 0;
};

}  // namespace skranke::daemon
