// The plug is pulled at every moment of a workload.
#include <gtest/gtest.h>

#include "tests/crash/site_life.hpp"

namespace skranke::test {
namespace {

using Kind = CrashDisk::Op::Kind;

struct Toll {
  int cuts = 0, losses = 0;
  std::uint64_t unacknowledged_kept = 0;
};

/// Cuts the power before every flush and after it, and at every `stride`-th operation else; counts the cuts that lost what was
/// acknowledged, and reports any other fault.
Toll cut_everywhere(bool synchronous_full, int batches, std::size_t stride) {
  CrashDisk disk;
  SiteLife life{disk, 71, synchronous_full};
  const auto lived = life.run(batches);
  EXPECT_TRUE(lived) << lived.error().context;
  const std::vector<CrashDisk::Op> ops = disk.ops();
  PowerCut power{ops};
  Progress progress;
  Toll toll;
  for (std::size_t i = 0; i < ops.size() && !::testing::Test::HasFailure(); ++i) {
    const auto& op = ops[i];
    power.advance(i);
    const bool boundary = op.kind == Kind::sync || op.kind == Kind::settle || (i > 0 && ops[i - 1].kind == Kind::sync);
    const bool acknowledged_just_now = i > 0 && ops[i - 1].kind == Kind::mark;
    for (const Fate fate : {Fate::lost, Fate::kept, Fate::any, Fate::torn}) {
      if (!boundary && !acknowledged_just_now && (i + static_cast<std::size_t>(fate)) % stride != 0) continue;
      disk.load(power.cut(fate, i * 7 + static_cast<std::uint64_t>(fate)));
      std::uint64_t recovered = 0;
      const std::string fault = life.recover(progress.acknowledged, progress.submitted, &recovered);
      ++toll.cuts;
      if (fault.starts_with("acknowledged")) ++toll.losses;
      if (synchronous_full) {
        EXPECT_EQ(fault, "") << "after operation " << i << ", fate " << static_cast<int>(fate);
      }
      if (recovered > progress.acknowledged) ++toll.unacknowledged_kept;
    }
    if (op.kind == Kind::mark) progress.note(op.at);
  }
  return toll;
}

TEST(PowerCut, LosesNothingThatWasAcknowledged) {
  const Toll toll = cut_everywhere(true, 300, 9);
  EXPECT_EQ(toll.losses, 0);
  EXPECT_GT(toll.cuts, 4'000);
  EXPECT_GT(toll.unacknowledged_kept, 0U) << "some cuts must fall between the flush and the answer, or nothing was tested";
  RecordProperty("cuts", toll.cuts);
  std::printf("%d power cuts, 0 acknowledged events lost, %d with more than was acknowledged\n", toll.cuts, static_cast<int>(toll.unacknowledged_kept));
}

/// The control: with flushing switched off the very same test must find losses, or it would find nothing ever.
TEST(PowerCut, LosesWithoutFlushing) {
  const Toll toll = cut_everywhere(false, 60, 9);
  EXPECT_GT(toll.losses, toll.cuts / 10);
  std::printf("control: %d of %d power cuts lost acknowledged events\n", toll.losses, toll.cuts);
}

}  // namespace
}  // namespace skranke::test
