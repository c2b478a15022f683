#pragma once
// Who did what in an enrolment, as lines that hang together: each has a digest over itself and the digest before it.
// What was taken is never in it, only that it was, how good it was, and why somebody decided. Writing the file is the
// caller's.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "enrolment/error.hpp"

namespace skranke::enrolment {

struct Note {
  std::string what;
  std::vector<std::pair<std::string, std::string>> facts;
  bool operator==(const Note&) const = default;
};
constexpr std::size_t note_facts_max = 12, note_value_bytes_max = 100;

class AuditTrail {
 public:
  /// Every line checked, in order; the trail goes on from the last. An error names the first line that does not fit.
  static Result<AuditTrail> read(std::string_view file);

  /// The line to be written, with its end. Facts that could carry a sample are refused: long, or not plain text.
  [[nodiscard]] Result<std::string> append(const std::string& enrolment, const std::string& at, const Note& note);

  /// Lines so far, and the digest of the last: kept elsewhere, it shows that none was cut off the end.
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] const std::string& head() const { return head_; }

 private:
  std::uint64_t count_ = 0;
  std::string head_ = std::string(64, '0');
};

}  // namespace skranke::enrolment
