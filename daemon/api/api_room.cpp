// The room as a whole: the paper roll when a kiosk is dead, and an evacuation.
#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "wire/events.hpp"

namespace skranke::daemon {

namespace {

constexpr std::array<std::string_view, 2> modes{"normal", "paper_roll"};
constexpr std::array<std::string_view, 4> kinds{"alarm", "fire", "drill", "other"};
const wire::Message missing_mode{"Feltet mode mangler.", "The field mode is missing."};
const wire::Message missing_active{"Feltet active mangler.", "The field active is missing."};
const wire::Message no_number{"Det er ikke et nummer som A 12.", "This is not a number like A 12."};

/// A ticket's number as people write it; a finding when it is none.
std::optional<core::Number> number_in(wire::RequestBody& body, std::string_view key) {
  const auto text = body.text(key, {.max = 16});
  if (!text) return std::nullopt;
  const auto number = core::parse_typed_number(*text);
  if (!number) body.refuse(key, "wrong_characters", no_number);
  return number;
}

}  // namespace

std::string Api::room_json(std::string_view language) const {
  std::string out;
  room_view(view(language), out);
  return out;
}

http::Reply Api::get_room(Call& call) { return shown(room_json(call.language)); }

http::Reply Api::put_room_mode(Call& call) {
  wire::RequestBody body{call.request.body};
  core::SetRoomMode wish;
  const auto mode = body.one_of("mode", modes);
  if (!body.has("mode")) body.refuse("mode", "missing", missing_mode);
  core::RollWish roll{number_in(body, "first"), std::nullopt, core::ServiceId{body.slug("service").value_or("")}};
  if (const auto last = number_in(body, "last")) {
    if (roll.first && last->letter != roll.first->letter) body.refuse("last", "out_of_range", no_number);
    roll.last = last->digits;
  }
  const auto torn = body.texts("torn", {.count_max = core::rolls_max, .each = {.max = 16}});
  for (std::size_t i = 0; i < torn.size(); ++i) {
    const auto number = core::parse_typed_number(torn[i]);
    if (number)
      wish.torn.push_back(*number);
    else
      body.refuse(fmt::format("torn[{}]", i), "wrong_characters", no_number);
  }
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  wish.mode = *wire::from_word<core::RoomMode>(*mode);
  if (roll.first || roll.last || !roll.service.empty()) wish.rolls.push_back(roll);
  return command(call, wish, [this, &call](std::string& out) { out = room_json(call.language); });
}

http::Reply Api::put_evacuation(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto active = body.flag("active");
  if (!body.has("active")) body.refuse("active", "missing", missing_active);
  const std::string kind = body.one_of("kind", kinds).value_or("alarm");
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return command(call, core::Evacuate{*active, kind}, [this, &call](std::string& out) { out = room_json(call.language); });
}

}  // namespace skranke::daemon
