#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "printer/health.hpp"
#include "printer/printer.hpp"

namespace skranke::printer {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t jobs_max = 64;
constexpr milliseconds check_hangs_after{10'000};
constexpr milliseconds stop_limit{1'800};
constexpr int absent_factor_max = 8;

/// Shared by the worker's thread ("front": queue, events) and the one that may hang ("hand": calls the printer).
/// Whoever is left keeps it alive.
struct Shared {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_ptr<Printer> printer;
  std::deque<Job> waiting;
  std::optional<std::optional<Job>> order;  ///< for the hand: a job, or inside nothing a check
  bool order_done = false;                  ///< the hand's answer lies in `result`
  JobResult result;
  std::optional<Health> news;  ///< newest health not yet looked at by the front
  bool front_gone = false, hand_gone = false;
  std::stop_source stop;
};

bool differs(const Health& a, const Health& b) { return a.state != b.state || a.reasons != b.reasons; }

void tell(Shared& shared, const Health& health) {
  const std::lock_guard lock{shared.mutex};
  shared.news = health;
  shared.changed.notify_all();
}

/// A backend's exception is a bug or a lack of memory; the house lives on and shows the printer as failed.
JobResult carry_out(Shared& shared, const std::optional<Job>& order) {
  try {
    if (order)
      return shared.printer->print(
          *order, [&](const Health& health) { tell(shared, health); }, shared.stop.get_token());
    tell(shared, shared.printer->check(shared.stop.get_token()));
  } catch (const std::exception& error) {
    tell(shared, failed("internal-error", error.what()));
    return {PrintState::unknown, "internal-error"};
  }
  return {};
}

void hand(const std::shared_ptr<Shared>& shared) {
  const std::stop_token stop = shared->stop.get_token();
  std::unique_lock lock{shared->mutex};
  while (shared->changed.wait(lock, stop, [&] { return shared->order && !shared->order_done; })) {
    const std::optional<Job> order = *shared->order;
    lock.unlock();
    JobResult result = carry_out(*shared, order);
    lock.lock();
    shared->result = std::move(result);
    shared->order_done = true;
    shared->changed.notify_all();
  }
  shared->hand_gone = true;
  shared->changed.notify_all();
}

class Front {
 public:
  Front(std::shared_ptr<Shared> shared, Worker::Events events, milliseconds health_every, milliseconds hang_after)
      : shared_(std::move(shared)), events_(std::move(events)), health_every_(health_every), hang_after_(hang_after) {}

  void run() {
    const std::stop_token stop = shared_->stop.get_token();
    std::unique_lock lock{shared_->mutex};
    while (!stop.stop_requested()) {
      shared_->changed.wait_until(lock, stop, next_moment(), [&] {
        return shared_->news || shared_->order_done || (!shared_->order && !shared_->waiting.empty());
      });
      deliver_news(lock);
      if (shared_->order_done) finish_order(lock);
      if (shared_->order && Clock::now() >= hangs_at_) report_hang(lock);
      if (!shared_->order && !stop.stop_requested()) next_order(lock);
    }
    deliver_last(lock);
    shared_->front_gone = true;
    shared_->changed.notify_all();
  }

 private:
  using Lock = std::unique_lock<std::mutex>;

  [[nodiscard]] Clock::time_point next_moment() const { return shared_->order ? hangs_at_ : next_check_; }

  void deliver_news(Lock& lock) {
    if (!shared_->news) return;
    Health health = std::move(*shared_->news);
    shared_->news.reset();
    if (hung_) return;  // a late word of a call that was given up
    say(std::move(health), lock);
  }

  void say(Health health, Lock& lock) {
    if (told_ && !differs(*told_, health)) return;
    told_ = health;
    lock.unlock();
    if (events_.health) events_.health(health);
    lock.lock();
  }

  void finish_order(Lock& lock) {
    const std::optional<Job> order = std::move(*shared_->order);
    JobResult result = std::move(shared_->result);
    shared_->order.reset();
    shared_->order_done = false;
    const bool ask_again = order && result.state != PrintState::printed;
    const bool is_absent = told_ && told_->state == HealthState::absent;
    absent_factor_ = is_absent && !order ? std::min(absent_factor_ * 2, absent_factor_max) : 1;
    next_check_ = ask_again || hung_ ? Clock::now() : Clock::now() + health_every_ * absent_factor_;
    if (order && !hung_) end(order->id, std::move(result), lock);
    hung_ = false;
  }

  void end(const std::string& id, JobResult result, Lock& lock) {
    // A job cut off by our own stop has no end yet: the journal keeps "printing" and reads it as unknown at the next
    // start.
    if (shared_->stop.stop_requested() && result.state == PrintState::unknown) return;
    lock.unlock();
    if (events_.ended) events_.ended(id, std::move(result));
    lock.lock();
  }

  void report_hang(Lock& lock) {
    const bool first = !std::exchange(hung_, true);
    hangs_at_ = Clock::now() + std::chrono::hours{24};
    if (!first) return;
    if (*shared_->order) end((*shared_->order)->id, {PrintState::unknown, "timeout"}, lock);
    say(failed("timeout", "a call to the printer does not come back"), lock);
  }

  void next_order(Lock& lock) {
    if (!shared_->waiting.empty()) {
      Job job = std::move(shared_->waiting.front());
      shared_->waiting.pop_front();
      lock.unlock();
      const bool go = !events_.started || events_.started(job.id);
      lock.lock();
      if (go && !shared_->stop.stop_requested()) give(std::move(job), hang_after_);
    } else if (Clock::now() >= next_check_) {
      give(std::nullopt, check_hangs_after);
    }
  }

  void give(std::optional<Job> order, milliseconds limit) {
    shared_->order = std::move(order);
    shared_->order_done = false;
    hangs_at_ = Clock::now() + limit;
    shared_->changed.notify_all();
  }

  /// The hand may be at its last line: its result still counts, if it comes in time.
  void deliver_last(Lock& lock) {
    shared_->changed.wait_for(lock, milliseconds{1'000}, [&] { return shared_->hand_gone; });
    if (shared_->order_done && shared_->order && *shared_->order && !hung_)
      end((*shared_->order)->id, std::move(shared_->result), lock);
  }

  std::shared_ptr<Shared> shared_;
  Worker::Events events_;
  milliseconds health_every_, hang_after_;
  std::optional<Health> told_;
  Clock::time_point next_check_ = Clock::now(), hangs_at_ = Clock::now() + std::chrono::hours{24};
  int absent_factor_ = 1;
  bool hung_ = false;
};

}  // namespace

struct Worker::State {
  std::shared_ptr<Shared> shared = std::make_shared<Shared>();
  std::thread front, hand;
};

Worker::Worker(std::unique_ptr<Printer> printer, Events events, milliseconds health_every, milliseconds hang_after)
    : state_(std::make_unique<State>()) {
  state_->shared->printer = std::move(printer);
  state_->hand = std::thread([shared = state_->shared] { hand(shared); });
  state_->front = std::thread(
      [front = Front{state_->shared, std::move(events), health_every, hang_after}]() mutable { front.run(); });
}

Worker::~Worker() {
  Shared& shared = *state_->shared;
  shared.stop.request_stop();
  {
    std::unique_lock lock{shared.mutex};
    shared.changed.notify_all();
    shared.changed.wait_for(lock, stop_limit, [&] { return shared.front_gone && shared.hand_gone; });
  }
  const std::lock_guard lock{shared.mutex};
  shared.front_gone ? state_->front.join() : state_->front.detach();
  shared.hand_gone ? state_->hand.join() : state_->hand.detach();
}

bool Worker::submit(Job job) {
  Shared& shared = *state_->shared;
  const std::lock_guard lock{shared.mutex};
  if (shared.waiting.size() >= jobs_max) return false;
  shared.waiting.push_back(std::move(job));
  shared.changed.notify_all();
  return true;
}

}  // namespace skranke::printer
