#include "sim/backtest.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/decide.hpp"
#include "core/number.hpp"

namespace skranke::sim {
namespace {

using namespace core;

constexpr double day_s = 86'400;
/// A desk that calls nobody for so long though somebody waits whom it serves is away.
constexpr double away_after_s = 240;

Instant instant(double at_s) { return from_millis(std::llround(at_s * 1000)); }

template <class Things, class Key>
std::size_t index_in(const Things& things, const Key& id) {
  const auto found = std::find_if(things.begin(), things.end(), [&](const auto& thing) { return thing.id.str() == id; });
  return static_cast<std::size_t>(found - things.begin());
}

struct Happening {
  double at_s;
  int kind;              ///< 0 finishes, 1 gone without, 2 arrives, 3 called, 4 starts: at one instant, in this order
  const LoggedVisit* visit;
};

/// Facts are folded as they stand in the log; the room's own rules are not asked, for the people in it followed others.
class Again {
 public:
  Again(const Facility& site) : site_{site} {}

  DayRecord live(const std::vector<const LoggedVisit*>& visits, double opens_s) {
    record_ = {};
    record_.opens_s = opens_s;
    open_.assign(site_.desks.size(), {});
    fold(DayStarted{std::chrono::local_days{std::chrono::floor<std::chrono::days>(instant(opens_s)).time_since_epoch()}, true}, opens_s);
    std::vector<Happening> all;
    for (const LoggedVisit* visit : visits) {
      if (visit->booked && visit->booked_for_s) book(*visit, opens_s);
      if (!visit->arrived_s) continue;
      all.push_back({*visit->arrived_s, 2, visit});
      if (visit->called_s) all.push_back({*visit->called_s, 3, visit});
      if (visit->called_s && visit->started_s) all.push_back({*visit->started_s, 4, visit});
      if (visit->finished_s) all.push_back({*visit->finished_s, visit->called_s ? 0 : 1, visit});
      if (visit->called_s && !visit->finished_s) all.push_back({visit->started_s.value_or(*visit->called_s) + 1, 0, visit});
      record_.closes_s = std::max(record_.closes_s, all.back().at_s);
    }
    std::stable_sort(all.begin(), all.end(), [](const Happening& a, const Happening& b) { return a.at_s != b.at_s ? a.at_s < b.at_s : a.kind < b.kind; });
    for (const Happening& happening : all) happen(happening);
    for (std::size_t d = 0; d < open_.size(); ++d)
      if (const DeskStatus* desk = state_.find(site_.desks[d].id); desk != nullptr && desk->phase != DeskPhase::closed && desk->visit == 0)
        fold(DeskClosed{site_.desks[d].id}, record_.closes_s);
    clear_up();
    return std::move(record_);
  }

 private:
  struct DeskLife {
    bool open = false, away = false;
    double idle_since_s = 0;
  };

  template <class Body>
  void fold(Body body, double at_s) {
    evolve(state_, Event{instant(at_s), std::move(body)});
  }

  void happen(const Happening& happening) {
    notice_absences(happening.at_s);
    give_up_bookings(happening.at_s);
    switch (happening.kind) {
      case 0: return finish(*happening.visit, happening.at_s);
      case 1: return leave(*happening.visit, happening.at_s);
      case 2: return arrive(*happening.visit, happening.at_s);
      case 3: return call(*happening.visit, happening.at_s);
      default: return start(*happening.visit, happening.at_s);
    }
  }

  /// Bookings of a day are known when it begins.
  void book(const LoggedVisit& visit, double at_s) {
    const BookingId id{fmt::format("b{}", ++last_booking_)};
    const Instant from = instant(*visit.booked_for_s);
    fold(BookingMade{id, {{ServiceId{visit.service}, from, from + std::chrono::minutes{10}}}, std::nullopt, 1, {}, Channel::web, {}}, at_s);
    booking_of_[&visit] = id;
  }

