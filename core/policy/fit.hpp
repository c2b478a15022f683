#pragma once
// May this desk call this step? Every policy, the estimate and the views ask here and nowhere else.
#include <string_view>
#include <vector>

#include "core/state.hpp"

namespace skranke::core {

/// A desk that asks whom to call, as its session makes it.
struct Asking {
  const Facility& facility;
  const DeskStatus& desk;
  std::vector<ServiceId> services;             ///< what it may serve now, for which it has the skill
  const std::vector<std::string>& languages;   ///< empty = all
  Instant now{};
};
[[nodiscard]] Asking asking(const Facility& facility, const DeskStatus& desk, Instant now);

/// The services a desk serves now: the facility's, narrowed by its session.
[[nodiscard]] std::vector<ServiceId> services_of(const Facility& facility, const DeskStatus& desk);
/// The session's, else the facility's. No languages = all of them.
[[nodiscard]] const std::vector<std::string>& languages_of(const Facility& facility, const DeskStatus& desk);
[[nodiscard]] const std::vector<std::string>& skills_of(const Facility& facility, const DeskStatus& desk);
[[nodiscard]] bool speaks(const Facility& facility, const DeskStatus& desk, std::string_view language);

/// Has the desk what the service asks for: is it on its list, is the skill there, and the language where that is a must? Who calls by number needs
/// this and no more.
[[nodiscard]] bool able(const State& state, const Asking& desk, const Visit& visit, const ServiceId& service);
/// Able, and the step is tied to nobody else: it could come here some time.
[[nodiscard]] bool could_call(const State& state, const Asking& desk, const Visit& visit, std::size_t step);
/// Could, and nobody else goes first now. The step must be ready.
[[nodiscard]] bool may_call(const State& state, const Asking& desk, const QueueEntry& entry);

}  // namespace skranke::core
