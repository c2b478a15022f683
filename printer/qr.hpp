#pragma once
#include <optional>
#include <string>

#include "printer/bitmap.hpp"

namespace skranke::printer {

/// The QR code of `content` with its quiet zone of four modules, medium error correction, one dot a module.
/// Nothing when the content is empty or too long (over 512 bytes: the modules would get too small for a cheap
/// telephone).
[[nodiscard]] std::optional<Bitmap> qr_modules(const std::string& content);

}  // namespace skranke::printer
