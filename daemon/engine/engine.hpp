#pragma once
// The one writer of the room's state: decide → evolve → append → tell. Everything here runs on the I/O thread; only the db::Writer has its own.
//
// Commands are decided on the newest state at once, but nobody sees, hears, prints or is answered before the events are on disk: answers, frames and
// jobs wait at `when_durable`. If the disk has no room, the state goes back to what is on disk and everything that waited is told so.
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/command.hpp"
#include "daemon/http/message.hpp"
#include "db/writer.hpp"

namespace boost::asio {
class io_context;
}

namespace skranke::daemon {

using http::Commit;

/// Whether commands are taken now; what a kiosk and staff are told otherwise.
enum class Intake : std::uint8_t { ready, storage_full, busy, stopping };

class Engine {
 public:
  struct Wiring {
    boost::asio::io_context& io;
    std::unique_ptr<db::Store> store;
    std::shared_ptr<const core::Facility> facility;
    std::string directory;                               ///< watched for room
    std::function<core::Instant()> clock;
    std::function<void(std::string_view)> log;
    std::function<void(std::string_view)> fatal;         ///< must not return
  };
  /// Who asks, and the key under which a repeat finds the first answer ("" = none).
  struct Asked {
    std::string actor;
    std::string key;
    std::uint64_t request = 0;
  };
  /// A repeat of a key: the first answer, once `seq` is durable. No answer in memory = ask `stored_answer`.
  struct Repeat {
    bool same_request = true;
    std::uint64_t seq = 0;     ///< durable with this one
    std::uint64_t first = 0;   ///< the event that holds the answer
    std::optional<db::Answer> answer;
  };
  using MakeAnswer = std::function<db::Answer(const std::vector<core::Event>&)>;
  using Listener = std::function<void(const core::Event&, std::uint64_t seq)>;

  explicit Engine(Wiring wiring);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] const core::State& state() const { return state_; }
  [[nodiscard]] const core::Facility& facility() const { return *facility_; }
  [[nodiscard]] std::shared_ptr<const core::Facility> facility_ptr() const { return facility_; }
  /// Never goes back, whatever the system's clock does.
  [[nodiscard]] core::Instant now();
  [[nodiscard]] Intake intake() const;
  [[nodiscard]] std::uint64_t last_seq() const { return last_seq_; }
  [[nodiscard]] std::uint64_t durable_seq() const { return durable_seq_; }
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
  /// Milliseconds the batch in hand has been with the disk; 0 = none.
  [[nodiscard]] std::chrono::milliseconds batch_age() const;
  [[nodiscard]] std::uint64_t batches() const { return batches_; }

  /// Decides and folds now; the value is the seq that answers rest on. `answer` is called with the new state in place (also when nothing follows from the
  /// command) and is kept under the key. Only while `intake()` is ready.
  tl::expected<std::uint64_t, core::Refusal> execute(const core::Command& command, const Asked& asked, const MakeAnswer& answer = {});
  /// The same for a facility that was read and checked; it is in force at once for what comes after.
  tl::expected<std::uint64_t, core::Refusal> apply(std::shared_ptr<const core::Facility> facility, std::string toml, const Asked& asked,
                                                   std::string plan = {});

  [[nodiscard]] std::optional<Repeat> repeat_of(const Asked& asked) const;
  /// Keeps an answer that changed nothing (a refusal) for repeats; in memory only, since nothing was done.
  void remember(const Asked& asked, db::Answer answer);
  /// Blocks; for a worker thread. The answer of a repeat that is no longer in memory.
  [[nodiscard]] db::Result<db::Answer> stored_answer(std::uint64_t first);
  /// Runs on the writer's thread between batches; false when too many wait.
  [[nodiscard]] bool run_on_store(std::function<void(db::Store&)> task) { return writer_->run(std::move(task)); }

  /// Calls back on the I/O thread, once, in order of seq.
  void when_durable(std::uint64_t seq, std::function<void(Commit)> done);
  /// Told of every event as it is folded, before it is durable; use when_durable for anything that shows.
  void listen(Listener listener) { listeners_.push_back(std::move(listener)); }
  /// Told after the state went back to what is on disk.
  void on_rollback(std::function<void()> told) { rolled_back_.push_back(std::move(told)); }

  /// Time passes: parked visits, the day, room on the disk. Call once a second.
  void tick();
  /// Takes no more commands; `done` when all that was taken is durable.
  void stop(std::function<void()> done);

 private:
  struct Waiter {
    std::uint64_t seq;
    std::function<void(Commit)> done;
  };
  struct KnownKey {
    std::uint64_t seq = 0;
    std::uint64_t first = 0;
    std::uint64_t request = 0;
    core::Instant at{};
    std::optional<db::Answer> answer;
    bool stored = true;
  };
  void hand_over();
  void batch_done(db::Writer::Done done);
  void go_back(core::State durable);
  void release(std::uint64_t seq, Commit how);
  void learn_key(const std::string& key, KnownKey known);
  void forget_old_keys();
  void look_for_room();

  Wiring wiring_;
  core::State state_;
  std::shared_ptr<const core::Facility> facility_, durable_facility_;
  std::uint64_t last_seq_ = 0, durable_seq_ = 0, epoch_ = 0, batches_ = 0;
  core::Instant latest_{}, next_tick_{};
  std::unique_ptr<db::Writer> writer_;
  std::vector<db::Record> pending_;
  std::uint64_t batch_end_ = 0;               ///< seq of the batch with the writer; 0 = none
  std::chrono::steady_clock::time_point batch_since_{};
  std::deque<Waiter> waiters_;
  std::unordered_map<std::string, KnownKey> keys_;
  std::deque<std::string> keys_by_age_, answers_by_age_;
  std::vector<Listener> listeners_;
  std::vector<std::function<void()>> rolled_back_;
  bool hand_over_posted_ = false, full_ = false, stopping_ = false;
  std::uint64_t room_when_full_ = 0;
  std::function<void()> stopped_;
};

}  // namespace skranke::daemon
