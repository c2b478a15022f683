#pragma once
// The words of a ticket: what is known of a visit, in its language, with the sentences of the house.
#include <optional>
#include <string>
#include <vector>

#include "core/booking.hpp"
#include "core/estimate.hpp"
#include "core/facility.hpp"
#include "core/number.hpp"
#include "printer/printer.hpp"
#include "wire/catalogue.hpp"

namespace skranke::daemon {

struct TicketFacts {
  std::string language;
  core::Number number;
  std::vector<core::ServiceId> services;
  std::optional<core::Outlook> outlook;   ///< of a visit that waits
  core::Instant taken_at{};
  std::string url;
  bool again = false;                     ///< printed before
};

[[nodiscard]] printer::TicketText ticket_text(const wire::Catalogue& catalogue, const core::Facility& facility, const TicketFacts& facts);

/// The same paper for a booked time: its code where a ticket has its number, and when to come.
[[nodiscard]] printer::TicketText booking_text(const wire::Catalogue& catalogue, const core::Facility& facility, const core::Booking& booking, std::string url);

/// What a technician prints to see that a printer prints: its own name and settings, and the way to these pages.
[[nodiscard]] printer::TicketText test_page_text(const wire::Catalogue& catalogue, const core::Facility& facility, const core::PrinterConfig& printer,
                                                 const std::string& language, core::Instant now, std::string url);

}  // namespace skranke::daemon
