#pragma once
// Members of a line that several commands take. Names and kinds are those of the HTTP bodies.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/command.hpp"
#include "sim/line.hpp"

namespace skranke::sim {

inline constexpr wire::TextRule id_rule{.min = 1, .max = 64};
inline constexpr std::array<std::string_view, 6> channel_words{"kiosk", "host", "phone", "web", "button", "integration"};
inline constexpr std::array<std::string_view, 5> outcome_words{"settled", "needs_documents", "referred", "back_office", "left"};
inline constexpr std::array<std::string_view, 3> place_words{"keep", "front", "end"};
inline constexpr std::int64_t minutes_max = 480;

[[nodiscard]] core::DeskId desk_in(Line& line);
/// The caller's name for a visit, under `key`.
[[nodiscard]] core::VisitId visit_in(Line& line, std::string_view key = "id");
/// The visit's token is made from its name, so that nothing is left to chance.
[[nodiscard]] std::string token_of(const core::VisitId& visit);
[[nodiscard]] std::vector<core::ServiceId> services_in(Line& line, std::string_view key, std::size_t count_max);
/// The same; there must be one at least.
[[nodiscard]] std::vector<core::ServiceId> required_services_in(Line& line, std::string_view key);
/// Nothing when the member is not there.
[[nodiscard]] std::optional<std::vector<core::Need>> needs_in(Line& line);
/// A ticket's number as people write it.
[[nodiscard]] std::optional<core::Number> number_in(Line& line, std::string_view key);
[[nodiscard]] core::Place place_in(Line& line);
/// What a visit wants besides, no longer, or instead.
[[nodiscard]] core::ChangeServices change_in(Line& line);
void missing(Line& line, std::string_view key);

}  // namespace skranke::sim
