// One future after the other: desks become free, call by the rule, serve for a time drawn from what is known.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/forecast/hall.hpp"
#include "core/forecast/rule.hpp"

namespace skranke::core::forecast {
namespace {

/// Inverse of the standard normal distribution function, by Newton steps from a logistic guess; good to 1e-9 where it is used.
double normal_quantile(double p) {
  p = std::clamp(p, 1e-9, 1 - 1e-9);
  double z = std::log(p / (1 - p)) / 1.702;
  for (int i = 0; i < 6; ++i) {
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    const double error = std::erfc(-z / std::numbers::sqrt2) / 2 - p;
    if (density < 1e-12) break;
    z -= std::clamp(error / density, -1.0, 1.0);
  }
  return z;
}

double normal_below(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

struct Line {
  std::vector<std::uint32_t> members;   ///< of `Future::visits`, by key
  std::size_t head = 0;
};

class Future {
 public:
  Future(const Hall& hall, std::uint64_t key) : hall_{hall}, chance_{key} {}
  double wait_of_target();

 private:
  struct Person {
    HallVisit is;
    double leaves_s;
  };
  struct Desk {
    double free_s;
    double pace;
    double break_at_s;      ///< goes when it is free after this
  };

  void enter(const HallVisit& visit);
  void set_up();
  void draw_bookings();
  void draw_walk_ins();
  void come_up_to(double at);
  /// The line's first who is still there for this desk at `at`.
  const Person* first(Line& line, std::uint16_t desk, double at);
  const Person* pick(std::uint16_t desk, double at);
  [[nodiscard]] double score(const Person& person, double at) const;
  void pass_by(const Person& chosen, std::uint16_t desk, double at);
  [[nodiscard]] bool may_pass(const Person& chosen, std::uint16_t desk, double at);
  double time_at(std::uint16_t desk, std::uint8_t service);
  double break_of(const HallDesk& desk);
  double rest_of(const HallDesk& desk, double pace);

  const Hall& hall_;
  Chance chance_;
  std::vector<Person> people_;
  std::vector<std::uint32_t> to_come_;     ///< in order of arrival
  std::size_t next_to_come_ = 0;
  std::vector<Line> booked_, walk_in_;     ///< one per service
  std::vector<Desk> desks_;
  std::vector<bool> gone_;                 ///< visits that were called
  double until_ = 0;
};

double key_in(const Hall& hall, const HallVisit& visit) {
  if (visit.front) return -1e12 + visit.rank_s;
  return hall.rule == Rule::fifo ? visit.arrival_s : visit.rank_s;
}

void Future::enter(const HallVisit& visit) {
  Line& line = (visit.booked && !visit.front ? booked_ : walk_in_)[visit.service];
  const auto index = static_cast<std::uint32_t>(people_.size());
  const double leaves = visit.booked || visit.visit == hall_.target ? 1e18 : visit.arrives_in_s + chance_.exponential(1 / hall_.gives_up_per_s);
  people_.push_back({visit, leaves});
  const double key = key_in(hall_, visit);
  auto at = line.members.end();
  while (at != line.members.begin() + static_cast<std::ptrdiff_t>(line.head) && key_in(hall_, people_[*(at - 1)].is) > key) --at;
  line.members.insert(at, index);
}

double Future::rest_of(const HallDesk& desk, double pace) {
  const HallService& service = hall_.services[desk.service];
  if (desk.before_start_s > 0) return desk.before_start_s + std::exp(service.log_mean + pace + service.log_deviation * chance_.normal());
  const double mean = service.log_mean + pace;
  const double served = std::max(desk.elapsed_s, 1.0);
  const double below = normal_below((std::log(served) - mean) / service.log_deviation);
  const double total = std::exp(mean + service.log_deviation * normal_quantile(below + (1 - below) * chance_.uniform()));
  return std::max(total - served, 1.0);
}

/// Later than now, if at all: a desk that is long past the usual time may be one that takes none.
double Future::break_of(const HallDesk& desk) {
  const double u = chance_.uniform(), v = chance_.uniform();
  if (desk.break_in_s >= 0) return desk.break_in_s;
  const double not_yet = 1 - normal_below((desk.open_for_s - desk.break_at_s) / desk.break_at_deviation_s);
  const double chance = hall_.broke * not_yet / (hall_.broke * not_yet + 1 - hall_.broke);
  if (desk.had_break || u >= chance) return 1e18;
  return std::max(0.0, desk.break_at_s + desk.break_at_deviation_s * normal_quantile(1 - not_yet * v) - desk.open_for_s);
}

void Future::set_up() {
  booked_.assign(hall_.services.size(), {});
  walk_in_.assign(hall_.services.size(), {});
  gone_.assign(hall_.visits + 1, false);
  people_.reserve(hall_.waiting.size() + 16);
  for (const HallVisit& visit : hall_.waiting) enter(visit);
  for (const HallDesk& desk : hall_.desks) {
    const double pace = desk.pace + desk.pace_deviation * chance_.normal();
    desks_.push_back({desk.busy ? rest_of(desk, pace) + hall_.gap_s : desk.free_at_s, pace, break_of(desk)});
  }
}

/// A booking that has not arrived though its time is near may be one that never will.
void Future::draw_bookings() {
  for (const ComingBooking& booking : hall_.coming) {
    if (booking.start_s - hall_.early_mean_s - 3 * hall_.early_deviation_s > until_) continue;
    const double z_now = (0 - (booking.start_s - hall_.early_mean_s)) / hall_.early_deviation_s;
    const double not_yet = 1 - normal_below(z_now);
    const double comes = (1 - hall_.no_show) * not_yet / ((1 - hall_.no_show) * not_yet + hall_.no_show);
    if (chance_.uniform() >= comes) continue;
    HallVisit visit;
    visit.booked = true;
    visit.service = booking.service;
    visit.rank_s = booking.start_s;
    // Later than now: drawn again a few times, and then it is any moment.
    for (int tries = 0; visit.arrives_in_s <= 0 && tries < 8; ++tries)
      visit.arrives_in_s = booking.start_s - hall_.early_mean_s + hall_.early_deviation_s * chance_.normal();
    visit.arrives_in_s = std::max(visit.arrives_in_s, 1.0);
    visit.arrival_s = visit.arrives_in_s;
    visit.visit = hall_.visits;
    people_.push_back({visit, 1e18});
  }
}

void Future::draw_walk_ins() {
  for (std::size_t s = 0; s < hall_.services.size(); ++s) {
    const double rate = hall_.services[s].walk_ins_per_s;
    if (rate <= 0) continue;
    for (double at = chance_.exponential(1 / rate); at < until_; at += chance_.exponential(1 / rate)) {
      HallVisit visit;
      visit.service = static_cast<std::uint8_t>(s);
      visit.rank_s = visit.arrival_s = visit.arrives_in_s = at;
      visit.visit = hall_.visits;
      people_.push_back({visit, at + chance_.exponential(1 / hall_.gives_up_per_s)});
    }
  }
}

void Future::come_up_to(double at) {
  while (next_to_come_ < to_come_.size()) {
    const std::uint32_t index = to_come_[next_to_come_];
    const HallVisit& visit = people_[index].is;
    if (visit.arrives_in_s > at) return;
    ++next_to_come_;
    Line& line = (visit.booked ? booked_ : walk_in_)[visit.service];
    const double key = key_in(hall_, visit);
    auto place = line.members.end();
    while (place != line.members.begin() + static_cast<std::ptrdiff_t>(line.head) && key_in(hall_, people_[*(place - 1)].is) > key) --place;
    line.members.insert(place, index);
  }
}

const Future::Person* Future::first(Line& line, std::uint16_t desk, double at) {
  const auto out = [&](const Person& person) { return (person.is.visit < hall_.visits && gone_[person.is.visit]) || person.leaves_s < at; };
  while (line.head < line.members.size() && out(people_[line.members[line.head]])) ++line.head;
  for (std::size_t i = line.head; i < line.members.size(); ++i) {
    const Person& person = people_[line.members[i]];
    if (out(person) || (person.is.tied != any_desk && person.is.tied != desk)) continue;
    return &person;
  }
  return nullptr;
}

double Future::score(const Person& person, double at) const {
  const HallVisit& visit = person.is;
  if (visit.front) return 1e15 - visit.rank_s;
  switch (hall_.rule) {
    case Rule::fifo: return -visit.arrival_s;
    case Rule::longest_wait: return -visit.rank_s;
    case Rule::booked_first: return (visit.booked ? 1e12 : 0) - visit.rank_s;
    case Rule::skranke: {
      const HallService& service = hall_.services[visit.service];
      return urgency(visit.booked, (at - visit.rank_s) / 60, visit.booked ? service.booked_target_min : service.walk_in_target_min,
                     visit.booked ? service.booked_factor : service.factor);
    }
  }
  return 0;
}

bool Future::may_pass(const Person& chosen, std::uint16_t desk, double at) {
  for (std::size_t s = 0; s < walk_in_.size(); ++s) {
    if (!hall_.desks[desk].serves[s]) continue;
    const Person* other = first(walk_in_[s], desk, at);
    if (other == nullptr || other == &chosen || other->is.rank_s >= chosen.is.rank_s) continue;
    if (other->is.passed >= passed_max) return false;
    if (hall_.services[chosen.is.service].expected_min > passing_length_share * hall_.services[s].expected_min) return false;
  }
  return true;
}

void Future::pass_by(const Person& chosen, std::uint16_t desk, double at) {
  for (std::size_t s = 0; s < walk_in_.size(); ++s) {
    if (!hall_.desks[desk].serves[s]) continue;
    const Person* other = first(walk_in_[s], desk, at);
    if (other != nullptr && other != &chosen && other->is.rank_s < chosen.is.rank_s) ++people_[static_cast<std::size_t>(other - people_.data())].is.passed;
  }
}

const Future::Person* Future::pick(std::uint16_t desk, double at) {
  const Person* best = nullptr;
  double best_score = -1e300;
  const Person* oldest = nullptr;
  for (std::size_t s = 0; s < hall_.services.size(); ++s) {
    if (!hall_.desks[desk].serves[s]) continue;
    for (Line* line : {&booked_[s], &walk_in_[s]}) {
      const Person* person = first(*line, desk, at);
      if (person == nullptr) continue;
      if (!person->is.booked && (oldest == nullptr || person->is.rank_s < oldest->is.rank_s)) oldest = person;
      const double points = score(*person, at);
      if (points > best_score) best_score = points, best = person;
    }
  }
  if (best == nullptr || hall_.rule != Rule::skranke || best->is.booked || best == oldest || best->is.front) return best;
  if (may_pass(*best, desk, at)) return pass_by(*best, desk, at), best;
  // The oldest walk-in goes instead, unless a booking is more urgent than that one.
  const Person* instead = oldest;
  double instead_score = score(*oldest, at);
  for (std::size_t s = 0; s < hall_.services.size(); ++s) {
    if (!hall_.desks[desk].serves[s]) continue;
    const Person* person = first(booked_[s], desk, at);
    if (person != nullptr && score(*person, at) > instead_score) instead = person, instead_score = score(*person, at);
  }
  return instead;
}

double Future::time_at(std::uint16_t desk, std::uint8_t service) {
  const HallService& what = hall_.services[service];
  return hall_.walk_s + std::exp(what.log_mean + desks_[desk].pace + what.log_deviation * chance_.normal()) + hall_.gap_s;
}

double Future::wait_of_target() {
  double work = 0;
  for (const HallVisit& visit : hall_.waiting) work += hall_.services[visit.service].mean_s;
  until_ = std::min(horizon_s, 1800 + 1.5 * work / std::max<double>(1, static_cast<double>(hall_.desks.size())));
  set_up();
  const std::size_t here = people_.size();
  draw_bookings();
  draw_walk_ins();
  for (std::size_t i = here; i < people_.size(); ++i) to_come_.push_back(static_cast<std::uint32_t>(i));
  std::sort(to_come_.begin(), to_come_.end(), [&](auto a, auto b) { return people_[a].is.arrives_in_s < people_[b].is.arrives_in_s; });
  // Each turn a desk calls, waits for the next arrival, or takes a break.
  for (std::size_t turn = 0; turn < 20'000 && !desks_.empty(); ++turn) {
    const auto soonest = std::min_element(desks_.begin(), desks_.end(), [](const Desk& a, const Desk& b) { return a.free_s < b.free_s; });
    const auto desk = static_cast<std::uint16_t>(soonest - desks_.begin());
    const double at = soonest->free_s;
    if (at >= horizon_s) break;
    come_up_to(at);
    if (at >= soonest->break_at_s) {
      soonest->break_at_s = 1e18;
      soonest->free_s = at + hall_.break_s;
      continue;
    }
    const Person* next = pick(desk, at);
    if (next == nullptr) {
      const bool more = next_to_come_ < to_come_.size();
      soonest->free_s = more ? std::max(people_[to_come_[next_to_come_]].is.arrives_in_s, at + 0.001) : horizon_s;
      continue;
    }
    if (next->is.visit == hall_.target) return at;
    if (next->is.visit < hall_.visits) gone_[next->is.visit] = true;
    const std::uint8_t service = next->is.service;
    people_[static_cast<std::size_t>(next - people_.data())].leaves_s = -1;
    soonest->free_s = at + time_at(desk, service);
  }
  return horizon_s;
}

}  // namespace

std::vector<double> played(const Hall& hall, std::uint64_t key, std::size_t futures) {
  std::vector<double> waits;
  waits.reserve(futures);
  for (std::size_t i = 0; i < futures; ++i) waits.push_back(Future{hall, key_of({key, i})}.wait_of_target());
  std::sort(waits.begin(), waits.end());
  return waits;
}

}  // namespace skranke::core::forecast
