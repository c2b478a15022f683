// The room as a whole, and visits as hosts see them.
#include <algorithm>

#include "wire/events.hpp"
#include "wire/views_parts.hpp"

namespace skranke::wire {
using namespace core;

namespace {

struct Back {
  std::string_view from;
  Instant since;
};

/// The newest reason to say that things work again.
Back newest_back(const View& view) {
  const RoomStatus& room = view.state.room;
  Back back{word(room.back_from), room.back_from == BackFrom::nothing ? Instant{} : room.back_at};
  if (view.restarted_at > back.since) back = {"restart", view.restarted_at};
  return back;
}

void numbers_field(JsonWriter& w, std::string_view name, const std::vector<Number>& numbers) {
  w.key(name).list();
  for (const Number number : numbers) w.value(to_string(number));
  w.end_list();
}

void roll_object(const View& view, JsonWriter& w, const Roll& roll) {
  w.object().field("first", to_string({roll.letter, roll.first})).field("last", to_string({roll.letter, roll.last}));
  if (!roll.service.empty()) w.field("service", roll.service.str()).field("service_name", service_name(view, roll.service));
  w.field("open", roll.open).field("opened_at", view.time(roll.opened_at));
  if (!roll.open) w.field("closed_at", view.time(roll.closed_at));
  if (roll.torn != 0) w.field("torn", to_string({roll.letter, roll.torn}));
  if (const auto next = next_on_roll(view.state, roll); next && roll.open) w.field("next", to_string(*next));
  numbers_field(w, "never_called", torn_never_called(view.state, roll));
  w.end_object();
}

void found_visit(const View& view, JsonWriter& w, const Visit& visit) {
  w.object();
  staff_fields(view, w, visit);
  if (visit.merged_into != 0) w.field("merged_into", to_string(stands_for(view.state, visit).number)).field("merged_visit", stands_for(view.state, visit).id.str());
  steps_field(view, w, visit);
  w.field("day", to_string(visit.day)).field("created_at", view.time(visit.created_at)).end_object();
}

}  // namespace

void back_field(const View& view, JsonWriter& w) {
  const Back back = newest_back(view);
  const Instant until = back.since + view.facility.rules.back_notice;
  if (back.since == Instant{} || view.state.room.evacuated || view.now >= until) return;
  w.key("back").object().field("from", back.from).field("since", view.time(back.since)).field("until", view.time(until)).end_object();
}

void found_visit_view(const View& view, const Visit& visit, std::string& out) {
  JsonWriter w{out};
  found_visit(view, w, visit);
}

void found_visits_view(const View& view, const std::vector<const Visit*>& visits, std::string& out) {
  JsonWriter w{out};
  w.list();
  for (const Visit* visit : visits) found_visit(view, w, *visit);
  w.end_list();
}

void room_view(const View& view, std::string& out) {
  const RoomStatus& room = view.state.room;
  JsonWriter w{out};
  w.object().field("mode", word(room.mode));
  if (room.mode_since != Instant{}) w.field("mode_since", view.time(room.mode_since));
  w.key("rolls").list();
  for (const Roll& roll : room.rolls) roll_object(view, w, roll);
  w.end_list();
  w.key("evacuation").object().field("active", room.evacuated);
  if (room.evacuated) w.field("since", view.time(room.evacuated_at)).field_unless_empty("kind", room.evacuation_kind);
  w.end_object();
  back_field(view, w);
  w.key("priorities").list();
  for (const Priority& priority : view.facility.priorities) w.object().field("id", priority.id.str()).field("name", priority.name.get(view.language)).end_object();
  w.end_list();
  w.field("at", view.time(view.now)).end_object();
}

}  // namespace skranke::wire
