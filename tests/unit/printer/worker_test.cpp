// The worker with a printer that does as it is told, and with one that does not.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "printer/printer.hpp"

namespace skranke::printer {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// What happened, in order, and the fake's instructions. Outlives the worker, as a hung fake may outlive the test's
/// worker.
struct Stage {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> log;
  Health health{.state = HealthState::ready, .reasons = {}, .detail = {}};
  bool hang = false, throws = false, released = false;
  int checks = 0, printing = 0;

  void note(const std::string& line) {
    const std::lock_guard lock{mutex};
    log.push_back(line);
    changed.notify_all();
  }
  template <class Predicate>
  bool wait(Predicate predicate, std::chrono::milliseconds limit = 5s) {
    std::unique_lock lock{mutex};
    return changed.wait_for(lock, limit, predicate);
  }
  bool has(const std::string& line) const { return std::find(log.begin(), log.end(), line) != log.end(); }
  void set(const std::function<void()>& change) {
    const std::lock_guard lock{mutex};
    change();
    changed.notify_all();
  }
};

class FakePrinter final : public Printer {
 public:
  explicit FakePrinter(std::shared_ptr<Stage> stage) : stage_(std::move(stage)) {}
  JobResult print(const Job& job, const std::function<void(const Health&)>& report, std::stop_token) override {
    std::unique_lock lock{stage_->mutex};
    stage_->log.push_back("print " + job.id);
    ++stage_->printing;
    stage_->changed.notify_all();
    if (stage_->throws) throw std::runtime_error{"driver bug"};
    if (stage_->hang)
      stage_->changed.wait_for(lock, 20s, [&] { return stage_->released; });  // deaf to stop, on purpose
    const Health health = stage_->health;
    lock.unlock();
    report(health);
    return {PrintState::printed, ""};
  }
  Health check(std::stop_token) override {
    const std::lock_guard lock{stage_->mutex};
    ++stage_->checks;
    stage_->changed.notify_all();
    return stage_->health;
  }

