// The rule `skranke`: who has used up most of a target is next, and nobody is passed without end.
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using namespace std::chrono_literals;

class SkrankeRule : public Room {
 public:
  void SetUp() override {
    facility.rules.policy = "skranke";
    expect("pas", 12);
    expect("cpr", 3);
    expect("skat", 12);
    expect("siri", 12);
  }
  void expect(const char* service, int minutes) {
    for (Service& each : facility.services)
      if (each.id == ServiceId{service}) each.expected = Minutes{minutes};
  }
  /// A visit that was booked for a time from now and is here already.
  void booked(const char* service, std::chrono::minutes from_now) {
    const std::string number = take({service});
    for (auto& [serial, visit] : state.visits) {
      if (to_string(visit.number) != number) continue;
      visit.booked_for = visit.anchor = now + from_now;
    }
    rebuild_derived(state);
  }
  [[nodiscard]] Why why(const std::string& number) const { return visit(number).current_step()->why; }
};

TEST_F(SkrankeRule, AlikeAreCalledInOrder) {
  for (int i = 0; i < 4; ++i) take({"pas"}), pass(60s);
  open("d1");
  for (const char* number : {"A1", "A2", "A3", "A4"}) {
    EXPECT_EQ(next("d1"), number);
    finish("d1");
  }
}

TEST_F(SkrankeRule, AShortErrandGoesFirstButOnlyTwice) {
  const std::string slow = take({"pas"});
  pass(10min);
  open("d1");
  std::vector<std::string> called;
  for (int i = 0; i < 5; ++i) {
    const std::string quick = take({"cpr"});
    pass(8min);
    called.push_back(next("d1"));
    if (called.back() == quick) {
      EXPECT_EQ(why(quick), Why::short_errand);
    }
    finish("d1");
  }
  EXPECT_EQ(std::find(called.begin(), called.end(), slow) - called.begin(), 2) << "passed twice, then called";
  EXPECT_EQ(visit(slow).passed, 2);
}

TEST_F(SkrankeRule, OnlyMuchShorterErrandsPass) {
  expect("cpr", 6);
  const std::string first = take({"pas"});
  pass(10min);
  take({"cpr"});
  pass(9min);
  open("d1");
  EXPECT_EQ(next("d1"), first);
  EXPECT_EQ(visit(first).passed, 0);
}

TEST_F(SkrankeRule, ABookingIsCalledAtItsTimeAndAWalkInIsNotForgotten) {
  const std::string walk_in = take({"pas"});
  pass(20min);
  booked("pas", 0min);
  open("d1");
  EXPECT_EQ(next("d1"), "A2");
  EXPECT_EQ(why("A2"), Why::booked_time);
  finish("d1");
  pass(25min);
  booked("pas", 0min);
  EXPECT_EQ(next("d1"), walk_in) << "its own target is used up";
  EXPECT_EQ(why(walk_in), Why::target);
}

TEST_F(SkrankeRule, TargetsAreTheFacilitys) {
  facility.rules.walk_in_target = Minutes{10};
  take({"pas"});
  pass(20min);
  booked("pas", 0min);
  open("d1");
  EXPECT_EQ(next("d1"), "A1") << "walk-ins are promised ten minutes here";
}

TEST_F(SkrankeRule, AServiceMayHaveItsOwnTarget) {
  for (Service& each : facility.services)
    if (each.id == ServiceId{"pas"}) each.booked_target = Minutes{300};
  take({"pas"});
  pass(20min);
  booked("pas", 0min);
  open("d1");
  EXPECT_EQ(next("d1"), "A1");
}

TEST_F(SkrankeRule, SeniorityGoesAlongFromStepToStep) {
  const std::string two_steps = take({"cpr", "siri"});
  open("d2");
  EXPECT_EQ(next("d2"), two_steps);
  pass(10min);
  const std::string later = take({"skat"});
  pass(1min);
  finish("d2");
  EXPECT_EQ(next("d2"), two_steps) << "its second step counts from the arrival";
  EXPECT_NE(later, two_steps);
}

TEST_F(SkrankeRule, FrontAndOnlyOne) {
  take({"pas"});
  open("d1");
  EXPECT_EQ(next("d1"), "A1");
  EXPECT_EQ(why("A1"), Why::only_one);
}

}  // namespace
}  // namespace skranke::test
