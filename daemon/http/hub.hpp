#pragma once
// Who watches what. A change is framed once and offered to every watcher of its topic; what a slow watcher has not
// taken is replaced, never queued.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "daemon/http/message.hpp"

namespace skranke::http {

using ConnectionId = std::uint64_t;
/// A WebSocket frame, header included; shared by all sockets it goes to.
using Frame = std::shared_ptr<const std::string>;

/// One WebSocket as the hub sees it.
class Watcher {
 public:
  virtual ~Watcher() = default;
  /// Sends at once what the socket takes; else keeps the frame as the newest of its `slot`. Must not add or remove
  /// watchers before it returns.
  virtual void offer(std::uint32_t slot, const Frame& frame) = 0;
  /// What let it in was taken back: says goodbye and ends. Must not add or remove watchers before it returns.
  virtual void dismiss() {}
  /// Frames whose seq is not above this are already in what the watcher was sent first.
  [[nodiscard]] virtual std::uint64_t seen_seq() const = 0;
};

/// All calls on the I/O thread.
class Hub {
 public:
  struct Info {
    ConnectionId id;
    std::string name;  ///< Subscription::name
    std::string remote;
    std::vector<std::string> topics;
    std::string credential = {};  ///< Subscription::credential
  };

  /// `watcher` stays registered until remove(). Ids are never used twice. Topics named twice count once.
  [[nodiscard]] ConnectionId add(Watcher& watcher, std::vector<std::string> topics, std::string name,
                                 std::string remote, std::string credential = {});
  void remove(ConnectionId id);
  /// Ends every connection whose credential is not `still_good` any more.
  void dismiss(const std::function<bool(std::string_view credential)>& still_good);

  /// Sends `json_text` to every watcher of `topic`, as one text message. `seq`, when given, is the event it rests on
  /// (see Subscription).
  void publish(std::string_view topic, const Bytes& json_text, std::uint64_t seq = 0);
  /// To every watcher, whatever its topics. An older ping that still waits is replaced.
  void ping(const Bytes& json_text);

  [[nodiscard]] bool has_subscribers(std::string_view topic) const { return subscribers(topic) > 0; }
  [[nodiscard]] std::size_t subscribers(std::string_view topic) const;
  [[nodiscard]] std::size_t size() const { return members_.size(); }
  /// Null when the connection is gone.
  [[nodiscard]] const Info* find(ConnectionId id) const;
  /// In no order; `visit` must not add or remove.
  void each(const std::function<void(const Info&)>& visit) const;

  static constexpr std::uint32_t ping_slot = 0;

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  struct Topic {
    std::uint32_t slot;
    std::vector<Watcher*> watchers;
  };
  struct Member {
    Watcher* watcher;
    Info info;
  };
  std::unordered_map<std::string, Topic, Hash, std::equal_to<>> topics_;  // bounded by connections × topics of each
  std::unordered_map<ConnectionId, Member> members_;
  ConnectionId last_id_ = 0;
  std::uint32_t last_slot_ = ping_slot;
};

}  // namespace skranke::http
