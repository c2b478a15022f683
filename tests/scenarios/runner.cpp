// skranke-scenarios FILE…: plays stories; every failure names the file and line. --must-fail DIR: each story in DIR
// must fail at the line that it marks with "# fails here", so that the language is known to notice.
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "story.hpp"

namespace {

using skranke::test::Failure;

int play(const std::string& file) {
  const auto failure = skranke::test::play(file);
  if (!failure) return 0;
  fmt::print("{}:{}: {}\n", file, failure->line, failure->text);
  return 1;
}

std::size_t marked_line(const std::string& file) {
  std::ifstream in{file};
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number)
    if (line.find("# fails here") != std::string::npos) return number;
  return 0;
}

int must_fail(const std::string& folder) {
  int wrong = 0, played = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    const std::string file = entry.path().string();
    const auto failure = skranke::test::play(file);
    ++played;
    if (failure && failure->line == marked_line(file)) continue;
    fmt::print("{}: should fail at line {}, {}\n", file, marked_line(file),
               failure ? fmt::format("fails at {}: {}", failure->line, failure->text) : "passes");
    ++wrong;
  }
  fmt::print("{} stories that must fail, {} did not\n", played, wrong);
  return wrong == 0 && played > 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  if (count == 3 && std::string{words[1]} == "--must-fail") return must_fail(words[2]);
  int failed = 0;
  for (int i = 1; i < count; ++i) failed += play(words[i]);
  fmt::print("{} stories, {} failed\n", count - 1, failed);
  return failed == 0 && count > 1 ? 0 : 1;
}
