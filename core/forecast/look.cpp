#include "core/forecast/look.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/forecast/rule.hpp"
#include "core/policy/policy.hpp"

namespace skranke::core::forecast {
namespace {

/// Before anything was seen: an errand takes as long as the facility says, give or take half of it, and that belief weighs as much as so many errands.
constexpr double prior_log_variance = 0.223, prior_weight = 6;
constexpr double clerk_deviation = 0.2;
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
    service.log_deviation = std::sqrt((prior_log_variance * prior_weight + (n > 0 ? running->squares : 0)) / (prior_weight + n));
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

/// How much slower or faster everything goes today: what the desks have in common beyond what chance would give them. A day on which the systems are
/// slow is noticed before each clerk alone has shown it.
double pace_of_today(const Learned& learned) {
  constexpr double surprise = 1.0;   // deviations that chance is allowed
  double weight = 0, sum = 0, squares = 0;
  for (const DeskLearned& desk : learned.desks) {
    weight += desk.pace.weight;
    sum += desk.pace.weight * desk.pace.mean;
    squares += desk.pace.weight * desk.pace.weight;
  }
  if (weight < 1) return 0;
  const double mean = sum / weight;
  // Of errands, and of clerks who differ.
  const double deviation = std::sqrt(prior_log_variance / weight + clerk_deviation * clerk_deviation * squares / (weight * weight));
  return mean > 0 ? std::max(0.0, mean - surprise * deviation) : std::min(0.0, mean + surprise * deviation);
}

void add_desk(Hall& hall, const State& state, const Facility& facility, const Desk& described, const DeskStatus* status, Instant now) {
  HallDesk& desk = hall.desks.emplace_back();
  for (const ServiceId& id : status == nullptr ? described.services : asking(facility, *status, now).services) desk.serves.set(index_of(facility, id));
  const double today = pace_of_today(state.learned);
  desk.pace = today;
  desk.pace_deviation = clerk_deviation;
  for (const DeskLearned& learned : state.learned.desks) {
    if (learned.desk != described.id) continue;
    const double weight = prior_log_variance / (clerk_deviation * clerk_deviation);
    desk.pace = (learned.pace.mean * learned.pace.weight + today * weight) / (learned.pace.weight + weight);
    desk.pace_deviation = clerk_deviation * std::sqrt(weight / (learned.pace.weight + weight));
    desk.had_break = learned.had_break;
    if (learned.opened_at != Instant{}) desk.open_for_s = seconds_between(learned.opened_at, now);
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

/// Steps of one visit that wait in several queues are one visit: the first call takes it out of all of them.
void add_waiting(Hall& hall, const State& state, const Facility& facility, Instant now, std::vector<QueueEntry>* entries) {
  std::unordered_map<Serial, std::uint32_t> numbers;
  for (const auto& [id, queue] : state.queues)
    for (const QueueEntry& waiting : queue) {
      HallVisit& there = add_entry(hall, waiting, index_of(facility, id), now);
      const auto [number, fresh] = numbers.try_emplace(waiting.serial, hall.visits);
      if (fresh) ++hall.visits;
      there.visit = number->second;
      if (const Visit* visit = state.find(waiting.serial)) {
        there.arrival_s = -seconds_between(visit->anchor, now);
        there.booked = visit->booked_for.has_value();
        there.passed = visit->passed;
        there.tied = tie_of(state, facility, visit->steps[waiting.step]);
      }
      if (entries != nullptr) entries->push_back(waiting);
    }
}

/// Booked and not here yet. One whose time is long past is not waited for.
void add_coming(Hall& hall, const State& state, const Facility& facility, Instant now) {
  constexpr std::chrono::hours ahead{4};
  const auto from = state.bookings_by_start.lower_bound({now - facility.booking.late, BookingId{}});
  for (auto each = from; each != state.bookings_by_start.end() && each->first <= now + ahead; ++each) {
    const Booking* booking = state.find(each->second);
    if (booking == nullptr || booking->state != BookingState::booked) continue;
    hall.coming.push_back({-seconds_between(each->first, now), index_of(facility, booking->parts.front().service)});
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

Hall room_of(const State& state, const Facility& facility, Instant now, std::vector<QueueEntry>* entries) {
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
  add_waiting(hall, state, facility, now, entries);
  add_desks(hall, state, facility, now);
  weigh_rare_services(hall);
  add_coming(hall, state, facility, now);
  add_rates(hall, state, facility, now);
  return hall;
}

Hall hall_of(const State& state, const Facility& facility, const ServiceId& service, const QueueEntry& entry, Instant now) {
  std::vector<QueueEntry> entries;
  Hall hall = room_of(state, facility, now, &entries);
  const auto own = std::find_if(entries.begin(), entries.end(), [&](const QueueEntry& waiting) { return waiting.serial == entry.serial; });
  if (own != entries.end()) {
    hall.target = hall.waiting[static_cast<std::size_t>(own - entries.begin())].visit;
  } else {
    add_entry(hall, entry, index_of(facility, service), now).visit = hall.visits;
    hall.target = hall.visits++;
  }
  open_all_for(hall, state, facility, index_of(facility, service), now);
  return hall;
}

Estimate told_from(const Hall& hall, std::uint64_t key, const Calibration& past) {
  auto waits = played_enough(hall, key);
  const auto at = [&](double share) { return share_of(waits, share); };
  const double middle = at(0.5);
  const auto whole = [](double value) { return std::chrono::seconds{static_cast<std::int64_t>(std::max(value, 0.0) + 0.5)}; };
  // The half minute lets an interval grow that had no width.
  const double more = std::max(0.0, past.upper - 1) * 30;
  return {whole(middle - (middle - at(0.1)) * past.lower), whole(middle), whole(middle + (at(0.9) - middle) * past.upper + more)};
}

}  // namespace skranke::core::forecast
