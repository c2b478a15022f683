#include "devices/dimmer.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace skranke::devices {
namespace {

namespace fs = std::filesystem;

TEST(DimmerPoint, IsTheChipsDeviceAndAChannel) {
  const auto point = parse_dimmer_point("1f00098000.pwm:2");
  ASSERT_TRUE(point);
  EXPECT_EQ(point->chip, "1f00098000.pwm");
  EXPECT_EQ(point->channel, 2U);
  for (const auto* written : {"", ":0", "fe20c000.pwm", "fe20c000.pwm:", "fe20c000.pwm:x", "fe20c000.pwm:-1", "fe20c000.pwm:256", "pwmchip0:0", "../pwm:0", "a/b:1"}) EXPECT_FALSE(parse_dimmer_point(written)) << written;
}

/// The kernel's folder of PWM chips as plain files; a channel's files are there once it was asked for, which the test does in the kernel's place.
class KernelDimmers : public ::testing::Test {
 public:
  KernelDimmers() {
    std::string name = "/tmp/skranke-pwm-XXXXXX";
    root_ = ::mkdtemp(name.data());
    chip("fan.pwm", 0);
    chip("fe20c000.pwm", 1);
  }
  ~KernelDimmers() override { fs::remove_all(root_); }
  KernelDimmers(const KernelDimmers&) = delete;
  KernelDimmers& operator=(const KernelDimmers&) = delete;

  void chip(const std::string& device, int number) {
    const fs::path made = root_ / "devices" / device / "pwm" / ("pwmchip" + std::to_string(number));
    fs::create_directories(made);
    put(made / "npwm", "2");
    put(made / "export", "");
    fs::create_symlink(root_ / "devices" / device, made / "device");
    fs::create_directories(root_ / "class");
    fs::create_directory_symlink(made, root_ / "class" / made.filename());
  }
  void exported(int channel) {
    const fs::path made = root_ / "class" / "pwmchip1" / ("pwm" + std::to_string(channel));
    fs::create_directory(made);
    for (const auto* file : {"period", "duty_cycle", "enable"}) put(made / file, "0");
  }
  static void put(const fs::path& file, const std::string& text) { std::ofstream{file} << text; }
  [[nodiscard]] long read(const std::string& file) const {
    long value = -1;
    std::ifstream{root_ / "class" / "pwmchip1" / file} >> value;
    return value;
  }
  [[nodiscard]] std::unique_ptr<DimmerSource> source() const { return kernel_dimmers((root_ / "class").string()); }

  fs::path root_;
};

TEST_F(KernelDimmers, AChipIsFoundByItsDeviceAndItsWireIsLowWhileItShines) {
  exported(1);
  auto dimmer = source()->open("fe20c000.pwm:1", false);
  ASSERT_TRUE(dimmer) << dimmer.error().detail;
  EXPECT_EQ(read("pwm1/period"), 1'000'000);
  ASSERT_TRUE((*dimmer)->shine(30));
  EXPECT_EQ(read("pwm1/duty_cycle"), 700'000) << "OE is low for thirty of a hundred";
  EXPECT_EQ(read("pwm1/enable"), 1);
  ASSERT_TRUE((*dimmer)->shine(100));
  EXPECT_EQ(read("pwm1/duty_cycle"), 0);
}

TEST_F(KernelDimmers, OrHighWhereThatIsSaid) {
  exported(0);
  auto dimmer = source()->open("fe20c000.pwm:0", true);
  ASSERT_TRUE(dimmer);
  ASSERT_TRUE((*dimmer)->shine(30));
  EXPECT_EQ(read("pwm0/duty_cycle"), 300'000);
}

TEST_F(KernelDimmers, AChannelThatNobodyUsesYetIsAskedFor) {
  const auto dimmer = source()->open("fe20c000.pwm:1", false);
  ASSERT_FALSE(dimmer) << "nobody made the channel's files here";
  EXPECT_EQ(dimmer.error().fault, Fault::gone);
  EXPECT_EQ(read("export"), 1);
}

TEST_F(KernelDimmers, WhatIsNotThereIsTold) {
  for (const auto* written : {"fe20c001.pwm:0", "fe20c000.pwm:2", "nonsense"}) {
    const auto dimmer = source()->open(written, false);
    ASSERT_FALSE(dimmer) << written;
    EXPECT_EQ(dimmer.error().fault, Fault::unknown_line) << written;
  }
  EXPECT_EQ(kernel_dimmers((root_ / "nowhere").string())->open("fe20c000.pwm:0", false).error().fault, Fault::unknown_line);
}

TEST_F(KernelDimmers, AChipThatIsPulledOutIsGone) {
  exported(1);
  auto dimmer = source()->open("fe20c000.pwm:1", false);
  ASSERT_TRUE(dimmer);
  fs::remove_all(root_ / "devices" / "fe20c000.pwm");
  const auto set = (*dimmer)->shine(50);
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().fault, Fault::gone);
}

}  // namespace
}  // namespace skranke::devices
