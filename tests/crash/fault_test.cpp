// Every call to the disk fails once, or for good from there on.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/crash/site_life.hpp"

namespace skranke::test {
namespace {

struct Sweep {
  const char* name;
  Call call;
  int code;
  bool sticky;
};

class EveryFault : public ::testing::TestWithParam<Sweep> {};

bool expected(db::Errc code, const Sweep& sweep) {
  if (sweep.code == SQLITE_IOERR_SHMSIZE) return code == db::Errc::storage_full;
  return code == db::Errc::io;
}

/// A new process on the same running system sees what was written, even what a failed flush never brought to the disk: what it then
/// acknowledges must not rest on that.
std::string go_on(CrashDisk& disk, SiteLife& life) {
  if (auto opened = life.open(); !opened) return opened.error().context;
  life.take_up();
  for (int i = 0; i < 10; ++i)
    if (auto stored = life.append(); !stored) return stored.error().context;
  const auto cut = disk.after_power_cut(disk.ops().size(), Fate::lost, 1);
  life.close();
  disk.load(cut);
  return life.recover(life.acknowledged(), life.submitted());
}

/// Lives until the n-th call fails; false when it was never reached.
bool live_with_fault(const Sweep& sweep, int nth) {
  CrashDisk disk;
  SiteLife life{disk, 83};
  disk.fail({sweep.call, nth, sweep.code, sweep.sticky});
  const auto lived = life.run(100);
  const bool reached = disk.failed();
  if (!lived) {
    EXPECT_TRUE(reached) << lived.error().context;
    EXPECT_TRUE(expected(lived.error().code, sweep)) << static_cast<int>(lived.error().code) << ": " << lived.error().context;
  }
  if (life.is_open() && !lived && lived.error().code == db::Errc::io) {   // whatever failed for good stays refused, though the disk may be well again
    disk.heal();
    const auto again = life.append_again();
    EXPECT_FALSE(again);
    EXPECT_FALSE(life.project());
  }
  life.close();
  disk.heal();
  // Twice: the process died and the system lived on; and the power failed with it.
  const CrashDisk::Moment moment = disk.moment();
  const std::uint64_t acknowledged = life.acknowledged(), submitted = life.submitted();
  EXPECT_EQ(go_on(disk, life), "") << "the process died, another went on, then the power failed";
  life.fall_back();
  disk.come_back(moment);
  disk.load(disk.after_power_cut(disk.ops().size(), Fate::lost, 1));
  EXPECT_EQ(life.recover(acknowledged, submitted), "") << "the power failed";
  disk.come_back(moment);
  EXPECT_EQ(life.recover(acknowledged, submitted), "") << "the process died";
  return reached;
}

TEST_P(EveryFault, LosesNothingThatWasAcknowledged) {
  int nth = 1;
  for (; nth < 20'000 && !HasFailure(); ++nth) {
    SCOPED_TRACE(fmt::format("call {}", nth));
    if (!live_with_fault(GetParam(), nth)) break;
  }
  EXPECT_GT(nth, 1) << "no such call was ever made";
  std::printf("%d faults\n", nth - 1);
}

INSTANTIATE_TEST_SUITE_P(
    Disk, EveryFault,
    ::testing::Values(Sweep{"write_once", Call::write, SQLITE_IOERR_WRITE, false}, Sweep{"write_for_good", Call::write, SQLITE_IOERR_WRITE, true},
                      Sweep{"sync_once", Call::sync, SQLITE_IOERR_FSYNC, false}, Sweep{"sync_for_good", Call::sync, SQLITE_IOERR_FSYNC, true},
                      Sweep{"open_once", Call::open, SQLITE_CANTOPEN, false}, Sweep{"open_for_good", Call::open, SQLITE_CANTOPEN, true},
                      Sweep{"truncate_once", Call::truncate, SQLITE_IOERR_TRUNCATE, false},
                      Sweep{"read_once", Call::read, SQLITE_IOERR_READ, false}, Sweep{"read_for_good", Call::read, SQLITE_IOERR_READ, true},
                      Sweep{"size_once", Call::size, SQLITE_IOERR_FSTAT, false}, Sweep{"index_once", Call::index, SQLITE_IOERR_SHMMAP, false},
                      Sweep{"index_no_room", Call::index, SQLITE_IOERR_SHMSIZE, false}, Sweep{"remove_once", Call::remove, SQLITE_IOERR_DELETE, false}),
    [](const auto& sweep) { return sweep.param.name; });

}  // namespace
}  // namespace skranke::test
