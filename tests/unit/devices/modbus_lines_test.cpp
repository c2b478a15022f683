#include "devices/modbus_lines.hpp"

#include <gtest/gtest.h>

#include "devices/workbench.hpp"

namespace skranke::devices {
namespace {

TEST(ModbusLine, IsReadAsItIsWritten) {
  const auto point = parse_modbus_point("modbus:hall:17:input:65535");
  ASSERT_TRUE(point);
  EXPECT_EQ(point->bus, "hall");
  EXPECT_EQ(point->unit, 17U);
  EXPECT_FALSE(point->coil);
  EXPECT_EQ(point->number, 65535U);
  EXPECT_TRUE(parse_modbus_point("modbus:b:1:coil:0")->coil);
}

TEST(ModbusLine, WhatIsNone) {
  for (const auto* text : {"", "modbus:", "DESK1", "modbus:b:1:coil", "modbus:b:1:coil:", "modbus:b:1:coil:x", "modbus:b:1:coil:65536", "modbus:b:1:coil:1:2", "modbus:b:0:coil:1",
                           "modbus:b:256:coil:1", "modbus::1:coil:1", "modbus:b:1:lamp:1", "modbus:b:-1:coil:1"})
    EXPECT_FALSE(parse_modbus_point(text)) << text;
}

/// A bus that nobody is on; remembers what it was asked for.
class NoUnits final : public ModbusSource {
 public:
  LineResult<std::unique_ptr<ModbusUnit>> open(const ModbusBus&, unsigned unit) override {
    asked = unit;
    return tl::unexpected{LineFault{Fault::no_answer, ""}};
  }
  LineResult<std::unique_ptr<Input>> watch(const ModbusBus&, unsigned unit, std::uint16_t input, bool) override {
    asked = unit * 1000U + input;
    return tl::unexpected{LineFault{Fault::no_answer, ""}};
  }
  unsigned asked = 0;
};

TEST(ModbusLine, EachGoesWhereItBelongs) {
  Workbench bench;
  NoUnits units;
  ModbusLines lines{bench, units, {{"hall", {}}}};
  EXPECT_TRUE(lines.input("DESK1", {}));
  EXPECT_EQ(units.asked, 0U);
  EXPECT_EQ(lines.input("modbus:hall:3:input:7", {}).error().fault, Fault::no_answer);
  EXPECT_EQ(units.asked, 3007U);
  EXPECT_EQ(lines.outputs({"modbus:hall:4:coil:7"}, {}).error().fault, Fault::no_answer);
  EXPECT_EQ(units.asked, 4U);
  EXPECT_EQ(lines.outputs({"modbus:hall:4:coil:7", "modbus:hall:5:coil:7"}, {}).error().fault, Fault::split);
  EXPECT_EQ(lines.outputs({"modbus:hall:4:coil:7", "DESK1"}, {}).error().fault, Fault::unknown_line);
  EXPECT_EQ(lines.input("modbus:cellar:3:input:7", {}).error().fault, Fault::unknown_line);
  EXPECT_EQ(lines.input("modbus:hall:3:coil:7", {}).error().fault, Fault::unknown_line);
}

}  // namespace
}  // namespace skranke::devices
