// Whoever alters the journal with any SQL tool leaves a trace.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "db/chain.hpp"
#include "db/store.hpp"
#include "tests/unit/db/history.hpp"
#include "tests/unit/db/scratch.hpp"
#include "tests/unit/db/sql.hpp"

namespace skranke::db {
namespace {

using test::History;
using test::Scratch;
using test::Sql;

void write_history(const Scratch& scratch) {
  History history{23};
  auto store = Store::open(scratch.path(), history.now());
  ASSERT_TRUE(store) << store.error().context;
  for (int i = 0; i < 40; ++i) {
    const Record record = history.next();
    ASSERT_TRUE((*store)->append({&record, 1}));
  }
  ASSERT_TRUE((*store)->project());
}

std::vector<std::string> faults_after(const std::string& tampering) {
  const Scratch scratch;
  write_history(scratch);
  if (!tampering.empty())
    Sql{scratch / "skranke.db"}.run(fmt::format("DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_removed; {}", tampering));
  auto verification = verify(scratch.path());
  if (!verification) {
    ADD_FAILURE() << verification.error().context;
    return {};
  }
  return verification->faults;
}

TEST(Chain, IsWholeWhenNobodyTouchedIt) { EXPECT_TRUE(faults_after("").empty()); }

TEST(Chain, ShowsEveryAlteredField) {
  for (const char* change : {"at_ms = at_ms + 1", "epoch = epoch + 1", "actor = 'other'", "payload = payload || ' '", "type = 'visit_left'",
                             "key = 'mine'", "request = 7, status = 200, answer = '{}'", "hash = zeroblob(32)", "hash = x'00'"})
    EXPECT_FALSE(faults_after(fmt::format("UPDATE event SET {} WHERE seq = 9", change)).empty()) << change;
}

TEST(Chain, ShowsAlteredAnswers) {
  EXPECT_FALSE(faults_after("UPDATE event SET answer = '{\"number\":\"A1\"}' WHERE seq = (SELECT min(seq) FROM event WHERE answer IS NOT NULL)").empty());
  EXPECT_FALSE(faults_after("UPDATE event SET status = 200 WHERE seq = (SELECT min(seq) FROM event WHERE answer IS NOT NULL)").empty());
  EXPECT_FALSE(faults_after("UPDATE event SET request = request + 1 WHERE seq = (SELECT min(seq) FROM event WHERE answer IS NOT NULL)").empty());
}

TEST(Chain, ShowsRemovedRows) {
  EXPECT_FALSE(faults_after("DELETE FROM event WHERE seq = 9").empty());
  EXPECT_FALSE(faults_after("DELETE FROM event WHERE seq = 1").empty());
  EXPECT_FALSE(faults_after("DELETE FROM event WHERE seq = 9; UPDATE event SET seq = seq - 1 WHERE seq > 9").empty());
  // The end of the chain has nothing after it, but the projections and the watermark remember how far it went.
  EXPECT_FALSE(faults_after("DELETE FROM event WHERE seq > 30").empty());
}

TEST(Chain, ShowsInsertedRows) {
  EXPECT_FALSE(faults_after("INSERT INTO event SELECT seq + 1000, epoch, at_ms, type, actor, payload, key, hash, request, status, answer "
                            "FROM event WHERE seq = 9").empty());
  EXPECT_FALSE(faults_after("UPDATE event SET seq = -seq WHERE seq > 9; UPDATE event SET seq = 1 - seq WHERE seq < 0;"
                            "INSERT INTO event SELECT 10, epoch, at_ms, type, actor, payload, key, hash, request, status, answer FROM event WHERE seq = 9").empty());
}

TEST(Chain, ShowsSwappedRows) {
  EXPECT_FALSE(faults_after("UPDATE event SET seq = 100000 WHERE seq = 9; UPDATE event SET seq = 9 WHERE seq = 10;"
                            "UPDATE event SET seq = 10 WHERE seq = 100000").empty());
}

TEST(Chain, ShowsProjectionsThatDiffer) {
  EXPECT_FALSE(faults_after("UPDATE room SET taken = taken + 1").empty());
  EXPECT_FALSE(faults_after("UPDATE visit SET party = party + 1 WHERE serial = (SELECT max(serial) FROM visit)").empty());
  EXPECT_FALSE(faults_after("UPDATE desk SET served_today = served_today + 1").empty());
  EXPECT_FALSE(faults_after("UPDATE tally SET count = count + 1").empty());
}

// The layout is public (docs/journal.md): this value was computed from that page by another program.
TEST(Chain, FollowsTheDocumentedLayout) {
  Chain chain;
  Row row;
  row.seq = 1;
  row.epoch = 2;
  row.at_ms = 3;
  row.type = "desk_paused";
  row.actor = "a";
  row.payload = "{}";
  const Hash first = chain.next({}, row);
  row.seq = 2;
  row.key = "k";
  row.answered = true;
  row.request = 5;
  row.status = 201;
  row.answer = "ok";
  const Hash second = chain.next(first, row);
  const auto hex = [](const Hash& hash) {
    std::string out;
    for (const unsigned char byte : hash) out += fmt::format("{:02x}", byte);
    return out;
  };
  EXPECT_EQ(hex(first), "83685e7318b12b0a3a1a4fb54d107d87ec4ee313bb014590ff9b8b813ec75a05");
  EXPECT_EQ(hex(second), "eb3dc65c9aafbe2740a5c2a45e35967e02f6b437541a553a415ec44af4612fa0");
}

}  // namespace
}  // namespace skranke::db
