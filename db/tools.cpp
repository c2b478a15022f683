// What skrankectl does to a journal: verify, replay, back up, restore. Each on its own connection and one snapshot, so the daemon may be
// running (but for restore).
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "db/directory.hpp"
#include "db/epoch.hpp"
#include "db/journal.hpp"
#include "db/projection.hpp"
#include "db/schema.hpp"

namespace skranke::db {
namespace {

constexpr std::size_t faults_max = 100;

/// A read-only view of one moment of the file: the transaction stays open for the connection's life.
Result<Connection> open_snapshot(const std::filesystem::path& file, const std::string& vfs) {
  if (vfs.empty() && !std::filesystem::exists(file)) return tl::unexpected{Error{Errc::not_found, fmt::format("there is no {}", file.string())}};
  auto connection = Connection::open(file.string(), Connection::Mode::read_only, vfs);
  if (!connection) return connection;
  if (auto begun = connection->run("BEGIN"); !begun) return tl::unexpected{std::move(begun).error()};
  if (auto schema = require_current_schema(*connection); !schema) return tl::unexpected{std::move(schema).error()};
  return connection;
}

/// Gathers everything that is wrong with one snapshot.
class Verifier {
 public:
  explicit Verifier(Connection& connection) : connection_{connection} {}
  [[nodiscard]] Result<Verification> run();

 private:
  [[nodiscard]] Result<void> check_pages();
  [[nodiscard]] Result<void> check_events();
  [[nodiscard]] Result<void> check_epochs();
  void fold(const Row& row);
  void compare_projection();
  void fault(std::string what);

