#include "printer/bitmap.hpp"

#include <cairo.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "system/owned.hpp"

namespace skranke::printer {

Bitmap::Bitmap(int width_dots, int height_dots)
    : width(width_dots),
      height(height_dots),
      stride((width_dots + 7) / 8),
      bytes(static_cast<std::size_t>(stride) * static_cast<std::size_t>(height_dots)) {}

bool Bitmap::black(int x, int y) const { return (row(y)[x / 8] & (0x80 >> (x % 8))) != 0; }

void Bitmap::blacken(int x, int y) { row(y)[x / 8] = static_cast<std::uint8_t>(row(y)[x / 8] | (0x80 >> (x % 8))); }

Bitmap placed(const Bitmap& picture, int width, int height, int left, int top) {
  Bitmap sheet(width, height);
  for (int y = std::max(0, -top); y < picture.height && y + top < height; ++y)
    for (int x = std::max(0, -left); x < picture.width && x + left < width; ++x)
      if (picture.black(x, y)) sheet.blacken(x + left, y + top);
  return sheet;
}

namespace {

/// Grey rather than cairo's 1-bit form: that one keeps its dots in the machine's own bit order. Null without memory.
std::unique_ptr<cairo_surface_t, Closer<cairo_surface_destroy>> surface_of(const Bitmap& bitmap) {
  std::unique_ptr<cairo_surface_t, Closer<cairo_surface_destroy>> surface{
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, std::max(1, bitmap.width), std::max(1, bitmap.height))};
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return nullptr;
  unsigned char* data = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; y < bitmap.height; ++y)
    for (int x = 0; x < bitmap.width; ++x) {
      const std::uint32_t pixel = bitmap.black(x, y) ? 0x000000U : 0xffffffU;
      std::memcpy(data + static_cast<std::ptrdiff_t>(y) * stride + static_cast<std::ptrdiff_t>(x) * 4, &pixel,
                  sizeof pixel);
    }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

cairo_status_t append(void* out, const unsigned char* data, unsigned length) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

std::string png_of(const Bitmap& bitmap) {
  std::string bytes;
  const auto surface = surface_of(bitmap);
  if (surface && cairo_surface_write_to_png_stream(surface.get(), append, &bytes) != CAIRO_STATUS_SUCCESS) bytes.clear();
  return bytes;
}

tl::expected<void, std::string> write_png(const Bitmap& bitmap, const std::string& path) {
  const auto surface = surface_of(bitmap);
  if (!surface) return tl::unexpected(std::string{"no memory for the picture"});
  const std::string part = path + ".part";
  if (const auto status = cairo_surface_write_to_png(surface.get(), part.c_str()); status != CAIRO_STATUS_SUCCESS) {
    std::remove(part.c_str());
    return tl::unexpected(fmt::format("{}: {}", part, cairo_status_to_string(status)));
  }
  if (std::rename(part.c_str(), path.c_str()) != 0)
    return tl::unexpected(fmt::format("{}: {}", path, std::strerror(errno)));
  return {};
}

}  // namespace skranke::printer
