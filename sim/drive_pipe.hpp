#pragma once
#include "sim/drive.hpp"

namespace skranke::sim {

/// Answers lines from `input` on `output` (file descriptors) until the input ends. Answers are written before the next read that could wait, so a
/// caller who waits for each answer gets it, and one who writes ahead is served in large pieces. False when the output is gone.
bool drive_pipe(Drive& drive, int input, int output);

}  // namespace skranke::sim
