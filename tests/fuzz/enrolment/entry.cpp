// libFuzzer's way in; which target is decided when it is built.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/enrolment/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  skranke::enrolment::fuzz::SKRANKE_FUZZ_TARGET({data, size});
  return 0;
}