  void arrive(const LoggedVisit& visit, double at_s) {
    VisitTaken taken;
    taken.serial = state_.last_serial + 1;
    taken.id = VisitId{fmt::format("{}", taken.serial)};
    taken.token = taken.id.str();
    taken.number = {unmistakable_letters[0], static_cast<std::uint16_t>(1 + taken.serial % digits_max)};
    taken.day = state_.day;
    taken.steps = {{ServiceId{visit.service}, site_.authorities.front().id, {}}};
    if (visit.booked && visit.booked_for_s) {
      taken.booked_for = instant(*visit.booked_for_s);
      taken.anchor = taken.booked_for;
      taken.booking = booking_of_.at(&visit);
      fold(BookingCheckedIn{taken.booking, taken.id, Arrival::on_time}, at_s);
    }
    const Serial serial = taken.serial;
    fold(std::move(taken), at_s);
    serial_of_[&visit] = serial;
    record_of_[&visit] = record_.visits.size();
    if (!visit.called_s && !visit.finished_s) uncalled_.emplace_back(&visit, 0);
    VisitRecord& record = record_.visits.emplace_back();
    record.service = index_in(site_.services, visit.service);
    record.booked = visit.booked;
    record.booked_for_s = visit.booked_for_s.value_or(0);
    record.arrived_s = at_s;
    record.called_s = visit.called_s;
    record.started_s = visit.started_s;
    record.finished_s = visit.called_s ? visit.finished_s : std::nullopt;
    if (!visit.called_s) record.left_s = visit.finished_s;
    if (visit.called_s) record.desk = index_in(site_.desks, visit.desk);
    const Decision told = decide(state_, site_, TellEstimate{state_.find(serial)->id}, instant(at_s));
    if (!told || told->empty()) return;
    for (const Event& event : *told) evolve(state_, event);
    const Told& estimate = *state_.find(serial)->told;
    record.told = {std::chrono::seconds{estimate.p10_s}, std::chrono::seconds{estimate.p50_s}, std::chrono::seconds{estimate.p90_s}};
  }

  void call(const LoggedVisit& visit, double at_s) {
    const std::size_t d = index_in(site_.desks, visit.desk);
    const Serial serial = serial_of_.at(&visit);
    be_there(d, at_s);
    // Two at one desk at once: the log is not exact to the second. The earlier one is over.
    if (const DeskStatus* desk = state_.find(site_.desks[d].id); desk->visit != 0) finish_serial(desk->visit, d, at_s);
    if (state_.find(serial)->state == VisitState::waiting) fold(VisitCalled{serial, site_.desks[d].id, 0, Why::longest_wait, {}, {}}, at_s);
    open_[d].away = false;
    notice_the_gone(visit, at_s);
  }

  /// Who is never called and left at an unknown time counts as gone once three of the same kind who came later have been called.
  void notice_the_gone(const LoggedVisit& called, double at_s) {
    for (auto& [visit, passed] : uncalled_) {
      if (passed >= 3 || visit->service != called.service || visit->booked != called.booked || *visit->arrived_s >= *called.arrived_s) continue;
      if (++passed < 3) continue;
      leave(*visit, at_s);
      record_.visits[record_of_.at(visit)].left_s = at_s;
    }
  }

  void start(const LoggedVisit& visit, double at_s) {
    const Visit* there = state_.find(serial_of_.at(&visit));
    if (there != nullptr && there->state == VisitState::called) fold(ServiceStarted{there->serial, there->current_step()->desk, instant(at_s)}, at_s);
  }

  void finish(const LoggedVisit& visit, double at_s) {
    const Visit* there = state_.find(serial_of_.at(&visit));
    if (there == nullptr || there->current_step() == nullptr) return;
    finish_serial(there->serial, index_in(site_.desks, visit.desk), at_s);
  }

  void finish_serial(Serial serial, std::size_t d, double at_s) {
    const Visit& visit = *state_.find(serial);
    if (visit.state == VisitState::serving)
      fold(ServiceFinished{serial, site_.desks[d].id, Outcome::settled, {}}, at_s);
    else
      fold(VisitMissed{serial, site_.desks[d].id}, at_s);
    open_[d].idle_since_s = at_s;
  }

  void leave(const LoggedVisit& visit, double at_s) {
    const Visit* there = state_.find(serial_of_.at(&visit));
    if (there != nullptr && there->state == VisitState::waiting) fold(VisitLeft{there->serial}, at_s);
  }

  /// A desk opens with its first call, and is back from wherever it was.
  void be_there(std::size_t d, double at_s) {
    if (!open_[d].open) fold(DeskOpened{site_.desks[d].id, "clerk", {}}, at_s);
    if (open_[d].away) fold(DeskResumed{site_.desks[d].id}, at_s);
    open_[d].open = true;
    open_[d].away = false;
  }

