#pragma once
#include <string>

namespace skranke::daemon {

/// Letters and digits that are easy to read (Crockford's base 32, lower case) with at least `bits` of randomness from the kernel.
[[nodiscard]] std::string random_text(unsigned bits);

}  // namespace skranke::daemon
