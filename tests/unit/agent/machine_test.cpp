#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "agent/machine.hpp"

namespace skranke::agent {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// A file system of a made-up box.
class Machine : public ::testing::Test {
 protected:
  Machine() {
    std::string name = (fs::temp_directory_path() / "skranke-machine-XXXXXX").string();
    root = ::mkdtemp(name.data());
  }
  ~Machine() override { fs::remove_all(root); }
  void put(const std::string& path, const std::string& text) const {
    fs::create_directories((root / path).parent_path());
    std::ofstream{root / path} << text;
  }
  [[nodiscard]] MachineHealth read() const { return read_machine(root.string()); }
  fs::path root;
};

TEST_F(Machine, WhatABoxDoesNotTellIsLeftOut) { EXPECT_EQ(read(), MachineHealth{}); }

TEST_F(Machine, TheWarmestSensorCountsAndABrokenOneDoesNot) {
  put("sys/class/thermal/thermal_zone0/temp", "48312\n");
  put("sys/class/thermal/thermal_zone1/temp", "61875\n");
  put("sys/class/thermal/thermal_zone2/temp", "4294967\n");
  put("sys/class/thermal/thermal_zone3/temp", "none\n");
  EXPECT_DOUBLE_EQ(read().temperature_c.value(), 61.875);
}

TEST_F(Machine, TheFirmwaresNumberIsReadBitByBit) {
  put("sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n");
  EXPECT_EQ(read().throttled, (Words{"under_voltage", "throttled"}));
  EXPECT_EQ(read().throttled_before, (Words{"under_voltage", "throttled"}));
  put("sys/devices/platform/soc/soc:firmware/get_throttled", "0xa0008\n");
  EXPECT_EQ(read().throttled, Words{"temperature_limit"});
  EXPECT_EQ(read().throttled_before, (Words{"frequency_capped", "temperature_limit"}));
  put("sys/devices/platform/soc/soc:firmware/get_throttled", "what\n");
  EXPECT_EQ(read(), MachineHealth{});
}

TEST_F(Machine, NewerKernelsHaveAnAlarmOfTheSupply) {
  put("sys/class/hwmon/hwmon0/name", "cpu_thermal\n");
  put("sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n");
  EXPECT_TRUE(read().throttled.empty()) << "that is another sensor's";
  put("sys/class/hwmon/hwmon1/name", "rpi_volt\n");
  put("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n");
  EXPECT_EQ(read().throttled, Words{"under_voltage"});
}

TEST_F(Machine, FreeIsWhatProgramsCanHave) {
  put("proc/meminfo", "MemTotal:        1894400 kB\nMemFree:           51200 kB\nMemAvailable:     512000 kB\n");
  EXPECT_EQ(read().memory_total_mib, 1850);
  EXPECT_EQ(read().memory_free_mib, 500);
}

}  // namespace
}  // namespace skranke::agent
