// The folder that smsd takes text messages from: what lies in it, whole files only, and what a look tells.
#include "daemon/messages/sms_spool.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/unit/auth/folder.hpp"

namespace skranke::daemon {
namespace {

using auth::Folder;

core::Instant now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

TEST(SmsSpool, AMessageIsAFileAsSmsdReadsIt) {
  const Folder folder;
  const SmsSpool spool{folder.path()};
  ASSERT_TRUE(spool.put("one", "+4500112233", "Husk din tid på fredag"));
  const std::string path = folder.path() + "/one";
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(text, "To: 4500112233\nAlphabet: UTF-8\n\nHusk din tid på fredag");
  struct stat about {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0660U) << "smsd runs as another user of the folder's group";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder.path()}, {}), 1) << "no draft is left";
  EXPECT_EQ(spool.look(now()).waiting, 1U);
  EXPECT_EQ(spool.look(now()).health, SmsSpool::Health::ready);
}

TEST(SmsSpool, AFolderThatIsNotThereTakesNothing) {
  const Folder folder;
  const SmsSpool spool{folder.path() + "/none"};
  EXPECT_FALSE(spool.put("one", "+4500112233", "text"));
  EXPECT_EQ(spool.look(now()).health, SmsSpool::Health::missing);
}

TEST(SmsSpool, ADraftIsNeverWrittenThroughALink) {
  const Folder folder, elsewhere;
  const std::string target = elsewhere.path() + "/target";
  std::ofstream{target} << "kept";
  std::filesystem::create_symlink(target, folder.path() + "/one.LOCK");
  EXPECT_FALSE(SmsSpool{folder.path()}.put("one", "+4500112233", "text"));
  std::ifstream file{target};
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>{file}, {}}), "kept");
}

TEST(SmsSpool, WhatNobodyTakesForTenMinutesIsStuck) {
  const Folder folder;
  const SmsSpool spool{folder.path()};
  ASSERT_TRUE(spool.put("one", "+4500112233", "text"));
  EXPECT_EQ(spool.look(now() + SmsSpool::untouched_max - std::chrono::minutes{1}).health, SmsSpool::Health::ready);
  EXPECT_EQ(spool.look(now() + SmsSpool::untouched_max + std::chrono::minutes{1}).health, SmsSpool::Health::stuck);
  std::filesystem::remove(folder.path() + "/one");
  std::ofstream{folder.path() + "/old.LOCK"} << "a draft that a power cut left";
  EXPECT_EQ(spool.look(now() + std::chrono::hours{5}).health, SmsSpool::Health::ready);
}

TEST(SmsSpool, WhatSmsdHasReadAndTheModemDoesNotSendIsStuckToo) {
  const Folder folder;
  std::filesystem::create_directories(folder.path() + "/sms/outgoing");
  std::filesystem::create_directories(folder.path() + "/sms/checked");
  for (const char* written : {"/sms/outgoing", "/sms/outgoing/"}) {
    const SmsSpool spool{folder.path() + written};
    ASSERT_TRUE(spool.put("one", "+4500112233", "text"));
    std::filesystem::rename(folder.path() + "/sms/outgoing/one", folder.path() + "/sms/checked/one");
    EXPECT_EQ(spool.look(now()).waiting, 1U) << written;
    EXPECT_EQ(spool.look(now()).health, SmsSpool::Health::ready);
    EXPECT_EQ(spool.look(now() + SmsSpool::untouched_max + std::chrono::minutes{1}).health, SmsSpool::Health::stuck) << written;
  }
}

TEST(SmsSpool, AFullFolderIsStuckAndALookHasAnEnd) {
  const Folder folder;
  for (std::size_t n = 0; n < 3 * SmsSpool::waiting_max; ++n) std::ofstream{folder.path() + "/" + std::to_string(n)} << n;
  const auto look = SmsSpool{folder.path()}.look(now());
  EXPECT_EQ(look.health, SmsSpool::Health::stuck);
  EXPECT_EQ(look.waiting, 2 * SmsSpool::waiting_max);
}

TEST(SmsSpool, OnlyANumberWithItsCountryCanBeDialled) {
  for (const char* good : {"+4500112233", "+46700000000", "+1234567"}) EXPECT_TRUE(SmsSpool::can_reach(good)) << good;
  for (const char* bad : {"", "112", "4500112233", "+45", "+45001122334455667", "+45\nTo: 1", "+4500 11 22"}) EXPECT_FALSE(SmsSpool::can_reach(bad)) << bad;
}

}  // namespace
}  // namespace skranke::daemon
