// The core on a pipe, without the pipe: lines answered a second in a hall of 500 waiting and 30 desks, and what deciding and folding
// take of it (median), all under the rule "skranke". Held against their goals: 50,000 a second and 20 µs. Two more figures stand beside them because the
// first ones hide them: lines a second in a hall of 40 waiting, where every ticket is told an estimate made with care (about a quarter of the lines), and
// the median of the calls alone.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "embed/catalogues.hpp"
#include "sim/drive.hpp"
#include "wire/document.hpp"
#include "wire/facility_file.hpp"

namespace {

using namespace skranke;
using Clock = std::chrono::steady_clock;

constexpr int waiting = 500, waiting_few = 40, desks = 30, services = 9, rounds = 4000, rounds_few = 400;
constexpr std::int64_t nine_o_clock = 1'795'420'800'000;
constexpr double goal_per_second = 50'000, goal_us = 20;

std::string hall() {
  std::string text = "[site]\nid = \"hall\"\nname = \"Hall\"\n[[authority]]\nid = \"kommune\"\nname = \"Kommunen\"\n";
  for (int i = 0; i < services; ++i)
    text += fmt::format("[[service]]\nid = \"s{0}\"\nname = \"S{0}\"\nauthority = \"kommune\"\nletter = \"{1}\"\nexpected_minutes = 10\n", i,
                        core::unmistakable_letters[static_cast<std::size_t>(i) % core::unmistakable_letters.size()]);
  for (int i = 0; i < desks; ++i) {
    text += fmt::format("[[desk]]\nid = \"desk-{0}\"\nname = \"D{0}\"\nservices = [", i);
    for (int s = 0; s < services; ++s)
      if ((i + s) % 3 != 0) text += fmt::format("\"s{}\", ", s);
    text += "]\n";
  }
  return text;
}

std::vector<std::string> opening(int guests) {
  std::vector<std::string> lines;
  for (int i = 0; i < desks; ++i) lines.push_back(fmt::format(R"({{"at":{},"do":"desk.open","desk":"desk-{}"}})", nine_o_clock, i));
  for (int i = 0; i < guests; ++i)
    lines.push_back(fmt::format(R"({{"at":{},"do":"visit.create","id":"w{}","services":["s{}"]}})", nine_o_clock, i, i % services));
  return lines;
}

/// One comes, one is called, served and gone: the hall stays full.
std::vector<std::string> morning(int guests) {
  std::vector<std::string> lines;
  for (int i = 0; i < guests; ++i) {
    const std::int64_t at = nine_o_clock + i * 1000;
    lines.push_back(fmt::format(R"({{"at":{},"do":"visit.create","id":"v{}","services":["s{}"],"language":"da","priority":null}})", at, i, i % services));
    for (const char* act : {"next", "start"}) lines.push_back(fmt::format(R"({{"at":{},"do":"desk.{}","desk":"desk-{}"}})", at, act, i % desks));
    lines.push_back(fmt::format(R"({{"at":{},"do":"desk.finish","desk":"desk-{}","outcome":"settled"}})", at, i % desks));
  }
  return lines;
}

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

wire::Catalogue catalogue() {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const embed::File& file : embed::catalogues()) texts.emplace_back(file.path.substr(0, file.path.find('.')), std::string{file.bytes});
  return *wire::Catalogue::from_texts(texts);
}

void report(const char* name, const char* unit, double value, double baseline, double ratio) {
  fmt::print("{{\"name\":\"{}\",\"unit\":\"{}\",\"value\":{:.2f},\"baseline\":{:.2f},\"ratio\":{:.3f}}}\n", name, unit, value, baseline, ratio);
}

bool lines_a_second(const char* name, int there, int come, const core::Facility& facility, const wire::Catalogue& words) {
  const auto begin_day = opening(there), lines = morning(come);
  std::vector<double> figures;
  std::size_t refused = 0;
  for (int run = 0; run < 5; ++run) {
    sim::Drive drive{facility, words, "da"};
    std::string out;
    for (const std::string& line : begin_day) drive.answer(line, out);
    out.clear();
    const auto begin = Clock::now();
    for (const std::string& line : lines) {
      drive.answer(line, out);
      if (out.compare(0, 5, "{\"ok\"") != 0) ++refused;
      out.clear();
    }
    figures.push_back(static_cast<double>(lines.size()) / seconds_since(begin));
  }
  std::sort(figures.begin(), figures.end());
  report(name, "1/s", figures[2], goal_per_second, figures[2] / goal_per_second);
  return refused == 0;
}

/// Each decision and its fold timed on its own: the same morning without JSON.
bool decide_and_evolve(const core::Facility& facility) {
  core::State state;
  core::Instant now = core::from_millis(nine_o_clock);
  bool well = true;
  std::vector<double> micros, calls;
  const auto obey = [&](const core::Command& command) {
    const auto begin = Clock::now();
    const core::Decision decision = core::decide(state, facility, command, now);
    if (decision)
      for (const core::Event& event : *decision) core::evolve(state, event);
    micros.push_back(seconds_since(begin) * 1e6);
    well = well && decision.has_value();
  };
  const auto take = [&](int i) {
    core::TakeTicket wish;
    wish.id = core::VisitId{fmt::format("v{}", i)};
    wish.token = fmt::format("token-{}", i);
    wish.services = {facility.services[static_cast<std::size_t>(i) % services].id};
    obey(wish);
  };
  for (int i = 0; i < desks; ++i) obey(core::OpenDesk{facility.desks[static_cast<std::size_t>(i)].id, "clerk", {}});
  for (int i = 0; i < waiting; ++i) take(i);
  micros.clear();
  for (int i = 0; i < rounds; ++i) {
    now += std::chrono::seconds{1};
    const core::DeskId& desk = facility.desks[static_cast<std::size_t>(i) % desks].id;
    take(waiting + i);
    obey(core::CallNext{desk});
    calls.push_back(micros.back());
    obey(core::StartService{desk});
    obey(core::FinishService{desk, core::Outcome::settled, {}});
  }
  const auto tell = [](const char* name, std::vector<double>& taken) {
    std::nth_element(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(taken.size() / 2), taken.end());
    const double median = taken[taken.size() / 2];
    report(name, "us", median, goal_us, median / goal_us);
  };
  tell("core_decide_evolve", micros);
  tell("core_call_next", calls);
  return well;
}

}  // namespace

int main() {
  auto reading = wire::read_facility_toml(hall(), "hall.toml");
  if (!reading) {
    for (const wire::Finding& finding : reading.error()) fmt::print(stderr, "{}\n", wire::to_line(finding, "en"));
    return 1;
  }
  core::Facility facility = std::move(reading->facility);
  facility.rules.policy = "skranke";
  const bool well = lines_a_second("drive_lines", waiting, rounds, facility, catalogue()) &&
                    lines_a_second("drive_lines_careful", waiting_few, rounds_few, facility, catalogue()) && decide_and_evolve(facility);
  if (!well) fmt::print(stderr, "a wish was refused: the figures mean nothing\n");
  return well ? 0 : 1;
}
