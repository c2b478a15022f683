#pragma once
// How many desks, half hour by half hour: the site's own history becomes a kind of day, and days of that kind are lived with more and fewer desks until
// the target is just met.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "sim/backtest.hpp"
#include "sim/figures.hpp"

namespace skranke::sim {

/// "walk_in p90 20, booked p90 8": minutes, of 50, 90 or 95 visits in a hundred.
struct PlanTarget {
  struct Wish {
    bool booked = false;
    double Figures::* figure = nullptr;
    double share = 0.9, minutes = 0;
  };
  std::vector<Wish> wishes;
};
/// The error names what is wrong.
[[nodiscard]] tl::expected<PlanTarget, std::string> read_target(std::string_view text);

/// What the recorded days were like: errands, how many come when, who stays away, who gives up. At least `days_needed` days with visits.
[[nodiscard]] tl::expected<Scenario, std::string> kind_of_days(const std::vector<LoggedVisit>& log, const core::Facility& site);
inline constexpr std::size_t plan_days_needed = 3;

struct StaffPlan {
  std::vector<std::size_t> desks;      ///< for each half hour from opening
  std::vector<double> work;            ///< desks' worth of work that comes in it, on average
  std::vector<std::string> order;      ///< which desk opens first, second and so on
  bool met = false;                    ///< false: not even all desks suffice
  Figures figures, one_less, one_more; ///< at the plan, and with one desk less or more all day
  std::vector<double> within, within_less, within_more;   ///< for each wish: of those who came, so many were called within its minutes
  std::size_t tried = 0;
  bool cut_short = false;              ///< the search was ended before every desk was tried
};
/// For whoever cannot wait for ever. Each is asked between two days; false: no more of it.
struct PlanPatience {
  std::function<bool()> to_search = {};   ///< then the best found so far is the plan
  std::function<bool()> to_live = {};     ///< then there is none
};
inline constexpr double plan_part_min = 30;
/// At most so many staffings are lived, each for `days` days.
inline constexpr std::size_t plans_tried_max = 120;
[[nodiscard]] std::optional<StaffPlan> staffed(const Scenario& scenario, std::string_view policy, const PlanTarget& target, std::uint64_t days, std::uint64_t seed,
                                               const PlanPatience& patience = {});

void write_plan(const StaffPlan& plan, const Scenario& scenario, std::string& out);
void write_plan_json(const StaffPlan& plan, const Scenario& scenario, std::string& out);

}  // namespace skranke::sim
