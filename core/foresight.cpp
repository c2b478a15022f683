#include "core/foresight.hpp"

#include <algorithm>

#include "core/forecast/look.hpp"

namespace skranke::core {
namespace {

using std::chrono::seconds;

bool served(const forecast::Hall& hall, std::uint8_t service) {
  return std::any_of(hall.desks.begin(), hall.desks.end(), [&](const forecast::HallDesk& desk) { return desk.serves[service]; });
}

}  // namespace

std::optional<Glance> glance(const State& state, const Facility& facility, Instant now) {
  std::size_t waiting = 0;
  for (const auto& [id, queue] : state.queues) waiting += queue.size();
  if (waiting > careful_max || facility.services.size() > forecast::services_max) return std::nullopt;
  Glance glance;
  glance.at = now;
  std::vector<QueueEntry> entries;
  glance.hall = forecast::room_of(state, facility, now, &entries);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const forecast::HallVisit& there = glance.hall.waiting[i];
    const bool known = std::any_of(glance.asks.begin(), glance.asks.end(), [&](const Glance::Asks& asks) { return asks.serial == entries[i].serial; });
    if (!known) glance.asks.push_back({entries[i].serial, there.visit, there.service, there.booked});
  }
  for (const Service& service : facility.services) glance.services.push_back(service.id);
  glance.booked = state.learned.booked;
  glance.walk_in = state.learned.walk_in;
  return glance;
}

Foreseen foresee(const Glance& glance) {
  Foreseen round;
  round.at = glance.at;
  forecast::Hall hall = glance.hall;
  for (const Glance::Asks& asks : glance.asks) {
    if (!served(hall, asks.service)) continue;
    hall.target = asks.visit;
    // The same draws from round to round: what moves then is the room and not chance.
    round.visits.emplace_back(asks.serial, forecast::told_from(hall, key_of({asks.serial}), asks.booked ? glance.booked : glance.walk_in));
  }
  hall.target = hall.visits++;
  for (std::size_t s = 0; s < glance.services.size(); ++s) {
    const auto service = static_cast<std::uint8_t>(s);
    if (!served(hall, service)) continue;
    hall.waiting.push_back({.visit = hall.target, .service = service});
    round.newcomers.emplace_back(glance.services[s], forecast::told_from(hall, key_of({UINT64_MAX, s}), glance.walk_in));
    hall.waiting.pop_back();
  }
  return round;
}

ShownWait settled(const std::optional<ShownWait>& shown, const Estimate& fresh, Instant at) {
  const ShownWait now{at + fresh.p10, at + fresh.p50, at + fresh.p90};
  if (!shown) return now;
  const auto width = [](const ShownWait& wait) { return wait.to - wait.from; };
  const bool inside = shown->from <= now.middle && now.middle <= shown->to;
  const bool late = now.to > shown->to + std::max<std::chrono::milliseconds>(seconds{60}, width(*shown) / 4);
  const bool wide = width(*shown) > 2 * width(now) + seconds{120};
  return inside && !late && !wide ? *shown : now;
}

bool Foresight::lay(const Foreseen& round) {
  std::map<Serial, ShownWait> visits;
  bool moved = visits_.size() != round.visits.size();
  for (const auto& [serial, estimate] : round.visits) {
    const auto before = visits_.find(serial);
    const auto shown = settled(before == visits_.end() ? std::nullopt : std::optional{before->second}, estimate, round.at);
    moved = moved || before == visits_.end() || before->second != shown;
    visits.emplace(serial, shown);
  }
  visits_ = std::move(visits);
  newcomers_ = {round.newcomers.begin(), round.newcomers.end()};
  at_ = round.at;
  return moved;
}

std::optional<Estimate> Foresight::of(Serial serial, Instant now) const {
  const auto shown = visits_.find(serial);
  if (shown == visits_.end()) return std::nullopt;
  const auto left = [&](Instant until) { return std::max(seconds{0}, std::chrono::ceil<seconds>(until - now)); };
  return Estimate{left(shown->second.from), left(shown->second.middle), left(shown->second.to)};
}

std::optional<Estimate> Foresight::newcomer(const ServiceId& service, Instant now) const {
  const auto found = newcomers_.find(service);
  if (found == newcomers_.end() || now > at_ + newcomers_hold || now < at_) return std::nullopt;
  return found->second;
}

}  // namespace skranke::core
