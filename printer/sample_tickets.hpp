#pragma once
#include <optional>
#include <string>
#include <vector>

#include "printer/printer.hpp"

namespace skranke::printer {

/// Tickets of an invented centre for the operator's test page and for tests: "da", "en", "ar", "uk", "ti", "so", "fa", "ro", "tr".
[[nodiscard]] std::optional<TicketText> sample_ticket(const std::string& language);
[[nodiscard]] std::vector<std::string> sample_languages();

}  // namespace skranke::printer
