#include "daemon/release_lots.hpp"

#include <algorithm>

namespace skranke::daemon {

std::vector<core::ReleasePlaces> ReleaseLots::due(const core::State& state, const core::Facility& facility, core::Instant now) {
  std::vector<core::ReleasePlaces> due;
  std::erase_if(lots_, [&](const Lot& lot) { return now < lot.window.from || lot.window.to <= now || facility.find(lot.service) == nullptr; });
  for (const core::Service& service : facility.services) {
    const core::Day day = core::local_day(facility, now) + std::chrono::days{service.book.release_days_before};
    const auto window = core::release_window(facility, service, day);
    if (!window || now < window->from || window->to <= now) continue;
    if (!core::keeps_back(state, facility, service, day, now) || core::service_hours(facility, service, day).empty()) continue;
    if (drawn_at(service.id, day, *window, now) <= now) due.push_back({service.id, day});
  }
  return due;
}

core::Instant ReleaseLots::drawn_at(const core::ServiceId& service, core::Day day, const core::OpenSpan& window, core::Instant now) {
  const auto known = std::find_if(lots_.begin(), lots_.end(), [&](const Lot& lot) {
    return lot.service == service && lot.day == day && lot.window.from == window.from && lot.window.to == window.to;
  });
  if (known != lots_.end()) return known->at;
  std::erase_if(lots_, [&](const Lot& lot) { return lot.service == service; });
  const auto left = std::chrono::ceil<std::chrono::seconds>(window.to - now).count();
  const core::Instant at = now + std::chrono::seconds{draw_(static_cast<std::uint32_t>(left))};
  lots_.push_back({service, day, window, at});
  return at;
}

}  // namespace skranke::daemon
