#pragma once
// What is wrong with an image or a record, and in which part of it.
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace skranke::enrolment {

struct Error {
  std::string where;  ///< the segment, tag or field, e.g. "wsq: quantization table" or "1.003"
  std::string what;

  [[nodiscard]] std::string text() const { return where + ": " + what; }
  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> wrong(std::string where, std::string what) {
  return tl::unexpected<Error>{Error{std::move(where), std::move(what)}};
}

}  // namespace skranke::enrolment
