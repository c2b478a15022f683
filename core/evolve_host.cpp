// What a host does to visits: corrected, moved, joined, parted.
#include <algorithm>

#include "core/check.hpp"
#include "core/evolve.hpp"

namespace skranke::core {
namespace {

/// Goes on elsewhere: skipped with an end time stays skipped when the visit returns.
void hand_over(Step& step, Instant at) {
  step.state = StepState::skipped;
  step.finished_at = at;
}

bool is_open(const Step& step) {
  return step.state == StepState::waiting || step.state == StepState::parked || step.state == StepState::no_show;
}

}  // namespace

void on(State& state, const VisitEdited& e, Instant) {
  fold::change(state, e.serial, [&](Visit& visit) {
    visit.language = e.language;
    visit.party = e.party;
    visit.priority = e.priority;
    visit.head_start = e.head_start;
    visit.needs = e.needs;
  });
}

void on(State& state, const VisitRedirected& e, Instant at) {
  fold::change(state, e.serial, [&](Visit& visit) {
    SKRANKE_TRUTH(e.step < visit.steps.size() && visit.current_step() == nullptr);
    fold::back_in_line(state, visit);
    if (e.to_service) {
      SKRANKE_TRUTH(e.to_service->after.empty());
      hand_over(visit.steps[e.step], at);
      Step next;
      next.service = e.to_service->service;
      next.tied = e.to_desk;
      next.extra = true;
      visit.steps.push_back(std::move(next));
    } else if (!e.to_desk.empty()) {
      Step& step = visit.steps[e.step];   // there, and whoever works there
      step.tied = e.to_desk;
      step.tied_clerk.clear();
      step.pool.clear();
      step.prefer_desk = {};
      step.prefer_clerk.clear();
      step.prefer_until = {};
    }
    if (e.place != Place::keep) fold::put_in_place(visit, e.place, at);
  });
}

void on(State& state, const VisitsMerged& e, Instant at) {
  Number number;
  std::vector<Number> also;
  fold::change(state, e.serial, [&](Visit& visit) {
    SKRANKE_TRUTH(visit.current_step() == nullptr);
    if (visit.state == VisitState::no_show) --state.counts.no_show;
    for (Step& step : visit.steps)
      if (is_open(step)) hand_over(step, at);
    visit.state = VisitState::left;   // not counted as one who gave up: the person is still here
    visit.ended_at = at;
    visit.parked_until = {};
    visit.merged_into = e.into;
    number = visit.number;
    also = std::exchange(visit.also, {});
  });
  fold::change(state, e.into, [&](Visit& visit) {
    SKRANKE_TRUTH(visit.is_live() && e.into != e.serial);
    visit.steps.insert(visit.steps.end(), e.steps.begin(), e.steps.end());
    for (const Step& step : visit.steps)
      SKRANKE_TRUTH(std::all_of(step.after.begin(), step.after.end(), [&](std::uint8_t earlier) { return earlier < visit.steps.size(); }));
    visit.party = e.party;
    visit.priority = e.priority;
    visit.head_start = e.head_start;
    visit.anchor = e.anchor;
    visit.front = e.front;
    visit.also.push_back(number);
    visit.also.insert(visit.also.end(), also.begin(), also.end());
  });
}

void on(State& state, const VisitSplit& e, Instant at) {
  fold::change(state, e.serial, [&](Visit& visit) {
    for (const std::uint8_t step : e.steps) {
      SKRANKE_TRUTH(step < visit.steps.size() && visit.steps[step].state == StepState::waiting);
      hand_over(visit.steps[step], at);
    }
    visit.party = e.party;
  });
  state.numbers.mark(e.made.number);
  ++state.counts.taken;
  fold::add(state, e.made);
}

}  // namespace skranke::core
