#pragma once
// Worker threads for what blocks (password hashing, a device), with a bounded queue.
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <optional>

namespace skranke::http {

class Offload {
 public:
  explicit Offload(std::size_t jobs_max, std::size_t threads = 1) : jobs_max_{jobs_max}, threads_{threads} {}
  ~Offload() { stop(); }
  Offload(const Offload&) = delete;
  Offload& operator=(const Offload&) = delete;

  /// Runs `job` on a worker thread; they start with the first one. False when the queue is full: nothing was taken.
  /// `job` must not throw.
  [[nodiscard]] bool run(std::function<void()> job) {
    if (stopped_ || jobs_.load() >= jobs_max_) return false;
    if (!pool_) pool_.emplace(threads_);
    jobs_.fetch_add(1);
    boost::asio::post(*pool_, [this, job = std::move(job)] {
      job();
      jobs_.fetch_sub(1);
    });
    return true;
  }
  /// Waits for the job that runs; the others are dropped.
  void stop() {
    stopped_ = true;
    if (!pool_) return;
    pool_->stop();
    pool_->join();
    pool_.reset();
  }

 private:
  std::size_t jobs_max_, threads_;
  std::atomic<std::size_t> jobs_{0};
  bool stopped_ = false;  // I/O thread only
  std::optional<boost::asio::thread_pool> pool_;
};

}  // namespace skranke::http
