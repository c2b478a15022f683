// One site's file, opened for service: loads the room, appends events, keeps the projections after them.
#include "db/store.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "core/check.hpp"
#include "db/directory.hpp"
#include "db/epoch.hpp"
#include "db/journal.hpp"
#include "db/projection.hpp"
#include "db/schema.hpp"

namespace skranke::db {
namespace {

constexpr std::size_t known_keys_max = 200'000;
/// Looking back for keys ends after this many rows in a row that are too old: a clock that jumped hides none behind a few odd rows.
constexpr std::size_t old_rows_max = 4'096;
/// The database file grows in steps of this size, so that a checkpoint seldom has to change the file's length.
constexpr int growth_bytes = 1 << 20;

class SqliteStore final : public Store {
 public:
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory, core::Instant now, const Options& options);
  ~SqliteStore() override = default;

  const core::State& state() const override { return state_; }
  std::uint64_t last_seq() const override { return head_.seq; }
  std::uint64_t epoch() const override { return epoch_; }
  std::string box() const override { return box_; }
  Result<void> append(std::span<const Record> records) override;
  Result<void> commit(std::span<const Record> records) override;
  void fold(std::span<const Record> records) override;
  Result<void> project() override;
  bool has_unprojected() const override { return head_.seq != watermark_ || !changes_.empty(); }
  void checkpoint() override;
  std::size_t wal_pages() const override { return wal_pages_; }
  std::vector<KnownKey> known_keys(core::Instant now) override;
  Result<Answer> answer(std::uint64_t seq) override;
  Result<std::string> facility_toml() override;

 private:
  SqliteStore(const std::filesystem::path& directory, const Options& options) : directory_{directory}, options_{options} {}

  Result<void> open_file();
  Result<void> write_afresh();
  Result<void> settle();
  Result<void> load_room();
  Result<void> replay();
  Result<void> enter_epoch(core::Instant now);
  Result<void> prepare();
  Result<void> in_sequence(std::span<const Record> records) const;
  Result<void> write_events(std::span<const Record> records, Head& head);
  Result<void> write_projection();
  Result<void> give_up(Error error);
  void end(Error error);
  void log(const std::string& line) const;

  std::filesystem::path directory_;
  Options options_;
  Descriptor lock_;
  Connection connection_;   // before the statements: they go first
  Statement begin_, commit_;
  std::optional<Appender> appender_;
  std::optional<Projection> projection_;

