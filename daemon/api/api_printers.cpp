// What is done with a printer from a page: a test page, a new roll, and which printers there are to set up.
#include <charconv>

#include "daemon/api/api.hpp"
#include "wire/json.hpp"
#include "wire/utf8.hpp"

namespace skranke::daemon {

namespace {

constexpr int seconds_usual = 3, seconds_max = 8;
constexpr std::int64_t roll_tickets_max = 20'000;

std::optional<int> seconds_in(const http::Request& request) {
  const std::string text = request.query_value("seconds");
  if (text.empty()) return seconds_usual;
  int seconds = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool fits = wrong == std::errc{} && end == text.data() + text.size() && seconds >= 1 && seconds <= seconds_max;
  return fits ? std::optional{seconds} : std::nullopt;
}

/// A printer calls itself what its maker or a neighbour likes: one line of it, in letters that can be shown.
std::string shown_name(std::string text) {
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (!wire::is_utf8(text)) std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return text;
}

/// The printer of the facility that stands for a queue.
core::PrinterId set_up_as(const core::Facility& facility, const printer::Offer& offer) {
  for (const core::PrinterConfig& printer : facility.printers)
    if (!offer.queue.empty() && printer.queue == offer.queue) return printer.id;
  return {};
}

std::string offers_json(const printer::Offers& offers, const core::Facility& facility) {
  std::string out;
  wire::JsonWriter w{out};
  w.object().field("spooler", offers.spooler).field("network", offers.network).key("printers").list();
  for (const printer::Offer& offer : offers.printers) {
    w.object().field("source", offer.queue.empty() ? "network" : "queue").field("name", shown_name(offer.info.empty() ? offer.name : offer.info));
    w.field_unless_empty("queue", shown_name(offer.queue)).field_unless_empty("model", shown_name(offer.model));
    w.field_unless_empty("location", shown_name(offer.location)).field_unless_empty("uri", shown_name(offer.uri));
    w.field_unless_empty("printer", set_up_as(facility, offer).str());
    if (const auto command = printer::command_for(offer)) w.field("command", *command);
    w.end_object();
  }
  w.end_list().end_object();
  return out;
}

}  // namespace

/// Looks for some seconds, on a thread where nobody else waits behind it.
http::Reply Api::get_found_printers(Call& call) {
  const auto seconds = seconds_in(call.request);
  if (!seconds) return now(fail(call, 422, "wrong_content", "seconds"));
  http::Reply reply;
  reply.slow = true;
  reply.offload = [search = printer_search_, facility = wiring_.engine.facility_ptr(), time = std::chrono::seconds{*seconds},
                   silent = fail(call, 503, "spooler_silent")]() -> http::Reply {
    const auto offers = search->ask(time);
    if (!offers) return {silent, 0, {}, {}};
    http::Response response;
    response.body = offers_json(*offers, *facility);
    return {std::move(response), 0, {}, {}};
  };
  return reply;
}

http::Reply Api::post_test_page(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  switch (wiring_.printing.print_test_page(core::PrinterId{call.part(1)}, call.language)) {
    case PrintDesk::TestPage::unknown_printer: return now(fail(call, 404, "unknown_printer"));
    case PrintDesk::TestPage::busy: return now(fail(call, 409, "test_page_busy"));
    case PrintDesk::TestPage::taken: break;
  }
  http::Response response;
  response.status = 202;
  response.body = *topic_data("devices", call.language);
  return now(std::move(response));
}

http::Reply Api::post_new_roll(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto tickets = body.integer("tickets", 0, roll_tickets_max);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (!wiring_.printing.new_roll(core::PrinterId{call.part(1)}, tickets ? std::optional{static_cast<int>(*tickets)} : std::nullopt)) return now(fail(call, 404, "unknown_printer"));
  return shown(*topic_data("devices", call.language));
}

}  // namespace skranke::daemon
