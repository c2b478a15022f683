// When there is no ticket: closed, away, full, by booking. What the citizen can do instead is part of the answer.
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;

constexpr std::uint8_t weekdays = 0b0011111, wednesday = 0b0000100, thursday = 0b0001000;

class Hours : public Room {
 public:
  Hours() {
    facility.opening = {{weekdays, Minutes{9 * 60}, Minutes{12 * 60}}, {weekdays, Minutes{13 * 60}, Minutes{15 * 60}}};
    facility.authorities[1].present = {{wednesday, Minutes{10 * 60}, Minutes{15 * 60}},
                                       {thursday, Minutes{11 * 60}, Minutes{15 * 60}}};
    facility.authorities[1].address.by_language = {{"da", "Skolegade 1"}};
  }
  Refusal refused(const char* service, Channel channel = Channel::kiosk) {
    const auto refusal = why_not(state, facility, *facility.find(ServiceId{service}), channel, now);
    return refusal ? *refusal : Refusal{Reject::in_use, "nothing was refused", {}, {}};
  }
  /// The next opening that a refusal names, in the site's own time; "" = none.
  std::string opens(const Refusal& refusal) {
    for (const Alternative& other : refusal.alternatives)
      if (other.kind == Alternative::Kind::opens) return to_rfc3339(facility.zone, *other.at).substr(0, 16);
    return {};
  }
};

TEST_F(Hours, OpenToTheMinute) {
  at("2026-11-23 08:59:59");
  EXPECT_EQ(take({"pas"}), "closed");
  at("09:00");
  EXPECT_EQ(take({"pas"}), "A1");
  at("11:59:59");
  EXPECT_EQ(take({"pas"}), "A2");
  at("12:00");
  EXPECT_EQ(take({"pas"}), "closed") << "lunch";
  EXPECT_EQ(opens(refused("pas")), "2026-11-23T13:00");
  at("13:00");
  EXPECT_EQ(take({"pas"}), "A3");
  at("15:00");
  EXPECT_EQ(take({"pas"}), "closed");
  EXPECT_EQ(opens(refused("pas")), "2026-11-24T09:00");
}

TEST_F(Hours, AFridayAfternoonPointsToMonday) {
  at("2026-11-27 15:30");
  EXPECT_EQ(opens(refused("pas")), "2026-11-30T09:00");
}

TEST_F(Hours, WhoIsInsideIsServedAfterClosing) {
  at("14:59"), take({"pas"});
  at("15:10"), open("d1");
  EXPECT_EQ(next("d1"), "A1");
}

TEST_F(Hours, AClosureBeatsRegularHoursAndMayKeepSomeOfThem) {
  facility.closures = {{Day{std::chrono::year{2026} / 12 / 24}, std::nullopt, {}},
                       {Day{std::chrono::year{2026} / 12 / 31}, std::pair{Minutes{600}, Minutes{660}}, {}}};
  at("2026-12-24 10:00");
  EXPECT_EQ(take({"pas"}), "closed");
  EXPECT_EQ(opens(refused("pas")), "2026-12-25T09:00");
  at("2026-12-31 09:30");
  EXPECT_EQ(take({"pas"}), "closed");
  at("2026-12-31 10:30");
  EXPECT_EQ(take({"pas"}), "A1");
  at("2026-12-31 11:00");
  EXPECT_EQ(take({"pas"}), "closed");
}

TEST_F(Hours, AnAuthorityThatIsAwayIsSaidToBeAwayWithTimeAndAddress) {
  at("2026-11-23 10:00");
  const Refusal away = refused("siri");
  EXPECT_EQ(away.reason, Reject::authority_absent);
  EXPECT_EQ(opens(away), "2026-11-25T10:00");
  ASSERT_EQ(away.alternatives.size(), 2U);
  EXPECT_EQ(away.alternatives[1].kind, Alternative::Kind::place);
  EXPECT_EQ(away.alternatives[1].text.get("da"), "Skolegade 1");
  EXPECT_EQ(take({"cpr", "siri"}), "authority_absent") << "one visit, one answer";
  EXPECT_TRUE(state.visits.empty());
  at("2026-11-25 12:30");
  EXPECT_EQ(take({"siri"}), "closed") << "present, but the house is at lunch";
  at("2026-11-25 13:00");
  EXPECT_EQ(take({"siri"}), "P1");
}

TEST_F(Hours, ADailyQuotaPointsToTheNextDayAndNotToTheAfternoon) {
  facility.services[0].daily_quota = 2;
  at("09:00"), take({"pas"});
  take({"pas"});
  EXPECT_EQ(take({"pas"}), "quota_full");
  EXPECT_EQ(opens(refused("pas")), "2026-11-24T09:00");
  EXPECT_EQ(take({"cpr"}), "C1");
  at("2026-11-24 09:00");
  EXPECT_EQ(take({"pas"}), "A3") << "yesterday's two still hold theirs";
}

