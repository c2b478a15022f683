// The past as a plan reads it, and plans one at a time.
#include "daemon/staff_planner.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace skranke::daemon {
namespace {

using core::Instant;
using core::Zone;
using namespace std::chrono_literals;

const Instant nine = core::from_millis(1'795'420'800'000);   // 2026-11-23 08:00 UTC
const Zone copenhagen{"Europe/Copenhagen", {{Instant{}, 1h}}};
constexpr double local_nine = 1'795'420'800 + 3600;

core::VisitFigure served(std::int64_t wait_s) {
  core::VisitFigure figure;
  figure.created_at = nine;
  figure.state = core::VisitState::done;
  figure.ended_at = nine + 30min;
  core::MatterFigure matter;
  matter.service = core::ServiceId{"pas"};
  matter.desk = core::DeskId{"d1"};
  matter.state = core::StepState::done;
  matter.called_at = nine + std::chrono::seconds{wait_s};
  matter.wait_s = wait_s;
  matter.walk_s = 20;
  matter.service_s = 600;
  figure.matters.push_back(matter);
  return figure;
}

std::vector<sim::LoggedVisit> logged(const core::VisitFigure& figure) {
  std::vector<sim::LoggedVisit> log;
  log_visit(figure, copenhagen, log);
  return log;
}

TEST(PlanPast, AWalkInByTheWallClock) {
  const auto log = logged(served(300));
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].service, "pas");
  EXPECT_EQ(log[0].desk, "d1");
  EXPECT_FALSE(log[0].booked);
  EXPECT_EQ(log[0].arrived_s, local_nine);
  EXPECT_EQ(log[0].called_s, local_nine + 300);
  EXPECT_EQ(log[0].started_s, local_nine + 320);
  EXPECT_EQ(log[0].finished_s, local_nine + 920);
}

TEST(PlanPast, ASecondMatterComesWhenTheFirstIsOver) {
  core::VisitFigure figure = served(300);
  figure.booked_for = nine + 2min;
  core::MatterFigure second = figure.matters.front();
  second.called_at = nine + 20min;
  second.wait_s = 60;
  figure.matters.push_back(second);
  const auto log = logged(figure);
  ASSERT_EQ(log.size(), 2U);
  EXPECT_TRUE(log[0].booked && log[1].booked);
  EXPECT_EQ(log[0].booked_for_s, local_nine + 120);
  EXPECT_FALSE(log[1].booked_for_s);
  EXPECT_EQ(log[1].arrived_s, local_nine + 19 * 60);
}

TEST(PlanPast, WhoGaveUpWaitedAndWhoWasHelpedOnTheSpotDidNot) {
  core::VisitFigure figure = served(0);
  figure.matters.front() = {};
  figure.matters.front().service = core::ServiceId{"pas"};
  EXPECT_TRUE(logged(figure).empty()) << "done and never called: helped on the spot";
  figure.state = core::VisitState::left;
  const auto log = logged(figure);
  ASSERT_EQ(log.size(), 1U);
  EXPECT_FALSE(log[0].called_s);
  EXPECT_EQ(log[0].finished_s, local_nine + 30 * 60);
  figure.by_telephone = true;
  EXPECT_TRUE(logged(figure).empty()) << "nobody sat there";
}

TEST(PlanPast, WhoIsRungUpTakesADeskButNoPatience) {
  core::VisitFigure figure = served(7200);
  figure.by_telephone = true;
  const auto log = logged(figure);
  ASSERT_EQ(log.size(), 1U);
  EXPECT_TRUE(log[0].booked);
  EXPECT_EQ(log[0].arrived_s, log[0].called_s);
}

std::vector<sim::LoggedVisit> past(int days) {
  std::vector<sim::LoggedVisit> log;
  for (int day = 0; day < days; ++day)
    for (int i = 0; i < 40; ++i) {
      sim::LoggedVisit& visit = log.emplace_back();
      visit.service = "pas", visit.desk = "d1";
      const double at = local_nine + day * 86'400 + i * 180;
      visit.arrived_s = at, visit.called_s = at + 60, visit.started_s = at + 90, visit.finished_s = at + 690;
    }
  return log;
}

