#include "daemon/pages.hpp"

#include <array>
#include <fstream>

#include <fmt/format.h>

#include "web/assets.hpp"

namespace skranke::daemon {

namespace {

http::Response not_found() {
  http::Response response;
  response.status = 404;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "404\n";
  return response;
}

/// The kiosk checks in by the QR code of a booking.
bool reads_codes(const web::Asset& asset) { return asset.path == "/shell/kiosk.html"; }

}  // namespace

http::Response Pages::get(const http::Request& request) const {
  const web::Asset* asset = request.method == http::Method::get ? web::find(request.path) : nullptr;
  if (asset == nullptr) return not_found();
  if (!directory_.empty()) return from_folder(*asset);
  http::Response response;
  response.camera = reads_codes(*asset);
  response.content_type = asset->content_type;
  response.headers.emplace_back("ETag", asset->etag);
  response.headers.emplace_back("Cache-Control", asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (asset->path.starts_with("/assets/push.")) response.headers.emplace_back("Service-Worker-Allowed", "/t/");   // it tells of visits, whose pages are there
  if (request.if_none_match.find(asset->etag) != std::string_view::npos) {
    response.status = 304;
  } else if (!asset->gzip.empty() && request.accept_encoding.find("gzip") != std::string_view::npos) {
    response.fixed = asset->gzip;
    response.headers.emplace_back("Content-Encoding", "gzip");
  } else {
    response.fixed = asset->identity;
  }
  return response;
}

/// Development: the same set of files, read afresh each time.
http::Response Pages::from_folder(const web::Asset& asset) const {
  std::ifstream in{fmt::format("{}{}", directory_, asset.path), std::ios::binary};
  if (!in) return not_found();
  http::Response response;
  response.content_type = asset.content_type;
  response.camera = reads_codes(asset);
  response.body.assign(std::istreambuf_iterator<char>{in}, {});
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace skranke::daemon
