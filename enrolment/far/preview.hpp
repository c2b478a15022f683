#pragma once
// A live picture for a network: what the worker would cut away and make smaller is not sent.
#include <optional>

#include "enrolment/worker/frame.hpp"

namespace skranke::enrolment {

constexpr int sent_preview_width = 360, sent_preview_height = 480;
/// In place of a driver's answer to `look`, upright and from its middle; nothing when it is no picture, or no larger.
[[nodiscard]] std::optional<Frame> small_preview(Frame& answer);

}  // namespace skranke::enrolment
