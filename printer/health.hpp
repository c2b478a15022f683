#pragma once
#include <string>
#include <vector>

#include "printer/printer.hpp"

namespace skranke::printer {

/// Health from IPP printer-state (3 idle, 4 processing, 5 stopped) and printer-state-reasons as the wire has them.
/// Suffixes are taken off; a
/// `-report` counts only where it is about paper or stops the printer; the spooler's own chatter (cups-*,
/// connecting-to-device, none) is dropped.
[[nodiscard]] Health health_from_reasons(int printer_state, const std::vector<std::string>& reasons);

[[nodiscard]] Health failed(std::string reason, std::string detail);
[[nodiscard]] Health absent(std::string detail);

}  // namespace skranke::printer
