// PNG by libpng's simplified interface, which has no jumps.
#include <string>

#include <png.h>

#include "enrolment/pictures.hpp"
#include "enrolment/pictures_kinds.hpp"

namespace skranke::enrolment {
namespace {

/// Frees what libpng keeps, however the function is left.
struct Png {
  png_image image{};
  Png() { image.version = PNG_IMAGE_VERSION; }
  ~Png() { png_image_free(&image); }
  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;
};

tl::unexpected<Error> said_by(const Png& png) { return wrong("png", png.image.message); }

Result<PictureHeader> begin(Png& png, ByteView file) {
  if (file.size() > picture_bytes_max) return wrong("png", "more than 32,000,000 bytes");
  if (png_image_begin_read_from_memory(&png.image, file.data(), file.size()) == 0) return said_by(png);
  if (const auto fine = check_sides("png", static_cast<long>(png.image.width), static_cast<long>(png.image.height));
      !fine)
    return tl::unexpected<Error>{fine.error()};
  if ((png.image.format & PNG_FORMAT_FLAG_LINEAR) != 0) return wrong("png", "16 bits a colour, 8 are wanted");
  if ((png.image.format & PNG_FORMAT_FLAG_ALPHA) != 0) return wrong("png", "pixels that are transparent");
  const bool colour = (png.image.format & PNG_FORMAT_FLAG_COLOR) != 0;
  return PictureHeader{PictureKind::png, static_cast<int>(png.image.width), static_cast<int>(png.image.height),
                       colour ? 3 : 1};
}

}  // namespace

Result<PictureHeader> png_header(ByteView file) {
  Png png;
  return begin(png, file);
}

Result<Image> png_decode(ByteView file) {
  Png png;
  const Result<PictureHeader> header = begin(png, file);
  if (!header) return tl::unexpected<Error>{header.error()};
  png.image.format = header->channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  Image image{header->width, header->height, header->channels, {}};
  image.pixels.resize(PNG_IMAGE_SIZE(png.image));
  if (png_image_finish_read(&png.image, nullptr, image.pixels.data(), 0, nullptr) == 0) return said_by(png);
  return image;
}

Result<Bytes> png_encode(const Image& image) {
  if (!image.consistent()) return wrong("png", "not a picture of grey or three colours");
  if (const auto fine = check_sides("png", image.width, image.height); !fine)
    return tl::unexpected<Error>{fine.error()};
  Png png;
  png.image.width = static_cast<png_uint_32>(image.width);
  png.image.height = static_cast<png_uint_32>(image.height);
  png.image.format = image.channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  if (png_image_write_get_memory_size(png.image, size, 0, image.pixels.data(), 0, nullptr) == 0) return said_by(png);
  Bytes file(size);
  if (png_image_write_to_memory(&png.image, file.data(), &size, 0, image.pixels.data(), 0, nullptr) == 0)
    return said_by(png);
  file.resize(size);
  return file;
}

}  // namespace skranke::enrolment
