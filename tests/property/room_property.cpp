// Any script of wishes, in any site: the real room and the simple-minded one agree on every answer and look the same
// after every step, and every rule of the room holds. 1,500 scripts a run; RC_PARAMS="max_success=… seed=…" asks for
// more or for the same again.
#include <array>
#include <cstdlib>
#include <map>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>

#include "reference_room.hpp"
#include "room_checks.hpp"
#include "scripts.hpp"
#include "wire/events.hpp"
#include "wire/facility_file.hpp"

namespace skranke::test {
namespace {

using namespace core;
using Script8 = std::vector<std::uint8_t>;

rc::Gen<Script8> bytes(int most) {
  return rc::gen::resize(most, rc::gen::container<Script8>(rc::gen::resize(100, rc::gen::arbitrary<std::uint8_t>())));
}

std::string in_words(const std::vector<std::string>& story) {
  std::string text;
  for (const std::string& line : story) text += "\n  " + line;
  return text;
}

bool same_answer(const Decision& a, const Decision& b) {
  if (a.has_value() != b.has_value()) return false;
  if (!a) return a.error().reason == b.error().reason && a.error().field == b.error().field;
  if (a->size() != b->size()) return false;
  for (std::size_t i = 0; i < a->size(); ++i) {
    std::string one, other;
    wire::encode_event((*a)[i], one);
    wire::encode_event((*b)[i], other);
    if ((*a)[i].at != (*b)[i].at || (*a)[i].body.index() != (*b)[i].body.index() || one != other) return false;
  }
  return true;
}

/// One room under test and all that watches it.
struct Watched {
  Facility facility;
  State state;
  ReferenceRoom reference;
  Ledger ledger;
  std::vector<std::string> story;

  explicit Watched(Facility site) : facility{std::move(site)}, reference{facility} {}

