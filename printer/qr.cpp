#include "printer/qr.hpp"

#include <qrencode.h>

#include <memory>

namespace skranke::printer {

namespace {
constexpr int quiet_modules = 4;
constexpr std::size_t content_bytes_max = 512;

struct CodeCloser {
  void operator()(QRcode* code) const noexcept { QRcode_free(code); }
};
}  // namespace

std::optional<Bitmap> qr_modules(const std::string& content) {
  if (content.empty() || content.size() > content_bytes_max) return std::nullopt;
  const std::unique_ptr<QRcode, CodeCloser> code{QRcode_encodeString8bit(content.c_str(), 0, QR_ECLEVEL_M)};
  if (!code) return std::nullopt;
  Bitmap modules(code->width + 2 * quiet_modules, code->width + 2 * quiet_modules);
  for (int y = 0; y < code->width; ++y)
    for (int x = 0; x < code->width; ++x)
      if ((code->data[y * code->width + x] & 1) != 0) modules.blacken(x + quiet_modules, y + quiet_modules);
  return modules;
}

}  // namespace skranke::printer
