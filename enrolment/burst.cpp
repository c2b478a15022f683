#include "enrolment/burst.hpp"

#include "enrolment/seal.hpp"

namespace skranke::enrolment {

Shot best_shot(Shot first, const Burst& burst) {
  const auto judged = [&](const Shot& shot) { return burst.judge(shot.image).value_or(std::vector<FaceCheck>{}); };
  Shot best = std::move(first);
  std::vector<FaceCheck> checks = judged(best);
  for (std::size_t taken = 1; taken < burst_max && burst.has_time(); ++taken) {
    Result<Shot> shot = burst.next();
    if (!shot) break;
    std::vector<FaceCheck> these = judged(*shot);
    const bool best_is_old = burst.was_offered(best), this_is_old = burst.was_offered(*shot);
    // Without checks nobody could look at it.
    const bool better = !these.empty() && (checks.empty() || (best_is_old != this_is_old ? best_is_old : is_better(these, checks)));
    if (better) {
      std::swap(best, *shot);
      checks = std::move(these);
    }
    wipe(shot->image.pixels);
  }
  return best;
}

}  // namespace skranke::enrolment
