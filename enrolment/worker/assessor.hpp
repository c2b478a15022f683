#pragma once
// Programs of the site that judge a picture's quality (NFIQ 2, or one for faces), each asked over a pair of sockets and ended with the enrolment. docs/ENROLMENT.md has the protocol.
#include <map>
#include <optional>

#include "enrolment/assessment.hpp"
#include "enrolment/worker/devices.hpp"
#include "enrolment/worker/launch.hpp"

namespace skranke::enrolment {

constexpr std::chrono::seconds assess_patience{5};
constexpr int assess_failures_max = 2;          ///< then it is left alone for the rest of the enrolment
constexpr std::size_t assess_pixels_max = 8'000'000;

class Assessors {
 public:
  explicit Assessors(const KitDevices& kit) : programs_{{Modality::face, kit.face_quality}, {Modality::finger, kit.print_quality}} {}
  ~Assessors();
  Assessors(const Assessors&) = delete;
  Assessors& operator=(const Assessors&) = delete;

  /// Its answer, as a head for the worker. "none" of an error: the site has no such program.
  [[nodiscard]] Result<boost::json::object> ask(Modality modality, const Frame& picture);

 private:
  struct Running {
    Launched program;
    int failures = 0;
  };
  void stop(Running& running);
  std::map<Modality, std::string> programs_;
  std::map<Modality, Running> running_;
};

/// From an answer, of whatever kind, to an assessment that can be recorded.
[[nodiscard]] Result<Assessment> assessment_in(const boost::json::object& head);

}  // namespace skranke::enrolment
