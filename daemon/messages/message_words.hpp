#pragma once
// What a message says, in the language of whoever is told. Site, day, time and code: what for is nobody's business who sees the telephone.
#include <string>

#include "daemon/messages/message_store.hpp"
#include "wire/views.hpp"

namespace skranke::daemon {

/// What is looked up when a message goes.
struct Told {
  const core::Booking* booking = nullptr;
  const core::Visit* visit = nullptr;
  std::string page;    ///< where it can be moved, cancelled or followed
};

/// Short, for a telephone.
[[nodiscard]] std::string message_text(const wire::View& view, const Notice& notice, const Told& told);
[[nodiscard]] std::string message_title(const wire::View& view, const Notice& notice);
/// For a browser: the page is what a tap opens.
[[nodiscard]] std::string push_text(const wire::View& view, const Notice& notice, const Told& told);
/// The same with a few lines more, for an e-mail.
[[nodiscard]] std::string mail_text(const wire::View& view, const Notice& notice, const Told& told);

}  // namespace skranke::daemon
