#include "core/state.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace skranke::core {

bool Visit::is_ready(std::size_t step) const {
  if (step >= steps.size() || steps[step].state != StepState::waiting) return false;
  return std::all_of(steps[step].after.begin(), steps[step].after.end(), [&](std::uint8_t earlier) {
    const StepState s = steps[earlier].state;
    return s == StepState::done || s == StepState::skipped;
  });
}

const Visit* State::find(Serial serial) const {
  const auto found = visits.find(serial);
  return found == visits.end() ? nullptr : &found->second;
}

const Visit* State::find(const VisitId& id) const {
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : find(found->second);
}

const Visit* State::find_token(const std::string& token) const {
  const auto found = by_token.find(token);
  return found == by_token.end() ? nullptr : find(found->second);
}

const DeskStatus* State::find(const DeskId& id) const {
  const auto found = std::find_if(desks.begin(), desks.end(), [&](const DeskStatus& desk) { return desk.id == id; });
  return found == desks.end() ? nullptr : &*found;
}

const Booking* State::find(const BookingId& id) const {
  const auto found = bookings.find(id);
  return found == bookings.end() ? nullptr : &found->second;
}

const std::vector<QueueEntry>& State::queue(const ServiceId& id) const {
  static const std::vector<QueueEntry> empty;
  const auto found = std::find_if(queues.begin(), queues.end(), [&](const auto& queue) { return queue.first == id; });
  return found == queues.end() ? empty : found->second;
}

std::size_t State::waiting_count() const {
  return static_cast<std::size_t>(
      std::count_if(visits.begin(), visits.end(), [](const auto& entry) { return entry.second.state == VisitState::waiting; }));
}

namespace {

auto kept_fields(const DeskStatus& d) {
  return std::tie(d.id, d.phase, d.reason, d.clerk, d.services, d.languages, d.skills, d.since, d.visit, d.served_today, d.service_ms_today,
                  d.auto_next, d.rest, d.free_since, d.idle, d.pressed_at, d.help, d.help_to, d.help_since, d.help_by);
}

}  // namespace

bool same_desk(const DeskStatus& a, const DeskStatus& b) { return kept_fields(a) == kept_fields(b); }

namespace {
std::vector<RefusalTally> in_order(std::vector<RefusalTally> tallies) {
  std::sort(tallies.begin(), tallies.end(), [](const RefusalTally& a, const RefusalTally& b) {
    return std::tie(a.service, a.reason, a.channel) < std::tie(b.service, b.reason, b.channel);
  });
  return tallies;
}

template <class Pairs>
Pairs sorted(Pairs pairs) {
  std::erase_if(pairs, [](const auto& pair) { return pair.second == typename Pairs::value_type::second_type{}; });
  std::sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return pairs;
}

std::string visits_difference(const State& a, const State& b) {
  if (a.visits.size() != b.visits.size()) return fmt::format("visits: {} and {}", a.visits.size(), b.visits.size());
  for (const auto& [serial, visit] : a.visits) {
    const Visit* other = b.find(serial);
    if (other == nullptr || !(*other == visit)) return fmt::format("visit {} ({})", serial, visit.id.str());
  }
  return {};
}

std::string desks_difference(const State& a, const State& b) {
  if (a.desks.size() != b.desks.size()) return fmt::format("desks: {} and {}", a.desks.size(), b.desks.size());
  for (const DeskStatus& desk : a.desks) {
    const DeskStatus* other = b.find(desk.id);
    if (other == nullptr || !same_desk(desk, *other)) return fmt::format("desk {}", desk.id.str());
  }
  return {};
}

std::string bookings_difference(const State& a, const State& b) {
  if (a.bookings.size() != b.bookings.size()) return fmt::format("bookings: {} and {}", a.bookings.size(), b.bookings.size());
  for (const auto& [id, booking] : a.bookings) {
    const Booking* other = b.find(id);
    if (other == nullptr || !(*other == booking)) return fmt::format("booking {}", id.str());
  }
  if (a.bookings_by_start != b.bookings_by_start || a.bookings_due != b.bookings_due || a.waiting_list != b.waiting_list) return "the order of bookings";
  if (!(a.booked == b.booked)) return "what is booked by day";
  return {};
}

std::string difference_of(const State& a, const State& b) {
  if (a.day != b.day) return "day";
  if (a.last_serial != b.last_serial) return fmt::format("last serial: {} and {}", a.last_serial, b.last_serial);
  if (!(a.numbers == b.numbers)) return "numbers";
  if (auto visits = visits_difference(a, b); !visits.empty()) return visits;
  if (auto desks = desks_difference(a, b); !desks.empty()) return desks;
  if (sorted(a.queues) != sorted(b.queues)) return "queues";
  if (a.calls != b.calls) return "board calls";
  if (!(a.counts == b.counts)) return "counts of the day";
  if (sorted(a.taken_today) != sorted(b.taken_today)) return "taken today";
  if (sorted(a.taken_week) != sorted(b.taken_week)) return "taken this week";
  if (sorted(a.authority_today) != sorted(b.authority_today)) return "taken today by authority";
  if (in_order(a.refused_today) != in_order(b.refused_today)) return "refused today";
  if (a.scheduled != b.scheduled) return "scheduled facilities";
  if (!(a.learned == b.learned)) return "what was learned";
  if (a.facility_version != b.facility_version) return "facility version";
  if (auto bookings = bookings_difference(a, b); !bookings.empty()) return bookings;
  if (sorted(a.released) != sorted(b.released)) return "places given out";
  if (a.places_due != b.places_due) return "when places are looked for";
  if (!(a.room == b.room)) return "mode of the room";
  return {};
}

}  // namespace

bool same(const State& a, const State& b, std::string* difference) {
  std::string found = difference_of(a, b);
  const bool equal = found.empty();
  if (difference != nullptr) *difference = std::move(found);
  return equal;
}

}  // namespace skranke::core
