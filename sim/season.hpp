#pragma once
// A season of bookings, lived through the calendar of the core: people ask every working day, each takes the first free time, and each morning the promise
// is told as staff would see it. Held against the most that any way of booking could have kept.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skranke::sim {

/// How many ask, as a factor of usual days.
enum class Course : std::uint8_t {
  usual,
  summer,     ///< passports before the holidays: up to twice as many
  identity,   ///< everybody changes the electronic identity: three times as many from one day to the next
  growth      ///< up to 5.2 times as many in the end, a little more each day
};
inline constexpr Course courses[]{Course::usual, Course::summer, Course::identity, Course::growth};
[[nodiscard]] std::string_view word(Course course);

struct SeasonPlan {
  int days = 130;              ///< working days
  std::uint64_t seed = 1;
  int horizon_days = 9;        ///< calendar days; how far ahead may be booked
  int desks = 6;
  double load = 0.45;          ///< of a usual day: asked for ÷ places
};

struct SeasonOutcome {
  Course course{};
  int asked = 0, booked = 0, within_3 = 0, within_7 = 0;
  int possible = 0;                          ///< the most that could have had a time within seven working days
  std::optional<int> first_alarm, first_breach;   ///< working day of the season
  int alarms = 0;                            ///< mornings with an alarm
  int silent_breaches = 0;                   ///< working days with a breach that no alarm of an earlier morning had told of
  [[nodiscard]] double share_3() const { return asked > 0 ? static_cast<double>(within_3) / asked : 1; }
  [[nodiscard]] double share_7() const { return asked > 0 ? static_cast<double>(within_7) / asked : 1; }
  /// What was kept less than could have been, as a share of that.
  [[nodiscard]] double gap() const { return possible > 0 ? 1 - static_cast<double>(within_7) / possible : 0; }
};

[[nodiscard]] SeasonOutcome live_season(Course course, const SeasonPlan& plan);

/// The most requests that could be served no later than `within` days after they come, with so many places a day. Whoever has waited longest and is still
/// in time goes first: with equal lengths and deadlines in the order of coming no other way serves more (the exchange argument of earliest deadline first),
/// so this is the maximum flow from requests to days.
[[nodiscard]] int most_possible(const std::vector<int>& asked, const std::vector<int>& places, int within);

void write_season_table(const std::vector<SeasonOutcome>& outcomes, std::string& out);
void write_season_json(const std::vector<SeasonOutcome>& outcomes, const SeasonPlan& plan, std::string& out);

}  // namespace skranke::sim
