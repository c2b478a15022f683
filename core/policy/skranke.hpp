#pragma once
#include "core/policy/policy.hpp"

namespace skranke::core {

/// Who has used up most of a target is next. Targets are the facility's (`booked_target_minutes`, `walk_in_target_minutes`); short errands have shorter
/// ones and long errands longer ones, so that who needs three minutes does not wait as long as who needs half an hour. A booked visit has used nine
/// tenths of its target at its time; early minutes count against it, late ones less than a walk-in's. Errands that few open desks can see to weigh a
/// little more, so that those desks are left to them. Seniority is that of the visit: later steps count from its arrival.
///
/// Bounds: of walk-ins that one desk may call, the one that waits longest is passed by later ones at most `passed_max` times in all, each with an errand
/// of at most `passing_length_share` of its own; a stated priority is a head start and counts as arriving earlier. A desk never stands idle while
/// somebody it may call waits.
class Skranke final : public Policy {
 public:
  [[nodiscard]] std::optional<Choice> choose(const State& state, const Asking& desk) const override;
};

}  // namespace skranke::core
