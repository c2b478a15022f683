#pragma once
// A folder of pictures that stands for a device: for demos, tests, and the template of a vendor's driver.
#include <memory>
#include <string>

#include "enrolment/worker/devices.hpp"

namespace skranke::enrolment {

/// Its pictures, or those of its folder named after the finger, one after the other; `1.jpg` begins a burst that goes on with the pictures of a folder `1`.
/// A file "fault" in it says what goes wrong:
/// "absent", "hang", "babble" or "crash".
[[nodiscard]] std::unique_ptr<Device> folder_device(const std::string& folder);

}  // namespace skranke::enrolment
