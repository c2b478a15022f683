#include "db/writer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "tests/unit/db/history.hpp"
#include "tests/unit/db/scratch.hpp"
#include "tests/unit/db/sql.hpp"

namespace skranke::db {
namespace {

using test::History;
using test::Scratch;
using test::Sql;
using namespace std::chrono_literals;

const core::Instant start = core::from_millis(1'795'420'000'000);

Writer::Done write(Writer& writer, std::vector<Record> batch) {
  std::promise<Writer::Done> promise;
  auto future = promise.get_future();
  writer.submit(std::move(batch), [&](Writer::Done done) { promise.set_value(std::move(done)); });
  return future.get();
}

/// A store that does as it is told, to see what the writer makes of it.
class Told : public Store {
 public:
  explicit Told(std::optional<Errc> error) : error_{error} {}
  const core::State& state() const override { return state_; }
  std::uint64_t last_seq() const override { return 0; }
  std::uint64_t epoch() const override { return 1; }
  std::string box() const override { return "box"; }
  Result<void> append(std::span<const Record>) override {
    ++appends;
    if (error_) return tl::unexpected{Error{*error_, "append: told so"}};
    unprojected_ = true;
    return {};
  }
  Result<void> project() override {
    ++projections;
    unprojected_ = false;
    return {};
  }
  bool has_unprojected() const override { return unprojected_; }
  void checkpoint() override { ++checkpoints, pages = 0; }
  std::size_t wal_pages() const override { return pages; }
  std::vector<KnownKey> known_keys(core::Instant) override { return {}; }
  Result<Answer> answer(std::uint64_t) override { return Answer{}; }
  Result<std::string> facility_toml() override { return std::string{}; }

  std::atomic<int> appends{0}, projections{0}, checkpoints{0};
  std::atomic<std::size_t> pages{0};
  core::State state_;

