#pragma once
// An e-mail as bytes (RFC 5322, MIME): a text, and where there is one the calendar file in a form that calendars offer to take over. Pure.
#include <string>
#include <string_view>

#include "daemon/messages/channel.hpp"

namespace skranke::daemon {

/// "Borgerservice <no-reply@example.org>" in its parts; the name may be missing. An address is empty when it is none.
struct Mailbox { std::string name, address; };
[[nodiscard]] Mailbox mailbox_from(std::string_view written);
/// One "@" with something on both sides, only what may stand between "<" and ">" on the wire.
[[nodiscard]] bool is_mail_address(std::string_view text);

[[nodiscard]] std::string letter(const Parcel& parcel, const Mailbox& from);
/// "=?UTF-8?B?…?=" where a header's text is not plain; folded so that no line is longer than it may be.
[[nodiscard]] std::string header_text(std::string_view text);

}  // namespace skranke::daemon
