#include "daemon/config/config.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace skranke::config {
namespace {

using wire::Finding;

std::string told(const std::vector<Finding>& findings) {
  std::string lines;
  for (const Finding& finding : findings) lines += to_line(finding, "en") + "\n";
  return lines;
}

std::vector<Finding> faults_of(std::string_view text) {
  const auto read = read_config(text, "skranked.toml");
  return read ? std::vector<Finding>{} : read.error();
}

TEST(Config, AnEmptyFileIsTheDefaults) {
  const auto read = read_config("", "skranked.toml");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, Config{});
  EXPECT_EQ(read->listen, (std::vector<Endpoint>{{"127.0.0.1", 8080}}));
}

TEST(Config, OtherCentresAreReadAndAnAddressWithAPathIsNamed) {
  const auto read = read_config("[[other_site]]\nname = \"Sydby\"\nurl = \"https://sydby.example\"\naddress = \"Torvet 1\"\ndistance = \"12 km\"\nca_file = \"ca.pem\"\n", "/etc/skranke/skranked.toml");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->other_sites, (std::vector<OtherSite>{{"Sydby", "https://sydby.example", "Torvet 1", "12 km", "/etc/skranke/ca.pem", "site-1"}}));
  const auto wrong = read_config("[[other_site]]\nname = \"Sydby\"\nurl = \"https://sydby.example/book\"\n", "skranked.toml");
  ASSERT_FALSE(wrong);
  ASSERT_EQ(wrong.error().size(), 1U);
  EXPECT_NE(wrong.error().front().field.find("other_site"), std::string::npos);
}

TEST(Config, EveryKeyReachesTheConfig) {
  const auto read = read_config(R"(
data_dir = "/srv/skranke"
listen = ["0.0.0.0:80", "[::1]:0"]
agent_socket = "run/agent.sock"
facility = "site.toml"
tls_certificate = "tls/chain.pem"
tls_key = "/etc/key.pem"
trusted_origins = ["https://skranke.example:8443", "http://kiosk"]
log_level = "debug"
metrics = "token"
ui_dir = "../web"
[limits]
connections = 100
body_bytes = 2048
[contacts]
keep_days = 30
[messages]
sms_spool = "sms"
reminder_hours = 48
quiet_from = 22
quiet_to = 7
soon_ahead = 4
[messages.mail]
server = "smtps://mail.example:465"
from = "Borgerservice <no-reply@example.org>"
user = "skranke"
password_file = "mail.password"
ca_file = "/etc/ca.pem"
[messages.push]
contact = "mailto:it@example.org"
hosts = ["*.push.example"]
)",
                                "/etc/skranke/skranked.toml");
  ASSERT_TRUE(read) << told(read.error());
  Config wanted{"/srv/skranke",
                      {{"0.0.0.0", 80}, {"::1", 0}},
                      "/etc/skranke/run/agent.sock",
                      "/etc/skranke/site.toml",
                      "/etc/skranke/tls/chain.pem",
                      "/etc/key.pem",
                      {"https://skranke.example:8443", "http://kiosk"},
                      LogLevel::debug,
                      Metrics::token,
                      "/etc/web",
                      {100, 2048},
                      {},
                      {30},
                      {},
                      {},
                      {}};
  wanted.messages.sms_spool = "/etc/skranke/sms";
  wanted.messages.reminder_hours = 48;
  wanted.messages.quiet_from = 22;
  wanted.messages.quiet_to = 7;
  wanted.messages.soon_ahead = 4;
  wanted.messages.mail = {"smtps://mail.example:465", "Borgerservice <no-reply@example.org>", "skranke", "/etc/skranke/mail.password", MailTls::required, "/etc/ca.pem"};
  wanted.messages.push = {"mailto:it@example.org", {"*.push.example"}, {}};
  EXPECT_EQ(*read, wanted);
}