  /// Empty, or what went wrong.
  std::string obey(const Command& command, Instant now) {
    const State before = state;
    const Decision decision = decide(state, facility, command, now);
    std::string difference;
    if (!same(before, state, &difference)) return "deciding changed the state: " + difference;
    if (!same_answer(decision, decide(state, facility, command, now))) return "deciding twice gave two answers";
    const auto foretold = reference.obey(command, now);
    story.push_back(fmt::format("{} {} -> {}", millis(now), describe(command),
                                decision ? "done" : std::string{wire::word(decision.error().reason)}));
    if (decision.has_value() == foretold.has_value() || (foretold && *foretold != decision.error().reason))
      return fmt::format("the reference room says {}", foretold ? wire::word(*foretold) : "done");
    if (!decision) return {};
    for (const Event& event : *decision) {
      ledger.write(event);
      evolve(state, event);
      if (auto broken = broken_rule(state); !broken.empty()) return broken;
    }
    return reference.difference(state);
  }
};

void swap_facility(Watched& room, const Facility& wanted, Instant now, std::uint64_t version) {
  const auto wrong = room.obey(apply_command(wanted, version), now);
  if (!wrong.empty()) RC_FAIL(wrong + in_words(room.story));
  if (room.state.facility_version != version) return;  // refused: somebody still needs what would go
  room.facility = wanted;
  room.reference.use(wanted);
}

RC_GTEST_PROP(Room, AgreesWithTheReferenceAndKeepsEveryRule, ()) {
  const Facility large = facility_from(*bytes(110));
  const Facility small = smaller(large);
  Watched room{large};
  const auto wishes = *bytes(1600);
  Script script{wishes, large};
  for (std::uint64_t step = 1; !script.over(); ++step) {
    const auto wrong = room.obey(script.next(room.state), script.now());
    if (!wrong.empty()) RC_FAIL(wrong + in_words(room.story) + "\n" + wire::write_facility_toml(room.facility));
    if (step % 64 == 0) swap_facility(room, step % 128 == 0 ? large : small, script.now(), step);
    if (step % 16 == 0) RC_ASSERT(load_difference(room.state) == "");
  }
  RC_ASSERT(load_difference(room.state) == "");
  RC_ASSERT(room.ledger.replay_difference(room.state) == "");
  RC_TAG(std::string{room.state.visits.size() > 10 ? "more than ten visits" : "ten or fewer"});
}

/// The wishes of a desk that can be taken back.
bool can_be_undone(const Command& command) {
  if (const auto* change = std::get_if<ChangeServices>(&command)) return !change->desk.empty();
  return std::holds_alternative<CallNext>(command) || std::holds_alternative<CallVisit>(command) ||
         std::holds_alternative<Recall>(command) || std::holds_alternative<StartService>(command) ||
         std::holds_alternative<FinishService>(command) || std::holds_alternative<NoShow>(command) ||
         std::holds_alternative<Park>(command) || std::holds_alternative<Transfer>(command) ||
         std::holds_alternative<CallNumber>(command);
}

DeskId desk_of(const Command& command) {
  return std::visit(
      [](const auto& wish) {
        if constexpr (requires { wish.desk; }) return wish.desk;
        return DeskId{};
      },
      command);
}

/// Started and finished at one instant counts as one press of "finish": both are taken back.
bool started_at(const State& state, const Command& command, Instant now) {
  if (!std::holds_alternative<FinishService>(command)) return false;
  const DeskStatus* desk = state.find(desk_of(command));
  return desk != nullptr && !desk->undo.empty() && desk->undo.back().action == DeskAction::start &&
         desk->undo.back().at == now;
}

RC_GTEST_PROP(Undo, PutsTheRoomBackExactlyAsItWas, ()) {
  const Facility facility = facility_from(*bytes(110));
  const auto wishes = *bytes(1200);
  Script script{wishes, facility};
  State state;
  int undone = 0;
  while (!script.over()) {
    const Command command = script.next(state);
    const State before = state;
    const Decision decision = decide(state, facility, command, script.now());
    if (!decision) continue;
    for (const Event& event : *decision) evolve(state, event);
    if (decision->empty() || !can_be_undone(command) || before.day != state.day) continue;
    const Instant in_time = script.now() + facility.rules.undo_within;
    // A new business day forgets what could be undone: the numbers of the day before are closed.
    if (business_day(facility.zone, facility.site.business_day_starts, in_time + std::chrono::milliseconds{1}) >
        state.day)
      continue;
    if (started_at(before, command, script.now())) continue;
    if (before.last_serial != state.last_serial) continue;  // a ticket off the roll stays a visit when its call is taken back
    State back = state;
    const Decision taken_back = decide(back, facility, Undo{desk_of(command)}, in_time);
    RC_ASSERT(taken_back.has_value());
    for (const Event& event : *taken_back) evolve(back, event);
    RC_ASSERT(undo_difference(before, back) == "");
    RC_ASSERT(broken_rule(back) == "");
    const Decision late = decide(state, facility, Undo{desk_of(command)}, in_time + std::chrono::milliseconds{1});
    RC_ASSERT(!late.has_value());
    RC_ASSERT(late.error().reason == Reject::nothing_to_undo);
    ++undone;
  }
  RC_TAG(std::string{undone > 20 ? "more than twenty taken back" : "fewer"});
}

/// The tests above prove nothing about what their scripts never reach.
TEST(Scripts, ReachEveryFactAndEveryReasonToRefuse) {
  std::mt19937_64 random{20261122};
  std::map<std::string, int> seen;
  std::array<int, std::variant_size_v<Command>> obeyed{};   // by kind of wish
  for (int run = 0; run < 3000; ++run) {
    const auto some = [&](std::size_t count) {
      Script8 made(count);
      for (auto& byte : made) byte = static_cast<std::uint8_t>(random());
      return made;
    };
    const Facility large = facility_from(some(110));
    const auto wishes = some(4800);
    Script script{wishes, large};
    State state;
    for (std::uint64_t step = 1; !script.over(); ++step) {
      const Command command = step % 32 == 0 ? Command{apply_command(smaller(large), step)} : script.next(state);
      const Decision decision = decide(state, large, command, script.now());
      if (!decision) ++seen[std::string{wire::word(decision.error().reason)}];
      if (decision && !decision->empty()) ++obeyed[command.index()];
      if (decision)
        for (const Event& event : *decision) {
          evolve(state, event);
          ++seen[std::string{wire::event_type(event)}];
          const bool beyond = std::visit([](const auto& fact) { if constexpr (requires { fact.overbooked; }) return fact.overbooked; else return false; }, event.body);
          if (beyond) ++seen["overbooked"], ++seen["overbooked " + std::string{wire::event_type(event)}];
        }
    }
  }
  for (std::size_t wish = 0; wish < obeyed.size(); ++wish) EXPECT_GE(obeyed[wish], 5) << "wish " << wish << " of Command is hardly ever made";
  for (std::size_t reason = 0; reason <= static_cast<std::size_t>(Reject::offer_over); ++reason) {
    const auto name = wire::word(static_cast<Reject>(reason));
    if (name == "numbers_exhausted") continue;  // thousands of tickets in a day: tests/unit/core
    if (name == "last_ticket") continue;        // by the estimate, which the reference room cannot foretell: tests/scenarios
    EXPECT_GE(seen[std::string{name}], 5) << name;
  }
  for (const auto type : {"day_started", "facility_applied", "visit_taken", "visit_called", "visit_recalled",
                          "service_started", "service_finished", "visit_missed", "visit_parked", "visit_unparked",
                          "visit_transferred", "visit_left", "visit_returned", "desk_opened", "desk_paused",
                          "desk_resumed", "desk_closed", "action_undone", "paper_changed", "facility_scheduled", "facility_unscheduled",
                          "visit_unserved", "visits_refused", "booking_made",
                          "booking_confirmed", "booking_moved", "booking_cancelled", "booking_checked_in",
                          "booking_missed", "visit_continued", "services_changed", "visit_moved", "desk_idled", "button_pressed",
                          "help_changed", "visit_edited", "visit_redirected",
                          "visits_merged", "visit_split", "room_mode_changed", "evacuation_started", "evacuation_ended",
                          "place_wished", "place_offered", "offer_ended", "places_sought", "places_released"})
    EXPECT_GE(seen[type], 50) << type;
  EXPECT_GE(seen["overbooked"], 20);
  if (std::getenv("SKRANKE_TELL") != nullptr)
    for (const auto& [what, times] : seen) fmt::print("{:6} {}\n", times, what);
}

}  // namespace
}  // namespace skranke::test

int main(int count, char** words) {
  ::setenv("RC_PARAMS", "max_success=1500 noshrink=1", 0);
  testing::InitGoogleTest(&count, words);
  return RUN_ALL_TESTS();
}
