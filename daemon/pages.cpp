#include "daemon/pages.hpp"

#include <array>
#include <fstream>
#include <unordered_map>

#include <fmt/format.h>

#include "web/assets.hpp"

namespace skranke::daemon {

namespace {

struct Shell {
  std::string_view first;   ///< first segment of the path
  std::size_t segments;     ///< how many in all
  std::string_view file;
};
constexpr std::array shells{
    Shell{"kiosk", 2, "shell/kiosk.html"}, Shell{"desk", 2, "shell/desk.html"},    Shell{"board", 2, "shell/board.html"},
    Shell{"t", 2, "shell/phone.html"},     Shell{"sign-in", 1, "shell/office.html"}, Shell{"admin", 1, "shell/office.html"},
    Shell{"printers", 2, "shell/office.html"},
};

std::string_view file_for(const http::Request& request) {
  const auto& segments = request.segments;
  if (segments.empty()) return "shell/office.html";
  if (segments.size() == 2 && segments[0] == "assets") return request.path.substr(1);
  for (const Shell& shell : shells)
    if (segments[0] == shell.first && segments.size() == shell.segments) return shell.file;
  return {};
}

const std::unordered_map<std::string_view, const web::Asset*>& table() {
  static const auto made = [] {
    std::unordered_map<std::string_view, const web::Asset*> by_path;
    for (const web::Asset& asset : web::assets()) by_path.emplace(asset.path, &asset);
    return by_path;
  }();
  return made;
}

http::Response not_found() {
  http::Response response;
  response.status = 404;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "404\n";
  return response;
}

/// Assets carry their content in their name and may be kept for ever; shells are asked for again.
std::string cache_rule(std::string_view file) {
  return file.starts_with("assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

std::string_view type_of(std::string_view file) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> types{{{".html", "text/html; charset=utf-8"},
                                                                              {".js", "text/javascript; charset=utf-8"},
                                                                              {".css", "text/css; charset=utf-8"},
                                                                              {".json", "application/json"},
                                                                              {".svg", "image/svg+xml"},
                                                                              {".woff2", "font/woff2"}}};
  for (const auto& [ending, type] : types)
    if (file.ends_with(ending)) return type;
  return "application/octet-stream";
}

}  // namespace

http::Response Pages::get(const http::Request& request) const {
  const std::string_view file = file_for(request);
  if (request.method != http::Method::get || file.empty()) return not_found();
  if (!directory_.empty()) return from_folder(file);
  const auto found = table().find(file);
  if (found == table().end()) return not_found();
  const web::Asset& asset = *found->second;
  http::Response response;
  response.content_type = asset.content_type;
  response.headers.emplace_back("ETag", asset.etag);
  response.headers.emplace_back("Cache-Control", cache_rule(file));
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (request.if_none_match.find(asset.etag) != std::string_view::npos) {
    response.status = 304;
  } else if (!asset.gzip.empty() && request.accept_encoding.find("gzip") != std::string_view::npos) {
    response.fixed = asset.gzip;
    response.headers.emplace_back("Content-Encoding", "gzip");
  } else {
    response.fixed = asset.identity;
  }
  return response;
}

http::Response Pages::from_folder(std::string_view file) const {
  if (file.find("..") != std::string_view::npos) return not_found();
  std::ifstream in{fmt::format("{}/{}", directory_, file), std::ios::binary};
  if (!in) return not_found();
  http::Response response;
  response.content_type = type_of(file);
  response.body.assign(std::istreambuf_iterator<char>{in}, {});
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

std::string Pages::build() {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const web::Asset& asset : web::assets())
    for (const char c : asset.etag) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return fmt::format("{}-{:08x}", SKRANKE_VERSION, hash >> 32U);
}

}  // namespace skranke::daemon
