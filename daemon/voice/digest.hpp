#pragma once
#include <string>
#include <string_view>

namespace skranke::daemon {

/// SHA-256 as 64 small hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace skranke::daemon
