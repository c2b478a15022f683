#include "core/admission.hpp"

#include <algorithm>

#include "core/calendar.hpp"
#include "core/decide.hpp"
#include "core/estimate.hpp"

namespace skranke::core {
namespace {

using std::chrono::days;

template <class Key>
std::uint32_t count_of(const std::vector<std::pair<Key, std::uint32_t>>& tallies, const Key& key) {
  for (const auto& [name, count] : tallies)
    if (name == key) return count;
  return 0;
}

bool reached(const std::optional<int>& quota, std::uint32_t taken) { return quota && taken >= static_cast<std::uint32_t>(*quota); }

bool week_spent(const State& state, const Facility& facility, const Authority& authority) {
  const Day monday = state.day - days{weekday_index(state.day)};
  return reached(authority.weekly_quota, count_of(state.taken_week, authority.id) + awaited_on(state, facility, authority.id, monday, 7));
}

bool quota_spent(const State& state, const Facility& facility, const Service& service) {
  // Whoever booked and is still to come has one of the places.
  if (reached(service.daily_quota, count_of(state.taken_today, service.id) + awaited_on(state, facility, service.id, state.day))) return true;
  const Authority* authority = facility.find(service.authority);
  if (authority == nullptr) return false;
  const std::uint32_t today = count_of(state.authority_today, authority->id) + awaited_on(state, facility, authority->id, state.day, 1);
  return week_spent(state, facility, *authority) || reached(authority->daily_quota, today) || reached(quota_on(*authority, state.day), today);
}

/// The last instant before a spent quota counts from nought again: nobody is sent to an opening that is just as full.
Instant quota_renewed(const State& state, const Facility& facility, const Service& service) {
  const Authority* authority = facility.find(service.authority);
  const bool week = authority != nullptr && week_spent(state, facility, *authority);
  const int ahead = week ? 7 - static_cast<int>(weekday_index(state.day)) : 1;
  return facility.zone.to_utc(state.day + days{ahead} + facility.site.business_day_starts) - std::chrono::milliseconds{1};
}

void offer(Refusal& refusal, Alternative::Kind kind, const Service& service, std::optional<Instant> at = {}, Text text = {}) {
  refusal.alternatives.push_back({kind, at, std::move(text), service.id});
}

/// Another time, another place, and a booking where the service takes bookings.
Refusal elsewhere(Reject reason, const Facility& facility, const Service& service, Instant after) {
  Refusal refusal = refuse(reason, "services");
  if (const auto opening = next_opening(facility, service, after)) offer(refusal, Alternative::Kind::opens, service, opening->from);
  const Authority* authority = facility.find(service.authority);
  if (authority != nullptr && !authority->address.empty()) offer(refusal, Alternative::Kind::place, service, std::nullopt, authority->address);
  if (service.mode != Mode::walk_in) offer(refusal, Alternative::Kind::booking, service);
  return refusal;
}

/// A walk-in is never just sent away: a time of its own, a place behind those who booked, or somebody who helps to book.
Refusal booking_wanted(const Service& service) {
  Refusal refusal = refuse(Reject::booking_required, "services");
  offer(refusal, Alternative::Kind::booking, service);
  offer(refusal, Alternative::Kind::standby, service);
  offer(refusal, Alternative::Kind::host, service);
  return refusal;
}

Refusal crowd_full(const Facility& facility, const Service& service) {
  Refusal refusal = refuse(Reject::crowd_full, "services");
  if (facility.room.wait_outside) offer(refusal, Alternative::Kind::outside, service);
  if (service.mode != Mode::walk_in) offer(refusal, Alternative::Kind::booking, service);
  return refusal;
}

std::optional<Refusal> not_now(const Facility& facility, const Service& service, Instant now) {
  const Day today = local_day(facility, now);
  if (!service.offered_on(today)) return elsewhere(Reject::not_offered, facility, service, now);
  if (!is_open(site_hours(facility, today), now)) return elsewhere(Reject::closed, facility, service, now);
  if (!is_open(service_hours(facility, service, today), now)) return elsewhere(Reject::authority_absent, facility, service, now);
  return std::nullopt;
}

/// What is left of the opening that holds `at`, else the next one.
std::optional<OpenSpan> open_from(const Facility& facility, const Service& service, Instant at) {
  constexpr int days_max = 60;
  Day today = local_day(facility, at);
  if (service.from) today = std::max(today, *service.from);
  for (int ahead = 0; ahead <= days_max; ++ahead)
    for (const OpenSpan& span : service_hours(facility, service, today + days{ahead}))
      if (span.to > at) return OpenSpan{std::max(span.from, at), span.to};
  return std::nullopt;
}

/// The zone of the first desk of the file that serves it.
std::string_view zone_of(const Facility& facility, const ServiceId& service) {
  for (const Desk& desk : facility.desks)
    if (std::find(desk.services.begin(), desk.services.end(), service) != desk.services.end()) return desk.zone;
  return {};
}

bool is_inside(const Visit& visit) {
  return (visit.state == VisitState::waiting && !visit.outside) || visit.state == VisitState::called || visit.state == VisitState::serving;
}

/// Where a visit stands or sits: at its desk, else where the first step that it waits for is served.
std::string_view zone_of(const Facility& facility, const Visit& visit) {
  if (const Step* step = visit.current_step())
    if (const Desk* desk = facility.find(step->desk)) return desk->zone;
  for (std::size_t step = 0; step < visit.steps.size(); ++step)
    if (visit.is_ready(step)) return zone_of(facility, visit.steps[step].service);
  return {};
}

}  // namespace

std::optional<int> quota_on(const Authority& authority, Day day) {
  int sum = 0;
  for (const WeeklySpan& span : authority.present) {
    if ((span.days >> weekday_index(day) & 1U) == 0) continue;
    if (span.quota == 0) return std::nullopt;
    sum += span.quota;
  }
  return sum == 0 ? std::nullopt : std::optional{sum};
}

int persons_in(const State& state, const Facility& facility, std::string_view zone) {
  int persons = 0;
  for (const auto& [serial, visit] : state.visits)
    if (is_inside(visit) && (zone.empty() || zone_of(facility, visit) == zone)) persons += visit.party;
  return persons;
}

bool crowded(const State& state, const Facility& facility, const ServiceId& service, std::uint16_t party) {
  const RoomRules& room = facility.room;
  if (room.crowd_max > 0 && persons_in(state, facility, {}) + party > room.crowd_max) return true;
  const std::string_view zone = room.zones.empty() ? std::string_view{} : zone_of(facility, service);
  return std::any_of(room.zones.begin(), room.zones.end(), [&](const RoomRules::ZoneLimit& limit) {
    return limit.zone == zone && persons_in(state, facility, zone) + party > limit.crowd_max;
  });
}

std::chrono::milliseconds margin_before_closing(const State& state, const Facility& facility, const Service& service, Instant now) {
  const auto left = open_time_left(service_hours(facility, service, local_day(facility, now)), now);
  const auto wait = outlook(state, facility, service.id, newcomer_rank(now), now).estimate.p50;
  return left + facility.rules.last_ticket.overtime - wait - service.expected;
}

std::optional<Refusal> why_not(const State& state, const Facility& facility, const Service& service, Channel channel, Instant now, std::uint16_t party) {
  if (state.room.evacuated) return refuse(Reject::evacuation, "services");
  if (auto refusal = not_now(facility, service, now)) return refusal;
  // Tallies of a day that is over do not count; a clock that was set back does not reopen a quota.
  const bool tallies_hold = state.day >= business_day(facility.zone, facility.site.business_day_starts, now);
  if (tallies_hold && quota_spent(state, facility, service))
    return elsewhere(Reject::quota_full, facility, service, quota_renewed(state, facility, service));
  if (state.queue(service.id).size() >= static_cast<std::size_t>(service.queue_max)) return elsewhere(Reject::queue_full, facility, service, now);
  if (staff_channel(channel)) return std::nullopt;
  if (facility.rules.last_ticket.by_work && margin_before_closing(state, facility, service, now).count() < 0)
    return elsewhere(Reject::last_ticket, facility, service, now);
  if (crowded(state, facility, service.id, party)) return crowd_full(facility, service);
  if (service.mode_at(local_day(facility, now)) == Mode::booking) return booking_wanted(service);
  return std::nullopt;
}

std::optional<Refusal> why_not_rung(const State& state, const Facility& facility, const Service& service, Instant now) {
  if (state.room.evacuated) return refuse(Reject::evacuation, "services");
  const bool tallies_hold = state.day >= business_day(facility.zone, facility.site.business_day_starts, now);
  if (tallies_hold && quota_spent(state, facility, service))
    return elsewhere(Reject::quota_full, facility, service, quota_renewed(state, facility, service));
  const auto asked = std::count_if(state.visits.begin(), state.visits.end(), [&](const auto& entry) {
    const Visit& visit = entry.second;
    const auto wants = [&](const Step& step) { return step.service == service.id; };
    return visit.callback && visit.state == VisitState::parked && std::any_of(visit.steps.begin(), visit.steps.end(), wants);
  });
  return asked < service.queue_max ? std::nullopt : std::optional{refuse(Reject::queue_full, "services")};
}

std::optional<OpenSpan> rung_in(const Facility& facility, const std::vector<ServiceId>& services, Instant now) {
  constexpr int looks_max = 200;   // each goes at least one opening further
  const auto closed = [&](const ServiceId& id) { return not_now(facility, *facility.find(id), now).has_value(); };
  if (std::none_of(services.begin(), services.end(), closed)) return std::nullopt;
  Instant at = now;
  for (int look = 0; look < looks_max; ++look) {
    OpenSpan all{at, Instant::max()};
    for (const ServiceId& id : services) {
      const auto open = open_from(facility, *facility.find(id), at);
      if (!open) return std::nullopt;
      all.from = std::max(all.from, open->from);
      all.to = std::min(all.to, open->to);
    }
    if (all.from < all.to) return all;
    at = all.from;
  }
  return std::nullopt;
}

std::vector<Serial> unserved_at(const State& state, const Facility& facility, Day new_day, Instant now) {
  const Instant turn = std::min(now, facility.zone.to_utc(new_day + facility.site.business_day_starts));
  std::vector<Serial> unserved;
  if (is_open(site_hours(facility, local_day(facility, turn)), turn)) return unserved;
  for (const auto& [serial, visit] : state.visits) {
    const bool aside = visit.state == VisitState::parked && visit.parked_until <= turn;
    if (visit.state == VisitState::waiting || aside) unserved.push_back(serial);
  }
  std::sort(unserved.begin(), unserved.end());
  return unserved;
}

}  // namespace skranke::core
