#pragma once
// The room as a forecast sees it: numbers in arrays, seconds from now. Made once for an estimate, then played forward many times.
#include <bitset>
#include <cstdint>
#include <map>
#include <vector>

#include "core/chance.hpp"

namespace skranke::core::forecast {

enum class Rule : std::uint8_t { fifo, booked_first, longest_wait, skranke };

inline constexpr std::size_t services_max = 256;
using ServiceSet = std::bitset<services_max>;
inline constexpr std::uint16_t any_desk = 0xffff;
inline constexpr double no_break = 1e18;
inline constexpr std::uint32_t nobody = UINT32_MAX;

struct HallService {
  double log_mean = 0, log_deviation = 0.5;   ///< of the seconds from start to finish
  double mean_s = 600;
  double expected_min = 10, factor = 1, booked_factor = 1;   ///< as the rule sees it
  double booked_target_min = 8, walk_in_target_min = 45;
  double walk_ins_per_s = 0;                  ///< expected from now on
};

struct HallDesk {
  ServiceSet serves;
  double free_at_s = 0;            ///< when nobody is there; of a busy one see `in_service`
  double pace = 0, pace_deviation = 0;   ///< of log(time ÷ expected)
  bool had_break = false;
  double open_for_s = 0;
  double break_at_s = 10'800, break_at_deviation_s = 3'600;   ///< from its opening
  double break_in_s = -1;          ///< known to begin then, or `no_break`; negative = as breaks do here
  // Of a visit at the desk: which service, and how long it has been served.
  bool busy = false;
  std::uint8_t service = 0;
  double elapsed_s = 0, before_start_s = 0;
  std::uint32_t visit = nobody;    ///< who comes back for another step afterwards
};

/// One waiting step.
struct HallVisit {
  double rank_s = 0;               ///< its seniority: negative = has waited
  double arrival_s = 0;            ///< for fifo
  double arrives_in_s = 0;         ///< 0 = is here; else comes for certain
  std::uint32_t visit = 0;         ///< steps of one visit share this
  std::uint16_t tied = any_desk;
  std::uint8_t service = 0, passed = 0, step = 0;
  bool booked = false, front = false;
};

/// A step that waits for others of its visit: in the order in which they may be called.
struct HallLater {
  std::uint32_t visit = 0;
  double rank_s = 0;
  std::uint8_t service = 0, step = 0;
  bool booked = false;
};

struct ComingBooking {
  double start_s = 0;
  std::uint8_t service = 0;
};

struct Hall {
  Rule rule = Rule::longest_wait;
  std::vector<HallService> services;
  std::vector<HallDesk> desks;
  std::vector<HallVisit> waiting;          ///< in order of rank
  std::vector<HallLater> later;
  std::vector<ComingBooking> coming;
  std::uint32_t target = 0;                ///< the visit that asks
  std::uint32_t visits = 0;                ///< how many distinct ones wait
  double walk_s = 30, gap_s = 0;
  double no_show = 0.12, early_mean_s = 420, early_deviation_s = 420;
  double gives_up_per_s = 1.0 / 9000;
  struct Pace {
    double share = 1, value = 0;     ///< how likely; logarithm of time taken ÷ time usual, at all desks
  };
  std::vector<Pace> tempi;                 ///< none: as usual
  // A desk that had no break today takes one with this chance, for so long.
  double broke = 0.5, break_s = 1800;
};

/// Seconds until the target is called, in each of `futures`, in no order. Nobody who could call: `horizon_s`.
inline constexpr double horizon_s = 8 * 3600;
[[nodiscard]] std::vector<double> played(const Hall& hall, std::uint64_t key, std::size_t futures);
/// As many futures as the ends of the range need: 200, and fewer where it is narrow.
[[nodiscard]] std::vector<double> played_enough(const Hall& hall, std::uint64_t key);
/// The same for each step of the target, by its number, played until the last of them is called.
[[nodiscard]] std::map<std::uint8_t, std::vector<double>> played_steps(const Hall& hall, std::uint64_t key, std::size_t futures);
/// So much of the waits lie below; reorders them.
[[nodiscard]] double share_of(std::vector<double>& waits, double share);

}  // namespace skranke::core::forecast
