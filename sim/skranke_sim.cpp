// skranke-sim: the waiting room without a clock, a disk or a network.
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/policy/policy.hpp"
#include "embed/catalogues.hpp"
#include "sim/drive_pipe.hpp"
#include "sim/options.hpp"
#include "wire/facility_file.hpp"

namespace {

using namespace skranke;

enum Exit : int { done = 0, refused = 1, wrong_usage = 2, unreadable = 3 };

constexpr std::string_view usage_text =
    "usage: skranke-sim drive --facility FILE [--policy NAME] [--lang da|en]\n"
    "  one JSON object a line in, one out; see skranke-sim(1)\n"
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
  const sim::Options options{arguments, {"facility", "policy", "lang"}};
  if (!options.wrong().empty()) return usage(options.wrong());
  const auto path = options.value("facility");
  if (!path) return usage("--facility");
  const std::string policy = options.value_or("policy", "skranke");
  if (core::policy_named(policy) == nullptr) return usage("--policy " + policy);
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
  sim::Drive room{std::move(facility), *catalogue, language};
  return sim::drive_pipe(room, 0, 1) ? done : fail(unreadable, "the pipe is gone");
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.empty()) return usage({});
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments.front() == "drive") return drive(rest);
  return usage(arguments.front());
}
