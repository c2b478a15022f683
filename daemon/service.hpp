#pragma once
// The whole daemon, put together: built once by main, owned from here down.
#include <string>

#include "daemon/config/config.hpp"

namespace skranke::daemon {

/// Runs until SIGINT or SIGTERM. 0 = stopped cleanly; else the reason was logged. A fatal journal error ends the process with 70.
int serve(const config::Config& config);

}  // namespace skranke::daemon
