// Every seed and every input that once broke something, whole, cut off and with bytes turned over, through the same
// checks as the fuzzer. A broken promise ends the process.
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/fuzz/enrolment/targets.hpp"

namespace skranke::enrolment::fuzz {
namespace {

void replay(const char* folder, const std::function<void(ByteView)>& target) {
  std::size_t seeds = 0;
  for (const auto& entry : std::filesystem::directory_iterator{std::filesystem::path{SKRANKE_CORPUS} / folder}) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file{entry.path(), std::ios::binary};
    Bytes whole{std::istreambuf_iterator<char>{file}, {}};
    target(whole);
    for (std::size_t length = 0; length < whole.size(); length += 1 + whole.size() / 100)
      target(ByteView{whole}.first(length));
    for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 200) {
      whole[at] ^= 0xFFU;
      target(whole);
      whole[at] ^= 0xFFU;
    }
    ++seeds;
  }
  EXPECT_GE(seeds, 3U) << folder;
}

TEST(EnrolmentCorpus, Wsq) { replay("wsq", wsq); }
TEST(EnrolmentCorpus, Picture) { replay("picture", picture); }
TEST(EnrolmentCorpus, Dg2) { replay("dg2", dg2); }
TEST(EnrolmentCorpus, Dg3) { replay("dg3", dg3); }
TEST(EnrolmentCorpus, An2) { replay("an2", an2); }
TEST(EnrolmentCorpus, Receipt) { replay("receipt", receipt); }
TEST(EnrolmentCorpus, Envelope) { replay("envelope", envelope); }
TEST(EnrolmentCorpus, Tar) { replay("tar", tar); }
TEST(EnrolmentCorpus, Profile) { replay("profile", profile); }
TEST(EnrolmentCorpus, Wsbd) { replay("wsbd", fuzz::wsbd); }

}  // namespace
}  // namespace skranke::enrolment::fuzz
