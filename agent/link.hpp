#pragma once
// The line to the daemon: a WebSocket that brings what boards and desks show, and HTTP requests that carry wishes. Comes back by itself.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <tl/expected.hpp>

#include "agent/config.hpp"
#include "agent/identity.hpp"

namespace skranke::agent {

/// One request; `key` makes a repeat harmless.
struct Ask {
  std::string method, path, body, key;
};

struct Answered {
  int status = 0;        ///< 0 = nobody answered in time
  std::string body;
  std::string why;       ///< of 0, where more is known
};

/// How box and daemon know one another; nothing of it = the daemon's socket on this box lets us in, or its certificate has an authority's word.
struct Trust {
  std::string token = {};
  std::shared_ptr<const Identity> identity = {};       ///< the own key signs each connection, and only the daemon's pinned key is spoken to
  std::shared_ptr<std::string> meeting = {};           ///< pairing: whoever answers first while this is empty; then only him
};

class Link {
 public:
  struct Listener {
    std::function<void(std::string_view message)> heard;   ///< each text message of the WebSocket
    std::function<void()> up;                              ///< the WebSocket stands
    std::function<void(const std::string& why)> down;      ///< it fell, or could not be opened; once per attempt
  };

  /// `topics`: what to watch; none = only asks. Everything runs on `io`; the listener must outlive the link.
  Link(boost::asio::io_context& io, DaemonAddress address, Trust trust, std::vector<std::string> topics, Listener listener);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Connects, and again after a fall: at once, then ever more slowly up to eight seconds.
  void start();
  void stop();
  /// Answered within five seconds or given up; a connection that broke is tried once more with the same key. At most 32 wait, further ones are
  /// answered with 0 at once.
  void ask(Ask ask, std::function<void(Answered)> done);
  static constexpr std::size_t asks_max = 32;

 private:
  class Wire;
  std::shared_ptr<Wire> wire_;
};

/// What a URL means; the error is a sentence.
struct Target {
  bool tls = false;
  std::string host, port;    ///< of http and https
  std::string socket;        ///< of unix:
};
[[nodiscard]] tl::expected<Target, std::string> parse_url(std::string_view url);

}  // namespace skranke::agent
