#include "daemon/devices.hpp"

#include <algorithm>

#include "wire/json.hpp"

namespace skranke::daemon {

std::string_view word(DeviceState state) {
  switch (state) {
    case DeviceState::ready: return "ready";
    case DeviceState::warning: return "warning";
    case DeviceState::failed: return "failed";
    case DeviceState::absent: return "absent";
  }
  return {};
}

bool Devices::set(std::string_view kind, std::string_view id, const core::Text& name, DeviceState state, std::string_view reason,
                  core::Instant now, std::map<std::string, std::string> details) {
  auto found = std::find_if(devices_.begin(), devices_.end(), [&](const Device& d) { return d.kind == kind && d.id == id; });
  const bool is_new = found == devices_.end();
  if (is_new) found = devices_.insert(devices_.end(), Device{std::string{id}, std::string{kind}, name, state, std::string{reason}, now, {}, {}, {}});
  Device& device = *found;
  const bool changed = is_new || device.state != state || device.reason != reason || device.details != details;
  if (device.state != state || device.reason != reason) device.since = now;
  if (state != DeviceState::ready && (is_new || device.state != state || device.reason != reason)) {
    device.last_fault = reason.empty() ? std::string{word(state)} : std::string{reason};
    device.last_fault_at = now;
  }
  device.name = name;
  device.state = state;
  device.reason = reason;
  device.details = std::move(details);
  return changed;
}

void Devices::remove(std::string_view kind, std::string_view id) {
  std::erase_if(devices_, [&](const Device& d) { return d.kind == kind && d.id == id; });
}

const Device* Devices::find(std::string_view kind, std::string_view id) const {
  const auto found = std::find_if(devices_.begin(), devices_.end(), [&](const Device& d) { return d.kind == kind && d.id == id; });
  return found == devices_.end() ? nullptr : &*found;
}

std::string Devices::words(const wire::Catalogue& catalogue, std::string_view language, const Device& device) {
  const std::string key = "device." + (device.reason.empty() ? std::string{word(device.state)} : device.reason);
  return catalogue.format(language, key + ".words", {});
}

void Devices::view(const wire::Catalogue& catalogue, const core::Zone& zone, std::string_view language, core::Instant now, std::string& out) const {
  wire::JsonWriter w{out};
  w.object().field("at", core::to_rfc3339(zone, now)).key("devices").list();
  for (const Device& device : devices_) {
    const std::string key = "device." + (device.reason.empty() ? std::string{word(device.state)} : device.reason);
    w.object().field("id", device.id).field("kind", device.kind).field("name", device.name.empty() ? device.id : device.name.get(language));
    w.field("state", word(device.state)).field_unless_empty("reason", device.reason).field("since", core::to_rfc3339(zone, device.since));
    if (!device.last_fault.empty()) {
      w.key("last_fault").object().field("reason", device.last_fault).field("at", core::to_rfc3339(zone, device.last_fault_at));
      w.field("words", catalogue.format(language, "device." + device.last_fault + ".words", {})).end_object();
    }
    w.field("words", words(catalogue, language, device));
    if (device.state != DeviceState::ready) w.field("advice", catalogue.format(language, key + ".advice", {}));
    w.key("details").object();
    for (const auto& [name, value] : device.details) w.field(name, value);
    w.end_object().end_object();
  }
  w.end_list().end_object();
}

}  // namespace skranke::daemon
