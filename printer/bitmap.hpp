#pragma once
// A ticket as dots: the one form in which every printer gets it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace skranke::printer {

/// One bit a dot, rows from the top, the leftmost dot in the highest bit, set = black. `stride` is in bytes; the spare
/// bits at a row's end are 0.
struct Bitmap {
  int width = 0;
  int height = 0;
  int stride = 0;
  std::vector<std::uint8_t> bytes;

  Bitmap() = default;
  Bitmap(int width_dots, int height_dots);

  [[nodiscard]] bool black(int x, int y) const;
  void blacken(int x, int y);
  [[nodiscard]] const std::uint8_t* row(int y) const {
    return bytes.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(stride);
  }
  [[nodiscard]] std::uint8_t* row(int y) {
    return bytes.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(stride);
  }
  bool operator==(const Bitmap&) const = default;
};

/// The same picture on a wider and taller sheet, its corner at (left, top); what does not fit is cut off.
[[nodiscard]] Bitmap placed(const Bitmap& picture, int width, int height, int left, int top);

/// Writes a PNG so that a reader sees the old file, the new one or none, never half of one. The error is a sentence for
/// the log.
[[nodiscard]] tl::expected<void, std::string> write_png(const Bitmap& bitmap, const std::string& path);
/// The same picture as bytes; empty when there is no memory for it.
[[nodiscard]] std::string png_of(const Bitmap& bitmap);

}  // namespace skranke::printer
