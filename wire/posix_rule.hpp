#pragma once
// The rule by which a zone's clock changes in the years after its table ends, as the compiled zone files state it:
// "CET-1CEST,M3.5.0,M10.5.0/3".
#include <optional>
#include <string_view>

#include "core/time.hpp"

namespace skranke::wire {

/// A day "M3.5.0/2": the n-th weekday of a month (5 = the last), and the wall-clock time of the change (hours may be
/// −167…167).
struct YearlyChange {
  int month = 1, week = 1, weekday = 0;  ///< weekday 0 = Sunday
  std::chrono::seconds time{7200};
};

struct PosixRule {
  std::chrono::seconds standard{0}, summer{0};  ///< local = UTC + offset
  YearlyChange to_summer, to_standard;

  /// The two changes of a year, in the order of time.
  [[nodiscard]] std::pair<core::Zone::Transition, core::Zone::Transition> changes(int year) const;
};

/// Nothing for a rule without summer time or one that is not written with months.
[[nodiscard]] std::optional<PosixRule> parse_posix_rule(std::string_view text);

}  // namespace skranke::wire
