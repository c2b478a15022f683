#include "db/store.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/unit/db/history.hpp"
#include "tests/unit/db/scratch.hpp"
#include "tests/unit/db/sql.hpp"

namespace skranke::db {
namespace {

using core::from_millis;
using test::History;
using test::Scratch;
using test::Sql;

const core::Instant start = from_millis(1'795'420'000'000);

std::unique_ptr<Store> open(const Scratch& scratch, std::vector<std::string>* log = nullptr) {
  Options options;
  if (log != nullptr) options.log = [log](const std::string& line) { log->push_back(line); };
  auto store = Store::open(scratch.path(), start, options);
  if (!store) {
    ADD_FAILURE() << store.error().context;
    std::abort();
  }
  return std::move(*store);
}

void expect_same(const core::State& a, const core::State& b) {
  std::string difference;
  EXPECT_TRUE(core::same(a, b, &difference)) << difference;
}

std::uint64_t live_through(Store& store, History& history, int commands) {
  for (int i = 0; i < commands; ++i) {
    const Record record = history.next();
    const auto stored = store.append({&record, 1});
    EXPECT_TRUE(stored) << stored.error().context;
  }
  return store.last_seq();
}

TEST(Store, BeginsEmptyInItsFirstEpoch) {
  const Scratch scratch;
  const auto store = open(scratch);
  EXPECT_EQ(store->last_seq(), 0U);
  EXPECT_EQ(store->epoch(), 1'795'420'000U);
  EXPECT_FALSE(store->has_unprojected());
  EXPECT_EQ(store->facility_toml().value(), "");
  EXPECT_TRUE(store->known_keys(start).empty());
}

TEST(Store, LoadsWhatTheFoldGivesWhereverTheProjectionsStand) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(seed);
    const Scratch scratch;
    History history{seed};
    for (int life = 0; life < 5; ++life) {
      auto store = open(scratch);
      expect_same(store->state(), history.state());
      EXPECT_EQ(store->last_seq(), history.last_seq());
      live_through(*store, history, 60);
      EXPECT_TRUE(store->project());
      EXPECT_FALSE(store->has_unprojected());
      live_through(*store, history, life * 7);   // these are replayed from the journal
      expect_same(store->state(), history.state());
    }
    const auto verification = verify(scratch.path());
    ASSERT_TRUE(verification) << verification.error().context;
    EXPECT_TRUE(verification->faults.empty()) << verification->faults.front();
    EXPECT_EQ(verification->last_seq, history.last_seq());
  }
}

TEST(Store, ProjectsInStepWithEveryCommand) {
  const Scratch scratch;
  std::vector<std::string> log;
  History history{7};
  auto store = open(scratch, &log);
  for (int i = 0; i < 600; ++i) {
    live_through(*store, history, 1);
    ASSERT_TRUE(store->project());
    if (i % 100 == 0) store->checkpoint();
    if (i % 5 != 4) continue;
    store.reset();
    store = open(scratch, &log);
    expect_same(store->state(), history.state());
    ASSERT_TRUE(log.empty()) << i << ": " << log.front();
  }
}

TEST(Store, TakesAwayTheStepOfAnUndoneTransfer) {
  const Scratch scratch;
  std::vector<std::string> log;
  auto store = open(scratch, &log);
  const auto happens = [&](core::EventBody body) {
    Record record;
    record.first_seq = store->last_seq() + 1;
    record.events = {{start, std::move(body)}};
    ASSERT_TRUE(store->append({&record, 1}));
    ASSERT_TRUE(store->project());
  };
  core::VisitTaken taken;
  taken.serial = 1;
  taken.id = core::VisitId{"v1"};
  taken.token = "t1";
  taken.number = {'A', 1};
  taken.steps = {{core::ServiceId{"pas"}, core::AuthorityId{"kommune"}, {}}};
  happens(taken);
  happens(core::VisitCalled{1, core::DeskId{"desk-1"}, 0, core::Why::only_one, {}});
  const core::Visit called = *store->state().find(core::Serial{1});
  core::VisitTransferred away;
  away.serial = 1;
  away.desk = core::DeskId{"desk-1"};
  away.to_service = core::StepPlan{core::ServiceId{"cpr"}, core::AuthorityId{"kommune"}, {}};
  happens(away);
  EXPECT_EQ(Sql{scratch / "skranke.db"}.text("SELECT count(*) FROM step"), "2");
  happens(core::ActionUndone{core::DeskId{"desk-1"}, core::DeskAction::transfer, called, 1, 0, 0});
  const core::State before = store->state();
  EXPECT_EQ(Sql{scratch / "skranke.db"}.text("SELECT count(*) FROM step"), "1");
  store.reset();
  store = open(scratch, &log);
  expect_same(store->state(), before);
  EXPECT_TRUE(log.empty()) << log.front();
}

TEST(Store, RefusesEventsOutOfSequence) {
  const Scratch scratch;
  History history{1};
  const auto store = open(scratch);
  live_through(*store, history, 3);
  Record record = history.next();
  ++record.first_seq;
  const auto skipped = store->append({&record, 1});
  ASSERT_FALSE(skipped);
  EXPECT_EQ(skipped.error().code, Errc::invalid);
  --record.first_seq;
  EXPECT_TRUE(store->append({&record, 1}));
}

TEST(Store, KeepsAnswersUnderTheirKeys) {
  const Scratch scratch;
  History history{3};
  auto store = open(scratch);
  std::vector<Record> keyed;
  while (keyed.size() < 20) {
    const Record record = history.next();
    ASSERT_TRUE(store->append({&record, 1}));
    if (!record.key.empty()) keyed.push_back(record);
  }
  store.reset();
  store = open(scratch);
  const auto known = store->known_keys(history.now());
  ASSERT_EQ(known.size(), keyed.size());
  for (std::size_t i = 0; i < keyed.size(); ++i) {
    const Record& record = keyed[keyed.size() - 1 - i];   // newest first
    EXPECT_EQ(known[i].key, record.key);
    EXPECT_EQ(known[i].seq, record.first_seq);
    const auto answer = store->answer(known[i].seq);
    ASSERT_TRUE(answer) << answer.error().context;
    EXPECT_EQ(answer->status, record.answer->status);
    EXPECT_EQ(answer->body, record.answer->body);
    EXPECT_EQ(answer->request, record.answer->request);
  }
  EXPECT_TRUE(store->known_keys(history.now() + std::chrono::hours{25}).empty());
  EXPECT_EQ(store->answer(9'999).error().code, Errc::not_found);
}

TEST(Store, KnowsTheFacilityInForce) {
  const Scratch scratch;
  auto store = open(scratch);
  std::uint64_t seq = 0;
  const auto apply = [&](std::uint64_t version, const std::string& toml) {
    Record record;
    record.first_seq = ++seq;
    record.actor = "admin";
    record.events = {{start, core::FacilityApplied{version, toml}}};
    ASSERT_TRUE(store->append({&record, 1}));
  };
  apply(1, "[site]\nid = \"first\"\n");
  apply(2, "[site]\nid = \"anden — æøå\"\n");
  EXPECT_EQ(store->facility_toml().value(), "[site]\nid = \"anden — æøå\"\n");
  ASSERT_TRUE(store->project());
  store.reset();
  store = open(scratch);
  EXPECT_EQ(store->facility_toml().value(), "[site]\nid = \"anden — æøå\"\n");
  store.reset();
  EXPECT_EQ(Sql{scratch / "skranke.db"}.text("SELECT group_concat(version || ' ' || actor || ' ' || seq, ', ') FROM facility_version"),
            "1 admin 1, 2 admin 2");
}

TEST(Store, LetsOneProcessIn) {
  const Scratch scratch;
  auto first = open(scratch);
  const auto second = Store::open(scratch.path(), start);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::locked);
  EXPECT_NE(second.error().context.find(std::to_string(::getpid())), std::string::npos) << second.error().context;
  first.reset();
  EXPECT_TRUE(Store::open(scratch.path(), start));
}

TEST(Store, BeginsANewEpochInACopiedDirectory) {
  const Scratch scratch, copy;
  History history{5};
  std::uint64_t epoch = 0;
  {
    auto store = open(scratch);
    live_through(*store, history, 20);
    epoch = store->epoch();
  }
  EXPECT_EQ(open(scratch)->epoch(), epoch) << "the same box goes on";
  std::filesystem::copy(scratch.path(), copy.path(), std::filesystem::copy_options::recursive);
  std::vector<std::string> log;
  const auto store = open(copy, &log);
  EXPECT_EQ(store->epoch(), epoch + 1);
  EXPECT_EQ(log.size(), 1U);
  live_through(*store, history, 5);
  EXPECT_EQ(Sql{copy / "skranke.db"}.text("SELECT group_concat(reason, ' ') FROM epoch"), "created moved");
  const auto verification = verify(copy.path());
  ASSERT_TRUE(verification);
  EXPECT_TRUE(verification->faults.empty()) << verification->faults.front();
}

/// Does `damage` to the file of a site that was closed in order; the next opening must give the fold all the same.
void rebuilds_after(const char* damage, bool logged) {
  SCOPED_TRACE(damage);
  const Scratch scratch;
  History history{11};
  {
    auto store = open(scratch);
    live_through(*store, history, 150);
    ASSERT_TRUE(store->project());
  }
  Sql{scratch / "skranke.db"}.run(damage);
  std::vector<std::string> log;
  auto store = open(scratch, &log);
  EXPECT_EQ(log.size(), logged ? 1U : 0U);
  expect_same(store->state(), history.state());
  EXPECT_TRUE(store->has_unprojected());
  ASSERT_TRUE(store->project());
  store.reset();
  const auto verification = verify(scratch.path());
  ASSERT_TRUE(verification);
  EXPECT_TRUE(verification->faults.empty()) << verification->faults.front();
}

TEST(Store, RebuildsDamagedProjections) {
  rebuilds_after("UPDATE meta SET value = 100000 WHERE key = 'watermark'", true);
  rebuilds_after("UPDATE meta SET value = 0 WHERE key = 'watermark'", false);
  rebuilds_after("DELETE FROM visit WHERE serial = (SELECT max(serial) FROM visit)", true);
  rebuilds_after("DELETE FROM step WHERE serial = (SELECT max(serial) FROM step)", true);
  rebuilds_after("UPDATE step SET state = 'asleep' WHERE serial = (SELECT min(serial) FROM step)", true);
  rebuilds_after("UPDATE visit SET current = 7 WHERE serial = (SELECT max(serial) FROM visit)", true);
  rebuilds_after("UPDATE visit SET number = '?' WHERE serial = (SELECT max(serial) FROM visit)", true);
  rebuilds_after("UPDATE visit SET day = 'mandag'", true);
  rebuilds_after("UPDATE step SET after = '9' WHERE serial = (SELECT max(serial) FROM step)", true);
  rebuilds_after("UPDATE desk SET visit = 987654321", true);
  rebuilds_after("DELETE FROM room", true);
}

TEST(Store, RefusesABrokenTail) {
  const Scratch scratch;
  History history{13};
  {
    auto store = open(scratch);
    live_through(*store, history, 30);
    ASSERT_TRUE(store->project());
    live_through(*store, history, 10);
  }
  Sql{scratch / "skranke.db"}.run(
      "DROP TRIGGER event_is_never_changed; UPDATE event SET actor = 'nobody' WHERE seq = (SELECT max(seq) - 3 FROM event)");
  const auto store = Store::open(scratch.path(), start);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::corrupt);
}

TEST(Store, SaysSoWhenTheFileIsNoDatabase) {
  const Scratch scratch;
  { std::ofstream{scratch / "skranke.db"} << std::string(8192, 'x'); }
  const auto store = Store::open(scratch.path(), start);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::corrupt);
}

TEST(Store, ForbidsChangingTheJournalBySql) {
  const Scratch scratch;
  History history{17};
  {
    auto store = open(scratch);
    live_through(*store, history, 5);
  }
  Sql sql{scratch / "skranke.db"};
  EXPECT_FALSE(sql.tries("UPDATE event SET actor = 'x'"));
  EXPECT_FALSE(sql.tries("DELETE FROM event WHERE seq = 1"));
}

TEST(Store, KeepsTheWalBounded) {
  const Scratch scratch;
  History history{19};
  auto store = open(scratch);
  for (int i = 0; i < 60; ++i) {
    live_through(*store, history, 20);
    ASSERT_TRUE(store->project());
    store->checkpoint();
    EXPECT_EQ(store->wal_pages(), 0U);
  }
  const auto after_few = std::filesystem::file_size(scratch / "skranke.db-wal");
  EXPECT_GT(after_few, 0U) << "kept for reuse";
  for (int i = 0; i < 60; ++i) {
    live_through(*store, history, 20);
    ASSERT_TRUE(store->project());
    store->checkpoint();
  }
  EXPECT_LE(std::filesystem::file_size(scratch / "skranke.db-wal"), 2 * after_few);
}

}  // namespace
}  // namespace skranke::db
