// Free times, bookings by whoever holds their code, check-in.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/api/svg.hpp"
#include "daemon/random.hpp"
#include "printer/qr.hpp"
#include "wire/clock_words.hpp"
#include "wire/events.hpp"
#include "wire/views_booking.hpp"

namespace skranke::daemon {

using core::Booking;
using core::BookingId;

namespace {

constexpr std::array<std::string_view, 6> channels{"kiosk", "host", "phone", "web", "button", "integration"};
constexpr std::array<std::string_view, 6> needs{"hearing", "sight", "standing", "wheelchair", "interpreter", "companion"};
constexpr int days_max = 62, days_usual = 14;
constexpr unsigned code_bits = 40;   ///< eight signs

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty() && parts.size() < 9) {
    const std::size_t comma = std::min(list.find(','), list.size());
    parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return parts;
}

/// The number a query names; `usual` when it names none; nothing when it is no number from `min` to `max`.
std::optional<int> number_in(const std::string& text, int usual, int min, int max) {
  if (text.empty()) return usual;
  int value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || value < min || value > max) return std::nullopt;
  return value;
}

std::optional<core::Instant> start_in(wire::RequestBody& body) {
  const auto text = body.text("start", {.min = 17, .max = 40});
  if (!text) return std::nullopt;
  const auto start = instant_in(*text);
  if (!start) body.refuse("start", "wrong_time", {"Skriv tiden som 2026-11-23T09:00:00+01:00.", "Write the time as 2026-11-23T09:00:00+01:00."});
  return start;
}

std::vector<core::Need> needs_in(wire::RequestBody& body) {
  std::vector<core::Need> read;
  for (const std::string& word : body.texts("needs", {.count_max = needs.size()})) {
    const auto need = wire::from_word<core::Need>(word);
    if (need) read.push_back(*need);
    else body.refuse("needs", "not_one_of", {"Behovet kendes ikke.", "The need is not known."});
  }
  return read;
}

std::vector<core::ServiceId> ids_of(const std::vector<std::string>& slugs) { return {slugs.begin(), slugs.end()}; }

}  // namespace

std::optional<core::Instant> instant_in(std::string_view text) {
  if (text.size() < 17 || text[10] != 'T') return std::nullopt;
  const auto day = wire::parse_date(text.substr(0, 10));
  const std::size_t zone = text.find_first_of("Z+-", 11);
  if (!day || zone == std::string_view::npos) return std::nullopt;
  const auto digits = [&](std::size_t at, int max) -> std::optional<int> {
    return at + 2 <= text.size() ? number_in(std::string{text.substr(at, 2)}, -1, 0, max) : std::nullopt;
  };
  const auto hour = digits(11, 23), minute = digits(14, 59);
  const auto second = zone >= 19 ? digits(17, 59) : std::optional{0};
  if (!hour || !minute || !second || text[13] != ':' || (zone != 16 && (zone < 19 || text[16] != ':'))) return std::nullopt;
  std::chrono::minutes offset{0};
  if (text[zone] != 'Z') {
    const auto hours = digits(zone + 1, 23), minutes = digits(zone + 4, 59);
    if (!hours || !minutes || text.size() != zone + 6) return std::nullopt;
    offset = std::chrono::minutes{*hours * 60 + *minutes} * (text[zone] == '-' ? -1 : 1);
  } else if (text.size() != zone + 1) {
    return std::nullopt;
  }
  const core::LocalTime local{*day + std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second}};
  return core::Instant{local.time_since_epoch()} - offset;
}

Contact contact_in(wire::RequestBody& body) {
  Contact contact;
  if (auto table = body.table("contact")) {
    contact.email = table->text("email", {.min = 3, .max = 200}).value_or("");
    contact.phone = table->text("phone", {.min = 6, .max = 30}).value_or("");
    if (!contact.email.empty() && contact.email.find('@') == std::string::npos)
      table->error("email", "wrong_address", {"E-mailadressen har intet @.", "The e-mail address has no @."});
    if (!contact.phone.empty() && as_compared(contact).phone.size() < 6)
      table->error("phone", "wrong_number", {"Skriv telefonnummeret med cifre.", "Write the telephone number in digits."});
    table->done();
  }
  return contact;
}

