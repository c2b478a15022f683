// Every file in wrong/ says in its first line what must be found in it: severity, reason, line, and a piece of the Danish sentence. Each is sound but for
// that one thing, which may show in two ways.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "wire/facility_file.hpp"

namespace skranke::wire {
namespace {

struct Wanted {
  std::string severity, reason, sentence;
  unsigned line = 0;
};

std::string read_all(const std::filesystem::path& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

Wanted wanted_in(const std::string& text) {
  std::istringstream in{text.substr(0, text.find('\n'))};
  Wanted wanted;
  std::string hash, expect;
  in >> hash >> expect >> wanted.severity >> wanted.reason >> wanted.line >> std::ws;
  std::getline(in, wanted.sentence);
  return wanted;
}

bool is_it(const Finding& found, const Wanted& wanted) {
  return (found.severity == Severity::error ? "error" : "warning") == wanted.severity && found.reason == wanted.reason && found.line == wanted.line &&
         found.message.da.find(wanted.sentence) != std::string::npos && !found.message.en.empty();
}

std::string all_lines(const std::vector<Finding>& findings) {
  std::string lines;
  for (const Finding& found : findings) lines += std::string{found.reason} + " " + to_line(found, "da") + "\n";
  return lines;
}

TEST(FacilityCheck, FindsWhatIsWrongAndSaysWhere) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{SKRANKE_WRONG_FACILITIES}) {
    const std::string text = read_all(entry.path()), name = entry.path().filename();
    const Wanted wanted = wanted_in(text);
    const FacilityResult read = read_facility_toml(text, name);
    const auto& findings = read ? read->warnings : read.error();
    EXPECT_EQ(read.has_value(), wanted.severity == "warning") << name << "\n" << all_lines(findings);
    EXPECT_LE(findings.size(), 2U) << name << "\n" << all_lines(findings);
    EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [&](const Finding& found) { return is_it(found, wanted); })) << name << "\n" << all_lines(findings);
    ++files;
  }
  EXPECT_GE(files, 24U);
}

TEST(FacilityCheck, SaysWhichClosuresAreOver) {
  const std::string text = std::string{"[site]\nid = \"x\"\n[[service]]\nid = \"a\"\nname = \"a\"\nletter = \"A\"\n[[authority]]\nid = \"k\"\nname = \"k\"\n"} +
                           "[[desk]]\nid = \"d\"\nname = \"d\"\nservices = [\"a\"]\n[[closure]]\ndate = \"2026-11-21\"\n[[closure]]\ndate = \"2026-11-22\"\n";
  const FacilityResult read = read_facility_toml(text, "x.toml");
  ASSERT_TRUE(read) << all_lines(read.error());
  const auto over = closures_over(read->facility, "x.toml", core::Day{std::chrono::year{2026} / 11 / 22});
  ASSERT_EQ(over.size(), 1U);
  EXPECT_EQ(over.front().field, "closure[0].date");
}

}  // namespace
}  // namespace skranke::wire