  core::State state_;
  Head head_;
  std::uint64_t folded_ = 0, watermark_ = 0, epoch_ = 0, facility_seq_ = 0;
  std::string box_;
  Changes changes_;
  std::size_t wal_pages_ = 0;
  std::optional<Error> failed_;   ///< a write or flush that failed: nothing is written after it
};

Result<std::unique_ptr<Store>> SqliteStore::open(const std::filesystem::path& directory, core::Instant now, const Options& options) {
  std::unique_ptr<SqliteStore> store{new SqliteStore{directory, options}};
  auto lock = lock_directory(directory);
  if (!lock) return tl::unexpected{std::move(lock).error()};
  store->lock_ = std::move(*lock);
  auto box = box_identity(directory);
  if (!box) return tl::unexpected{std::move(box).error()};
  store->box_ = std::move(*box);
  Result<void> done = store->open_file();
  if (done) done = store->load_room();
  if (done) done = store->enter_epoch(now);
  if (done) done = store->prepare();
  if (!done) {
    store->end(done.error());
    return while_doing("open " + database_file(directory).string(), std::move(done).error());
  }
  return std::unique_ptr<Store>{std::move(store)};
}

Result<void> SqliteStore::open_file() {
  auto connection = Connection::open(database_file(directory_).string(), Connection::Mode::read_write, options_.vfs);
  if (!connection) return tl::unexpected{std::move(connection).error()};
  connection_ = std::move(*connection);
  auto before = connection_.integer("PRAGMA user_version");
  if (!before) return tl::unexpected{std::move(before).error()};
  if (*before <= schema_version) SKRANKE_TRY(settle());   // a newer file is refused below and stays as it is
  if (flush_has_failed(directory_)) SKRANKE_TRY(write_afresh());
  SKRANKE_TRY(bring_schema_up_to_date(connection_));
  if (*before == schema_version) return {};
  if (*before > 0) log(fmt::format("the journal was migrated from schema {} to {}", *before, schema_version));
  return sync_directory(directory_);
}

/// Writes all that the WAL shows into the database once more and begins the WAL anew, so that nothing rests on pages that a failed flush
/// left in memory only.
Result<void> SqliteStore::write_afresh() {
  log("the last process could not flush the journal: everything it left is written once more");
  if (sqlite3_wal_checkpoint_v2(connection_.get(), "main", SQLITE_CHECKPOINT_RESTART, nullptr, nullptr) != SQLITE_OK)
    return tl::unexpected{error_of(connection_.get(), "write afresh")};
  forget_failed_flush(directory_);
  return {};
}

/// How SQLite shall treat the file. A WAL that is kept and reused costs no change of its length at a commit, which halves the flush.
Result<void> SqliteStore::settle() {
  int keep = 1, growth = growth_bytes;
  sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_CHUNK_SIZE, &growth);
  SKRANKE_TRY(connection_.run(options_.synchronous_full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF"));
  auto wal = connection_.prepare("PRAGMA journal_mode=WAL");
  if (!wal) return tl::unexpected{std::move(wal).error()};
  auto row = wal->step();
  if (!row) return while_doing("journal_mode", std::move(row).error());
  if (!*row || wal->text(0) != "wal") return tl::unexpected{Error{Errc::io, "this file system cannot hold a write-ahead log"}};
  wal->reset();
  SKRANKE_TRY(connection_.run("PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=-1; PRAGMA secure_delete=OFF;"
                              "PRAGMA cache_size=-4096; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF"));
  const auto count_pages = [](void* pages, sqlite3*, const char*, int in_wal) {
    *static_cast<std::size_t*>(pages) = static_cast<std::size_t>(in_wal);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(connection_.get(), count_pages, &wal_pages_);
  return {};
}

Result<void> SqliteStore::load_room() {
  auto head = read_head(connection_);
  if (!head) return tl::unexpected{std::move(head).error()};
  head_ = *head;
  folded_ = head_.seq;   // replay brings the state there
  auto projection = Projection::make(connection_);
  if (!projection) return tl::unexpected{std::move(projection).error()};
  projection_ = std::move(*projection);
  std::string why;
  auto loaded = load_projection(connection_, &why);
  if (!loaded) return tl::unexpected{std::move(loaded).error()};
  if (*loaded && (*loaded)->watermark > head_.seq) {
    why = fmt::format("they stand at event {}, the journal ends at {}", (*loaded)->watermark, head_.seq);
    loaded->reset();
  }
  if (*loaded) {
    state_ = std::move((*loaded)->state);
    watermark_ = (*loaded)->watermark;
    facility_seq_ = (*loaded)->facility_seq;
    projection_->saved(state_);
  } else {
    if (!why.empty()) log(fmt::format("the projections are rebuilt from {} events: {}", head_.seq, why));
    changes_.all = head_.seq > 0;
  }
  return replay();
}

/// Folds the events after the watermark, along the chain.
Result<void> SqliteStore::replay() {
  auto from = hash_at(connection_, watermark_);
  if (!from) return tl::unexpected{std::move(from).error()};
  Result<void> readable;
  auto end = walk(connection_, {watermark_, *from}, [&](const Row& row) {
    auto event = event_of(row);
    if (!event) return readable = tl::unexpected{std::move(event).error()}, false;
    core::evolve(state_, *event);
    changes_.note(*event, row.seq, row.actor);
    if (std::holds_alternative<core::FacilityApplied>(event->body)) facility_seq_ = row.seq;
    return true;
  });
  if (!end) return tl::unexpected{std::move(end).error()};
  return readable;
}

Result<void> SqliteStore::enter_epoch(core::Instant now) {
  auto current = current_epoch(connection_);
  if (!current) return tl::unexpected{std::move(current).error()};
  epoch_ = current->number;
  if (current->box == box_) return {};
  auto begun = begin_epoch(connection_, {.now = now, .box = box_, .reason = epoch_ == 0 ? "created" : "moved", .at_least = 0});
  if (!begun) return tl::unexpected{std::move(begun).error()};
  if (epoch_ != 0) log(fmt::format("this is another box than the one that wrote the journal: epoch {} begins", *begun));
  epoch_ = *begun;
  return {};
}

Result<void> SqliteStore::prepare() {
  auto appender = Appender::make(connection_);
  if (!appender) return tl::unexpected{std::move(appender).error()};
  appender_ = std::move(*appender);
  auto begin = connection_.prepare("BEGIN IMMEDIATE", true);
  if (!begin) return tl::unexpected{std::move(begin).error()};
  auto commit = connection_.prepare("COMMIT", true);
  if (!commit) return tl::unexpected{std::move(commit).error()};
  begin_ = std::move(*begin);
  commit_ = std::move(*commit);
  return {};
}

Result<void> SqliteStore::append(std::span<const Record> records) {
  SKRANKE_TRY(commit(records));
  fold(records);
  return {};
}

Result<void> SqliteStore::commit(std::span<const Record> records) {
  if (failed_) return tl::unexpected{*failed_};
  SKRANKE_TRY(in_sequence(records));
  Head head = head_;
  if (auto written = write_events(records, head); !written) {
    connection_.rollback();
    return give_up(while_doing("append", std::move(written).error()).value());
  }
  head_ = head;
  return {};
}

Result<void> SqliteStore::in_sequence(std::span<const Record> records) const {
  std::uint64_t next = head_.seq + 1;
  for (const Record& record : records) {
    if (record.events.empty()) continue;
    if (record.first_seq != next)
      return tl::unexpected{Error{Errc::invalid, fmt::format("append: event {} is next, not {}", next, record.first_seq)}};
    next += record.events.size();
  }
  return {};
}

Result<void> SqliteStore::write_events(std::span<const Record> records, Head& head) {
  SKRANKE_TRY(begin_.run());
  for (const Record& record : records) SKRANKE_TRY(appender_->add(record, epoch_, head));
  return commit_.run();
}

/// The room as all durable events leave it.
void SqliteStore::fold(std::span<const Record> records) {
  for (const Record& record : records)
    for (const core::Event& event : record.events) {
      core::evolve(state_, event);
      changes_.note(event, ++folded_, record.actor);
      if (std::holds_alternative<core::FacilityApplied>(event.body)) facility_seq_ = folded_;
    }
  SKRANKE_TRUTH(folded_ <= head_.seq);
}

/// Want of room passes; after anything else the file is not touched again (a flush that failed once may lie the next time).
Result<void> SqliteStore::give_up(Error error) {
  if (error.code != Errc::storage_full) end(error);
  return tl::unexpected{std::move(error)};
}

void SqliteStore::end(Error error) {
  if (failed_) return;
  if (error.code == Errc::io) note_failed_flush(directory_);
  if (connection_.get() != nullptr) sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  failed_ = std::move(error);
}

Result<void> SqliteStore::project() {
  if (failed_) return tl::unexpected{*failed_};
  if (!has_unprojected()) return {};
  SKRANKE_TRUTH(folded_ == head_.seq);
  if (auto written = write_projection(); !written) {
    connection_.rollback();
    auto flushing = options_.synchronous_full ? connection_.run("PRAGMA synchronous=FULL") : Result<void>{};
    if (!flushing) return give_up(Error{Errc::io, "project: " + flushing.error().context});
    return give_up(while_doing("project", std::move(written).error()).value());
  }
  projection_->saved(state_);
  changes_.clear();
  watermark_ = head_.seq;
  return {};
}

/// Not flushed by itself: what is lost in a power cut is folded again. The next append's flush covers these pages too.
Result<void> SqliteStore::write_projection() {
  if (options_.synchronous_full) SKRANKE_TRY(connection_.run("PRAGMA synchronous=NORMAL"));
  SKRANKE_TRY(begin_.run());
  SKRANKE_TRY(projection_->write(state_, changes_, head_.seq));
  SKRANKE_TRY(commit_.run());
  if (options_.synchronous_full) SKRANKE_TRY(connection_.run("PRAGMA synchronous=FULL"));
  return {};
}

void SqliteStore::checkpoint() {
  if (failed_) return;
  int in_wal = 0, moved = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_.get(), "main", SQLITE_CHECKPOINT_PASSIVE, &in_wal, &moved);
  if (code == SQLITE_OK) {
    wal_pages_ = static_cast<std::size_t>(std::max(0, in_wal - moved));
    return;
  }
  Error error = error_of(connection_.get(), "checkpoint");
  if ((code & 0xff) == SQLITE_BUSY) return;
  log(error.context);
  if (error.code != Errc::storage_full) end(std::move(error));   // a second try would trust pages the system may have dropped
}

std::vector<KnownKey> SqliteStore::known_keys(core::Instant now) {
  std::vector<KnownKey> keys;
  const std::int64_t oldest = core::millis(now - options_.answers_kept);
  auto statement = connection_.prepare("SELECT seq, at_ms, key, request FROM event ORDER BY seq DESC");
  std::size_t old_rows = 0;
  while (statement && keys.size() < known_keys_max && old_rows < old_rows_max) {
    auto row = statement->step();
    if (!row) end(std::move(row).error());
    if (!row || !*row) break;
    const bool recent = statement->integer(1) >= oldest;
    old_rows = recent ? 0 : old_rows + 1;
    if (!recent || statement->is_null(2)) continue;
    const core::Instant at = core::from_millis(statement->integer(1));
    keys.push_back({std::string{statement->text(2)}, statement->natural(0), statement->natural(3), at});
  }
  return keys;
}

Result<Answer> SqliteStore::answer(std::uint64_t seq) {
  auto statement = connection_.prepare("SELECT status, answer, request FROM event WHERE seq = ?1");
  if (!statement) return tl::unexpected{std::move(statement).error()};
  statement->bind_unsigned(1, seq);
  auto row = statement->step();
  if (!row) return while_doing("answer", std::move(row).error());
  if (!*row || statement->is_null(0)) return tl::unexpected{Error{Errc::not_found, fmt::format("event {} holds no answer", seq)}};
  return Answer{static_cast<int>(statement->integer(0)), std::string{statement->text(1)}, statement->natural(2)};
}

Result<std::string> SqliteStore::facility_toml() {
  if (facility_seq_ == 0) return std::string{};
  auto statement = connection_.prepare("SELECT at_ms, type, payload FROM event WHERE seq = ?1");
  if (!statement) return tl::unexpected{std::move(statement).error()};
  statement->bind_unsigned(1, facility_seq_);
  auto found = statement->step();
  if (!found) return while_doing("facility", std::move(found).error());
  if (!*found) return tl::unexpected{Error{Errc::corrupt, fmt::format("event {} is missing", facility_seq_)}};
  Row row;
  row.seq = facility_seq_;
  row.at_ms = statement->integer(0);
  row.type = statement->text(1);
  row.payload = statement->text(2);
  auto event = event_of(row);
  if (!event) return tl::unexpected{std::move(event).error()};
  const auto* applied = std::get_if<core::FacilityApplied>(&event->body);
  if (applied == nullptr) return tl::unexpected{Error{Errc::corrupt, fmt::format("event {} is no facility", facility_seq_)}};
  return applied->toml;
}

void SqliteStore::log(const std::string& line) const {
  if (options_.log) return options_.log(line);
  std::fputs(("journal: " + line + "\n").c_str(), stderr);   // never throws, unlike fmt::print: the log may be on the full disk too
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& directory, core::Instant now, const Options& options) {
  return SqliteStore::open(directory, now, options);
}

}  // namespace skranke::db
