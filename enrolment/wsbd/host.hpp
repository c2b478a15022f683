#pragma once
// A WS-BD service on a Unix socket. A vendor's driver is a Device and one call of this.
#include <string>

#include <sys/types.h>

#include "enrolment/wsbd/service.hpp"

namespace skranke::enrolment::wsbd {

struct Host {
  std::string socket;              ///< path; made anew, readable for its owner and group
  uid_t allowed = 0;               ///< who may speak to it, beside root and ourselves
  int listening = -1;              ///< a socket that somebody opened for us instead
};

/// One connection after the other until SIGTERM. An error: the socket cannot be had.
Result<void> serve(Service& service, const Host& host);

}  // namespace skranke::enrolment::wsbd
