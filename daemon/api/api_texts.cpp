// The house's own words: what pages show instead of the program's sentences, and a ticket as the printer would draw it.
#include <charconv>

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/ticket_text.hpp"
#include "printer/bitmap.hpp"
#include "printer/layout.hpp"
#include "wire/facility_file.hpp"

namespace skranke::daemon {
namespace {

/// A visit of nobody, with something in every place of the ticket.
TicketFacts sample(const core::Facility& facility, const std::string& language, std::string_view service, core::Instant at) {
  using namespace std::chrono_literals;
  TicketFacts facts;
  facts.language = language;
  const core::Service* wanted = facility.find(core::ServiceId{service});
  if (wanted == nullptr && !facility.services.empty()) wanted = &facility.services.front();
  facts.number = {wanted == nullptr ? 'A' : wanted->letter, 47};
  if (wanted != nullptr) facts.services.push_back(wanted->id);
  core::Outlook outlook;
  outlook.position = 4;
  outlook.estimate = {20min, 25min, 30min};
  facts.outlook = outlook;
  facts.taken_at = at;
  facts.url = (facility.site.public_url.empty() ? std::string{"http://koe.example"} : facility.site.public_url) + "/t/7QK2M9XWPA4D";
  return facts;
}

int width_from(std::string_view text) {
  int width = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), width);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? width : 0;
}

}  // namespace

/// A facility that has just come into force, whichever way: printers and sentences follow it.
void Api::follow_facility(const core::Facility& facility) {
  wiring_.printing.configure(facility);
  wiring_.catalogue.use_own(facility.texts);
  if (publisher_ != nullptr) publisher_->changed();
}

http::Reply Api::get_texts(Call& call) {
  const std::string language{call.part(1)};
  const auto known = wiring_.catalogue.languages();
  if (std::find(known.begin(), known.end(), language) == known.end()) return now(fail(call, 404, "not_found"));
  const core::OwnTexts& texts = wiring_.engine.facility().texts;
  std::string body;
  wire::JsonWriter w{body};
  w.object().field("language", language).key("texts").object();
  if (const auto own = texts.find(language); own != texts.end())
    for (const auto& [key, pattern] : own->second) w.field(key, pattern);
  w.end_object();
  if (call.request.query_value("all") == "true") {
    w.key("catalogue").object();
    for (const auto& [key, pattern] : wiring_.catalogue.sentences(language)) w.field(key, pattern);
    w.end_object();
  }
  w.end_object();
  return shown(std::move(body));
}

/// A draft in, the picture of its ticket out, drawn by the code that draws for the printers; nothing is kept. On a worker: the first picture loads the fonts.
http::Reply Api::put_ticket_preview(Call& call) {
  const int width = call.request.query_value("width_mm").empty() ? 80 : width_from(call.request.query_value("width_mm"));
  if (width < 40 || width > 200) return now(fail(call, 422, "wrong_content", "width_mm"));
  const std::string language{call.request.query_value("language").empty() ? wiring_.engine.facility().site.languages.front() : std::string{call.request.query_value("language")}};
  const auto known = wiring_.catalogue.languages();
  if (std::find(known.begin(), known.end(), language) == known.end()) return now(fail(call, 422, "wrong_content", "language"));
  http::Reply reply;
  reply.offload = [&catalogue = wiring_.catalogue, text = std::string{call.request.body}, service = std::string{call.request.query_value("service")}, language, width,
                   at = wiring_.engine.now(), failed = fail(call, 422, "wrong_content"), exhausted = fail(call, 503, "busy")]() -> http::Reply {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    const auto reading = begin != std::string::npos && text[begin] == '{' ? wire::read_facility_json(text, "request") : wire::read_facility_toml(text, "request");
    if (!reading) return {failed, 0, {}, {}};
    const printer::Ticket ticket = printer::lay_out(ticket_text(catalogue.with_own(reading->facility.texts), reading->facility, sample(reading->facility, language, service, at)), printer::paper_of(width));
    http::Response response;
    response.content_type = "image/png";
    response.body = printer::png_of(ticket.picture);
    response.headers.emplace_back("Cache-Control", "no-store");
    if (response.body.empty()) return {exhausted, 0, {}, {}};
    return {std::move(response), 0, {}, {}};
  };
  return reply;
}

}  // namespace skranke::daemon
