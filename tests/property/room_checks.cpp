#include "room_checks.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "wire/events.hpp"

namespace skranke::test {
namespace {

using namespace core;

std::size_t steps_in(const Visit& visit, StepState wanted) {
  return static_cast<std::size_t>(
      std::count_if(visit.steps.begin(), visit.steps.end(), [&](const Step& step) { return step.state == wanted; }));
}

/// Steps that could be called now, found the long way round.
std::vector<std::size_t> open_steps(const Visit& visit) {
  std::vector<std::size_t> open;
  if (visit.state != VisitState::waiting) return open;
  for (std::size_t i = 0; i < visit.steps.size(); ++i) {
    bool ready = visit.steps[i].state == StepState::waiting;
    for (const std::uint8_t earlier : visit.steps[i].after) {
      const StepState before = visit.steps.at(earlier).state;
      ready = ready && (before == StepState::done || before == StepState::skipped);
    }
    if (ready) open.push_back(i);
  }
  return open;
}

std::string steps_rule(const Visit& visit) {
  const std::size_t at_desk = steps_in(visit, StepState::called) + steps_in(visit, StepState::serving);
  const bool should_be_at_desk = visit.state == VisitState::called || visit.state == VisitState::serving;
  if (at_desk != (should_be_at_desk ? 1U : 0U)) return "the number of steps at a desk";
  if (should_be_at_desk != (visit.current != no_step)) return "current step of a visit not at a desk, or none at one";
  if (should_be_at_desk) {
    const StepState wanted = visit.state == VisitState::called ? StepState::called : StepState::serving;
    if (visit.current >= visit.steps.size() || visit.steps[visit.current].state != wanted)
      return "current step and visit disagree";
    if (visit.steps[visit.current].finished_at != Instant{}) return "a step under way has an end";
  }
  if (steps_in(visit, StepState::parked) != (visit.state == VisitState::parked ? 1U : 0U))
    return "parked step and visit disagree";
  if (steps_in(visit, StepState::no_show) != (visit.state == VisitState::no_show ? 1U : 0U))
    return "missed step and visit disagree";
  if (visit.state == VisitState::waiting && open_steps(visit).empty())
    return "waits, but no step can ever be called: lost";
  if (visit.state == VisitState::done && steps_in(visit, StepState::waiting) > 0)
    return "done with a step still waiting: lost";
  if (visit.state == VisitState::left && steps_in(visit, StepState::waiting) > 0)
    return "left with a step still waiting";
  if (visit.is_live() != (visit.ended_at == Instant{})) return "end time and state disagree";
  return {};
}

std::string visits_rule(const State& state) {
  for (const auto& [serial, visit] : state.visits) {
    if (serial != visit.serial || serial == 0 || serial > state.last_serial) return fmt::format("serial {}", serial);
    if (auto broken = steps_rule(visit); !broken.empty()) return fmt::format("visit {}: {}", visit.id.str(), broken);
    const Visit* by_id = state.find(visit.id);
    if (by_id == nullptr || by_id->serial != serial)
      return fmt::format("visit {} is not found by its id", visit.id.str());
    const Visit* by_token = state.find_token(visit.token);
    if (by_token == nullptr || by_token->serial != serial)
      return fmt::format("visit {} is not found by its token", visit.id.str());
  }
  if (state.by_id.size() != state.visits.size() || state.by_token.size() != state.visits.size())
    return "an index names visits that are gone";
  return {};
}

std::string queues_rule(const State& state) {
  std::set<std::tuple<Serial, std::size_t>> standing;
  for (const auto& [service, queue] : state.queues) {
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const Visit* visit = state.find(queue[i].serial);
      if (visit == nullptr || queue[i].step >= visit->steps.size())
        return fmt::format("queue {} holds a stranger", service.str());
      if (visit->steps[queue[i].step].service != service)
        return fmt::format("queue {} holds a step of another service", service.str());
      if (queue[i].behind == visit->front || queue[i].rank != visit->anchor - visit->head_start)
        return fmt::format("queue {}: stale rank", service.str());
      if (i > 0 && !(queue[i - 1] < queue[i])) return fmt::format("queue {} is not in order", service.str());
      if (!standing.insert({queue[i].serial, queue[i].step}).second)
        return fmt::format("queue {} holds a step twice", service.str());
    }
  }
  const auto later = std::count_if(standing.begin(), standing.end(), [](const auto& entry) { return std::get<1>(entry) > 0; });
  if (static_cast<std::size_t>(later) != state.later_steps_queued)
    return fmt::format("{} later steps stand in queues, {} are counted", later, state.later_steps_queued);
  std::set<std::tuple<Serial, std::size_t>> should;
  for (const auto& [serial, visit] : state.visits)
    for (const std::size_t step : open_steps(visit)) should.insert({serial, step});
  return standing == should ? "" : fmt::format("{} steps stand in queues, {} should", standing.size(), should.size());
}

std::string parked_rule(const State& state) {
  std::set<std::pair<Instant, Serial>> aside;
  for (const auto& [serial, visit] : state.visits)
    if (visit.state == VisitState::parked) aside.emplace(visit.parked_until, serial);
  return aside == state.parked ? "" : "the index of who is put aside";
}

std::string desks_rule(const State& state) {
  std::map<Serial, int> held;
  for (const DeskStatus& desk : state.desks) {
    if (desk.undo.size() > undo_depth) return fmt::format("desk {} remembers too much", desk.id.str());
    if (desk.visit == 0) continue;
    const Visit* visit = state.find(desk.visit);
    if (visit == nullptr || visit->current_step() == nullptr)
      return fmt::format("desk {} holds nobody real", desk.id.str());
    if (visit->current_step()->desk != desk.id)
      return fmt::format("desk {} holds a visit of another desk", desk.id.str());
    if (desk.phase != DeskPhase::open) return fmt::format("desk {} is not open but holds a visit", desk.id.str());
    if (++held[desk.visit] > 1) return fmt::format("visit {} is at two desks", visit->id.str());
  }
  for (const auto& [serial, visit] : state.visits)
    if ((visit.current_step() != nullptr) != (held.count(serial) == 1))
      return fmt::format("visit {} is called by no desk", visit.id.str());
  return {};
}

std::string numbers_rule(const State& state) {
  std::set<Number> seen;
  for (const auto& [serial, visit] : state.visits) {
    const bool issuable = unmistakable_letters.find(visit.number.letter) != std::string_view::npos;   // a roll may bear other letters
    if (issuable && !state.numbers.is_used(visit.number))
      return fmt::format("{} is held but free to issue", to_string(visit.number));
    if (!seen.insert(visit.number).second) return fmt::format("{} is held twice", to_string(visit.number));
  }
  return {};
}

std::string counts_rule(const State& state) {
  DayCounts naive;
  for (const auto& [serial, visit] : state.visits) {
    if (visit.day == state.day) ++naive.taken;
    if (visit.state == VisitState::done) ++naive.done;
    if (visit.state == VisitState::no_show) ++naive.no_show;
    if (visit.state == VisitState::left && visit.merged_into == 0) ++naive.left;
  }
  return naive == state.counts ? "" : "counts of the day";
}

std::string board_rule(const State& state) {
  std::set<Serial> shown;
  for (std::size_t i = 0; i < state.calls.size(); ++i) {
    const BoardCall& call = state.calls[i];
    const Visit* visit = state.find(call.serial);
    if (visit == nullptr || visit->number != call.number) return "the board shows a stranger";
    if (visit->callback) return "the board shows a visit by telephone";
    if (!shown.insert(call.serial).second) return "the board shows somebody twice";
    if (i > 0 && call.at > state.calls[i - 1].at) return "the board is not newest first";
    const Step* step = visit->current_step();
    if (step != nullptr && (step->desk != call.desk || step->attempts != call.attempt))
      return "the board sends somebody to the wrong desk";
  }
  if (state.calls.size() > board_calls_max) return "the board holds too much";
  for (const auto& [serial, visit] : state.visits)
    if (visit.state == VisitState::called && !visit.callback && state.calls.size() < board_calls_max && shown.count(serial) == 0)
      return fmt::format("{} was called and is not on the board", to_string(visit.number));
  return {};
}

}  // namespace

