#pragma once
// What must hold for any bytes whatever. A broken promise ends the process.
#include "enrolment/bytes.hpp"

namespace skranke::enrolment::fuzz {

void wsq(ByteView input);
void picture(ByteView input);
void dg2(ByteView input);
void dg3(ByteView input);
void an2(ByteView input);
void receipt(ByteView input);
void envelope(ByteView input);
void tar(ByteView input);
void profile(ByteView input);
void wsbd(ByteView input);

}  // namespace skranke::enrolment::fuzz
