#include "core/forecast/look.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/forecast/draws.hpp"
#include "core/forecast/rule.hpp"
#include "core/policy/policy.hpp"

namespace skranke::core::forecast {
namespace {

constexpr std::size_t steps_futures = 200;
constexpr double rate_window_s = 3600, rate_window_min_s = 900;

double seconds_between(Instant from, Instant to) { return std::chrono::duration<double>(to - from).count(); }

const Running* seen(const State& state, const ServiceId& service) {
  for (const auto& [id, running] : state.learned.service_log_s)
    if (id == service) return &running;
  return nullptr;
}

double blended(const Running& running, double prior, double weight) { return (running.mean * running.weight + prior * weight) / (running.weight + weight); }

std::uint8_t index_of(const Facility& facility, const ServiceId& id) {
  for (std::size_t i = 0; i < facility.services.size(); ++i)
    if (facility.services[i].id == id) return static_cast<std::uint8_t>(i);
  return 0;
}

void add_services(Hall& hall, const State& state, const Facility& facility) {
  double house = 0;
  for (const Service& service : facility.services) house += static_cast<double>(service.expected.count());
  house /= static_cast<double>(std::max<std::size_t>(facility.services.size(), 1));
  for (const Service& described : facility.services) {
    HallService& service = hall.services.emplace_back();
    const double minutes = static_cast<double>(described.expected.count());
    const Running* running = seen(state, described.id);
    const double n = running == nullptr ? 0 : running->weight;
    const double prior_mean = std::log(std::max(minutes, 0.5) * 60) - prior_log_variance / 2;
    service.log_mean = (prior_mean * prior_weight + (n > 0 ? running->mean * n : 0)) / (prior_weight + n);
    service.log_deviation = log_deviation_of(running);
    service.mean_s = std::exp(service.log_mean + service.log_deviation * service.log_deviation / 2);
    service.expected_min = minutes;
    service.factor = length_factor(false, minutes, house);
    service.booked_factor = length_factor(true, minutes, house);
    service.booked_target_min = static_cast<double>(described.booked_target.value_or(facility.rules.booked_target).count());
    service.walk_in_target_min = static_cast<double>(described.walk_in_target.value_or(facility.rules.walk_in_target).count());
  }
}

/// Desks differ in when they break, and each keeps more or less to its own time.
void know_break(HallDesk& desk, const Learned& learned, const DeskId& id) {
  constexpr double house_weight = 3, house_deviation_s = 3600, own_weight = 0.3, deviation_min_s = 120;
  const Running& house = learned.break_at_s;
  desk.break_at_s = blended(house, 10'800, house_weight);
  const double variance = (house.squares + house_weight * house_deviation_s * house_deviation_s) / (house.weight + house_weight);
  desk.break_at_deviation_s = std::sqrt(variance);
  for (const auto& [own, running] : learned.desk_break_at_s) {
    if (own != id) continue;
    desk.break_at_s = blended(running, desk.break_at_s, own_weight);
    desk.break_at_deviation_s = std::max(deviation_min_s, std::sqrt((running.squares + own_weight * variance) / (running.weight + own_weight)));
  }
}

void add_desk(Hall& hall, const State& state, const Facility& facility, const Desk& described, const DeskStatus* status, Instant now) {
  HallDesk& desk = hall.desks.emplace_back();
  for (const ServiceId& id : status == nullptr ? described.services : asking(facility, *status, now).services) desk.serves.set(index_of(facility, id));
  const auto& all = state.learned.desks;
  const auto found = std::find_if(all.begin(), all.end(), [&](const DeskLearned& each) { return each.desk == described.id; });
  const DeskLearned* learned = found == all.end() ? nullptr : &*found;
  const Believed pace = pace_of(learned);
  desk.pace = pace.mean;
  desk.pace_deviation = pace.deviation;
  if (learned != nullptr) {
    desk.had_break = learned->had_break;
    if (learned->opened_at != Instant{}) desk.open_for_s = seconds_between(learned->opened_at, now);
  }
  know_break(desk, state.learned, described.id);
  if (status == nullptr) return;
  if (status->phase == DeskPhase::on_break) desk.free_at_s = std::max(120.0, hall.break_s - seconds_between(status->since, now));
  const Visit* visit = state.find(status->visit);
  const Step* step = visit == nullptr ? nullptr : visit->current_step();
  if (step == nullptr) return;
  desk.busy = true;
  desk.service = index_of(facility, step->service);
  const bool started = step->state == StepState::serving;
  desk.elapsed_s = started ? seconds_between(step->started_at, now) : 0;
  desk.before_start_s = started ? 0 : std::max(1.0, hall.walk_s - seconds_between(step->last_call_at, now));
}

void add_desks(Hall& hall, const State& state, const Facility& facility, Instant now) {
  for (const Desk& described : facility.desks) {
    const DeskStatus* status = state.find(described.id);
    if (status != nullptr && status->phase != DeskPhase::closed) add_desk(hall, state, facility, described, status, now);
  }
}

/// What ended errands say of the tempo, and those that go on: who is served for long already is served slowly.
void add_tempo(Hall& hall, const Learned& learned, Instant now) {
  const auto belief = learned.tempo.belief(now);
  double sum = 0;
  for (std::size_t i = 0; i < belief.size(); ++i) {
    double likely = belief[i];
    for (const HallDesk& desk : hall.desks) {
      if (!desk.busy || desk.before_start_s > 0 || desk.elapsed_s < 1) continue;
      const HallService& service = hall.services[desk.service];
      likely *= DrawTable::get().above((std::log(desk.elapsed_s) - service.log_mean - desk.pace - Tempo::value(i)) / std::hypot(service.log_deviation, desk.pace_deviation));
    }
    hall.tempi.push_back({likely, Tempo::value(i)});
    sum += likely;
  }
  if (sum <= 0) return hall.tempi.clear();
  for (Hall::Pace& tempo : hall.tempi) tempo.share /= sum;
}

/// Nobody there who could: the desks of the facility, as if they opened now.
void open_all_for(Hall& hall, const State& state, const Facility& facility, std::uint8_t service, Instant now) {
  const bool able = std::any_of(hall.desks.begin(), hall.desks.end(), [&](const HallDesk& desk) { return desk.serves[service]; });
  if (able) return;
  for (const Desk& described : facility.desks) add_desk(hall, state, facility, described, nullptr, now);
}

/// As the policy weighs them: by open desks, not by those that are paused.
void weigh_rare_services(Hall& hall) {
  for (std::size_t s = 0; s < hall.services.size(); ++s) {
    const auto able = std::count_if(hall.desks.begin(), hall.desks.end(), [&](const HallDesk& desk) { return desk.serves[s]; });
    if (able == 0) continue;
    const double rare = scarcity(static_cast<double>(hall.desks.size()) / static_cast<double>(able));
    hall.services[s].factor /= rare;
    hall.services[s].booked_factor /= rare;
  }
}

HallVisit& add_entry(Hall& hall, const QueueEntry& waiting, std::uint8_t service, Instant now) {
  HallVisit& there = hall.waiting.emplace_back();
  there.rank_s = -seconds_between(waiting.rank, now);
  there.front = !waiting.behind;
  there.service = service;
  return there;
}

/// The desk a step is tied to, as the hall numbers those that are there.
std::uint16_t tie_of(const State& state, const Facility& facility, const Step& step) {
  if (step.tied.empty()) return any_desk;
  std::uint16_t index = 0;
  for (const Desk& described : facility.desks) {
    const DeskStatus* status = state.find(described.id);
    if (status == nullptr || status->phase == DeskPhase::closed) continue;
    if (described.id == step.tied) return index;
    ++index;
  }
  return any_desk;
}

std::uint32_t number_of(Hall& hall, Names& names, Serial serial) {
  const auto [number, fresh] = names.numbers.try_emplace(serial, hall.visits);
  if (fresh) ++hall.visits;
  return number->second;
}

/// Steps of one visit that wait in several queues are one visit: the first call takes it out of all of them, until that step is over.
void add_waiting(Hall& hall, const State& state, const Facility& facility, Instant now, Names& names) {
  for (const auto& [id, queue] : state.queues)
    for (const QueueEntry& waiting : queue) {
      HallVisit& there = add_entry(hall, waiting, index_of(facility, id), now);
      there.visit = number_of(hall, names, waiting.serial);
      there.step = waiting.step;
      if (const Visit* visit = state.find(waiting.serial)) {
        there.arrival_s = -seconds_between(visit->anchor, now);
        there.booked = visit->booked_for.has_value();
        there.passed = visit->passed;
        there.tied = tie_of(state, facility, visit->steps[waiting.step]);
      }
      names.entries.push_back(waiting);
    }
}

/// Steps that stand in no queue yet: they wait for others of their visit, or the visit is at a desk.
void add_later_steps(Hall& hall, const Visit& visit, std::uint32_t number, const Facility& facility, Instant now) {
  for (std::size_t step = 0; step < visit.steps.size(); ++step) {
    if (visit.steps[step].state != StepState::waiting || (visit.state == VisitState::waiting && visit.is_ready(step))) continue;
    const double rank = -seconds_between(visit.anchor - visit.head_start, now);
    hall.later.push_back({number, rank, index_of(facility, visit.steps[step].service), static_cast<std::uint8_t>(step), visit.booked_for.has_value()});
  }
}

/// Who is at a desk comes back with what is left; `hall.desks` are those that are not closed, in the facility's order.
void add_returns(Hall& hall, const State& state, const Facility& facility, Instant now, Names& names) {
  for (const auto& entry : names.entries)
    if (const Visit* visit = state.find(entry.serial); visit != nullptr && visit->steps.size() > 1) {
      const std::uint32_t number = names.numbers.at(entry.serial);
      const bool known = std::any_of(hall.later.begin(), hall.later.end(), [&](const HallLater& later) { return later.visit == number; });
      if (!known) add_later_steps(hall, *visit, number, facility, now);
    }
  std::size_t index = 0;
  for (const Desk& described : facility.desks) {
    const DeskStatus* status = state.find(described.id);
    if (status == nullptr || status->phase == DeskPhase::closed) continue;
    HallDesk& desk = hall.desks[index++];
    const Visit* visit = desk.busy ? state.find(status->visit) : nullptr;
    if (visit == nullptr || visit->steps.size() < 2) continue;
    desk.visit = number_of(hall, names, visit->serial);
    add_later_steps(hall, *visit, desk.visit, facility, now);
  }
}

/// Booked and not here yet. One whose time is long past is not waited for.
void add_coming(Hall& hall, const State& state, const Facility& facility, Instant now) {
  constexpr std::chrono::hours ahead{4};
  const auto from = state.bookings_by_start.lower_bound({now - facility.booking.late, BookingId{}});
  for (auto each = from; each != state.bookings_by_start.end() && each->first <= now + ahead; ++each) {
    const Booking* booking = state.find(each->second);
    if (booking == nullptr || booking->state != BookingState::booked) continue;
    hall.coming.push_back(coming(facility, *booking, now));
  }
}

/// What came in the last hour, while the house knows no better.
void add_recent_rates(Hall& hall, const State& state, const Facility& facility, Instant now) {
  double first_s = rate_window_min_s;
  std::vector<double> counts(facility.services.size(), 0);
  for (const auto& [serial, visit] : state.visits) {
    const double ago = seconds_between(visit.created_at, now);
    if (ago < 0 || ago > rate_window_s) continue;
    first_s = std::max(first_s, ago);
    if (!visit.booked_for && !visit.steps.empty()) counts[index_of(facility, visit.steps.front().service)] += 1;
  }
  for (std::size_t s = 0; s < counts.size(); ++s) hall.services[s].walk_ins_per_s = counts[s] / first_s;
}

/// The usual day, by the hour, times how busy this one has been so far.
void add_usual_rates(Hall& hall, const Facility& facility, const Learned& learned, Instant now) {
  constexpr double day_weight = 20;   // walk-ins: days differ by about a fifth
  const double into_s = seconds_between(std::chrono::floor<std::chrono::days>(now), now);
  const auto hour = static_cast<std::size_t>(into_s / 3600);
  const double share = into_s / 3600 - static_cast<double>(hour);
  double usual = 0, came = 0;
  for (std::size_t h = 0; h < 24; ++h) {
    usual += learned.hours.usual[h] * (h < hour ? 1 : h == hour ? share : 0);
    came += learned.hours.today[h];
  }
  const double busy = (day_weight + came) / (day_weight + usual);
  // The mean over the half hour to come.
  const double in_next = std::clamp((share * 60 - 30) / 30, 0.0, 1.0);
  const double per_hour = learned.hours.usual[hour] * (1 - in_next) + learned.hours.usual[(hour + 1) % 24] * in_next;
  double all = 0;
  for (const auto& [service, count] : learned.walk_ins) all += count;
  for (const auto& [service, count] : learned.walk_ins)
    if (facility.find(service) != nullptr) hall.services[index_of(facility, service)].walk_ins_per_s += per_hour * busy * count / all / 3600;
}

void add_rates(Hall& hall, const State& state, const Facility& facility, Instant now) {
  constexpr double days_needed = 3;
  if (state.learned.hours.days < days_needed) return add_recent_rates(hall, state, facility, now);
  add_usual_rates(hall, facility, state.learned, now);
}

}  // namespace

ComingBooking coming(const Facility& facility, const Booking& booking, Instant now) {
  return {-seconds_between(booking.start(), now), index_of(facility, booking.parts.front().service)};
}

Hall room_of(const State& state, const Facility& facility, Instant now, Names* names) {
  Names own;
  Names& known = names == nullptr ? own : *names;
  Hall hall;
  const std::string& rule = facility.rules.policy;
  hall.rule = rule == "fifo" ? Rule::fifo : rule == "booked_first" ? Rule::booked_first : rule == "skranke" ? Rule::skranke : Rule::longest_wait;
  const Learned& learned = state.learned;
  hall.walk_s = blended(learned.walk_s, 30, 5);
  hall.gap_s = blended(learned.gap_s, 5, 5);
  hall.break_s = blended(learned.break_s, 1800, 2);
  hall.broke = std::clamp(blended(learned.broke, 0.5, 4), 0.01, 0.99);
  hall.no_show = 1 - blended(learned.came, 0.88, 20);
  hall.early_mean_s = blended(learned.early_s, 420, 10);
  hall.early_deviation_s = std::sqrt((learned.early_s.squares + 10 * 420.0 * 420.0) / (learned.early_s.weight + 10));
  hall.gives_up_per_s = (learned.walk_in_left + 2) / (learned.walk_in_wait_s + 2 * 7200);
  add_services(hall, state, facility);
  add_waiting(hall, state, facility, now, known);
  add_desks(hall, state, facility, now);
  add_returns(hall, state, facility, now, known);
  add_tempo(hall, learned, now);
  weigh_rare_services(hall);
  add_coming(hall, state, facility, now);
  add_rates(hall, state, facility, now);
  return hall;
}

Hall hall_of(const State& state, const Facility& facility, const ServiceId& service, const QueueEntry& entry, Instant now) {
  Names names;
  Hall hall = room_of(state, facility, now, &names);
  const auto own = names.numbers.find(entry.serial);
  if (own != names.numbers.end()) {
    hall.target = own->second;
  } else {
    add_entry(hall, entry, index_of(facility, service), now).visit = hall.visits;
    hall.target = hall.visits++;
  }
  open_all_for(hall, state, facility, index_of(facility, service), now);
  return hall;
}

namespace {

std::chrono::seconds whole(double value) { return std::chrono::seconds{static_cast<std::int64_t>(std::max(value, 0.0) + 0.5)}; }

/// The middle stays; each end moves as past misses on its side ask for.
Estimate range_of(std::vector<double>& waits, const Calibration& past) {
  const double middle = share_of(waits, 0.5), low = share_of(waits, 0.1), high = share_of(waits, 0.9);
  // The half minute lets an interval grow that had no width.
  const double more = std::max(0.0, past.upper - 1) * 30;
  return {whole(middle - (middle - low) * past.lower), whole(middle), whole(middle + (high - middle) * past.upper + more)};
}

}  // namespace

Estimate told_from(const Hall& hall, std::uint64_t key, const Calibration& past) {
  auto waits = played_enough(hall, key);
  return range_of(waits, past);
}

std::vector<std::pair<std::uint8_t, Estimate>> steps_from(const Hall& hall, std::uint64_t key, const Calibration& past) {
  std::vector<std::pair<std::uint8_t, Estimate>> steps;
  for (auto& [step, waits] : played_steps(hall, key, steps_futures)) steps.emplace_back(step, range_of(waits, past));
  return steps;
}

Estimate lateness_from(const Hall& hall, const ComingBooking& booking, std::uint64_t key, const Calibration& past) {
  Hall with = hall;
  const auto same = std::find_if(with.coming.begin(), with.coming.end(), [&](const ComingBooking& other) { return other.start_s == booking.start_s && other.service == booking.service; });
  if (same != with.coming.end()) with.coming.erase(same);
  HallVisit visit;
  visit.rank_s = booking.start_s;
  visit.arrives_in_s = visit.arrival_s = std::max(1.0, booking.start_s - std::max(0.0, hall.early_mean_s));
  visit.visit = with.target = with.visits++;
  visit.service = booking.service;
  visit.booked = true;
  with.waiting.push_back(visit);
  auto late = played_enough(with, key);
  for (double& each : late) each = std::max(0.0, each - std::max(booking.start_s, 0.0));
  return range_of(late, past);
}

}  // namespace skranke::core::forecast
