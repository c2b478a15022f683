// What skrankectl does to a journal, also while the daemon writes it.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "db/store.hpp"
#include "tests/unit/db/history.hpp"
#include "tests/unit/db/scratch.hpp"
#include "tests/unit/db/sql.hpp"

namespace skranke::db {
namespace {

using test::History;
using test::Scratch;
using test::Sql;

const core::Instant start = core::from_millis(1'795'420'000'000);

void expect_whole(const std::filesystem::path& directory, std::uint64_t last_seq) {
  const auto verification = verify(directory);
  ASSERT_TRUE(verification) << verification.error().context;
  EXPECT_TRUE(verification->faults.empty()) << verification->faults.front();
  EXPECT_EQ(verification->last_seq, last_seq);
  EXPECT_EQ(verification->events, last_seq);
}

void live_through(Store& store, History& history, int commands) {
  for (int i = 0; i < commands; ++i) {
    const Record record = history.next();
    ASSERT_TRUE(store.append({&record, 1}));
  }
}

TEST(Replay, PassesEveryStateUpToATime) {
  const Scratch scratch;
  History history{41};
  std::vector<core::State> states;   // after each event's command
  std::vector<core::Instant> times;
  {
    auto store = Store::open(scratch.path(), start);
    ASSERT_TRUE(store);
    for (int i = 0; i < 80; ++i) {
      live_through(**store, history, 1);
      states.push_back(history.state());
      times.push_back(history.now());
    }
  }
  for (const std::size_t stop : {std::size_t{0}, std::size_t{39}, std::size_t{79}}) {
    core::State last;
    std::uint64_t lines = 0, seq = 0;
    const auto events = replay(scratch.path(), times[stop], [&](const Line& line, const core::State& state) {
      EXPECT_EQ(line.seq, ++seq);
      EXPECT_LE(line.at, times[stop]);
      EXPECT_FALSE(line.type.empty());
      last = state;
      ++lines;
    });
    ASSERT_TRUE(events) << events.error().context;
    EXPECT_EQ(*events, lines);
    std::string difference;
    EXPECT_TRUE(core::same(last, states[stop], &difference)) << stop << ": " << difference;
  }
  EXPECT_EQ(replay(scratch.path(), std::nullopt, [](const Line&, const core::State&) {}).value(), history.last_seq());
  EXPECT_EQ(replay(scratch.path(), start - std::chrono::hours{1}, [](const Line&, const core::State&) {}).value(), 0U);
}

TEST(Tools, SayWhatIsMissing) {
  const Scratch scratch;
  EXPECT_EQ(verify(scratch.path()).error().code, Errc::not_found);
  EXPECT_EQ(backup(scratch.path(), scratch / "copy").error().code, Errc::not_found);
  EXPECT_EQ(restore(scratch.path(), scratch / "copy", start).error().code, Errc::not_found);
  EXPECT_FALSE(std::filesystem::exists(scratch / "skranke.db")) << "tools create nothing";
}

TEST(Backup, IsWholeWhileTheSiteIsBusy) {
  const Scratch scratch, elsewhere;
  auto opened = Store::open(scratch.path(), start);
  ASSERT_TRUE(opened);
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> acknowledged{0};
  std::thread site{[&, store = std::move(*opened)] {
    History history{43};
    for (int i = 0; !stop; ++i) {
      live_through(*store, history, 1);
      acknowledged = history.last_seq();
      if (i % 9 == 0) {
        EXPECT_TRUE(store->project());
      }
      if (i % 100 == 0) store->checkpoint();
    }
  }};
  while (acknowledged < 200) std::this_thread::yield();
  for (int i = 0; i < 5; ++i) {
    const std::uint64_t before = acknowledged;
    const auto copied = backup(scratch.path(), elsewhere / "skranke.db");
    ASSERT_TRUE(copied) << copied.error().context;
    const auto verification = verify(elsewhere.path());
    ASSERT_TRUE(verification) << verification.error().context;
    EXPECT_TRUE(verification->faults.empty()) << verification->faults.front();
    EXPECT_GE(verification->last_seq, before);
    EXPECT_FALSE(std::filesystem::exists(elsewhere / "skranke.db.part"));
    const auto live = verify(scratch.path());
    ASSERT_TRUE(live) << live.error().context;
    EXPECT_TRUE(live->faults.empty()) << live->faults.front();
  }
  stop = true;
  site.join();
}

TEST(Backup, LeavesTheOldCopyWhenItFails) {
  const Scratch scratch, elsewhere;
  { ASSERT_TRUE(Store::open(scratch.path(), start)); }
  ASSERT_TRUE(backup(scratch.path(), elsewhere / "copy"));
  const auto size = std::filesystem::file_size(elsewhere / "copy");
  Sql{scratch / "skranke.db"}.run("INSERT INTO meta VALUES ('watermark2', 1); UPDATE meta SET value = 77 WHERE key = 'watermark'");
  const auto refused = backup(scratch.path(), elsewhere / "copy");
  ASSERT_FALSE(refused) << "a faulty journal makes no backup";
  EXPECT_EQ(refused.error().code, Errc::corrupt);
  EXPECT_EQ(std::filesystem::file_size(elsewhere / "copy"), size);
}

TEST(Restore, BeginsANewEpochAndKeepsTheOldFile) {
  const Scratch scratch, elsewhere;
  History history{47};
  std::uint64_t first_epoch = 0, at_backup = 0;
  core::State then;
  {
    auto store = Store::open(scratch.path(), start);
    ASSERT_TRUE(store);
    live_through(**store, history, 60);
    first_epoch = (*store)->epoch();
    at_backup = history.last_seq();
    then = history.state();
    ASSERT_TRUE(backup(scratch.path(), elsewhere / "copy"));
    EXPECT_EQ(restore(scratch.path(), elsewhere / "copy", start).error().code, Errc::locked) << "not while the daemon runs";
    live_through(**store, history, 30);
  }
  for (std::uint64_t round = 1; round <= 2; ++round) {   // the same backup twice: still never the same epoch
    const auto restored = restore(scratch.path(), elsewhere / "copy", start + std::chrono::milliseconds{round});
    ASSERT_TRUE(restored) << restored.error().context;
    auto store = Store::open(scratch.path(), start);
    ASSERT_TRUE(store) << store.error().context;
    EXPECT_EQ((*store)->epoch(), first_epoch + round);
    EXPECT_EQ((*store)->last_seq(), at_backup);
    std::string difference;
    EXPECT_TRUE(core::same((*store)->state(), then, &difference)) << difference;
    History after{47 + round};
    after.go_back(then, at_backup);
    after.skip(std::chrono::hours{12});
    live_through(**store, after, 10);
    store->reset();
    expect_whole(scratch.path(), after.last_seq());
  }
  std::size_t kept = 0;
  for (const auto& entry : std::filesystem::directory_iterator{scratch.path()})
    if (entry.path().filename().string().starts_with("skranke.db.before-")) ++kept;
  EXPECT_EQ(kept, 2U);
  EXPECT_EQ(Sql{scratch.path() / fmt::format("skranke.db.before-{}", core::millis(start) + 1)}.text("SELECT max(seq) FROM event"),
            std::to_string(history.last_seq())) << "what came after the backup is not thrown away";
}

/// An administrator restores as root; the daemon, another user, must be able to go on.
TEST(Restore, BelongsToTheOwnerOfTheFolder) {
  const Scratch scratch, elsewhere;
  History history{59};
  {
    auto store = Store::open(scratch.path(), start);
    ASSERT_TRUE(store);
    live_through(**store, history, 10);
  }
  ASSERT_TRUE(backup(scratch.path(), elsewhere / "copy"));
  constexpr unsigned somebody = 65534;
  const bool root = ::geteuid() == 0;
  if (root) { ASSERT_EQ(::chown(scratch.path().c_str(), somebody, somebody), 0); }
  ASSERT_TRUE(restore(scratch.path(), elsewhere / "copy", start));
  struct stat file {};
  ASSERT_EQ(::stat((scratch / "skranke.db").c_str(), &file), 0);
  EXPECT_EQ(file.st_uid, root ? somebody : ::geteuid());
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
}

TEST(Restore, RefusesADamagedBackup) {
  const Scratch scratch, elsewhere;
  History history{53};
  {
    auto store = Store::open(scratch.path(), start);
    ASSERT_TRUE(store);
    live_through(**store, history, 40);
  }
  ASSERT_TRUE(backup(scratch.path(), elsewhere / "copy"));
  Sql{elsewhere / "copy"}.run("DROP TRIGGER event_is_never_changed; UPDATE event SET payload = '{}' WHERE seq = 5");
  const auto refused = restore(scratch.path(), elsewhere / "copy", start);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::corrupt);
  expect_whole(scratch.path(), history.last_seq());
}

}  // namespace
}  // namespace skranke::db
