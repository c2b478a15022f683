#pragma once
// What a simple server does: each request is one transaction, and the next waits for it. Behind the same HTTP edge, so
// that only this differs.
#include <cstdint>
#include <filesystem>
#include <vector>

#include "tests/bench/db/bare_sqlite.hpp"

namespace skranke::bench {

/// Serves until the process is ended: the n-th POST stores the n-th of `rows` durably and answers with its stored
/// answer.
void serve_naively(std::uint16_t port, const std::filesystem::path& file, const std::vector<RawRow>& rows, std::size_t warm_up);

}  // namespace skranke::bench
