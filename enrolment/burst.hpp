#pragma once
// The best of a few pictures of a face, taken one after the other: people blink.
#include <functional>

#include "enrolment/faces.hpp"
#include "enrolment/fingers.hpp"

namespace skranke::enrolment {

/// What left the sensor's process: a picture, its digest there, and which finger it was asked for, as the driver repeats it.
struct Shot {
  Image image;
  std::string digest;
  std::optional<Finger> finger;
};

constexpr std::size_t burst_max = 5;  ///< pictures, the first among them

struct Burst {
  std::function<Result<Shot>()> next;             ///< one more; an error ends the burst, whatever it is
  std::function<bool()> has_time;                 ///< asked before each
  std::function<Result<std::vector<FaceCheck>>(const Image&)> judge;
  std::function<bool(const Shot&)> was_offered;   ///< to the session before: only taken where there is nothing else
};
/// Keeps the best of `first` and what follows, and overwrites the others. Never holds more than two.
[[nodiscard]] Shot best_shot(Shot first, const Burst& burst);

}  // namespace skranke::enrolment
