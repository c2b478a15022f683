// May this desk call this step? The one place that every policy, the estimate and the views ask.
#include "core/policy/fit.hpp"

#include "core/estimate.hpp"
#include "core/policy/policy.hpp"
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;

class FitTest : public Room {
 protected:
  FitTest() { at("2026-11-23 09:00"); }
  [[nodiscard]] bool could(const std::string& desk, const std::string& number, std::size_t step = 0) const {
    return could_call(state, asking(facility, *state.find(DeskId{desk}), now), visit(number), step);
  }
  std::string transfer_to(const std::string& desk, Transfer way) {
    way.desk = DeskId{desk};
    return wish(way).reason();
  }
};

TEST_F(FitTest, EveryPolicyRespectsEveryTie) {
  facility.desks[0].pools = {"left"};
  for (const auto name : {"fifo", "booked_first", "longest_wait", "skranke"}) {
    Transfer to_clerk, to_pool, to_desk;
    to_clerk.to_clerk = "anna";
    to_pool.to_pool = "left";
    to_desk.to_desk = DeskId{"d1"};
    for (const Transfer& way : {to_clerk, to_pool, to_desk}) {
      state = State{};
      facility.rules.policy = name;
      OpenDesk anna;
      anna.desk = DeskId{"d1"};
      anna.clerk = "anna";
      ASSERT_EQ(wish(anna).reason(), "");
      open("d2");
      const std::string number = take({"pas"});
      ASSERT_EQ(next("d2"), number) << name;
      ASSERT_EQ(transfer_to("d2", way), "");
      EXPECT_EQ(next("d2"), "nobody") << name;
      EXPECT_EQ(next("d1"), number) << name;
    }
  }
}

TEST_F(FitTest, ASessionsSkillsReplaceTheDesks) {
  facility.services[0].skill = "notary";
  facility.desks[0].skills = {"notary"};
  open("d1");
  const std::string number = take({"pas"});
  EXPECT_TRUE(could("d1", number));
  OpenDesk less;
  less.desk = DeskId{"d1"};
  less.skills = {"prints"};
  wish(less);
  EXPECT_FALSE(could("d1", number));
}

TEST_F(FitTest, APoolThatIsGoneHoldsNobodyBack) {
  facility.desks[0].pools = {"left"};
  open("d1");
  open("d2");
  const std::string number = take({"pas"});
  ASSERT_EQ(next("d1"), number);
  Transfer way;
  way.to_pool = "left";
  ASSERT_EQ(transfer_to("d1", way), "");
  EXPECT_FALSE(could("d2", number));
  facility.desks[0].pools.clear();
  EXPECT_TRUE(could("d2", number));
}

TEST_F(FitTest, ATiedVisitWaitsForItsDeskAloneInTheEstimateToo) {
  open("d1");
  open("d2");
  const std::string tied = take({"pas"});
  ASSERT_EQ(next("d1"), tied);
  Transfer way;
  way.to_desk = DeskId{"d1"};
  ASSERT_EQ(transfer_to("d1", way), "");
  ASSERT_EQ(next("d1"), tied);
  ASSERT_EQ(wish(StartService{DeskId{"d1"}}).reason(), "");
  way.to_desk = DeskId{"d2"};
  ASSERT_EQ(transfer_to("d1", way), "");
  const std::string other = take({"pas"});
  ASSERT_EQ(next("d2"), tied);
  ASSERT_EQ(next("d1"), other);
  const std::string last = take({"pas"});
  const Visit& waiting = visit(last);
  const QueueEntry entry{true, waiting.anchor, waiting.serial, 0};
  const auto free_to_choose = outlook(state, facility, ServiceId{"pas"}, entry, now).estimate.p50;
  state.visits.at(waiting.serial).steps[0].tied = DeskId{"d1"};
  EXPECT_GT(outlook(state, facility, ServiceId{"pas"}, entry, now).estimate.p50, free_to_choose);
}

TEST_F(FitTest, APartyTakesLonger) {
  facility.services[0].extra_person = Minutes{5};
  EXPECT_EQ(expected_service(facility, facility.services[0].id, 1), facility.services[0].expected);
  EXPECT_EQ(expected_service(facility, facility.services[0].id, 4), facility.services[0].expected + Minutes{15});
  EXPECT_EQ(expected_service(facility, ServiceId{"nothing"}, 4), Minutes{10});
}

}  // namespace
}  // namespace skranke::test
