// Every input that the fuzzers kept, again with g++ and its sanitizers.
#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/http/checks.hpp"

namespace skranke::http {
namespace {

template <class Check>
std::size_t replay(const char* folder, Check check) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{std::filesystem::path{SKRANKE_HTTP_CORPUS} / folder}) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file{entry.path(), std::ios::binary};
    const std::vector<char> bytes{std::istreambuf_iterator<char>{file}, {}};
    check({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    ++files;
  }
  return files;
}

TEST(Corpus, Requests) { EXPECT_GT(replay("http_requests", fuzz::check_requests), 10U); }
TEST(Corpus, Frames) { EXPECT_GT(replay("http_frames", fuzz::check_frames), 5U); }

}  // namespace
}  // namespace skranke::http
