// What is known of how to reach the holder of a booking: shown to whoever holds its code, and erased when they say so.
#include "daemon/api/api.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {

using auth::Permission;
using core::Booking;

/// The code opens it, and staff who work with bookings. A kiosk or another program has a token of its own and no business here.
std::optional<http::Reply> Api::not_theirs(Call& call) const {
  if (!call.who.signed_in()) return std::nullopt;
  const auth::Identity* acting = call.who.acting_for(Permission::edit_bookings);
  if (acting == nullptr) return now(fail(call, 403, "forbidden"));
  call.acting = *acting;
  return std::nullopt;
}

/// All of it, with the day on which it is erased and which of the staff looked: written down before it is shown.
http::Reply Api::get_personal_data(Call& call) {
  if (auto refusal = not_theirs(call)) return std::move(*refusal);
  const Booking* booking = booking_of(call, call.part(1));
  if (auto none = no_booking(call, booking)) return std::move(*none);
  const auto contact = wiring_.contacts.of(booking->id);
  if (contact && call.who.signed_in() && !wiring_.contacts.note_look(booking->id, call.acting.actor_id, wiring_.engine.now()))
    return now(fail(call, 503, "storage_full"));
  std::string body;
  wire::JsonWriter w{body};
  const wire::View shown_as = view(call.language);
  w.object().field("code", booking->id.str());
  if (contact) w.key("contact").object().field_unless_empty("email", contact->email).field_unless_empty("phone", contact->phone).end_object();
  if (const auto end = wiring_.contacts.erased_at(booking->id)) w.field("erased_at", shown_as.time(*end));
  w.key("seen").list();
  for (const Contacts::Look& look : wiring_.contacts.looks(booking->id)) w.object().field("at", shown_as.time(look.at)).field("by", look.by).end_object();
  w.end_list().end_object();
  return shown(std::move(body));
}

/// The booking holds on; nobody is written to any more. A repeat is harmless.
http::Reply Api::delete_personal_data(Call& call) {
  if (auto refusal = not_theirs(call)) return std::move(*refusal);
  const Booking* booking = booking_of(call, call.part(1));
  if (auto none = no_booking(call, booking)) return std::move(*none);
  if (!wiring_.contacts.erase(booking->id)) return now(fail(call, 503, "storage_full"));
  http::Response response;
  response.status = 204;
  return {std::move(response), wiring_.engine.last_seq(), {}, {}};
}

}  // namespace skranke::daemon
