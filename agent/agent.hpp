#pragma once
// The agent as it runs: the box's devices, the line to the daemon, and the clock, on one loop.
#include <memory>

#include <boost/asio/io_context.hpp>

#include "agent/box.hpp"
#include "agent/config.hpp"
#include "agent/identity.hpp"
#include "agent/simulator.hpp"

namespace skranke::agent {

/// What the daemon knows this box by: a token, or its own key; neither = the socket that lets it in.
struct Secret {
  std::string token = {};
  std::shared_ptr<Identity> identity = {};
};

class Agent {
 public:
  /// Hardware and simulator must outlive it. Without a token it pairs first where the daemon knows boxes by their keys.
  Agent(boost::asio::io_context& io, AgentConfig config, Secret secret, const Hardware& hardware, Simulator* simulator = nullptr);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  void start();
  /// Takes the hands off the hardware: lamps dark, signs as they stand until their power goes; the loop then runs out.
  void stop();

 private:
  class Running;
  std::shared_ptr<Running> running_;
};

}  // namespace skranke::agent
