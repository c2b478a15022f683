#pragma once
// Headers by kind; callers ask picture_header().
#include "enrolment/pictures.hpp"

namespace skranke::enrolment {

[[nodiscard]] Result<PictureHeader> jpeg_header(ByteView file);
[[nodiscard]] Result<PictureHeader> jpeg2000_header(ByteView file);
[[nodiscard]] Result<PictureHeader> png_header(ByteView file);

}  // namespace skranke::enrolment
