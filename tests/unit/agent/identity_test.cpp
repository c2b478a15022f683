#include "agent/identity.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "wire/agent_pairing.hpp"

namespace skranke::agent {
namespace {

namespace fs = std::filesystem;

class Own : public ::testing::Test {
 protected:
  Own() {
    std::string name = (fs::temp_directory_path() / "skranke-own-XXXXXX").string();
    base = ::mkdtemp(name.data());
    folder = base + "/own";
  }
  ~Own() override { fs::remove_all(base); }
  std::string base, folder;
};

TEST_F(Own, AKeyIsMadeOnceAndKept) {
  const auto first = Identity::load(folder);
  ASSERT_TRUE(first) << first.error();
  EXPECT_EQ(first->public_key().size(), wire::key_bytes);
  EXPECT_TRUE(first->daemon_key().empty());
  EXPECT_EQ(Identity::load(folder)->public_key(), first->public_key());
  struct stat status {};
  ASSERT_EQ(::stat((folder + "/key.pem").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(first->sign("x").size(), wire::signature_bytes);
}

TEST_F(Own, ANewKeyForgetsTheDaemon) {
  auto first = Identity::load(folder);
  ASSERT_TRUE(first->pair_with(std::string(32, 'd')));
  EXPECT_EQ(Identity::load(folder)->daemon_key(), std::string(32, 'd'));
  const auto second = Identity::make(folder);
  ASSERT_TRUE(second);
  EXPECT_NE(second->public_key(), first->public_key());
  EXPECT_TRUE(Identity::load(folder)->daemon_key().empty());
}

TEST_F(Own, WhatIsNoKeyIsSaid) {
  fs::create_directories(folder);
  std::ofstream{folder + "/key.pem"} << "nonsense";
  EXPECT_NE(Identity::load(folder).error().find("--pair"), std::string::npos);
  ASSERT_TRUE(Identity::make(folder));
  std::ofstream{folder + "/daemon.pin"} << "nonsense";
  EXPECT_NE(Identity::load(folder).error().find("daemon.pin"), std::string::npos);
  EXPECT_FALSE(Identity::load("/proc/none/own"));
}

/// Both ends must say the same, byte for byte: written down once, by hand.
TEST(Meeting, DigitsComeOfAllThatBothKnow) {
  const std::string d(32, 'd'), k(32, 'k'), a(32, 'a'), n(32, 'n');
  const wire::Meeting meeting{d, k, a, n, "box"};
  EXPECT_EQ(wire::meeting_message(meeting), "skranke meeting 1\n" + d + k + a + n + "box");
  EXPECT_EQ(wire::meeting_code(std::string("\0\0\0\0\0\0\0\x2a", 8)), "000042");
  const std::string code = wire::meeting_code(sha256(wire::meeting_message(meeting)));
  for (const wire::Meeting& other : {wire::Meeting{a, k, a, n, "box"}, wire::Meeting{d, a, a, n, "box"}, wire::Meeting{d, k, d, n, "box"}, wire::Meeting{d, k, a, d, "box"}, wire::Meeting{d, k, a, n, "bax"}})
    EXPECT_NE(wire::meeting_code(sha256(wire::meeting_message(other))), code);
}

TEST(Meeting, HexIsExact) {
  EXPECT_EQ(wire::to_hex(std::string("\x00\xff\x1a", 3)), "00ff1a");
  EXPECT_EQ(wire::from_hex("00ff1a", 3), std::string("\x00\xff\x1a", 3));
  for (const std::string_view wrong : {"00ff1", "00FF1A", "00ff1a00", "00ff1g", ""}) EXPECT_FALSE(wire::from_hex(wrong, 3)) << wrong;
}

}  // namespace
}  // namespace skranke::agent
