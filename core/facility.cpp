#include "core/facility.hpp"

#include <algorithm>

namespace skranke::core {
namespace {

template <class Things, class IdType>
auto find_in(const Things& things, const IdType& id) -> const typename Things::value_type* {
  const auto found = std::find_if(things.begin(), things.end(), [&](const auto& thing) { return thing.id == id; });
  return found == things.end() ? nullptr : &*found;
}

bool on_weekday(const WeeklySpan& span, Day day) { return (span.days >> weekday_index(day) & 1U) != 0; }

OpenSpan on_clock(const Facility& facility, Day day, Minutes from, Minutes to) {
  return {facility.zone.to_utc(day + from), facility.zone.to_utc(day + to)};
}

void add_if_real(std::vector<OpenSpan>& spans, OpenSpan span) {
  if (span.from < span.to) spans.push_back(span);
}

}  // namespace

const std::string& Text::get(std::string_view language) const {
  static const std::string nothing;
  const auto in = [&](std::string_view wanted) {
    return std::find_if(by_language.begin(), by_language.end(), [&](const auto& entry) { return entry.first == wanted; });
  };
  if (const auto exact = in(language); exact != by_language.end()) return exact->second;
  if (const auto english = in("en"); english != by_language.end()) return english->second;
  return by_language.empty() ? nothing : by_language.front().second;
}

const Service* Facility::find(const ServiceId& id) const { return find_in(services, id); }
const Authority* Facility::find(const AuthorityId& id) const { return find_in(authorities, id); }
const Desk* Facility::find(const DeskId& id) const { return find_in(desks, id); }
const Board* Facility::find(const BoardId& id) const { return find_in(boards, id); }
const Kiosk* Facility::find(const KioskId& id) const { return find_in(kiosks, id); }
const PrinterConfig* Facility::find(const PrinterId& id) const { return find_in(printers, id); }
const Priority* Facility::find(const PriorityId& id) const { return find_in(priorities, id); }

std::vector<OpenSpan> site_hours(const Facility& facility, Day day) {
  std::vector<OpenSpan> spans;
  for (const Closure& closure : facility.closures) {
    if (closure.date != day) continue;
    if (closure.open) add_if_real(spans, on_clock(facility, day, closure.open->first, closure.open->second));
    return spans;
  }
  if (holiday_on(facility.site.holidays, day)) return spans;
  if (facility.opening.empty()) add_if_real(spans, on_clock(facility, day, Minutes{0}, Minutes{1440}));
  for (const WeeklySpan& span : facility.opening)
    if (on_weekday(span, day)) add_if_real(spans, on_clock(facility, day, span.from, span.to));
  std::sort(spans.begin(), spans.end(), [](const OpenSpan& a, const OpenSpan& b) { return a.from < b.from; });
  return spans;
}

std::vector<OpenSpan> service_hours(const Facility& facility, const Service& service, Day day) {
  if (!service.offered_on(day)) return {};
  std::vector<OpenSpan> spans = site_hours(facility, day);
  const Authority* authority = facility.find(service.authority);
  if (authority == nullptr || authority->present.empty()) return spans;
  std::vector<OpenSpan> both;
  for (const WeeklySpan& present : authority->present) {
    if (!on_weekday(present, day)) continue;
    const OpenSpan there = on_clock(facility, day, present.from, present.to);
    for (const OpenSpan& open : spans)
      add_if_real(both, {std::max(open.from, there.from), std::min(open.to, there.to)});
  }
  std::sort(both.begin(), both.end(), [](const OpenSpan& a, const OpenSpan& b) { return a.from < b.from; });
  return both;
}

std::vector<OpenSpan> desk_hours(const Facility& facility, const Desk& desk, Day day) {
  std::vector<OpenSpan> spans;
  if (desk.hours.empty()) add_if_real(spans, on_clock(facility, day, Minutes{0}, Minutes{1440}));
  for (const WeeklySpan& span : desk.hours)
    if (on_weekday(span, day)) add_if_real(spans, on_clock(facility, day, span.from, span.to));
  for (const WeeklySpan& away : desk.breaks) {
    if (!on_weekday(away, day)) continue;
    const OpenSpan gone = on_clock(facility, day, away.from, away.to);
    std::vector<OpenSpan> left;
    for (const OpenSpan& there : spans) {
      add_if_real(left, {there.from, std::min(there.to, gone.from)});
      add_if_real(left, {std::max(there.from, gone.to), there.to});
    }
    spans = std::move(left);
  }
  std::sort(spans.begin(), spans.end(), [](const OpenSpan& a, const OpenSpan& b) { return a.from < b.from; });
  return spans;
}

bool is_open(const std::vector<OpenSpan>& spans, Instant at) {
  return std::any_of(spans.begin(), spans.end(), [&](const OpenSpan& span) { return span.from <= at && at < span.to; });
}

std::chrono::milliseconds open_time_left(const std::vector<OpenSpan>& spans, Instant at) {
  std::chrono::milliseconds left{0};
  for (const OpenSpan& span : spans)
    if (span.to > at) left += span.to - std::max(span.from, at);
  return left;
}

Day local_day(const Facility& facility, Instant at) { return std::chrono::floor<std::chrono::days>(facility.zone.to_local(at)); }

std::optional<OpenSpan> next_opening(const Facility& facility, const Service& service, Instant at) {
  Day today = local_day(facility, at);
  if (service.from) today = std::max(today, *service.from);   // however far ahead the service begins
  for (int ahead = 0; ahead <= 60; ++ahead)
    for (const OpenSpan& span : service_hours(facility, service, today + std::chrono::days{ahead}))
      if (span.from > at) return span;
  return std::nullopt;
}

}  // namespace skranke::core
