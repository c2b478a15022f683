// One future after the other: desks become free, call by the rule, serve for a time drawn from what is known.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/forecast/hall.hpp"
#include "core/forecast/rule.hpp"
#include "core/forecast/stage.hpp"

namespace skranke::core::forecast {
namespace {

/// So many futures are enough where eight waits of ten lie within so many seconds: an end of the range is then known to some ten seconds, and nobody
/// is told less than minutes.
constexpr std::size_t futures_max = 200;
constexpr std::array<std::pair<std::size_t, double>, 3> enough{{{64, 120}, {100, 240}, {futures_max, horizon_s}}};
/// Where many wait the ranges are an hour wide and each future is long: fewer are enough, so that the whole costs no more.
constexpr std::size_t waits_played = 16'000;

/// Holds its room from one future to the next: nothing is allocated after the first few.
class Future {
 public:
  explicit Future(const Stage& stage) : stage_{stage}, hall_{stage.hall}, draws_{DrawTable::get()} {
    lines_.resize(stage.lines.size());
    desks_.resize(stage.desks.size());
  }
  /// Seconds until the target is called first; `steps` (may be null): those of each of its steps, and the play goes on until the last.
  double wait_of_target(std::uint64_t key, std::map<std::uint8_t, double>* steps);

 private:
  struct Line {
    std::vector<std::uint32_t> members;   ///< of `people_`, by key
    std::size_t head = 0;
  };
  struct Desk {
    double pace = 0;
    double break_at_s = never;      ///< goes when it is free after this
  };
  struct Arrival {
    double at_s;
    std::uint32_t person;
  };
  struct Return {
    double at_s;
    std::uint32_t visit;
  };

  void set_up(std::uint64_t key);
  double draw_tempo();
  void draw_bookings();
  void draw_next_walk_in(double from);
  void come_up_to(double at);
  void walk_in();
  void come_back(std::uint32_t visit);
  void join(std::uint32_t index);
  [[nodiscard]] double next_arrival() const;
  bool left(Person& person, double at);
  /// The line's first who is still there for this desk at `at`.
  Person* first(Line& line, std::uint16_t desk, double at);
  Person* pick(std::uint16_t desk, double at);
  [[nodiscard]] double score(const Person& person, double at) const;
  void pass_by(const Person& chosen, std::uint16_t desk, double at);
  [[nodiscard]] bool may_pass(const Person& chosen, std::uint16_t desk, double at);
  void again_at(double at);
  void serve(Person& person, double at);
  double break_of(const StageDesk& desk);
  double rest_of(const StageDesk& desk, double pace);

