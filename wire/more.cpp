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
}
void read_more(const boost::json::object& from, Visit& visit) {
  visit.needs = words<Need>(from, "needs");
  visit.standby = flag(from, "standby");
  visit.outside = flag(from, "outside");
  visit.booking = BookingId{text(from, "booking")};
}

void put_more(JsonWriter& w, const Step& step) { w.field_unless_empty("tied_clerk", step.tied_clerk); }
void read_more(const boost::json::object& from, Step& step) { step.tied_clerk = text(from, "tied_clerk"); }

void put_more(JsonWriter& w, const DeskStatus& desk) {
  texts_if(w, "languages", desk.languages);
  texts_if(w, "skills", desk.skills);
}
void read_more(const boost::json::object& from, DeskStatus& desk) {
  desk.languages = texts(from, "languages");
  desk.skills = texts(from, "skills");
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
