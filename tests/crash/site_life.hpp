#pragma once
// A site that is opened, used, projected, checkpointed and closed on a crash disk, with everything written down that a recovery must match.
#include <map>

#include "tests/crash/crash_disk.hpp"
#include "tests/unit/db/history.hpp"
#include "tests/unit/db/scratch.hpp"

namespace skranke::test {

class SiteLife {
 public:
  SiteLife(CrashDisk& disk, std::uint64_t seed, bool synchronous_full = true) : disk_{disk}, history_{seed}, full_{synchronous_full} {
    states_.emplace(0, core::State{});
  }

  /// Each returns the store's own outcome. `append` hands over a batch of 1–4 commands and marks it on the disk as submitted and, when it
  /// was stored, as acknowledged.
  [[nodiscard]] db::Result<void> open();
  [[nodiscard]] db::Result<void> append();
  [[nodiscard]] db::Result<void> project() { return store_->project(); }
  void checkpoint() { store_->checkpoint(); }
  void close() { store_.reset(); }
  /// A batch that failed is handed over again as it was.
  [[nodiscard]] db::Result<void> append_again();

  /// Opens, then `batches` batches with projections, checkpoints and a restart in between. Ends at the first error.
  [[nodiscard]] db::Result<void> run(int batches);

  /// Opens the files on the disk and says what is wrong with what is found; empty = between `acknowledged` and `submitted`, whole, and
  /// just as it was lived. `recovered` is set to the last event found.
  [[nodiscard]] std::string recover(std::uint64_t acknowledged, std::uint64_t submitted, std::uint64_t* recovered = nullptr);

  [[nodiscard]] db::Store& store() { return *store_; }
  [[nodiscard]] bool is_open() const { return store_ != nullptr; }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  /// Goes on from what the open store holds, as a new process does; and forgets that again.
  void take_up();
  void fall_back() { states_ = std::exchange(states_before_, {}); }
  [[nodiscard]] std::uint64_t submitted() const { return history_.last_seq(); }

 private:
  [[nodiscard]] db::Options options() const;

  CrashDisk& disk_;
  Scratch scratch_;
  History history_;
  bool full_;
  std::unique_ptr<db::Store> store_;
  std::vector<db::Record> batch_;
  std::map<std::uint64_t, core::State> states_, states_before_;   ///< after each batch; before `take_up`
  std::uint64_t acknowledged_ = 0;
  int recoveries_ = 0;   ///< every eighth is also projected and opened again: it takes the most time
};

/// How marks of a life read on the disk.
struct Progress {
  std::uint64_t acknowledged = 0, submitted = 0;
  void note(std::uint64_t mark) { (mark % 2 == 0 ? submitted : acknowledged) = mark / 2; }
};

}  // namespace skranke::test
