#pragma once
// How many desks when, from the site's own past days: played by the simulator on a thread of its own, nicer than all others, one plan at a time. Nobody
// waits for it: whoever asks too early is told to ask again.
#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/figures.hpp"
#include "sim/plan.hpp"

namespace skranke::daemon {

/// Nothing when it is no use to a plan: who was helped on the spot, or never rung up. Times are the wall clock's, so that nine is nine all year.
void log_visit(const core::VisitFigure& figure, const core::Zone& zone, std::vector<sim::LoggedVisit>& log);

class StaffPlanner {
 public:
  struct Question {
    core::Day from{}, to{};                ///< business days, both included, and all of them over: what is asked of them stays true
    std::uint8_t weekdays = 127;           ///< bit 0 = Monday
    std::string target;                    ///< as sim::read_target reads it
    std::shared_ptr<const core::Facility> facility;
    bool operator==(const Question&) const = default;   ///< the facility by identity
  };
  enum class State : std::uint8_t { ready, too_little_history, too_large };
  struct Planned {
    State state = State::ready;
    std::size_t days = 0;                  ///< with visits, in the past that was asked about
    double opens_at_min = 0;               ///< when the first half hour begins
    sim::PlanTarget target;
    sim::StaffPlan plan;                   ///< when ready
  };
  using History = std::function<std::vector<sim::LoggedVisit>()>;

  StaffPlanner();
  /// Ends what is being played, within a day of it.
  ~StaffPlanner();
  StaffPlanner(const StaffPlanner&) = delete;
  StaffPlanner& operator=(const StaffPlanner&) = delete;

  /// Any thread. Nothing: it is not there yet; unless another plan is being made it is begun now. `history` is called on the planner's thread.
  [[nodiscard]] std::shared_ptr<const Planned> ask(const Question& question, History history);

  static constexpr int history_days_usual = 60, history_days_max = 92;
  static constexpr std::size_t visits_max = 400'000;       ///< of the past; more of them are too large a house
  static constexpr std::uint64_t days_played = 60;         ///< for each staffing that is tried
  static constexpr std::chrono::seconds search_max{30}, whole_max{60};

 private:
  void work(const Question& question, const History& history);
  [[nodiscard]] Planned made(const Question& question, const History& history) const;
  static constexpr std::size_t kept_max = 8;

  struct Worker;
  std::mutex mutex_;
  std::deque<std::pair<Question, std::shared_ptr<const Planned>>> kept_;   ///< newest first
  bool under_way_ = false;
  std::atomic<bool> stopping_{false};
  std::unique_ptr<Worker> worker_;
};

}  // namespace skranke::daemon
