#include "daemon/box_health.hpp"

#include <gtest/gtest.h>

namespace skranke::daemon {
namespace {

BoxHealth well() {
  BoxHealth box;
  box.version = "1.0";
  box.temperature_c = 55;
  box.memory_total_mib = 1000;
  box.memory_free_mib = 400;
  return box;
}

std::string fault(const BoxHealth& box, bool was_hot = false) { return std::string{fault_of(box, was_hot, "1.0")}; }

TEST(BoxHealth, ABoxThatTellsNothingOrIsWellIsWell) {
  EXPECT_EQ(fault({}), "");
  EXPECT_EQ(fault(well()), "");
}

TEST(BoxHealth, HotIsHotUntilItIsCool) {
  BoxHealth box = well();
  box.temperature_c = 79.9;
  EXPECT_EQ(fault(box), "");
  EXPECT_EQ(fault(box, true), "box_hot") << "it was hot a moment ago: no flicker";
  box.temperature_c = 80;
  EXPECT_EQ(fault(box), "box_hot");
  box.temperature_c = 74;
  EXPECT_EQ(fault(box, true), "");
  box.throttled = {"temperature_limit"};
  EXPECT_EQ(fault(box), "box_hot") << "the firmware says so, whatever the sensor does";
}

TEST(BoxHealth, ThePowerComesFirstAndIsRememberedUntilItIsSwitchedOff) {
  BoxHealth box = well();
  box.temperature_c = 90;
  box.throttled = {"under_voltage", "throttled"};
  EXPECT_EQ(fault(box), "box_power");
  box = well();
  box.throttled_before = {"under_voltage"};
  EXPECT_EQ(fault(box), "box_power_before");
  box.throttled_before = {"frequency_capped"};
  EXPECT_EQ(fault(box), "");
}

TEST(BoxHealth, MemoryAndVersion) {
  BoxHealth box = well();
  box.memory_free_mib = 80;
  EXPECT_EQ(fault(box), "");
  box.memory_free_mib = 79;
  EXPECT_EQ(fault(box), "box_memory");
  box = well();
  box.version = "0.9";
  EXPECT_EQ(fault(box), "box_version");
}

TEST(BoxHealth, FiguresForPeopleAndPrograms) {
  BoxHealth box = well();
  box.throttled = {"throttled"};
  EXPECT_EQ(details_of(box), (std::map<std::string, std::string>{{"memory", "400 / 1000 MiB"}, {"slowed_by", "throttled"}, {"temperature", "55 °C"}, {"version", "1.0"}}));
  const auto lines = metrics_of("box", box);
  EXPECT_NE(std::find(lines.begin(), lines.end(), std::pair<std::string_view, std::string>{"skranke_agent_temperature_celsius", "{agent=\"box\"} 55"}), lines.end());
  EXPECT_NE(std::find(lines.begin(), lines.end(), std::pair<std::string_view, std::string>{"skranke_agent_throttled", "{agent=\"box\",by=\"throttled\"} 1"}), lines.end());
  EXPECT_EQ(metrics_of("box", {}).size(), 4U) << "what it does not tell is no figure";
}

}  // namespace
}  // namespace skranke::daemon
