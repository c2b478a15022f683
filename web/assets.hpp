#pragma once
// The pages, as they are in the binary: scripts, styles and words named by their content, and one HTML shell per kind
// of page.
#include <span>
#include <string_view>

namespace skranke::web {

struct Asset {
  std::string_view
      path;  ///< "/assets/kiosk.1a2b3c4d5e6f.js", or "/shell/kiosk.html", which is not an address of its own
  std::string_view content_type;  ///< as the header wants it, with charset for text
  std::string_view etag;          ///< strong, with its quotes
  std::string_view identity;      ///< the bytes
  std::string_view gzip;          ///< the same compressed; empty where that saves less than a tenth
  bool immutable = false;         ///< may be cached for ever: the name changes with the content
};

/// Everything there is, sorted by path. Valid for the life of the program.
[[nodiscard]] std::span<const Asset> assets();

/// The asset of a request's path (no query): an asset by its own name, or the shell of the page that lives there:
/// /kiosk/ID, /desk/ID, /board/ID, /t/TOKEN, /sign-in, /admin, /. Null for anything else, so that the API and mistyped
/// addresses get their 404.
[[nodiscard]] const Asset* find(std::string_view path);

/// Changes when any asset changes; pages reload when the daemon answers with another one.
[[nodiscard]] std::string_view build_id();

/// For every HTML answer. Allows no inline script or style, no foreign host, no framing by others, and no HTML made from strings.
inline constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
    "require-trusted-types-for 'script'";

}  // namespace skranke::web
