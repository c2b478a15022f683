#include "core/figures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace skranke::core {
namespace {

std::int64_t seconds_between(Instant from, Instant to) { return std::chrono::floor<std::chrono::seconds>(to - from).count(); }

constexpr Instant never{};

/// When the step could first be called: after arrival, the booked time, and the matters that came before it.
Instant ready_at(const Visit& visit, const Step& step) {
  Instant ready = visit.created_at;
  if (visit.booked_for) ready = std::max(ready, *visit.booked_for);
  for (const Step& other : visit.steps)
    if (&other != &step && other.finished_at != never && other.finished_at <= step.called_at) ready = std::max(ready, other.finished_at);
  return ready;
}

MatterFigure matter_of(const Visit& visit, const Step& step) {
  MatterFigure matter;
  matter.service = step.service;
  matter.desk = step.desk;
  matter.state = step.state;
  matter.outcome = step.outcome;
  matter.attempts = static_cast<std::uint16_t>(std::min<std::uint32_t>(step.attempts, UINT16_MAX));
  if (step.called_at == never) return matter;
  matter.called_at = step.called_at;
  if (step.started_at != never) matter.walk_s = std::max<std::int64_t>(0, seconds_between(step.called_at, step.started_at));
  matter.wait_s = std::max<std::int64_t>(0, seconds_between(ready_at(visit, step), step.called_at));
  if (step.state == StepState::done && step.finished_at != never)
    matter.service_s = std::max<std::int64_t>(0, seconds_between(step.started_at != never ? step.started_at : step.called_at, step.finished_at));
  return matter;
}

const std::string& none() {
  static const std::string empty;
  return empty;
}

std::string key_of_visit(const VisitFigure& visit, FiguresBy by) {
  constexpr std::array<std::string_view, 6> channels{"kiosk", "host", "phone", "web", "button", "integration"};
  return by == FiguresBy::day ? to_string(visit.day) : std::string{channels[static_cast<std::size_t>(visit.channel)]};
}

std::string key_of_matter(const VisitFigure& visit, const MatterFigure& matter, const Facility& facility, FiguresBy by) {
  switch (by) {
    case FiguresBy::service: return matter.service.str();
    case FiguresBy::desk: return matter.desk.str();
    case FiguresBy::hour: return fmt::format("{:02}", std::chrono::floor<std::chrono::hours>(facility.zone.to_local(visit.created_at) -
                                                        std::chrono::floor<std::chrono::days>(facility.zone.to_local(visit.created_at))).count());
    case FiguresBy::authority: {
      const Service* service = facility.find(matter.service);
      return service == nullptr ? none() : service->authority.str();
    }
    case FiguresBy::day:
    case FiguresBy::channel: return key_of_visit(visit, by);
  }
  return none();
}

void add_visit(FigureRow& row, const VisitFigure& visit) {
  ++row.visits;
  row.persons += visit.party;
  row.booked += visit.booked ? 1 : 0;
  if (visit.state == VisitState::no_show) ++row.no_show;
  if (visit.state == VisitState::left) ++row.left;
  if (visit.total_s) row.totals.push_back(*visit.total_s);
  if (visit.late_s) row.lates.push_back(*visit.late_s);
}

void add_matter(FigureRow& row, const MatterFigure& matter, const Facility& facility) {
  ++row.matters;
  if (matter.state == StepState::done) ++row.served;
  if (matter.outcome) ++row.outcomes[static_cast<std::size_t>(*matter.outcome)];
  if (matter.service_s) row.services.push_back(*matter.service_s);
  if (!matter.wait_s) return;
  row.waits.push_back(*matter.wait_s);
  const Service* service = facility.find(matter.service);
  const Minutes target = service == nullptr ? Minutes{20} : service->target_wait;
  if (std::chrono::seconds{*matter.wait_s} <= target) ++row.within_target;
}

void put_in_order(FigureRow& row) {
  for (auto* list : {&row.waits, &row.services, &row.totals, &row.lates}) std::sort(list->begin(), list->end());
}

}  // namespace

VisitFigure figure_of(const Visit& visit) {
  VisitFigure figure;
  figure.day = visit.day;
  figure.created_at = visit.created_at;
  figure.state = visit.state;
  figure.channel = visit.channel;
  figure.party = visit.party;
  figure.booked = !visit.booking.empty();
  figure.by_telephone = visit.callback.has_value();
  figure.booked_for = visit.booked_for;
  if (!visit.is_live()) figure.ended_at = visit.ended_at;
  Instant first_call = never, last_end = never;
  for (const Step& step : visit.steps) {
    figure.matters.push_back(matter_of(visit, step));
    if (step.called_at != never && (first_call == never || step.called_at < first_call)) first_call = step.called_at;
    last_end = std::max(last_end, step.finished_at);
  }
  if (visit.booked_for && first_call != never) figure.late_s = seconds_between(*visit.booked_for, first_call);
  if (visit.state == VisitState::done && last_end != never) figure.total_s = std::max<std::int64_t>(0, seconds_between(visit.created_at, last_end));
  return figure;
}

std::vector<VisitFigure> figures_in(const State& state, bool ended_only) {
  std::vector<VisitFigure> figures;
  for (const auto& [serial, visit] : state.visits)
    if (visit.merged_into == 0 && !(ended_only && visit.is_live())) figures.push_back(figure_of(visit));
  return figures;
}

void WaitCurve::add(const VisitFigure& visit) {
  if (visit.by_telephone || visit.matters.empty()) return;
  const auto first = std::min_element(visit.matters.begin(), visit.matters.end(), [](const MatterFigure& a, const MatterFigure& b) {
    return std::pair{a.called_at == never, a.called_at} < std::pair{b.called_at == never, b.called_at};
  });
  if (!first->wait_s) return;
  ++called;
  for (auto minute = static_cast<std::size_t>((*first->wait_s + 59) / 60); minute <= minutes_max; ++minute) ++within[minute];
}

FigureAnswer tabulate(const std::vector<const VisitFigure*>& visits, const Facility& facility, FiguresBy by) {
  FigureAnswer answer;
  const bool by_visit = by == FiguresBy::day || by == FiguresBy::channel;
  for (const VisitFigure* visit : visits) {
    add_visit(answer.total, *visit);
    if (by_visit) add_visit(answer.rows[key_of_visit(*visit, by)], *visit);
    std::vector<std::string> seen;   // a visit counts once in each row that it has a matter in
    for (const MatterFigure& matter : visit->matters) {
      const std::string key = key_of_matter(*visit, matter, facility, by);
      add_matter(answer.total, matter, facility);
      add_matter(answer.rows[key], matter, facility);
      if (by_visit || std::find(seen.begin(), seen.end(), key) != seen.end()) continue;
      seen.push_back(key);
      add_visit(answer.rows[key], *visit);
    }
  }
  for (auto& [key, row] : answer.rows) put_in_order(row);
  put_in_order(answer.total);
  return answer;
}

std::optional<std::int64_t> percentile(const std::vector<std::int64_t>& ordered, double share) {
  if (ordered.empty()) return std::nullopt;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(ordered.size())));
  return ordered[std::clamp<std::size_t>(rank, 1, ordered.size()) - 1];
}

std::optional<std::int64_t> mean(const std::vector<std::int64_t>& values) {
  if (values.empty()) return std::nullopt;
  return std::accumulate(values.begin(), values.end(), std::int64_t{0}) / static_cast<std::int64_t>(values.size());
}

}  // namespace skranke::core
