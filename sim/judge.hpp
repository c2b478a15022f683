#pragma once
// How good the told waits were, beside what simple formulas would have said to the very same visits.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sim/centre.hpp"

namespace skranke::sim {

/// What simple formulas say at an arrival, each from what was known then: the wait of who was called last; how long the longest waiting has waited so far;
/// the mean wait of the last thirty called; those who wait for the same × mean service ÷ desks that serve it; all who wait × mean service ÷ desks.
inline constexpr std::size_t guesses_count = 5;
inline constexpr std::array<std::string_view, guesses_count> guess_names{"last_served", "head_of_line", "last_thirty", "own_queue", "all_waiting"};

/// Of visits that had to wait; minutes and shares.
struct Accuracy {
  std::size_t visits = 0;
  double mean_wait = 0, mae = 0, median_error = 0, bias = 0, in_5 = 0;
  double covered = 0, beyond = 0, width = 0;          ///< of the 80 % interval
  /// Of visits told after a shock: the next thirty, those up to the hundredth, and later ones (on days that have so many).
  std::array<std::size_t, 3> shocked{};
  std::array<double, 3> shocked_covered{};
  std::array<double, guesses_count> guess_mae{}, guess_in_5{};
};

struct Cell {
  std::size_t service = 0;
  int hour = 0;
  bool booked = false;
  std::size_t visits = 0;
  double covered = 0;
};

/// Means over visits that came in the hour and had to wait.
struct HourWidth {
  int hour = 0;
  std::size_t visits = 0;
  double width_min = 0, wait_min = 0;
};

class Judge {
 public:
  explicit Judge(const Scenario& scenario) : scenario_{scenario} {}
  void add(const DayRecord& day);
  [[nodiscard]] Accuracy accuracy() const;
  /// Service × hour × kind with at least `visits_min` visits.
  [[nodiscard]] std::vector<Cell> cells(std::size_t visits_min) const;
  /// Shares of waits that ended below the told tenth, middle and nine tenths.
  [[nodiscard]] std::array<double, 3> below() const;
  [[nodiscard]] std::vector<HourWidth> widths() const;

 private:
  struct Case {
    std::size_t service;
    int hour;
    bool booked;
    double wait_s;
    core::Estimate told;
    std::array<double, guesses_count> guesses;
    std::size_t after_shock;   ///< the how manyth after it; 0 = none
  };
  const Scenario& scenario_;
  std::vector<Case> cases_;
};

/// One JSON line.
void write_accuracy_json(const Judge& judge, const Scenario& scenario, std::string& out);
void write_accuracy(const Judge& judge, const Scenario& scenario, std::string& out);

}  // namespace skranke::sim
