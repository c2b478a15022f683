// No room: nothing is acknowledged, nothing is lost, service goes on when there is room again.
#include <gtest/gtest.h>

#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

#include <fmt/format.h>

#include "tests/crash/site_life.hpp"

namespace skranke::test {
namespace {

/// One life in which the n-th write finds no room, once or for a while. False when there was no n-th write.
bool live_with_full_disk(int nth, bool for_a_while) {
  CrashDisk disk;
  SiteLife life{disk, 89};
  EXPECT_TRUE(life.open());
  EXPECT_TRUE(life.append());
  disk.fail({Call::write, nth, SQLITE_FULL, for_a_while});
  for (int i = 1; i <= 40; ++i) {
    const core::State before = life.store().state();
    const std::uint64_t seq = life.store().last_seq();
    if (auto stored = life.append(); !stored) {
      EXPECT_EQ(stored.error().code, db::Errc::storage_full) << stored.error().context;
      EXPECT_EQ(life.store().last_seq(), seq);
      EXPECT_TRUE(core::same(life.store().state(), before, nullptr));
      if (for_a_while) {
        EXPECT_EQ(life.append_again().error().code, db::Errc::storage_full);
      }
      disk.heal();
      const auto again = life.append_again();
      EXPECT_TRUE(again) << again.error().context;
      if (!again) return false;
    }
    if (i % 5 == 0) {
      if (auto projected = life.project(); !projected) {
        EXPECT_EQ(projected.error().code, db::Errc::storage_full) << projected.error().context;
        EXPECT_TRUE(life.store().has_unprojected());
      }
    }
    if (i % 11 == 0) life.checkpoint();
  }
  const bool reached = disk.failed();
  const std::uint64_t last = life.store().last_seq();
  disk.heal();
  life.close();
  std::uint64_t recovered = 0;
  EXPECT_EQ(life.recover(life.acknowledged(), life.submitted(), &recovered), "");
  EXPECT_EQ(recovered, last);
  return reached;
}

TEST(FullDisk, RefusesAndGoesOnAtEveryWrite) {
  for (const bool for_a_while : {false, true}) {
    int nth = 1;
    for (; nth < 5'000 && !HasFailure(); ++nth) {
      SCOPED_TRACE(fmt::format("write {}", nth));
      if (!live_with_full_disk(nth, for_a_while)) break;
    }
    EXPECT_GT(nth, 100) << "too few writes to be a sweep";
    std::printf("%d full disks\n", nth - 1);
  }
}

class SmallFileSystem {
 public:
  SmallFileSystem() : mounted_{::mount("tmpfs", scratch_.path().c_str(), "tmpfs", 0, "size=2m") == 0} {}
  ~SmallFileSystem() {
    if (mounted_) ::umount2(scratch_.path().c_str(), MNT_DETACH);
  }
  SmallFileSystem(const SmallFileSystem&) = delete;
  SmallFileSystem& operator=(const SmallFileSystem&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] const std::filesystem::path& path() const { return scratch_.path(); }

 private:
  Scratch scratch_;
  bool mounted_;
};

/// Appends until there is no room; the record that found none is left in `record`.
db::Result<void> fill(db::Store& store, History& history, db::Record& record) {
  for (int i = 0; i < 100'000; ++i) {
    record = history.ticket();
    if (auto stored = store.append({&record, 1}); !stored) return stored;
  }
  return {};
}

TEST(FullDisk, RefusesAndGoesOnOnARealFileSystem) {
  const SmallFileSystem small;
  if (!small.mounted()) GTEST_SKIP() << "needs root to mount a 2 MB file system";
  std::ofstream{small.path() / "ballast"} << std::string(600'000, 'b');
  auto store = db::Store::open(small.path(), core::from_millis(1));
  ASSERT_TRUE(store) << store.error().context;
  History history{97};
  core::State before;
  db::Record record;
  const auto full = fill(**store, history, record);
  ASSERT_FALSE(full) << "the file system was never full";
  EXPECT_EQ(full.error().code, db::Errc::storage_full) << full.error().context;
  const std::uint64_t seq = (*store)->last_seq();
  EXPECT_EQ(seq + 1, record.first_seq);
  EXPECT_EQ((*store)->append({&record, 1}).error().code, db::Errc::storage_full);
  std::filesystem::remove(small.path() / "ballast");
  const auto stored = (*store)->append({&record, 1});
  ASSERT_TRUE(stored) << stored.error().context;
  EXPECT_EQ((*store)->last_seq(), history.last_seq());
  store->reset();
  const auto again = db::Store::open(small.path(), core::from_millis(1));
  ASSERT_TRUE(again) << again.error().context;
  EXPECT_EQ((*again)->last_seq(), history.last_seq());
  std::string difference;
  EXPECT_TRUE(core::same((*again)->state(), history.state(), &difference)) << difference;
}

}  // namespace
}  // namespace skranke::test
