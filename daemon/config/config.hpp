#pragma once
// The settings of one skranked: where it listens, where its data is, what it allows. Everything about the waiting room
// is in the facility file instead.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "wire/finding.hpp"

namespace skranke::config {

struct Endpoint {
  std::string address;  ///< IPv4 or IPv6 in numbers, without brackets: "127.0.0.1", "::1"
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

enum class LogLevel : std::uint8_t { error, warning, info, debug };
enum class Metrics : std::uint8_t {
  local,
  token,
  off
};  ///< who may read /metrics: the box itself, holders of a token, nobody

struct Limits {
  std::size_t connections = 4096;        ///< 16 to 65,536 open at once; more are refused
  std::size_t body_bytes = 1024 * 1024;  ///< 1 KiB to 16 MiB; a longer request body is answered 413
  bool operator==(const Limits&) const = default;
};

enum class MailTls : std::uint8_t { required, offered, off };   ///< offered = encrypted only where the server can; off = never
/// The house's own mail server.
struct Mail {
  std::string server;             ///< "smtp://mail.example:587" or "smtps://…:465"; empty = no e-mail is sent
  std::string from;               ///< "Borgerservice <no-reply@example.org>"
  std::string user, password_file;
  MailTls tls = MailTls::required;
  std::string ca_file;            ///< PEM; empty = the system's
  bool operator==(const Mail&) const = default;
};

enum class BodyType : std::uint8_t { json, form };
enum class Method : std::uint8_t { post, put };
/// A gateway that takes text messages by HTTP.
struct SmsGateway {
  std::string url;                ///< empty = none
  Method method = Method::post;
  BodyType type = BodyType::json;
  std::string body;               ///< with {to} or {digits}, {text} and {id}
  std::vector<std::string> headers;
  std::string token_file, token_header = "Authorization", token_prefix = "Bearer ";
  int expect_status = 0;          ///< 0 = any from 200 to 299
  std::string ca_file;
  bool operator==(const SmsGateway&) const = default;
};

/// Messages to browsers; needs the internet.
struct Push {
  std::string contact;            ///< "mailto:it@example.org": whom a push service may write to; empty = off
  std::vector<std::string> hosts{"fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"};
  std::string ca_file;
  bool operator==(const Push&) const = default;
};

/// How long contacts are kept.
struct ContactRules {
  int keep_days = 0;              ///< 0 to 30 after the day of the booking; 0 = gone when its day is over
  bool operator==(const ContactRules&) const = default;
};

/// What is sent to those who booked and left a number.
struct Messages {
  std::string sms_spool;          ///< folder that smsd takes text messages from; empty = nothing is sent
  int reminder_hours = 24;        ///< 0 (none) to 168 before the booked time
  SmsGateway gateway;             ///< instead of the folder
  Mail mail;
  Push push;
  int soon_ahead = 2;             ///< "soon your turn" goes out when so many or fewer are ahead
  int quiet_from = 21, quiet_to = 8;   ///< hours of the day between which nothing is sent; equal = always
  bool operator==(const Messages&) const = default;
};

/// Where spoken numbers come from.
struct VoiceSettings {
  std::string recorded;                       ///< folder with a folder of clips for each language; empty = none
  std::string espeak = "/usr/bin/espeak-ng";  ///< says what is not recorded; empty = nothing does
  bool operator==(const VoiceSettings&) const = default;
};

/// What stands at a desk to take portraits, prints and signatures; empty = the kit has none. Named as enrolment/device_spec.hpp says.
struct EnrolmentKit {
  std::string desk, camera, finger, pen;
  std::vector<std::string> shared_with = {};   ///< other desks that use it in turn
  std::string door_key = {};   ///< SHA-256 of the public key of the door that its far devices are behind, in hex; empty = it has none
  bool operator==(const EnrolmentKit&) const = default;
};
/// The biometric enrolment step (docs/ENROLMENT.md).
struct Enrolment {
  std::string profiles;           ///< folder of profiles; empty = nothing is enrolled here
  std::string models;             ///< folder of face models; empty = no face is judged by machine
  std::string worker = "/usr/libexec/skranke/skranke-enrolment-worker";
  std::string handover;           ///< "directory:PATH" or "https://…"
  std::string recipient_certificate, recipient_pin;   ///< PEM file; SHA-256 of its public key in hex, empty = whatever the file holds
  std::string appliance_certificate, appliance_key;   ///< PEM files
  std::string ca_file;            ///< PEM; empty = the system's
  std::string devices_ca_file;    ///< PEM, for devices elsewhere; empty = the system's
  std::string face_quality, print_quality;   ///< programs of the site that judge pictures; empty = none
  int keep_days = 30;             ///< 1 to 90; a record without a receipt is given up then
  bool citizen_pictures = true;   ///< the screen for the citizen shows pictures; else words and drawings only
  std::vector<EnrolmentKit> kits;
  bool operator==(const Enrolment&) const = default;
};
/// Another centre, whose public list of free times is looked at.
struct OtherSite {
  std::string name;
  std::string url;                ///< "https://booking.example", without a path
  std::string address, distance;  ///< said as they are written: "Torvet 1", "12 km"
  std::string ca_file;            ///< PEM; empty = the system's
  std::string id;                 ///< what rights name; the settings', else "site-1" and so on
  bool operator==(const OtherSite&) const = default;
};
inline constexpr std::size_t other_sites_max = 8;

struct Config {
  std::string data_dir = "/var/lib/skranke";
  std::vector<Endpoint> listen{{"127.0.0.1", 8080}};
  std::string agent_socket;                  ///< a Unix socket for the skranke-agent of this box; empty = none (or systemd's)
  std::string facility;                      ///< file applied when the data directory is empty; empty = none
  std::string tls_certificate, tls_key;      ///< PEM files, both or neither; both = HTTPS on every endpoint
  std::vector<std::string> trusted_origins;  ///< further origins whose pages may send commands, "https://kiosk.example"
  LogLevel log_level = LogLevel::info;
  Metrics metrics = Metrics::local;
  std::string ui_dir;  ///< development: pages from this folder instead of the program
  Limits limits;
  Messages messages;
  ContactRules contacts;
  VoiceSettings voice;
  Enrolment enrolment;
  std::vector<OtherSite> other_sites;
  bool operator==(const Config&) const = default;
};

/// Reads a settings file (TOML, at most 64 KiB). Relative paths are meant from the folder of the file; a caller that
/// gave no folder gets them as written. The error holds everything wrong at once, in the order of the file.
[[nodiscard]] tl::expected<Config, std::vector<wire::Finding>> read_config(std::string_view text,
                                                                           const std::string& file_name);

/// "127.0.0.1:8080", "[::1]:8080", ":8080" is refused (it would open the box to the whole network by accident).
[[nodiscard]] tl::expected<Endpoint, wire::Message> parse_endpoint(std::string_view text);

}  // namespace skranke::config
