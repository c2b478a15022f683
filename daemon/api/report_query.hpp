#pragma once
// What every report is asked with: `from`, `to` and `format`.
#include <string_view>

#include <tl/expected.hpp>

#include "core/facility.hpp"
#include "daemon/http/message.hpp"
#include "wire/clock_words.hpp"

namespace skranke::daemon {

struct ReportQuery {
  core::Day today{}, from{}, to{};   ///< business days, both included
  bool csv = false;
};

/// Else the field at fault. Without `from` the report begins `usual` days ago; it spans at most `longest` days and begins no more than that ago.
[[nodiscard]] inline tl::expected<ReportQuery, std::string_view> report_query(const http::Request& request, const core::Facility& facility, core::Instant now,
                                                                              std::chrono::days usual, std::chrono::days longest) {
  ReportQuery query;
  query.today = core::business_day(facility.zone, facility.site.business_day_starts, now);
  query.from = query.today - usual;
  query.to = query.today;
  for (const auto& [key, day] : {std::pair{std::string_view{"from"}, &query.from}, std::pair{std::string_view{"to"}, &query.to}}) {
    const std::string text = request.query_value(key);
    if (text.empty()) continue;
    const auto read = wire::parse_date(text);
    if (!read) return tl::unexpected{key};
    *day = *read;
  }
  if (query.to < query.from || query.to - query.from > longest) return tl::unexpected{std::string_view{"to"}};
  const std::string format = request.query_value("format");
  if (!format.empty() && format != "json" && format != "csv") return tl::unexpected{std::string_view{"format"}};
  query.csv = format == "csv";
  return query;
}

}  // namespace skranke::daemon
