#include <gtest/gtest.h>

#include <algorithm>

#include "display/chain.hpp"
#include "tests/unit/display/chips.hpp"

namespace skranke::display {
namespace {

TEST(RegisterChain, ShowsTheText) {
  model::ShiftRegisters chips{4};
  chips.send(shift_frame({}, digits_of("A12", 4)));
  EXPECT_EQ(model::read(chips.farthest_first()), " A12");
  chips.send(shift_frame({}, digits_of("P7", 4)));
  EXPECT_EQ(model::read(chips.farthest_first()), "  P7");
}

TEST(RegisterChain, WiredFromTheRightOrTheLeft) {
  model::ShiftRegisters chips{4};
  chips.send(shift_frame({.leftmost_is_farthest = false, .active_low = false}, digits_of("K456", 4)));
  auto digits = chips.farthest_first();
  std::reverse(digits.begin(), digits.end());
  EXPECT_EQ(model::read(digits), "K456");
}

TEST(RegisterChain, CommonAnodeDigitsAreInverted) {
  model::ShiftRegisters chips{2};
  chips.send(shift_frame({.leftmost_is_farthest = true, .active_low = true}, digits_of("12", 2)));
  auto digits = chips.farthest_first();
  for (auto& digit : digits) digit = static_cast<std::uint8_t>(~digit);
  EXPECT_EQ(model::read(digits), "12");
}

TEST(DisplayDrivers, DarkUntilWoken) {
  model::DisplayDrivers chips{1};
  chips.send(chip_frame(1, digits_of("A12", 8), 100));
  EXPECT_EQ(model::read(chips.left_to_right()), "        ");
  chips.send(wake_chips(1));
  EXPECT_EQ(model::read(chips.left_to_right()), "     A12");
}

TEST(DisplayDrivers, SeveralChipsAreOneSign) {
  model::DisplayDrivers chips{2};
  chips.send(wake_chips(2));
  chips.send(chip_frame(2, digits_of("A12.    0003 T45", 16), 50));
  EXPECT_EQ(model::read(chips.left_to_right()), " A12.    0003 T45");
  chips.send(chip_frame(2, digits_of("C9", 4), 50));
  EXPECT_EQ(model::read(chips.left_to_right()), "              C9") << "what stood there before is dark again";
}

TEST(DisplayDrivers, BrightnessHasSixteenSteps) {
  model::DisplayDrivers chips{2};
  for (const auto& [percent, step] : {std::pair{100, 15}, std::pair{50, 7}, std::pair{7, 0}, std::pair{1, 0}, std::pair{0, 0}, std::pair{500, 15}}) {
    chips.send(chip_frame(2, {}, percent));
    EXPECT_EQ(chips.intensity(0), step) << percent;
    EXPECT_EQ(chips.intensity(1), step) << percent;
  }
}

}  // namespace
}  // namespace skranke::display
