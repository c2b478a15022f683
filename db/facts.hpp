#pragma once
// Facts of some kinds in some time together with who did them, for reports.
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.hpp"
#include "db/result.hpp"

namespace skranke::db {

struct Fact {
  core::Event event;
  std::string actor;
};

/// With from ≤ time < to, in order; at most `facts_max`. On a connection of its own, so that the writer is not kept waiting. Blocking.
[[nodiscard]] Result<std::vector<Fact>> facts_between(const std::filesystem::path& directory, std::span<const std::string_view> types, core::Instant from,
                                                      core::Instant to);
inline constexpr std::size_t facts_max = 1'000'000;

}  // namespace skranke::db
