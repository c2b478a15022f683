#pragma once
// Bookings and the calendar from outside. Shapes: docs/openapi.yaml.
#include "core/calendar.hpp"
#include "wire/views.hpp"

namespace skranke::wire {

/// As whoever holds the code, and staff, see it. Says nothing about a contact.
void booking_view(const View& view, const core::Booking& booking, std::string& out);
/// The day's bookings that are not cancelled, by time; for staff.
void bookings_view(const View& view, core::Day day, std::string& out);
/// Who waits for a place: first those who are offered one, then the others by turn.
void waiting_list_view(const View& view, std::string& out);
void slots_view(const View& view, const std::vector<core::FreeSlot>& slots, std::string& out);
/// What can be booked at this site, and by which rules; for the page where citizens book.
void bookable_view(const View& view, std::string& out);
/// Of each bookable service: the first free time in working days, places free within three and seven, what is asked for against what there is, in how
/// many working days the promise of seven breaks (core/promise.hpp), and how soon those who booked come.
void booking_report(const View& view, std::string& out);
/// The same as a table (RFC 4180), a line of heads first. Ids only, so nothing needs quotes.
[[nodiscard]] std::string booking_report_csv(const View& view);
/// " (wedding)": what messages may say that a booking is about, by the neutral names of its services; empty where there are none.
[[nodiscard]] std::string about_booking(const View& view, const core::Booking& booking);
/// Who invites whom, both addresses; without them the file only tells.
struct Invitation { std::string organizer, attendee; };
/// The booking as an iCalendar file (RFC 5545) with one event; `url` where it can be moved or cancelled, empty = left out. The same UID for its whole life,
/// and a SEQUENCE that rises when it is moved or cancelled, so that a calendar replaces what it has.
[[nodiscard]] std::string booking_icalendar(const View& view, const core::Booking& booking, std::string_view url, const Invitation& invitation = {});

/// "K7P2 XW4M" and "k7p2-xw4m" as "k7p2xw4m"; letters that read like a digit become it. Empty when it can be no code.
[[nodiscard]] std::string booking_code(std::string_view typed);
/// In two groups of capitals, as it is shown and printed.
[[nodiscard]] std::string spoken_code(const core::BookingId& id);

}  // namespace skranke::wire
