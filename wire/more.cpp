// The small fields of visits, steps, desks and the room. A new one is a line in `put_more` and a line in `read_more`, and stands in the journal's
// snapshots and in the tables; what usually holds is left out, so that most rows say "{}".
#include "wire/payload.hpp"

namespace skranke::wire {
namespace payload {

using namespace core;

void put_more(JsonWriter& w, const Visit& visit) {
  words_if(w, "needs", visit.needs);
  flag_if(w, "standby", visit.standby);
  flag_if(w, "outside", visit.outside);
  w.field_unless_empty("booking", visit.booking.str());
  w.field_unless_empty("parked_place", visit.parked_place);
}
void read_more(const boost::json::object& from, Visit& visit) {
  visit.needs = words<Need>(from, "needs");
  visit.standby = flag(from, "standby");
  visit.outside = flag(from, "outside");
  visit.booking = BookingId{text(from, "booking")};
  visit.parked_place = text(from, "parked_place");
}

void put_more(JsonWriter& w, const Step& step) {
  w.field_unless_empty("tied_clerk", step.tied_clerk).field_unless_empty("pool", step.pool);
  w.field_unless_empty("prefer_desk", step.prefer_desk.str()).field_unless_empty("prefer_clerk", step.prefer_clerk);
  time_if(w, "prefer_until", step.prefer_until);
}
void read_more(const boost::json::object& from, Step& step) {
  step.tied_clerk = text(from, "tied_clerk");
  step.pool = text(from, "pool");
  step.prefer_desk = DeskId{text(from, "prefer_desk")};
  step.prefer_clerk = text(from, "prefer_clerk");
  step.prefer_until = time(from, "prefer_until");
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

void put_more([[maybe_unused]] JsonWriter& w, [[maybe_unused]] const State& room) {}
void read_more([[maybe_unused]] const boost::json::object& from, [[maybe_unused]] State& room) {}

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
