#pragma once
// What all futures of one hall have in common, worked out once: who stands in which line, the shape of what is drawn, the weights of the rule.
#include <limits>
#include <vector>

#include "core/forecast/draws.hpp"
#include "core/forecast/hall.hpp"

namespace skranke::core::forecast {

inline constexpr double never = 1e18;
inline constexpr double not_drawn = -2, called = -1;   ///< of `Person::leaves_s`

struct Person {
  double key_s = 0;                ///< the line is in this order
  double rank_s = 0, arrives_s = 0;
  double leaves_s = not_drawn;     ///< patience is drawn when somebody looks
  std::uint32_t visit = 0;
  std::uint32_t line = 0;
  std::uint16_t tied = any_desk;
  std::uint8_t passed = 0, step = 0;
  bool booked = false, front = false, several = false;   ///< several: other steps of the visit wait too, or come later
};

/// Two for each service: booked, and all others.
struct StageLine {
  std::vector<std::uint32_t> members;
  // Of the rule `skranke`, as `urgency` weighs it but for its power, which does not change who comes first.
  double before = 0, after = 0, credit = 0, positive = 0, negative = 0;
  double expected_min = 0;
  std::uint8_t service = 0;
  bool booked = false;
};

struct StageDesk {
  std::vector<std::uint32_t> lines;
  double pace = 0, pace_deviation = 0;
  bool busy = false;
  double free_at_s = 0, before_start_s = 0, served_s = 0, log_served = 0, log_mean = 0, log_deviation = 1;
  double break_at_s = 0;           ///< known, or `never`; negative: drawn
  double break_chance = 0, break_not_yet = 0, break_usual_s = 0, break_deviation_s = 0;
  std::uint32_t visit = nobody;
};

struct StageBooking {
  double comes = 0, start_s = 0, usual_s = 0, not_yet = 1;
  std::uint32_t line = 0;
};

struct Stage {
  explicit Stage(const Hall& hall);

  const Hall& hall;
  std::vector<Person> people;
  std::vector<std::uint32_t> expected;         ///< of these, who comes later for certain
  std::vector<StageLine> lines;
  std::vector<StageDesk> desks;
  std::vector<StageBooking> bookings;
  std::vector<double> walk_ins;                ///< rates, summed up; their services
  std::vector<std::uint8_t> walk_in_services;
  double until_s = 0;                          ///< nobody is drawn who comes later
  double patience_s = 0;

  [[nodiscard]] std::uint32_t line_of(std::uint8_t service, bool booked) const { return service * 2U + (booked ? 0U : 1U); }
  [[nodiscard]] double key_of_rank(double rank_s, double arrives_s) const { return hall.rule == Rule::fifo ? arrives_s : rank_s; }

 private:
  void set_lines();
  void set_people();
  void set_desks();
  void set_bookings(const DrawTable& table);
  void set_walk_ins();
};

}  // namespace skranke::core::forecast
