#pragma once
// What the house has seen of itself: how long errands take, how fast desks are today, how people come and go. Folded from events alone, so a replay
// knows as much as the daemon did. Old days fade.
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/forecast/tempo.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"

namespace skranke::core {

/// Running mean and variance whose memory fades: beyond `weight_max` each new value takes the place of an old one.
struct Running {
  double weight = 0, mean = 0, squares = 0;   ///< squares: weighted sum of squared deviations
  void add(double value, double weight_max);
  [[nodiscard]] double variance() const { return weight > 0 ? squares / weight : 0; }
  bool operator==(const Running&) const = default;
};

/// Hits of the told intervals, and how much they are widened on each side.
struct Calibration {
  double lower = 1, upper = 1;     ///< factors on the two halves of the interval
  std::uint32_t told = 0, below = 0, above = 0;
  /// `wait` against what was told; seconds. Who did not have to wait teaches nothing: that a free desk calls at once is no foresight.
  void learn(double wait_s, double p10_s, double p90_s);
  bool operator==(const Calibration&) const = default;
};

struct DeskLearned {
  DeskId desk;
  Running pace;                    ///< of today: log(time taken ÷ time expected), less what all desks have in common just now
  Instant opened_at{};             ///< today, first
  Instant free_since{};            ///< when it last became free
  bool had_break = false;          ///< today
  bool operator==(const DeskLearned&) const = default;
};

/// Before anything was seen: an errand takes as long as the facility says, give or take half of it, and that belief weighs as much as so many errands.
inline constexpr double prior_log_variance = 0.223, prior_weight = 6;
/// Clerks differ by about a fifth.
inline constexpr double clerk_deviation = 0.2;

struct Believed {
  double mean = 0, deviation = 0;
};
/// How fast a desk is, as far as it has shown today; `desk` may be null.
[[nodiscard]] Believed pace_of(const DeskLearned* desk);
/// The spread of what an errand takes.
[[nodiscard]] double log_deviation_of(const Running* seen);

/// Walk-ins by the hour of the day (UTC: when the clocks change, the profile follows within some days).
struct HoursLearned {
  std::array<double, 24> usual{};        ///< a day, over the days that were counted
  std::array<std::uint32_t, 24> today{};
  double days = 0;
  void night();                          ///< today becomes one of the days, unless nobody came
  bool operator==(const HoursLearned&) const = default;
};

struct Learned {
  std::vector<std::pair<ServiceId, Running>> service_log_s;   ///< log of seconds from start to finish
  std::vector<DeskLearned> desks;
  Tempo tempo;                     ///< of all desks together
  Running walk_s;                  ///< from call to start
  Running gap_s;                   ///< from a desk becoming free to its next call, while somebody waited
  Running break_s;                 ///< how long breaks last
  Running break_at_s;              ///< how long a desk has been open when its first break begins
  Running broke;                   ///< desks that took a break in a day (1) or none (0)
  Running came;                    ///< booked ones that arrived (1) or never did (0)
  std::vector<std::pair<ServiceId, Running>> kept;            ///< bookings for each: in time for their place (1) or not (0)
  Running early_s;                 ///< how long before their time booked ones arrive
  double walk_in_wait_s = 0, walk_in_left = 0;   ///< waiting time of walk-ins, and how many gave up in it; both fade
  std::vector<std::pair<DeskId, Running>> desk_break_at_s;    ///< the same, of each desk
  HoursLearned hours;
  std::vector<std::pair<ServiceId, double>> walk_ins;         ///< what walk-ins come for; fades
  Calibration booked, walk_in;
  bool operator==(const Learned&) const = default;
};

}  // namespace skranke::core
