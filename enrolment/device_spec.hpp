#pragma once
// How settings name a capture device: "KIND" or "KIND:WHERE". Which kinds there are is said here alone.
#include <string>
#include <string_view>

#include "enrolment/error.hpp"
#include "enrolment/session.hpp"

namespace skranke::enrolment {

struct DeviceSpec {
  std::string kind, where;
  bool operator==(const DeviceSpec&) const = default;
};
constexpr std::size_t device_spec_max = 1000;

/// What takes pictures of this kind, as it can be written:
///   file:FOLDER                       pictures of a folder: for demos and tests
///   socket:PATH                       a driver of ours that runs as a user of its own behind that socket (skranke-capture@.service)
///   far:HOST:PORT                     those of another box, behind its skranke-capture-door
///   wsbd:unix:PATH, wsbd:https://…    a service that speaks WS-BD
///   libfprint[:DRIVER[:SOCKET]]       a fingerprint reader, or libfprint's virtual one
///   v4l2:/dev/…                       a camera
///   evdev:/dev/…                      a pen
/// The error says in `what` what may be written there.
[[nodiscard]] Result<DeviceSpec> read_device_spec(std::string_view text, Modality modality);
/// The path in it that settings may write relative to their own folder; empty = there is none.
[[nodiscard]] std::string_view path_in(const DeviceSpec& spec);

}  // namespace skranke::enrolment
