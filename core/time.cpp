#include "core/time.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace skranke::core {
using namespace std::chrono;

namespace {

/// Written by hand: an answer holds four or five times of day, and a general formatter cost more than all else in it.
char* put_digits(char* out, std::int64_t value, int width) {
  for (char* at = out + width; at != out; value /= 10) *--at = static_cast<char>('0' + value % 10);
  return out + width;
}

char* put_day(char* out, Day day) {
  const year_month_day date{day};
  out = put_digits(out, static_cast<int>(date.year()), 4);
  *out++ = '-';
  out = put_digits(out, static_cast<unsigned>(date.month()), 2);
  *out++ = '-';
  return put_digits(out, static_cast<unsigned>(date.day()), 2);
}

}  // namespace

seconds Zone::offset_at(Instant at) const {
  if (transitions_.empty()) return seconds{0};
  const auto after = std::upper_bound(transitions_.begin(), transitions_.end(), at,
                                      [](Instant instant, const Transition& t) { return instant < t.from; });
  return after == transitions_.begin() ? transitions_.front().offset : std::prev(after)->offset;
}

Instant Zone::to_utc(LocalTime local) const {
  // Offsets stay within a day of UTC, so the two offsets around the wall time are the only candidates.
  const Instant as_if_utc{local.time_since_epoch()};
  const seconds before = offset_at(as_if_utc - hours{24});
  const seconds after = offset_at(as_if_utc + hours{24});
  const Instant first = as_if_utc - std::max(before, after);
  const Instant second = as_if_utc - std::min(before, after);
  if (to_local(first) == local) return first;
  if (to_local(second) == local) return second;
  // Skipped: the jump itself lies between the two candidates.
  for (const Transition& t : transitions_)
    if (t.from >= first && t.from <= second) return t.from;
  return second;
}

Day business_day(const Zone& zone, minutes begins, Instant at) { return floor<days>(zone.to_local(at) - begins); }

unsigned weekday_index(Day day) { return weekday{day}.iso_encoding() - 1; }

std::string to_string(Day day) {
  char text[10];
  return {text, put_day(text, day)};
}

std::string to_rfc3339(const Zone& zone, Instant at) {
  const seconds ahead = zone.offset_at(at);
  const LocalTime local{(at + ahead).time_since_epoch()};
  const Day day = floor<days>(local);
  const auto second_of_day = floor<seconds>(local - day).count();
  const auto offset = duration_cast<minutes>(ahead).count();
  const auto magnitude = offset < 0 ? -offset : offset;
  char text[25];
  char* out = put_day(text, day);
  *out++ = 'T';
  out = put_digits(out, second_of_day / 3600, 2);
  *out++ = ':';
  out = put_digits(out, second_of_day / 60 % 60, 2);
  *out++ = ':';
  out = put_digits(out, second_of_day % 60, 2);
  *out++ = offset < 0 ? '-' : '+';
  out = put_digits(out, magnitude / 60, 2);
  *out++ = ':';
  return {text, put_digits(out, magnitude % 60, 2)};
}

std::string to_clock(const Zone& zone, Instant at) {
  const LocalTime local = zone.to_local(at);
  const auto minute_of_day = floor<minutes>(local - floor<days>(local)).count();
  return fmt::format("{:02}.{:02}", minute_of_day / 60, minute_of_day % 60);
}

}  // namespace skranke::core
