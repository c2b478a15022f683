#pragma once
// Errors as values on their way out.
#include <string>
#include <string_view>
#include <utility>

#include "db/store.hpp"

namespace skranke::db {

/// Adds what was being done to an error on its way out.
[[nodiscard]] inline tl::unexpected<Error> while_doing(std::string_view doing, Error error) {
  error.context = std::string{doing} + ": " + error.context;
  return tl::unexpected{std::move(error)};
}

}  // namespace skranke::db

/// Hands an error on; else nothing. For functions that return Result<…>.
#define SKRANKE_TRY(expression)                                                     \
  do {                                                                              \
    if (auto tried = (expression); !tried) return tl::unexpected{std::move(tried).error()}; \
  } while (false)
