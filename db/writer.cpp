#include "db/writer.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "core/check.hpp"

namespace skranke::db {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t tasks_max = 64;
/// With no batch for this long the writer is idle and does what can wait.
constexpr auto idle_after = std::chrono::milliseconds{20};
/// Without such a pause the tables wait: writing them holds up whoever wants a ticket, and a rush is when that matters. Bounded by time and by
/// the events that a start after a power cut would have to fold again.
constexpr auto project_within = std::chrono::seconds{2};
constexpr std::size_t unprojected_max = 8'192;
/// The writer's own copy of the room waits for the same pause, or for so many events (a few milliseconds of folding).
constexpr std::size_t unfolded_max = 4'096;
/// Checkpoint when idle above the first, in any case above the second: a checkpoint costs about two flushes, so under load it has to be
/// rare to stay out of the 99th percentile, and the WAL is bounded by it (16 MiB).
constexpr std::size_t idle_checkpoint_pages = 256;
constexpr std::size_t busy_checkpoint_pages = 4'096;

}  // namespace

struct Writer::Impl {
  explicit Impl(std::unique_ptr<Store> opened) : store{std::move(opened)}, thread{[this] { run(); }} {}
  ~Impl();

  void run();
  bool wait(std::unique_lock<std::mutex>& lock);
  void write(std::vector<Record> batch, Callback done);
  void run_task(std::function<void(Store&)> task);
  void keep_house(bool idle);
  void catch_up();
  void project();
  [[nodiscard]] Clock::time_point next_chore() const;

  std::unique_ptr<Store> store;   // the writer's thread only, from here to the mutex
  std::optional<Error> failed;
  std::optional<Clock::time_point> unprojected_since;
  std::size_t unprojected = 0;   // events, since then
  std::vector<std::vector<Record>> unfolded;   // durable, and not yet in the store's state
  std::size_t unfolded_events = 0;
  Clock::time_point last_batch = Clock::now();
  bool chores_done = false;

  std::mutex mutex;
  std::condition_variable wake;
  std::vector<Record> batch;      // under the mutex, from here on
  Callback done;                  // set = a batch waits
  bool under_way = false;
  std::deque<std::function<void(Store&)>> tasks;
  bool stopping = false;

  std::thread thread;             // last: it uses all of the above
};

Writer::Impl::~Impl() {
  {
    const std::scoped_lock lock{mutex};
    stopping = true;
  }
  wake.notify_one();
  thread.join();
}

/// When the next thing that can wait is due, if nothing comes.
Clock::time_point Writer::Impl::next_chore() const {
  const auto idle = last_batch + idle_after;
  return unprojected_since ? std::min(idle, *unprojected_since + project_within) : idle;
}

/// True when there is a batch or a task or the end has come; false when it is time for chores.
bool Writer::Impl::wait(std::unique_lock<std::mutex>& lock) {
  const auto ready = [this] { return done != nullptr || !tasks.empty() || stopping; };
  if (!chores_done) return wake.wait_until(lock, next_chore(), ready);
  wake.wait(lock, ready);
  return true;
}

void Writer::Impl::run() {
  std::unique_lock lock{mutex};
  for (;;) {
    const bool called = wait(lock);
    if (called && done != nullptr) {
      auto records = std::exchange(batch, {});
      auto callback = std::exchange(done, nullptr);
      lock.unlock();
      write(std::move(records), std::move(callback));
    } else if (called && !tasks.empty()) {
      auto task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      run_task(std::move(task));
    } else if (called) {
      break;
    } else {
      lock.unlock();
      keep_house(true);
    }
    keep_house(false);
    lock.lock();
  }
  lock.unlock();
  project();
}

void Writer::Impl::write(std::vector<Record> records, Callback callback) {
  Done report;
  if (failed)
    report.result = tl::unexpected{*failed};
  else
    report.result = store->commit(records);
  const bool stored = report.result.has_value();
  if (!report.result && report.result.error().code == Errc::storage_full) {
    catch_up();
    report.state = store->state();
  } else if (!report.result) {
    failed = report.result.error();
  }
  {
    const std::scoped_lock lock{mutex};
    under_way = false;
  }
  callback(std::move(report));
  last_batch = Clock::now();
  chores_done = false;
  if (stored) {
    std::size_t events = 0;
    for (const Record& record : records) events += record.events.size();
    unprojected += events;
    unfolded_events += events;
    unfolded.push_back(std::move(records));
  }
  if (!unprojected_since && store->has_unprojected()) unprojected_since = last_batch;
}

void Writer::Impl::run_task(std::function<void(Store&)> task) {
  catch_up();
  task(*store);
}

/// Nobody asks for the store's state in a rush but a disk that is full, so folding waits like the tables do.
void Writer::Impl::catch_up() {
  for (const std::vector<Record>& records : unfolded) store->fold(records);
  unfolded.clear();
  unfolded_events = 0;
}

/// Under load only what is due; idle everything. A full disk is no reason to stop: it is tried again after the next batch.
void Writer::Impl::keep_house(bool idle) {
  if (idle || unfolded_events >= unfolded_max) catch_up();
  if (unprojected_since && (idle || unprojected >= unprojected_max || Clock::now() >= *unprojected_since + project_within)) project();
  if (!failed && store->wal_pages() >= (idle ? idle_checkpoint_pages : busy_checkpoint_pages)) store->checkpoint();
  if (idle) chores_done = true;
}

void Writer::Impl::project() {
  unprojected_since.reset();
  unprojected = 0;
  catch_up();
  if (failed || !store->has_unprojected()) return;
  if (auto projected = store->project(); !projected && projected.error().code != Errc::storage_full) failed = std::move(projected).error();
}

Writer::Writer(std::unique_ptr<Store> store) : impl_{std::make_unique<Impl>(std::move(store))} {}
Writer::~Writer() = default;

void Writer::submit(std::vector<Record> batch, Callback done) {
  {
    const std::scoped_lock lock{impl_->mutex};
    SKRANKE_TRUTH(!impl_->under_way && done != nullptr);
    impl_->under_way = true;
    impl_->batch = std::move(batch);
    impl_->done = std::move(done);
  }
  impl_->wake.notify_one();
}

bool Writer::run(std::function<void(Store&)> task) {
  {
    const std::scoped_lock lock{impl_->mutex};
    if (impl_->tasks.size() >= tasks_max) return false;
    impl_->tasks.push_back(std::move(task));
  }
  impl_->wake.notify_one();
  return true;
}

}  // namespace skranke::db
