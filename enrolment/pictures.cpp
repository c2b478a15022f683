// What the kinds of pictures have in common.
#include "enrolment/pictures.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "enrolment/pictures_kinds.hpp"
#include "enrolment/wsq.hpp"

namespace skranke::enrolment {
namespace {

template <std::size_t Size>
bool begins(ByteView file, const std::array<std::uint8_t, Size>& with) {
  return file.size() >= Size && std::equal(with.begin(), with.end(), file.begin());
}

constexpr std::array<std::uint8_t, 3> jpeg_begin{0xFF, 0xD8, 0xFF};
constexpr std::array<std::uint8_t, 12> jp2_begin{0, 0, 0, 12, 'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A};
constexpr std::array<std::uint8_t, 4> codestream_begin{0xFF, 0x4F, 0xFF, 0x51};
constexpr std::array<std::uint8_t, 8> png_begin{0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};
constexpr std::array<std::uint8_t, 2> wsq_begin{0xFF, 0xA0};

Result<PictureKind> kind_of(ByteView file) {
  if (file.size() > picture_bytes_max) return wrong("picture", "more than 32,000,000 bytes");
  if (begins(file, jpeg_begin)) return PictureKind::jpeg;
  if (begins(file, jp2_begin) || begins(file, codestream_begin)) return PictureKind::jpeg2000;
  if (begins(file, png_begin)) return PictureKind::png;
  if (begins(file, wsq_begin)) return PictureKind::wsq;
  return wrong("picture", "neither JPEG, JPEG 2000, PNG nor WSQ");
}

}  // namespace

Result<void> check_sides(const char* where, long width, long height) {
  if (std::min(width, height) < picture_side_min || std::max(width, height) > picture_side_max ||
      width * height > picture_pixels_max)
    return wrong(where, fmt::format("{} × {} pixels; sides of {} to {} are possible, and {} pixels", width, height,
                                    picture_side_min, picture_side_max, picture_pixels_max));
  return {};
}

Result<PictureHeader> picture_header(ByteView file) {
  const Result<PictureKind> kind = kind_of(file);
  if (!kind) return tl::unexpected<Error>{kind.error()};
  switch (*kind) {
    case PictureKind::jpeg: return jpeg_header(file);
    case PictureKind::jpeg2000: return jpeg2000_header(file);
    case PictureKind::png: return png_header(file);
    case PictureKind::wsq: break;
  }
  const Result<wsq::Header> header = wsq::read_header(file);
  if (!header) return tl::unexpected<Error>{header.error()};
  return PictureHeader{PictureKind::wsq, header->width, header->height, 1};
}

Result<Image> picture_decode(ByteView file) {
  const Result<PictureKind> kind = kind_of(file);
  if (!kind) return tl::unexpected<Error>{kind.error()};
  switch (*kind) {
    case PictureKind::jpeg: return jpeg_decode(file);
    case PictureKind::jpeg2000: return jpeg2000_decode(file);
    case PictureKind::png: return png_decode(file);
    case PictureKind::wsq: break;
  }
  return wsq::decode(file);
}

}  // namespace skranke::enrolment
