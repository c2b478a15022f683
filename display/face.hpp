#pragma once
// What a sign of digits shows at a moment: the same calls as the browser's board, or an honest mark when it cannot know them. Pure.
#include <string>
#include <vector>

#include "core/facility.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"

namespace skranke::display {

using core::Instant;

/// One line of a board frame.
struct Call {
  std::string number;             ///< "A12"
  core::DeskId desk;
  std::string desk_mark;          ///< what stands for the desk on a sign: "3"
  std::uint32_t attempt = 1;
  Instant called_at{};
  bool operator==(const Call&) const = default;
};

/// What the daemon last said, and when. `calls` newest first.
struct Heard {
  bool ever = false;
  bool evacuation = false;
  std::vector<Call> calls;
  Instant at{};                   ///< of the last sign of life, heartbeats included
  bool operator==(const Heard&) const = default;
};

/// A sign in the hall names number and desk; one above a desk names the number that is called there.
struct Sign {
  std::size_t number_digits = 4;
  std::size_t desk_digits = 0;    ///< 0 = the sign has no field for the desk
  core::DeskId above{};            ///< empty = in the hall: every desk's calls
  std::chrono::milliseconds lamp_test{2'000};
  std::chrono::milliseconds blink_for{10'000};   ///< after each call and recall
  std::chrono::milliseconds blink_half{500};
  std::chrono::milliseconds stale_after{12'000}; ///< nothing heard for so long: an old number would be a lie
  std::chrono::seconds shown_for{900};           ///< then the call is over and a free desk's dash stands there
};

enum class Showing : std::uint8_t { lamp_test, number, free, stale, evacuation };

struct Face {
  Showing showing = Showing::free;
  std::string number, desk;       ///< characters for the two fields, unpadded
  bool lit = true;                ///< false in the dark half of a blink
  bool all_lit = false;           ///< lamp test: every stroke and point
  bool operator==(const Face&) const = default;
};

/// `started`: when the sign got its power or its driver; the lamp test runs from there.
[[nodiscard]] Face face(const Sign& sign, const Heard& heard, Instant started, Instant now);

/// When the face next changes by itself, at the latest `stale_after` ahead; so a driver sleeps until then or until something is heard.
[[nodiscard]] Instant next_change(const Sign& sign, const Heard& heard, Instant started, Instant now);

/// Brightness in percent by the wall clock: a sorted day plan of "from this minute on".
struct DayPlan {
  std::vector<std::pair<core::Minutes, int>> from;   ///< minute of the day, percent 1–100
};
[[nodiscard]] int brightness(const DayPlan& plan, core::Minutes minute_of_day);

}  // namespace skranke::display
