#pragma once
// What staff should look at now: somebody waits too long, was forgotten, or will not be helped in time. Pure: told from the state at one instant, so
// that an alarm goes by itself when its reason is gone.
#include <cstdint>
#include <string>
#include <vector>

#include "core/promise.hpp"
#include "core/state.hpp"

namespace skranke::core {

enum class AlarmKind : std::uint8_t {
  wait,            ///< somebody has waited longer than the service's limit
  queue,           ///< more wait for a service than the limit
  called,          ///< called long ago, neither started nor missed
  serving,         ///< at a desk for very long
  parked,          ///< put aside for very long
  leaving,         ///< an authority goes soon, or has gone, and somebody waits for it
  closing,         ///< the doors close soon and there is more work than that
  after_closing,   ///< the doors are closed and somebody waits inside
  desk_break,      ///< a desk whose break never ended
  plan,            ///< a planned facility is due and cannot come into force
  promise,         ///< who books will find no time within seven working days, soon or now
  printer          ///< no ticket comes out of it, or soon none
};
enum class AlarmSeverity : std::uint8_t { warning, urgent };

struct Alarm {
  std::string id;                  ///< the same as long as the reason lasts: "wait:passport"
  AlarmKind kind{};
  AlarmSeverity severity = AlarmSeverity::warning;
  Instant since{};
  ServiceId service;
  AuthorityId authority;
  DeskId desk;
  Serial visit = 0;                ///< 0 = about nobody in particular
  std::uint32_t count = 0;         ///< visits concerned; 0 = does not apply
  std::chrono::minutes minutes{0}; ///< how long it lasts, or how long there is left (leaving, closing)
  std::optional<int> working_days; ///< until the promise breaks; 0 = today
  PrinterId printer;
  std::string reason;              ///< of a printer: key of the sentence, device.<reason>
};
/// A printer that is not ready, as the shell knows it: the core asks no device.
struct PrinterTrouble {
  PrinterId printer;
  std::string reason;
  bool prints = false;             ///< still: it is a warning
  Instant since{};
};
inline constexpr std::size_t alarms_max = 100;

/// Urgent ones first, then the oldest; at most `alarms_max`. The promise is told as the watch last saw it, since a look costs too much for each change.
[[nodiscard]] std::vector<Alarm> alarms(const State& state, const Facility& facility, Instant now, const PromiseWatch* watch = nullptr,
                                        const std::vector<PrinterTrouble>& printers = {});

}  // namespace skranke::core
