#include "core/foresight.hpp"

#include <algorithm>

#include "core/forecast/look.hpp"

namespace skranke::core {
namespace {

using std::chrono::seconds;

bool served(const forecast::Hall& hall, std::uint8_t service) {
  return std::any_of(hall.desks.begin(), hall.desks.end(), [&](const forecast::HallDesk& desk) { return desk.serves[service]; });
}

void add_expected(Glance& glance, const State& state, const Facility& facility, Instant now) {
  const auto from = state.bookings_by_start.lower_bound({now, BookingId{}});
  for (auto each = from; each != state.bookings_by_start.end() && each->first <= now + bookings_ahead && glance.expected.size() < bookings_told_max; ++each) {
    const Booking* booking = state.find(each->second);
    if (booking == nullptr || booking->state != BookingState::booked) continue;
    const auto is = forecast::coming(facility, *booking, now);
    glance.expected.push_back({booking->id, is});
  }
}

}  // namespace

std::optional<Glance> glance(const State& state, const Facility& facility, Instant now) {
  std::size_t waiting = 0;
  for (const auto& [id, queue] : state.queues) waiting += queue.size();
  if (waiting > careful_max || facility.services.size() > forecast::services_max) return std::nullopt;
  Glance glance;
  glance.at = now;
  forecast::Names names;
  glance.hall = forecast::room_of(state, facility, now, &names);
  for (std::size_t i = 0; i < names.entries.size(); ++i) {
    const forecast::HallVisit& there = glance.hall.waiting[i];
    const Serial serial = names.entries[i].serial;
    if (std::any_of(glance.asks.begin(), glance.asks.end(), [&](const Glance::Asks& asks) { return asks.serial == serial; })) continue;
    const Visit* visit = state.find(serial);
    glance.asks.push_back({serial, there.visit, there.service, there.booked, visit != nullptr && visit->steps.size() > 1});
  }
  add_expected(glance, state, facility, now);
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
    const Calibration& past = asks.booked ? glance.booked : glance.walk_in;
    round.visits.emplace_back(asks.serial, forecast::told_from(hall, key_of({asks.serial}), past));
    if (!asks.several) continue;
    for (const auto& [step, estimate] : forecast::steps_from(hall, key_of({asks.serial}), past)) round.steps.push_back({asks.serial, step, estimate});
  }
  for (const Glance::Expects& expected : glance.expected)
    if (served(hall, expected.is.service))
      round.late.emplace_back(expected.booking, forecast::lateness_from(glance.hall, expected.is, key_of({UINT64_MAX - 1, static_cast<std::uint64_t>(expected.is.start_s)}), glance.booked));
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
  std::map<std::pair<Serial, std::uint8_t>, ShownWait> steps;
  for (const Foreseen::OfStep& each : round.steps) {
    const std::pair key{each.serial, each.step};
    const auto before = steps_.find(key);
    steps.emplace(key, settled(before == steps_.end() ? std::nullopt : std::optional{before->second}, each.until_call, round.at));
  }
  moved = moved || steps != steps_;
  steps_ = std::move(steps);
  late_ = {round.late.begin(), round.late.end()};
  newcomers_ = {round.newcomers.begin(), round.newcomers.end()};
  at_ = round.at;
  return moved;
}

namespace {
Estimate left_of(const ShownWait& shown, Instant now) {
  const auto left = [&](Instant until) { return std::max(seconds{0}, std::chrono::ceil<seconds>(until - now)); };
  return {left(shown.from), left(shown.middle), left(shown.to)};
}
}  // namespace

std::optional<Estimate> Foresight::of(Serial serial, Instant now) const {
  const auto shown = visits_.find(serial);
  return shown == visits_.end() ? std::nullopt : std::optional{left_of(shown->second, now)};
}

std::optional<Estimate> Foresight::of_step(Serial serial, std::uint8_t step, Instant now) const {
  const auto shown = steps_.find({serial, step});
  return shown == steps_.end() ? std::nullopt : std::optional{left_of(shown->second, now)};
}

std::optional<Estimate> Foresight::late(const BookingId& booking) const {
  const auto found = late_.find(booking);
  return found == late_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<Estimate> Foresight::newcomer(const ServiceId& service, Instant now) const {
  const auto found = newcomers_.find(service);
  if (found == newcomers_.end() || now > at_ + newcomers_hold || now < at_) return std::nullopt;
  return found->second;
}

}  // namespace skranke::core
