#pragma once
// How a box comes to know a daemon elsewhere: it shows six digits, an administrator types them in the office. The digits come of the box's key, of the certificate
// it saw and of a nonce from each end, so that nobody can stand between the two and have both agree.
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "agent/config.hpp"
#include "agent/identity.hpp"

namespace skranke::agent {

class Pairing {
 public:
  struct Listener {
    std::function<void(const std::string& code)> show;                ///< ten minutes; another one follows when it has expired
    std::function<void(const std::string& daemon_key)> paired;        ///< the last word
    std::function<void(const std::string& why)> trouble;              ///< it is tried again
  };
  /// Everything runs on `io`; the listener must outlive it. `agent`: the box's id.
  Pairing(boost::asio::io_context& io, DaemonAddress address, std::string agent, std::string public_key, Listener listener);
  ~Pairing();
  Pairing(const Pairing&) = delete;
  Pairing& operator=(const Pairing&) = delete;
  void start();
  void stop();

 private:
  class Running;
  std::shared_ptr<Running> running_;
};

/// Tells whoever reads the log or the terminal what to do; `paired` gets the last word.
[[nodiscard]] Pairing::Listener pairing_words(const std::string& url, std::function<void(const std::string& daemon_key)> paired);

}  // namespace skranke::agent