  const Stage& stage_;
  const Hall& hall_;
  Draws draws_;
  std::vector<Person> people_;
  std::vector<Arrival> to_come_;           ///< in order of arrival
  std::size_t next_to_come_ = 0;
  std::vector<Return> returns_;
  double next_walk_in_s_ = never;
  std::vector<Line> lines_;
  std::vector<Desk> desks_;
  struct Free {
    double at_s;
    std::uint16_t desk;
    [[nodiscard]] bool before(const Free& other) const { return at_s < other.at_s || (at_s == other.at_s && desk < other.desk); }
  };
  std::vector<Free> free_;                 ///< a heap: whose turn is next stands first
  std::vector<std::uint8_t> away_;         ///< visits of several steps that are at a desk
};

double Future::rest_of(const StageDesk& desk, double pace) {
  const double mean = desk.log_mean + pace;
  if (desk.before_start_s > 0) return desk.before_start_s + std::exp(mean + desk.log_deviation * draws_.normal());
  const double longer = draws_.table().above((desk.log_served - mean) / desk.log_deviation);
  const double total = std::exp(mean + desk.log_deviation * draws_.table().exceeded(longer * draws_.uniform()));
  return std::max(total - desk.served_s, 1.0);
}

/// Later than now, if at all.
double Future::break_of(const StageDesk& desk) {
  const double u = draws_.uniform(), v = draws_.uniform();
  if (desk.break_at_s >= 0) return desk.break_at_s;
  if (u >= desk.break_chance) return never;
  return std::max(0.0, desk.break_usual_s + desk.break_deviation_s * draws_.table().exceeded(desk.break_not_yet * v));
}

void Future::set_up(std::uint64_t key) {
  draws_.begin(key);
  people_ = stage_.people;
  for (std::size_t l = 0; l < lines_.size(); ++l) {
    lines_[l].members.assign(stage_.lines[l].members.begin(), stage_.lines[l].members.end());
    lines_[l].head = 0;
  }
  away_.assign(hall_.visits + 1, 0);
  returns_.clear();
  free_.clear();
  const double tempo = draw_tempo();
  for (std::size_t d = 0; d < desks_.size(); ++d) {
    const StageDesk& desk = stage_.desks[d];
    const double pace = desk.pace + tempo + desk.pace_deviation * draws_.normal();
    free_.push_back({desk.busy ? rest_of(desk, pace) + hall_.gap_s : desk.free_at_s, static_cast<std::uint16_t>(d)});
    desks_[d] = {pace, break_of(desk)};
    if (desk.visit != nobody) returns_.push_back({free_.back().at_s, desk.visit});
  }
  std::make_heap(free_.begin(), free_.end(), [](const Free& a, const Free& b) { return b.before(a); });
  draw_bookings();
  draw_next_walk_in(0);
}

double Future::draw_tempo() {
  double which = draws_.uniform();
  for (const Hall::Pace& tempo : hall_.tempi)
    if ((which -= tempo.share) < 0) return tempo.value;
  return 0;
}

void Future::draw_bookings() {
  to_come_.clear();
  next_to_come_ = 0;
  for (const std::uint32_t index : stage_.expected) to_come_.push_back({people_[index].arrives_s, index});
  for (const StageBooking& booking : stage_.bookings) {
    if (draws_.uniform() >= booking.comes) continue;
    // Later than now, as it is not here.
    const double at = std::max(1.0, booking.usual_s + hall_.early_deviation_s * draws_.table().exceeded(booking.not_yet * draws_.uniform()));
    Person& person = people_.emplace_back();
    person.rank_s = booking.start_s;
    person.arrives_s = at;
    person.key_s = stage_.key_of_rank(booking.start_s, at);
    person.leaves_s = never;
    person.visit = nobody;
    person.line = booking.line;
    person.booked = true;
    to_come_.push_back({at, static_cast<std::uint32_t>(people_.size() - 1)});
  }
  std::sort(to_come_.begin(), to_come_.end(), [](const Arrival& a, const Arrival& b) { return a.at_s < b.at_s; });
}

void Future::draw_next_walk_in(double from) {
  next_walk_in_s_ = never;
  if (stage_.walk_ins.empty()) return;
  const double at = from + draws_.exponential(1 / stage_.walk_ins.back());
  if (at < stage_.until_s) next_walk_in_s_ = at;
}

void Future::walk_in() {
  const double which = draws_.uniform() * stage_.walk_ins.back();
  const auto found = std::upper_bound(stage_.walk_ins.begin(), stage_.walk_ins.end() - 1, which);
  Person& person = people_.emplace_back();
  person.key_s = person.rank_s = person.arrives_s = next_walk_in_s_;
  person.visit = nobody;
  person.line = stage_.line_of(stage_.walk_in_services[static_cast<std::size_t>(found - stage_.walk_ins.begin())], false);
  join(static_cast<std::uint32_t>(people_.size() - 1));
}

void Future::join(std::uint32_t index) {
  Line& line = lines_[people_[index].line];
  const double key = people_[index].key_s;
  auto place = line.members.end();
  while (place != line.members.begin() + static_cast<std::ptrdiff_t>(line.head) && people_[*(place - 1)].key_s > key) --place;
  line.members.insert(place, index);
}

/// Its other steps wait again; when none do, the next of those that had to wait for others does.
void Future::come_back(std::uint32_t visit) {
  away_[visit] = 0;
  const bool waits = std::any_of(people_.begin(), people_.end(), [&](const Person& person) { return person.visit == visit && person.leaves_s != called; });
  if (waits) return;
  const auto took = [&](const HallLater& later) {
    return std::any_of(people_.begin(), people_.end(), [&](const Person& person) { return person.visit == visit && person.step == later.step; });
  };
  const auto next = std::find_if(hall_.later.begin(), hall_.later.end(), [&](const HallLater& later) { return later.visit == visit && !took(later); });
  if (next == hall_.later.end()) return;
  Person& person = people_.emplace_back();
  person.key_s = person.rank_s = next->rank_s;
  person.leaves_s = never;
  person.visit = visit;
  person.line = stage_.line_of(next->service, next->booked);
  person.step = next->step;
  person.booked = next->booked;
  person.several = true;
  join(static_cast<std::uint32_t>(people_.size() - 1));
}

double Future::next_arrival() const {
  double next = next_walk_in_s_;
  if (next_to_come_ < to_come_.size()) next = std::min(next, to_come_[next_to_come_].at_s);
  for (const Return& back : returns_) next = std::min(next, back.at_s);
  return next;
}

void Future::come_up_to(double at) {
  for (; next_to_come_ < to_come_.size() && to_come_[next_to_come_].at_s <= at; ++next_to_come_) join(to_come_[next_to_come_].person);
  while (next_walk_in_s_ <= at) {
    walk_in();
    draw_next_walk_in(next_walk_in_s_);
  }
  for (std::size_t i = 0; i < returns_.size();) {
    if (returns_[i].at_s > at) {
      ++i;
      continue;
    }
    const std::uint32_t visit = returns_[i].visit;
    returns_.erase(returns_.begin() + static_cast<std::ptrdiff_t>(i));
    come_back(visit);
  }
}

bool Future::left(Person& person, double at) {
  if (person.leaves_s == not_drawn) person.leaves_s = person.arrives_s + draws_.exponential_of(static_cast<std::uint64_t>(&person - people_.data()), stage_.patience_s);
  return person.leaves_s < at;
}

Person* Future::first(Line& line, std::uint16_t desk, double at) {
  while (line.head < line.members.size() && left(people_[line.members[line.head]], at)) ++line.head;
  if (line.head == line.members.size()) return nullptr;
  const auto kept = [&](const Person& person) { return (person.tied != any_desk && person.tied != desk) || (person.several && away_[person.visit] != 0); };
  std::size_t i = line.head;
  while (i < line.members.size() && (kept(people_[line.members[i]]) || left(people_[line.members[i]], at))) ++i;
  return i < line.members.size() ? &people_[line.members[i]] : nullptr;
}

/// Whoever has most goes first. As `urgency`, but for a power that keeps the order.
double Future::score(const Person& person, double at) const {
  if (person.front || hall_.rule != Rule::skranke) return (hall_.rule == Rule::booked_first && person.booked && !person.front ? 1e12 : 0) - person.key_s;
  const StageLine& line = stage_.lines[person.line];
  const double waited = at - person.rank_s;
  const double share = waited * (waited < 0 ? line.before : line.after) + line.credit;
  return share * (share > 0 ? line.positive : line.negative);
}

bool Future::may_pass(const Person& chosen, std::uint16_t desk, double at) {
  for (const std::uint32_t l : stage_.desks[desk].lines) {
    if (stage_.lines[l].booked) continue;
    const Person* other = first(lines_[l], desk, at);
    if (other == nullptr || other == &chosen || other->rank_s >= chosen.rank_s) continue;
    if (other->passed >= passed_max) return false;
    if (stage_.lines[chosen.line].expected_min > passing_length_share * stage_.lines[l].expected_min) return false;
  }
  return true;
}

void Future::pass_by(const Person& chosen, std::uint16_t desk, double at) {
  for (const std::uint32_t l : stage_.desks[desk].lines) {
    if (stage_.lines[l].booked) continue;
    Person* other = first(lines_[l], desk, at);
    if (other != nullptr && other != &chosen && other->rank_s < chosen.rank_s) ++other->passed;
  }
}

Person* Future::pick(std::uint16_t desk, double at) {
  Person* best = nullptr;
  double best_score = -1e300;
  Person* oldest = nullptr;
  for (const std::uint32_t l : stage_.desks[desk].lines) {
    if (lines_[l].head == lines_[l].members.size()) continue;
    Person* person = first(lines_[l], desk, at);
    if (person == nullptr) continue;
    if (!person->booked && (oldest == nullptr || person->rank_s < oldest->rank_s)) oldest = person;
    const double points = score(*person, at);
    if (points > best_score) best_score = points, best = person;
  }
  if (best == nullptr || hall_.rule != Rule::skranke || best->booked || best == oldest || best->front) return best;
  if (may_pass(*best, desk, at)) return pass_by(*best, desk, at), best;
  // The oldest walk-in goes instead, unless a booking is more urgent than that one.
  Person* instead = oldest;
  double instead_score = score(*oldest, at);
  for (const std::uint32_t l : stage_.desks[desk].lines) {
    if (!stage_.lines[l].booked) continue;
    Person* person = first(lines_[l], desk, at);
    if (person == nullptr) continue;
    if (const double points = score(*person, at); points > instead_score) instead = person, instead_score = points;
  }
  return instead;
}

/// Whose turn it was is free again at `at`.
void Future::again_at(double at) {
  const Free moved{at, free_.front().desk};
  std::size_t place = 0;
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= free_.size()) break;
    if (child + 1 < free_.size() && free_[child + 1].before(free_[child])) ++child;
    if (!free_[child].before(moved)) break;
    free_[place] = free_[child];
    place = child;
  }
  free_[place] = moved;
}

