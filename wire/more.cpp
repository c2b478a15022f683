// The small fields of visits, steps, desks and the room. A new one is a line in `put_more` and a line in `read_more`, and stands in the journal's
// snapshots and in the tables; what usually holds is left out, so that most rows say "{}".
#include "wire/payload.hpp"

namespace skranke::wire {
namespace payload {

using namespace core;

void put_callback(JsonWriter& w, const std::optional<Callback>& callback) {
  if (!callback) return;
  w.key("callback").object().field("from", millis(callback->from)).field("until", millis(callback->until));
  number_if(w, "tries", callback->tries);
  w.end_object();
}
std::optional<Callback> read_callback(const boost::json::object& from) {
  const boost::json::value* value = member(from, "callback");
  if (value == nullptr) return std::nullopt;
  const auto& window = object(*value, "callback");
  return Callback{time(window, "from"), time(window, "until"), number<std::uint8_t>(window, "tries")};
}

void put_more(JsonWriter& w, const Visit& visit) {
  words_if(w, "needs", visit.needs);
  flag_if(w, "standby", visit.standby);
  flag_if(w, "outside", visit.outside);
  w.field_unless_empty("booking", visit.booking.str());
  w.field_unless_empty("parked_place", visit.parked_place);
  number_if(w, "merged_into", visit.merged_into);
  list_if(w, "also", visit.also, [&](Number number) { w.value(to_string(number)); });
  number_if(w, "passed", visit.passed);
  number_if(w, "more_times", visit.more_times);
  put_callback(w, visit.callback);
  if (!visit.told) return;
  w.key("told").object();
  put_told(w, *visit.told);
  w.end_object();
}
void read_more(const boost::json::object& from, Visit& visit) {
  visit.needs = words<Need>(from, "needs");
  visit.standby = flag(from, "standby");
  visit.outside = flag(from, "outside");
  visit.booking = BookingId{text(from, "booking")};
  visit.parked_place = text(from, "parked_place");
  visit.passed = number<std::uint8_t>(from, "passed");
  visit.more_times = number<std::uint8_t>(from, "more_times");
  visit.callback = read_callback(from);
  if (const boost::json::value* told = member(from, "told")) visit.told = read_told(object(*told, "told"));
  visit.merged_into = number<Serial>(from, "merged_into");
  for (const std::string& spelled : texts(from, "also")) visit.also.push_back(ticket_number(spelled, "also"));
}

void put_more(JsonWriter& w, const Step& step) {
  w.field_unless_empty("tied_clerk", step.tied_clerk).field_unless_empty("pool", step.pool);
  w.field_unless_empty("prefer_desk", step.prefer_desk.str()).field_unless_empty("prefer_clerk", step.prefer_clerk);
  time_if(w, "prefer_until", step.prefer_until);
  flag_if(w, "extra", step.extra);
}
void read_more(const boost::json::object& from, Step& step) {
  step.tied_clerk = text(from, "tied_clerk");
  step.pool = text(from, "pool");
  step.prefer_desk = DeskId{text(from, "prefer_desk")};
  step.prefer_clerk = text(from, "prefer_clerk");
  step.prefer_until = time(from, "prefer_until");
  step.extra = flag(from, "extra");
}

void put_more(JsonWriter& w, const DeskStatus& desk) {
  texts_if(w, "languages", desk.languages);
  texts_if(w, "skills", desk.skills);
  flag_if(w, "auto_next", desk.auto_next);
  number_if(w, "rest_s", desk.rest.count());
  time_if(w, "free_since", desk.free_since);
  w.field_unless_empty("idle", desk.idle);
  time_if(w, "pressed", desk.pressed_at);
  if (desk.help != HelpKind::none) w.field("help", word(desk.help));
  w.field_unless_empty("help_to", desk.help_to.str()).field_unless_empty("help_by", desk.help_by);
  time_if(w, "help_since", desk.help_since);
}
void read_more(const boost::json::object& from, DeskStatus& desk) {
  desk.languages = texts(from, "languages");
  desk.skills = texts(from, "skills");
  desk.auto_next = flag(from, "auto_next");
  desk.rest = std::chrono::seconds{number(from, "rest_s")};
  desk.free_since = time(from, "free_since");
  desk.idle = text(from, "idle");
  desk.pressed_at = time(from, "pressed");
  if (member(from, "help") != nullptr) desk.help = enumerator<HelpKind>(from, "help");
  desk.help_to = DeskId{text(from, "help_to")};
  desk.help_by = text(from, "help_by");
  desk.help_since = time(from, "help_since");
}

void put_roll(JsonWriter& w, const Roll& roll) {
  w.object().field("first", to_string({roll.letter, roll.first})).field("last", roll.last);
  number_if(w, "torn", roll.torn);
  w.field_unless_empty("service", roll.service.str());
  flag_if(w, "away", !roll.open);
  time_if(w, "opened", roll.opened_at);
  time_if(w, "closed", roll.closed_at);
  w.end_object();
}
Roll read_roll(const boost::json::value& value) {
  const auto& from = object(value, "rolls");
  const Number first = ticket_number(text(from, "first"), "first");
  Roll roll;
  roll.letter = first.letter;
  roll.first = first.digits;
  roll.last = number<std::uint16_t>(from, "last", digits_max);
  roll.torn = number<std::uint16_t>(from, "torn");
  roll.service = ServiceId{text(from, "service")};
  roll.open = !flag(from, "away");
  roll.opened_at = time(from, "opened");
  roll.closed_at = time(from, "closed");
  if (roll.last > digits_max) throw Unreadable{"last is not on a roll"};
  return roll;
}

namespace {
void put_status(JsonWriter& w, const RoomStatus& room) {
  if (room.mode != RoomMode::normal) w.field("mode", word(room.mode));
  time_if(w, "mode_since", room.mode_since);
  list_if(w, "rolls", room.rolls, [&](const Roll& roll) { put_roll(w, roll); });
  flag_if(w, "evacuated", room.evacuated);
  time_if(w, "evacuated_at", room.evacuated_at);
  w.field_unless_empty("evacuation_kind", room.evacuation_kind);
  time_if(w, "frozen_from", room.frozen_from);
  time_if(w, "frozen_to", room.frozen_to);
  list_if(w, "frozen_before", room.frozen_before, [&](const FrozenSpan& span) {
    w.object().field("from", millis(span.from)).field("to", millis(span.to)).end_object();
  });
  if (room.back_from != BackFrom::nothing) w.field("back_from", word(room.back_from));
  time_if(w, "back_at", room.back_at);
  time_if(w, "handed_over", room.handed_over);
}
FrozenSpan read_span(const boost::json::value& value) {
  const auto& from = object(value, "frozen_before");
  return {time(from, "from"), time(from, "to")};
}
void read_status(const boost::json::object& from, RoomStatus& room) {
  if (member(from, "mode") != nullptr) room.mode = enumerator<RoomMode>(from, "mode");
  room.mode_since = time(from, "mode_since");
  room.rolls = items(from, "rolls", &read_roll);
  room.evacuated = flag(from, "evacuated");
  room.evacuated_at = time(from, "evacuated_at");
  room.evacuation_kind = text(from, "evacuation_kind");
  room.frozen_from = time(from, "frozen_from");
  room.frozen_to = time(from, "frozen_to");
  room.frozen_before = items(from, "frozen_before", &read_span);
  if (member(from, "back_from") != nullptr) room.back_from = enumerator<BackFrom>(from, "back_from");
  room.back_at = time(from, "back_at");
  room.handed_over = time(from, "handed_over");
}
}  // namespace

namespace {
std::pair<ServiceId, Day> read_released(const boost::json::value& value) {
  const auto& from = object(value, "released");
  return {ServiceId{text(from, "service")}, Day{std::chrono::days{number<std::int32_t>(from, "day")}}};
}
}  // namespace

void put_more(JsonWriter& w, const State& state) {
  put_status(w, state.room);
  time_if(w, "places_due", state.places_due);
  list_if(w, "released", state.released, [&](const auto& one) {
    w.object().field("service", one.first.str()).field("day", one.second.time_since_epoch().count()).end_object();
  });
  if (state.learned == Learned{}) return;
  w.key("learned");
  put_learned(w, state.learned);
}
void read_more(const boost::json::object& from, State& state) {
  read_status(from, state.room);
  state.places_due = time(from, "places_due");
  state.released = items(from, "released", &read_released);
  if (const boost::json::value* learned = member(from, "learned")) state.learned = read_learned(object(*learned, "learned"));
}

}  // namespace payload

template <class Thing>
std::string encode_more(const Thing& thing) {
  std::string out;
  JsonWriter w{out};
  w.object();
  payload::put_more(w, thing);
  w.end_object();
  return out;
}

template <class Thing>
tl::expected<void, std::string> decode_more(std::string_view json, Thing& into) {
  if (json == "{}") return {};
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse({json.data(), json.size()}, error);
  if (error || !value.is_object()) return tl::unexpected(std::string{"not a JSON object"});
  try {
    payload::read_more(value.as_object(), into);
    return {};
  } catch (const payload::Unreadable& reason) {
    return tl::unexpected(std::string{reason.what()});
  }
}

template std::string encode_more(const core::Visit&);
template std::string encode_more(const core::Step&);
template std::string encode_more(const core::DeskStatus&);
template std::string encode_more(const core::State&);
template tl::expected<void, std::string> decode_more(std::string_view, core::Visit&);
template tl::expected<void, std::string> decode_more(std::string_view, core::Step&);
template tl::expected<void, std::string> decode_more(std::string_view, core::DeskStatus&);
template tl::expected<void, std::string> decode_more(std::string_view, core::State&);

}  // namespace skranke::wire
