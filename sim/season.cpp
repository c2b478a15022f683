#include "sim/season.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

#include <fmt/format.h>

#include "core/chance.hpp"
#include "core/evolve_booking.hpp"
#include "core/promise.hpp"

namespace skranke::sim {
namespace {

using namespace core;
using std::chrono::days;
using std::chrono::hours;

constexpr Minutes slot{15}, opens{9 * 60}, closes{15 * 60};
constexpr int alarm_remembered = 20;   ///< working days for which an alarm counts as having told of a breach
const ServiceId passport{"passport"};

double factor(Course course, int day, int season) {
  const double at = static_cast<double>(day) / season;
  switch (course) {
    case Course::usual: return 1;
    case Course::summer: return 1 + std::max(0.0, 1 - std::abs(at - 0.5) / 0.25);
    case Course::identity: return at >= 0.35 && at < 0.75 ? 3 : 1;
    case Course::growth: return 1 + 4.2 * at;
  }
  return 1;
}

Facility site(const SeasonPlan& plan) {
  Facility facility;
  facility.site.id = "season";
  facility.authorities.emplace_back().id = AuthorityId{"kommune"};
  Service& service = facility.services.emplace_back();
  service.id = passport;
  service.authority = AuthorityId{"kommune"};
  service.letter = 'A';
  service.mode = Mode::booking;
  service.slot = slot;
  service.book.horizon_days = plan.horizon_days;
  for (int i = 0; i < plan.desks; ++i) {
    Desk& desk = facility.desks.emplace_back();
    desk.id = DeskId{fmt::format("desk-{}", i + 1)};
    desk.services = {passport};
  }
  facility.opening.push_back({.days = 0b0011111, .from = opens, .to = closes});
  return facility;
}

class Season {
 public:
  Season(Course course, const SeasonPlan& plan) : plan_{plan}, facility_{site(plan)}, chance_{key_of({plan.seed, static_cast<std::uint64_t>(course)})} {
    outcome_.course = course;
  }

  SeasonOutcome live() {
    Instant morning = from_millis(1'795'420'800'000);   // a Monday
    std::vector<int> asked;
    for (int day = 0; day < plan_.days; ++day) {
      asked.push_back(live_day(day, morning));
      morning += day % 5 == 4 ? days{3} : days{1};   // over the weekend
    }
    const int places = plan_.desks * static_cast<int>((closes - opens) / slot);
    // Whoever asks in the morning can still have a time on the same day; the last who ask have days after the season.
    outcome_.possible = most_possible(asked, std::vector<int>(asked.size() + promised_days, places), promised_days);
    return outcome_;
  }

 private:
  /// Before the doors open: the alarm is told, then all who ask that day book.
  int live_day(int day, Instant morning) {
    const Instant now = facility_.zone.to_utc(LocalTime{local_day(facility_, morning)} + hours{8});
    forget_ended_bookings(state_, now);
    const bool alarm = promise_of(state_, facility_, passport, now).alarm();
    const double expected = factor(outcome_.course, day, plan_.days) * plan_.load * plan_.desks * static_cast<double>((closes - opens) / slot);
    const int asked = std::max(0, static_cast<int>(std::lround(expected + std::sqrt(expected) * chance_.normal())));
    bool breach = false;
    Instant after = now;
    for (int i = 0; i < asked; ++i) breach = !book(now, after) || breach;
    outcome_.asked += asked;
    if (breach && !outcome_.first_breach) outcome_.first_breach = day;
    if (breach && (!told_ || day - *told_ > alarm_remembered)) ++outcome_.silent_breaches;
    if (alarm) {
      if (!outcome_.first_alarm) outcome_.first_alarm = day;
      told_ = day;
      ++outcome_.alarms;
    }
    return asked;
  }