  Connection& connection_;
  Verification found_;
  core::State state_;
  std::optional<Loaded> projection_;
  bool foldable_ = true;   ///< a broken journal may tell things that evolve rightly refuses to believe
};

void Verifier::fault(std::string what) {
  if (found_.faults.size() < faults_max) found_.faults.push_back(std::move(what));
}

Result<Verification> Verifier::run() {
  SKRANKE_TRY(check_pages());
  std::string why;
  auto projection = load_projection(connection_, &why);
  if (!projection) return tl::unexpected{std::move(projection).error()};
  projection_ = std::move(*projection);
  if (!why.empty()) fault("projections: " + why);
  SKRANKE_TRY(check_events());
  SKRANKE_TRY(check_epochs());
  if (projection_ && projection_->watermark > found_.last_seq)
    fault(fmt::format("projections stand at event {}, the journal ends at {}", projection_->watermark, found_.last_seq));
  return std::move(found_);
}

Result<void> Verifier::check_pages() {
  auto check = connection_.prepare("PRAGMA integrity_check(20)");
  if (!check) return tl::unexpected{std::move(check).error()};
  for (;;) {
    auto row = check->step();
    if (!row) return while_doing("integrity check", std::move(row).error());
    if (!*row) return {};
    if (check->text(0) != "ok") fault(fmt::format("file: {}", check->text(0)));
  }
}

Result<void> Verifier::check_events() {
  auto end = walk(
      connection_, {},
      [&](const Row& row) {
        ++found_.events;
        found_.epoch = row.epoch;
        fold(row);
        return true;
      },
      [&](const ChainFault& broken) {
        foldable_ = false;
        fault(broken.what);
      });
  if (!end) return tl::unexpected{std::move(end).error()};
  found_.last_seq = end->seq;
  return {};
}

void Verifier::fold(const Row& row) {
  if (!foldable_) return;
  auto event = event_of(row);
  if (!event) {
    foldable_ = false;
    return fault(event.error().context);
  }
  core::evolve(state_, *event);
  if (projection_ && projection_->watermark == row.seq) compare_projection();
}

void Verifier::compare_projection() {
  std::string difference;
  if (!core::same(projection_->state, state_, &difference))
    fault(fmt::format("projections differ from the events up to {}: {}", projection_->watermark, difference));
}

Result<void> Verifier::check_epochs() {
  auto epoch = current_epoch(connection_);
  if (!epoch) return tl::unexpected{std::move(epoch).error()};
  auto strangers = connection_.integer("SELECT count(*) FROM event WHERE epoch NOT IN (SELECT epoch FROM epoch)");
  if (!strangers) return tl::unexpected{std::move(strangers).error()};
  if (*strangers > 0) fault(fmt::format("{} events belong to no epoch on record", *strangers));
  found_.epoch = epoch->number;
  return {};
}

Result<Verification> verify_file(const std::filesystem::path& file, const std::string& vfs) {
  auto connection = open_snapshot(file, vfs);
  if (!connection) return tl::unexpected{std::move(connection).error()};
  return Verifier{*connection}.run();
}

Result<void> require_whole(const std::filesystem::path& file) {
  auto verification = verify_file(file, {});
  if (!verification) return tl::unexpected{std::move(verification).error()};
  if (verification->faults.empty()) return {};
  return tl::unexpected{Error{Errc::corrupt, fmt::format("{}: {}", file.string(), verification->faults.front())}};
}

Result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code ec;
  std::filesystem::rename(from, to, ec);
  if (ec) return tl::unexpected{Error{Errc::io, fmt::format("rename {} to {}: {}", from.string(), to.string(), ec.message())}};
  return sync_directory(to.parent_path().empty() ? "." : to.parent_path());
}

std::filesystem::path with_suffix(std::filesystem::path file, std::string_view suffix) { return file += suffix; }

void remove_database(const std::filesystem::path& file) {
  std::error_code ignored;   // what is not there need not be removed; what stays is overwritten or refused later
  for (const std::string_view suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(with_suffix(file, suffix), ignored);
}

/// Copies the snapshot of `from` into a file of its own, without a WAL beside it.
Result<void> copy_database(Connection& from, const std::filesystem::path& file) {
  auto to = Connection::open(file.string(), Connection::Mode::read_write);
  if (!to) return tl::unexpected{std::move(to).error()};
  sqlite3_backup* copy = sqlite3_backup_init(to->get(), "main", from.get(), "main");
  if (copy == nullptr) return tl::unexpected{error_of(to->get(), "copy")};
  sqlite3_backup_step(copy, -1);   // its outcome is that of finish
  if (sqlite3_backup_finish(copy) != SQLITE_OK) return tl::unexpected{error_of(to->get(), "copy")};
  SKRANKE_TRY(to->run("PRAGMA journal_mode=DELETE"));
  return {};
}

/// The file that is there now stays beside the restored one. Its WAL is worked in first, so that it is whole by itself; when it is too
/// damaged for that, file and WAL are kept together.
Result<std::uint64_t> set_aside(const std::filesystem::path& file, const std::filesystem::path& aside) {
  std::uint64_t epoch = 0;
  if (!std::filesystem::exists(file)) return epoch;
  if (auto old = Connection::open(file.string(), Connection::Mode::read_write)) {
    if (auto found = current_epoch(*old)) epoch = found->number;
    static_cast<void>(old->run("PRAGMA wal_checkpoint(TRUNCATE)"));
  }
  std::error_code ec;
  for (const std::string_view suffix : {"", "-wal"}) {
    if (!std::filesystem::exists(with_suffix(file, suffix))) continue;
    std::filesystem::create_hard_link(with_suffix(file, suffix), with_suffix(aside, suffix), ec);
    if (ec) return tl::unexpected{Error{Errc::io, fmt::format("keep {} aside: {}", file.string(), ec.message())}};
  }
  return epoch;
}

/// root may put a backup back, but the daemon runs as the folder's owner and must be able to write it.
Result<void> give_to_owner(const std::filesystem::path& directory, const std::filesystem::path& file) {
  struct stat folder {};
  const bool given = ::stat(directory.c_str(), &folder) == 0 && ::chmod(file.c_str(), S_IRUSR | S_IWUSR) == 0 &&
                     (::geteuid() != 0 || ::chown(file.c_str(), folder.st_uid, folder.st_gid) == 0);
  if (given) return {};
  return tl::unexpected{Error{Errc::io, fmt::format("give {} to the owner of its folder: {}", file.string(), std::strerror(errno))}};
}

/// The backup as a new file beside the old one, in an epoch of its own, flushed.
Result<void> prepare_restored(const std::filesystem::path& directory, const std::filesystem::path& from, const std::filesystem::path& fresh,
                              core::Instant now, std::uint64_t epoch_before) {
  auto box = box_identity(directory);
  if (!box) return tl::unexpected{std::move(box).error()};
  remove_database(fresh);
  auto source = open_snapshot(from, {});
  if (!source) return tl::unexpected{std::move(source).error()};
  SKRANKE_TRY(copy_database(*source, fresh));
  auto restored = Connection::open(fresh.string(), Connection::Mode::read_write);
  if (!restored) return tl::unexpected{std::move(restored).error()};
  auto begun = begin_epoch(*restored, {.now = now, .box = *box, .reason = "restored", .at_least = epoch_before + 1});
  if (!begun) return tl::unexpected{std::move(begun).error()};
  SKRANKE_TRY(give_to_owner(directory, fresh));
  return sync_file(fresh);
}

}  // namespace

Result<Verification> verify(const std::filesystem::path& directory, const std::string& vfs) {
  auto verification = verify_file(database_file(directory), vfs);
  if (!verification) return while_doing("verify", std::move(verification).error());
  return verification;
}

Result<std::uint64_t> replay(const std::filesystem::path& directory, std::optional<core::Instant> until,
                             const std::function<void(const Line&, const core::State&)>& each) {
  auto connection = open_snapshot(database_file(directory), {});
  if (!connection) return while_doing("replay", std::move(connection).error());
  core::State state;
  std::uint64_t events = 0;
  Result<void> readable;
  auto end = walk(*connection, {}, [&](const Row& row) {
    const core::Instant at = core::from_millis(row.at_ms);
    if (until && at > *until) return false;
    auto event = event_of(row);
    if (!event) return readable = tl::unexpected{std::move(event).error()}, false;
    core::evolve(state, *event);
    ++events;
    each({row.epoch, row.seq, at, std::string{row.type}, std::string{row.actor}, std::string{row.payload}}, state);
    return true;
  });
  if (!end) return while_doing("replay", std::move(end).error());
  if (!readable) return while_doing("replay", std::move(readable).error());
  return events;
}

Result<std::uint64_t> fold_on(const std::filesystem::path& directory, core::State& state, std::uint64_t after, std::size_t events_max,
                              const std::function<void(const core::Event&, const core::State&)>& each) {
  auto connection = open_snapshot(database_file(directory), {});
  if (!connection) return while_doing("fold", std::move(connection).error());
  auto from = hash_at(*connection, after);
  if (!from) return while_doing("fold", std::move(from).error());
  Result<void> readable;
  std::size_t folded = 0;
  std::uint64_t last = after;
  auto end = walk(*connection, {after, *from}, [&](const Row& row) {
    if (folded == events_max) return false;
    auto event = event_of(row);
    if (!event) return readable = tl::unexpected{std::move(event).error()}, false;
    each(*event, state);
    core::evolve(state, *event);
    last = row.seq;
    ++folded;
    return true;
  });
  if (!end) return while_doing("fold", std::move(end).error());
  if (!readable) return while_doing("fold", std::move(readable).error());
  return last;
}

Result<std::vector<FacilityVersion>> facility_versions(const std::filesystem::path& directory, std::size_t most) {
  auto connection = open_snapshot(database_file(directory), {});
  if (!connection) return while_doing("facilities", std::move(connection).error());
  auto statement = connection->prepare("SELECT seq, at_ms, actor, payload FROM event WHERE type = 'facility_applied' ORDER BY seq DESC");
  if (!statement) return while_doing("facilities", std::move(statement).error());
  std::vector<FacilityVersion> versions;
  while (versions.size() < most) {
    auto found = statement->step();
    if (!found) return while_doing("facilities", std::move(found).error());
    if (!*found) break;
    Row row;
    row.seq = statement->natural(0);
    row.at_ms = statement->integer(1);
    row.type = "facility_applied";
    row.payload = statement->text(3);
    auto event = event_of(row);
    if (!event) return while_doing("facilities", std::move(event).error());
    const auto& applied = std::get<core::FacilityApplied>(event->body);
    versions.push_back({applied.version, event->at, std::string{statement->text(2)}, applied.toml});
  }
  return versions;
}

Result<void> backup(const std::filesystem::path& directory, const std::filesystem::path& file) {
  const std::filesystem::path part = with_suffix(file, ".part");
  remove_database(part);
  auto connection = open_snapshot(database_file(directory), {});
  if (!connection) return while_doing("backup", std::move(connection).error());
  Result<void> done = copy_database(*connection, part);
  if (done) done = sync_file(part);
  if (done) done = require_whole(part);
  if (done) done = rename_file(part, file);
  if (done) return {};
  remove_database(part);
  return while_doing("backup", std::move(done).error());
}

Result<void> restore(const std::filesystem::path& directory, const std::filesystem::path& file, core::Instant now) {
  auto lock = lock_directory(directory);
  if (!lock) return while_doing("restore", std::move(lock).error());
  if (auto whole = require_whole(file); !whole) return while_doing("restore", std::move(whole).error());
  const std::filesystem::path live = database_file(directory), fresh = with_suffix(live, ".new");
  auto epoch_before = set_aside(live, with_suffix(live, fmt::format(".before-{}", core::millis(now))));
  if (!epoch_before) return while_doing("restore", std::move(epoch_before).error());
  if (auto ready = prepare_restored(directory, file, fresh, now, *epoch_before); !ready) return while_doing("restore", std::move(ready).error());
  // A WAL of the old file must never meet the new one: gone and flushed before the new file takes the name.
  std::error_code ignored;
  for (const std::string_view suffix : {"-wal", "-shm"}) std::filesystem::remove(with_suffix(live, suffix), ignored);
  if (auto gone = sync_directory(directory); !gone) return while_doing("restore", std::move(gone).error());
  if (auto placed = rename_file(fresh, live); !placed) return while_doing("restore", std::move(placed).error());
  return {};
}

}  // namespace skranke::db
