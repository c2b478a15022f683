#include "sim/centre.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/check.hpp"
#include "sim/bound.hpp"

namespace skranke::sim {
namespace {

using namespace core;

/// Monday 5 January 2026, and nine in the morning of each day that does not last a whole one.
constexpr std::int64_t first_day_ms = 1'767'571'200'000, day_ms = 86'400'000, nine_ms = 9 * 3'600'000;

std::int64_t millis_of(double minutes) { return std::llround(minutes * 60'000.0); }

bool never_closes(const Scenario& scenario) { return scenario.open_min >= 1440; }

}  // namespace

Centre::Centre(const Scenario& scenario, const Facility& site, Estimates estimates) : scenario_{scenario}, site_{site}, estimates_{estimates} {}

Instant Centre::minute(double at_min) const { return opens_ + std::chrono::milliseconds{millis_of(at_min)}; }

void Centre::obey(const Command& command) {
  ++record_.commands;
  const Decision decision = decide(state_, site_, command, now_);
  SKRANKE_TRUTH(decision.has_value());   // the plan asks for nothing that a room refuses
  for (const Event& event : *decision) evolve(state_, event);
}

void Centre::plan_happenings(const DayPlan& plan) {
  for (std::size_t d = 0; d < scenario_.desks.size(); ++d) {
    const ScenarioDesk& desk = scenario_.desks[d];
    if (desk.absent) continue;
    schedule(desk.shifts.empty() ? opens_ : minute(desk.shifts.front().from_min), Kind::opens, d);
    for (std::size_t s = 0; s < desk.shifts.size(); ++s) {
      const bool last = s + 1 == desk.shifts.size();
      if (!last) schedule(minute(desk.shifts[s].to_min), Kind::pauses, d);
      if (last && desk.shifts[s].to_min < scenario_.open_min) schedule(minute(desk.shifts[s].to_min), Kind::lost, d);
    }
    if (scenario_.desks[d].break_at_min >= 0) schedule(minute(scenario_.desks[d].break_at_min), Kind::pauses, d);
    if (plan.shocked && scenario_.desks[d].id == scenario_.shock.desk_lost) schedule(minute(scenario_.shock.at_min), Kind::lost, d);
    if (scenario_.desks[d].lost_at_min >= 0) schedule(minute(scenario_.desks[d].lost_at_min), Kind::lost, d);
  }
  for (std::size_t v = 0; v < plan.visits.size(); ++v)
    if (plan.visits[v].comes) schedule(minute(plan.visits[v].arrive_min), Kind::arrives, v);
}

BookingId Centre::booking_of(std::size_t visit) const { return BookingId{fmt::format("b{}-{}", day_, visit)}; }

/// As they were made some time before: the calendar is not asked again, for the plan may hold more than it would sell.
void Centre::make_bookings(const DayPlan& plan) {
  for (std::size_t v = 0; v < plan.visits.size(); ++v) {
    const PlannedVisit& planned = plan.visits[v];
    if (!planned.booked) continue;
    const core::Service& service = site_.services[planned.service];
    const Instant from = minute(planned.booked_min);
    evolve(state_, Event{now_, BookingMade{booking_of(v), {{service.id, from, from + service.expected}}, std::nullopt, 1, "da", Channel::web, {}}});
  }
}

DayRecord Centre::live(const DayPlan& plan, std::uint64_t day) {
  plan_ = &plan;
  const std::int64_t days_each = never_closes(scenario_) ? std::llround(scenario_.open_min / 1440.0) + 30 : 1;
  opens_ = from_millis(first_day_ms + static_cast<std::int64_t>(day) * days_each * day_ms + (never_closes(scenario_) ? 0 : nine_ms));
  now_ = opens_;
  record_ = {};
  record_.opens_s = seconds_of(opens_);
  if (plan.shocked) record_.shock_s = seconds_of(minute(scenario_.shock.at_min));
  record_.closes_s = seconds_of(minute(scenario_.open_min));
  record_.desks.resize(scenario_.desks.size());
  ids_.assign(plan.visits.size(), {});
  records_.assign(plan.visits.size(), 0);
  by_arrival_.clear();
  desks_.assign(scenario_.desks.size(), {});
  obey(Tick{});
  first_serial_ = state_.last_serial + 1;
  day_ = day;
  make_bookings(plan);
  plan_happenings(plan);
  // What is due by itself: midnights of a long run, bookings that nobody kept.
  Instant due = next_due(state_, site_, now_);
  while (!agenda_.empty()) {
    const Happening next = agenda_.top();
    agenda_.pop();
    for (; due <= next.at; due = std::max(next_due(state_, site_, now_), now_ + std::chrono::milliseconds{1})) {
      now_ = due;
      obey(Tick{});
    }
    now_ = next.at;
    happen(next);
  }
  close_up();
  return std::move(record_);
}

void Centre::happen(const Happening& happening) {
  const std::size_t index = happening.index;
  switch (happening.kind) {
    case Kind::opens:
      obey(OpenDesk{site_.desks[index].id, "clerk", {}});
      desks_[index].open = true;
      return free_desk(index);
    case Kind::arrives: return arrive(index);
    case Kind::starts: return start(index);
    case Kind::finishes: return finish(index);
    case Kind::pauses:
      desks_[index].break_due = !desks_[index].lost;
      if (!desks_[index].busy && !desks_[index].lost) free_desk(index);
      return;
    case Kind::resumes:
      obey(ResumeDesk{site_.desks[index].id});
      desks_[index].paused = false;
      return free_desk(index);
    case Kind::lost:
      desks_[index].lost = true;
      if (!desks_[index].busy) free_desk(index);
      return;
    case Kind::gives_up:
      if (const Visit* visit = state_.find(ids_[index]); visit != nullptr && visit->state == VisitState::waiting) {
        obey(LeaveQueue{ids_[index]});
        record_.visits[records_[index]].left_s = seconds_of(now_);
      }
      return;
  }
}

void Centre::arrive(std::size_t index) {
  const PlannedVisit& planned = plan_->visits[index];
  ids_[index] = VisitId{fmt::format("v{}", ++next_id_)};
  if (planned.booked) {
    CheckIn wish;
    wish.booking = booking_of(index);
    wish.visit = ids_[index];
    wish.token = "t" + wish.visit.str();
    obey(wish);
  } else {
    TakeTicket wish;
    wish.id = ids_[index];
    wish.token = "t" + wish.id.str();
    wish.services = {site_.services[planned.service].id};
    obey(wish);
  }
  records_[index] = record_.visits.size();
  VisitRecord& record = record_.visits.emplace_back();
  record.service = planned.service;
  record.booked = planned.booked;
  record.booked_for_s = planned.booked ? seconds_of(minute(planned.booked_min)) : 0;
  record.arrived_s = seconds_of(now_);
  by_arrival_.push_back(index);
  if (estimates_ == Estimates::bound)
    record.told = best_possible(state_, site_, scenario_, *plan_, state_.last_serial, now_, (seconds_of(now_) - seconds_of(opens_)) / 60);
  if (estimates_ == Estimates::told) {
    obey(TellEstimate{ids_[index]});
    if (const auto& told = state_.find(ids_[index])->told) record.told = {std::chrono::seconds{told->p10_s}, std::chrono::seconds{told->p50_s}, std::chrono::seconds{told->p90_s}};
  }
  if (witness_) witness_(state_, site_, state_.last_serial, now_);
  if (planned.patience_min > 0) schedule(now_ + std::chrono::milliseconds{millis_of(planned.patience_min)}, Kind::gives_up, index);
  call_idle_desks();
}

/// Whoever has been idle for longest asks first.
void Centre::call_idle_desks() {
  std::vector<std::size_t> idle;
  for (std::size_t d = 0; d < desks_.size(); ++d)
    if (desks_[d].open && !desks_[d].busy && !desks_[d].paused) idle.push_back(d);
  std::stable_sort(idle.begin(), idle.end(), [&](std::size_t a, std::size_t b) { return desks_[a].since < desks_[b].since; });
  for (const std::size_t desk : idle) call(desk);
}

bool Centre::call(std::size_t desk) {
  obey(CallNext{site_.desks[desk].id});
  const Serial serial = state_.find(site_.desks[desk].id)->visit;
  if (serial == 0) return false;
  const std::size_t index = by_arrival_[serial - first_serial_];
  desks_[desk].busy = true;
  desks_[desk].visit = index;
  desks_[desk].since = now_;
  VisitRecord& record = record_.visits[records_[index]];
  record.called_s = seconds_of(now_);
  record.desk = desk;
  record.why = state_.find(serial)->current_step()->why;
  schedule(now_ + std::chrono::milliseconds{millis_of(scenario_.walk_to_desk_min)}, Kind::starts, desk);
  return true;
}

void Centre::start(std::size_t desk) {
  const std::size_t index = desks_[desk].visit;
  const PlannedVisit& planned = plan_->visits[index];
  if (!planned.answers) {
    obey(NoShow{site_.desks[desk].id});
    record_.visits[records_[index]].left_s = seconds_of(now_);
    record_.desks[desk].busy_s += seconds_of(now_) - seconds_of(desks_[desk].since);
    return free_desk(desk);
  }
  obey(StartService{site_.desks[desk].id});
  record_.visits[records_[index]].started_s = seconds_of(now_);
  const bool shocked = plan_->shocked && now_ >= minute(scenario_.shock.at_min);
  const double takes_min = planned.service_min * plan_->desk_factor[desk] * (shocked ? scenario_.shock.service_factor : 1);
  schedule(now_ + std::chrono::milliseconds{std::max<std::int64_t>(1, millis_of(takes_min))}, Kind::finishes, desk);
}

void Centre::finish(std::size_t desk) {
  obey(FinishService{site_.desks[desk].id, Outcome::settled, {}});
  record_.visits[records_[desks_[desk].visit]].finished_s = seconds_of(now_);
  record_.desks[desk].busy_s += seconds_of(now_) - seconds_of(desks_[desk].since);
  free_desk(desk);
}

/// From a break after its usual length; between two shifts when the next one begins.
Instant Centre::back_at(std::size_t desk) const {
  for (const Shift& shift : scenario_.desks[desk].shifts)
    if (minute(shift.to_min) > now_) return std::max(now_, minute(shift.from_min));
  return scenario_.desks[desk].shifts.empty() ? now_ + std::chrono::milliseconds{millis_of(scenario_.desks[desk].break_min)} : now_;
}

void Centre::free_desk(std::size_t desk) {
  DeskLife& life = desks_[desk];
  life.busy = false;
  life.since = now_;
  if (life.lost) {
    if (life.paused || !life.open) return;
    obey(CloseDesk{site_.desks[desk].id});
    life.open = false;
    record_.desks[desk].closed_s = seconds_of(now_);
    return;
  }
  if (life.break_due) {
    life.break_due = false;
    life.paused = true;
    obey(PauseDesk{site_.desks[desk].id, {}});
    const Instant back = back_at(desk);
    record_.desks[desk].open_s -= seconds_of(back) - seconds_of(now_);
    schedule(back, Kind::resumes, desk);
    return;
  }
  call(desk);
}

/// The doors are shut: all go home, also who waits for a desk that never opened. A desk counts as open to the end of the hours, or of its last visit.
void Centre::close_up() {
  for (std::size_t index = 0; index < ids_.size(); ++index) {
    const Visit* visit = ids_[index].empty() ? nullptr : state_.find(ids_[index]);
    if (visit == nullptr || visit->state != VisitState::waiting) continue;
    obey(LeaveQueue{ids_[index]});
    record_.visits[records_[index]].left_s = std::max(record_.closes_s, seconds_of(now_));
  }
  for (std::size_t d = 0; d < desks_.size(); ++d) {
    DeskRecord& desk = record_.desks[d];
    if (desks_[d].open) {
      obey(CloseDesk{site_.desks[d].id});
      desk.closed_s = std::max(record_.closes_s, seconds_of(desks_[d].since));
    }
    const ScenarioDesk& described = scenario_.desks[d];
    if (described.absent) continue;
    desk.open_s += desk.closed_s - (described.shifts.empty() ? record_.opens_s : seconds_of(minute(described.shifts.front().from_min)));
  }
}

}  // namespace skranke::sim
