#include "wire/facility_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "wire/clock_words.hpp"

namespace skranke::wire {
namespace {

using core::Minutes;

Minutes minutes(TableReader& table, std::string_view key, Minutes fallback, int min, int max) {
  return Minutes{table.integer(key, min, max).value_or(fallback.count())};
}

std::optional<core::Day> read_day(TableReader& table, std::string_view key) {
  const Node* node = table.value(key);
  if (node == nullptr) return std::nullopt;
  const bool written = node->kind == Node::Kind::text || node->kind == Node::Kind::date;
  if (const auto date = written ? parse_date(node->text) : std::nullopt) return date;
  table.error(key, "wrong_date", {"Her skal stå en dato som \"2027-01-01\".", "This must be a date like \"2027-01-01\"."});
  return std::nullopt;
}

}  // namespace

void read_holidays(TableReader& site, core::HolidayRules& rules) {
  static constexpr std::array<std::string_view, 1> countries{"dk"};
  rules.danish = site.one_of("holidays", countries).has_value();
  for (const std::string& word : site.texts("holidays_also", {.count_max = extra_holidays.size()})) {
    if (word == "labour_day") rules.labour_day = true;
    else if (word == "constitution_day") rules.constitution_day = true;
    else if (word == "christmas_eve") rules.christmas_eve = true;
    else if (word == "new_years_eve") rules.new_years_eve = true;
    else {
      const Message hint = did_you_mean(word, {extra_holidays.begin(), extra_holidays.end()});
      site.error("holidays_also", "not_one_of",
                 {fmt::format("{} er ingen dag, vi kender; skriv {}.{}", quoted(word), fmt::join(extra_holidays, ", "), hint.da),
                  fmt::format("{} is no day we know; write {}.{}", quoted(word), fmt::join(extra_holidays, ", "), hint.en)});
    }
  }
}

void read_service_calendar(TableReader& service, core::Service& into) {
  static constexpr std::array<std::string_view, 7> days{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  if (auto modes = service.table("mode_on")) {
    for (std::size_t day = 0; day < days.size(); ++day)
      if (const auto word = modes->one_of(days[day], mode_words))
        into.mode_on[day] = static_cast<core::Mode>(std::find(mode_words.begin(), mode_words.end(), *word) - mode_words.begin());
    modes->done();
  }
  into.from = read_day(service, "from");
  into.until = read_day(service, "until");
  if (into.from && into.until && *into.until < *into.from)
    service.error("until", "out_of_range", {"Den ophører, før den begynder.", "It ends before it begins."});
  if (const auto wait = service.integer("alarm_wait_minutes", 1, 1440)) into.alarm_wait = Minutes{*wait};
}

void read_last_ticket(TableReader& rules, core::Rules& into) {
  static constexpr std::array<std::string_view, 2> ways{"closing", "by_work"};
  into.last_ticket.by_work = rules.one_of("last_ticket", ways).value_or("closing") == "by_work";
  into.last_ticket.overtime = minutes(rules, "overtime_minutes", into.last_ticket.overtime, 0, 480);
  into.last_ticket.notice = minutes(rules, "last_ticket_notice_minutes", into.last_ticket.notice, 0, 240);
  into.night_ends_visits = rules.flag("night_ends_visits").value_or(into.night_ends_visits);
}

void read_room(TableReader& room, FacilityDraft& draft) {
  static constexpr std::array<std::string_view, 2> ways{"outside", "refuse"};
  core::RoomRules& rules = draft.facility.room;
  rules.crowd_max = static_cast<int>(room.integer("crowd_max", 1, 10'000).value_or(0));
  rules.wait_outside = room.one_of("when_full", ways).value_or("outside") == "outside";
  for (TableReader& zone : room.tables("zone", 50)) {
    core::RoomRules::ZoneLimit limit{zone.required_slug("id"), static_cast<int>(zone.required_integer("crowd_max", 1, 10'000))};
    if (const Node* node = zone.node().find("id"); node != nullptr && node->kind == Node::Kind::text)
      draft.references.push_back({Thing::zone, limit.zone, Thing::zone, limit.zone, {node, zone.path("id")}});
    zone.done();
    rules.zones.push_back(std::move(limit));
  }
  room.done();
}

void read_alarms(TableReader& alarms, core::AlarmRules& into) {
  into.wait = minutes(alarms, "wait_minutes", into.wait, 0, 1440);
  into.queue = static_cast<int>(alarms.integer("queue", 0, 5000).value_or(into.queue));
  into.called = minutes(alarms, "called_minutes", into.called, 0, 1440);
  into.serving = minutes(alarms, "serving_minutes", into.serving, 0, 1440);
  into.parked = minutes(alarms, "parked_minutes", into.parked, 0, 1440);
  into.leaving = minutes(alarms, "leaving_minutes", into.leaving, 0, 480);
  into.closing = minutes(alarms, "closing_minutes", into.closing, 0, 480);
  into.desk_break = minutes(alarms, "break_minutes", into.desk_break, 0, 480);
  into.promise = alarms.flag("promise").value_or(into.promise);
  alarms.done();
}

std::optional<core::WeeklySpan> read_lunch(TableReader& opening, const core::WeeklySpan& span) {
  const auto text = opening.text("lunch", {.max = 20});
  if (!text) return std::nullopt;
  const auto lunch = parse_weekly_span("mon " + *text);   // the same hours, said without a day
  if (lunch && span.from < lunch->from && lunch->to < span.to) return lunch;
  opening.error("lunch", "wrong_time",
                {fmt::format("{} er ingen pause inden for åbningstiden; skriv f.eks. \"12:00-12:30\".", quoted(*text)),
                 fmt::format("{} is no pause within the opening hours; write e.g. \"12:00-12:30\".", quoted(*text))});
  return std::nullopt;
}

}  // namespace skranke::wire
