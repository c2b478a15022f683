// The lines of a story about hosts, the paper roll and evacuations.
#include <fmt/format.h>

#include "story.hpp"
#include "wire/events.hpp"

namespace skranke::test {

using namespace core;

namespace {

std::vector<Need> needs_of_list(const std::string& list) {
  std::vector<Need> needs;
  for (const ServiceId& word : services_of_list(list))
    if (const auto need = wire::from_word<Need>(word.str())) needs.push_back(*need);
  return needs;
}

Place place_of(Words& words) {
  if (words.skip("in front")) return Place::front;
  return words.skip("at the end") ? Place::end : Place::keep;
}

std::string numbers_in_words(const std::vector<Number>& numbers) {
  std::string text;
  for (const Number number : numbers) text += (text.empty() ? "" : " ") + to_string(number);
  return text.empty() ? "none" : text;
}

}  // namespace

/// "A1 moves [step S] to SERVICE [at desk N] | to desk N | in front | at the end [because REASON]"
std::string Story::move_line(const Visit& visit, Words& words) {
  MoveVisit wish{visit.id, {}, {}, {}, Place::keep, {}};
  if (words.skip("step")) wish.service = ServiceId{words.take()};
  if (words.skip("to desk"))
    wish.to_desk = desk_named(words.take());
  else if (words.skip("to")) {
    wish.to_service = ServiceId{words.take()};
    if (words.skip("at desk")) wish.to_desk = desk_named(words.take());
  }
  wish.place = place_of(words);
  if (words.skip("because")) wish.reason = words.take();
  return expect(wish, words);
}

/// "A1 splits off SERVICE+SERVICE [for N] -> NUMBER"
std::string Story::split_line(const Visit& visit, Words& words) {
  SplitVisit wish{visit.id, services_of_list(words.take()), 1, VisitId{fmt::format("visit-{}", ++taken_)}, fmt::format("token-{}", taken_), {}};
  if (words.skip("for")) wish.party = static_cast<std::uint16_t>(std::stoi(words.take()));
  Result result;
  if (auto wrong = this->wish(wish, result); !wrong.empty()) return wrong;
  if (!words.skip("->")) return "expected \"-> NUMBER\" or \"-> refused REASON\"";
  if (words.skip("refused")) return result.refusal ? expect_refusal(*result.refusal, words) : "was not refused";
  if (result.refusal) return fmt::format("refused {}", wire::word(result.refusal->reason));
  const std::string wanted = words.take(), given = to_string(state_.find(wish.id)->number);
  return wanted == given ? std::string{} : "got " + given;
}

std::optional<std::string> Story::host_line(const Visit& visit, Words& words) {
  if (words.skip("moves")) return move_line(visit, words);
  if (words.skip("splits off")) return split_line(visit, words);
  if (words.skip("joins")) {
    const Visit* into = holder(words.take());
    if (into == nullptr) return "nobody holds that number";
    const bool family = words.skip("as family");
    return expect(MergeVisits{visit.id, into->id, family}, words);
  }
  if (words.skip("cancelled because")) return expect(LeaveQueue{visit.id, words.take()}, words);
  EditVisit edit{visit.id};
  if (words.skip("gets priority"))
    edit.priority = PriorityId{words.take()};
  else if (words.skip("gets no priority"))
    edit.priority = PriorityId{};
  else if (words.skip("gets party of"))
    edit.party = static_cast<std::uint16_t>(std::stoi(words.take()));
  else if (words.skip("gets language"))
    edit.language = words.take();
  else if (words.skip("gets needs"))
    edit.needs = needs_of_list(words.take());
  else
    return std::nullopt;
  return expect(edit, words);
}

/// "room is evacuated" · "room is safe again" · "room goes on paper [from P1 [to 99] [for SERVICE]]…" · "room is off paper [torn to P7]"
std::string Story::room_line(Words& words) {
  if (words.skip("is evacuated")) return expect(Evacuate{true, "fire"}, words);
  if (words.skip("is safe again")) return expect(Evacuate{false, {}}, words);
  if (words.skip("goes on paper")) {
    SetRoomMode wish{RoomMode::paper_roll, {}, {}};
    while (words.skip("from")) {
      RollWish roll{parse_number(words.take()), std::nullopt, {}};
      if (words.skip("to")) roll.last = static_cast<std::uint16_t>(std::stoi(words.take()));
      if (words.skip("for")) roll.service = ServiceId{words.take()};
      wish.rolls.push_back(roll);
    }
    return expect(wish, words);
  }
  if (words.skip("is off paper")) {
    SetRoomMode wish{RoomMode::normal, {}, {}};
    while (words.skip("torn to"))
      if (const auto number = parse_number(words.take())) wish.torn.push_back(*number);
    return expect(wish, words);
  }
  return "not understood: room " + words.rest();
}

/// "desk 1 calls number P7 [for SERVICE]", also one that nobody is known to hold
std::string Story::call_number(const DeskId& desk, Words& words) {
  const auto number = parse_number(words.take());
  if (!number) return "not a number";
  CallNumber wish{desk, *number};
  if (words.skip("for")) wish.service = ServiceId{words.take()};
  return expect(wish, words);
}

/// "roll P is P1 to P99 [put away] · "torn and never called is P3 P5" · "the room stands still" · "the room moves"
std::optional<std::string> Story::check_room(Words& words) const {
  if (words.skip("the room stands still")) return state_.room.evacuated ? "" : "it does not";
  if (words.skip("the room moves")) return state_.room.evacuated ? "it stands still" : "";
  if (words.skip("the room is on paper")) return state_.room.mode == RoomMode::paper_roll ? "" : "it is not";
  if (words.skip("the room is not on paper")) return state_.room.mode == RoomMode::paper_roll ? "it is" : "";
  if (!words.skip("torn and never called is")) return std::nullopt;
  std::vector<Number> missing;
  for (const Roll& roll : state_.room.rolls)
    for (const Number number : torn_never_called(state_, roll)) missing.push_back(number);
  const std::string wanted = words.rest();
  while (!words.empty()) words.take();
  return wanted == numbers_in_words(missing) ? "" : "it is " + numbers_in_words(missing);
}

/// "A2 has joined A1" · "A1 has also A2 A3" · "A1 has party of 3" · "A1 has waited 12 minutes" · "A1 has no priority" · "A1 has needs hearing"
std::optional<std::string> Story::check_host(const Visit& visit, Words& words) const {
  if (words.skip("has joined")) {
    const std::string wanted = words.take(), into = to_string(stands_for(state_, visit).number);
    return visit.merged_into != 0 && wanted == into ? "" : "it stands for " + into;
  }
  if (words.skip("has also")) {
    const std::string wanted = words.rest();
    while (!words.empty()) words.take();
    return wanted == numbers_in_words(visit.also) ? "" : "it has " + numbers_in_words(visit.also);
  }
  if (words.skip("has party of")) return words.take() == std::to_string(visit.party) ? "" : fmt::format("it is {}", visit.party);
  if (words.skip("has no priority")) return visit.priority.empty() && visit.head_start.count() == 0 ? "" : "it has " + visit.priority.str();
  if (words.skip("has needs")) return needs_of_list(words.take()) == visit.needs ? "" : "it has others";
  if (words.skip("has waited")) {
    const auto waited = std::chrono::floor<Minutes>(room_time(state_, now_) - visit.anchor);
    const bool as_told = words.take() == std::to_string(waited.count());
    words.skip("minutes");
    return as_told ? "" : fmt::format("it has waited {} minutes", waited.count());
  }
  return std::nullopt;
}

}  // namespace skranke::test
