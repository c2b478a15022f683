// Every seed and every input that once broke something, through the same checks as the fuzzer. A broken promise ends
// the process.
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/fuzz/facility/targets.hpp"

namespace skranke::fuzz {
namespace {

void replay(const char* folder, const std::function<void(std::string_view)>& target) {
  std::size_t seeds = 0;
  for (const auto& entry : std::filesystem::directory_iterator{std::filesystem::path{SKRANKE_CORPUS} / folder}) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file{entry.path(), std::ios::binary};
    const std::string whole{std::istreambuf_iterator<char>{file}, {}};
    target(whole);
    // And cut off at many places, as a full disk leaves it.
    for (std::size_t length = 0; length < whole.size(); length += 1 + whole.size() / 200)
      target(std::string_view{whole}.substr(0, length));
    ++seeds;
  }
  EXPECT_GE(seeds, 5U) << folder;
}

TEST(Corpus, FacilityToml) { replay("facility_toml", facility_toml); }
TEST(Corpus, FacilityJson) { replay("facility_json", facility_json); }
TEST(Corpus, Config) { replay("config", config); }
TEST(Corpus, RequestBody) { replay("request_body", request_body); }

}  // namespace
}  // namespace skranke::fuzz
