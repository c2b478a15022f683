// libFuzzer's way in; which target is decided when it is built.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/facility/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  skranke::fuzz::SKRANKE_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