void Future::serve(Person& person, double at) {
  const HallService& what = hall_.services[stage_.lines[person.line].service];
  person.leaves_s = called;
  const double until = at + hall_.walk_s + std::exp(what.log_mean + desks_[free_.front().desk].pace + what.log_deviation * draws_.normal()) + hall_.gap_s;
  again_at(until);
  if (!person.several) return;
  away_[person.visit] = 1;
  returns_.push_back({until, person.visit});
}

double Future::wait_of_target(std::uint64_t key, std::map<std::uint8_t, double>* steps) {
  constexpr std::size_t turns_max = 20'000;
  set_up(key);
  double wait = horizon_s;
  std::size_t open = steps == nullptr ? 1 : steps->size();
  // Each turn a desk calls, waits for the next arrival, or takes a break.
  for (std::size_t turn = 0; turn < turns_max && !free_.empty(); ++turn) {
    const auto [at, desk] = free_.front();
    if (at >= horizon_s) break;
    come_up_to(at);
    if (at >= desks_[desk].break_at_s) {
      desks_[desk].break_at_s = never;
      again_at(at + hall_.break_s);
      continue;
    }
    Person* next = pick(desk, at);
    if (next == nullptr) {
      again_at(std::min(horizon_s, std::max(next_arrival(), at + 0.001)));
      continue;
    }
    if (next->visit == hall_.target) {
      wait = std::min(wait, at);
      if (steps != nullptr) (*steps)[next->step] = at;
      if (--open == 0) break;
    }
    serve(*next, at);
  }
  return wait;
}

}  // namespace