TEST(Config, AnEnrolmentSaysWhereItsRecordsGo) {
  const std::string whole =
      "[enrolment]\nprofiles = \"profiles\"\ndevices_ca_file = \"ca.pem\"\nhandover = \"directory:out\"\nrecipient.certificate = \"a.pem\"\nappliance.certificate = \"b.pem\"\nappliance.key = \"b.key\"\n"
      "[[enrolment.kit]]\ndesk = \"desk-1\"\ncamera = \"file:pictures\"\n";
  const auto read = read_config(whole, "/etc/skranke/c.toml");
  ASSERT_TRUE(read) << wire::to_line(read.error().front(), "en");
  EXPECT_EQ(read->enrolment.handover, "directory:/etc/skranke/out");
  EXPECT_EQ(read->enrolment.kits.front().camera, "file:/etc/skranke/pictures");
  EXPECT_EQ(read->enrolment.devices_ca_file, "/etc/skranke/ca.pem");
  EXPECT_EQ(read->enrolment.kits.front().finger, "");
  EXPECT_TRUE(read->enrolment.kits.front().shared_with.empty() && read->enrolment.citizen_pictures) << "a desk has its kit to itself, and the citizen sees pictures, unless it says otherwise";
  std::string sharing = whole + "shared_with = [\"desk-2\", \"desk-3\"]\n";
  sharing.insert(sharing.find("profiles"), "citizen_pictures = false\n");
  const auto shared = read_config(sharing, "/etc/skranke/c.toml");
  ASSERT_TRUE(shared) << wire::to_line(shared.error().front(), "en");
  EXPECT_EQ(shared->enrolment.kits.front().shared_with, (std::vector<std::string>{"desk-2", "desk-3"}));
  EXPECT_FALSE(shared->enrolment.citizen_pictures);
  const auto field_of = [&](const std::string& what, const std::string& instead) {
    std::string text = whole;
    text.replace(text.find(what), what.size(), instead);
    const auto refused = read_config(text, "c.toml");
    return refused ? std::string{} : refused.error().front().field;
  };
  EXPECT_EQ(field_of("directory:out", "http://authority.example"), "enrolment.handover");
  EXPECT_EQ(field_of("file:pictures\"", "file:pictures\"\nshared_with = [\"Desk 2\"]"), "enrolment.kit[0].shared_with[0]");
  EXPECT_EQ(field_of("file:pictures", "webcam"), "enrolment.kit[0].camera");
  EXPECT_EQ(field_of("file:pictures", "libfprint"), "enrolment.kit[0].camera") << "a reader is no camera";
  EXPECT_EQ(field_of("appliance.key = \"b.key\"\n", ""), "enrolment.appliance.key");
  EXPECT_EQ(field_of("profiles = \"profiles\"\n", ""), "enrolment.profiles");
  EXPECT_EQ(field_of("recipient.certificate = \"a.pem\"\n", ""), "enrolment.recipient");
}

TEST(Config, ACaptureDeviceIsNamedByKindAndPlace) {
  const std::string before =
      "[enrolment]\nprofiles = \"p\"\nhandover = \"directory:out\"\nrecipient.certificate = \"a.pem\"\nappliance.certificate = \"b.pem\"\nappliance.key = \"b.key\"\n"
      "[[enrolment.kit]]\ndesk = \"desk-1\"\n";
  const auto read_as = [&](const std::string& key, const std::string& written) {
    const auto read = read_config(before + key + " = \"" + written + "\"\n", "/etc/skranke/c.toml");
    if (!read) return read.error().front().field;
    const EnrolmentKit& kit = read->enrolment.kits.front();
    return kit.camera + kit.finger + kit.pen;
  };
  EXPECT_EQ(read_as("finger", "libfprint"), "libfprint");
  EXPECT_EQ(read_as("finger", "libfprint:uru4000"), "libfprint:uru4000");
  EXPECT_EQ(read_as("finger", "libfprint:virtual_image:reader.sock"), "libfprint:virtual_image:/etc/skranke/reader.sock");
  EXPECT_EQ(read_as("finger", "wsbd:unix:s/w.sock"), "wsbd:unix:/etc/skranke/s/w.sock");
  EXPECT_EQ(read_as("camera", "wsbd:https://scanner.example:8443/bio"), "wsbd:https://scanner.example:8443/bio");
  EXPECT_EQ(read_as("pen", "socket:/run/skranke-capture/pen.sock"), "socket:/run/skranke-capture/pen.sock");
  EXPECT_EQ(read_as("camera", "v4l2:/dev/video0"), "v4l2:/dev/video0");
  EXPECT_EQ(read_as("pen", "evdev:/dev/input/by-id/pen"), "evdev:/dev/input/by-id/pen");
  for (const char* refused : {"v4l2:video0", "v4l2:/dev/../etc/shadow", "wsbd:http://scanner.example", "wsbd:https://", "wsbd:https://a b", "wsbd:https://me@scanner.example", "socket:", "evdev:/dev/input/pen", "file:"})
    EXPECT_EQ(read_as("camera", refused), "enrolment.kit[0].camera") << refused;
  EXPECT_EQ(read_as("finger", "libfprint:Bad Driver"), "enrolment.kit[0].finger");
  EXPECT_EQ(read_as("finger", "libfprint::reader.sock"), "enrolment.kit[0].finger") << "a socket without a driver";
  EXPECT_EQ(read_as("pen", "socket:/" + std::string(120, 'x')), "enrolment.kit[0].pen") << "longer than a socket's path can be";
}

