#pragma once
// Values that only facility files have: words in several languages, times of day, quotas. Absent gives nothing, wrong
// gives nothing and a finding.
#include <optional>
#include <utility>

#include "core/facility.hpp"
#include "wire/table_reader.hpp"

namespace skranke::wire {

[[nodiscard]] std::vector<std::string> read_languages(TableReader& table, std::string_view key);
/// A plain text is meant in the site's first language; a table gives each language its own.
[[nodiscard]] core::Text read_words(TableReader& table, std::string_view key, const core::Site& site,
                                    TextRule rule = {});
/// A name that citizens read: it should be there in each of the site's languages; without one the id is shown.
[[nodiscard]] core::Text read_name(TableReader& table, std::string_view id, const core::Site& site);
[[nodiscard]] std::optional<core::Minutes> read_clock(TableReader& table, std::string_view key);
/// `from` and `to`, both given and in order.
[[nodiscard]] std::optional<std::pair<core::Minutes, core::Minutes>> read_hours(TableReader& table);
/// At least 1: nought would mean that nobody is ever helped.
[[nodiscard]] std::optional<int> read_quota(TableReader& table, std::string_view key);

}  // namespace skranke::wire
