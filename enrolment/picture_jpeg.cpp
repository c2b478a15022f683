// JPEG by TurboJPEG. A warning of the decoder is an error here: a portrait with a torn half is no portrait.
#include <memory>
#include <string>

#include <fmt/format.h>
#include <turbojpeg.h>

#include "enrolment/pictures.hpp"
#include "enrolment/pictures_kinds.hpp"
#include "system/owned.hpp"

namespace skranke::enrolment {
namespace {

using Turbo = std::unique_ptr<void, Closer<tjDestroy>>;

constexpr int strict = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT;

tl::unexpected<Error> said_by(const Turbo& turbo) { return wrong("jpeg", tjGetErrorStr2(turbo.get())); }

/// TurboJPEG takes no const of older callers' sake and changes nothing.
unsigned char* bytes_of(ByteView file) { return const_cast<unsigned char*>(file.data()); }

}  // namespace

Result<PictureHeader> jpeg_header(ByteView file) {
  const Turbo turbo{tjInitDecompress()};
  if (file.size() > picture_bytes_max) return wrong("jpeg", "more than 32,000,000 bytes");
  int width = 0, height = 0, sampling = 0, colours = 0;
  if (!turbo ||
      tjDecompressHeader3(turbo.get(), bytes_of(file), file.size(), &width, &height, &sampling, &colours) != 0)
    return said_by(turbo);
  if (colours != TJCS_YCbCr && colours != TJCS_RGB && colours != TJCS_GRAY)
    return wrong("jpeg", "four colours, as for printing");
  if (const auto fine = check_sides("jpeg", width, height); !fine) return tl::unexpected<Error>{fine.error()};
  return PictureHeader{PictureKind::jpeg, width, height, colours == TJCS_GRAY ? 1 : 3};
}

Result<Bytes> jpeg_encode(const Image& image, int quality) {
  if (!image.consistent()) return wrong("jpeg", "not a picture of grey or three colours");
  if (const auto fine = check_sides("jpeg", image.width, image.height); !fine)
    return tl::unexpected<Error>{fine.error()};
  if (quality < 1 || quality > 100) return wrong("jpeg", fmt::format("a quality of {}, not 1 to 100", quality));
  const Turbo turbo{tjInitCompress()};
  const int sampling = image.channels == 1 ? TJSAMP_GRAY : TJSAMP_420;
  Bytes file(tjBufSize(image.width, image.height, sampling));
  unsigned char* out = file.data();
  unsigned long size = file.size();
  const int format = image.channels == 1 ? TJPF_GRAY : TJPF_RGB;
  if (!turbo || tjCompress2(turbo.get(), image.pixels.data(), image.width, 0, image.height, format, &out, &size,
                            sampling, quality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) != 0)
    return said_by(turbo);
  file.resize(size);
  return file;
}

Result<Image> jpeg_decode(ByteView file) {
  const Result<PictureHeader> header = jpeg_header(file);
  if (!header) return tl::unexpected<Error>{header.error()};
  Image image{header->width, header->height, header->channels, {}};
  image.pixels.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) *
                      static_cast<std::size_t>(image.channels));
  const Turbo turbo{tjInitDecompress()};
  const int format = image.channels == 1 ? TJPF_GRAY : TJPF_RGB;
  if (!turbo || tjDecompress2(turbo.get(), file.data(), file.size(), image.pixels.data(), image.width, 0, image.height,
                              format, strict) != 0)
    return said_by(turbo);
  return image;
}

Result<Fitted> jpeg_within(const Image& image, std::size_t bytes_max, int quality_min, int quality_max) {
  Result<Bytes> least = jpeg_encode(image, quality_min);
  if (!least) return tl::unexpected<Error>{least.error()};
  if (least->size() > bytes_max)
    return wrong(
        "jpeg", fmt::format("{} bytes at the least quality {}, {} are allowed", least->size(), quality_min, bytes_max));
  Fitted best{std::move(*least), quality_min};
  for (int low = quality_min + 1, high = quality_max; low <= high;) {  // a file grows with its quality: at most 7 tries
    const int middle = low + (high - low) / 2;
    Result<Bytes> file = jpeg_encode(image, middle);
    if (!file) return tl::unexpected<Error>{file.error()};
    if (file->size() <= bytes_max) {
      best = {std::move(*file), middle};
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return best;
}

}  // namespace skranke::enrolment
