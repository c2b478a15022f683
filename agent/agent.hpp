#pragma once
// The agent as it runs: the box's devices, the line to the daemon, and the clock, on one loop.
#include <memory>

#include <boost/asio/io_context.hpp>

#include "agent/box.hpp"
#include "agent/config.hpp"

namespace skranke::agent {

class Agent {
 public:
  /// Sources must outlive it. `token`: the agent's own.
  Agent(boost::asio::io_context& io, AgentConfig config, std::string token, devices::LineSource& lines, devices::SerialSource& serial);
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
