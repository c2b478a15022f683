#pragma once
// Models of the chips on a sign, from their data sheets, and eyes that read digits by their shapes.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "display/chain.hpp"

namespace skranke::display::model {

/// A chain of 8-bit shift registers with output latches. Output bit 0 (QA) of the register nearest the controller is outputs()[0][0].
class ShiftRegisters {
 public:
  explicit ShiftRegisters(std::size_t registers) : stages_(registers * 8, false), latched_(registers * 8, false) {}
  void send(const Bits& bits);   ///< clocks every bit in, then latches
  /// Digit images from the one farthest from the controller to the nearest; bit 0 = QA.
  [[nodiscard]] std::vector<std::uint8_t> farthest_first() const;

 private:
  std::vector<bool> stages_, latched_;   // [0] took the last bit that was clocked in
};

/// A chain of display drivers with an instruction per latch.
class DisplayDrivers {
 public:
  explicit DisplayDrivers(std::size_t chips) : chips_(chips) {}
  void send(const ChipWrites& writes);
  /// Segment images left to right over the whole sign, in our stroke order; dark while the chips sleep.
  [[nodiscard]] std::vector<std::uint8_t> left_to_right() const;
  [[nodiscard]] int intensity(std::size_t chip) const { return chips_[chip].registers[0xA]; }

 private:
  struct Chip { std::array<std::uint8_t, 16> registers{}; };
  std::vector<Chip> chips_;   // [0] = nearest the controller
};

/// What a person reads; '?' for a shape that is no character.
std::string read(const std::vector<std::uint8_t>& digits);

}  // namespace skranke::display::model
