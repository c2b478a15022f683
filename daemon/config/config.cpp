#include "daemon/config/config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "enrolment/device_spec.hpp"
#include "wire/table_reader.hpp"

namespace skranke::config {
namespace {

using wire::Finding, wire::Findings, wire::Message, wire::Node, wire::TableReader;

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

std::string read_path(TableReader& table, std::string_view key, const std::string& file_name) {
  const std::string written = table.text(key, {.max = 1000}).value_or("");
  const std::filesystem::path folder = std::filesystem::path{file_name}.parent_path();
  if (written.empty() || folder.empty() || std::filesystem::path{written}.is_absolute()) return written;
  return (folder / written).lexically_normal().string();
}

/// The place of an element, for findings about its content.
void find_in_list(TableReader& table, std::string_view key, std::size_t index, Message message) {
  const Node& item = table.node().find(key)->items[index];
  table.findings().error(&item, table.findings().element(table.path(key), index), "wrong_content", std::move(message));
}

void read_listen(TableReader& table, Config& config) {
  const std::vector<std::string> written = table.texts("listen", {.count_min = 1, .count_max = 16, .distinct = false});
  if (written.empty()) return;
  config.listen.clear();
  for (std::size_t index = 0; index < written.size(); ++index) {
    auto endpoint = parse_endpoint(written[index]);
    if (!endpoint) {
      find_in_list(table, "listen", index, endpoint.error());
    } else if (std::find(config.listen.begin(), config.listen.end(), *endpoint) != config.listen.end()) {
      find_in_list(table, "listen", index,
                   {fmt::format("{} står to gange.", written[index]), fmt::format("{} stands twice.", written[index])});
    } else {
      config.listen.push_back(*std::move(endpoint));
    }
  }
}

bool is_origin(std::string_view text) {
  const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  const std::string_view host = text.substr(scheme);
  return scheme != 0 && !host.empty() && host.find_first_of("/ ?#@") == std::string_view::npos;
}

void read_origins(TableReader& table, Config& config) {
  config.trusted_origins = table.texts("trusted_origins", {.count_max = 64});
  for (std::size_t index = 0; index < config.trusted_origins.size(); ++index) {
    const std::string& origin = config.trusted_origins[index];
    if (is_origin(origin)) continue;
    find_in_list(table, "trusted_origins", index,
                 {fmt::format("{} er ikke en oprindelse; skriv f.eks. \"https://kiosk.example\" uden sti.",
                              wire::quoted(origin)),
                  fmt::format("{} is not an origin; write e.g. \"https://kiosk.example\" without a path.",
                              wire::quoted(origin))});
  }
}

template <class Enum>
Enum read_word(TableReader& table, std::string_view key, std::span<const std::string_view> words, Enum fallback) {
  const auto word = table.one_of(key, words);
  return word ? static_cast<Enum>(std::find(words.begin(), words.end(), *word) - words.begin()) : fallback;
}

void read_tls(TableReader& table, Config& config, const std::string& file_name) {
  config.tls_certificate = read_path(table, "tls_certificate", file_name);
  config.tls_key = read_path(table, "tls_key", file_name);
  if (table.has("tls_certificate") == table.has("tls_key")) return;
  table.error(table.has("tls_certificate") ? "tls_certificate" : "tls_key", "missing",
              {"tls_certificate og tls_key hører sammen; den ene mangler.",
               "tls_certificate and tls_key belong together; one is missing."});
}

Limits read_limits(TableReader table) {
  Limits limits;
  limits.connections = static_cast<std::size_t>(
      table.integer("connections", 16, 65'536).value_or(static_cast<std::int64_t>(limits.connections)));
  limits.body_bytes = static_cast<std::size_t>(
      table.integer("body_bytes", 1024, 16 * 1024 * 1024).value_or(static_cast<std::int64_t>(limits.body_bytes)));
  table.done();
  return limits;
}

bool is_url(std::string_view text, std::string_view plain, std::string_view encrypted) {
  const std::size_t scheme = text.starts_with(encrypted) ? encrypted.size() : text.starts_with(plain) ? plain.size() : 0;
  return scheme != 0 && text.size() > scheme && text.find_first_of(" @#") == std::string_view::npos;
}

OtherSite read_other_site(TableReader& table, const std::string& file_name) {
  OtherSite site;
  site.name = table.required_text("name", {.max = 100});
  site.url = table.required_text("url", {.max = 300});
  site.address = table.text("address", {.max = 200}).value_or("");
  site.distance = table.text("distance", {.max = 60}).value_or("");
  site.ca_file = read_path(table, "ca_file", file_name);
  site.id = table.text("id", {.max = 40}).value_or("");
  const bool slug = std::all_of(site.id.begin(), site.id.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (!slug) table.error("id", "wrong_content", {"Brug små bogstaver a–z, tal og bindestreg.", "Use small letters a–z, digits and hyphens."});
  if (!site.url.empty() && !is_origin(site.url))
    table.error("url", "wrong_content", {"Skriv adressen uden sti, f.eks. \"https://booking.example\".", "Write the address without a path, e.g. \"https://booking.example\"."});
  table.done();
  return site;
}

Mail read_mail(TableReader table, const std::string& file_name) {
  static constexpr std::array<std::string_view, 3> ways{"required", "offered", "off"};
  Mail mail;
  mail.server = table.required_text("server", {.max = 300});
  mail.from = table.required_text("from", {.max = 300});
  mail.user = table.text("user").value_or("");
  mail.password_file = read_path(table, "password_file", file_name);
  mail.tls = read_word(table, "tls", ways, mail.tls);
  mail.ca_file = read_path(table, "ca_file", file_name);
  if (!mail.server.empty() && !is_url(mail.server, "smtp://", "smtps://"))
    table.error("server", "wrong_content", {"Skriv f.eks. \"smtp://mail.example:587\" eller \"smtps://mail.example:465\".",
                                            "Write e.g. \"smtp://mail.example:587\" or \"smtps://mail.example:465\"."});
  if (!mail.from.empty() && mail.from.find('@') == std::string::npos)
    table.error("from", "wrong_content", {"Skriv en adresse, f.eks. \"Borgerservice <no-reply@example.org>\".",
                                          "Write an address, e.g. \"Borgerservice <no-reply@example.org>\"."});
  if (mail.user.empty() != mail.password_file.empty())
    table.error(mail.user.empty() ? "user" : "password_file", "missing",
                {"user og password_file hører sammen; den ene mangler.", "user and password_file belong together; one is missing."});
  if (!mail.user.empty() && mail.tls != MailTls::required)
    table.error("tls", "wrong_content", {"En adgangskode sendes kun krypteret: tls skal være \"required\".",
                                         "A password is sent encrypted only: tls must be \"required\"."});
  table.done();
  return mail;
}

/// A template that nothing can be filled into would send the same to nobody.
void check_body(TableReader& table, const SmsGateway& gateway) {
  const bool to = gateway.body.find("{to}") != std::string::npos || gateway.body.find("{digits}") != std::string::npos;
  if (!to || gateway.body.find("{text}") == std::string::npos)
    table.error("body", "wrong_content", {"Skriv {to} (eller {digits}) og {text}, hvor nummer og tekst skal stå.",
                                          "Write {to} (or {digits}) and {text} where number and text shall stand."});
}

SmsGateway read_gateway(TableReader table, const std::string& file_name) {
  static constexpr std::array<std::string_view, 2> types{"json", "form"}, methods{"POST", "PUT"};
  SmsGateway gateway;
  gateway.url = table.required_text("url", {.max = 500});
  gateway.method = read_word(table, "method", methods, gateway.method);
  gateway.type = read_word(table, "type", types, gateway.type);
  gateway.body = table.required_text("body", {.max = 2000, .lines = true});
  gateway.headers = table.texts("headers", {.count_max = 20, .each = {.max = 500}});
  gateway.token_file = read_path(table, "token_file", file_name);
  gateway.token_header = table.text("token_header", {.max = 100}).value_or(gateway.token_header);
  gateway.token_prefix = table.text("token_prefix", {.min = 0, .max = 100}).value_or(gateway.token_prefix);
  gateway.expect_status = static_cast<int>(table.integer("expect_status", 200, 299).value_or(0));
  gateway.ca_file = read_path(table, "ca_file", file_name);
  if (!gateway.url.empty() && !is_url(gateway.url, "http://", "https://"))
    table.error("url", "wrong_content", {"Skriv en adresse, der begynder med https://.", "Write an address that begins with https://."});
  if (!gateway.body.empty()) check_body(table, gateway);
  for (std::size_t index = 0; index < gateway.headers.size(); ++index)
    if (gateway.headers[index].find(": ") == std::string::npos)
      find_in_list(table, "headers", index, {"Skriv \"Navn: værdi\".", "Write \"Name: value\"."});
  table.done();
  return gateway;
}

Push read_push(TableReader table, const std::string& file_name) {
  Push push;
  push.contact = table.required_text("contact", {.max = 200});
  if (table.has("hosts")) push.hosts = table.texts("hosts", {.count_min = 1, .count_max = 20});
  push.ca_file = read_path(table, "ca_file", file_name);
  const bool address = push.contact.starts_with("mailto:") || push.contact.starts_with("https://");
  if (!push.contact.empty() && (!address || push.contact.find_first_of("\"\\ ") != std::string::npos))
    table.error("contact", "wrong_content", {"Skriv f.eks. \"mailto:it@example.org\".", "Write e.g. \"mailto:it@example.org\"."});
  table.done();
  return push;
}

Messages read_messages(TableReader table, const std::string& file_name) {
  Messages messages;
  messages.sms_spool = read_path(table, "sms_spool", file_name);
  if (auto mail = table.table("mail")) messages.mail = read_mail(*mail, file_name);
  if (auto push = table.table("push")) messages.push = read_push(*push, file_name);
  if (auto gateway = table.table("sms_gateway")) messages.gateway = read_gateway(*gateway, file_name);
  if (!messages.sms_spool.empty() && !messages.gateway.url.empty())
    table.error("sms_gateway", "wrong_content", {"Vælg sms_spool eller sms_gateway; en SMS sendes kun ét sted fra.",
                                                 "Choose sms_spool or sms_gateway; a text message goes one way only."});
  messages.soon_ahead = static_cast<int>(table.integer("soon_ahead", 0, 20).value_or(messages.soon_ahead));
  const auto hours = [&](std::string_view key, int usual, int max) { return static_cast<int>(table.integer(key, 0, max).value_or(usual)); };
  messages.reminder_hours = hours("reminder_hours", messages.reminder_hours, 168);
  messages.quiet_from = hours("quiet_from", messages.quiet_from, 23);
  messages.quiet_to = hours("quiet_to", messages.quiet_to, 23);
  table.done();
  return messages;
}

VoiceSettings read_voice(TableReader table, const std::string& file_name) {
  VoiceSettings voice;
  voice.recorded = read_path(table, "recorded", file_name);
  // An empty text says that there is none, which a path elsewhere does not.
  const Node* espeak = table.node().find("espeak");
  const bool none = espeak != nullptr && espeak->kind == Node::Kind::text && espeak->text.empty();
  if (none) (void)table.value("espeak"), voice.espeak.clear();
  else if (table.has("espeak")) voice.espeak = read_path(table, "espeak", file_name);
  else (void)table.value("espeak");
  table.done();
  return voice;
}

/// A relative path in it is meant from the folder of the file, as all paths are.
std::string read_capture_device(TableReader& table, std::string_view key, enrolment::Modality modality, const std::string& file_name) {
  const std::string written = table.text(key, {.max = enrolment::device_spec_max}).value_or("");
  if (written.empty()) return written;
  const auto spec = enrolment::read_device_spec(written, modality);
  if (!spec) {
    table.error(key, "wrong_content", {"Skriv et af: " + spec.error().what, "Write one of: " + spec.error().what});
    return {};
  }
  const std::string_view path = enrolment::path_in(*spec);
  const std::filesystem::path folder = std::filesystem::path{file_name}.parent_path(), inside{path};
  if (path.empty() || inside.is_absolute() || folder.empty()) return written;
  return written.substr(0, written.size() - path.size()) + (folder / inside).lexically_normal().string();
}

/// A line to another box begins with its key: without one there is nobody to speak to.
std::string read_door_key(TableReader& table, const EnrolmentKit& kit) {
  const std::string written = table.text("door_key", {.max = 1000}).value_or("");
  const bool far = kit.camera.starts_with("far:") || kit.finger.starts_with("far:") || kit.pen.starts_with("far:");
  const bool digits = written.size() == 64 && written.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (far && !table.has("door_key"))
    table.error("door_key", "missing", {"Skriv den anden maskines nøgle, som skranke-capture-door --key viser den dér.", "Write the key of the other computer, as skranke-capture-door --key shows it there."});
  else if (!written.empty() && !digits)
    table.error("door_key", "wrong_content", {"Skriv de 64 cifre (0-9, a-f), som skranke-capture-door --key viser.", "Write the 64 digits (0-9, a-f) that skranke-capture-door --key shows."});
  else if (!written.empty() && !far)
    table.error("door_key", "wrong_content", {"Ingen enhed her er \"far:HOST:PORT\".", "No device here is \"far:HOST:PORT\"."});
  return digits ? written : "";
}

std::string read_handover(TableReader& table, const std::string& file_name) {
  const std::string written = table.required_text("handover", {.max = 1000});
  constexpr std::string_view directory = "directory:";
  if (written.empty() || (written.starts_with("https://") && written.size() > 8)) return written;
  if (!written.starts_with(directory) || written.size() == directory.size()) {
    table.error("handover", "wrong_content", {"Skriv \"directory:MAPPE\" eller \"https://…\".", "Write \"directory:FOLDER\" or \"https://…\"."});
    return {};
  }
  const std::filesystem::path folder = std::filesystem::path{file_name}.parent_path(), path{written.substr(directory.size())};
  return path.is_absolute() || folder.empty() ? written : std::string{directory} + (folder / path).lexically_normal().string();
}

Enrolment read_enrolment(TableReader table, const std::string& file_name) {
  Enrolment enrolment;
  const auto path = [&](TableReader& from, std::string_view key) {
    if (!from.has(key)) static_cast<void>(from.required_text(key, {.max = 1000}));
    return read_path(from, key, file_name);
  };
  enrolment.profiles = path(table, "profiles");
  enrolment.models = read_path(table, "models", file_name);
  if (table.has("worker")) enrolment.worker = read_path(table, "worker", file_name);
  else (void)table.value("worker");
  enrolment.handover = read_handover(table, file_name);
  enrolment.ca_file = read_path(table, "ca_file", file_name);
  enrolment.devices_ca_file = read_path(table, "devices_ca_file", file_name);
  enrolment.face_quality = read_path(table, "face_quality", file_name);
  enrolment.print_quality = read_path(table, "print_quality", file_name);
  enrolment.keep_days = static_cast<int>(table.integer("keep_days", 1, 90).value_or(enrolment.keep_days));
  enrolment.citizen_pictures = table.flag("citizen_pictures").value_or(enrolment.citizen_pictures);
  if (auto recipient = table.table("recipient")) {
    enrolment.recipient_certificate = path(*recipient, "certificate");
    enrolment.recipient_pin = recipient->text("pin", {.min = 64, .max = 64}).value_or("");
    recipient->done();
  } else table.error("recipient", "missing", {"Skriv recipient.certificate.", "Write recipient.certificate."});
  if (auto appliance = table.table("appliance")) {
    enrolment.appliance_certificate = path(*appliance, "certificate");
    enrolment.appliance_key = path(*appliance, "key");
    appliance->done();
  } else table.error("appliance", "missing", {"Skriv appliance.certificate og appliance.key.", "Write appliance.certificate and appliance.key."});
  for (TableReader& kit : table.tables("kit", 50)) {
    using enrolment::Modality;
    EnrolmentKit one{kit.required_slug("desk"), read_capture_device(kit, "camera", Modality::face, file_name), read_capture_device(kit, "finger", Modality::finger, file_name),
                     read_capture_device(kit, "pen", Modality::signature, file_name), kit.slugs("shared_with", {.count_max = 20})};
    one.door_key = read_door_key(kit, one);
    kit.done();
    enrolment.kits.push_back(std::move(one));
  }
  table.done();
  return enrolment;
}

Config read_all(TableReader table, const std::string& file_name) {
  static constexpr std::array<std::string_view, 4> levels{"error", "warning", "info", "debug"};
  static constexpr std::array<std::string_view, 3> readers{"local", "token", "off"};
  Config config;
  if (table.has("data_dir"))
    config.data_dir = read_path(table, "data_dir", file_name);
  else
    (void)table.value("data_dir");
  read_listen(table, config);
  config.agent_socket = read_path(table, "agent_socket", file_name);
  config.facility = read_path(table, "facility", file_name);
  read_tls(table, config, file_name);
  read_origins(table, config);
  config.log_level = read_word(table, "log_level", levels, config.log_level);
  config.metrics = read_word(table, "metrics", readers, config.metrics);
  config.ui_dir = read_path(table, "ui_dir", file_name);
  if (auto limits = table.table("limits")) config.limits = read_limits(*limits);
  if (auto messages = table.table("messages")) config.messages = read_messages(*messages, file_name);
  if (auto contacts = table.table("contacts")) {
    config.contacts.keep_days = static_cast<int>(contacts->integer("keep_days", 0, 30).value_or(0));
    contacts->done();
  }
  for (TableReader& table_of_site : table.tables("other_site", other_sites_max)) {
    OtherSite site = read_other_site(table_of_site, file_name);
    if (site.id.empty()) site.id = fmt::format("site-{}", config.other_sites.size() + 1);
    const auto same = [&](const OtherSite& other) { return other.id == site.id; };
    if (std::any_of(config.other_sites.begin(), config.other_sites.end(), same))
      table_of_site.error("id", "duplicate", {"To andre steder hedder det samme her.", "Two other sites have the same id."});
    config.other_sites.push_back(std::move(site));
  }
  if (auto voice = table.table("voice")) config.voice = read_voice(*voice, file_name);
  if (auto enrolment = table.table("enrolment")) config.enrolment = read_enrolment(*enrolment, file_name);
  table.done();
  return config;
}

}  // namespace

tl::expected<Endpoint, Message> parse_endpoint(std::string_view text) {
  const auto refused = [&] {
    return tl::unexpected{
        Message{fmt::format("{} kan ikke læses; skriv adresse:port, f.eks. \"127.0.0.1:8080\" eller \"[::1]:8080\".",
                            wire::quoted(text)),
                fmt::format("{} cannot be read; write address:port, e.g. \"127.0.0.1:8080\" or \"[::1]:8080\".",
                            wire::quoted(text))}};
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refused();
  std::string_view address = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = address.starts_with('[') && address.ends_with(']') && address.size() > 2;
  if (bracketed) address = address.substr(1, address.size() - 2);
  Endpoint endpoint{std::string{address}, 0};
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
  const bool sixth = address.find(':') != std::string_view::npos;
  // Port 0 is allowed: the system picks one, as tests want it.
  if (failed != std::errc{} || end != digits.data() + digits.size() || sixth != bracketed ||
      !is_address(endpoint.address))
    return refused();
  return endpoint;
}

tl::expected<Config, std::vector<Finding>> read_config(std::string_view text, const std::string& file_name) {
  const auto document = wire::parse_toml(text, {.bytes_max = 64 * 1024, .depth_max = 8, .nodes_max = 2000}, file_name);
  if (!document) return tl::unexpected{std::vector{document.error()}};
  Findings findings{file_name, wire::PathStyle::dotted};
  Config config = read_all(TableReader{*document, "", findings}, file_name);
  if (findings.has_error()) return tl::unexpected{findings.take()};
  return config;
}

}  // namespace skranke::config
