#include "wire/zone.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include <date/tz.h>
#include <fmt/format.h>

#include "wire/digits.hpp"
#include "wire/posix_rule.hpp"

namespace skranke::wire {
namespace {

using core::Instant;
using core::Zone;
using std::chrono::seconds;

const date::sys_seconds first_instant = date::sys_days{date::year{2000} / 1 / 1};
const date::sys_seconds last_instant = date::sys_days{date::year{2101} / 1 / 1};
constexpr std::size_t transitions_max = 2000;

bool is_zone_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
           c == '-' || c == '+';
  };
  // "localtime" is whatever this machine is set to, which would make two boxes of one site disagree.
  return !name.empty() && name.size() <= 64 && name != "localtime" && std::all_of(name.begin(), name.end(), fits);
}

/// The rule for all years after the table's end, as a POSIX TZ string: the last line of the compiled zone file.
std::string rule_after_table(std::string_view name) {
  std::ifstream file{fmt::format("/usr/share/zoneinfo/{}", name), std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  if (!bytes.starts_with("TZif") || bytes.back() != '\n') return {};
  const std::size_t begin = bytes.find_last_of('\n', bytes.size() - 2);
  return begin == std::string::npos ? std::string{} : bytes.substr(begin + 1, bytes.size() - begin - 2);
}

/// Transitions as the library knows them.
std::vector<Zone::Transition> table_of(const date::time_zone& zone) {
  std::vector<Zone::Transition> table;
  for (date::sys_seconds from = first_instant; from < last_instant && table.size() < transitions_max;) {
    const date::sys_info info = zone.get_info(from);
    if (table.empty() || table.back().offset != info.offset) table.push_back({Instant{from}, info.offset});
    if (info.end <= from) break;
    from = info.end;
  }
  return table;
}

/// The library stops where the file's table stops (2037), although the file goes on with a rule.
void extend_by_rule(const PosixRule& rule, std::vector<Zone::Transition>& table) {
  const int last_year = static_cast<int>(date::year_month_day{date::floor<date::days>(table.back().from)}.year());
  for (int year = std::max(last_year, 2000); year <= 2100; ++year) {
    const auto [first, second] = rule.changes(year);
    for (const Zone::Transition& change : {first, second})
      if (change.from > table.back().from && change.offset != table.back().offset) table.push_back(change);
  }
}

}  // namespace

tl::expected<Zone, std::string> load_zone(std::string_view name) {
  const auto unknown = [&] {
    return tl::unexpected{fmt::format("The time zone \"{}\" is not known.", is_zone_name(name) ? name : "?")};
  };
  if (!is_zone_name(name)) return unknown();
  try {
    const date::time_zone* zone = date::locate_zone(name);
    std::vector<Zone::Transition> table = table_of(*zone);
    if (const auto rule = parse_posix_rule(rule_after_table(name))) extend_by_rule(*rule, table);
    return Zone{std::string{name}, std::move(table)};
  } catch (const std::exception&) {
    return unknown();  // the library's only way to say so
  }
}

tl::expected<Instant, std::string> parse_rfc3339(std::string_view text) {
  const auto malformed = [] {
    return tl::unexpected{std::string{"A time is written like 2026-11-23T09:05:00+01:00."}};
  };
  Digits at{text};
  const int year = at.number(4), month = at.literal('-').number(2), day = at.literal('-').number(2);
  const int hour = at.either('T', 't').number(2), minute = at.literal(':').number(2),
            second = at.literal(':').number(2);
  const int fraction = at.skip('.') ? at.milliseconds() : 0;
  int offset = 0;
  if (!at.skip('Z') && !at.skip('z')) {
    const int sign = at.skip('-') ? -1 : 1;
    if (sign == 1) at.literal('+');
    const int hours = at.number(2), minutes = at.literal(':').number(2);
    if (hours > 23 || minutes > 59) return malformed();
    offset = sign * (hours * 60 + minutes);
  }
  const date::year_month_day date{date::year{year}, date::month{static_cast<unsigned>(month)},
                                  date::day{static_cast<unsigned>(day)}};
  if (!at.all_read() || !date.ok() || hour > 23 || minute > 59 || second > 59) return malformed();
  using std::chrono::hours, std::chrono::minutes, std::chrono::milliseconds;
  const auto utc =
      date::sys_days{date} + hours{hour} + minutes{minute - offset} + seconds{second} + milliseconds{fraction};
  return Instant{utc.time_since_epoch()};
}

}  // namespace skranke::wire