TEST_F(Hours, AWeeklyQuotaPointsToNextWeekAndBeginsAnewOnMonday) {
  facility.authorities[1].weekly_quota = 2;
  at("2026-11-25 10:00");
  EXPECT_EQ(take({"siri"}), "P1");
  at("2026-11-26 11:00");
  EXPECT_EQ(take({"siri"}), "P2");
  EXPECT_EQ(take({"siri"}), "quota_full");
  EXPECT_EQ(opens(refused("siri")), "2026-12-02T10:00");
  at("2026-12-02 10:00");
  EXPECT_EQ(take({"siri"}), "P1") << "those of last week went home unserved";
}

TEST_F(Hours, AQuotaOfAnAuthorityCountsAVisitOnceHoweverManySteps) {
  facility.authorities[0].daily_quota = 2;
  EXPECT_EQ(take({"pas", "cpr"}), "A1");
  EXPECT_EQ(take({"cpr", "pas"}), "C1");
  EXPECT_EQ(take({"pas"}), "quota_full");
  EXPECT_EQ(state.authority_today.front().second, 2U);
  EXPECT_EQ(state.taken_today.front().second, 2U) << "a service's quota is of its own steps";
}

TEST_F(Hours, AQuotaMayDifferByWeekday) {
  facility.authorities[1].present[0].quota = 2;
  facility.authorities[1].present[1].quota = 1;
  at("2026-11-25 10:00"), take({"siri"});
  EXPECT_EQ(take({"siri"}), "P2");
  EXPECT_EQ(take({"siri"}), "quota_full");
  EXPECT_EQ(opens(refused("siri")), "2026-11-26T11:00");
  at("2026-11-26 11:00");
  EXPECT_EQ(take({"siri"}), "P3");
  EXPECT_EQ(take({"siri"}), "quota_full");
}

TEST_F(Hours, AnAuthoritysDailyQuotaCountsAllItsServices) {
  facility.authorities[0].daily_quota = 3;
  take({"pas"}), take({"cpr"}), take({"cpr"});
  EXPECT_EQ(take({"pas"}), "quota_full");
  EXPECT_EQ(take({"cpr"}), "quota_full");
}

TEST_F(Hours, AClockThatWasSetBackDoesNotReopenAQuota) {
  facility.services[0].daily_quota = 1;
  at("2026-11-24 09:00"), take({"pas"});
  at("2026-11-23 09:00");
  EXPECT_EQ(take({"pas"}), "quota_full");
}

TEST_F(Hours, LeavingGivesNoQuotaBack) {
  facility.services[0].daily_quota = 1;
  take({"pas"});
  leave("A1");
  EXPECT_EQ(take({"pas"}), "quota_full") << "it was handed out; the count is of tickets, not of people";
}

TEST_F(Hours, WhereABookingIsRequiredAWalkInIsHelpedNotTurnedAway) {
  facility.services[0].mode = Mode::booking;
  const Refusal refusal = refused("pas");
  EXPECT_EQ(refusal.reason, Reject::booking_required);
  ASSERT_EQ(refusal.alternatives.size(), 3U);
  EXPECT_EQ(refusal.alternatives[0].kind, Alternative::Kind::booking) << "a time of one's own comes first";
  EXPECT_EQ(refusal.alternatives[1].kind, Alternative::Kind::standby);
  EXPECT_EQ(refusal.alternatives[2].kind, Alternative::Kind::host);
  EXPECT_EQ(take({"pas"}), "booking_required");
  EXPECT_EQ(take({"pas"}, {}, Channel::host), "A1") << "a guide may";
  TakeTicket standby;
  standby.id = VisitId{"standby"};
  standby.services = {ServiceId{"pas"}};
  standby.standby = true;
  EXPECT_TRUE(wish(standby).done()) << "and so may who takes a standby place";
}

TEST_F(Hours, EveryRefusalForNowNamesTheNextOpening) {
  facility.services[0].queue_max = 0;
  EXPECT_EQ(refused("pas").reason, Reject::queue_full);
  EXPECT_EQ(opens(refused("pas")), "2026-11-23T13:00");
  at("2026-11-23 20:00");
  EXPECT_EQ(opens(refused("skat")), "2026-11-24T09:00");
}

TEST_F(Hours, ASiteThatNeverOpensPromisesNothing) {
  facility.opening = {{0, Minutes{0}, Minutes{60}}};
  EXPECT_EQ(refused("pas").reason, Reject::closed);
  EXPECT_EQ(opens(refused("pas")), "");
}

}  // namespace
}  // namespace skranke::test