namespace {

core::Day day_in(wire::RequestBody& body, std::string_view key) {
  const auto text = body.required_text(key, {.min = 10, .max = 10});
  const auto day = wire::parse_date(text);
  if (!text.empty() && !day) body.refuse(key, "wrong_date", {"Skriv datoen som 2026-11-23.", "Write the date as 2026-11-23."});
  return day.value_or(core::Day{});
}

core::Minutes clock_in(wire::RequestBody& body, std::string_view key, core::Minutes usual) {
  const auto text = body.text(key, {.min = 5, .max = 5});
  if (!text) return usual;
  const auto clock = wire::parse_clock(*text);
  if (!clock) body.refuse(key, "wrong_time", {"Skriv klokkeslættet som 09:00.", "Write the time as 09:00."});
  return clock.value_or(usual);
}

}  // namespace

/// Who asks: staff and programs by their role, anybody else as a citizen on the web.
bool Api::books_as_staff(const Call& call) const {
  return call.who.acting_for(auth::Permission::edit_bookings) != nullptr || call.who.acting_for(auth::Permission::take_visit) != nullptr;
}

void Api::act_as_staff(Call& call) const {
  for (const auto permission : {auth::Permission::edit_bookings, auth::Permission::take_visit})
    if (const auth::Identity* acting = call.who.acting_for(permission)) {
      call.acting = *acting;
      call.asked.actor = actor_of(*acting);
      if (!call.request.idempotency_key.empty()) call.asked.key = call.asked.actor + "|" + std::string{call.request.idempotency_key};
      return;
    }
}

core::Channel Api::booking_channel(const Call& call, const std::optional<std::string>& asked) const {
  if (!books_as_staff(call)) return core::Channel::web;
  if (call.acting.role == auth::Role::kiosk) return core::Channel::kiosk;
  if (call.acting.role == auth::Role::contact_centre) return core::Channel::phone;
  if (asked) return *wire::from_word<core::Channel>(*asked);
  return call.acting.role == auth::Role::integration || call.acting.role == auth::Role::admin ? core::Channel::integration : core::Channel::host;
}

/// The booking that the path names. Whoever tries codes is slowed down long before finding one.
const Booking* Api::booking_of(Call& call, std::string_view typed) {
  const Booking* booking = wiring_.engine.state().find(BookingId{wire::booking_code(typed)});
  if (booking == nullptr && !books_as_staff(call)) static_cast<void>(codes_.allow(call.request.remote, std::chrono::steady_clock::now()));
  return booking;
}

std::optional<http::Reply> Api::no_booking(Call& call, const Booking* booking) {
  const auto now_steady = std::chrono::steady_clock::now();
  if (!books_as_staff(call) && codes_.wait(call.request.remote, now_steady) > std::chrono::milliseconds{0}) {
    auto response = fail(call, 429, "too_many_attempts");
    response.headers.emplace_back("Retry-After", fmt::format("{}", codes_.wait(call.request.remote, now_steady).count() / 1000 + 1));
    return now(std::move(response));
  }
  if (booking == nullptr) return now(fail(call, 404, "unknown_booking"));
  return std::nullopt;
}

std::function<void(std::string&)> Api::shows_booking(const Call& call, const BookingId& id) {
  return [this, &call, id](std::string& out) { booking_view(view(call.language), *wiring_.engine.state().find(id), out); };
}

/// The contact goes when the day after the booking begins, or so many days later as the settings say.
void Api::keep_contact(const BookingId& id, const Contact& contact) {
  const Booking* booking = wiring_.engine.state().find(id);
  if (booking == nullptr || contact.empty()) return;
  const core::Facility& facility = wiring_.engine.facility();
  const core::Day last = booking->state == core::BookingState::waiting ? booking->wish->last
                                                                       : core::business_day(facility.zone, facility.site.business_day_starts, booking->end());
  const core::Day after = last + std::chrono::days{1 + wiring_.config.contacts.keep_days};
  if (!wiring_.contacts.put(id, contact, facility.zone.to_utc(after + facility.site.business_day_starts))) wiring_.log("contacts.db: cannot be written");
}

http::Reply Api::get_bookable(Call& call) {
  std::string body;
  bookable_view(view(call.language), body);
  return shown(std::move(body));
}

