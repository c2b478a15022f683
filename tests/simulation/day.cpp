#include "day.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "core/estimate.hpp"
#include "core/policy/policy.hpp"
#include "scripts.hpp"
#include "wire/zone.hpp"

namespace skranke::test {

using namespace core;
using namespace std::chrono_literals;

namespace {

const Zone& zone() {
  static const Zone copenhagen = *wire::load_zone("Europe/Copenhagen");
  return copenhagen;
}

}  // namespace

Facility Centre::random_facility() {
  std::vector<std::uint8_t> bytes(60);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
  Facility facility = facility_from(bytes);
  facility.zone = zone();
  facility.site.business_day_starts = Minutes{30 * static_cast<int>(below(12))};
  if (chance(80)) facility.opening.clear();
  for (Service& service : facility.services) {
    service.expected = Minutes{3 + static_cast<int>(below(20))};
    if (service.daily_quota && chance(70)) service.daily_quota.reset();
    if (service.queue_max < 10) service.queue_max = 3 + static_cast<int>(below(40));
  }
  return facility;
}

Centre::Centre(std::uint64_t seed, Tally& tally)
    : random_{seed}, tally_{tally}, facility_{random_facility()}, spare_{smaller(facility_)} {
  // Somewhere in four years, so that leap days and all nights of the clock come up.
  now_ = from_millis(1'767'225'600'000 + static_cast<std::int64_t>(below(4 * 365)) * 86'400'000);
  // Noon of the days before both nights of the clock, a leap day, the turn of a year.
  constexpr std::array<std::int64_t, 6> remarkable{1'774'695'600, 1'792'839'600, 1'806'145'200, 1'824'894'000, 1'835'348'400, 1'861'873'200};
  night_ = chance(12);
  if (night_) now_ = from_millis(remarkable[below(remarkable.size())] * 1000);
  busy_ = 5 + below(60);
}

std::string Centre::note(const Event& event) {
  ledger_.write(event);
  if (auto wrong = witness_.before(state_, facility_, event); !wrong.empty()) return wrong;
  evolve(state_, event);
  if (auto wrong = witness_.after(state_, event); !wrong.empty()) return wrong;
  ++tally_.events;
  tally_.booked += std::holds_alternative<BookingCheckedIn>(event.body) ? 1U : 0U;
  if (std::holds_alternative<DayStarted>(event.body)) {
    issued_today_.clear();
    for (const auto& [serial, visit] : state_.visits) issued_today_[serial] = visit.number;
  }
  if (const auto* taken = std::get_if<VisitTaken>(&event.body)) {
    ++tally_.taken;
    const bool off_roll = state_.room.roll_with(taken->number) != nullptr;   // as printed on paper bought elsewhere
    if (!off_roll && !unmistakable(taken->number.digits)) return to_string(taken->number) + " can be mistaken";
    for (const auto& [serial, number] : issued_today_)
      if (number == taken->number) return to_string(number) + " was issued twice in a day, or while it was held";
    issued_today_[taken->serial] = taken->number;
  }
  if (const auto* split = std::get_if<VisitSplit>(&event.body)) {
    for (const auto& [serial, number] : issued_today_)
      if (number == split->made.number) return to_string(number) + " was given to somebody who holds another's number";
    issued_today_[split->made.serial] = split->made.number;
  }
  if (auto wrong = note_evacuation(event); !wrong.empty()) return wrong;
  tally_.called += std::holds_alternative<VisitCalled>(event.body) ? 1U : 0U;
  tally_.finished += std::holds_alternative<ServiceFinished>(event.body) ? 1U : 0U;
  tally_.undone += std::holds_alternative<ActionUndone>(event.body) ? 1U : 0U;
  return {};
}

std::map<ServiceId, std::vector<Serial>> Centre::lines() const {
  std::map<ServiceId, std::vector<Serial>> all;
  for (const auto& [service, queue] : state_.queues)
    for (const QueueEntry& entry : queue) all[service].push_back(entry.serial);
  return all;
}

/// While the house is empty nobody is called and nobody comes in; afterwards all stand where they stood, but for those who have left.
std::string Centre::note_evacuation(const Event& event) {
  if (std::holds_alternative<EvacuationStarted>(event.body)) {
    ++tally_.evacuations;
    frozen_lines_ = lines();
    return {};
  }
  if (std::holds_alternative<EvacuationEnded>(event.body)) {
    auto before = frozen_lines_;
    for (auto& [service, line] : before)
      std::erase_if(line, [&](Serial serial) { return state_.find(serial) == nullptr || state_.find(serial)->state != VisitState::waiting; });
    std::erase_if(before, [](const auto& line) { return line.second.empty(); });
    return before == lines() ? "" : "the evacuation changed who stands where";
  }
  const bool moved = std::holds_alternative<VisitCalled>(event.body) || std::holds_alternative<VisitTaken>(event.body) ||
                     std::holds_alternative<VisitRecalled>(event.body) || std::holds_alternative<VisitUnparked>(event.body) ||
                     std::holds_alternative<VisitMissed>(event.body);
  return moved && state_.room.evacuated ? "somebody was called or came in during an evacuation" : "";
}

/// What a host does now and then.
std::string Centre::host_acts() {
  if (state_.visits.size() < 2 || !chance(5)) return {};
  std::vector<Serial> all;
  for (const auto& [serial, visit] : state_.visits) all.push_back(serial);
  std::sort(all.begin(), all.end());
  const Visit &visit = *state_.find(all[below(all.size())]), &other = *state_.find(all[below(all.size())]);
  switch (below(4)) {
    case 0: return wish(MoveVisit{visit.id, {}, chance(50) ? any_service() : ServiceId{}, {}, static_cast<Place>(below(3)), "other"});
    case 1: return wish(MergeVisits{visit.id, other.id, chance(50)});
    case 2: {
      const VisitId id{fmt::format("v{}", ++arrivals_)};
      return wish(SplitVisit{visit.id, {visit.steps.back().service}, 1, id, "t" + id.str(), {}});
    }
    default: {
      EditVisit edit{visit.id};
      edit.priority = PriorityId{chance(50) ? "early" : ""};
      return wish(edit);
    }
  }
}

/// The kiosk dies or the alarm goes, for some minutes.
std::string Centre::house_acts() {
  if (state_.room.evacuated) return chance(10) ? wish(Evacuate{false, {}}) : std::string{};
  if (state_.room.mode == RoomMode::paper_roll && chance(3)) return wish(SetRoomMode{RoomMode::normal, {}, {}});
  switch (below(2000)) {
    case 0: return wish(Evacuate{true, "fire"});
    case 1:
    case 2: return wish(SetRoomMode{RoomMode::paper_roll, {}, {}});
    default: return {};
  }
}

/// Anything that anybody could ask, at random, so that no command is left out.
std::string Centre::anybody_acts() {
  if (!chance(25)) return {};
  std::vector<std::uint8_t> bytes(64);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
  Script script{bytes, facility_};
  script.begin(now_, 100'000 + scripted_++);
  const Command command = script.next(state_);
  const bool settles_the_house = std::holds_alternative<Evacuate>(command) || std::holds_alternative<SetRoomMode>(command) || std::holds_alternative<ApplyFacility>(command);
  return settles_the_house ? std::string{} : wish(command);   // these have a pace of their own
}

/// Somebody books for later today, and comes, or not.
std::string Centre::bookings() {
  if (chance(6)) {
    CreateBooking wanted;
    wanted.booking = BookingId{fmt::format("b{}", ++arrivals_)};
    wanted.services = {any_service()};
    wanted.start = std::chrono::ceil<Minutes>(now_) + Minutes{static_cast<int>(below(90))};
    wanted.start -= (wanted.start.time_since_epoch() % Minutes{15});
    wanted.start += Minutes{15};
    wanted.party = static_cast<std::uint16_t>(1 + below(3));
    wanted.channel = Channel::host;
    if (auto wrong = wish(wanted); !wrong.empty()) return wrong;
  }
  std::vector<BookingId> due;
  for (const auto& [at, id] : state_.bookings_due)
    if (at <= now_ + Minutes{15} && state_.find(id)->state == BookingState::booked) due.push_back(id);
  for (const BookingId& id : due) {
    if (!chance(15)) continue;
    CheckIn arrival;
    arrival.booking = id;
    arrival.visit = VisitId{fmt::format("v{}", ++arrivals_)};
    arrival.token = fmt::format("t{}", arrivals_);
    if (auto wrong = wish(arrival); !wrong.empty()) return wrong;
  }
  return {};
}

std::string Centre::wish(const Command& command) {
  ++tally_.commands;
  const Decision decision = decide(state_, facility_, command, now_);
  if (!decision) {
    ++tally_.refused;
    const auto* ticket = std::get_if<TakeTicket>(&command);
    return ticket == nullptr ? std::string{} : witness_.refused(facility_, *ticket, decision.error());
  }
  const auto day_before = state_.day;
  for (const Event& event : *decision)
    if (auto wrong = note(event); !wrong.empty()) return wrong;
  if (state_.day < day_before) return "the business day went back";
  if (decision->empty()) return {};
  if (auto broken = broken_rule(state_); !broken.empty()) return broken + " after " + describe(command);
  return {};
}

std::string Centre::arrivals() {
  if (below(100) >= busy_) return {};
  TakeTicket ticket;
  ticket.id = VisitId{fmt::format("v{}", ++arrivals_)};
  ticket.token = fmt::format("t{}", arrivals_);
  const std::uint64_t wanted = chance(20) ? 1 + below(4) : 1;
  std::set<ServiceId> chosen;
  for (std::uint64_t i = 0; i < wanted; ++i) chosen.insert(any_service());
  ticket.services.assign(chosen.begin(), chosen.end());
  std::shuffle(ticket.services.begin(), ticket.services.end(), random_);
  if (chance(10)) ticket.priority = PriorityId{"early"};
  if (chance(50)) ticket.printer = PrinterId{"printer"};
  ticket.channel = static_cast<Channel>(below(6));
  ticket.standby = chance(50);
  return wish(ticket);
}

Command Centre::random_transfer(const DeskId& desk) {
  Transfer transfer{desk, {}, {}, static_cast<Place>(below(3))};
  if (chance(60)) transfer.to_service = any_service();
  if (transfer.to_service.empty() || chance(20)) transfer.to_desk = facility_.desks[below(facility_.desks.size())].id;
  return transfer;
}

std::string Centre::at_busy_desk(const DeskStatus& desk) {
  const Visit& visit = *state_.find(desk.visit);
  if (visit.state == VisitState::called) {
    switch (below(10)) {
      case 0: return wish(NoShow{desk.id});
      case 1:
      case 2: return wish(Recall{desk.id});
      case 3: return wish(FinishService{desk.id, Outcome::settled, {}});
      default: return wish(StartService{desk.id});
    }
  }
  const auto expected = facility_.find(visit.current_step()->service)->expected;
  if (now_ - visit.current_step()->started_at < expected / 2 && chance(85)) return {};
  switch (below(20)) {
    case 0:
      return wish(
          Park{desk.id, chance(50) ? std::optional<Minutes>{Minutes{1 + static_cast<int>(below(60))}} : std::nullopt});
    case 1:
    case 2: return wish(random_transfer(desk.id));
    case 3: return wish(FinishService{desk.id, Outcome::left, {}});
    default:
      return chance(40) ? wish(FinishService{desk.id, static_cast<Outcome>(below(4)), {{any_service(), 1}}})
                        : std::string{};
  }
}

std::string Centre::desk_acts(const Desk& described) {
  const DeskStatus* found = state_.find(described.id);
  if (found == nullptr || found->phase == DeskPhase::closed)
    return chance(20) ? wish(OpenDesk{described.id, "clerk", {}}) : std::string{};
  const DeskStatus desk = *found;
  if (chance(4)) {  // thinks better of it
    const DeskId id = desk.id;
    if (auto wrong = wish(Undo{id}); !wrong.empty()) return wrong;
    return chance(50) ? wish(Undo{id}) : std::string{};
  }
  if (desk.visit != 0) return at_busy_desk(desk);
  if (desk.phase == DeskPhase::on_break) return chance(15) ? wish(ResumeDesk{desk.id}) : std::string{};
  switch (below(40)) {
    case 0: return wish(PauseDesk{desk.id, "frokost"});
    case 1: return wish(CloseDesk{desk.id});
    case 2:
      return wish(
          OpenDesk{desk.id, "clerk",
                   described.services.empty() ? std::vector<ServiceId>{} : std::vector{described.services.front()}});
    case 3: {
      if (state_.visits.empty()) return {};
      auto any = state_.visits.begin();
      std::advance(any, static_cast<std::ptrdiff_t>(below(std::min<std::size_t>(state_.visits.size(), 8))));
      return wish(CallVisit{desk.id, any->second.id});
    }
    default: return wish(CallNext{desk.id});
  }
}

std::string Centre::citizen_acts() {
  if (state_.visits.empty() || !chance(8)) return {};
  std::vector<Serial> all;
  for (const auto& [serial, visit] : state_.visits) all.push_back(serial);
  std::sort(all.begin(), all.end());
  const Visit& visit = *state_.find(all[below(all.size())]);
  switch (below(4)) {
    case 0: return wish(LeaveQueue{visit.id});
    case 1: return wish(PrintTicket{visit.id, PrinterId{"printer"}});
    case 2: {
      ReportPaper report{visit.id, visit.paper.copy, {}};
      report.paper.state = static_cast<PaperState>(1 + below(5));
      return wish(report);
    }
    default: return wish(ReturnVisit{visit.id});
  }
}

/// A power cut: the room comes back from its journal, or from its tables and then knows no undo.
std::string Centre::restart() {
  ++tally_.restarts;
  if (auto difference = ledger_.replay_difference(state_); !difference.empty()) return "after a restart: " + difference;
  if (auto difference = load_difference(state_); !difference.empty()) return "loaded from tables: " + difference;
  for (DeskStatus& desk : state_.desks) desk.undo.clear();
  return {};
}

std::string Centre::change_facility() {
  ++tally_.changes;
  const std::uint64_t version = state_.facility_version + 1;
  if (auto wrong = wish(apply_command(spare_, version)); !wrong.empty()) return wrong;
  if (state_.facility_version == version) std::swap(facility_, spare_);
  return {};
}

std::string Centre::mishap() {
  switch (below(3000)) {
    case 0: now_ += 37min; return {};
    case 1: now_ -= 90s; return {};
    case 2: now_ -= 65min; return {};
    case 3:
    case 4: return restart();
    case 5:
    case 6: return change_facility();
    default: return {};
  }
}

std::string Centre::minute(Instant until) {
  while (now_ < until) {
    for (const auto& act : {&Centre::arrivals, &Centre::bookings, &Centre::citizen_acts, &Centre::anybody_acts, &Centre::host_acts, &Centre::house_acts, &Centre::mishap})
      if (auto wrong = (this->*act)(); !wrong.empty()) return wrong;
    for (std::size_t i = 0; i < facility_.desks.size(); ++i) {
      now_ += std::chrono::milliseconds{below(9000)};
      const Desk desk = facility_.desks[i];
      if (auto wrong = desk_acts(desk); !wrong.empty()) return wrong;
    }
    const Instant tick = next_tick(state_, facility_, now_);
    if (tick < now_ || tick > now_ + 1min) return "the next tick is out of bounds";
    if (chance(50)) now_ = std::min(tick, until);
    if (auto wrong = wish(Tick{}); !wrong.empty()) return wrong;
  }
  return {};
}

/// At the end of a day: the journal and the tables tell the same, estimates are in order.
std::string Centre::settle() {
  if (auto difference = ledger_.replay_difference(state_); !difference.empty())
    return "replay is not live: " + difference;
  if (auto difference = load_difference(state_); !difference.empty()) return "tables are not live: " + difference;
  for (const Service& service : facility_.services) {
    const Estimate told = outlook(state_, facility_, service.id, newcomer_rank(now_), now_).estimate;
    if (told.p10 < 0s || told.p10 > told.p50 || told.p50 > told.p90) return "an estimate is not in order";
  }
  return {};
}

std::string Centre::live_a_day() {
  const Day today = std::chrono::floor<std::chrono::days>(zone().to_local(now_)) + std::chrono::days{1};
  const bool through_the_night = std::exchange(night_, false);   // from before midnight, over the jump of the clock
  now_ = std::max(now_, zone().to_utc(today + (through_the_night ? -2h : chance(15) ? 0h : 8h)));
  tally_.nights += through_the_night ? 1U : 0U;
  const Instant until = now_ + (through_the_night ? Minutes{7 * 60} : Minutes{120 + static_cast<int>(below(180))});
  std::string wrong = minute(until);
  if (wrong.empty()) wrong = settle();
  ++tally_.days;
  tally_.turned_away += std::exchange(witness_.turned_away, 0U);
  tally_.calls_in_order += std::exchange(witness_.calls_in_order, 0U);
  tally_.quotas_watched += std::exchange(witness_.quotas_watched, 0U);
  return wrong.empty() ? wrong : fmt::format("{} at {}", wrong, to_rfc3339(zone(), now_));
}

}  // namespace skranke::test
