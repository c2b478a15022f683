#include "core/told_record.hpp"

#include <algorithm>
#include <cmath>

namespace skranke::core {

void ToldTally::add(const ToldTally& other) {
  judged += other.judged, inside += other.inside, beyond += other.beyond, within_5 += other.within_5;
  below_low += other.below_low, below_middle += other.below_middle;
  error_s += other.error_s, width_s += other.width_s, wait_s += other.wait_s;
}

ToldTally ToldRecord::all() const {
  ToldTally sum = of(ToldKind::walk_in);
  sum.add(of(ToldKind::booked));
  return sum;
}

ToldTally ToldRecord::of(ToldKind kind) const {
  ToldTally sum;
  for (const auto& [key, tally] : rows_)
    if (key.kind == kind) sum.add(tally);
  return sum;
}

void ToldRecord::judge(const Key& key, const Told& told, double wait) {
  const auto low = static_cast<double>(told.p10_s), middle = static_cast<double>(told.p50_s), high = static_cast<double>(told.p90_s);
  const double error = std::abs(wait - middle);
  ToldTally one{.judged = 1, .error_s = error, .width_s = high - low, .wait_s = wait};
  one.inside = wait >= low && wait <= high ? 1 : 0;
  one.beyond = wait > high ? 1 : 0;
  one.within_5 = error <= 300 ? 1 : 0;
  one.below_low = wait < low ? 1 : 0;
  one.below_middle = wait < middle ? 1 : 0;
  rows_[key].add(one);
  if (key.kind != ToldKind::walk_in && key.kind != ToldKind::booked) return;
  const LocalTime told_at = zone_.to_local(told.at);
  hours_[static_cast<int>(std::chrono::floor<std::chrono::hours>(told_at - std::chrono::floor<std::chrono::days>(told_at)).count())].add(one);
}

void ToldRecord::called(Serial serial, std::uint8_t step, Instant at) {
  const auto wait_since = [&](Instant since) { return std::chrono::duration<double>(at - since).count(); };
  const auto there = visits_.find(serial);
  if (const auto told = steps_.find({serial, step}); told != steps_.end()) {
    if (there != visits_.end() && step < there->second.services.size()) judge({there->second.services[step], ToldKind::later_step}, told->second, wait_since(told->second.at));
    steps_.erase(told);
  }
  if (there != visits_.end() && !there->second.booking.empty()) {
    if (const auto told = bookings_.find(there->second.booking); told != bookings_.end()) {
      if (there->second.due != Instant{} && step < there->second.services.size())
        judge({there->second.services[step], ToldKind::on_time}, told->second, std::max(0.0, wait_since(there->second.due)));
      bookings_.erase(told);
    }
  }
  const auto first = waiting_.find(serial);
  if (first == waiting_.end()) return;
  if (first->second.told) judge(first->second.key, *first->second.told, wait_since(first->second.told->at));
  waiting_.erase(first);
}

void ToldRecord::see(const Event& event) {
  if (const auto* taken = std::get_if<VisitTaken>(&event.body)) {
    if (taken->steps.empty()) return;
    waiting_[taken->serial] = {{taken->steps.front().service, taken->booked_for ? ToldKind::booked : ToldKind::walk_in}, {}};
    There& there = visits_[taken->serial];
    for (const StepPlan& step : taken->steps) there.services.push_back(step.service);
    there.booking = taken->booking;
    if (taken->booked_for) there.due = std::max(*taken->booked_for, event.at);
  } else if (const auto* changed = std::get_if<ServicesChanged>(&event.body)) {
    const auto there = visits_.find(changed->serial);
    if (there == visits_.end()) return;
    there->second.services.clear();
    for (const StepPlan& step : changed->steps) there->second.services.push_back(step.service);
  } else if (const auto* told = std::get_if<EstimateTold>(&event.body)) {
    const auto visit = waiting_.find(told->serial);
    if (visit == waiting_.end() || visit->second.told) return;
    visit->second.told = told->told;
    ++told_count_;
  } else if (const auto* step = std::get_if<StepForetold>(&event.body)) {
    steps_.emplace(std::pair{step->serial, step->step}, step->told);
  } else if (const auto* booking = std::get_if<BookingForetold>(&event.body)) {
    bookings_.emplace(booking->booking, booking->told);
  } else if (const auto* moved = std::get_if<BookingMoved>(&event.body)) {
    bookings_.erase(moved->booking);   // it was told of another time
  } else if (const auto* left = std::get_if<VisitLeft>(&event.body)) {
    waiting_.erase(left->serial);
    if (const auto there = visits_.find(left->serial); there != visits_.end()) bookings_.erase(there->second.booking);
    visits_.erase(left->serial);
    steps_.erase(steps_.lower_bound({left->serial, 0}), steps_.upper_bound({left->serial, UINT8_MAX}));
  } else if (const auto* call = std::get_if<VisitCalled>(&event.body)) {
    called(call->serial, call->step, event.at);
  } else if (const auto* went_on = std::get_if<VisitContinued>(&event.body)) {
    called(went_on->serial, went_on->step, event.at);
  }
}

}  // namespace skranke::core
