// skranke-sim: the waiting room without a clock, a disk or a network.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/policy/policy.hpp"
#include "embed/catalogues.hpp"
#include "embed/scenarios.hpp"
#include "sim/backtest.hpp"
#include "sim/compare.hpp"
#include "sim/drive_pipe.hpp"
#include "sim/judge.hpp"
#include "sim/log.hpp"
#include "sim/options.hpp"
#include "sim/plan.hpp"
#include "sim/plot.hpp"
#include "sim/season.hpp"
#include "wire/facility_file.hpp"

namespace {

using namespace skranke;

enum Exit : int { done = 0, refused = 1, wrong_usage = 2, unreadable = 3 };

constexpr std::string_view usage_text =
    "usage: skranke-sim drive --facility FILE [--policy NAME] [--lang da|en] [--strict yes]\n"
    "         one JSON object a line in, one out; see skranke-sim(1)\n"
    "       skranke-sim run --scenario NAME|FILE [--policy NAME] [--days N] [--seed N] [--load X] [--estimates yes|bound] [--format table|json|csv] [--plot FILE]\n"
    "         lives days and tells how they were; csv: every visit, as backtest reads it\n"
    "       skranke-sim compare --scenario NAME|FILE [--policies A,B,C] [--days N] [--seed N] [--load X,Y] [--format table|json|both] [--plot FILE]\n"
    "         the same days under every policy\n"
    "       skranke-sim backtest --log FILE [--facility FILE] [--policy NAME] [--format table|json]\n"
    "         what would have been told on recorded days, held against what happened\n"
    "       skranke-sim season [--days N] [--seed N] [--load X] [--horizon DAYS] [--format table|json]\n"
    "         months of bookings: usual, a summer, a change of identities, growth; how the promise of seven working days was kept\n"
    "       skranke-sim plan --facility FILE --history FILE --target \"walk_in p90 20, booked p90 8\" [--policy NAME] [--days N] [--seed N] [--format table|json]\n"
    "         desks needed for each half hour, and what one less or more does; the history as backtest reads it\n"
    "  policies: fifo, booked_first, longest_wait, skranke\n"
    "exit: 0 done, 1 refused, 2 usage, 3 cannot read or write\n";

int usage(const std::string& wrong) {
  if (!wrong.empty()) fmt::print(stderr, "skranke-sim: {}?\n", wrong);
  std::fputs(usage_text.data(), stderr);
  return wrong_usage;
}

int fail(int code, std::string_view why) {
  fmt::print(stderr, "skranke-sim: {}\n", why);
  return code;
}

tl::expected<wire::Catalogue, std::string> load_catalogues() {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const embed::File& file : embed::catalogues()) texts.emplace_back(file.path.substr(0, file.path.find('.')), std::string{file.bytes});
  return wire::Catalogue::from_texts(texts);
}

wire::FacilityResult read_facility(const std::string& text, const std::string& path) {
  return path.ends_with(".json") ? wire::read_facility_json(text, path) : wire::read_facility_toml(text, path);
}

int drive(const std::vector<std::string>& arguments) {
  const sim::Options options{arguments, {"facility", "policy", "lang", "strict"}};
  if (!options.wrong().empty()) return usage(options.wrong());
  const auto path = options.value("facility");
  if (!path) return usage("--facility");
  const std::string policy = options.value_or("policy", "skranke");
  if (core::policy_named(policy) == nullptr) return usage("--policy " + policy);
  const std::string strict = options.value_or("strict", "no");
  if (strict != "yes" && strict != "no") return usage("--strict " + strict);
  const auto text = sim::read_file(*path);
  if (!text) return fail(unreadable, "cannot read " + *path);
  auto reading = read_facility(*text, *path);
  if (!reading) {
    for (const wire::Finding& finding : reading.error()) fmt::print(stderr, "{}\n", wire::to_line(finding, "en"));
    return refused;
  }
  auto catalogue = load_catalogues();
  if (!catalogue) return fail(refused, catalogue.error());
  core::Facility facility = std::move(reading->facility);
  facility.rules.policy = policy;
  const std::string language = options.value_or("lang", facility.site.languages.front());
  sim::Drive room{std::move(facility), *catalogue, language, strict == "yes"};
  return sim::drive_pipe(room, 0, 1) ? done : fail(unreadable, "the pipe is gone");
}

/// A file, or the name of a scenario that is inside.
tl::expected<sim::Scenario, std::string> load_scenario(const std::string& name) {
  for (const embed::File& file : embed::scenarios())
    if (file.path == name + ".toml") return sim::read_scenario(file.bytes, file.path);
  const auto text = sim::read_file(name);
  if (!text) return tl::unexpected{"cannot read " + name};
  return sim::read_scenario(*text, name);
}

bool write_file(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && whole;
}

std::optional<double> number(const std::string& text, double min, double max) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool whole = !text.empty() && *end == '\0' && value >= min && value <= max;
  return whole ? std::optional{value} : std::nullopt;
}

std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    parts.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

