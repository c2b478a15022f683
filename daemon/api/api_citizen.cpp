// What the citizen's own screen at a desk that enrols is told and shown: of the visit that is there, and of its own desk alone.
#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

#include "daemon/api/api.hpp"
#include "daemon/enrolment/enrolments.hpp"
#include "enrolment/worker/frame.hpp"

namespace skranke::daemon {

using core::Visit;
using Running = Enrolments::Running;
namespace json = boost::json;

namespace {

/// What to say first of a capture: the check that fails, else one that is near it, else what there is to say of a print.
std::string first_hint(const json::object& head) {
  for (const std::string_view verdict : {"fail", "warn"})
    if (const auto* checks = head.at("checks").if_array())
      for (const json::value& each : *checks)
        if (enrolment::text_in(each.as_object(), "verdict") == verdict) return enrolment::text_in(each.as_object(), "id");
  const auto* hints = head.at("hints").if_array();
  return hints == nullptr || hints->empty() ? std::string{} : std::string{hints->front().as_string()};
}

/// Whether what was taken last is of the first thing that is wanted: else it is not what the citizen does just now.
bool shows_what_is_asked_for(const json::object& head) {
  const auto* needs = head.at("needs").if_array();
  if (!head.contains("capture") || needs == nullptr || needs->empty()) return false;
  const json::object& first = needs->front().as_object();
  return enrolment::text_in(first, "modality") == enrolment::text_in(head, "modality") && enrolment::text_in(first, "position") == enrolment::text_in(head, "position");
}

/// What a citizen is shown of themselves again: portrait and signature, accepted or just taken; a print never.
bool is_shown(const json::object& head, std::int64_t number) {
  const auto is_picture = [](const json::object& of) { return enrolment::text_in(of, "modality") != "finger"; };
  if (shows_what_is_asked_for(head) && is_picture(head) && enrolment::number_in(head, "capture") == number) return true;
  const auto* parts = head.at("parts").if_array();
  return parts != nullptr && std::any_of(parts->begin(), parts->end(), [&](const json::value& each) {
    return is_picture(each.as_object()) && enrolment::number_in(each.as_object(), "capture") == number;
  });
}

}  // namespace

std::optional<unsigned> Api::capture_number(std::string_view written) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), number);
  return error == std::errc{} && end == written.data() + written.size() ? std::optional{number} : std::nullopt;
}

/// A screen that was let in at this desk, or the clerk who may work at it.
bool Api::may_show_citizen(const auth::Principal& who, std::string_view desk) const {
  const core::DeskStatus* status = wiring_.engine.state().find(core::DeskId{desk});
  return std::any_of(who.identities.begin(), who.identities.end(), [&](const auth::Identity& identity) {
    if (identity.role == auth::Role::citizen_screen) return identity.rights.desk == desk;
    return auth::allowed(identity.role, auth::Permission::enrol) && (status == nullptr || may_work_at(identity, *status));
  });
}

/// The enrolment at this desk, of the visit that is there.
std::shared_ptr<Running> Api::shown_to_citizen(std::string_view desk) const {
  const core::DeskStatus* status = wiring_.engine.state().find(core::DeskId{desk});
  const Visit* visit = status == nullptr || status->visit == 0 ? nullptr : wiring_.engine.state().find(status->visit);
  const auto one = visit == nullptr ? nullptr : wiring_.enrolments->at_desk(desk);
  return one != nullptr && one->visit == visit->id.str() ? one : nullptr;
}

/// Without anybody, nothing of anybody. Asks no device and waits for none. Which visit it is, only the clerk is told.
http::Reply Api::get_citizen_enrolment(Call& call) {
  const std::string at{call.part(1)};
  if (wiring_.engine.facility().find(core::DeskId{at}) == nullptr) return now(fail(call, 404, "unknown_desk"));
  if (!may_show_citizen(call.who, at)) return now(fail(call, 403, "not_your_desk"));
  const core::DeskStatus* desk = wiring_.engine.state().find(core::DeskId{at});
  const Visit* visit = desk == nullptr || desk->visit == 0 ? nullptr : wiring_.engine.state().find(desk->visit);
  const auto one = shown_to_citizen(at);
  const auto seen = one == nullptr ? nullptr : one->seen();
  std::string body;
  wire::JsonWriter w{body};
  w.object();
  const Enrolments::Ended ended = wiring_.enrolments->ended_at(at);
  if (visit != nullptr) w.field_unless_empty("language", visit->language);
  if (seen == nullptr) {
    w.field("state", visit != nullptr && ended.visit == visit->id.str() && ended.cause == "sealed" ? "sealed" : "idle").end_object();
    return shown(std::move(body));
  }
  w.field("state", enrolment::text_in(*seen, "stage"));
  if (call.acting.role != auth::Role::citizen_screen) w.field("visit", one->visit).field("id", one->id);
  w.field("pictures", wiring_.enrolments->settings().citizen_pictures).field_unless_empty("lay", one->waited_for());
  for (const char* each : {"needs", "parts", "progress"}) w.key(each).raw(json::serialize(seen->at(each)));
  if (shows_what_is_asked_for(*seen)) w.field("capture", enrolment::number_in(*seen, "capture")).field_unless_empty("hint", first_hint(*seen));
  w.end_object();
  return shown(std::move(body));
}

/// The mirror, while a portrait is wanted and pictures may be shown at all.
http::Reply Api::get_citizen_preview(Call& call) { return citizen_picture(call, {{"do", "preview"}}); }

http::Reply Api::get_citizen_capture(Call& call) {
  const auto number = capture_number(call.part(5));
  return number ? citizen_picture(call, {{"do", "show"}, {"number", std::int64_t{*number}}}) : now(fail(call, 404, "not_found"));
}

http::Reply Api::citizen_picture(Call& call, json::object wish) {
  const std::string_view desk = call.part(1);
  if (wiring_.engine.facility().find(core::DeskId{desk}) == nullptr) return now(fail(call, 404, "unknown_desk"));
  if (!may_show_citizen(call.who, desk)) return now(fail(call, 403, "not_your_desk"));
  const auto one = shown_to_citizen(desk);
  const auto seen = one == nullptr ? nullptr : one->seen();
  const bool live = enrolment::text_in(wish, "do") == "preview";
  const bool fits = seen != nullptr && wiring_.enrolments->settings().citizen_pictures &&
                    (live ? enrolment::text_in(*seen, "stage") == "face" : is_shown(*seen, enrolment::number_in(wish, "number")));
  return fits ? picture_of(call, one, std::move(wish)) : now(fail(call, 404, "not_found"));
}

}  // namespace skranke::daemon
