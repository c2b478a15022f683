// Bookings on the pipe: made, moved, cancelled, kept. The caller's name for a booking is its code.
#include "sim/drive.hpp"
#include "sim/drive_answers.hpp"
#include "wire/events.hpp"
#include "wire/zone.hpp"

namespace skranke::sim {

using core::BookingId;

namespace {

constexpr wire::TextRule id_rule{.min = 1, .max = 64};

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
  w.field("code", id.str()).field("state", wire::word(booking.state)).field("start", view().time(booking.start())).field("end", view().time(booking.end()));
  w.key("services").list();
  for (const core::BookingPart& part : booking.parts) w.value(part.service.str());
  w.end_list().field("party", booking.party).field("language", booking.language).field_unless_empty("visit", booking.visit.str());
  w.field("at", view().time(now_)).end_object();
  out += line_end;
}

void Drive::booking_create(Line& line, std::string& out) {
  core::CreateBooking wish;
  wish.booking = BookingId{line->required_text("id", id_rule)};
  for (std::string& service : line->texts("services", {.count_min = 1, .count_max = 8, .each = id_rule, .distinct = false})) wish.services.emplace_back(std::move(service));
  if (!line->has("services")) line->error("services", "missing", {"\"services\" mangler.", "\"services\" is missing."});
  wish.start = start_in(line);
  wish.party = static_cast<std::uint16_t>(line->integer("party", 1, 50).value_or(1));
  wish.language = line->text("language", {.min = 2, .max = 8}).value_or("");
  if (line.fault() == nullptr && obey(wish, out)) show_booking(wish.booking, out);
}

void Drive::booking_move(Line& line, std::string& out) {
  core::MoveBooking wish;
  wish.booking = booking_in(line);
  wish.start = start_in(line);
  if (line.fault() == nullptr && obey(wish, out)) show_booking(wish.booking, out);
}

void Drive::booking_cancel(Line& line, std::string& out) {
  const BookingId booking = booking_in(line);
  if (line.fault() == nullptr && obey(core::CancelBooking{booking}, out)) show_booking(booking, out);
}

void Drive::booking_get(Line& line, std::string& out) {
  const BookingId booking = booking_in(line);
  if (line.fault() != nullptr) return;
  pass_time(now_);
  if (state_.find(booking) == nullptr) return write_refusal(view(), {core::Reject::unknown_booking, "booking", {}, {}}, out);
  show_booking(booking, out);
}

void Drive::booking_check_in(Line& line, std::string& out) {
  core::CheckIn wish;
  wish.booking = BookingId{line->required_text("booking", id_rule)};
  wish.visit = core::VisitId{line->required_text("id", id_rule)};
  wish.token = "token-" + wish.visit.str();
  wish.language = line->text("language", {.min = 2, .max = 8}).value_or("");
  if (line.fault() == nullptr && obey(wish, out)) tell_visit(wish.visit, out);
}

}  // namespace skranke::sim
