#pragma once
// What is to be said while nobody has pressed yet: of a live picture that is judged a few times a second, one thing.
#include <optional>
#include <string>

#include "enrolment/face_checks.hpp"

namespace skranke::enrolment {

class LiveLook {
 public:
  static constexpr std::int64_t between_ms = 200, good_after_ms = 500;

  /// Whether the next picture is to be judged: it costs as much as all the rest of a preview.
  [[nodiscard]] bool is_due(std::int64_t now_ms) const { return !judged_at_ || now_ms - *judged_at_ >= between_ms || now_ms < *judged_at_; }
  void saw(const std::vector<FaceCheck>& checks, std::int64_t now_ms) {
    judged_at_ = now_ms;
    wrong_.clear();
    for (const Verdict verdict : {Verdict::fail, Verdict::warn})
      for (const FaceCheck& check : checks)
        if (wrong_.empty() && check.verdict == verdict) wrong_ = check.id;
    if (checks.empty() || !wrong_.empty()) good_since_.reset();
    else if (!good_since_ || now_ms < *good_since_) good_since_ = now_ms;
  }
  /// The check that is to be put right first; "good" when nothing has been wrong for half a second; empty before that.
  [[nodiscard]] std::string say(std::int64_t now_ms) const {
    if (!wrong_.empty()) return wrong_;
    return good_since_ && now_ms - *good_since_ >= good_after_ms ? "good" : "";
  }

 private:
  std::optional<std::int64_t> judged_at_, good_since_;
  std::string wrong_;
};

}  // namespace skranke::enrolment
