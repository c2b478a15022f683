#include "wire/views_booking.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/forecast/advice.hpp"
#include "core/promise.hpp"
#include "wire/clock_words.hpp"
#include "wire/events.hpp"
#include "wire/views_parts.hpp"

namespace skranke::wire {
using namespace core;

namespace {

constexpr std::size_t rows_max = 1000;

/// By how much it will be called after its time: while it is still to come, and near enough to be told.
void on_time_field(const View& view, JsonWriter& w, const Booking& booking) {
  if (booking.state != BookingState::booked || booking.start() < view.now) return;
  const auto late = view.careful ? foretold_lateness(view.state, view.facility, booking, view.now)
                    : view.foresight != nullptr ? view.foresight->late(booking.id) : std::nullopt;
  if (!late) return;
  w.key("on_time").object();
  w.field("p10_s", late->p10.count()).field("p50_s", late->p50.count()).field("p90_s", late->p90.count()).end_object();
}

/// Of who waits for a place: the whole time in which one would suit.
OpenSpan span_of(const View& view, const Booking& booking) {
  if (booking.state != BookingState::waiting) return {booking.start(), booking.end()};
  const Zone& zone = view.facility.zone;
  return {zone.to_utc(LocalTime{booking.wish->first} + booking.wish->from), zone.to_utc(LocalTime{booking.wish->last} + booking.wish->to)};
}

void wish_field(JsonWriter& w, const Booking& booking) {
  const PlaceWish& wish = *booking.wish;
  w.key("wish").object().field("first", to_string(wish.first)).field("last", to_string(wish.last));
  w.field("from", clock_text(wish.from)).field("to", clock_text(wish.to)).field("offers", wish.offers).field("offered", booking.is_offer()).end_object();
}

void booking_fields(const View& view, JsonWriter& w, const Booking& booking) {
  const OpenSpan span = span_of(view, booking);
  const bool waits = booking.state == BookingState::waiting;
  w.field("code", booking.id.str()).field("code_shown", spoken_code(booking.id)).field("state", word(booking.state));
  w.field("start", view.time(span.from)).field("end", view.time(span.to));
  w.key("services").list();
  for (const BookingPart& part : booking.parts) {
    w.object().field("service", part.service.str()).field("name", service_name(view, part.service));
    w.field("from", view.time(waits ? span.from : part.from)).field("to", view.time(waits ? span.to : part.to)).end_object();
  }
  w.end_list();
  w.field("party", booking.party).field("language", booking.language).field("channel", word(booking.channel));
  w.key("needs").list();
  for (const Need need : booking.needs) w.value(word(need));
  w.end_list();
  w.field("created_at", view.time(booking.made_at));
  w.field("check_in_from", view.time(span.from - view.facility.booking.check_in_before));
  w.field("late_after", view.time(span.from + view.facility.booking.late));
  if (booking.state == BookingState::held) w.field("held_until", view.time(booking.held_until));
  on_time_field(view, w, booking);
  if (booking.wish) wish_field(w, booking);
  if (booking.state != BookingState::arrived) return;
  w.field("arrival", word(booking.arrival));
  if (const Visit* visit = view.state.find(booking.visit)) w.field("number", to_string(visit->number));
}

/// Who does not come, as measured, and what is booked beyond the desks for it.
Overbooking overbooking(const View& view, const Service& service) {
  return overbooking_on(view.state, view.facility, service, business_day(view.facility.zone, view.facility.site.business_day_starts, view.now), view.now);
}

void report_row(const View& view, JsonWriter& w, const Service& service) {
  const Promise promise = promise_of(view.state, view.facility, service.id, view.now);
  w.object().field("service", service.id.str()).field("name", service.name.get(view.language));
  if (promise.first_free) w.field("first_free", view.time(*promise.first_free)).field("working_days", *promise.working_days);
  w.field("free_within_3", promise.free_within_3).field("free_within_7", promise.free_within_7);
  w.field("asked_per_day", promise.asked_per_day).field("places_per_day", promise.places_per_day);
  w.field("shared_per_day", promise.shared_per_day);
  if (promise.breaks_in) w.field("breaks_in_working_days", *promise.breaks_in);
  w.field("alarm", promise.alarm());
  const PromiseKept known = promise_kept(view.state, view.facility, service.id);
  w.field("booked", known.booked);
  if (known.booked > 0) w.field("share_within_3", known.share_within_3()).field("share_within_7", known.share_within_7());
  const Overbooking over = overbooking(view, service);
  if (over.seen > 0) w.field("no_show_share", over.no_show);
  w.field("no_show_seen", over.seen).field("overbooked", over.taken).field("overbook_most", over.most);
  w.end_object();
}

/// A number of the table; empty where there is none.
template <class Number>
std::string cell(const std::optional<Number>& value) { return value ? fmt::format("{}", *value) : std::string{}; }

/// "20261123T090000Z"
std::string stamp(Instant at) {
  std::string text = to_rfc3339(Zone{}, at).substr(0, 19);
  std::erase(text, '-');
  std::erase(text, ':');
  return text + "Z";
}

/// Commas, semicolons and backslashes with a backslash before, a line break spelled out; nothing else that is not text.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += "\\n";
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) continue;
    if (c == '\\' || c == ',' || c == ';') out += '\\';
    out += c;
  }
  return out;
}

