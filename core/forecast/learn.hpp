#pragma once
#include "core/event.hpp"

namespace skranke::core {

/// What an event teaches; called by `evolve` with the state as it was before the event.
void learn(Learned& learned, const State& before, const Event& event);

}  // namespace skranke::core
