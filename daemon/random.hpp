#pragma once
#include <cstdint>
#include <string>

namespace skranke::daemon {

/// Letters and digits that are easy to read (Crockford's base 32, lower case) with at least `bits` of randomness from the kernel.
[[nodiscard]] std::string random_text(unsigned bits);
/// 0 … bound - 1, each as likely; 0 for a bound of 0.
[[nodiscard]] std::uint32_t random_below(std::uint32_t bound);

}  // namespace skranke::daemon
