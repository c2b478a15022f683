#pragma once
// How a site wants its tickets: which parts stand on them, from top to bottom, and how large.
#include <cstdint>
#include <vector>

namespace skranke::core {

/// `number` is the number with its label, `wait` the expected wait and how many are ahead, `code` the QR code with the time of the ticket.
enum class TicketPart : std::uint8_t { site, number, service, wait, where, code, footer };

struct TicketLayout {
  std::vector<TicketPart> parts{TicketPart::site, TicketPart::number, TicketPart::service, TicketPart::wait, TicketPart::where, TicketPart::code, TicketPart::footer};
  int number_percent = 100;   ///< of the largest size that the paper lets it have
  int text_percent = 100;     ///< of the size that everything else has by itself
  bool operator==(const TicketLayout&) const = default;
};

}  // namespace skranke::core