http::Reply Api::get_slots(Call& call) {
  core::SlotQuery query;
  query.services = ids_of(split(call.request.query_value("service")));
  const core::Facility& facility = wiring_.engine.facility();
  if (query.services.empty() || query.services.size() > 8) return now(fail(call, 422, "wrong_content", "service"));
  for (const core::ServiceId& id : query.services)
    if (facility.find(id) == nullptr || std::count(query.services.begin(), query.services.end(), id) != 1)
      return now(fail(call, 422, "unknown_service", "service"));
  const auto party = number_in(call.request.query_value("party"), 1, 1, 50);
  const auto days = number_in(call.request.query_value("days"), days_usual, 1, days_max);
  if (!party) return now(fail(call, 422, "wrong_content", "party"));
  if (!days) return now(fail(call, 422, "wrong_content", "days"));
  query.party = static_cast<std::uint16_t>(*party);
  core::Day from = core::local_day(facility, wiring_.engine.now());
  if (const std::string asked = call.request.query_value("from"); !asked.empty()) {
    const auto day = wire::parse_date(std::string_view{asked}.substr(0, 10));
    if (!day) return now(fail(call, 422, "wrong_content", "from"));
    from = *day;
  }
  query.instead_of = BookingId{wire::booking_code(call.request.query_value("instead_of"))};
  std::string body;
  slots_view(view(call.language), core::free_slots(wiring_.engine.state(), facility, query, from, *days, wiring_.engine.now()), body);
  return shown(std::move(body));
}

http::Reply Api::post_booking(Call& call) {
  act_as_staff(call);
  wire::RequestBody body{call.request.body};
  core::CreateBooking wish;
  wish.services = ids_of(body.required_slugs("services", {.count_min = 1, .count_max = 8}));
  const auto start = start_in(body);
  if (!start && !body.has("start")) body.refuse("start", "missing", {"\"start\" mangler.", "\"start\" is missing."});
  wish.party = static_cast<std::uint16_t>(body.integer("party", 1, 50).value_or(1));
  wish.language = body.text("language", {.min = 2, .max = 8}).value_or(call.language);
  wish.needs = needs_in(body);
  wish.hold = body.flag("hold").value_or(false);
  const auto channel = body.one_of("channel", channels);
  const Contact contact = contact_in(body);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (auto beyond = beyond_rights(call, wish.services)) return std::move(*beyond);
  wish.start = *start;
  wish.channel = booking_channel(call, channel);
  wish.booking = BookingId{random_text(code_bits)};
  if (!contact.empty()) wish.same_holder = wiring_.contacts.same_holder(contact);
  const BookingId id = wish.booking;
  http::Reply reply = command(call, wish, shows_booking(call, id), 201);
  keep_contact(id, contact);
  return reply;
}

/// Who finds no time that suits: the answer's code is the key, as of a booking.
http::Reply Api::post_waiting_list(Call& call) {
  act_as_staff(call);
  wire::RequestBody body{call.request.body};
  core::WishPlace wish;
  wish.services = ids_of(body.required_slugs("services", {.count_min = 1, .count_max = 8}));
  wish.first = day_in(body, "first");
  wish.last = day_in(body, "last");
  wish.from = clock_in(body, "from", wish.from);
  wish.to = clock_in(body, "to", wish.to);
  wish.party = static_cast<std::uint16_t>(body.integer("party", 1, 50).value_or(1));
  wish.language = body.text("language", {.min = 2, .max = 8}).value_or(call.language);
  wish.needs = needs_in(body);
  const auto channel = body.one_of("channel", channels);
  const Contact contact = contact_in(body);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (auto beyond = beyond_rights(call, wish.services)) return std::move(*beyond);
  wish.channel = booking_channel(call, channel);
  wish.booking = BookingId{random_text(code_bits)};
  if (!contact.empty()) wish.same_holder = wiring_.contacts.same_holder(contact);
  const BookingId id = wish.booking;
  http::Reply reply = command(call, wish, shows_booking(call, id), 201);
  keep_contact(id, contact);
  return reply;
}

http::Reply Api::get_waiting_list(Call& call) {
  std::string body;
  waiting_list_view(view(call.language), body);
  return shown(std::move(body));
}

