#pragma once
// Ticket numbers that cannot be mistaken: which letters and digits are ever issued, and which comes next.
#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace skranke::core {

/// "A12": a letter and 1–999.
struct Number {
  char letter = 'A';
  std::uint16_t digits = 0;
  auto operator<=>(const Number&) const = default;
};

[[nodiscard]] std::string to_string(Number number);
[[nodiscard]] std::optional<Number> parse_number(std::string_view text);
/// As people type and read it aloud: "a 12", "A-012", " A12 ".
[[nodiscard]] std::optional<Number> parse_typed_number(std::string_view text);

/// Letters that neither turned by 180° nor blurred read as another letter of this set or as a digit.
/// Left out, turned: H I N O Q S X Z (read as themselves), M W (as each other), E (3), L (7), U V (each other's or A's shape).
/// Left out, blurred: B (8), D O Q (0), G (6, C), F R (P).
inline constexpr std::string_view unmistakable_letters = "ACJKPTY";

/// What the digits read as when the ticket is held upside-down (7-segment shapes, which include print's 0 1 6 8 9); leading zeros
/// fall away. 0 when some digit has no turned reading.
[[nodiscard]] int turned(int digits);

/// May these digits be issued? Of two numbers that are each other turned, only the smaller is.
[[nodiscard]] bool unmistakable(int digits);

inline constexpr int digits_max = 999;

/// Which numbers of one letter are out: given today, or still held by a visit from before.
struct Series {
  std::bitset<digits_max + 1> used;
  std::uint16_t last = 0;
  bool operator==(const Series&) const = default;
};

/// All series of a site for one business day. Value type; the state's evolve keeps it.
class NumberBook {
 public:
  /// The next number of `letter`'s series; when that one is used up, of the least used other series. Nothing when every number is out.
  [[nodiscard]] std::optional<Number> next(char letter) const;
  /// Issued now: out for the day, and the series goes on from here.
  void mark(Number number);
  /// Still held from an earlier day: not to be issued, but the series does not go on from here.
  void hold(Number number);
  /// A new business day: every series begins anew; the caller marks again what is still held.
  void begin_day();
  [[nodiscard]] bool is_used(Number number) const;
  bool operator==(const NumberBook&) const = default;

 private:
  std::array<Series, unmistakable_letters.size()> series_{};
};

}  // namespace skranke::core
