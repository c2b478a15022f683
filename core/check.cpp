#include "core/check.hpp"

#include <cstdlib>

#include <fmt/format.h>

namespace skranke::core {

void broken(const char* truth, const char* file, int line) {
  fmt::print(stderr, "broken: {} at {}:{}\n", truth, file, line);
  std::abort();
}

}  // namespace skranke::core
