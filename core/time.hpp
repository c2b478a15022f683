#pragma once
// Time as the core sees it: instants come in with commands, local time by a zone's table of offsets that the shell looked up.
#include <chrono>
#include <string>
#include <vector>

namespace skranke::core {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using LocalTime = std::chrono::local_time<std::chrono::milliseconds>;
using Day = std::chrono::local_days;  ///< a calendar or business day of the site

inline std::int64_t millis(Instant at) { return at.time_since_epoch().count(); }
inline Instant from_millis(std::int64_t at) { return Instant{std::chrono::milliseconds{at}}; }

/// A time zone as data: offsets to UTC and when each begins. The shell fills it from the system's zone database.
class Zone {
 public:
  struct Transition {
    Instant from;                  ///< first instant with this offset
    std::chrono::seconds offset;   ///< local = UTC + offset
  };
  Zone() = default;
  /// `transitions` ascending; before the first one its offset holds as well. Empty = UTC.
  Zone(std::string name, std::vector<Transition> transitions) : name_{std::move(name)}, transitions_{std::move(transitions)} {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::chrono::seconds offset_at(Instant at) const;
  [[nodiscard]] LocalTime to_local(Instant at) const { return LocalTime{at.time_since_epoch() + offset_at(at)}; }
  /// A local time that occurs twice (autumn) gives the first; one that is skipped (spring) gives the instant of the jump.
  [[nodiscard]] Instant to_utc(LocalTime local) const;

 private:
  std::string name_ = "UTC";
  std::vector<Transition> transitions_;
};

/// The business day that holds `at`: it begins at `begins` (minutes after local midnight) and lasts to the next one.
[[nodiscard]] Day business_day(const Zone& zone, std::chrono::minutes begins, Instant at);

/// 0 = Monday … 6 = Sunday.
[[nodiscard]] unsigned weekday_index(Day day);

/// "2026-11-23".
[[nodiscard]] std::string to_string(Day day);
/// "2026-11-23T09:05:00+01:00", seconds precision, in the zone's time.
[[nodiscard]] std::string to_rfc3339(const Zone& zone, Instant at);
/// "09.05", the Danish way to write the clock.
[[nodiscard]] std::string to_clock(const Zone& zone, Instant at);

}  // namespace skranke::core
