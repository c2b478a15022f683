#include "core/policy/fit.hpp"

#include <algorithm>

namespace skranke::core {
namespace {

template <class Items, class Item>
bool holds(const Items& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

/// Could anybody ever speak this language over this service? If nobody can, it stands in nobody's way.
bool spoken_for(const State& state, const Facility& facility, std::string_view language, const ServiceId& service) {
  const bool described = std::any_of(facility.desks.begin(), facility.desks.end(), [&](const Desk& desk) {
    return holds(desk.services, service) && (desk.languages.empty() || holds(desk.languages, language));
  });
  return described || std::any_of(state.desks.begin(), state.desks.end(), [&](const DeskStatus& desk) {
    return desk.phase != DeskPhase::closed && speaks(facility, desk, language) && holds(services_of(facility, desk), service);
  });
}

bool understands(const Asking& asking, std::string_view language) { return asking.languages.empty() || holds(asking.languages, language); }

bool in_pool(const Facility& facility, const DeskId& id, const std::string& pool) {
  const Desk* desk = facility.find(id);
  if (desk != nullptr && holds(desk->pools, pool)) return true;
  // A pool that has gone from the facility holds nobody back.
  return std::none_of(facility.desks.begin(), facility.desks.end(), [&](const Desk& other) { return holds(other.pools, pool); });
}

bool tied_elsewhere(const Asking& asking, const Step& step) {
  return (!step.tied.empty() && step.tied != asking.desk.id) || (!step.tied_clerk.empty() && step.tied_clerk != asking.desk.clerk) ||
         (!step.pool.empty() && !in_pool(asking.facility, asking.desk.id, step.pool));
}

/// A stated preference for a desk or a clerk holds for a while.
bool another_is_preferred(const Asking& asking, const Step& step) {
  if (asking.now >= step.prefer_until || (step.prefer_desk.empty() && step.prefer_clerk.empty())) return false;
  const bool here = (!step.prefer_desk.empty() && step.prefer_desk == asking.desk.id) ||
                    (!step.prefer_clerk.empty() && step.prefer_clerk == asking.desk.clerk);
  return !here;
}

/// A desk that does not speak the language leaves the visit for a while to an open one that does.
bool another_speaks(const State& state, const Asking& asking, const Visit& visit, std::size_t step) {
  if (understands(asking, visit.language) || asking.now >= visit.anchor + asking.facility.rules.prefer) return false;
  return std::any_of(state.desks.begin(), state.desks.end(), [&](const DeskStatus& other) {
    return other.phase == DeskPhase::open && other.id != asking.desk.id && speaks(asking.facility, other, visit.language) &&
           could_call(state, core::asking(asking.facility, other, asking.now), visit, step);
  });
}

/// A free desk stays free for a booked visit that is due and has not come: who is on standby is called only where more desks are free than that.
bool held_for_a_booking(const State& state, const Asking& asking) {
  const auto hold = asking.facility.rules.standby_hold;
  std::vector<ServiceId> due;
  for (const auto& [at, id] : state.bookings_due) {
    if (at > asking.now) break;
    const Booking& booking = *state.find(id);
    const bool awaited = booking.state == BookingState::booked && asking.now < patience_ends(state.room, booking.start(), hold);
    if (awaited && holds(asking.services, booking.parts.front().service)) due.push_back(booking.parts.front().service);
  }
  if (due.empty()) return false;
  const auto could_serve = [&](const DeskStatus& desk) {
    if (desk.phase != DeskPhase::open || desk.visit != 0 || !desk.idle.empty()) return false;
    const Asking other = core::asking(asking.facility, desk, asking.now);
    return std::any_of(due.begin(), due.end(), [&](const ServiceId& service) { return holds(other.services, service); });
  };
  return static_cast<std::size_t>(std::count_if(state.desks.begin(), state.desks.end(), could_serve)) <= due.size();
}

}  // namespace

Asking asking(const Facility& facility, const DeskStatus& desk, Instant now) {
  std::vector<ServiceId> services = services_of(facility, desk);
  const auto& skills = skills_of(facility, desk);
  std::erase_if(services, [&](const ServiceId& id) {
    const Service* service = facility.find(id);
    return service != nullptr && !service->skill.empty() && !holds(skills, service->skill);
  });
  return {facility, desk, std::move(services), languages_of(facility, desk), now};
}

std::vector<ServiceId> services_of(const Facility& facility, const DeskStatus& desk) {
  const Desk* described = facility.find(desk.id);
  if (described == nullptr) return {};
  if (desk.services.empty()) return described->services;
  std::vector<ServiceId> narrowed;
  for (const ServiceId& service : described->services)
    if (holds(desk.services, service)) narrowed.push_back(service);
  return narrowed;
}

const std::vector<std::string>& languages_of(const Facility& facility, const DeskStatus& desk) {
  const Desk* described = facility.find(desk.id);
  return desk.languages.empty() && described != nullptr ? described->languages : desk.languages;
}

const std::vector<std::string>& skills_of(const Facility& facility, const DeskStatus& desk) {
  const Desk* described = facility.find(desk.id);
  return desk.skills.empty() && described != nullptr ? described->skills : desk.skills;
}

bool speaks(const Facility& facility, const DeskStatus& desk, std::string_view language) {
  const auto& languages = languages_of(facility, desk);
  return languages.empty() || holds(languages, language);
}

bool able(const State& state, const Asking& asking, const Visit& visit, const ServiceId& service) {
  if (!holds(asking.services, service)) return false;
  if (!asking.facility.rules.language_must || understands(asking, visit.language)) return true;
  return !spoken_for(state, asking.facility, visit.language, service);
}

bool could_call(const State& state, const Asking& asking, const Visit& visit, std::size_t step) {
  return !tied_elsewhere(asking, visit.steps[step]) && able(state, asking, visit, visit.steps[step].service);
}

bool may_call(const State& state, const Asking& asking, const QueueEntry& entry) {
  const Visit& visit = *state.find(entry.serial);
  const Step& step = visit.steps[entry.step];
  return could_call(state, asking, visit, entry.step) && !another_is_preferred(asking, step) && !another_speaks(state, asking, visit, entry.step) &&
         !(visit.standby && held_for_a_booking(state, asking));
}

}  // namespace skranke::core
