#pragma once
// Recorded days lived again as the daemon would have seen them: what it would have told each citizen, held against what happened.
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "sim/centre.hpp"

namespace skranke::sim {

/// One line of a log (sim/log.hpp). Times in seconds since the epoch.
struct LoggedVisit {
  std::string visit, service, desk, outcome;
  bool booked = false;
  std::optional<double> booked_for_s, arrived_s, called_s, started_s, finished_s;
};

/// The error names the line. At most `log_lines_max` lines.
[[nodiscard]] tl::expected<std::vector<LoggedVisit>, std::string> read_log(std::string_view text, std::string_view file_name);
inline constexpr std::size_t log_lines_max = 20'000'000;

/// A site that fits the log: its services and desks, and what each desk ever served. Where `known` has a service or desk, it is taken as it stands there.
[[nodiscard]] core::Facility site_of_log(const std::vector<LoggedVisit>& log, const core::Facility* known, std::string_view policy);

/// What was told and what was so, day by day, with the records' services and desks numbered as in the site.
[[nodiscard]] std::vector<DayRecord> backtested(const std::vector<LoggedVisit>& log, const core::Facility& site);

}  // namespace skranke::sim
