#pragma once
// What must hold for any bytes whatever. A broken promise ends the process.
#include "enrolment/bytes.hpp"

namespace skranke::enrolment::fuzz {

void wsq(ByteView input);
void picture(ByteView input);

}  // namespace skranke::enrolment::fuzz
