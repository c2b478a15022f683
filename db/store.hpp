#pragma once
// The journal of a site and its projections, in one SQLite file. The journal is the truth; projections are what folding it gives.
//
// Thread: everything here is called by one thread at a time (the Writer's, once it runs). Blocking.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "core/event.hpp"

namespace skranke::db {

enum class Errc : std::uint8_t {
  storage_full,   ///< no room; the transaction is rolled back, the state is unchanged, a later try may succeed
  io,             ///< a write or flush failed: the only safe answer is to end the process and recover from the file
  corrupt,        ///< the file is damaged or its chain of hashes does not hold
  locked,         ///< another process holds this data directory
  newer_schema,   ///< written by a newer version
  not_found, invalid
};
struct Error {
  Errc code;
  std::string context;   ///< grows outward: "append: disk I/O error"
};
template <class T>
using Result = tl::expected<T, Error>;

/// The first answer to a command that carried an idempotency key: a repeat within 24 h gets exactly this.
struct Answer {
  int status = 200;
  std::string body;
  std::uint64_t request = 0;   ///< fingerprint of method, path and body: another request with the same key is refused
};

/// The events of one command, in order, with who asked.
struct Record {
  std::uint64_t first_seq = 0;          ///< of events.front(); the engine counts, the store checks
  std::vector<core::Event> events;
  std::string actor;                    ///< id of the token or person, "timer", "printer:front"; never a citizen's name
  std::string key;                      ///< scope + idempotency key; empty = none
  std::optional<Answer> answer;         ///< stored with the first event when `key` is set
};

struct Options {
  bool synchronous_full = true;         ///< only the control of a durability test turns this off
  std::chrono::hours answers_kept{24};
  std::string vfs;                      ///< SQLite VFS name (tests); empty = default
  /// One line for people: projections rebuilt, schema migrated, a new epoch. Empty = standard error.
  std::function<void(const std::string&)> log;
};

/// What is known of keys at start: newest first, at most 24 h and 200,000.
struct KnownKey {
  std::string key;
  std::uint64_t seq = 0;       ///< of the event that holds the answer
  std::uint64_t request = 0;   ///< fingerprint, as in Answer
  core::Instant at{};
};

class Store {
 public:
  /// Locks the directory (one process), creates or migrates `DIR/skranke.db`, loads the projections, replays the events after their
  /// watermark. A box that differs from the one that wrote the file (copied data) begins a new epoch.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory, core::Instant now, const Options& options = {});
  virtual ~Store() = default;

  /// Fold of all durable events. Copy it; it changes with `append`.
  [[nodiscard]] virtual const core::State& state() const = 0;
  [[nodiscard]] virtual std::uint64_t last_seq() const = 0;
  [[nodiscard]] virtual std::uint64_t epoch() const = 0;
  [[nodiscard]] virtual std::string box() const = 0;

  /// One durable transaction of events only (group commit). After success `state()` holds them.
  [[nodiscard]] virtual Result<void> append(std::span<const Record> records) = 0;
  /// `append` in two halves, for whoever has something more urgent to do between them: `commit` makes the events durable, `fold` brings `state()` up
  /// to them. What was committed must be folded, in the same order and once, before `state()` or `project()`.
  [[nodiscard]] virtual Result<void> commit(std::span<const Record> records) { return append(records); }
  virtual void fold(std::span<const Record> records) { static_cast<void>(records); }
  /// Writes the rows that changed since the last call and the watermark. Called when idle, under load at least every 2 s or 8,192 events.
  [[nodiscard]] virtual Result<void> project() = 0;
  [[nodiscard]] virtual bool has_unprojected() const = 0;
  /// Bounded step of WAL checkpointing (passive), never truncating in service. Off the commit path.
  virtual void checkpoint() = 0;
  /// Pages in the WAL that a checkpoint has not dealt with yet: what the Writer decides by when to checkpoint.
  [[nodiscard]] virtual std::size_t wal_pages() const { return 0; }

  [[nodiscard]] virtual std::vector<KnownKey> known_keys(core::Instant now) = 0;
  [[nodiscard]] virtual Result<Answer> answer(std::uint64_t seq) = 0;
  /// The facility text in force (last FacilityApplied), empty when none.
  [[nodiscard]] virtual Result<std::string> facility_toml() = 0;
};

// --- tools on a file, for skrankectl; the daemon may be running for all but restore ---

struct Verification {
  std::uint64_t events = 0;
  std::uint64_t last_seq = 0;
  std::uint64_t epoch = 0;
  std::vector<std::string> faults;   ///< empty = chain whole, no gap, projections equal the fold
};
[[nodiscard]] Result<Verification> verify(const std::filesystem::path& directory, const std::string& vfs = {});

struct Line {
  std::uint64_t epoch = 0, seq = 0;
  core::Instant at{};
  std::string type, actor, payload;
};
/// Calls `each` for every event up to `until` (inclusive) in order; the state after each is passed too.
[[nodiscard]] Result<std::uint64_t> replay(const std::filesystem::path& directory, std::optional<core::Instant> until,
                                           const std::function<void(const Line&, const core::State&)>& each);
/// Goes on folding into `state` behind event `after`, which it is the fold of: `each` sees every event with the state before it. Ends after `events_max`
/// events, or at the journal's end. Returns the last event's number (`after` when there is none).
[[nodiscard]] Result<std::uint64_t> fold_on(const std::filesystem::path& directory, core::State& state, std::uint64_t after, std::size_t events_max,
                                            const std::function<void(const core::Event&, const core::State&)>& each);
/// The facts of these types with from ≤ time < to, in order; at most a million. While the daemon runs: what is on disk at this moment.
[[nodiscard]] Result<std::vector<core::Event>> events_between(const std::filesystem::path& directory, std::span<const std::string_view> types,
                                                              core::Instant from, core::Instant to);
struct FacilityVersion {
  std::uint64_t version = 0;
  core::Instant at{};
  std::string actor, toml;
};
/// The facilities that were put in force, the newest first, at most `most`.
[[nodiscard]] Result<std::vector<FacilityVersion>> facility_versions(const std::filesystem::path& directory, std::size_t most);
/// Online backup by SQLite's backup API into one file, fsynced and verified.
[[nodiscard]] Result<void> backup(const std::filesystem::path& directory, const std::filesystem::path& file);
/// Puts a backup in place of the data directory's database (no daemon may run), verifies it first, begins a new epoch. The old file is kept aside.
[[nodiscard]] Result<void> restore(const std::filesystem::path& directory, const std::filesystem::path& file, core::Instant now);

}  // namespace skranke::db
