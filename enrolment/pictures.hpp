#pragma once
// JPEG by libjpeg-turbo, JPEG 2000 by OpenJPEG, PNG by libpng: in memory, with the header looked at before anything is
// sized by it. Grey or sRGB of 8 bits, nothing else.
#include <cstddef>

#include "enrolment/bytes.hpp"
#include "enrolment/error.hpp"
#include "enrolment/image.hpp"

namespace skranke::enrolment {

constexpr int picture_side_min = 8, picture_side_max = 8192;
constexpr int picture_pixels_max = 40'000'000;
constexpr std::size_t picture_bytes_max = 32'000'000;

enum class PictureKind { jpeg, jpeg2000, png, wsq };
struct PictureHeader {
  PictureKind kind = PictureKind::jpeg;
  int width = 0, height = 0, channels = 0;
  bool operator==(const PictureHeader&) const = default;
};
/// By the first bytes and the file's own header; pixels are not read.
[[nodiscard]] Result<PictureHeader> picture_header(ByteView file);

[[nodiscard]] Result<Bytes> jpeg_encode(const Image& image, int quality);
[[nodiscard]] Result<Image> jpeg_decode(ByteView file);

struct Fitted {
  Bytes file;
  int quality = 0;
};
/// The best quality between the two whose file is not larger than `bytes_max`; an error if even the least is.
[[nodiscard]] Result<Fitted> jpeg_within(const Image& image, std::size_t bytes_max, int quality_min, int quality_max);

/// A JP2 file of at most `bytes_max`.
[[nodiscard]] Result<Bytes> jpeg2000_within(const Image& image, std::size_t bytes_max);
[[nodiscard]] Result<Image> jpeg2000_decode(ByteView file);

[[nodiscard]] Result<Bytes> png_encode(const Image& image);
[[nodiscard]] Result<Image> png_decode(ByteView file);

/// Any of the four kinds.
[[nodiscard]] Result<Image> picture_decode(ByteView file);

/// An error if a picture of these sides is outside the bounds above.
[[nodiscard]] Result<void> check_sides(const char* where, long width, long height);

}  // namespace skranke::enrolment
