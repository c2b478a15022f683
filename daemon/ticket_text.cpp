#include "daemon/ticket_text.hpp"

#include <fmt/format.h>

#include "daemon/service_name.hpp"
#include "wire/views_booking.hpp"

namespace skranke::daemon {
namespace {

std::int64_t round_up_to_5(std::int64_t minutes) { return (minutes + 4) / 5 * 5; }

}  // namespace

printer::TicketText ticket_text(const wire::Catalogue& catalogue, const core::Facility& facility, const TicketFacts& facts) {
  const std::string& language = facts.language;
  const auto say = [&](std::string_view key, std::initializer_list<wire::Argument> arguments = {}) { return catalogue.format(language, key, arguments); };
  printer::TicketText text;
  text.site = facility.site.name;
  text.your_number = say("ticket.your_number");
  text.number = fmt::format("{} {}", facts.number.letter, facts.number.digits);
  for (const core::ServiceId& id : facts.services) {
    if (!text.service.empty()) text.service += " · ";
    text.service += service_name(facility, id, language);
  }
  if (facts.outlook) {
    const auto from = std::chrono::floor<std::chrono::minutes>(facts.outlook->estimate.p10).count() / 5 * 5;
    const auto to = round_up_to_5(std::chrono::ceil<std::chrono::minutes>(facts.outlook->estimate.p90).count());
    text.wait_label = say("ticket.wait_label");
    text.wait = to <= 5 ? say("ticket.no_wait") : say("ticket.wait_range", {{"from", from}, {"to", to}});
    text.ahead = say("ticket.ahead", {{"n", facts.outlook->position - 1}});
  }
  text.where = facility.site.where.empty() ? say("ticket.where") : facility.site.where.get(language);
  text.taken_at = say("ticket.taken_at", {{"date", catalogue.date_text(language, facility.zone, facts.taken_at)}, {"time", core::to_clock(facility.zone, facts.taken_at)}});
  text.follow = say("ticket.follow");
  text.url = facts.url;
  text.footer = facility.site.ticket_footer.get(language);
  if (facts.again) text.reprint = say("ticket.reprint");
  text.language = language;
  text.right_to_left = say("meta.dir") == "rtl";
  text.layout = facility.ticket;
  return text;
}

printer::TicketText booking_text(const wire::Catalogue& catalogue, const core::Facility& facility, const core::Booking& booking, std::string url) {
  const std::string& language = booking.language;
  const auto say = [&](std::string_view key, std::initializer_list<wire::Argument> arguments = {}) { return catalogue.format(language, key, arguments); };
  printer::TicketText text;
  text.site = facility.site.name;
  text.your_number = say("booking.code");
  text.number = wire::spoken_code(booking.id);
  for (const core::BookingPart& part : booking.parts) {
    if (!text.service.empty()) text.service += " · ";
    text.service += service_name(facility, part.service, language);
  }
  text.wait_label = say("booking.done");
  text.wait = say("ticket.taken_at", {{"date", catalogue.date_text(language, facility.zone, booking.start())}, {"time", core::to_clock(facility.zone, booking.start())}});
  text.where = say("booking.code_why");
  text.follow = say("booking.kiosk_title");
  text.url = std::move(url);
  text.language = language;
  text.right_to_left = say("meta.dir") == "rtl";
  // All its parts: what the site leaves off its tickets may be what a booking is about.
  text.layout.text_percent = facility.ticket.text_percent;
  return text;
}

printer::TicketText test_page_text(const wire::Catalogue& catalogue, const core::Facility& facility, const core::PrinterConfig& printer, const std::string& language,
                                   core::Instant now, std::string url) {
  const auto say = [&](std::string_view key, std::initializer_list<wire::Argument> arguments = {}) { return catalogue.format(language, key, arguments); };
  printer::TicketText text;
  text.site = facility.site.name;
  text.your_number = printer.name.empty() ? printer.id.str() : printer.name.get(language);
  text.number = say("ui.printers.test_title");
  text.service = printer.kind == "cups" ? printer.queue : printer.kind == "escpos" ? printer.device : printer.kind;
  text.where = say("ui.printers.test_what", {{"mm", printer.width_mm}});
  text.taken_at = say("ticket.taken_at", {{"date", catalogue.date_text(language, facility.zone, now)}, {"time", core::to_clock(facility.zone, now)}});
  text.follow = say("ui.printers.test_link");
  text.url = std::move(url);
  text.language = language;
  text.right_to_left = say("meta.dir") == "rtl";
  return text;
}

}  // namespace skranke::daemon
