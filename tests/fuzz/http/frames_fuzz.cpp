#include "tests/fuzz/http/checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  skranke::http::fuzz::check_frames({data, size});
  return 0;
}
