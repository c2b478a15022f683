#include "core/told_record.hpp"

#include <cmath>

namespace skranke::core {

void ToldTally::add(const ToldTally& other) {
  judged += other.judged, inside += other.inside, beyond += other.beyond, within_5 += other.within_5;
  error_s += other.error_s, width_s += other.width_s, wait_s += other.wait_s;
}

ToldTally ToldRecord::all() const {
  ToldTally sum;
  for (const auto& [key, tally] : rows_) sum.add(tally);
  return sum;
}

void ToldRecord::see(const Event& event) {
  if (const auto* taken = std::get_if<VisitTaken>(&event.body)) {
    if (!taken->steps.empty()) waiting_[taken->serial] = {{taken->steps.front().service, taken->booked_for.has_value()}, {}};
  } else if (const auto* told = std::get_if<EstimateTold>(&event.body)) {
    const auto visit = waiting_.find(told->serial);
    if (visit == waiting_.end() || visit->second.told) return;
    visit->second.told = told->told;
    ++told_count_;
  } else if (const auto* left = std::get_if<VisitLeft>(&event.body)) {
    waiting_.erase(left->serial);
  } else if (const auto* called = std::get_if<VisitCalled>(&event.body)) {
    const auto visit = waiting_.find(called->serial);
    if (visit == waiting_.end()) return;
    const auto [key, promise] = visit->second;
    waiting_.erase(visit);
    if (!promise) return;
    const double wait = std::chrono::duration<double>(event.at - promise->at).count();
    const auto low = static_cast<double>(promise->p10_s), middle = static_cast<double>(promise->p50_s), high = static_cast<double>(promise->p90_s);
    const double error = std::abs(wait - middle);
    rows_[key].add({1, wait >= low && wait <= high ? 1U : 0U, wait > high ? 1U : 0U, error <= 300 ? 1U : 0U, error, high - low, wait});
  }
}

}  // namespace skranke::core
