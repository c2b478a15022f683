#pragma once
// What a door is told: who may come, and where the devices of its box are.
#include <string>
#include <string_view>
#include <vector>

#include "enrolment/error.hpp"
#include "enrolment/session.hpp"

namespace skranke::enrolment {

struct DoorSettings {
  std::string appliance_key;   ///< SHA-256 of the public key that the daemon's box signs with, 64 hex digits
  std::string identity = "/var/lib/skranke-capture-door";   ///< folder of the door's own key
  std::string camera = "/run/skranke-capture/camera.sock", finger = "/run/skranke-capture/finger.sock", pen = "/run/skranke-capture/pen.sock";
  [[nodiscard]] const std::string& of(Modality modality) const { return modality == Modality::face ? camera : modality == Modality::finger ? finger : pen; }
  bool operator==(const DoorSettings&) const = default;
};

using ReadSettings = tl::expected<DoorSettings, std::vector<Error>>;
/// TOML; an error for each field that is wrong, and for each that is not known.
[[nodiscard]] ReadSettings read_door_settings(std::string_view text);
[[nodiscard]] ReadSettings read_door_settings_at(const std::string& path);

}  // namespace skranke::enrolment
