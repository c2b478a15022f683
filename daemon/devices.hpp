#pragma once
// Everything that can fail, with its state in words that staff understand: printers, boards, kiosks, the journal's disk.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/facility.hpp"
#include "wire/catalogue.hpp"

namespace skranke::daemon {

enum class DeviceState : std::uint8_t { ready, warning, failed, absent };
[[nodiscard]] std::string_view word(DeviceState state);

struct Device {
  std::string id;
  std::string kind;               ///< printer | board | kiosk | journal | enrolment …
  core::Text name;
  DeviceState state = DeviceState::absent;
  std::string reason;             ///< key of the sentence: device.<reason>; empty = device.<state>
  core::Instant since{};
  std::string last_fault;         ///< the last reason that was not "all well"
  core::Instant last_fault_at{};
  std::map<std::string, std::string> details;   ///< technical, shown small: screen size, audio, queue length
};

class Devices {
 public:
  /// Adds or updates; true when something that staff see changed.
  bool set(std::string_view kind, std::string_view id, const core::Text& name, DeviceState state, std::string_view reason, core::Instant now,
           std::map<std::string, std::string> details = {});
  void remove(std::string_view kind, std::string_view id);
  [[nodiscard]] const Device* find(std::string_view kind, std::string_view id) const;
  [[nodiscard]] const std::vector<Device>& all() const { return devices_; }
  void view(const wire::Catalogue& catalogue, const core::Zone& zone, std::string_view language, core::Instant now, std::string& out) const;
  [[nodiscard]] static std::string words(const wire::Catalogue& catalogue, std::string_view language, const Device& device);

 private:
  std::vector<Device> devices_;
};

}  // namespace skranke::daemon
