#include "core/desk_fill.hpp"

#include <algorithm>
#include <map>

#include "core/check.hpp"

namespace skranke::core {

DeskFill::DeskFill(const Facility& facility) : groups_of_(facility.services.size()), booked_(facility.services.size(), 0), group_of_(facility.desks.size(), 0) {
  std::map<std::vector<std::size_t>, std::vector<std::size_t>> alike;
  for (std::size_t at = 0; at < facility.desks.size(); ++at) {
    const Desk& desk = facility.desks[at];
    std::vector<std::size_t> serves;
    for (std::size_t i = 0; i < facility.services.size(); ++i)
      if (std::find(desk.services.begin(), desk.services.end(), facility.services[i].id) != desk.services.end()) serves.push_back(i);
    alike[serves].push_back(at);
  }
  for (const auto& [serves, desks] : alike) {
    for (const std::size_t service : serves) groups_of_[service].push_back(groups_.size());
    for (const std::size_t desk : desks) group_of_[desk] = groups_.size();
    groups_.push_back({static_cast<int>(desks.size()), 0, std::vector<int>(facility.services.size(), 0)});
  }
  visited_.resize(groups_.size());
}

int DeskFill::desks(std::size_t service) const {
  int count = 0;
  for (const std::size_t group : groups_of_[service]) count += groups_[group].desks;
  return count;
}

/// A place in a group of the service, if need be by sending somebody else there to another group. Each group is tried once.
bool DeskFill::augment(std::size_t service) {
  for (const std::size_t at : groups_of_[service]) {
    if (visited_[at] != 0) continue;
    visited_[at] = 1;
    Group& group = groups_[at];
    if (group.taken < group.desks) {
      ++group.taken;
      ++group.by_service[service];
      return true;
    }
    for (std::size_t other = 0; other < group.by_service.size(); ++other) {
      if (other == service || group.by_service[other] == 0 || !augment(other)) continue;
      --group.by_service[other];
      ++group.by_service[service];
      return true;
    }
  }
  return false;
}

bool DeskFill::lay_out(std::size_t service) {
  std::fill(visited_.begin(), visited_.end(), char{0});
  return augment(service);
}

void DeskFill::take_away(std::size_t service) {
  for (const std::size_t at : groups_of_[service]) {
    Group& group = groups_[at];
    if (group.by_service[service] == 0) continue;
    --group.by_service[service];
    --group.taken;
    return;
  }
  SKRANKE_TRUTH(false);
}

void DeskFill::add(std::size_t service) {
  ++booked_[service];
  if (!lay_out(service)) left_over_.push_back(service);
}

void DeskFill::remove(std::size_t service) {
  SKRANKE_TRUTH(booked_[service] > 0);
  --booked_[service];
  if (const auto without = std::find(left_over_.begin(), left_over_.end(), service); without != left_over_.end()) {
    left_over_.erase(without);
    return;
  }
  take_away(service);
  seat_one_left_over();
}

/// One desk became free, so one finds a place.
void DeskFill::seat_one_left_over() {
  const auto next = std::find_if(left_over_.begin(), left_over_.end(), [this](std::size_t service) { return lay_out(service); });
  if (next != left_over_.end()) left_over_.erase(next);
}

void DeskFill::away(std::size_t desk) {
  Group& group = groups_[group_of_[desk]];
  SKRANKE_TRUTH(group.desks > 0);
  --group.desks;
  if (group.taken <= group.desks) return;
  const auto seated = std::find_if(group.by_service.begin(), group.by_service.end(), [](int count) { return count > 0; });
  const auto service = static_cast<std::size_t>(seated - group.by_service.begin());
  --*seated;
  --group.taken;
  if (!lay_out(service)) left_over_.push_back(service);
}

void DeskFill::back(std::size_t desk) {
  ++groups_[group_of_[desk]].desks;
  seat_one_left_over();
}

int DeskFill::spare(std::size_t service, int most) {
  int more = 0;
  while (more < most && lay_out(service)) ++more;
  for (int i = 0; i < more; ++i) take_away(service);
  return more;
}

}  // namespace skranke::core
