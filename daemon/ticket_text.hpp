#pragma once
// The words of a ticket: what is known of a visit, in its language, with the sentences of the house.
#include <optional>
#include <string>
#include <vector>

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

}  // namespace skranke::daemon
