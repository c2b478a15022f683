// Files of earlier releases become today's, or stay as they were.
#include "db/schema.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "db/journal.hpp"
#include "tests/unit/db/history.hpp"
#include "tests/unit/db/scratch.hpp"
#include "tests/unit/db/sql.hpp"
#include "wire/events.hpp"

namespace skranke::db {
namespace {

using test::History;
using test::Scratch;
using test::Sql;

/// A file as release schema 1 wrote it: no answers in the journal, visits as one text each.
constexpr const char* release_1 = R"sql(
PRAGMA journal_mode=WAL;
CREATE TABLE event (seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, at_ms INTEGER NOT NULL, type TEXT NOT NULL, actor TEXT NOT NULL,
  payload TEXT NOT NULL, key TEXT, hash BLOB NOT NULL) STRICT;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE epoch (epoch INTEGER PRIMARY KEY, began_ms INTEGER NOT NULL, first_seq INTEGER NOT NULL, box TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('watermark', 3);
INSERT INTO epoch VALUES (1700000000, 1700000000000, 1, 'an-old-box', 'created');
CREATE TABLE visit (serial INTEGER PRIMARY KEY, snapshot TEXT NOT NULL) STRICT;
INSERT INTO visit VALUES (1, '{"serial":1}');
PRAGMA user_version = 1;
)sql";

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return out;
}

std::string sql_text(const std::string& text) {
  std::string out;
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return fmt::format("'{}'", out);
}

/// Fills it with events hashed as release 1 hashed them.
core::State write_release_1(const std::filesystem::path& file) {
  Sql sql{file};
  sql.run(release_1);
  History history{31};
  Chain chain;
  Hash previous{};
  std::uint64_t seq = 0;
  for (int i = 0; i < 50; ++i) {
    const Record record = history.next();
    for (const core::Event& event : record.events) {
      std::string payload;
      wire::encode_event(event, payload);
      Row row;
      row.seq = ++seq;
      row.epoch = 1'700'000'000;
      row.at_ms = core::millis(event.at);
      row.type = wire::event_type(event);
      row.actor = record.actor;
      row.payload = payload;
      if (&event == record.events.data()) row.key = record.key;
      previous = chain.next(previous, row);
      const std::string key = row.key.empty() ? "NULL" : sql_text(std::string{row.key});
      sql.run(fmt::format("INSERT INTO event VALUES ({}, 1700000000, {}, {}, {}, {}, {}, x'{}')", row.seq, row.at_ms, sql_text(std::string{row.type}),
                          sql_text(record.actor), sql_text(payload), key, hex(bytes_of(previous))));
    }
  }
  return history.state();
}

std::string everything(const std::filesystem::path& file) {
  Sql sql{file};
  return sql.text("PRAGMA user_version") + sql.text("SELECT * FROM sqlite_schema") + sql.text("SELECT seq, actor, payload, hex(hash) FROM event") +
         sql.text("SELECT * FROM meta") + sql.text("SELECT * FROM visit") + sql.text("SELECT * FROM epoch");
}

TEST(Schema, MigratesAFileOfReleaseOne) {
  const Scratch scratch;
  const core::State expected = write_release_1(scratch / "skranke.db");
  std::vector<std::string> log;
  Options options;
  options.log = [&](const std::string& line) { log.push_back(line); };
  auto store = Store::open(scratch.path(), core::from_millis(1'795'420'000'000), options);
  ASSERT_TRUE(store) << store.error().context;
  std::string difference;
  EXPECT_TRUE(core::same((*store)->state(), expected, &difference)) << difference;
  EXPECT_EQ((*store)->epoch(), 1'795'420'000U) << "another box than the one on record";
  EXPECT_EQ(log.size(), 2U) << "the migration and the new epoch";
  EXPECT_FALSE((*store)->known_keys(core::from_millis(1'795'420'000'000)).empty());
  ASSERT_TRUE((*store)->project());
  store->reset();
  EXPECT_EQ(Sql{scratch / "skranke.db"}.text("PRAGMA user_version"), std::to_string(schema_version));
  const auto verification = verify(scratch.path());
  ASSERT_TRUE(verification) << verification.error().context;
  EXPECT_TRUE(verification->faults.empty()) << verification->faults.front();
}

/// A file of today as release schema 2 would have left it, tables and all.
void take_back_to_release_2(const std::filesystem::path& file) {
  Sql{file}.run(
      "ALTER TABLE visit DROP COLUMN more; ALTER TABLE step DROP COLUMN more; ALTER TABLE desk DROP COLUMN more;"
      "ALTER TABLE room DROP COLUMN more; DROP TABLE booking; PRAGMA user_version = 2");
}

TEST(Schema, MigratesAFileOfReleaseTwo) {
  const Scratch scratch;
  History history{32};
  {
    auto store = Store::open(scratch.path(), core::from_millis(1));
    ASSERT_TRUE(store);
    for (int i = 0; i < 60; ++i) {
      const Record record = history.next();
      ASSERT_TRUE((*store)->append({&record, 1}));
    }
    ASSERT_TRUE((*store)->project());
  }
  take_back_to_release_2(scratch / "skranke.db");
  {
    auto store = Store::open(scratch.path(), core::from_millis(2));
    ASSERT_TRUE(store) << store.error().context;
    std::string difference;
    EXPECT_TRUE(core::same((*store)->state(), history.state(), &difference)) << difference;
    ASSERT_TRUE((*store)->project());
  }
  EXPECT_EQ(Sql{scratch / "skranke.db"}.text("PRAGMA user_version"), std::to_string(schema_version));
  EXPECT_EQ(Sql{scratch / "skranke.db"}.text("SELECT DISTINCT typeof(more) FROM visit"), "text");
  const auto verification = verify(scratch.path());
  ASSERT_TRUE(verification) << verification.error().context;
  EXPECT_TRUE(verification->faults.empty()) << verification->faults.front();
}

TEST(Schema, LeavesTheFileAloneWhenAMigrationFails) {
  const Scratch scratch;
  write_release_1(scratch / "skranke.db");
  Sql{scratch / "skranke.db"}.run("CREATE TABLE tally (somebody_elses TEXT)");   // stands in the way of version 2, late in its step
  const std::string before = everything(scratch / "skranke.db");
  const auto store = Store::open(scratch.path(), core::from_millis(1));
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::corrupt);
  EXPECT_NE(store.error().context.find("migrate from schema 1"), std::string::npos) << store.error().context;
  EXPECT_EQ(everything(scratch / "skranke.db"), before);
}

TEST(Schema, RefusesAFileFromALaterRelease) {
  const Scratch scratch;
  { ASSERT_TRUE(Store::open(scratch.path(), core::from_millis(1))); }
  Sql{scratch / "skranke.db"}.run("PRAGMA user_version = 4; CREATE TABLE from_the_future (x)");
  const auto store = Store::open(scratch.path(), core::from_millis(1));
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::newer_schema);
  EXPECT_EQ(Sql{scratch / "skranke.db"}.text("PRAGMA user_version"), "4");
  const auto verification = verify(scratch.path());
  ASSERT_FALSE(verification);
  EXPECT_EQ(verification.error().code, Errc::newer_schema);
}

TEST(Schema, IsNotMigratedByTools) {
  const Scratch scratch;
  write_release_1(scratch / "skranke.db");
  const auto verification = verify(scratch.path());
  ASSERT_FALSE(verification);
  EXPECT_EQ(verification.error().code, Errc::invalid);
  EXPECT_EQ(Sql{scratch / "skranke.db"}.text("PRAGMA user_version"), "1");
}

}  // namespace
}  // namespace skranke::db
