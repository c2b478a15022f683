#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "enrolment/bytes.hpp"

namespace skranke::enrolment::wsbd {

/// Spaces and line ends between are nothing; anything else that is not of base64, or ends too early, is refused.
[[nodiscard]] std::optional<Bytes> base64_decode(std::string_view text);
[[nodiscard]] std::string base64_encode(ByteView bytes);

}  // namespace skranke::enrolment::wsbd
