#include "enrolment/device_spec.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace skranke::enrolment {
namespace {

constexpr std::string_view wsbd_socket = "unix:", wsbd_tls = "https://";
constexpr std::size_t socket_path_max = 100;   // the system's limit is 107
constexpr std::size_t far_host_max = 255;

struct Kind {
  std::string_view name, written;
  bool face, finger, signature;
  bool (*good)(std::string_view where);
};

bool is_device(std::string_view where) { return where.starts_with("/dev/") && where.find("..") == std::string_view::npos && where.size() > 5; }
bool is_socket(std::string_view where) { return !where.empty() && where.size() <= socket_path_max; }
bool is_driver(std::string_view where) {
  const std::string_view name = where.substr(0, where.find(':'));
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (!std::ranges::all_of(name, letter)) return false;
  return name.size() == where.size() || (!name.empty() && is_socket(where.substr(name.size() + 1)));
}
/// An address of IPv6 stands in brackets.
bool is_far(std::string_view where) {
  const std::size_t colon = where.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon > far_host_max) return false;
  const std::string_view host = where.substr(0, colon), port = where.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const auto letter = [&](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || (bracketed && (c == ':' || c == '%')); };
  if (!std::ranges::all_of(bracketed ? host.substr(1, host.size() - 2) : host, letter)) return false;
  unsigned number = 0;
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), number);
  return failed == std::errc{} && end == port.data() + port.size() && number > 0 && number <= 65'535;
}
bool is_wsbd(std::string_view where) {
  if (where.starts_with(wsbd_socket)) return is_socket(where.substr(wsbd_socket.size()));
  return where.starts_with(wsbd_tls) && where.size() > wsbd_tls.size() && where.find_first_of(" ?#@\"\r\n\t") == std::string_view::npos;
}

constexpr std::array<Kind, 7> kinds{{
    {"file", "file:FOLDER", true, true, true, [](std::string_view where) { return !where.empty(); }},
    {"socket", "socket:PATH", true, true, true, is_socket},
    {"far", "far:HOST:PORT", true, true, true, is_far},
    {"wsbd", "wsbd:unix:PATH, wsbd:https://HOST/PATH", true, true, true, is_wsbd},
    {"libfprint", "libfprint, libfprint:DRIVER", false, true, false, is_driver},
    {"v4l2", "v4l2:/dev/DEVICE", true, false, false, is_device},
    {"evdev", "evdev:/dev/input/DEVICE", false, false, true, is_device},
}};

bool takes(const Kind& kind, Modality modality) {
  switch (modality) {
    case Modality::face: return kind.face;
    case Modality::finger: return kind.finger;
    case Modality::signature: return kind.signature;
  }
  return false;
}

}  // namespace

Result<DeviceSpec> read_device_spec(std::string_view text, Modality modality) {
  const std::string_view name = text.substr(0, text.find(':'));
  const std::string_view where = name.size() == text.size() ? std::string_view{} : text.substr(name.size() + 1);
  std::string can;
  for (const Kind& kind : kinds) {
    if (!takes(kind, modality)) continue;
    if (kind.name == name && text.size() <= device_spec_max && where.find('\0') == std::string_view::npos && kind.good(where)) return DeviceSpec{std::string{name}, std::string{where}};
    can += (can.empty() ? "" : ", ") + std::string{kind.written};
  }
  return wrong("device", can);
}

std::string_view path_in(const DeviceSpec& spec) {
  const std::string_view where = spec.where;
  if (spec.kind == "file" || spec.kind == "socket") return where;
  if (spec.kind == "wsbd" && where.starts_with(wsbd_socket)) return where.substr(wsbd_socket.size());
  const std::size_t colon = where.find(':');
  return spec.kind == "libfprint" && colon != std::string_view::npos ? where.substr(colon + 1) : std::string_view{};
}

}  // namespace skranke::enrolment
