// What stories say about steps, people and desks.
#include <sstream>

#include <fmt/format.h>

#include "core/policy/fit.hpp"
#include "story.hpp"

namespace skranke::test {

using namespace core;

std::vector<std::string> names_of_list(const std::string& list) {
  std::vector<std::string> names;
  std::istringstream in{list};
  for (std::string one; std::getline(in, one, '+');) names.push_back(one);
  return names;
}

std::vector<ServiceId> services_of_list(const std::string& list) {
  const auto names = names_of_list(list);
  return {names.begin(), names.end()};
}

/// "opens [by anna [bringing the visit]] [for A+B] [speaking da+en] [able to X+Y] [calling after N seconds]"
Command Story::session_from(const DeskId& desk, Words& words) {
  OpenDesk wish{desk, "clerk", {}};
  if (words.skip("by")) wish.clerk = words.take(), wish.unique = true;
  wish.move = words.skip("bringing the visit");
  if (words.skip("for")) wish.services = services_of_list(words.take());
  if (words.skip("speaking")) wish.languages = names_of_list(words.take());
  if (words.skip("able to")) wish.skills = names_of_list(words.take());
  if (words.skip("calling after")) {
    wish.auto_next = true;
    wish.rest = std::chrono::seconds{std::stoi(words.take())};
    words.skip("seconds");
  }
  return wish;
}

/// "finish [OUTCOME] [and go on [with SERVICE]]"
Command Story::finish_from(const DeskId& desk, Words& words) {
  FinishService wish{desk, Outcome::settled, {}};
  if (const auto outcome = spelled(words.peek(), Outcome::left)) wish.outcome = *outcome, words.take();
  wish.go_on = words.skip("and go on");
  if (!words.skip("with")) return wish;
  const ServiceId wanted{words.take()};
  const DeskStatus* status = state_.find(desk);
  const Visit* visit = status == nullptr ? nullptr : state_.find(status->visit);
  wish.step = std::uint8_t{31};
  for (std::size_t i = 0; visit != nullptr && i < visit->steps.size(); ++i)
    if (visit->steps[i].service == wanted) wish.step = static_cast<std::uint8_t>(i);
  return wish;
}

/// "[pool NAME] [clerk NAME] [preferred [for N minutes]] [in N minutes]"
void Story::way_from(Transfer& wish, Words& words) {
  if (words.skip("pool")) wish.to_pool = words.take();
  if (words.skip("clerk")) wish.to_clerk = words.take();
  wish.soft = words.skip("preferred");
  if (words.skip("for")) wish.soft_for = Minutes{std::stoi(words.take())}, words.skip("minutes");
  if (words.skip("in")) wish.after = Minutes{std::stoi(words.take())}, words.skip("minutes");
}

std::optional<Command> Story::people_wish(const DeskId& desk, Words& words) {
  if (words.skip("opens")) return session_from(desk, words);
  if (words.skip("finish")) return finish_from(desk, words);
  ChangeServices change{{}, desk, {}, {}, {}};
  if (words.skip("adds")) return change.add = services_of_list(words.take()), change;
  if (words.skip("drops")) return change.remove = services_of_list(words.take()), change;
  if (words.skip("changes to")) return change.change_to = ServiceId{words.take()}, change;
  if (words.skip("idle over")) return IdleDesk{desk, {}};
  if (words.skip("idle")) return IdleDesk{desk, words.take()};
  if (words.skip("help over")) return ClearHelp{desk};
  if (words.skip("help answered by")) return AnswerHelp{desk, words.take()};
  if (words.skip("calls emergency")) return CallHelp{desk, HelpKind::emergency, {}};
  if (!words.skip("calls help")) return std::nullopt;
  return CallHelp{desk, HelpKind::help, words.skip("from desk") ? desk_named(words.take()) : DeskId{}};
}

/// "press [twice|long] [-> NUMBER|nobody|refused REASON]": who stands at the desk afterwards.
std::string Story::press(const DeskId& desk, Words& words) {
  const Press kind = words.skip("twice") ? Press::two : words.skip("long") ? Press::hold : Press::one;
  Result result;
  if (auto wrong = wish(PressButton{desk, kind}, result); !wrong.empty()) return wrong;
  if (!words.skip("->")) return "expected \"-> NUMBER\", \"-> nobody\" or \"-> refused REASON\"";
  if (words.skip("refused")) return result.refusal ? expect_refusal(*result.refusal, words) : "was not refused";
  if (result.refusal) return "refused " + result.refusal->field;
  const DeskStatus* status = state_.find(desk);
  const std::string there = status == nullptr ? "nobody" : number_of(status->visit);
  return words.take() == there ? std::string{} : there + " is there";
}

/// "next steps at desk N are A B(later) C(elsewhere)": what is left after the current step; "are none".
std::string Story::check_next_steps(Words& words) const {
  const DeskId desk = desk_named(words.take());
  if (!words.skip("are")) return "expected \"are\"";
  const DeskStatus* status = state_.find(desk);
  const Visit* at_desk = status == nullptr ? nullptr : state_.find(status->visit);
  if (at_desk == nullptr) return "nobody is at the desk";
  Visit visit = *at_desk;
  visit.steps[visit.current].state = StepState::done;
  std::string found;
  for (std::size_t i = 0; i < visit.steps.size(); ++i) {
    if (visit.steps[i].state == StepState::done || visit.steps[i].state == StepState::skipped) continue;
    const bool here = could_call(state_, asking(facility_, *status, now_), visit, i);
    found += (found.empty() ? "" : " ") + visit.steps[i].service.str() + (!visit.is_ready(i) ? "(later)" : here ? "" : "(elsewhere)");
  }
  const std::string wanted = words.rest();
  while (!words.empty()) words.take();
  return wanted == (found.empty() ? "none" : found) ? "" : "they are " + found;
}

}  // namespace skranke::test
