#include "web/assets.hpp"

#include <algorithm>
#include <array>

namespace skranke::web {
namespace {

struct Page {
  std::string_view first;  ///< first part of the path
  bool has_id;             ///< one more part, which the page itself reads
  std::string_view shell;
};

constexpr std::array pages{
    Page{"kiosk", true, "/shell/kiosk.html"},     Page{"desk", true, "/shell/desk.html"},
    Page{"board", true, "/shell/board.html"},     Page{"board", false, "/shell/board.html"}, Page{"kiosk", false, "/shell/board.html"},   // without a name: asks to be let in
    Page{"t", true, "/shell/phone.html"},         Page{"enrol", true, "/shell/enrol.html"},
    Page{"book", true, "/shell/book.html"},       Page{"book", false, "/shell/book.html"},
    Page{"sign-in", false, "/shell/office.html"}, Page{"admin", false, "/shell/office.html"}, Page{"reports", false, "/shell/office.html"}, Page{"site", false, "/shell/office.html"},
    Page{"access", false, "/shell/office.html"}, Page{"screens", false, "/shell/office.html"}, Page{"room", false, "/shell/office.html"}, Page{"devices", true, "/shell/office.html"},
    Page{"host", false, "/shell/host.html"},      Page{"contact", false, "/shell/contact.html"},
    Page{"", false, "/shell/office.html"},
};

const Asset* by_name(std::string_view path) {
  const auto all = assets();
  const auto found = std::lower_bound(all.begin(), all.end(), path,
                                      [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });
  return found != all.end() && found->path == path ? &*found : nullptr;
}

}  // namespace

const Asset* find(std::string_view path) {
  if (path.starts_with("/assets/")) return by_name(path);
  if (!path.starts_with('/')) return nullptr;
  const std::string_view rest = path.substr(1);
  const std::size_t slash = rest.find('/');
  const bool has_id = slash != std::string_view::npos;
  if (has_id && (slash + 1 == rest.size() || rest.find('/', slash + 1) != std::string_view::npos)) return nullptr;
  const std::string_view first = rest.substr(0, slash);
  for (const Page& page : pages)
    if (page.first == first && page.has_id == has_id) return by_name(page.shell);
  return nullptr;
}

}  // namespace skranke::web