constexpr double days_max = 1'000'000, seed_max = 9e15, load_max = 100;

/// What `run` and `compare` share; the error names the option that is wrong.
tl::expected<sim::Trial, std::string> read_trial(const sim::Options& options, const std::string& policies, std::string_view usual_days) {
  sim::Trial trial;
  const auto days = number(options.value_or("days", usual_days), 1, days_max), seed = number(options.value_or("seed", "1"), 0, seed_max);
  if (!days) return tl::unexpected{std::string{"--days"}};
  if (!seed) return tl::unexpected{std::string{"--seed"}};
  trial.days = static_cast<std::uint64_t>(*days);
  trial.seed = static_cast<std::uint64_t>(*seed);
  trial.loads.clear();
  for (const std::string& part : parts_of(options.value_or("load", "1"))) {
    const auto load = number(part, 0.001, load_max);
    if (!load) return tl::unexpected{"--load " + part};
    trial.loads.push_back(*load);
  }
  trial.policies = parts_of(policies);
  for (const std::string& policy : trial.policies)
    if (core::policy_named(policy) == nullptr) return tl::unexpected{"--policy " + policy};
  return trial;
}

int compare(const std::vector<std::string>& arguments) {
  const sim::Options options{arguments, {"scenario", "policies", "days", "seed", "load", "format", "plot"}};
  if (!options.wrong().empty()) return usage(options.wrong());
  const auto trial = read_trial(options, options.value_or("policies", "fifo,booked_first,longest_wait,skranke"), "1000");
  if (!trial) return usage(trial.error());
  const std::string format = options.value_or("format", "both");
  if (format != "table" && format != "json" && format != "both") return usage("--format " + format);
  const auto scenario = load_scenario(options.value_or("scenario", "busy-centre"));
  if (!scenario) return fail(unreadable, scenario.error());
  std::vector<sim::Outcomes> outcomes;
  for (const double load : trial->loads)
    for (const std::string& policy : trial->policies) outcomes.push_back(sim::live_days(*scenario, *trial, policy, load, options.value("plot").has_value()));
  if (const auto plot = options.value("plot"); plot && !write_file(*plot, sim::plot_waits(outcomes))) return fail(unreadable, "cannot write " + *plot);
  std::string out;
  if (format != "json") sim::write_table(outcomes, out);
  if (format != "table") sim::write_json(outcomes, *trial, *scenario, out);
  std::fwrite(out.data(), 1, out.size(), stdout);
  return done;
}

int run(const std::vector<std::string>& arguments) {
  const sim::Options options{arguments, {"scenario", "policy", "days", "seed", "load", "format", "estimates", "plot"}};
  if (!options.wrong().empty()) return usage(options.wrong());
  const auto trial = read_trial(options, options.value_or("policy", "skranke"), "100");
  if (!trial) return usage(trial.error());
  const std::string format = options.value_or("format", "table");
  sim::Trial asked = *trial;
  const std::string estimates = options.value_or("estimates", "no");
  if (estimates != "no" && estimates != "yes" && estimates != "bound") return usage("--estimates " + estimates);
  asked.estimates = estimates == "no" ? sim::Estimates::none : estimates == "yes" ? sim::Estimates::told : sim::Estimates::bound;
  if (format != "table" && format != "json" && format != "csv") return usage("--format " + format);
  const auto scenario = load_scenario(options.value_or("scenario", "busy-centre"));
  if (!scenario) return fail(unreadable, scenario.error());
  std::vector<sim::Outcomes> outcomes;
  for (const double load : trial->loads) outcomes.push_back(sim::live_days(*scenario, asked, trial->policies.front(), load, format == "csv" || asked.estimates != sim::Estimates::none));
  std::string out;
  if (format == "table") sim::write_table(outcomes, out);
  for (const sim::Outcomes& outcome : outcomes) {
    if (asked.estimates == sim::Estimates::none || format == "csv") continue;
    sim::Judge judge{*scenario};
    for (const sim::DayRecord& day : outcome.days) judge.add(day);
    format == "table" ? sim::write_accuracy(judge, *scenario, out) : sim::write_accuracy_json(judge, *scenario, out);
    if (const auto plot = options.value("plot"); plot && !write_file(*plot, sim::plot_accuracy(judge))) return fail(unreadable, "cannot write " + *plot);
  }
  if (format == "json") sim::write_json(outcomes, *trial, *scenario, out);
  if (format == "csv") sim::write_log(*scenario, outcomes, out);
  std::fwrite(out.data(), 1, out.size(), stdout);
  return done;
}

