#pragma once
// Wishes and health as requests to the daemon (docs/openapi.yaml).
#include <string>
#include <vector>

#include "agent/box.hpp"
#include "agent/link.hpp"
#include "agent/machine.hpp"

namespace skranke::agent {

/// With a fresh idempotency key: a press that is sent twice because its answer was lost calls one citizen.
[[nodiscard]] Ask request_for(const Wish& wish);
[[nodiscard]] Ask report_of(const std::string& agent, const std::vector<Health>& health, const MachineHealth& machine);

}  // namespace skranke::agent