std::vector<double> played(const Hall& hall, std::uint64_t key, std::size_t futures) {
  const Stage stage{hall};
  Future future{stage};
  std::vector<double> waits;
  waits.reserve(futures);
  for (std::size_t i = 0; i < futures; ++i) waits.push_back(future.wait_of_target(key_of({key, i}), nullptr));
  return waits;
}

namespace {
std::size_t futures_at_most(const Hall& hall) { return std::max(enough.front().first, waits_played / std::max<std::size_t>(hall.waiting.size(), 1)); }
}  // namespace

std::vector<double> played_enough(const Hall& hall, std::uint64_t key) {
  const Stage stage{hall};
  Future future{stage};
  std::vector<double> waits;
  waits.reserve(futures_max);
  const std::size_t most = futures_at_most(hall);
  for (const auto& [futures, width_s] : enough) {
    while (waits.size() < std::min(futures, most)) waits.push_back(future.wait_of_target(key_of({key, waits.size()}), nullptr));
    if (share_of(waits, 0.9) - share_of(waits, 0.1) <= width_s) break;
  }
  return waits;
}

std::map<std::uint8_t, std::vector<double>> played_steps(const Hall& hall, std::uint64_t key, std::size_t futures) {
  const Stage stage{hall};
  Future future{stage};
  std::map<std::uint8_t, double> at;
  for (const HallVisit& visit : hall.waiting)
    if (visit.visit == hall.target) at[visit.step] = horizon_s;
  for (const HallLater& later : hall.later)
    if (later.visit == hall.target) at[later.step] = horizon_s;
  std::map<std::uint8_t, std::vector<double>> waits;
  for (std::size_t i = 0; i < std::min(futures, futures_at_most(hall)); ++i) {
    for (auto& [step, time] : at) time = horizon_s;
    static_cast<void>(future.wait_of_target(key_of({key, i}), &at));
    for (const auto& [step, time] : at) waits[step].push_back(time);
  }
  return waits;
}

double share_of(std::vector<double>& waits, double share) {
  const auto place = waits.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(waits.size() - 1) + 0.5);
  std::nth_element(waits.begin(), place, waits.end());
  return *place;
}

}  // namespace skranke::core::forecast