 private:
  std::shared_ptr<Stage> stage_;
};

Worker::Events events_into(const std::shared_ptr<Stage>& stage, bool may_start = true) {
  return {.started =
              [stage, may_start](const std::string& id) {
                stage->note("started " + id);
                return may_start;
              },
          .ended =
              [stage](const std::string& id, JobResult result) {
                stage->note("ended " + id + (result.state == PrintState::printed ? " printed" : " " + result.fault));
              },
          .health =
              [stage](const Health& health) {
                stage->note("health " + std::to_string(static_cast<int>(health.state)) +
                            (health.reasons.empty() ? "" : " " + health.reasons[0]));
              }};
}

std::unique_ptr<FakePrinter> fake(const std::shared_ptr<Stage>& stage) { return std::make_unique<FakePrinter>(stage); }

TEST(Worker, StartsBeforePrintingAndTellsTheEnd) {
  const auto stage = std::make_shared<Stage>();
  Worker worker{fake(stage), events_into(stage), 1h};
  ASSERT_TRUE(worker.submit({"a", {}}));
  ASSERT_TRUE(worker.submit({"b", {}}));
  ASSERT_TRUE(stage->wait([&] { return stage->has("ended b printed"); }));
  std::vector<std::string> jobs;
  std::copy_if(stage->log.begin(), stage->log.end(), std::back_inserter(jobs),
               [](const std::string& line) { return !line.starts_with("health"); });
  EXPECT_EQ(jobs, (std::vector<std::string>{"started a", "print a", "ended a printed", "started b", "print b",
                                            "ended b printed"}));
}

TEST(Worker, WhatMayNotStartIsNotPrinted) {
  const auto stage = std::make_shared<Stage>();
  Worker worker{fake(stage), events_into(stage, false), 1h};
  ASSERT_TRUE(worker.submit({"old", {}}));
  ASSERT_TRUE(worker.submit({"older", {}}));
  ASSERT_TRUE(stage->wait([&] { return stage->has("started older"); }));
  ASSERT_TRUE(stage->wait([&] { return stage->checks > 0; }));
  EXPECT_EQ(stage->printing, 0);
}

TEST(Worker, HealthIsToldOnChangeOnly) {
  const auto stage = std::make_shared<Stage>();
  Worker worker{fake(stage), events_into(stage), 5ms};
  ASSERT_TRUE(stage->wait([&] { return stage->checks >= 5; }));
  stage->set([&] { stage->health = {.state = HealthState::failed, .reasons = {"media-empty"}, .detail = "1"}; });
  ASSERT_TRUE(stage->wait([&] { return stage->has("health 2 media-empty"); }));
  stage->set([&] { stage->health.detail = "2"; });
  const int seen = stage->checks;
  ASSERT_TRUE(stage->wait([&] { return stage->checks >= seen + 5; }));
  stage->set([&] { stage->health = {.state = HealthState::ready, .reasons = {}, .detail = {}}; });
  ASSERT_TRUE(stage->wait([&] { return stage->log.size() >= 3; }));
  EXPECT_EQ(stage->log, (std::vector<std::string>{"health 0", "health 2 media-empty", "health 0"}));
}

TEST(Worker, AbsentPrinterIsAskedLessOften) {
  const auto stage = std::make_shared<Stage>();
  stage->health = {.state = HealthState::absent, .reasons = {}, .detail = {}};
  Worker worker{fake(stage), events_into(stage), 100ms};
  ASSERT_TRUE(stage->wait([&] { return stage->checks >= 1; }));
  const auto start = Clock::now();
  ASSERT_TRUE(stage->wait([&] { return stage->checks >= 4; }));
  EXPECT_GE(Clock::now() - start, 900ms) << "three pauses of at least 100, 200, 400 … were due";
}

TEST(Worker, FullQueueSaysSo) {
  const auto stage = std::make_shared<Stage>();
  stage->hang = true;
  Worker worker{fake(stage), events_into(stage), 1h};
  ASSERT_TRUE(worker.submit({"first", {}}));
  ASSERT_TRUE(stage->wait([&] { return stage->printing == 1; }));
  int taken = 0;
  while (taken < 1'000 && worker.submit({"n" + std::to_string(taken), {}})) ++taken;
  EXPECT_EQ(taken, 64);
  stage->set([&] { stage->released = true, stage->hang = false; });
  ASSERT_TRUE(stage->wait([&] { return stage->has("ended n63 printed"); }));
  EXPECT_TRUE(worker.submit({"again", {}}));
  ASSERT_TRUE(stage->wait([&] { return stage->has("ended again printed"); }));
}

TEST(Worker, HangIsToldAndHealsByItself) {
  const auto stage = std::make_shared<Stage>();
  stage->hang = true;
  Worker worker{fake(stage), events_into(stage), 50ms, 200ms};
  ASSERT_TRUE(worker.submit({"a", {}}));
  ASSERT_TRUE(stage->wait([&] { return stage->has("ended a timeout") && stage->has("health 2 timeout"); }));
  ASSERT_TRUE(worker.submit({"b", {}}));
  stage->set([&] { stage->released = true; });
  ASSERT_TRUE(stage->wait([&] { return stage->has("ended b printed"); }));
  EXPECT_FALSE(stage->has("ended a printed")) << "a job ends once";
  ASSERT_TRUE(stage->wait([&] { return stage->log.back() == "health 0" || stage->has("health 0"); }));
}

TEST(Worker, GoesWithinTwoSecondsWhenThePrinterHangs) {
  const auto stage = std::make_shared<Stage>();
  stage->hang = true;
  auto worker = std::make_unique<Worker>(fake(stage), events_into(stage), 1h);
  ASSERT_TRUE(worker->submit({"a", {}}));
  ASSERT_TRUE(stage->wait([&] { return stage->printing == 1; }));
  const auto start = Clock::now();
  worker.reset();
  EXPECT_LT(Clock::now() - start, 2s);
  const std::size_t said = stage->log.size();
  stage->set([&] { stage->released = true; });
  EXPECT_FALSE(stage->wait([&] { return stage->log.size() > said; }, 300ms))
      << "a callback after the worker's end: " << stage->log.back();
}

TEST(Worker, IdleWorkerGoesAtOnceAndDropsNothingSilentlyStarted) {
  const auto stage = std::make_shared<Stage>();
  const auto start = Clock::now();
  { Worker worker{fake(stage), events_into(stage), 1h}; }
  EXPECT_LT(Clock::now() - start, 500ms);
}

TEST(Worker, DriverExceptionFailsTheJobNotTheHouse) {
  const auto stage = std::make_shared<Stage>();
  stage->throws = true;
  Worker worker{fake(stage), events_into(stage), 20ms};
  ASSERT_TRUE(worker.submit({"a", {}}));
  ASSERT_TRUE(stage->wait([&] { return stage->has("ended a internal-error"); }));
  stage->set([&] { stage->throws = false; });
  ASSERT_TRUE(worker.submit({"b", {}}));
  ASSERT_TRUE(stage->wait([&] { return stage->has("ended b printed"); }));
}

}  // namespace
}  // namespace skranke::printer