  void give_up_bookings(double at_s) {
    for (const Event& event : overdue_bookings(state_, site_, instant(at_s))) evolve(state_, event);
  }

  void notice_absences(double at_s) {
    for (std::size_t d = 0; d < open_.size(); ++d) {
      if (!open_[d].open || open_[d].away || at_s - open_[d].idle_since_s < away_after_s) continue;
      const DeskStatus* desk = state_.find(site_.desks[d].id);
      if (desk->visit != 0) continue;
      const double since = open_[d].idle_since_s;
      const bool wanted = std::any_of(site_.desks[d].services.begin(), site_.desks[d].services.end(), [&](const ServiceId& service) {
        const auto& queue = state_.queue(service);
        return !queue.empty() && seconds_of(state_.find(queue.front().serial)->created_at) < at_s - away_after_s;
      });
      if (!wanted) continue;
      open_[d].away = true;
      fold(DeskPaused{site_.desks[d].id, {}}, std::max(since, at_s - away_after_s));
    }
  }

  /// The night takes who is still there.
  void clear_up() {
    std::vector<Serial> live;
    for (const auto& [serial, visit] : state_.visits)
      if (visit.state == VisitState::waiting) live.push_back(serial);
    std::sort(live.begin(), live.end());
    for (const Serial serial : live) fold(VisitUnserved{serial, {}, Channel::kiosk}, record_.closes_s);
    for (const DeskStatus& desk : std::vector<DeskStatus>{state_.desks})
      if (desk.phase != DeskPhase::closed) {
        if (desk.visit != 0) fold(VisitMissed{desk.visit, desk.id}, record_.closes_s);
        fold(DeskClosed{desk.id}, record_.closes_s);
      }
    serial_of_.clear();
    record_of_.clear();
    uncalled_.clear();
    booking_of_.clear();
  }

  const Facility& site_;
  State state_;
  DayRecord record_;
  std::vector<DeskLife> open_;
  std::map<const LoggedVisit*, Serial> serial_of_;
  std::map<const LoggedVisit*, std::size_t> record_of_;
  std::vector<std::pair<const LoggedVisit*, int>> uncalled_;
  std::map<const LoggedVisit*, BookingId> booking_of_;
  std::uint64_t last_booking_ = 0;
};

double begins_s(const LoggedVisit& visit) { return visit.arrived_s.value_or(visit.booked_for_s.value_or(0)); }

}  // namespace

Facility site_of_log(const std::vector<LoggedVisit>& log, const Facility* known, std::string_view policy) {
  Facility site;
  if (known != nullptr) site = *known;
  site.rules.policy = policy;
  if (site.authorities.empty()) site.authorities.emplace_back().id = AuthorityId{"house"};
  for (const LoggedVisit& visit : log) {
    if (index_in(site.services, visit.service) == site.services.size()) {
      Service& service = site.services.emplace_back();
      service.id = ServiceId{visit.service};
      service.authority = site.authorities.front().id;
    }
    if (visit.desk.empty()) continue;
    const std::size_t d = index_in(site.desks, visit.desk);
    if (d == site.desks.size()) site.desks.emplace_back().id = DeskId{visit.desk};
    auto& services = site.desks[d].services;
    if (std::find(services.begin(), services.end(), ServiceId{visit.service}) == services.end()) services.emplace_back(visit.service);
  }
  return site;
}

std::vector<DayRecord> backtested(const std::vector<LoggedVisit>& log, const Facility& site) {
  std::map<std::int64_t, std::vector<const LoggedVisit*>> days;
  for (const LoggedVisit& visit : log)
    if (begins_s(visit) > 0) days[static_cast<std::int64_t>(begins_s(visit) / day_s)].push_back(&visit);
  Again again{site};
  std::vector<DayRecord> records;
  for (auto& [day, visits] : days) {
    double opens_s = begins_s(*visits.front());
    for (const LoggedVisit* visit : visits) opens_s = std::min(opens_s, begins_s(*visit));
    records.push_back(again.live(visits, std::floor(opens_s / 3600) * 3600));
  }
  return records;
}

}  // namespace skranke::sim
