#include "core/policy/policy.hpp"

#include <algorithm>

#include "core/policy/arrival.hpp"
#include "core/policy/longest_wait.hpp"

namespace skranke::core {

const Policy* policy_named(std::string_view name) {
  static const Fifo fifo;
  static const BookedFirst booked_first;
  static const LongestWait longest_wait;
  if (name == "fifo") return &fifo;
  if (name == "booked_first") return &booked_first;
  if (name == "longest_wait" || name == "skranke") return &longest_wait;
  return nullptr;
}

std::vector<ServiceId> services_of(const Facility& facility, const DeskStatus& desk) {
  const Desk* described = facility.find(desk.id);
  if (described == nullptr) return {};
  if (desk.services.empty()) return described->services;
  std::vector<ServiceId> narrowed;
  for (const ServiceId& service : described->services)
    if (std::find(desk.services.begin(), desk.services.end(), service) != desk.services.end()) narrowed.push_back(service);
  return narrowed;
}

}  // namespace skranke::core
