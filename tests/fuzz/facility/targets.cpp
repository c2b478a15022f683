#include "tests/fuzz/facility/targets.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "daemon/config/config.hpp"
#include "wire/facility_file.hpp"
#include "wire/request_body.hpp"
#include "wire/utf8.hpp"

namespace skranke::fuzz {
namespace {

void must(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

void must_be_sayable(const std::vector<wire::Finding>& findings) {
  must(findings.size() <= wire::Findings::findings_max, "findings are bounded");
  for (const wire::Finding& finding : findings) {
    must(!finding.reason.empty() && !finding.message.da.empty() && !finding.message.en.empty(),
         "a finding says what it is");
    must(wire::is_utf8(wire::to_line(finding, "da")) && wire::is_utf8(wire::to_line(finding, "en")),
         "a finding is UTF-8");
  }
}

void must_hold_together(const core::Facility& facility) {
  must(!facility.services.empty() && !facility.boards.empty() && !facility.kiosks.empty(),
       "a facility has services, boards, kiosks");
  for (const core::Service& service : facility.services) {
    must(facility.find(service.authority) != nullptr, "a service's authority exists");
    must(std::string_view{"ACJKPTY"}.find(service.letter) != std::string_view::npos, "letters are unmistakable");
    for (const core::ServiceId& before : service.after) must(facility.find(before) != nullptr, "steps before exist");
  }
  for (const core::Desk& desk : facility.desks) {
    must(!desk.services.empty(), "a desk serves something");
    for (const core::ServiceId& service : desk.services)
      must(facility.find(service) != nullptr, "a desk's services exist");
  }
  for (const core::Kiosk& kiosk : facility.kiosks)
    must(kiosk.printer.empty() || facility.find(kiosk.printer) != nullptr, "a kiosk's printer exists");
}

void check(const wire::FacilityResult& result) {
  if (!result) {
    must(!result.error().empty(), "a refusal has a reason");
    return must_be_sayable(result.error());
  }
  must_be_sayable(result->warnings);
  must_hold_together(result->facility);
  const std::string toml = wire::write_facility_toml(result->facility),
                    json = wire::write_facility_json(result->facility);
  const wire::FacilityResult from_toml = wire::read_facility_toml(toml, "again"),
                             from_json = wire::read_facility_json(json, "again");
  must(from_toml.has_value() && from_json.has_value(), "what was written is read again");
  must(wire::write_facility_toml(from_toml->facility) == toml && wire::write_facility_toml(from_json->facility) == toml,
       "and is the same");
}

}  // namespace

void facility_toml(std::string_view bytes) { check(wire::read_facility_toml(bytes, "fuzz.toml")); }
void facility_json(std::string_view bytes) { check(wire::read_facility_json(bytes, "fuzz.json")); }

void config(std::string_view bytes) {
  const auto read = config::read_config(bytes, "fuzz.toml");
  if (!read) {
    must(!read.error().empty(), "a refusal has a reason");
    return must_be_sayable(read.error());
  }
  must(!read->listen.empty() && read->listen.size() <= 16, "it listens somewhere");
  must(read->limits.connections >= 16 && read->limits.connections <= 65536, "connections are bounded");
  must(read->tls_certificate.empty() == read->tls_key.empty(), "certificate and key come together");
}

void request_body(std::string_view bytes) {
  static constexpr std::array<std::string_view, 2> words{"kiosk", "web"};
  wire::RequestBody body{bytes};
  const auto services = body.required_slugs("services", {.count_min = 1, .count_max = 8});
  const auto party = body.integer("party", 1, 20);
  const auto volume = body.number("volume", 0, 1);
  const auto note = body.text("note", {.max = 20, .lines = true});
  const auto channel = body.one_of("channel", words);
  (void)body.flag("print");
  if (auto contact = body.table("contact")) {
    (void)contact->text("phone");
    contact->done();
  }
  const wire::Finding* fault = body.finish();
  if (fault != nullptr) return must_be_sayable({*fault});
  must(!services.empty() && services.size() <= 8, "services are counted");
  must(!party || (*party >= 1 && *party <= 20), "party is in range");
  must(!volume || (*volume >= 0 && *volume <= 1), "volume is in range");
  must(!note || (wire::is_utf8(*note) && wire::utf8_count(*note) <= 20), "note is short UTF-8");
}

}  // namespace skranke::fuzz
