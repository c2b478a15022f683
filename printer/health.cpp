#include "printer/health.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace skranke::printer {

namespace {

constexpr int printer_stopped = 5;

/// No ticket comes out while one of these holds, whatever severity the printer puts behind it: an idle one reports
/// "media-empty-report".
constexpr std::array<std::string_view, 20> hard = {"media-empty",
                                                   "media-needed",
                                                   "media-jam",
                                                   "cover-open",
                                                   "door-open",
                                                   "interlock-open",
                                                   "offline",
                                                   "paused",
                                                   "stopped",
                                                   "shutdown",
                                                   "timed-out",
                                                   "moving-to-paused",
                                                   "input-tray-missing",
                                                   "cutter-failure",
                                                   "hardware-failure",
                                                   "marker-failure",
                                                   "spool-area-full",
                                                   "output-area-full",
                                                   "fuser-over-temp",
                                                   "marker-temperature"};

bool take_suffix(std::string& reason, std::string_view suffix) {
  if (!std::string_view{reason}.ends_with(suffix)) return false;
  reason.resize(reason.size() - suffix.size());
  return true;
}

bool is_chatter(const std::string& reason) {
  return reason.empty() || reason == "none" || reason.starts_with("cups-") || reason == "connecting-to-device" ||
         reason == "identify-printer-requested";
}

}  // namespace

Health health_from_reasons(int printer_state, const std::vector<std::string>& reasons) {
  Health health{.state = HealthState::ready, .reasons = {}, .detail = {}};
  for (std::string reason : reasons) {
    const bool error = take_suffix(reason, "-error");
    const bool report = !error && take_suffix(reason, "-report");
    if (!error && !report) take_suffix(reason, "-warning");
    const bool stops = error || std::find(hard.begin(), hard.end(), reason) != hard.end();
    if (is_chatter(reason) || (report && !stops && reason != "media-low")) continue;
    health.state = std::max(health.state, stops ? HealthState::failed : HealthState::warning);
    health.reasons.push_back(std::move(reason));
  }
  std::sort(health.reasons.begin(), health.reasons.end());
  health.reasons.erase(std::unique(health.reasons.begin(), health.reasons.end()), health.reasons.end());
  if (printer_state == printer_stopped && health.state != HealthState::failed) {
    health.state = HealthState::failed;
    if (health.reasons.empty()) health.reasons.emplace_back("stopped");
  }
  return health;
}

Health failed(std::string reason, std::string detail) {
  return {.state = HealthState::failed, .reasons = {std::move(reason)}, .detail = std::move(detail)};
}

Health absent(std::string detail) { return {.state = HealthState::absent, .reasons = {}, .detail = std::move(detail)}; }

}  // namespace skranke::printer
