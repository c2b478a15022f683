#include "core/forecast/learn.hpp"

#include <algorithm>
#include <cmath>

namespace skranke::core {
namespace {

constexpr double services_remembered = 400, people_remembered = 400, breaks_remembered = 60, desk_breaks_remembered = 15, pace_remembered = 12;
constexpr double gap_max_s = 600, service_max_s = 4 * 3600, walk_max_s = 600, break_max_s = 3 * 3600;
constexpr double waiting_remembered_s = 2000 * 3600;   ///< some hundred who gave up: fewer say little of how patient people are
constexpr double pace_needs = 5;   ///< finished services before one is called fast or slow

/// Logarithms differ in their last bit from one C library to another; on this grid they do not, so that a replay elsewhere learns the same.
double log_on_grid(double value) { return std::round(std::log(value) * 1048576.0) / 1048576.0; }

double seconds_between(Instant from, Instant to) { return std::chrono::duration<double>(to - from).count(); }

Running& of_service(Learned& learned, const ServiceId& service) {
  for (auto& [id, running] : learned.service_log_s)
    if (id == service) return running;
  return learned.service_log_s.emplace_back(service, Running{}).second;
}

DeskLearned& of_desk(Learned& learned, const DeskId& desk) {
  for (DeskLearned& each : learned.desks)
    if (each.desk == desk) return each;
  DeskLearned fresh;
  fresh.desk = desk;
  return learned.desks.emplace_back(std::move(fresh));
}

void waited(Learned& learned, const Visit& visit, Instant until, bool left) {
  if (visit.booked_for) return;
  learned.walk_in_wait_s += std::max(0.0, seconds_between(visit.anchor, until));
  learned.walk_in_left += left ? 1 : 0;
  if (learned.walk_in_wait_s < waiting_remembered_s) return;
  learned.walk_in_wait_s /= 2;
  learned.walk_in_left /= 2;
}

constexpr double walk_ins_remembered = 1000;

void walked_in(Learned& learned, const VisitTaken& e, Instant at) {
  const auto into_day = at - std::chrono::floor<std::chrono::days>(at);
  ++learned.hours.today[static_cast<std::size_t>(std::chrono::floor<std::chrono::hours>(into_day).count())];
  if (e.steps.empty()) return;
  double all = 0;
  double* own = nullptr;
  for (auto& [service, count] : learned.walk_ins) {
    all += count;
    if (service == e.steps.front().service) own = &count;
  }
  if (own == nullptr) own = &learned.walk_ins.emplace_back(e.steps.front().service, 0).second;
  *own += 1;
  if (all < walk_ins_remembered) return;
  for (auto& [service, count] : learned.walk_ins) count /= 2;
}

Running& break_of(Learned& learned, const DeskId& desk) {
  for (auto& [id, running] : learned.desk_break_at_s)
    if (id == desk) return running;
  return learned.desk_break_at_s.emplace_back(desk, Running{}).second;
}

void kept(Learned& learned, const Booking& booking, bool in_time) {
  for (const BookingPart& part : booking.parts) {
    auto known = std::find_if(learned.kept.begin(), learned.kept.end(), [&](const auto& one) { return one.first == part.service; });
    if (known == learned.kept.end()) known = learned.kept.insert(learned.kept.end(), {part.service, Running{}});
    known->second.add(in_time ? 1 : 0, people_remembered);
  }
}

struct Pupil {
  Learned& learned;
  const State& before;
  Instant at;

  void operator()(const DayStarted&) const {
    for (const DeskLearned& desk : learned.desks)
      if (desk.opened_at != Instant{}) learned.broke.add(desk.had_break ? 1 : 0, breaks_remembered);
    learned.desks.clear();
    learned.tempo.night();
    learned.hours.night();
  }

  void operator()(const VisitTaken& e) const {
    if (!e.booked_for) return walked_in(learned, e, at);
    learned.came.add(1, people_remembered);
    learned.early_s.add(std::clamp(seconds_between(at, *e.booked_for), -7200.0, 7200.0), people_remembered);
  }

  void operator()(const BookingMissed& e) const {
    learned.came.add(0, people_remembered);
    if (const Booking* booking = before.find(e.booking)) kept(learned, *booking, false);
  }

