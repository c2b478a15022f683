// Alarms: since when, how bad, and never more than anybody reads.
#include "core/alarms.hpp"
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;

class Alarms : public Room {
 public:
  std::string since(const std::string& id) const {
    for (const Alarm& alarm : alarms(state, facility, now))
      if (alarm.id == id) return to_rfc3339(facility.zone, alarm.since).substr(11, 5);
    return "no alarm";
  }
  AlarmSeverity severity(const std::string& id) const {
    for (const Alarm& alarm : alarms(state, facility, now))
      if (alarm.id == id) return alarm.severity;
    ADD_FAILURE() << id;
    return {};
  }
};

TEST_F(Alarms, AWaitIsUrgentAtTwiceTheLimit) {
  facility.alarms.wait = Minutes{30};
  at("09:00"), take({"pas"});
  at("09:29:59");
  EXPECT_EQ(since("wait:pas"), "no alarm");
  at("09:45");
  EXPECT_EQ(since("wait:pas"), "09:30");
  EXPECT_EQ(severity("wait:pas"), AlarmSeverity::warning);
  at("10:00");
  EXPECT_EQ(severity("wait:pas"), AlarmSeverity::urgent);
  EXPECT_EQ(alarms(state, facility, now).front().minutes, Minutes{60});
}

TEST_F(Alarms, ALongQueueIsSinceTheOneWhoMadeItTooLong) {
  facility.alarms.queue = 2;
  at("09:00"), take({"pas"});
  at("09:10"), take({"pas"});
  at("09:20"), take({"pas"});
  at("09:30"), take({"pas"});
  EXPECT_EQ(since("queue:pas"), "09:20");
  EXPECT_EQ(alarms(state, facility, now).front().count, 4U);
}

TEST_F(Alarms, NoughtTurnsEachOff) {
  facility.alarms = {Minutes{0}, 0, Minutes{0}, Minutes{0}, Minutes{0}, Minutes{0}, Minutes{0}, Minutes{0}, false};
  at("09:00"), take({"pas"}), take({"cpr"});
  open("d1"), next("d1");
  at("23:00");
  EXPECT_TRUE(alarms(state, facility, now).empty());
}

TEST_F(Alarms, APrinterIsOneAlarmForAsLongAsItIsInTrouble) {
  PrinterConfig front, back;
  front.id = PrinterId{"front"}, back.id = PrinterId{"back"};
  facility.printers = {front, back};
  at("09:00");
  const Instant low = now;
  at("09:20");
  const std::vector<PrinterTrouble> troubles{{PrinterId{"front"}, "media-low", true, low}, {PrinterId{"back"}, "offline", false, now}, {PrinterId{"sold"}, "offline", false, low}};
  const auto all = alarms(state, facility, now, nullptr, troubles);
  ASSERT_EQ(all.size(), 2U) << "a printer that the site has no more says nothing";
  EXPECT_EQ(all[0].id, "printer:back");
  EXPECT_EQ(all[0].severity, AlarmSeverity::urgent);
  EXPECT_EQ(all[1].id, "printer:front");
  EXPECT_EQ(all[1].severity, AlarmSeverity::warning);
  EXPECT_EQ(all[1].minutes, Minutes{20});
  EXPECT_EQ(all[1].reason, "media-low");
  EXPECT_TRUE(alarms(state, facility, now, nullptr, {}).empty());
}

TEST_F(Alarms, AreBoundedAndTheUrgentStandFirst) {
  facility.alarms.called = Minutes{5};
  facility.alarms.wait = Minutes{10};
  at("09:00"), take({"pas"}), take({"pas"}), take({"cpr"});
  open("d1"), next("d1");
  at("09:15");
  const auto all = alarms(state, facility, now);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].id.substr(0, 7), "called:") << "the older of the warnings first";
  at("09:20");
  EXPECT_EQ(alarms(state, facility, now).front().severity, AlarmSeverity::urgent);
  EXPECT_LE(alarms(state, facility, now).size(), alarms_max);
}

}  // namespace
}  // namespace skranke::test