 private:
  std::optional<Errc> error_;
  bool unprojected_ = false;
};

template <class Truth>
bool soon(Truth truth) {
  for (const auto deadline = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < deadline; std::this_thread::yield())
    if (truth()) return true;
  return false;
}

TEST(Writer, StoresBatchesAndProjectsWhenIdle) {
  const Scratch scratch;
  History history{61};
  auto store = Store::open(scratch.path(), start);
  ASSERT_TRUE(store);
  Writer writer{std::move(*store)};
  for (int i = 0; i < 50; ++i) {
    std::vector<Record> batch;
    for (int j = 0; j < 4; ++j) batch.push_back(history.next());
    const auto done = write(writer, std::move(batch));
    ASSERT_TRUE(done.result) << done.result.error().context;
    EXPECT_FALSE(done.state);
  }
  Sql sql{scratch / "skranke.db"};
  EXPECT_TRUE(soon([&] { return sql.text("SELECT value FROM meta WHERE key = 'watermark'") == std::to_string(history.last_seq()); }));
}

TEST(Writer, ProjectsBeforeItCloses) {
  const Scratch scratch;
  History history{67};
  {
    auto store = Store::open(scratch.path(), start);
    ASSERT_TRUE(store);
    Writer writer{std::move(*store)};
    ASSERT_TRUE(write(writer, {history.next()}).result);
  }
  EXPECT_EQ(Sql{scratch / "skranke.db"}.text("SELECT value FROM meta WHERE key = 'watermark'"), std::to_string(history.last_seq()));
}

TEST(Writer, FinishesTheBatchInHandBeforeItCloses) {
  auto told = std::make_unique<Told>(std::nullopt);
  std::atomic<bool> answered{false};
  {
    Writer writer{std::move(told)};
    writer.submit({Record{}}, [&](Writer::Done done) { answered = done.result.has_value(); });
  }
  EXPECT_TRUE(answered);
}

TEST(Writer, ProjectsUnderLoadToo) {
  auto told = std::make_unique<Told>(std::nullopt);
  Told& store = *told;
  std::promise<void> over;
  Writer writer{std::move(told)};
  const auto began = std::chrono::steady_clock::now();
  // Each batch is there when the one before is done, so that there is never a pause.
  const std::function<void(Writer::Done)> again = [&](const Writer::Done&) {
    if (store.projections > 0 || std::chrono::steady_clock::now() > began + 20s) return over.set_value();
    writer.submit({Record{}}, again);
  };
  writer.submit({Record{}}, again);
  over.get_future().wait();
  EXPECT_GE(std::chrono::steady_clock::now() - began, 1900ms) << "coalesced";
  EXPECT_EQ(store.projections, 1);
  EXPECT_GT(store.appends, 100);
}

TEST(Writer, LeavesNoMoreToFoldAgainThanAStartCanBear) {
  auto told = std::make_unique<Told>(std::nullopt);
  Told& store = *told;
  Writer writer{std::move(told)};
  std::vector<Record> many(1'000);
  for (Record& record : many) record.events.resize(9);
  ASSERT_TRUE(write(writer, std::move(many)).result);
  std::promise<int> seen;
  ASSERT_TRUE(writer.run([&](Store&) { seen.set_value(store.projections); }));
  EXPECT_EQ(seen.get_future().get(), 1) << "without waiting for a pause";
}

TEST(Writer, ChecksPointsWhenTheWalGrows) {
  auto told = std::make_unique<Told>(std::nullopt);
  Told& store = *told;
  Writer writer{std::move(told)};
  store.pages = 10'000;
  ASSERT_TRUE(write(writer, {Record{}}).result);
  EXPECT_TRUE(soon([&] { return store.checkpoints == 1; }));
  store.pages = 10;   // not worth it
  ASSERT_TRUE(write(writer, {Record{}}).result);
  EXPECT_TRUE(soon([&] { return store.projections >= 1; }));
  EXPECT_EQ(store.checkpoints, 1);
}

TEST(Writer, GivesBackTheDurableStateWhenThereIsNoRoom) {
  auto told = std::make_unique<Told>(Errc::storage_full);
  Told& store = *told;
  store.state_.last_serial = 77;
  Writer writer{std::move(told)};
  for (int i = 1; i <= 3; ++i) {
    const auto done = write(writer, {Record{}});
    ASSERT_FALSE(done.result);
    EXPECT_EQ(done.result.error().code, Errc::storage_full);
    ASSERT_TRUE(done.state);
    EXPECT_EQ(done.state->last_serial, 77U);
    EXPECT_EQ(store.appends, i) << "each batch is tried: room may have come back";
  }
}

/// Has room for so many batches; its state is the number of events that were folded.
class Small final : public Told {
 public:
  explicit Small(int room) : Told{std::nullopt}, room_{room} {}
  Result<void> append(std::span<const Record> records) override {
    if (room_-- <= 0) return tl::unexpected{Error{Errc::storage_full, "append: no room"}};
    return Told::append(records);
  }
  void fold(std::span<const Record> records) override {
    for (const Record& record : records) state_.last_serial += record.events.size();
  }
  Result<void> project() override {
    folded_when_projected = state_.last_serial;
    return Told::project();
  }
  std::atomic<std::uint64_t> folded_when_projected{0};

 private:
  int room_;
};

std::vector<Record> batch_of(std::size_t events) {
  std::vector<Record> batch(1);
  batch.front().events.resize(events);
  return batch;
}

TEST(Writer, FoldsWhatWaitedBeforeItGivesTheStateBack) {
  Writer writer{std::make_unique<Small>(3)};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(write(writer, batch_of(2)).result);
  const auto done = write(writer, batch_of(2));
  ASSERT_TRUE(done.state);
  EXPECT_EQ(done.state->last_serial, 6U);
}

TEST(Writer, FoldsBeforeTasksAndBeforeTables) {
  auto small = std::make_unique<Small>(100);
  Small& store = *small;
  Writer writer{std::move(small)};
  ASSERT_TRUE(write(writer, batch_of(2)).result);
  std::promise<std::uint64_t> seen;
  ASSERT_TRUE(writer.run([&](Store& told) { seen.set_value(told.state().last_serial); }));
  EXPECT_EQ(seen.get_future().get(), 2U);
  ASSERT_TRUE(write(writer, batch_of(9'000)).result);
  EXPECT_TRUE(soon([&] { return store.folded_when_projected == 9'002; }));
}

TEST(Writer, WritesNothingAfterAFailedFlush) {
  auto told = std::make_unique<Told>(Errc::io);
  Told& store = *told;
  Writer writer{std::move(told)};
  for (int i = 0; i < 3; ++i) {
    const auto done = write(writer, {Record{}});
    ASSERT_FALSE(done.result);
    EXPECT_EQ(done.result.error().code, Errc::io);
    EXPECT_FALSE(done.state);
  }
  EXPECT_EQ(store.appends, 1);
  EXPECT_EQ(store.projections, 0);
}

TEST(Writer, RunsAFewTasksBetweenBatches) {
  auto told = std::make_unique<Told>(std::nullopt);
  Writer writer{std::move(told)};
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  std::promise<void> entered;
  std::atomic<int> ran{0};
  ASSERT_TRUE(writer.run([&](Store&) { entered.set_value(), opened.wait(); }));
  entered.get_future().wait();
  int taken = 0;
  while (taken < 1000 && writer.run([&](Store&) { ++ran; })) ++taken;
  EXPECT_EQ(taken, 64) << "bounded";
  gate.set_value();
  EXPECT_TRUE(soon([&] { return ran == taken; }));
}

}  // namespace
}  // namespace skranke::db
