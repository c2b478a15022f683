#include "daemon/handover.hpp"

#include <array>
#include <unordered_map>

namespace skranke::daemon {
namespace {

constexpr std::array<std::string_view, 5> kinds{"booking_made", "booking_confirmed", "booking_moved", "booking_cancelled", "visit_taken"};

class Log {
 public:
  explicit Log(const core::Facility& facility) : facility_{facility} {}

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

  bool counts() const { return by_centre_ && !core::is_open(core::site_hours(facility_, core::local_day(facility_, at_)), at_); }

  void add(Done done, const core::BookingId& booking) {
    if (!counts()) return;
    HandoverEntry entry{at_, done, by_, booking, {}, std::nullopt, {}};
    if (const auto parts = known_.find(booking); parts != known_.end() && !parts->second.empty()) {
      for (const core::BookingPart& part : parts->second) entry.services.push_back(part.service);
      entry.start = parts->second.front().from;
    }
    entries.push_back(std::move(entry));
  }

  const core::Facility& facility_;
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

std::span<const std::string_view> handover_facts() { return kinds; }

std::vector<HandoverEntry> handover(const std::vector<db::Fact>& facts, const core::Facility& facility) {
  Log log{facility};
  for (const db::Fact& fact : facts) log.read(fact);
  return std::move(log.entries);
}

}  // namespace skranke::daemon
