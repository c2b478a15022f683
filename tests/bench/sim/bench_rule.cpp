// What the rule and the estimate cost: one call decided, one wait foretold and one glance at the room with fifty waiting and eight desks, and the
// reference days under every rule. Each is held against its bound; the lines "_beside_fifo" hold the same work against that of the plainest rule, both measured
// in this run by turns: what the house's own rule costs, on any machine. Last, a plan of desks: against the days it lives, lived bare.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

#include <fmt/format.h>

#include "core/decide.hpp"
#include "core/foresight.hpp"
#include "core/policy/policy.hpp"
#include "embed/scenarios.hpp"
#include "sim/compare.hpp"
#include "sim/plan.hpp"

namespace {

using namespace skranke;

constexpr int waiting = 50, desks = 8, services = 8, runs = 15;
constexpr double bound_estimate_ms = 20, bound_decision_ms = 1, bound_glance_ms = 1, bound_compare_s = 60;

/// CPU, not the clock on the wall: others may be at work here.
double cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void report(const char* name, const char* unit, double value, double baseline) {
  fmt::print("{{\"name\":\"{}\",\"unit\":\"{}\",\"value\":{:.4f},\"baseline\":{:.2f},\"ratio\":{:.4f}}}\n", name, unit, value, baseline, value / baseline);
}

template <class Work>
double median_ms(Work work) {
  std::vector<double> took;
  for (int run = 0; run < runs; ++run) {
    const double begin = cpu_s();
    work();
    took.push_back((cpu_s() - begin) * 1000);
  }
  std::sort(took.begin(), took.end());
  return took[runs / 2];
}

/// Both by turns, so that a machine that gets slower in between is slow for both.
template <class Own, class Plain>
void report_beside(const char* name, const char* unit, double scale, Own own, Plain plain) {
  std::vector<double> took_own, took_plain;
  const auto timed = [&](auto& work, std::vector<double>& took) {
    const double begin = cpu_s();
    work();
    took.push_back((cpu_s() - begin) * scale);
  };
  for (int run = 0; run < 9; ++run) timed(own, took_own), timed(plain, took_plain);
  for (auto* took : {&took_own, &took_plain}) std::sort(took->begin(), took->end());
  fmt::print("{{\"name\":\"{}\",\"unit\":\"{}\",\"value\":{:.5f},\"baseline\":{:.5f},\"ratio\":{:.3f}}}\n", name, unit, took_own[4], took_plain[4], took_own[4] / took_plain[4]);
}

sim::Scenario hall() {
  sim::Scenario scenario;
  scenario.id = "hall";
  for (int s = 0; s < services; ++s) scenario.services.push_back({fmt::format("s{}", s), 5.0 + 3 * s, 0.5, sim::Shape::log_normal, 0, 0});
  for (int d = 0; d < desks; ++d) {
    sim::ScenarioDesk& desk = scenario.desks.emplace_back();
    desk.id = fmt::format("d{}", d);
    for (int s = 0; s < services; ++s)
      if ((d + s) % 3 != 0) desk.services.push_back(fmt::format("s{}", s));
  }
  return scenario;
}

struct Full {
  core::Facility site = sim::site_of(hall(), "skranke");
  core::State state;
  core::Instant now = core::from_millis(1'767'607'200'000);
  void obey(const core::Command& command) {
    const core::Decision decision = core::decide(state, site, command, now);
    for (const core::Event& event : *decision) core::evolve(state, event);
  }
  Full() {
    obey(core::Tick{});
    for (int v = 0; v < waiting + desks; ++v) {
      core::TakeTicket wish;
      wish.id = core::VisitId{fmt::format("v{}", v)};
      wish.token = fmt::format("t{}", v);
      wish.services = {core::ServiceId{fmt::format("s{}", v % services)}};
      obey(wish);
      now += std::chrono::seconds{20};
    }
    for (int d = 0; d < desks; ++d) obey(core::OpenDesk{core::DeskId{fmt::format("d{}", d)}, "clerk", {}});
    for (int d = 0; d < desks; ++d) obey(core::CallNext{core::DeskId{fmt::format("d{}", d)}});
    for (int d = 0; d < desks; ++d) obey(core::StartService{core::DeskId{fmt::format("d{}", d)}});
    now += std::chrono::minutes{3};
  }
};

bool of_one_moment() {
  const Full full;
  const core::ServiceId service{"s3"};
  std::int64_t sum = 0;
  const double estimate = median_ms([&] { sum += core::foretold(full.state, full.site, service, core::newcomer_rank(full.now), full.now).p50.count(); });
  report("estimate_50_waiting", "ms", estimate, bound_estimate_ms);
  const double glance = median_ms([&] { sum += static_cast<std::int64_t>(core::glance(full.state, full.site, full.now)->asks.size()); });
  report("glance_50_waiting", "ms", glance, bound_glance_ms);
  const core::DeskStatus& desk = *full.state.find(core::DeskId{"d0"});
  const core::Policy& policy = *core::policy_named("skranke");
  const double decision = median_ms([&] { sum += static_cast<std::int64_t>(policy.choose(full.state, core::asking(full.site, desk, full.now))->serial); });
  report("decision_50_waiting", "ms", decision, bound_decision_ms);
  Full plain;
  plain.site.rules.policy = "fifo";
  const core::DeskStatus& plain_desk = *plain.state.find(core::DeskId{"d0"});
  const core::Policy& fifo = *core::policy_named("fifo");
  report_beside("estimate_50_waiting_beside_fifo", "ms", 1000,
                [&] { sum += core::foretold(full.state, full.site, service, core::newcomer_rank(full.now), full.now).p50.count(); },
                [&] { sum += core::foretold(plain.state, plain.site, service, core::newcomer_rank(plain.now), plain.now).p50.count(); });
  constexpr int decisions = 1000;   // one alone is shorter than the clock's tick
  report_beside("decision_50_waiting_beside_fifo", "ms", 1000.0 / decisions,
                [&] { for (int i = 0; i < decisions; ++i) sum += static_cast<std::int64_t>(policy.choose(full.state, core::asking(full.site, desk, full.now))->serial); },
                [&] { for (int i = 0; i < decisions; ++i) sum += static_cast<std::int64_t>(fifo.choose(plain.state, core::asking(plain.site, plain_desk, plain.now))->serial); });
  return sum > 0 && estimate <= bound_estimate_ms && glance <= bound_glance_ms && decision <= bound_decision_ms;
}

/// A tenth of the thousand days, times ten.
bool of_the_comparison() {
  for (const embed::File& file : embed::scenarios()) {
    if (file.path != "busy-centre.toml") continue;
    const auto scenario = sim::read_scenario(file.bytes, file.path);
    if (!scenario) return false;
    sim::Trial trial;
    trial.days = 100;
    const double begin = cpu_s();
    for (const std::string& policy : trial.policies) static_cast<void>(sim::live_days(*scenario, trial, policy, 1.0, false));
    const double took = (cpu_s() - begin) * 10;
    report("compare_1000_days_4_rules", "s", took, bound_compare_s);
    const auto lived = [&](const char* policy, std::uint64_t days) {
      sim::Trial some;
      some.days = days;
      static_cast<void>(sim::live_days(*scenario, some, policy, 1.0, false));
    };
    report_beside("days_beside_fifo", "s", 1, [&] { lived("skranke", 20); }, [&] { lived("fifo", 20); });
    constexpr std::uint64_t plan_days = 10;
    std::size_t tried = 1;
    const auto target = sim::read_target("walk_in p90 30, booked p90 10");
    report_beside("plan_beside_its_days", "s", 1, [&] { tried = sim::staffed(*scenario, "skranke", *target, plan_days, 1)->tried; }, [&] { lived("skranke", plan_days * tried); });
    return took <= bound_compare_s;
  }
  return false;
}

}  // namespace

int main() {
  const bool moment = of_one_moment(), comparison = of_the_comparison();
  return moment && comparison ? 0 : 1;
}
