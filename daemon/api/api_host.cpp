// What hosts do with a visit, by its id: find, correct, move, join, part, cancel. All of it stands in the journal with who did it.
#include <algorithm>

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/random.hpp"
#include "wire/events.hpp"
#include "wire/views_booking.hpp"

namespace skranke::daemon {

using core::Visit;
using core::VisitId;

namespace {

constexpr std::array<std::string_view, 3> places{"keep", "front", "end"};
constexpr std::array<std::string_view, 7> move_reasons{"wrong_service", "wrong_desk", "language", "accessibility", "own_wish", "staff_decision", "other"};
constexpr std::array<std::string_view, 6> cancel_reasons{"left_the_room", "duplicate", "own_wish", "settled_elsewhere", "technical", "other"};
constexpr std::array<std::string_view, 6> needs{"hearing", "sight", "standing", "wheelchair", "interpreter", "companion"};
const wire::Message missing_reason{"En grund skal angives.", "A reason must be given."};
const wire::Message unknown_need{"Behovet findes ikke.", "There is no such need."};

std::string required_reason(wire::RequestBody& body, std::span<const std::string_view> words) {
  const auto reason = body.one_of("reason", words);
  if (!body.has("reason")) body.refuse("reason", "missing", missing_reason);
  return reason.value_or("");
}

std::optional<std::vector<core::Need>> needs_in(wire::RequestBody& body) {
  if (!body.has("needs")) return std::nullopt;
  std::vector<core::Need> result;
  const auto words = body.slugs("needs", {.count_max = needs.size()});
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto need = wire::from_word<core::Need>(words[i]);
    if (need)
      result.push_back(*need);
    else
      body.refuse(fmt::format("needs[{}]", i), "not_one_of", unknown_need);
  }
  return result;
}

}  // namespace

/// Does it and answers with the visit as it is then.
http::Reply Api::host_command(Call& call, const core::Command& wish, const VisitId& id, int status) {
  return command(
      call, wish,
      [this, &call, id](std::string& out) {
        if (const Visit* visit = wiring_.engine.state().find(id)) found_visit_view(view(call.language), *visit, out);
      },
      status);
}

/// By a number as typed, or by the code of the booking it came from; with neither, nothing is found rather than everything shown.
http::Reply Api::get_visits(Call& call) {
  const std::string typed = call.request.query_value("number");
  const core::BookingId code{wire::booking_code(call.request.query_value("code"))};
  const auto number = core::parse_typed_number(typed);
  if (code.empty() && !number) return now(fail(call, 422, "wrong_content", "number"));
  std::vector<const Visit*> found;
  for (const auto& [serial, visit] : wiring_.engine.state().visits)
    if (number ? visit.number == *number : visit.booking == code) found.push_back(&visit);
  std::sort(found.begin(), found.end(), [](const Visit* a, const Visit* b) { return a->serial > b->serial; });
  std::string body;
  found_visits_view(view(call.language), found, body);
  return shown(std::move(body));
}

http::Reply Api::patch_visit(Call& call) {
  wire::RequestBody body{call.request.body};
  core::EditVisit wish{VisitId{call.part(1)}};
  wish.language = body.text("language", {.min = 2, .max = 8});
  if (const auto party = body.integer("party", 1, 50)) wish.party = static_cast<std::uint16_t>(*party);
  if (const auto priority = body.text("priority", {.min = 0, .max = 64})) wish.priority = core::PriorityId{*priority};
  wish.needs = needs_in(body);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return host_command(call, wish, wish.visit);
}

http::Reply Api::post_visit_move(Call& call) {
  wire::RequestBody body{call.request.body};
  core::MoveVisit wish;
  wish.visit = VisitId{call.part(1)};
  wish.service = core::ServiceId{body.slug("service").value_or("")};
  wish.to_service = core::ServiceId{body.slug("to_service").value_or("")};
  wish.to_desk = core::DeskId{body.slug("to_desk").value_or("")};
  const auto place = body.one_of("place", places);
  wish.reason = required_reason(body, move_reasons);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (place) wish.place = *wire::from_word<core::Place>(*place);
  return host_command(call, wish, wish.visit);
}

http::Reply Api::post_visit_merge(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string into = body.required_text("into", {.max = 64});
  const bool family = body.flag("family").value_or(false);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return host_command(call, core::MergeVisits{VisitId{call.part(1)}, VisitId{into}, family}, VisitId{into});
}

http::Reply Api::post_visit_split(Call& call) {
  wire::RequestBody body{call.request.body};
  core::SplitVisit wish;
  wish.visit = VisitId{call.part(1)};
  for (std::string& id : body.required_slugs("services", {.count_min = 1, .count_max = 8})) wish.services.emplace_back(std::move(id));
  wish.party = static_cast<std::uint16_t>(body.integer("party", 1, 50).value_or(1));
  const bool print = body.flag("print").value_or(false);
  const std::string kiosk = body.slug("kiosk").value_or("");
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  wish.id = VisitId{"v" + random_text(60)};
  wish.token = random_text(130);
  if (print) wish.printer = printer_for(kiosk);
  return host_command(call, wish, wish.id, 201);
}

http::Reply Api::post_visit_cancel(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string reason = required_reason(body, cancel_reasons);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return host_command(call, core::LeaveQueue{VisitId{call.part(1)}, reason}, VisitId{call.part(1)});
}

}  // namespace skranke::daemon
