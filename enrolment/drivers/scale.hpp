#pragma once
// Pictures of another resolution than is wanted.
#include "enrolment/image.hpp"

namespace skranke::enrolment {

/// As if taken with `wanted` dots an inch instead of `had`: each dot from the four nearest.
[[nodiscard]] Image scaled(const Image& image, int wanted, int had);

}  // namespace skranke::enrolment