  /// Who was missed and came all the same lost the place, which is what counts.
  void operator()(const BookingCheckedIn& e) const {
    const Booking* booking = before.find(e.booking);
    if (booking != nullptr && booking->state != BookingState::missed) kept(learned, *booking, e.arrival != Arrival::late);
  }

  void operator()(const VisitCalled& e) const {
    const Visit* visit = before.find(e.serial);
    if (visit == nullptr || visit->state != VisitState::waiting) return;
    DeskLearned& desk = of_desk(learned, e.desk);
    const bool waited_for_desk = desk.free_since != Instant{} && visit->created_at <= desk.free_since;
    if (const double gap = seconds_between(desk.free_since, at); waited_for_desk && gap >= 0 && gap <= gap_max_s) learned.gap_s.add(gap, people_remembered);
    const bool first_call = std::all_of(visit->steps.begin(), visit->steps.end(), [](const Step& step) { return step.attempts == 0; });
    if (!first_call) return;
    waited(learned, *visit, at, false);
    if (visit->told) (visit->booked_for ? learned.booked : learned.walk_in).learn(seconds_between(visit->told->at, at), static_cast<double>(visit->told->p10_s),
                                                                          static_cast<double>(visit->told->p90_s));
  }

  void operator()(const ServiceStarted& e) const {
    const Visit* visit = before.find(e.serial);
    const Step* step = visit == nullptr ? nullptr : visit->current_step();
    if (step == nullptr) return;
    if (const double walk = seconds_between(step->last_call_at, e.from); walk > 0 && walk <= walk_max_s) learned.walk_s.add(walk, people_remembered);
  }

  void operator()(const ServiceFinished& e) const {
    DeskLearned& desk = of_desk(learned, e.desk);
    desk.free_since = at;
    const Visit* visit = before.find(e.serial);
    const Step* step = visit == nullptr ? nullptr : visit->current_step();
    if (step == nullptr || step->started_at == Instant{}) return;
    const double took = seconds_between(step->started_at, at);
    if (took < 1 || took > service_max_s) return;
    Running& service = of_service(learned, step->service);
    if (service.weight >= pace_needs) {
      const double ratio = log_on_grid(took) - service.mean;
      const Believed pace = pace_of(&desk);
      learned.tempo.ended(at, ratio - pace.mean, std::hypot(log_deviation_of(&service), pace.deviation));
      desk.pace.add(ratio - std::round(learned.tempo.mean() * 0x1.0p20) * 0x1.0p-20, pace_remembered);
    }
    service.add(log_on_grid(took), services_remembered);
  }

  void operator()(const VisitMissed& e) const { of_desk(learned, e.desk).free_since = at; }
  void operator()(const DeskOpened& e) const {
    DeskLearned& desk = of_desk(learned, e.desk);
    desk.free_since = at;
    if (desk.opened_at == Instant{}) desk.opened_at = at;
  }

  void operator()(const DeskPaused& e) const {
    DeskLearned& desk = of_desk(learned, e.desk);
    if (!desk.had_break && desk.opened_at != Instant{}) {
      learned.break_at_s.add(seconds_between(desk.opened_at, at), breaks_remembered);
      break_of(learned, e.desk).add(seconds_between(desk.opened_at, at), desk_breaks_remembered);
    }
    desk.had_break = true;
    desk.free_since = {};
  }

  void operator()(const DeskResumed& e) const {
    const DeskStatus* desk = before.find(e.desk);
    if (desk == nullptr || desk->phase != DeskPhase::on_break) return;
    if (const double away = seconds_between(desk->since, at); away > 60 && away <= break_max_s) learned.break_s.add(away, breaks_remembered);
    of_desk(learned, e.desk).free_since = at;
  }

  void operator()(const VisitLeft& e) const {
    const Visit* visit = before.find(e.serial);
    if (visit != nullptr && visit->state == VisitState::waiting) waited(learned, *visit, at, true);
  }

  template <class Other>
  void operator()(const Other&) const {}
};

}  // namespace

void learn(Learned& learned, const State& before, const Event& event) { std::visit(Pupil{learned, before, event.at}, event.body); }

}  // namespace skranke::core
