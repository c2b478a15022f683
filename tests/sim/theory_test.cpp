// Before the simulator's figures are believed: what queueing theory knows exactly must come out of it.
#include <cmath>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/compare.hpp"
#include "sim/log.hpp"

namespace skranke::sim {
namespace {

/// A room that never closes: `desks` alike, visits of one service, Poisson arrivals of `per_min`.
Scenario endless(std::size_t desks, double per_min, Shape shape, double variation, int days) {
  Scenario scenario;
  scenario.id = "endless";
  scenario.open_min = scenario.last_arrival_min = 1440.0 * days;
  ScenarioService& service = scenario.services.emplace_back();
  service.id = "only";
  service.mean_min = 1;
  service.shape = shape;
  service.variation = variation;
  service.walk_ins = per_min * scenario.open_min;
  for (std::size_t d = 0; d < desks; ++d) scenario.desks.push_back({fmt::format("desk-{}", d), {"only"}, -1, 30, -1});
  return scenario;
}

/// Mean wait in minutes with an interval from twenty parts of the run; the first part, which begins with an empty room, is left out.
Measured mean_wait(const DayRecord& day) {
  constexpr std::size_t parts = 21;
  std::vector<double> batches;
  const std::size_t each = day.visits.size() / parts;
  for (std::size_t part = 1; part < parts; ++part) {
    double sum = 0;
    for (std::size_t i = part * each; i < (part + 1) * each; ++i) sum += (*day.visits[i].called_s - day.visits[i].arrived_s) / 60;
    batches.push_back(sum / static_cast<double>(each));
  }
  return measured(batches);
}

DayRecord lived(const Scenario& scenario, const std::string& policy = "fifo", std::uint64_t seed = 7) {
  Centre centre{scenario, site_of(scenario, policy), Estimates::none};
  return centre.live(plan_day(scenario, 1, seed, 0), 0);
}

/// Mean wait in an M/M/c queue of mean service 1, by Erlang's second formula.
double erlang_wait(std::size_t servers, double per_min) {
  double term = 1, sum = 1;
  for (std::size_t k = 1; k < servers; ++k) sum += term *= per_min / static_cast<double>(k);
  const auto c = static_cast<double>(servers);
  const double all_busy = term * per_min / c * c / (c - per_min);
  return all_busy / (sum + all_busy) / (c - per_min);
}

/// Twice the 95 % interval: one run in many thousands lies outside by chance, and this one is always the same.
void expect_near(const Measured& found, double theory) {
  EXPECT_NEAR(found.mean, theory, 2 * found.half_width);
  EXPECT_LT(found.half_width, 0.12 * theory) << "too unsure to say anything";
}

TEST(Theory, ErlangC) {
  expect_near(mean_wait(lived(endless(1, 0.7, Shape::exponential, 1, 90))), erlang_wait(1, 0.7));
  expect_near(mean_wait(lived(endless(3, 2.4, Shape::exponential, 1, 40))), erlang_wait(3, 2.4));
  expect_near(mean_wait(lived(endless(4, 3.2, Shape::exponential, 1, 40))), erlang_wait(4, 3.2));
  EXPECT_NEAR(erlang_wait(1, 0.7), 0.7 / 0.3, 1e-9) << "the formula itself, against the one for a single desk";
}

TEST(Theory, TheCheckSeesAWrongAnswer) {
  const Measured found = mean_wait(lived(endless(3, 2.4, Shape::exponential, 1, 40)));
  EXPECT_GT(std::abs(found.mean - erlang_wait(4, 2.4)), 2 * found.half_width);
  EXPECT_GT(std::abs(found.mean - erlang_wait(3, 2.3)), 2 * found.half_width);
}

TEST(Theory, PollaczekKhinchine) {
  const auto wait = [](double load, double variation) { return load * (1 + variation * variation) / (2 * (1 - load)); };
  expect_near(mean_wait(lived(endless(1, 0.75, Shape::log_normal, 0.7, 90))), wait(0.75, 0.7));
  expect_near(mean_wait(lived(endless(1, 0.6, Shape::log_normal, 1.5, 90))), wait(0.6, 1.5));
  expect_near(mean_wait(lived(endless(1, 0.8, Shape::fixed, 0, 60))), wait(0.8, 0));
}

TEST(Theory, TheMeanWaitDoesNotDependOnTheOrderOfThoseAlike) {
  const Scenario scenario = endless(2, 1.6, Shape::log_normal, 0.5, 20);
  const Measured fifo = mean_wait(lived(scenario, "fifo")), longest = mean_wait(lived(scenario, "longest_wait"));
  EXPECT_NEAR(fifo.mean, longest.mean, 1e-9);
}

TEST(Theory, LittlesLaw) {
  const Scenario scenario = endless(3, 2.4, Shape::log_normal, 0.5, 40);
  Centre centre{scenario, site_of(scenario, "fifo"), Estimates::none};
  double seen = 0, arrivals = 0;
  centre.watch([&](const core::State& state, const core::Facility& site, core::Serial, core::Instant) {
    seen += static_cast<double>(state.queue(site.services.front().id).size()) - 1;
    ++arrivals;
  });
  const DayRecord day = centre.live(plan_day(scenario, 1, 3, 0), 0);
  const Measured wait = mean_wait(day);
  EXPECT_NEAR(seen / arrivals, 2.4 * wait.mean, 2.4 * 2 * wait.half_width) << "who waits, as arrivals see it = rate × wait";
}

Scenario busy_centre() {
  std::ifstream file{SKRANKE_SCENARIOS "/busy-centre.toml"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  auto scenario = read_scenario(text, "busy-centre.toml");
  EXPECT_TRUE(scenario.has_value()) << scenario.error();
  return *std::move(scenario);
}

TEST(Flow, NobodyIsLostAndNobodyServesTwoAtOnce) {
  const Scenario scenario = busy_centre();
  for (const char* policy : {"fifo", "booked_first", "longest_wait", "skranke"}) {
    Centre centre{scenario, site_of(scenario, policy), Estimates::none};
    for (std::uint64_t d = 0; d < 20; ++d) {
      const DayPlan plan = plan_day(scenario, 1, 5, d);
      const DayRecord day = centre.live(plan, d);
      std::size_t coming = 0;
      for (const PlannedVisit& visit : plan.visits) coming += visit.comes ? 1 : 0;
      ASSERT_EQ(day.visits.size(), coming);
      std::vector<double> free_at(scenario.desks.size(), day.opens_s);
      std::vector<const VisitRecord*> by_call;
      for (const VisitRecord& visit : day.visits) {
        ASSERT_NE(visit.finished_s.has_value(), visit.left_s.has_value()) << "each is served or has left, and never both";
        if (visit.called_s) by_call.push_back(&visit);
      }
      std::sort(by_call.begin(), by_call.end(), [](const VisitRecord* a, const VisitRecord* b) { return *a->called_s < *b->called_s; });
      for (const VisitRecord* visit : by_call) {
        ASSERT_GE(*visit->called_s, visit->arrived_s);
        ASSERT_GE(*visit->called_s, free_at[visit->desk]);
        free_at[visit->desk] = *visit->finished_s;
      }
    }
  }
}

/// The desk of the second errand opens for half an hour only: who comes for it later goes home in the evening, and is not there the next morning.
TEST(Flow, WhoseDeskIsShutGoesHome) {
  Scenario scenario;
  scenario.id = "half a day";
  for (const char* id : {"often", "seldom"}) {
    ScenarioService& service = scenario.services.emplace_back();
    service.id = id;
    service.mean_min = 5;
    service.walk_ins = 20;
    scenario.desks.push_back({id, {id}, -1, 30, -1});
  }
  scenario.desks.back().shifts = {{0, 30}};
  Trial trial;
  trial.days = 10;
  trial.seed = 3;
  const Outcomes outcome = live_days(scenario, trial, "longest_wait", 1.0, true);
  ASSERT_EQ(outcome.days.size(), 10U);
  int turned_away = 0;
  for (const DayRecord& day : outcome.days)
    for (const VisitRecord& visit : day.visits) {
      EXPECT_NE(visit.called_s.has_value(), visit.left_s.has_value()) << "called, or gone home";
      if (visit.called_s) continue;
      EXPECT_EQ(visit.service, 1U);
      EXPECT_GE(*visit.left_s, day.closes_s);
      ++turned_away;
    }
  EXPECT_GT(turned_away, 100);
  EXPECT_GT(outcome.all.lost, 0.25);
}

TEST(Flow, SameSeedSameBytesOtherSeedOthers) {
  const Scenario scenario = busy_centre();
  const auto bytes = [&](std::uint64_t seed) {
    Trial trial;
    trial.days = 5;
    trial.seed = seed;
    std::string out;
    write_log(scenario, {live_days(scenario, trial, "skranke", 1, true)}, out);
    return out;
  };
  EXPECT_EQ(bytes(1), bytes(1));
  EXPECT_NE(bytes(1), bytes(2));
}

TEST(Flow, TheSameDayComesToEveryPolicy) {
  const Scenario scenario = busy_centre();
  const auto arrivals = [&](const char* policy) {
    Centre centre{scenario, site_of(scenario, policy), Estimates::none};
    std::vector<double> times;
    for (const VisitRecord& visit : centre.live(plan_day(scenario, 1, 5, 0), 0).visits) times.push_back(visit.arrived_s);
    return times;
  };
  EXPECT_EQ(arrivals("fifo"), arrivals("booked_first"));
}

/// Centres of every kind: who is served where, for how long, and how many come, is drawn.
Scenario drawn_centre(std::uint64_t key) {
  core::Chance chance{key};
  Scenario scenario;
  scenario.id = "drawn";
  scenario.open_min = scenario.last_arrival_min = 240;
  scenario.booked_no_show = 0.1;
  scenario.early_mean_min = 5;
  scenario.early_deviation_min = 8;
  scenario.patience_mean_min = chance.uniform() < 0.5 ? 0 : 90;
  const auto services = 2 + chance.bits() % 5, desks = 1 + chance.bits() % 5;
  for (std::uint64_t s = 0; s < services; ++s) {
    ScenarioService& service = scenario.services.emplace_back();
    service.id = fmt::format("s{}", s);
    service.mean_min = 2 + 28 * chance.uniform() * chance.uniform();
    service.booked = static_cast<double>(chance.bits() % 20);
    service.walk_ins = static_cast<double>(chance.bits() % 40);
  }
  for (std::uint64_t d = 0; d < desks; ++d) {
    ScenarioDesk& desk = scenario.desks.emplace_back();
    desk.id = fmt::format("d{}", d);
    for (std::uint64_t s = 0; s < services; ++s)
      if (d == 0 || chance.uniform() < 0.6) desk.services.push_back(fmt::format("s{}", s));
    if (desk.services.empty()) desk.services.push_back("s0");
  }
  return scenario;
}

TEST(Bound, NoWalkInIsPassedMoreThanTwiceInAnyCentre) {
  double most = 0, passed = 0;
  for (std::uint64_t key = 0; key < 120; ++key) {
    const Scenario scenario = drawn_centre(key);
    const Figures figures = figures_of(scenario, {lived(scenario, "skranke", key)});
    ASSERT_LE(figures.overtakes_max, 2) << "centre " << key;
    most = std::max(most, figures.overtakes_max);
    passed += figures.overtakes;
  }
  EXPECT_EQ(most, 2) << "the bound is reached, so the check can see";
  EXPECT_GT(passed, 0);
}

TEST(Bound, NobodyIsPassedUnderFirstComeFirstServed) {
  for (std::uint64_t key = 0; key < 20; ++key) {
    const Scenario scenario = drawn_centre(key);
    ASSERT_EQ(figures_of(scenario, {lived(scenario, "fifo", key)}).overtakes_max, 0) << "centre " << key;
  }
}

TEST(Figures, OfADayOneCanCountByHand) {
  Scenario scenario = endless(1, 0, Shape::fixed, 0, 1);
  DayRecord day;
  day.opens_s = 0;
  day.closes_s = 3600;
  day.desks = {{3600, 1800, 3900}};
  const auto visit = [&](double arrived, double called) {
    VisitRecord& record = day.visits.emplace_back();
    record.arrived_s = arrived;
    record.called_s = called;
    record.finished_s = called + 60;
  };
  visit(0, 600);      // overtaken by both who came later
  visit(60, 120);
  visit(120, 300);
  const Figures figures = figures_of(scenario, {day});
  EXPECT_DOUBLE_EQ(figures.walk_in_max, 10);
  EXPECT_DOUBLE_EQ(figures.walk_in_p50, 3);
  EXPECT_DOUBLE_EQ(figures.overtakes_max, 2);
  EXPECT_NEAR(figures.overtakes, 2.0 / 3, 1e-12);
  EXPECT_DOUBLE_EQ(figures.use, 0.5);
  EXPECT_DOUBLE_EQ(figures.overtime, 5);
  EXPECT_NEAR(figures.gini, (2.0 * (1 * 1 + 2 * 3 + 3 * 10) / (3.0 * 14) - 4.0 / 3), 1e-12);
}

TEST(ScenarioFile, SaysWhatIsWrong) {
  const auto wrong = read_scenario("id = \"x\"\nopen_mins = 3\n[[desk]]\nid = \"d\"\nservices = [\"nope\"]\n", "x.toml");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_NE(wrong.error().find("x.toml:2"), std::string::npos) << wrong.error();
  EXPECT_NE(wrong.error().find("nope"), std::string::npos) << wrong.error();
}

}  // namespace
}  // namespace skranke::sim
