#include "core/forecast/stage.hpp"

#include <algorithm>

#include "core/forecast/rule.hpp"

namespace skranke::core::forecast {
namespace {

/// Who was put in front goes before all others, the most senior of them first.
constexpr double in_front = -1e13;

double chance_of_break(const Hall& hall, const HallDesk& desk, double not_yet) {
  // A desk that is long past the usual time may be one that takes none.
  return desk.had_break ? 0 : hall.broke * not_yet / (hall.broke * not_yet + 1 - hall.broke);
}

}  // namespace

Stage::Stage(const Hall& of) : hall{of}, patience_s{1 / of.gives_up_per_s} {
  double work = 0;
  for (const HallVisit& visit : hall.waiting) work += hall.services[visit.service].mean_s;
  until_s = std::min(horizon_s, 1800 + 1.5 * work / std::max<double>(1, static_cast<double>(hall.desks.size())));
  set_lines();
  set_people();
  set_desks();
  set_bookings(DrawTable::get());
  set_walk_ins();
}

void Stage::set_lines() {
  lines.resize(hall.services.size() * 2);
  for (std::size_t l = 0; l < lines.size(); ++l) {
    StageLine& line = lines[l];
    line.service = static_cast<std::uint8_t>(l / 2);
    line.booked = l % 2 == 0;
    const HallService& service = hall.services[line.service];
    line.expected_min = service.expected_min;
    const double target_s = 60 * (line.booked ? service.booked_target_min + booked_credit_min : service.walk_in_target_min);
    line.before = (line.booked ? early_minute : 1) / target_s;
    line.after = (line.booked ? late_minute : 1) / target_s;
    line.credit = line.booked ? 60 * booked_credit_min / target_s : 0;
    const double factor = line.booked ? service.booked_factor : service.factor;
    line.positive = std::pow(factor, -1 / urgency_power);
    line.negative = 1 / factor;
  }
}

void Stage::set_people() {
  people.reserve(hall.waiting.size());
  for (const HallVisit& visit : hall.waiting) {
    Person& person = people.emplace_back();
    person.rank_s = visit.rank_s;
    person.arrives_s = visit.arrives_in_s;
    person.key_s = visit.front ? in_front + visit.rank_s : key_of_rank(visit.rank_s, visit.arrival_s);
    person.visit = visit.visit;
    person.tied = visit.tied;
    person.passed = visit.passed;
    person.step = visit.step;
    person.booked = visit.booked;
    person.front = visit.front;
    person.line = line_of(visit.service, visit.booked && !visit.front);
    if (visit.booked || visit.visit == hall.target) person.leaves_s = never;
    const auto same = [&](const auto& other) { return other.visit == visit.visit; };
    person.several = std::count_if(hall.waiting.begin(), hall.waiting.end(), same) > 1 || std::any_of(hall.later.begin(), hall.later.end(), same);
    const auto index = static_cast<std::uint32_t>(people.size() - 1);
    visit.arrives_in_s > 0 ? expected.push_back(index) : lines[person.line].members.push_back(index);
  }
  for (StageLine& line : lines)
    std::stable_sort(line.members.begin(), line.members.end(), [&](auto a, auto b) { return people[a].key_s < people[b].key_s; });
}

void Stage::set_desks() {
  for (const HallDesk& of : hall.desks) {
    StageDesk& desk = desks.emplace_back();
    for (std::uint32_t l = 0; l < lines.size(); ++l)
      if (of.serves[lines[l].service]) desk.lines.push_back(l);
    desk.pace = of.pace;
    desk.pace_deviation = of.pace_deviation;
    desk.busy = of.busy;
    desk.free_at_s = of.free_at_s;
    desk.before_start_s = of.before_start_s;
    desk.served_s = std::max(of.elapsed_s, 1.0);
    desk.log_served = std::log(desk.served_s);
    desk.log_mean = hall.services[of.service].log_mean;
    desk.log_deviation = hall.services[of.service].log_deviation;
    desk.visit = of.busy ? of.visit : nobody;
    desk.break_at_s = of.break_in_s;
    desk.break_not_yet = DrawTable::get().above((of.open_for_s - of.break_at_s) / of.break_at_deviation_s);
    desk.break_chance = chance_of_break(hall, of, desk.break_not_yet);
    desk.break_usual_s = of.break_at_s - of.open_for_s;
    desk.break_deviation_s = of.break_at_deviation_s;
  }
}

/// A booking that has not arrived though its time is near may be one that never will.
void Stage::set_bookings(const DrawTable& table) {
  for (const ComingBooking& booking : hall.coming) {
    if (booking.start_s - hall.early_mean_s - 3 * hall.early_deviation_s > until_s) continue;
    StageBooking& there = bookings.emplace_back();
    there.start_s = booking.start_s;
    there.usual_s = booking.start_s - hall.early_mean_s;
    there.not_yet = table.above(-there.usual_s / hall.early_deviation_s);
    there.comes = (1 - hall.no_show) * there.not_yet / ((1 - hall.no_show) * there.not_yet + hall.no_show);
    there.line = line_of(booking.service, true);
  }
}

void Stage::set_walk_ins() {
  double sum = 0;
  for (std::size_t s = 0; s < hall.services.size(); ++s) {
    if (hall.services[s].walk_ins_per_s <= 0) continue;
    walk_ins.push_back(sum += hall.services[s].walk_ins_per_s);
    walk_in_services.push_back(static_cast<std::uint8_t>(s));
  }
}

}  // namespace skranke::core::forecast
