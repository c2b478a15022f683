#include "daemon/staff_planner.hpp"

#include <set>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <sys/resource.h>

namespace skranke::daemon {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::uint64_t seed = 1;   // the same question, the same answer

std::size_t days_in(const std::vector<sim::LoggedVisit>& log) {
  std::set<std::int64_t> days;
  for (const sim::LoggedVisit& visit : log) days.insert(static_cast<std::int64_t>(*visit.arrived_s / 86'400));
  return days.size();
}

}  // namespace

void log_visit(const core::VisitFigure& figure, const core::Zone& zone, std::vector<sim::LoggedVisit>& log) {
  const auto clock = [&](core::Instant at) { return static_cast<double>(zone.to_local(at).time_since_epoch().count()) / 1000.0; };
  const bool gave_up = figure.state == core::VisitState::left || figure.state == core::VisitState::no_show;
  bool first = true;
  for (const core::MatterFigure& matter : figure.matters) {
    const bool called = matter.called_at != core::Instant{};
    if (!called && !(first && gave_up && !figure.by_telephone && figure.ended_at != core::Instant{})) continue;
    sim::LoggedVisit& visit = log.emplace_back();
    visit.service = matter.service.str();
    visit.desk = matter.desk.str();
    visit.booked = figure.booked_for.has_value() || figure.by_telephone;   // who is rung up takes a desk, but no patience
    if (called) {
      visit.called_s = clock(matter.called_at);
      visit.arrived_s = *visit.called_s - (figure.by_telephone ? 0.0 : static_cast<double>(matter.wait_s.value_or(0)));
      if (matter.walk_s) visit.started_s = *visit.called_s + static_cast<double>(*matter.walk_s);
      if (matter.service_s) visit.finished_s = visit.started_s.value_or(*visit.called_s) + static_cast<double>(*matter.service_s);
    } else {
      visit.finished_s = clock(figure.ended_at);
    }
    if (first && !figure.by_telephone) visit.arrived_s = clock(figure.created_at);
    if (first && !figure.by_telephone && figure.booked_for) visit.booked_for_s = clock(*figure.booked_for);
    first = false;
  }
}

struct StaffPlanner::Worker {
  asio::thread_pool pool{1};
};

StaffPlanner::StaffPlanner() : worker_{new Worker} {
  asio::post(worker_->pool, [] { setpriority(PRIO_PROCESS, 0, 15); });   // a plan is for next week
}

StaffPlanner::~StaffPlanner() {
  stopping_ = true;
  worker_->pool.stop();
  worker_->pool.join();
}

std::shared_ptr<const StaffPlanner::Planned> StaffPlanner::ask(const Question& question, History history) {
  const std::scoped_lock lock{mutex_};
  for (const auto& [asked, planned] : kept_)
    if (asked == question) return planned;
  if (under_way_) return nullptr;
  under_way_ = true;
  asio::post(worker_->pool, [this, question, history = std::move(history)] { work(question, history); });
  return nullptr;
}

void StaffPlanner::work(const Question& question, const History& history) {
  auto planned = std::make_shared<const Planned>(made(question, history));
  const std::scoped_lock lock{mutex_};
  under_way_ = false;
  if (stopping_) return;
  kept_.emplace_front(question, std::move(planned));
  if (kept_.size() > kept_max) kept_.pop_back();
}

StaffPlanner::Planned StaffPlanner::made(const Question& question, const History& history) const {
  Planned planned;
  const auto target = sim::read_target(question.target);
  const std::vector<sim::LoggedVisit> log = history();
  planned.days = days_in(log);
  planned.state = log.size() > visits_max ? State::too_large : State::too_little_history;
  if (!target || planned.state == State::too_large || planned.days < sim::plan_days_needed) return planned;
  const auto scenario = sim::kind_of_days(log, *question.facility);
  if (!scenario) return planned;
  const auto begun = Clock::now();
  const sim::PlanPatience patience{[&] { return !stopping_ && Clock::now() - begun < search_max; }, [&] { return !stopping_ && Clock::now() - begun < whole_max; }};
  auto plan = sim::staffed(*scenario, question.facility->rules.policy, *target, days_played, seed, patience);
  planned.state = plan ? State::ready : State::too_large;
  if (plan) planned.plan = std::move(*plan);
  planned.opens_at_min = scenario->opens_at_min;
  planned.target = *target;
  return planned;
}

}  // namespace skranke::daemon
