#pragma once
// What all driver programs have in common. A driver is one program for one device: it is started with where its device is, speaks frames on descriptor 3 and
// ends when nobody listens any more, when its device is gone, or when it took too long. Whoever wants a picture then gets a new one.
#include <functional>
#include <memory>
#include <string>

#include "enrolment/worker/devices.hpp"

namespace skranke::enrolment {

/// `trust`: a file with whom a device elsewhere may be vouched for by (PEM); empty = the system's.
using Opener = std::function<Result<std::unique_ptr<Device>>(const std::string& where, const std::string& trust)>;

/// The device is opened before rights are given up, and never again after it.
int drive(int argc, char** argv, const Opener& open, Confined how = Confined::driver);

}  // namespace skranke::enrolment