TEST(Config, DevicesBehindADoorNeedItsKey) {
  const std::string before =
      "[enrolment]\nprofiles = \"p\"\nhandover = \"directory:out\"\nrecipient.certificate = \"a.pem\"\nappliance.certificate = \"b.pem\"\nappliance.key = \"b.key\"\n"
      "[[enrolment.kit]]\ndesk = \"desk-1\"\n";
  const std::string far = "pen = \"far:desk-3:7791\"\n", key(64, '7');
  const auto read = read_config(before + far + "door_key = \"" + key + "\"\n", "c.toml");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->enrolment.kits.front().door_key, key);
  EXPECT_EQ(read->enrolment.kits.front().pen, "far:desk-3:7791");
  EXPECT_EQ(faults_of(before + far).at(0).field, "enrolment.kit[0].door_key");
  EXPECT_EQ(faults_of(before + far + "door_key = \"" + key + "7\"\n").at(0).field, "enrolment.kit[0].door_key");
  EXPECT_EQ(faults_of(before + far + "door_key = \"" + std::string(64, 'F') + "\"\n").at(0).field, "enrolment.kit[0].door_key");
  EXPECT_EQ(faults_of(before + "pen = \"file:pen\"\ndoor_key = \"" + key + "\"\n").at(0).field, "enrolment.kit[0].door_key") << "for nothing";
}

TEST(Config, APushServiceNeedsSomebodyToWriteTo) {
  EXPECT_EQ(read_config("[messages.push]\ncontact = \"https://example.org/it\"\n", "c.toml")->messages.push.hosts.size(), 4U) << "those of the browsers' makers";
  for (const char* contact : {"it@example.org", "mailto:a b", "mailto:a\\\"b"})
    EXPECT_EQ(faults_of("[messages.push]\ncontact = \"" + std::string{contact} + "\"\n").at(0).field, "messages.push.contact") << contact;
  EXPECT_EQ(faults_of("[contacts]\nkeep_days = 31\n").at(0).field, "contacts.keep_days");
}

TEST(Config, AGatewayForTextMessagesReachesTheConfig) {
  const auto read = read_config(R"(
[messages.sms_gateway]
url = "https://sms.example/send"
method = "PUT"
type = "form"
body = "to={digits}&text={text}"
headers = ["X-Sender: Borgerservice"]
token_file = "sms.key"
token_header = "X-Key"
token_prefix = ""
expect_status = 202
)",
                                "/etc/skranke/skranked.toml");
  ASSERT_TRUE(read) << told(read.error());
  EXPECT_EQ(read->messages.gateway, (SmsGateway{"https://sms.example/send", Method::put, BodyType::form, "to={digits}&text={text}", {"X-Sender: Borgerservice"},
                                                "/etc/skranke/sms.key", "X-Key", "", 202, {}}));
}

TEST(Config, HoursOfMessagesHaveTheirBounds) {
  EXPECT_TRUE(read_config("[messages]\nreminder_hours = 168\nquiet_from = 0\nquiet_to = 23\n", "c.toml"));
  std::string lines;
  for (const Finding& fault : faults_of("[messages]\nreminder_hours = 169\nquiet_from = 24\nquiet_to = -1\nsmtp = 1\n"))
    lines += std::to_string(fault.line) + " " + fault.field + " " + std::string{fault.reason} + "\n";
  EXPECT_EQ(lines, "2 messages.reminder_hours out_of_range\n3 messages.quiet_from out_of_range\n4 messages.quiet_to out_of_range\n5 messages.smtp unknown_field\n");
}

