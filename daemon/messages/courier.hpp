#pragma once
// Carries one message at a time through a channel that may take its time, on a thread of its own; the outcome comes back on the I/O thread.
#include <functional>
#include <memory>
#include <optional>

#include "daemon/messages/channel.hpp"

namespace boost::asio {
class io_context;
}

namespace skranke::daemon {

class Courier {
 public:
  Courier(boost::asio::io_context& io, std::unique_ptr<Channel> channel);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  [[nodiscard]] bool busy() const { return busy_; }
  /// Only while it is not busy. `done` is not called any more once this is gone.
  void carry(Parcel parcel, std::function<void(Outcome)> done);
  /// At the end: waits for what is on its way, at most Channel::seconds_max. The outcome that nobody was told of, if there is one; nothing is carried any more.
  [[nodiscard]] std::optional<Outcome> finish();

 private:
  struct Worker;
  boost::asio::io_context& io_;
  std::unique_ptr<Channel> channel_;
  bool busy_ = false;
  std::optional<Outcome> untold_;      ///< written by the worker before it posts, read after it was joined
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unique_ptr<Worker> worker_;
};

}  // namespace skranke::daemon
