// Bookings on the pipe: made, moved, cancelled, kept. The caller's name for a booking is its code.
#include <algorithm>

#include <fmt/format.h>

#include "sim/drive.hpp"
#include "sim/drive_answers.hpp"
#include "sim/drive_read.hpp"
#include "wire/clock_words.hpp"
#include "wire/events.hpp"
#include "wire/views_booking.hpp"
#include "wire/zone.hpp"

namespace skranke::sim {

using core::BookingId;

namespace {

constexpr std::int64_t slot_days_max = 31;

BookingId booking_in(Line& line) {
  const bool named = line->has("booking");
  return BookingId{line->required_text(named ? "booking" : "id", id_rule)};
}

core::Instant start_in(Line& line) {
  const std::string text = line->required_text("start", {.max = 40});
  if (text.empty()) return {};
  const auto start = wire::parse_rfc3339(text);
  if (!start) line->error("start", "wrong_time", {"Her skal stå et tidspunkt som 2026-11-23T10:00:00+01:00.", "This must be a time like 2026-11-23T10:00:00+01:00."});
  return start.value_or(core::Instant{});
}

}  // namespace

void Drive::show_booking(const BookingId& id, std::string& out) const {
  const core::Booking& booking = *state_.find(id);
  out += ok_begin;
  wire::JsonWriter w{out};
  out += R"({"booking":)";
  wire::append_json_string(out, id.str());
  w.field("code", id.str()).field("state", wire::word(booking.state));
  if (booking.state != core::BookingState::waiting) w.field("start", view().time(booking.start())).field("end", view().time(booking.end()));
  if (booking.is_offer()) w.field("held_until", view().time(booking.held_until));
  w.key("services").list();
  for (const core::BookingPart& part : booking.parts) w.value(part.service.str());
  w.end_list().field("party", booking.party).field("language", booking.language).field_unless_empty("visit", booking.visit.str());
  w.field("at", view().time(now_)).end_object();
  out += line_end;
}

void Drive::booking_create(Line& line, std::string& out) {
  core::CreateBooking wish;
  wish.booking = BookingId{line->required_text("id", id_rule)};
  wish.services = required_services_in(line, "services");
  wish.start = start_in(line);
  wish.party = static_cast<std::uint16_t>(line->integer("party", 1, 50).value_or(1));
  wish.language = line->text("language", {.min = 2, .max = 8}).value_or("");
  wish.needs = needs_in(line).value_or(std::vector<core::Need>{});
  wish.hold = line->flag("hold").value_or(false);
  if (const auto channel = line->one_of("channel", channel_words)) wish.channel = *wire::from_word<core::Channel>(*channel);
  if (line.well() && obey(wish, out)) show_booking(wish.booking, out);
}

/// What was only held while somebody typed.
void Drive::booking_confirm(Line& line, std::string& out) {
  const BookingId booking = booking_in(line);
  if (line.well() && obey(core::ConfirmBooking{booking, {}}, out)) show_booking(booking, out);
}

/// Onto the waiting list for places.
void Drive::booking_wish(Line& line, std::string& out) {
  core::WishPlace wish;
  wish.booking = BookingId{line->required_text("id", id_rule)};
  wish.services = required_services_in(line, "services");
  const auto day_in = [&](std::string_view key) {
    const auto text = line->required_text(key, {.min = 10, .max = 10});
    const auto day = wire::parse_date(text);
    if (!text.empty() && !day) line->error(key, "wrong_time", {"Her skal stå en dato som 2026-11-23.", "This must be a date like 2026-11-23."});
    return day.value_or(core::Day{});
  };
  const auto clock_in = [&](std::string_view key, core::Minutes usual) {
    const auto text = line->text(key, {.min = 5, .max = 5});
    const auto clock = text ? wire::parse_clock(*text) : std::nullopt;
    if (text && !clock) line->error(key, "wrong_time", {"Her skal stå et klokkeslæt som 09:00.", "This must be a time like 09:00."});
    return clock.value_or(usual);
  };
  wish.first = day_in("first");
  wish.last = day_in("last");
  wish.from = clock_in("from", wish.from);
  wish.to = clock_in("to", wish.to);
  wish.party = static_cast<std::uint16_t>(line->integer("party", 1, 50).value_or(1));
  if (line.well() && obey(wish, out)) show_booking(wish.booking, out);
}

void Drive::booking_decline(Line& line, std::string& out) {
  const BookingId booking = booking_in(line);
  if (line.well() && obey(core::DeclineOffer{booking}, out)) show_booking(booking, out);
}

/// What is kept back of a day's places is given out; the caller draws the minute.
void Drive::places_release(Line& line, std::string& out) {
  core::ReleasePlaces wish;
  wish.service = core::ServiceId{line->required_text("service", id_rule)};
  const auto text = line->required_text("day", {.min = 10, .max = 10});
  const auto day = wire::parse_date(text);
  if (!text.empty() && !day) line->error("day", "wrong_time", {"Her skal stå en dato som 2026-11-23.", "This must be a date like 2026-11-23."});
  wish.day = day.value_or(core::Day{});
  if (!line.well() || !obey(wish, out)) return;
  out += ok_begin;
  wire::JsonWriter w{out};
  w.object().field("service", wish.service.str()).field("day", text).field("at", view().time(now_)).end_object();
  out += line_end;
}

/// Free times of `days` days from `from` on (today).
void Drive::slots_get(Line& line, std::string& out) {
  core::SlotQuery query;
  query.services = required_services_in(line, "services");
  query.party = static_cast<std::uint16_t>(line->integer("party", 1, 50).value_or(1));
  const auto days = line->integer("days", 1, slot_days_max).value_or(1);
  const auto text = line->text("from", {.min = 10, .max = 10});
  const auto from = text ? wire::parse_date(*text) : std::nullopt;
  if (text && !from) line->error("from", "wrong_time", {"Her skal stå en dato som 2026-11-23.", "This must be a date like 2026-11-23."});
  for (std::size_t i = 0; i < query.services.size(); ++i)
    if (facility_.find(query.services[i]) == nullptr || std::count(query.services.begin(), query.services.end(), query.services[i]) != 1)
      line->error(fmt::format("services[{}]", i), "unknown_service", {"Ydelsen findes ikke, eller den står der to gange.", "There is no such service, or it stands there twice."});
  if (!line.well()) return;
  pass_time(now_);
  const core::Day first = from.value_or(core::local_day(facility_, now_));
  out += ok_begin;
  out += R"({"slots":)";
  wire::slots_view(view(), core::free_slots(state_, facility_, query, first, static_cast<int>(days), now_), out);
  out += "}";
  out += line_end;
}

void Drive::booking_move(Line& line, std::string& out) {
  core::MoveBooking wish;
  wish.booking = booking_in(line);
  wish.start = start_in(line);
  if (line->has("services")) wish.services = required_services_in(line, "services");
  if (const auto party = line->integer("party", 1, 50)) wish.party = static_cast<std::uint16_t>(*party);
  if (line.well() && obey(wish, out)) show_booking(wish.booking, out);
}

void Drive::booking_cancel(Line& line, std::string& out) {
  const BookingId booking = booking_in(line);
  if (line.well() && obey(core::CancelBooking{booking}, out)) show_booking(booking, out);
}

void Drive::booking_get(Line& line, std::string& out) {
  const BookingId booking = booking_in(line);
  if (!line.well()) return;
  pass_time(now_);
  if (state_.find(booking) == nullptr) return write_refusal(view(), {core::Reject::unknown_booking, "booking", {}, {}}, out);
  show_booking(booking, out);
}

void Drive::booking_check_in(Line& line, std::string& out) {
  core::CheckIn wish;
  wish.booking = BookingId{line->required_text("booking", id_rule)};
  wish.visit = core::VisitId{line->required_text("id", id_rule)};
  wish.token = token_of(wish.visit);
  wish.language = line->text("language", {.min = 2, .max = 8}).value_or("");
  if (line.well() && obey(wish, out)) tell_visit(wish.visit, out);
}

}  // namespace skranke::sim
