#pragma once
// The ten fingers, numbered as all the standards number them.
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace skranke::enrolment {

enum class Finger : std::uint8_t {
  right_thumb = 1,
  right_index,
  right_middle,
  right_ring,
  right_little,
  left_thumb,
  left_index,
  left_middle,
  left_ring,
  left_little,
};

constexpr std::array<std::string_view, 10> finger_names = {"right_thumb",  "right_index", "right_middle", "right_ring",
                                                           "right_little", "left_thumb",  "left_index",   "left_middle",
                                                           "left_ring",    "left_little"};

constexpr unsigned number_of(Finger finger) { return static_cast<unsigned>(finger); }
constexpr std::string_view name_of(Finger finger) { return finger_names[number_of(finger) - 1]; }
constexpr bool is_right(Finger finger) { return number_of(finger) <= 5; }

constexpr std::optional<Finger> finger_of(unsigned long long number) {
  if (number < 1 || number > 10) return std::nullopt;
  return static_cast<Finger>(number);
}
constexpr std::optional<Finger> finger_named(std::string_view name) {
  for (unsigned i = 0; i < finger_names.size(); ++i)
    if (finger_names[i] == name) return static_cast<Finger>(i + 1);
  return std::nullopt;
}

}  // namespace skranke::enrolment