std::string broken_rule(const State& state) {
  for (const auto rule : {visits_rule, queues_rule, parked_rule, desks_rule, numbers_rule, counts_rule, board_rule})
    if (std::string broken = rule(state); !broken.empty()) return broken;
  return {};
}

void Ledger::write(const Event& event) {
  std::string payload;
  wire::encode_event(event, payload);
  lines_.push_back({std::string{wire::event_type(event)}, event.at, std::move(payload)});
}

std::string Ledger::replay_difference(const State& live) const {
  State replayed;
  for (const Line& line : lines_) {
    const auto event = wire::decode_event(line.type, line.at, line.payload);
    if (!event) return fmt::format("cannot be read back: {}: {}", event.error(), line.payload);
    evolve(replayed, *event);
  }
  std::string difference;
  static_cast<void>(same(live, replayed, &difference));
  return difference;
}

std::string load_difference(const State& live) {
  State loaded;
  loaded.day = live.day;
  loaded.last_serial = live.last_serial;
  loaded.visits = live.visits;
  loaded.desks = live.desks;
  for (DeskStatus& desk : loaded.desks) desk.undo.clear();
  loaded.counts = live.counts;
  loaded.taken_today = live.taken_today;
  loaded.taken_week = live.taken_week;
  loaded.authority_today = live.authority_today;
  loaded.refused_today = live.refused_today;
  loaded.scheduled = live.scheduled;
  loaded.facility_version = live.facility_version;
  loaded.bookings = live.bookings;
  loaded.room = live.room;
  loaded.places_due = live.places_due;
  loaded.released = live.released;
  loaded.learned = live.learned;
  rebuild_derived(loaded);
  std::string difference;
  static_cast<void>(same(live, loaded, &difference));
  return difference;
}

std::string undo_difference(State before, State after) {
  // What an undo leaves behind: the visit has changed once more, a desk that calls by itself rests from now, one that
  // called is no longer idle, and what was seen was seen.
  for (State* room : {&before, &after}) {
    room->learned = {};
    for (auto& [serial, visit] : room->visits) visit.revision = 0;
    for (DeskStatus& desk : room->desks) desk.free_since = Instant{}, desk.idle.clear();
  }
  std::string difference;
  static_cast<void>(same(before, after, &difference));
  return difference;
}

}  // namespace skranke::test
