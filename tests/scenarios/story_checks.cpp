// The lines of a story that look at the room and change nothing.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/estimate.hpp"
#include "story.hpp"
#include "wire/events.hpp"

namespace skranke::test {

using namespace core;

template <class Enum>
std::optional<Enum> spelled(const std::string& word, Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i)
    if (wire::word(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
  return std::nullopt;
}
template std::optional<Channel> spelled(const std::string&, Channel);
template std::optional<Outcome> spelled(const std::string&, Outcome);
template std::optional<Need> spelled(const std::string&, Need);
template std::optional<HelpKind> spelled(const std::string&, HelpKind);

std::string Story::number_of(Serial serial) const {
  const Visit* visit = state_.find(serial);
  return visit == nullptr ? "nobody" : to_string(visit->number);
}

/// Whoever was given this number last.
const Visit* Story::holder(const std::string& number) const {
  const Visit* found = nullptr;
  for (const auto& [serial, visit] : state_.visits)
    if (to_string(visit.number) == number && (found == nullptr || visit.serial > found->serial)) found = &visit;
  return found;
}

std::optional<std::string> Story::check(Words& words) {
  if (words.skip("board shows")) return check_board(words);
  if (const auto rule = check_rules(words)) return rule;
  if (words.skip("board does not show")) {
    const Visit* visit = holder(words.take());
    const bool shown =
        visit != nullptr && std::any_of(state_.calls.begin(), state_.calls.end(),
                                        [&](const BoardCall& call) { return call.serial == visit->serial; });
    return shown ? "it does" : "";
  }
  if (words.peek() == "free" || words.peek() == "first") return check_free(words);
  if (words.skip("queue")) return check_queue(words);
  if (words.skip("counts")) return check_counts(words);
  if (words.skip("wait for")) return check_estimate(words);
  if (words.skip("next steps at desk")) return check_next_steps(words);
  if (words.skip("business day is")) {
    const std::string wanted = words.take();
    return to_string(state_.day) == wanted ? "" : "it is " + to_string(state_.day);
  }
  if (auto checked = check_room(words)) return checked;
  Words ahead = words;
  const std::string first = ahead.take();
  if (first == "desk") {
    const std::string name = ahead.take();
    if (ahead.skip("is")) return words = ahead, check_desk(desk_named(name), words);
    return std::nullopt;
  }
  if (is_booking_name(first) && ahead.peek() == "is") return words = ahead, check_booking(first, words);
  if (parse_number(first) && (ahead.peek() == "is" || ahead.peek() == "step" || ahead.peek() == "has" || ahead.peek() == "needs")) {
    words = ahead;
    const Visit* visit = holder(first);
    if (visit == nullptr) return words.skip("is gone") ? "" : "nobody holds " + first;
    if (words.skip("step")) return check_step(*visit, words);
    return check_visit(*visit, words);
  }
  return std::nullopt;
}

/// "board shows A1 at desk 1 [call 2] [first]" or "board shows nothing"
std::string Story::check_board(Words& words) const {
  if (words.skip("nothing")) return state_.calls.empty() ? "" : "it shows " + to_string(state_.calls.front().number);
  const std::string number = words.take();
  const Visit* visit = holder(number);
  for (std::size_t i = 0; i < state_.calls.size(); ++i) {
    const BoardCall& call = state_.calls[i];
    if (visit == nullptr || call.serial != visit->serial) continue;
    if (!words.skip("at desk")) return "expected \"at desk N\"";
    if (desk_named(words.take()) != call.desk) return "it shows " + call.desk.str();
    if (words.skip("call") && words.take() != std::to_string(call.attempt))
      return fmt::format("it is call {}", call.attempt);
    if (words.skip("first") && i != 0) return "it is not the newest";
    return {};
  }
  return number + " is not on it";
}

/// "queue [of SERVICE] is A1 A2" or "… is empty". Without a service: all that wait, as a desk that can do everything
/// would call them.
std::string Story::check_queue(Words& words) const {
  std::vector<QueueEntry> entries;
  if (words.skip("of")) {
    entries = state_.queue(ServiceId{words.take()});
  } else {
    for (const auto& [service, queue] : state_.queues) entries.insert(entries.end(), queue.begin(), queue.end());
    std::sort(entries.begin(), entries.end());
    entries.erase(std::unique(entries.begin(), entries.end(),
                              [](const QueueEntry& a, const QueueEntry& b) { return a.serial == b.serial; }),
                  entries.end());
  }
  if (!words.skip("is")) return "expected \"is\"";
  std::string numbers;
  for (const QueueEntry& entry : entries) numbers += (numbers.empty() ? "" : " ") + number_of(entry.serial);
  if (numbers.empty()) numbers = "empty";
  const std::string wanted = words.rest();
  while (!words.empty()) words.take();
  return wanted == numbers ? "" : "it is " + numbers;
}

/// "A1 is waiting|called|serving|… [at desk N]", "A1 is gone", "A1 has outcome settled"
std::string Story::check_visit(const Visit& visit, Words& words) const {
  if (words.skip("has outcome")) {
    const std::string wanted = words.take();
    for (const Step& step : visit.steps)
      if (step.outcome && wire::word(*step.outcome) == wanted) return {};
    return "it has not";
  }
  if (words.skip("is booked for")) return take_time(words) == visit.booked_for ? "" : "it is not";
  if (words.skip("is promised a call")) {
    if (!visit.callback) return "it is not";
    const auto at = [&](Instant when) { return to_rfc3339(facility_.zone, when).substr(11, 5); };
    const std::string told = at(visit.callback->from) + " to " + at(visit.callback->until);
    const std::string wanted = words.rest();
    while (!words.empty()) words.take();
    return wanted == told ? "" : "it is promised " + told;
  }
  if (words.skip("has priority")) return visit.priority.str() == words.take() ? "" : "it has " + visit.priority.str();
  if (words.skip("needs")) {
    std::string found;
    for (const Need need : visit.needs) found += (found.empty() ? "" : "+") + std::string{wire::word(need)};
    return found == words.take() ? "" : "it needs " + found;
  }
  if (auto checked = check_host(visit, words)) return *checked;
  words.skip("is");
  if (const std::string wanted = words.take(); wanted != wire::word(visit.state))
    return fmt::format("it is {}", wire::word(visit.state));
  if (words.skip("at desk")) {
    const Step* step = visit.current_step();
    if (step == nullptr || step->desk != desk_named(words.take())) return "not there";
  }
  if (words.skip("until")) {
    const std::string at = to_rfc3339(facility_.zone, visit.parked_until).substr(11, 5);
    if (words.take() != at) return "it is until " + at;
  }
  if (words.skip("in place") && visit.parked_place != words.take()) return "it is in " + visit.parked_place;
  return {};
}

/// "A1 step SERVICE is done"
std::string Story::check_step(const Visit& visit, Words& words) const {
  const ServiceId service{words.take()};
  words.skip("is");
  const std::string wanted = words.take();
  std::string found = "there is none";
  for (const Step& step : visit.steps)  // the newest step for a service tells
    if (step.service == service) found = wire::word(step.state);
  return found == wanted ? "" : "it is " + found;
}

/// "desk 1 is open|closed|free|on break|busy with A1"
std::string Story::check_desk(const DeskId& id, Words& words) const {
  const DeskStatus* desk = state_.find(id);
  const DeskPhase phase = desk == nullptr ? DeskPhase::closed : desk->phase;
  const Serial visit = desk == nullptr ? 0 : desk->visit;
  if (words.skip("busy with")) return number_of(visit) == words.take() ? "" : number_of(visit) + " is there";
  if (words.skip("idle")) return desk != nullptr && !desk->idle.empty() ? "" : "it is not";
  if (words.skip("worked by")) return desk != nullptr && desk->clerk == words.take() ? "" : "it is not";
  if (words.skip("calling for help")) {
    if (desk == nullptr || desk->help == HelpKind::none) return "it is not";
    if (words.skip("in an emergency")) return desk->help == HelpKind::emergency ? "" : "it is not";
    return words.skip("answered by") && desk->help_by != words.take() ? "answered by \"" + desk->help_by + "\"" : std::string{};
  }
  if (words.skip("free")) return visit == 0 && phase == DeskPhase::open ? "" : "it is not";
  if (words.skip("on break")) return phase == DeskPhase::on_break ? "" : "it is not";
  if (words.skip("open")) return phase == DeskPhase::open ? "" : "it is not";
  if (words.skip("closed")) return phase == DeskPhase::closed ? "" : "it is not";
  return "not understood: " + words.rest();
}

/// "counts taken 3 done 1 no_show 1 left 0", any of them
std::string Story::check_counts(Words& words) const {
  const std::array<std::pair<const char*, std::uint32_t>, 4> counts{{{"taken", state_.counts.taken},
                                                                     {"done", state_.counts.done},
                                                                     {"no_show", state_.counts.no_show},
                                                                     {"left", state_.counts.left}}};
  while (!words.empty()) {
    const std::string name = words.take();
    const auto found = std::find_if(counts.begin(), counts.end(), [&](const auto& pair) { return name == pair.first; });
    if (found == counts.end()) return "no such count: " + name;
    if (words.take() != std::to_string(found->second)) return fmt::format("{} are {}", found->second, name);
  }
  return {};
}

/// "wait for SERVICE is A to B minutes": the estimate's p10 and p90 lie within.
std::string Story::check_estimate(Words& words) const {
  const ServiceId service{words.take()};
  if (!words.skip("is")) return "expected \"is\"";
  const int from = std::stoi(words.take());
  if (!words.skip("to")) return "expected \"to\"";
  const int to = std::stoi(words.take());
  words.skip("minutes");
  const Estimate told = outlook(state_, facility_, service, newcomer_rank(now_), now_).estimate;
  if (told.p10 >= std::chrono::minutes{from} && told.p90 <= std::chrono::minutes{to}) return {};
  return fmt::format("it is {} to {} seconds", told.p10.count(), told.p90.count());
}

}  // namespace skranke::test