http::Reply Api::get_booking(Call& call) {
  std::string_view name = call.part(1);
  const bool calendar = name.ends_with(".ics");
  if (calendar) name.remove_suffix(4);
  act_as_staff(call);
  const Booking* booking = booking_of(call, name);
  if (auto none = no_booking(call, booking)) return std::move(*none);
  if (auto beyond = beyond_rights(call, *booking)) return std::move(*beyond);
  if (!calendar) {
    std::string body;
    booking_view(view(call.language), *booking, body);
    return shown(std::move(body));
  }
  if (booking->state == core::BookingState::waiting) return now(fail(call, 409, "wrong_state"));   // no time yet
  http::Response response;
  response.content_type = "text/calendar; charset=utf-8";
  response.body = wire::booking_icalendar(view(booking->language), *booking, wiring_.printing.booking_url(booking->id));
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"booking.ics\"");
  return {std::move(response), wiring_.engine.last_seq(), {}, {}};
}

http::Reply Api::get_booking_qr(Call& call) {
  act_as_staff(call);
  const Booking* booking = booking_of(call, call.part(1));
  if (auto none = no_booking(call, booking)) return std::move(*none);
  if (auto beyond = beyond_rights(call, *booking)) return std::move(*beyond);
  const auto modules = printer::qr_modules(wiring_.printing.booking_url(booking->id));
  if (!modules) return now(fail(call, 404, "not_found"));
  http::Response response;
  response.content_type = "image/svg+xml";
  response.body = svg_of(*modules);
  return {std::move(response), wiring_.engine.last_seq(), {}, {}};
}

http::Reply Api::patch_booking(Call& call) {
  act_as_staff(call);
  const Booking* booking = booking_of(call, call.part(1));
  if (auto none = no_booking(call, booking)) return std::move(*none);
  if (auto beyond = beyond_rights(call, *booking)) return std::move(*beyond);
  wire::RequestBody body{call.request.body};
  const auto start = start_in(body);
  const auto party = body.integer("party", 1, 50);
  const auto services = body.slugs("services", {.count_max = 8});
  const bool confirm = body.flag("confirm").value_or(false), decline = body.flag("decline").value_or(false);
  const Contact contact = contact_in(body);
  const int wishes = int{start.has_value()} + int{confirm} + int{decline};
  if (wishes == 0) body.refuse("start", "missing", {"Skriv \"start\", \"confirm\" eller \"decline\".", "Write \"start\", \"confirm\" or \"decline\"."});
  if (wishes > 1)
    body.refuse(confirm ? "confirm" : "decline", "wrong_content", {"Enten flyttes, bekræftes eller afslås.", "Either move, confirm or decline."});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (auto beyond = beyond_rights(call, ids_of(services))) return std::move(*beyond);
  const BookingId id = booking->id;
  http::Reply reply;
  if (decline) {
    reply = command(call, core::DeclineOffer{id}, shows_booking(call, id));
  } else if (confirm) {
    core::ConfirmBooking wish{id, {}};
    const auto holder = contact.empty() && booking->is_offer() ? wiring_.contacts.of(id) : std::optional{contact};
    if (holder && !holder->empty()) wish.same_holder = wiring_.contacts.same_holder(*holder);
    reply = command(call, wish, shows_booking(call, id));
  } else {
    core::MoveBooking wish{id, *start, ids_of(services), std::nullopt, booking_channel(call, std::nullopt)};
    if (party) wish.party = static_cast<std::uint16_t>(*party);
    reply = command(call, wish, shows_booking(call, id));
  }
  // A moved booking keeps its contact until its new day is over.
  const auto known = contact.empty() ? wiring_.contacts.of(id) : std::optional{contact};
  if (reply.response.status < 300 && known) keep_contact(id, *known);
  return reply;
}

http::Reply Api::delete_booking(Call& call) {
  act_as_staff(call);
  const Booking* booking = booking_of(call, call.part(1));
  if (auto none = no_booking(call, booking)) return std::move(*none);
  if (auto beyond = beyond_rights(call, *booking)) return std::move(*beyond);
  const BookingId id = booking->id;
  http::Reply reply = command(call, core::CancelBooking{id}, shows_booking(call, id));
  if (reply.response.status < 300) wiring_.contacts.erase(id);
  return reply;
}