/// Of the services of a booking, what messages may call them: the neutral names, each once.
std::string neutral_names(const View& view, const Booking& booking) {
  std::vector<std::string> names;
  for (const BookingPart& part : booking.parts) {
    const Service* service = view.facility.find(part.service);
    std::string name = service == nullptr ? std::string{} : service->message_name.get(view.language);
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Lines of at most 75 bytes; what goes on begins with a blank. Never within a character.
void put_line(std::string& out, std::string line) {
  while (line.size() > 75) {
    std::size_t cut = 75;
    while (cut > 1 && (static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U) --cut;
    out += line.substr(0, cut) + "\r\n";
    line = " " + line.substr(cut);
  }
  out += line + "\r\n";
}

}  // namespace

void booking_view(const View& view, const Booking& booking, std::string& out) {
  JsonWriter w{out};
  w.object();
  booking_fields(view, w, booking);
  w.field("site", view.facility.site.name).field("at", view.time(view.now)).end_object();
}

void bookings_view(const View& view, Day day, std::string& out) {
  std::vector<const Booking*> rows;
  for (const auto& [id, booking] : view.state.bookings)
    if (booking.state != BookingState::cancelled && booking.state != BookingState::waiting && local_day(view.facility, booking.start()) == day) rows.push_back(&booking);
  std::sort(rows.begin(), rows.end(), [](const Booking* a, const Booking* b) { return std::tuple{a->start(), a->id} < std::tuple{b->start(), b->id}; });
  JsonWriter w{out};
  w.object().field("date", to_string(day)).field("count", rows.size()).key("bookings").list();
  for (std::size_t i = 0; i < std::min(rows.size(), rows_max); ++i) {
    w.object();
    booking_fields(view, w, *rows[i]);
    w.end_object();
  }
  w.end_list().field("at", view.time(view.now)).end_object();
}

void waiting_list_view(const View& view, std::string& out) {
  std::vector<const Booking*> rows;
  for (const auto& [due, id] : view.state.bookings_due)
    if (const Booking* booking = view.state.find(id); booking->is_offer()) rows.push_back(booking);
  const std::size_t offered = rows.size();
  for (const auto& [since, id] : view.state.waiting_list) rows.push_back(view.state.find(id));
  JsonWriter w{out};
  w.object().field("waiting", rows.size() - offered).field("offered", offered).field("max", view.facility.booking.waiting_list_max).key("bookings").list();
  for (std::size_t i = 0; i < std::min(rows.size(), rows_max); ++i) {
    w.object();
    booking_fields(view, w, *rows[i]);
    w.end_object();
  }
  w.end_list().field("at", view.time(view.now)).end_object();
}

void slots_view(const View& view, const std::vector<FreeSlot>& slots, std::string& out) {
  JsonWriter w{out};
  const auto marks = advised(view.state, view.facility, slots, view.now);
  w.list();
  for (std::size_t i = 0; i < std::min(slots.size(), rows_max); ++i) {
    w.object().field("start", view.time(slots[i].start)).field("free", slots[i].free);
    if (marks[i]) w.field("advised", true);
    w.end_object();
  }
  w.end_list();
}

void bookable_view(const View& view, std::string& out) {
  const Facility& facility = view.facility;
  JsonWriter w{out};
  w.object().field("site", facility.site.name).key("languages").list();
  for (const std::string& language : facility.site.languages) w.value(language);
  w.end_list().key("services").list();
  for (const Service& service : facility.services) {
    if (!bookable_ever(service)) continue;
    w.object().field("id", service.id.str()).field("name", service.name.get(view.language)).field("minutes", service.slot.count());
    w.field("extra_person_minutes", service.extra_person.count()).field("horizon_days", service.book.horizon_days);
    w.field_unless_empty("self_service", service.self_service.get(view.language)).end_object();
  }
  w.end_list().field("hold_minutes", facility.booking.hold.count()).field("late_minutes", facility.booking.late.count());
  w.field("waiting_list", facility.booking.waiting_list_max > 0).field("offer_minutes", facility.booking.offer.count());
  w.field("check_in_before_minutes", facility.booking.check_in_before.count()).field("at", view.time(view.now)).end_object();
}

void booking_report(const View& view, std::string& out) {
  JsonWriter w{out};
  w.object().field("at", view.time(view.now)).key("services").list();
  for (const Service& service : view.facility.services)
    if (bookable_ever(service)) report_row(view, w, service);
  w.end_list().end_object();
}

std::string booking_report_csv(const View& view) {
  std::string out =
      "service,first_free,working_days,free_within_3,free_within_7,asked_per_day,places_per_day,breaks_in_working_days,alarm,booked,share_within_3,share_within_7,shared_per_day,no_show_share,no_show_seen,overbooked,overbook_most\r\n";
  for (const Service& service : view.facility.services) {
    if (!bookable_ever(service)) continue;
    const Promise promise = promise_of(view.state, view.facility, service.id, view.now);
    const PromiseKept known = promise_kept(view.state, view.facility, service.id);
    const Overbooking over = overbooking(view, service);
    const auto share = [](bool any, double value) { return any ? fmt::format("{:.4f}", value) : std::string{}; };
    out += fmt::format("{},{},{},{},{},{:.2f},{:.2f},{},{},{},{},{},{:.2f},{},{},{},{}\r\n", service.id.str(), promise.first_free ? view.time(*promise.first_free) : std::string{},
                       cell(promise.working_days), promise.free_within_3, promise.free_within_7, promise.asked_per_day, promise.places_per_day,
                       cell(promise.breaks_in), promise.alarm() ? "yes" : "no", known.booked, share(known.booked > 0, known.share_within_3()),
                       share(known.booked > 0, known.share_within_7()), promise.shared_per_day, share(over.seen > 0, over.no_show), over.seen, over.taken, over.most);
  }
  return out;
}

std::string about_booking(const View& view, const Booking& booking) {
  const std::string names = neutral_names(view, booking);
  return names.empty() ? names : " (" + names + ")";
}

std::string booking_icalendar(const View& view, const Booking& booking, std::string_view url, const Invitation& invitation) {
  std::string out;
  const std::string code = spoken_code(booking.id);
  const bool cancelled = booking.state == BookingState::cancelled;
  put_line(out, "BEGIN:VCALENDAR");
  put_line(out, "VERSION:2.0");
  put_line(out, "PRODID:-//Skranke//Booking//EN");
  // A request is for a calendar that keeps the entry up to date by itself; it needs both ends (RFC 5546).
  put_line(out, invitation.organizer.empty() ? "METHOD:PUBLISH" : cancelled ? "METHOD:CANCEL" : "METHOD:REQUEST");
  put_line(out, "BEGIN:VEVENT");
  put_line(out, fmt::format("UID:{}@{}", booking.id.str(), view.facility.site.id));
  put_line(out, fmt::format("SEQUENCE:{}", booking.moves + (cancelled ? 1 : 0)));
  put_line(out, "DTSTAMP:" + stamp(view.now));
  put_line(out, "DTSTART:" + stamp(booking.start()));
  put_line(out, "DTEND:" + stamp(booking.end()));
  put_line(out, "SUMMARY:" + escaped(view.catalogue.format(view.language, "booking.calendar_title", {{"site", view.facility.site.name}}) + about_booking(view, booking)));
  put_line(out, "DESCRIPTION:" + escaped(view.catalogue.format(view.language, "booking.calendar_text", {{"code", code}})));
  put_line(out, "LOCATION:" + escaped(view.facility.site.name));
  if (!invitation.organizer.empty()) put_line(out, "ORGANIZER:mailto:" + invitation.organizer);
  if (!invitation.attendee.empty()) put_line(out, "ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:" + invitation.attendee);
  if (!url.empty()) put_line(out, fmt::format("URL:{}", url));
  put_line(out, cancelled ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
  put_line(out, "END:VEVENT");
  put_line(out, "END:VCALENDAR");
  return out;
}

std::string booking_code(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    if (c == ' ' || c == '-' || c == '.') continue;
    char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (lower == 'o') lower = '0';
    if (lower == 'i' || lower == 'l') lower = '1';
    const bool known = (lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'z' && lower != 'u');
    if (!known || code.size() == 8) return {};
    code += lower;
  }
  return code.size() == 8 ? code : std::string{};
}

std::string spoken_code(const BookingId& id) {
  std::string shown;
  for (const char c : id.str()) {
    if (shown.size() == 4) shown += ' ';
    shown += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  return shown;
}

}  // namespace skranke::wire
