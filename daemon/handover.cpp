#include "daemon/handover.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>

#include "wire/facility_file.hpp"

namespace skranke::daemon {
namespace {

constexpr std::array<std::string_view, 5> kinds{"booking_made", "booking_confirmed", "booking_moved", "booking_cancelled", "visit_taken"};

class Log {
 public:
  explicit Log(const HoursThen& hours) : hours_{hours} {}

  void read(const db::Fact& fact) {
    at_ = fact.event.at;
    by_centre_ = fact.actor.starts_with(centre_prefix);
    by_ = by_centre_ ? fact.actor.substr(centre_prefix.size()) : std::string{};
    std::visit([this](const auto& body) { on(body); }, fact.event.body);
  }
  std::vector<HandoverEntry> entries;

 private:
  void on(const core::BookingMade& e) {
    known_[e.booking] = e.parts;
    if (!e.held_until) add(Done::booked, e.booking);   // held while it is typed: not yet a booking
  }
  void on(const core::BookingConfirmed& e) { add(Done::booked, e.booking); }
  void on(const core::BookingMoved& e) {
    known_[e.booking] = e.parts;
    add(Done::moved, e.booking);
  }
  void on(const core::BookingCancelled& e) {
    if (!e.expired) add(Done::cancelled, e.booking);
  }
  void on(const core::VisitTaken& e) {
    if (!e.callback || !counts()) return;
    HandoverEntry entry{at_, Done::call_back, by_, {}, {}, e.callback->from, core::to_string(e.number)};
    for (const core::StepPlan& step : e.steps) entry.services.push_back(step.service);
    entries.push_back(std::move(entry));
  }
  template <class Other>
  void on(const Other&) {}

  bool counts() const { return by_centre_ && !hours_.open_at(at_); }

  void add(Done done, const core::BookingId& booking) {
    if (!counts()) return;
    HandoverEntry entry{at_, done, by_, booking, {}, std::nullopt, {}};
    if (const auto parts = known_.find(booking); parts != known_.end() && !parts->second.empty()) {
      for (const core::BookingPart& part : parts->second) entry.services.push_back(part.service);
      entry.start = parts->second.front().from;
    }
    entries.push_back(std::move(entry));
  }

  const HoursThen& hours_;
  std::unordered_map<core::BookingId, std::vector<core::BookingPart>> known_;
  core::Instant at_{};
  bool by_centre_ = false;
  std::string by_;
};

}  // namespace

std::string_view word(Done done) {
  constexpr std::array<std::string_view, 4> words{"booked", "moved", "cancelled", "call_back"};
  return words[static_cast<std::size_t>(done)];
}

HoursThen::HoursThen(std::shared_ptr<const core::Facility> now, const std::vector<db::FacilityVersion>& versions) {
  for (const db::FacilityVersion& version : versions)
    if (auto read = wire::read_facility_in_force(version.toml, "facility.toml"))   // what this program does not understand any more says nothing of hours
      from_.emplace_back(version.at, std::make_shared<const core::Facility>(std::move(read->facility)));
  if (from_.empty()) from_.emplace_back(core::Instant{}, std::move(now));
}

bool HoursThen::open_at(core::Instant at) const {
  const auto after = std::find_if(from_.begin(), from_.end(), [&](const auto& each) { return each.first > at; });
  const core::Facility& facility = *(after == from_.begin() ? after : std::prev(after))->second;
  return core::is_open(core::site_hours(facility, core::local_day(facility, at)), at);
}

std::span<const std::string_view> handover_facts() { return kinds; }

std::vector<HandoverEntry> handover(const std::vector<db::Fact>& facts, const HoursThen& hours) {
  Log log{hours};
  for (const db::Fact& fact : facts) log.read(fact);
  return std::move(log.entries);
}

}  // namespace skranke::daemon