  /// The first free time; nobody who asks later on the same day finds an earlier one. False when it is none within the promise.
  bool book(Instant now, Instant& after) {
    const SlotQuery query{{passport}, 1, {}};
    const auto start = next_free(state_, facility_, query, after, now);
    if (!start) return false;
    after = *start - std::chrono::milliseconds{1};
    BookingMade fact;
    fact.booking = BookingId{fmt::format("b{:07}", ++made_)};
    fact.parts = parts_from(facility_, query, *start);
    on(state_, fact, now);
    const int waited = working_days_between(facility_, local_day(facility_, now), local_day(facility_, *start));
    ++outcome_.booked;
    outcome_.within_3 += waited <= 3;
    outcome_.within_7 += waited <= promised_days;
    return waited <= promised_days;
  }

  const SeasonPlan plan_;
  const Facility facility_;
  Chance chance_;
  State state_;
  SeasonOutcome outcome_;
  std::optional<int> told_;
  int made_ = 0;
};

std::string day_or_none(const std::optional<int>& day) { return day ? fmt::format("{}", *day) : "-"; }

}  // namespace

std::string_view word(Course course) {
  switch (course) {
    case Course::usual: return "usual";
    case Course::summer: return "summer";
    case Course::identity: return "identity";
    case Course::growth: return "growth";
  }
  return "usual";
}

SeasonOutcome live_season(Course course, const SeasonPlan& plan) { return Season{course, plan}.live(); }

int most_possible(const std::vector<int>& asked, const std::vector<int>& places, int within) {
  std::deque<std::pair<int, int>> waiting;   // the last day that counts, how many
  int served = 0;
  for (int day = 0; day < static_cast<int>(places.size()); ++day) {
    if (day < static_cast<int>(asked.size())) waiting.emplace_back(day + within, asked[static_cast<std::size_t>(day)]);
    int left = places[static_cast<std::size_t>(day)];
    while (!waiting.empty() && (left > 0 || waiting.front().first < day)) {
      auto& [last, count] = waiting.front();
      const int taken = last < day ? 0 : std::min(count, left);
      count -= taken;
      left -= taken;
      served += taken;
      if (count == 0 || last < day) waiting.pop_front();
    }
  }
  return served;
}

void write_season_table(const std::vector<SeasonOutcome>& outcomes, std::string& out) {
  out += fmt::format("{:10}{:>8}{:>8}{:>9}{:>9}{:>9}{:>8}{:>8}{:>8}{:>8}\n", "course", "asked", "booked", "within 3", "within 7", "possible", "gap", "alarm", "breach", "silent");
  for (const SeasonOutcome& o : outcomes)
    out += fmt::format("{:10}{:8}{:8}{:8.1f}%{:8.1f}%{:8.1f}%{:7.2f}%{:>8}{:>8}{:8}\n", word(o.course), o.asked, o.booked, 100 * o.share_3(), 100 * o.share_7(),
                       o.asked > 0 ? 100.0 * o.possible / o.asked : 100, 100 * o.gap(), day_or_none(o.first_alarm), day_or_none(o.first_breach), o.silent_breaches);
}

void write_season_json(const std::vector<SeasonOutcome>& outcomes, const SeasonPlan& plan, std::string& out) {
  for (const SeasonOutcome& o : outcomes) {
    out += fmt::format(R"({{"course":"{}","days":{},"seed":{},"horizon_days":{},"asked":{},"booked":{},"share_within_3":{:.4f},"share_within_7":{:.4f},"possible":{},"gap":{:.4f},"mornings_with_alarm":{},"silent_breaches":{})",
                       word(o.course), plan.days, plan.seed, plan.horizon_days, o.asked, o.booked, o.share_3(), o.share_7(), o.possible, o.gap(), o.alarms, o.silent_breaches);
    if (o.first_alarm) out += fmt::format(R"(,"first_alarm":{})", *o.first_alarm);
    if (o.first_breach) out += fmt::format(R"(,"first_breach":{})", *o.first_breach);
    out += "}\n";
  }
}

}  // namespace skranke::sim
