// How long still? Honest enough to show: in order, growing with the queue, nothing when a desk is idle.
#include "core/estimate.hpp"
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using namespace std::chrono_literals;

class Waiting : public Room {
 public:
  [[nodiscard]] Outlook newcomer(const char* service) const {
    return outlook(state, facility, ServiceId{service}, newcomer_rank(now), now);
  }
  [[nodiscard]] Outlook of(const std::string& number, const char* service) const {
    for (const QueueEntry& entry : state.queue(ServiceId{service}))
      if (entry.serial == visit(number).serial) return outlook(state, facility, ServiceId{service}, entry, now);
    ADD_FAILURE() << number << " does not wait for " << service;
    return {};
  }
};

TEST_F(Waiting, AnIdleDeskMeansNow) {
  open("d1");
  EXPECT_EQ(newcomer("pas").position, 1U);
  EXPECT_EQ(newcomer("pas").estimate.p10, 0s);
  EXPECT_LE(newcomer("pas").estimate.p50, 30s);
}

TEST_F(Waiting, GrowsWithEveryoneWhoComes) {
  open("d1");
  take({"pas"}), next("d1"), start("d1");
  auto before = newcomer("pas");
  EXPECT_EQ(before.position, 1U);
  EXPECT_GT(before.estimate.p50, 0s) << "the desk is taken";
  for (int i = 0; i < 60; ++i) {
    take({i % 3 == 0 ? "cpr" : "pas"});
    const auto after = newcomer("pas");
    EXPECT_EQ(after.position, before.position + 1);
    EXPECT_GE(after.estimate.p10, before.estimate.p10);
    EXPECT_GT(after.estimate.p50, before.estimate.p50);
    EXPECT_GT(after.estimate.p90, before.estimate.p90);
    before = after;
  }
}

TEST_F(Waiting, IsAnIntervalInOrder) {
  for (int i = 0; i < 20; ++i) {
    const auto now_told = newcomer("cpr").estimate;
    EXPECT_LE(0s, now_told.p10);
    EXPECT_LE(now_told.p10, now_told.p50);
    EXPECT_LE(now_told.p50, now_told.p90);
    take({"cpr"});
  }
}

TEST_F(Waiting, TwoDesksAreFasterThanOne) {
  open("d1");
  for (int i = 0; i < 10; ++i) take({"pas"});
  next("d1");
  const auto alone = newcomer("pas").estimate.p50;
  open("d2");
  next("d2");
  EXPECT_LT(newcomer("pas").estimate.p50, alone);
}

TEST_F(Waiting, WhoRanksBeforeIsAheadAndWhoRanksBehindIsNot) {
  at("09:00"), take({"pas"});
  at("09:01"), take({"pas"});
  at("09:02"), take({"cpr"}, "elderly");
  open("d1");
  EXPECT_EQ(of("C1", "cpr").position, 1U);
  EXPECT_EQ(of("A1", "pas").position, 2U);
  EXPECT_EQ(of("A2", "pas").position, 3U);
}

TEST_F(Waiting, AVisitWithSeveralStepsIsNotAheadOfItselfAndCountsOnceForOthers) {
  take({"pas", "cpr"});
  open("d1");
  EXPECT_EQ(of("A1", "pas").position, 1U);
  EXPECT_EQ(of("A1", "cpr").position, 1U) << "its own other step does not stand in its way";
  EXPECT_EQ(newcomer("cpr").position, 2U) << "one person, not two";
  take({"cpr"});
  EXPECT_EQ(of("C1", "cpr").position, 2U);
}

TEST_F(Waiting, WithEveryDeskClosedItIsToldAsIfTheyWereOpen) {
  for (int i = 0; i < 4; ++i) take({"siri"});
  EXPECT_EQ(newcomer("siri").position, 5U);
  EXPECT_GT(newcomer("siri").estimate.p50, 10min);
}

TEST_F(Waiting, APositionIsTheOrderInWhichADeskWouldCall) {
  for (int i = 0; i < 12; ++i) pass(1min), take({i % 2 == 0 ? "pas" : "cpr"}, i % 3 == 0 ? "elderly" : "");
  open("d1");
  for (std::size_t left = 12; left > 0; --left) {
    std::string first;
    for (const auto& [serial, visit] : state.visits)
      if (visit.state == VisitState::waiting &&
          of(to_string(visit.number), visit.steps[0].service.str().c_str()).position == 1)
        first = to_string(visit.number);
    EXPECT_EQ(next("d1"), first);
    finish("d1");
  }
}

}  // namespace
}  // namespace skranke::test
