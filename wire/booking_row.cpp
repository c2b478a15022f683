// Bookings inside events and in the tables' column `more`.
#include "wire/payload.hpp"

namespace skranke::wire {
namespace payload {
namespace {

core::BookingPart part_of(const boost::json::value& value) {
  const auto& from = object(value, "parts");
  return {core::ServiceId{text(from, "service")}, time(from, "from"), time(from, "to")};
}

}  // namespace

void put_parts(JsonWriter& w, const std::vector<core::BookingPart>& parts, std::uint16_t party) {
  list_if(w, "parts", parts, [&](const core::BookingPart& part) {
    w.object().field("service", part.service.str()).field("from", core::millis(part.from)).field("to", core::millis(part.to)).end_object();
  });
  if (party != 1) w.field("party", party);
}

std::vector<core::BookingPart> read_parts(const boost::json::object& from) {
  auto parts = items(from, "parts", &part_of);
  if (parts.empty()) throw Unreadable{"parts are missing"};
  return parts;
}

void put_wish(JsonWriter& w, const core::PlaceWish& wish) {
  w.key("wish").object().field("first", wish.first.time_since_epoch().count()).field("last", wish.last.time_since_epoch().count());
  number_if(w, "from_min", wish.from.count());
  if (wish.to != core::PlaceWish{}.to) w.field("to_min", wish.to.count());
  w.field("since", core::millis(wish.since));
  number_if(w, "offers", wish.offers);
  list_if(w, "passed", wish.passed, [&](core::Instant start) { w.value(core::millis(start)); });
  w.end_object();
}

namespace {

core::Day day(const boost::json::object& from, std::string_view name) { return core::Day{std::chrono::days{number<std::int32_t>(from, name)}}; }

core::Instant instant_of(const boost::json::value& value) {
  boost::json::error_code error;
  const auto ms = value.to_number<std::int64_t>(error);
  if (error) throw Unreadable{"passed holds what is no time"};
  return core::from_millis(ms);
}

}  // namespace

core::PlaceWish read_wish(const boost::json::object& whole) {
  const boost::json::value* value = member(whole, "wish");
  if (value == nullptr) throw Unreadable{"wish is missing"};
  const auto& from = object(*value, "wish");
  core::PlaceWish wish;
  wish.first = day(from, "first");
  wish.last = day(from, "last");
  wish.from = std::chrono::minutes{number(from, "from_min")};
  wish.to = std::chrono::minutes{number(from, "to_min", std::int64_t{wish.to.count()})};
  wish.since = time(from, "since");
  wish.offers = number<std::uint8_t>(from, "offers");
  wish.passed = items(from, "passed", &instant_of);
  return wish;
}

}  // namespace payload

std::string encode_booking(const core::Booking& booking) {
  std::string out;
  JsonWriter w{out};
  w.object();
  payload::put_parts(w, booking.parts, booking.party);
  payload::time_if(w, "held_until", booking.held_until);
  payload::time_if(w, "ended", booking.ended_at);
  if (booking.arrival != core::Arrival{}) w.field("arrival", word(booking.arrival));
  payload::words_if(w, "needs", booking.needs);
  payload::flag_if(w, "expired", booking.expired);
  payload::number_if(w, "moves", booking.moves);
  payload::flag_if(w, "overbooked", booking.overbooked);
  if (booking.wish) payload::put_wish(w, *booking.wish);
  w.end_object();
  return out;
}

tl::expected<void, std::string> decode_booking(std::string_view json, core::Booking& into) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse({json.data(), json.size()}, error);
  if (error || !value.is_object()) return tl::unexpected(std::string{"not a JSON object"});
  try {
    const auto& from = value.as_object();
    into.parts = payload::read_parts(from);
    into.party = payload::number<std::uint16_t>(from, "party", 1);
    into.held_until = payload::time(from, "held_until");
    into.ended_at = payload::time(from, "ended");
    if (payload::member(from, "arrival") != nullptr) into.arrival = payload::enumerator<core::Arrival>(from, "arrival");
    into.needs = payload::words<core::Need>(from, "needs");
    into.expired = payload::flag(from, "expired");
    into.moves = payload::number<std::uint16_t>(from, "moves");
    into.overbooked = payload::flag(from, "overbooked");
    if (payload::member(from, "wish") != nullptr) into.wish = payload::read_wish(from);
    return {};
  } catch (const payload::Unreadable& reason) {
    return tl::unexpected(std::string{reason.what()});
  }
}

}  // namespace skranke::wire