int backtest(const std::vector<std::string>& arguments) {
  const sim::Options options{arguments, {"log", "facility", "policy", "format"}};
  if (!options.wrong().empty()) return usage(options.wrong());
  const auto path = options.value("log"), facility = options.value("facility");
  const std::string policy = options.value_or("policy", "longest_wait"), format = options.value_or("format", "table");
  if (!path) return usage("--log");
  if (core::policy_named(policy) == nullptr) return usage("--policy " + policy);
  if (format != "table" && format != "json") return usage("--format " + format);
  const auto text = sim::read_file(*path);
  if (!text) return fail(unreadable, "cannot read " + *path);
  const auto log = sim::read_log(*text, *path);
  if (!log) return fail(refused, log.error());
  std::optional<core::Facility> known;
  if (facility) {
    const auto described = sim::read_file(*facility);
    if (!described) return fail(unreadable, "cannot read " + *facility);
    auto reading = read_facility(*described, *facility);
    if (!reading) {
      for (const wire::Finding& finding : reading.error()) fmt::print(stderr, "{}\n", wire::to_line(finding, "en"));
      return refused;
    }
    known = std::move(reading->facility);
  }
  const core::Facility site = sim::site_of_log(*log, known ? &*known : nullptr, policy);
  const sim::Scenario scenario = sim::outline_of(site);
  sim::Judge judge{scenario};
  for (const sim::DayRecord& day : sim::backtested(*log, site)) judge.add(day);
  std::string out;
  format == "table" ? sim::write_accuracy(judge, scenario, out) : sim::write_accuracy_json(judge, scenario, out);
  std::fwrite(out.data(), 1, out.size(), stdout);
  return done;
}

int season(const std::vector<std::string>& arguments) {
  const sim::Options options{arguments, {"days", "seed", "load", "horizon", "format"}};
  if (!options.wrong().empty()) return usage(options.wrong());
  constexpr double season_days_max = 2000;
  const auto days = number(options.value_or("days", "130"), 1, season_days_max), seed = number(options.value_or("seed", "1"), 0, seed_max);
  const auto load = number(options.value_or("load", "0.45"), 0.001, load_max), horizon = number(options.value_or("horizon", "9"), 1, 400);
  const std::string format = options.value_or("format", "table");
  if (!days) return usage("--days");
  if (!seed) return usage("--seed");
  if (!load) return usage("--load");
  if (!horizon) return usage("--horizon");
  if (format != "table" && format != "json") return usage("--format " + format);
  sim::SeasonPlan plan;
  plan.days = static_cast<int>(*days);
  plan.seed = static_cast<std::uint64_t>(*seed);
  plan.load = *load;
  plan.horizon_days = static_cast<int>(*horizon);
  std::vector<sim::SeasonOutcome> outcomes;
  for (const sim::Course course : sim::courses) outcomes.push_back(sim::live_season(course, plan));
  std::string out;
  format == "table" ? sim::write_season_table(outcomes, out) : sim::write_season_json(outcomes, plan, out);
  std::fwrite(out.data(), 1, out.size(), stdout);
  return done;
}

int plan(const std::vector<std::string>& arguments) {
  const sim::Options options{arguments, {"facility", "history", "target", "policy", "days", "seed", "format"}};
  if (!options.wrong().empty()) return usage(options.wrong());
  const auto path = options.value("history"), facility = options.value("facility"), wish = options.value("target");
  if (!path || !facility || !wish) return usage(!facility ? "--facility" : !path ? "--history" : "--target");
  const auto target = sim::read_target(*wish);
  if (!target) return usage("--target " + target.error());
  const std::string policy = options.value_or("policy", "skranke"), format = options.value_or("format", "table");
  if (core::policy_named(policy) == nullptr) return usage("--policy " + policy);
  if (format != "table" && format != "json") return usage("--format " + format);
  const auto days = number(options.value_or("days", "60"), 10, 1000), seed = number(options.value_or("seed", "1"), 0, seed_max);
  if (!days || !seed) return usage(!days ? "--days" : "--seed");
  const auto text = sim::read_file(*path), described = sim::read_file(*facility);
  if (!text || !described) return fail(unreadable, "cannot read " + (!text ? *path : *facility));
  const auto log = sim::read_log(*text, *path);
  if (!log) return fail(refused, log.error());
  auto reading = read_facility(*described, *facility);
  if (!reading) {
    for (const wire::Finding& finding : reading.error()) fmt::print(stderr, "{}\n", wire::to_line(finding, "en"));
    return refused;
  }
  const auto scenario = sim::kind_of_days(*log, reading->facility);
  if (!scenario) return fail(refused, *path + ": " + scenario.error());
  const std::optional<sim::StaffPlan> plan = sim::staffed(*scenario, policy, *target, static_cast<std::uint64_t>(*days), static_cast<std::uint64_t>(*seed));
  std::string out;
  format == "table" ? sim::write_plan(*plan, *scenario, out) : sim::write_plan_json(*plan, *scenario, out);
  std::fwrite(out.data(), 1, out.size(), stdout);
  return done;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.empty()) return usage({});
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments.front() == "drive") return drive(rest);
  if (arguments.front() == "run") return run(rest);
  if (arguments.front() == "compare") return compare(rest);
  if (arguments.front() == "backtest") return backtest(rest);
  if (arguments.front() == "season") return season(rest);
  if (arguments.front() == "plan") return plan(rest);
  return usage(arguments.front());
}
