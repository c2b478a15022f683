#pragma once
// What a WS-BD service says (WS-Biometric Devices 1.0; NIST SP 500-288 and its successor at OASIS), and what it is told.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "enrolment/bytes.hpp"
#include "enrolment/error.hpp"
#include "enrolment/fingers.hpp"

namespace skranke::enrolment::wsbd {

enum class Status : std::uint8_t {
  success, failure, invalid_id, canceled, canceled_with_sensor_failure, sensor_failure, lock_not_held, lock_held_by_another, initialization_needed,
  configuration_needed, sensor_busy, sensor_timeout, unsupported, bad_value, no_such_parameter, preparing_download,
};
/// As the schema spells it.
[[nodiscard]] std::string_view name_of(Status status);

using Dictionary = std::map<std::string, std::string>;   ///< values that are text or numbers; what is nested is left out
struct Answer {
  Status status = Status::failure;
  std::vector<std::string> bad_fields{}, capture_ids{};
  Dictionary metadata{};
  std::string message{};
  Bytes sensor_data{};
  std::string session_id{};
  bool operator==(const Answer&) const = default;
};
constexpr std::size_t ids_max = 100, dictionary_max = 200, text_max = 4000;

[[nodiscard]] Result<Answer> read_answer(std::string_view xml);
[[nodiscard]] std::string write_answer(const Answer& answer);
/// What `configure` is told.
[[nodiscard]] Result<Dictionary> read_configuration(std::string_view xml);
[[nodiscard]] std::string write_configuration(const Dictionary& parameters);

/// "RightIndexFlat".
[[nodiscard]] std::string submodality_of(Finger finger);
/// An id that can stand in a path as it is.
[[nodiscard]] bool is_id(std::string_view text);

}  // namespace skranke::enrolment::wsbd