http::Reply Api::post_check_in(Call& call) {
  act_as_staff(call);
  if (call.acting.role == auth::Role::contact_centre) return now(fail(call, 403, "forbidden"));   // nobody checks in by telephone
  const Booking* booking = booking_of(call, call.part(1));
  if (auto none = no_booking(call, booking)) return std::move(*none);
  wire::RequestBody body{call.request.body};
  core::CheckIn wish;
  wish.booking = booking->id;
  wish.language = body.text("language", {.min = 2, .max = 8}).value_or("");
  const std::string kiosk = body.slug("kiosk").value_or("");
  const bool print = body.flag("print").value_or(false);
  const auto channel = body.one_of("channel", channels);
  if (!kiosk.empty() && wiring_.engine.facility().find(core::KioskId{kiosk}) == nullptr)
    body.refuse("kiosk", "unknown_kiosk", {"Standeren findes ikke.", "There is no such kiosk."});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  wish.channel = booking_channel(call, channel);
  if (print && books_as_staff(call)) wish.printer = printer_for(kiosk);
  wish.visit = core::VisitId{"v" + random_text(60)};
  wish.token = random_text(130);
  const core::VisitId id = wish.visit;
  return command(call, wish, [this, &call, id](std::string& out) { visit_view(view(call.language), *wiring_.engine.state().find(id), out); }, 201);
}

namespace {

std::string slip_json(const BookingSlip& slip) {
  std::string out;
  wire::JsonWriter w{out};
  w.object().field("state", wire::word(slip.state)).field("printer", slip.printer.str()).field_unless_empty("fault", slip.fault).end_object();
  return out;
}

}  // namespace

/// The code on paper, at the kiosk where the time was booked.
http::Reply Api::post_booking_print(Call& call) {
  const Booking* booking = booking_of(call, call.part(1));
  if (auto none = no_booking(call, booking)) return std::move(*none);
  wire::RequestBody body{call.request.body};
  const std::string kiosk = body.slug("kiosk").value_or("");
  if (!kiosk.empty() && wiring_.engine.facility().find(core::KioskId{kiosk}) == nullptr)
    body.refuse("kiosk", "unknown_kiosk", {"Standeren findes ikke.", "There is no such kiosk."});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (!booking->has_time() || !booking->is_awaited()) return now(fail(call, 409, "wrong_state"));
  if (auto first = repeated(call)) return std::move(*first);
  http::Response response;
  response.status = 202;
  response.body = slip_json(wiring_.printing.print_booking(*booking, printer_for(kiosk)));
  keep(call.asked, response);
  return {std::move(response), wiring_.engine.last_seq(), {}, {}};
}

http::Reply Api::get_booking_print(Call& call) {
  const Booking* booking = booking_of(call, call.part(1));
  if (auto none = no_booking(call, booking)) return std::move(*none);
  const BookingSlip* slip = wiring_.printing.slip_of(booking->id);
  return slip == nullptr ? now(fail(call, 404, "not_found")) : shown(slip_json(*slip));
}

http::Reply Api::get_bookings(Call& call) {
  core::Day day = core::local_day(wiring_.engine.facility(), wiring_.engine.now());
  if (const std::string asked = call.request.query_value("date"); !asked.empty()) {
    const auto read = wire::parse_date(asked);
    if (!read) return now(fail(call, 422, "wrong_content", "date"));
    day = *read;
  }
  std::string body;
  bookings_view(view(call.language), day, body);
  return shown(std::move(body));
}

http::Reply Api::get_booking_report(Call& call) {
  const std::string format = call.request.query_value("format");
  if (!format.empty() && format != "json" && format != "csv") return now(fail(call, 422, "wrong_content", "format"));
  std::string body;
  if (format == "csv") {
    http::Response response;
    response.content_type = "text/csv; charset=utf-8";
    response.body = wire::booking_report_csv(view(call.language));
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"bookings.csv\"");
    return {std::move(response), wiring_.engine.last_seq(), {}, {}};
  }
  booking_report(view(call.language), body);
  return shown(std::move(body));
}

}  // namespace skranke::daemon