StaffPlanner::Question question(const std::string& target) {
  auto facility = std::make_shared<core::Facility>();
  core::Service& service = facility->services.emplace_back();
  service.id = core::ServiceId{"pas"};
  service.expected = core::Minutes{10};
  for (const char* id : {"d1", "d2", "d3", "d4", "d5", "d6"}) {
    core::Desk& desk = facility->desks.emplace_back();
    desk.id = core::DeskId{id};
    desk.services.push_back(service.id);
  }
  StaffPlanner::Question asked;
  asked.target = target;
  asked.facility = facility;
  return asked;
}

std::shared_ptr<const StaffPlanner::Planned> made(StaffPlanner& planner, const StaffPlanner::Question& asked, int days) {
  for (int i = 0; i < 3000; ++i) {
    if (auto planned = planner.ask(asked, [days] { return past(days); })) return planned;
    std::this_thread::sleep_for(20ms);   // whoever asks too early is told to ask again; a minute at most
  }
  return nullptr;
}

TEST(StaffPlanner, ATargetIsMetWithSoManyDesksAndOneLessIsWorse) {
  StaffPlanner planner;
  const auto planned = made(planner, question("walk_in p90 10"), 5);
  ASSERT_TRUE(planned);
  ASSERT_EQ(planned->state, StaffPlanner::State::ready);
  EXPECT_EQ(planned->days, 5U);
  EXPECT_EQ(planned->opens_at_min, 9 * 60);
  EXPECT_TRUE(planned->plan.met);
  EXPECT_FALSE(planned->plan.cut_short);
  EXPECT_EQ(planned->plan.desks.size(), 4U) << "two hours";
  ASSERT_EQ(planned->plan.within.size(), 1U);
  EXPECT_GT(planned->plan.within[0], 0.85);
  EXPECT_LT(planned->plan.within_less[0], planned->plan.within[0]);
  EXPECT_GT(planned->plan.within_more[0], planned->plan.within[0]);
}

TEST(StaffPlanner, APlanIsMadeOnceAndOneAtATime) {
  StaffPlanner planner;
  const auto first = question("walk_in p90 10"), second = question("walk_in p90 30");
  std::atomic<int> read{0};
  const auto history = [&] { return ++read, past(5); };
  EXPECT_FALSE(planner.ask(first, history));
  EXPECT_FALSE(planner.ask(first, history));
  EXPECT_FALSE(planner.ask(second, history)) << "not begun: another is being made";
  const auto planned = made(planner, first, 5);
  ASSERT_TRUE(planned);
  EXPECT_EQ(read, 1);
  EXPECT_EQ(planner.ask(first, history), planned) << "kept";
  EXPECT_EQ(read, 1);
}

TEST(StaffPlanner, TooFewDaysAreCounted) {
  StaffPlanner planner;
  const auto planned = made(planner, question("walk_in p90 10"), 2);
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->state, StaffPlanner::State::too_little_history);
  EXPECT_EQ(planned->days, 2U);
}

TEST(StaffPlanner, AHouseTooLargeIsToldSo) {
  StaffPlanner planner;
  const auto asked = question("walk_in p90 10");
  const auto history = [] { return std::vector<sim::LoggedVisit>(StaffPlanner::visits_max + 1, past(1).front()); };
  static_cast<void>(planner.ask(asked, history));
  const auto planned = made(planner, asked, 5);
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->state, StaffPlanner::State::too_large);
}

TEST(StaffPlanner, ItEndsWithinADayOfWhatItPlays) {
  const auto begun = std::chrono::steady_clock::now();
  {
    StaffPlanner planner;
    static_cast<void>(planner.ask(question("walk_in p90 1, booked p90 1"), [] { return past(60); }));
    std::this_thread::sleep_for(30ms);   // so that it is under way, which nobody can see from outside
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
}

TEST(PlanPatience, ALifeThatIsEndedIsNoPlanAndASearchThatIsEndedIsOne) {
  const auto asked = question("walk_in p90 2");
  const auto scenario = sim::kind_of_days(past(5), *asked.facility);
  ASSERT_TRUE(scenario);
  const auto target = sim::read_target(asked.target);
  int days = 0;
  EXPECT_FALSE(sim::staffed(*scenario, "skranke", *target, 10, 1, {{}, [&] { return ++days < 15; }}));
  EXPECT_LT(days, 40);
  const auto cut = sim::staffed(*scenario, "skranke", *target, 10, 1, {[] { return false; }, {}});
  ASSERT_TRUE(cut);
  EXPECT_TRUE(cut->cut_short);
  EXPECT_EQ(cut->tried, 3U) << "as guessed, one less, one more";
}

}  // namespace
}  // namespace skranke::daemon
