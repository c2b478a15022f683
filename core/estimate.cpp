// First form: work ahead ÷ desks that share it, with a spread that grows like the square root of the number ahead. The estimator that simulates the
// rule forward and learns replaces it behind the same function.
#include "core/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "core/forecast/look.hpp"
#include "core/policy/policy.hpp"

namespace skranke::core {
namespace {

using std::chrono::seconds;

bool serves(const std::vector<ServiceId>& services, const ServiceId& service) {
  return std::find(services.begin(), services.end(), service) != services.end();
}

struct Ahead {
  std::size_t visits = 0;
  double work_s = 0;       ///< expected service time of those before
  double variance_s2 = 0;  ///< of that sum; service times vary by about half their mean
};

void add_work(Ahead& ahead, double mean_s, std::size_t visits = 1) {
  const auto count = static_cast<double>(visits);
  ahead.work_s += mean_s * count;
  ahead.variance_s2 += mean_s * mean_s * 0.25 * count;
}

struct Capacity {
  std::vector<ServiceId> services;  ///< all that the desks able to serve the newcomer also serve
  double desks = 0;
  bool idle = false;                ///< one of them has nobody
};

bool skilled(const Facility& facility, const DeskStatus& desk, const ServiceId& id) {
  const Service* service = facility.find(id);
  if (service == nullptr || service->skill.empty()) return true;
  const auto& skills = skills_of(facility, desk);
  return std::find(skills.begin(), skills.end(), service->skill) != skills.end();
}

/// The services a desk serves now, as `asking` tells them, without a list of its own.
template <class Each>
void each_service(const Facility& facility, const Desk& described, const DeskStatus* desk, bool open_only, Each each) {
  const bool now = open_only && desk != nullptr;
  const bool narrowed = now && !desk->services.empty();
  for (const ServiceId& service : described.services)
    if ((!narrowed || serves(desk->services, service)) && (!now || skilled(facility, *desk, service))) each(service);
}

/// The visit behind an entry, where not every able desk may call it.
const Visit* bound_visit(const State& state, const Facility& facility, const QueueEntry& entry) {
  const Visit* visit = entry.step == no_step ? nullptr : state.find(entry.serial);
  if (visit == nullptr) return nullptr;
  const Step& step = visit->steps[entry.step];
  const bool tied = !step.tied.empty() || !step.tied_clerk.empty() || !step.pool.empty();
  return tied || facility.rules.language_must ? visit : nullptr;
}

/// Open desks that can serve it; when none is open, those of the facility that could.
Capacity capacity_for(const State& state, const Facility& facility, const ServiceId& service, const QueueEntry& entry, bool open_only, Instant now) {
  Capacity capacity;
  const Visit* bound = bound_visit(state, facility, entry);
  capacity.services.reserve(facility.services.size());
  for (const Desk& described : facility.desks) {
    const DeskStatus* desk = state.find(described.id);
    if (open_only && (desk == nullptr || desk->phase != DeskPhase::open)) continue;
    if (open_only && bound != nullptr && !could_call(state, asking(facility, *desk, now), *bound, entry.step)) continue;
    bool able = false;
    each_service(facility, described, desk, open_only, [&](const ServiceId& served) { able = able || served == service; });
    if (!able) continue;
    capacity.desks += 1;
    capacity.idle = capacity.idle || desk == nullptr || desk->visit == 0;
    if (capacity.services.size() == facility.services.size()) continue;   // all of them are in already
    each_service(facility, described, desk, open_only, [&](const ServiceId& other) {
      if (!serves(capacity.services, other)) capacity.services.push_back(other);
    });
  }
  return capacity;
}

double expected_s(const Facility& facility, const ServiceId& service, std::uint16_t party = 1) {
  return static_cast<double>(expected_service(facility, service, party).count());
}

/// Does this entry's visit already stand for an earlier step in one of these queues? A visit counts once, however many steps wait.
bool counted_before(const State& state, const std::vector<ServiceId>& services, const QueueEntry& entry) {
  if (entry.step == 0) return false;
  const Visit& visit = *state.find(entry.serial);
  for (std::size_t step = 0; step < entry.step; ++step)
    if (visit.is_ready(step) && serves(services, visit.steps[step].service)) return true;
  return false;
}

/// Up to here each visit ahead is looked at; in a longer queue those of several steps may count twice, which no citizen can tell.
constexpr std::ptrdiff_t looked_at_max = 256;

/// Larger parties take longer, where the service says by how much.
template <class At>
void add_parties(Ahead& ahead, const State& state, const Facility& facility, const ServiceId& service, At from, At end) {
  const Service* found = facility.find(service);
  if (found == nullptr || found->extra_person == Minutes{0}) return;
  for (; from != end; ++from) ahead.work_s += expected_s(facility, service, state.find(from->serial)->party) - expected_s(facility, service);
}

Ahead queue_ahead(const State& state, const Facility& facility, const std::vector<ServiceId>& services, const QueueEntry& entry) {
  Ahead ahead;
  for (const ServiceId& service : services) {
    const double mean = expected_s(facility, service);
    const auto& queue = state.queue(service);
    const auto end = std::lower_bound(queue.begin(), queue.end(), entry);
    const auto before = static_cast<std::size_t>(end - queue.begin());
    std::size_t own = 0, again = 0;   // entries of the visit itself; visits that were counted by an earlier step
    const auto looked_at = state.later_steps_queued == 0 ? end : end - std::min(looked_at_max, end - queue.begin());
    for (auto other = looked_at; other != end; ++other) {
      if (other->serial == entry.serial)
        ++own;   // its own other steps do not stand in its way
      else if (other->step != 0 && counted_before(state, services, *other))
        ++again;
    }
    ahead.visits += before - own - again;
    add_work(ahead, mean, before - own);
    add_parties(ahead, state, facility, service, end - std::min(looked_at_max, end - queue.begin()), end);
  }
  return ahead;
}

/// What is left of the services under way at desks that compete.
void add_in_service(Ahead& ahead, const State& state, const Facility& facility, const ServiceId& service, Instant now) {
  for (const DeskStatus& desk : state.desks) {
    if (desk.visit == 0 || !serves(services_of(facility, desk), service)) continue;
    const Visit& visit = *state.find(desk.visit);
    const Step* step = visit.current_step();
    if (step == nullptr) continue;
    const double gone = std::chrono::duration<double>(now - step->called_at).count();
    const double mean = expected_s(facility, step->service, visit.party);
    add_work(ahead, std::max(mean - gone, mean * 0.25));
  }
}

}  // namespace

std::chrono::seconds expected_service(const Facility& facility, const ServiceId& service, std::uint16_t party) {
  const Service* found = facility.find(service);
  if (found == nullptr) return Minutes{10};
  return found->expected + found->extra_person * (party > 1 ? party - 1 : 0);
}

Outlook outlook(const State& state, const Facility& facility, const ServiceId& service, const QueueEntry& entry, Instant now) {
  Capacity capacity = capacity_for(state, facility, service, entry, true, now);
  const bool open = capacity.desks > 0;
  if (!open) capacity = capacity_for(state, facility, service, entry, false, now);
  Ahead ahead = queue_ahead(state, facility, capacity.services, entry);
  Outlook result;
  result.position = ahead.visits + 1;
  if (open && capacity.idle && ahead.visits == 0) {
    result.estimate = {seconds{0}, seconds{30}, seconds{120}};
    return result;
  }
  add_in_service(ahead, state, facility, service, now);
  const double desks = std::max(capacity.desks, 1.0);
  const double mean = ahead.work_s / desks;
  const double deviation = std::sqrt(ahead.variance_s2) / desks + 30.0;
  const auto whole = [](double value) { return seconds{static_cast<std::int64_t>(std::max(value, 0.0))}; };
  result.estimate = {whole(mean - 1.2816 * deviation), whole(mean), whole(mean + 1.2816 * deviation)};
  return result;
}

namespace {
bool can_be_played(const State& state, const Facility& facility) {
  std::size_t waiting = 0;
  for (const auto& [id, queue] : state.queues) waiting += queue.size();
  return waiting <= careful_max && facility.services.size() <= forecast::services_max;
}
std::uint64_t moment(Serial serial, Instant now) { return key_of({serial, static_cast<std::uint64_t>(millis(now))}); }
}  // namespace

Estimate foretold(const State& state, const Facility& facility, const ServiceId& service, const QueueEntry& entry, Instant now) {
  if (!can_be_played(state, facility)) return outlook(state, facility, service, entry, now).estimate;
  const forecast::Hall hall = forecast::hall_of(state, facility, service, entry, now);
  const Visit* visit = state.find(entry.serial);
  const Calibration& past = visit != nullptr && visit->booked_for ? state.learned.booked : state.learned.walk_in;
  return forecast::told_from(hall, moment(entry.serial, now), past);
}

std::vector<std::pair<std::uint8_t, Estimate>> foretold_steps(const State& state, const Facility& facility, Serial serial, Instant now) {
  const Visit* visit = state.find(serial);
  if (visit == nullptr || visit->state != VisitState::waiting || !can_be_played(state, facility)) return {};
  forecast::Names names;
  forecast::Hall hall = forecast::room_of(state, facility, now, &names);
  const auto number = names.numbers.find(serial);
  if (number == names.numbers.end()) return {};
  hall.target = number->second;
  return forecast::steps_from(hall, moment(serial, now), visit->booked_for ? state.learned.booked : state.learned.walk_in);
}

std::optional<Estimate> foretold_lateness(const State& state, const Facility& facility, const Booking& booking, Instant now) {
  const bool soon = booking.state == BookingState::booked && booking.start() >= now && booking.start() <= now + bookings_ahead;
  if (!soon || !can_be_played(state, facility)) return std::nullopt;
  const forecast::Hall hall = forecast::room_of(state, facility, now, nullptr);
  const auto coming = forecast::coming(facility, booking, now);
  const bool able = std::any_of(hall.desks.begin(), hall.desks.end(), [&](const forecast::HallDesk& desk) { return desk.serves[coming.service]; });
  if (!able) return std::nullopt;
  return forecast::lateness_from(hall, coming, moment(0, now), state.learned.booked);
}

QueueEntry newcomer_rank(Instant now) { return {true, now, UINT64_MAX, no_step}; }

}  // namespace skranke::core