TEST(Config, SeveralFaultsAreToldAtOnceWithFileAndLine) {
  const std::vector<Finding> faults = faults_of(
      "datadir = \"/x\"\nlisten = [\"8080\", \"localhost:80\"]\nlog_level = \"verbose\"\n[limits]\nconnections = "
      "1\nbytes = 2\n");
  std::string lines;
  for (const Finding& fault : faults)
    lines += std::to_string(fault.line) + " " + fault.field + " " + std::string{fault.reason} + "\n";
  EXPECT_EQ(lines,
            "1 datadir unknown_field\n2 listen[0] wrong_content\n2 listen[1] wrong_content\n3 log_level not_one_of\n"
            "5 limits.connections out_of_range\n6 limits.bytes unknown_field\n");
  EXPECT_NE(to_line(faults[0], "en").find("skranked.toml:1:1: error: datadir"), std::string::npos)
      << to_line(faults[0], "en");
  EXPECT_NE(faults[0].message.en.find("Did you mean \"data_dir\"?"), std::string::npos);
}

TEST(Config, CertificateAndKeyBelongTogether) {
  EXPECT_EQ(faults_of("tls_key = \"k\"").at(0).field, "tls_key");
  EXPECT_EQ(faults_of("tls_certificate = \"c\"").at(0).field, "tls_certificate");
}

TEST(Config, OnlyPlainOriginsAreTrusted) {
  for (const char* origin : {"kiosk.example", "https://", "https://a/b", "https://user@a", "null", "*"})
    EXPECT_EQ(faults_of("trusted_origins = [\"" + std::string{origin} + "\"]").size(), 1U) << origin;
}

TEST(Config, EndpointsAreNumbersAndNothingElse) {
  for (const char* text : {":8080", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                           "127.0.0.1:80x", "::1:80", "[127.0.0.1]:80", "[::1]", "1.2.3:80", "[]:80"})
    EXPECT_FALSE(parse_endpoint(text)) << text;
  EXPECT_EQ(parse_endpoint("[fe80::1]:65535").value(), (Endpoint{"fe80::1", 65535}));
}

TEST(Config, TheExampleIsSound) {
  std::ifstream file{SKRANKE_EXAMPLES "/skranked.toml"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto read = read_config(text, "skranked.toml");
  ASSERT_TRUE(read) << told(read.error());
  // What it shows behind '#' must be true as well: the same file with every example switched on.
  std::string all;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    const std::size_t equals = line.find(" = ");
    const bool shown = line.starts_with("# [[") || (line.starts_with("# ") && equals != std::string::npos && line.find(' ', 2) == equals);
    all += (shown ? line.substr(2) : line) + "\n";
    at = end + 1;
  }
  const auto full = read_config(all, "skranked.toml");
  ASSERT_TRUE(full) << told(full.error());
  EXPECT_EQ(full->log_level, Config{}.log_level);
  EXPECT_EQ(full->metrics, Config{}.metrics);
  EXPECT_EQ(full->limits, Config{}.limits);
  EXPECT_FALSE(full->messages.sms_spool.empty());
  EXPECT_FALSE(full->tls_key.empty());
  EXPECT_EQ(full->other_sites.size(), 1U);
}

RC_GTEST_PROP(Config, WhatIsAcceptedIsWithinItsBounds, (const std::string& address, int port, int connections)) {
  const std::string text =
      "listen = [\"127.0.0.1:" + std::to_string(port) + "\"]\n[limits]\nconnections = " + std::to_string(connections);
  const auto read = read_config(text, "c.toml");
  const bool sound = port >= 0 && port <= 65535 && connections >= 16 && connections <= 65536;
  RC_ASSERT(read.has_value() == sound);
  const auto endpoint = parse_endpoint(address);
  RC_ASSERT(!endpoint.has_value() || !endpoint->address.empty());
}

}  // namespace
}  // namespace skranke::config
