// Taking a ticket, looking at it, giving it up, coming back.
#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/api/svg.hpp"
#include "daemon/random.hpp"
#include "printer/qr.hpp"
#include "wire/events.hpp"

namespace skranke::daemon {

using core::Visit;

namespace {

constexpr std::array<std::string_view, 6> channels{"kiosk", "host", "phone", "web", "button", "integration"};
constexpr std::array<std::string_view, 6> need_words{"hearing", "sight", "standing", "wheelchair", "interpreter", "companion"};

constexpr std::array<std::string_view, 5> outcomes{"settled", "needs_documents", "referred", "back_office", "left"};

/// What a caller without a stated channel stands for.
core::Channel usual_channel(auth::Role role) {
  if (role == auth::Role::host || role == auth::Role::clerk) return core::Channel::host;
  return role == auth::Role::integration ? core::Channel::integration : core::Channel::kiosk;
}

std::vector<core::ServiceId> service_ids(const std::vector<std::string>& slugs) {
  return {slugs.begin(), slugs.end()};
}

}  // namespace

std::string svg_of(const printer::Bitmap& modules) {
  std::string path;
  for (int y = 0; y < modules.height; ++y)
    for (int x = 0; x < modules.width; ++x)
      if (modules.black(x, y)) path += fmt::format("M{} {}h1v1h-1z", x, y);
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{0}v{1}H0z"/><path d="{2}"/></svg>)",
      modules.width, modules.height, path);
}

core::ChangeServices services_wish(wire::RequestBody& body) {
  core::ChangeServices wish;
  wish.add = service_ids(body.slugs("add", {.count_max = 8}));
  wish.remove = service_ids(body.slugs("remove", {.count_max = 8}));
  wish.change_to = core::ServiceId{body.slug("change_to").value_or("")};
  return wish;
}

std::vector<core::Need> needs_of(wire::RequestBody& body) {
  std::vector<core::Need> needs;
  for (const std::string& word : body.texts("needs", {.count_max = need_words.size(), .each = {.max = 20}})) {
    if (const auto need = wire::from_word<core::Need>(word))
      needs.push_back(*need);
    else
      body.refuse("needs", "not_one_of",
                  {fmt::format("Behovet kendes ikke; vælg blandt {}.", fmt::join(need_words, ", ")),
                   fmt::format("There is no such need; choose among {}.", fmt::join(need_words, ", "))});
  }
  return needs;
}

/// The printer of a kiosk; a caller without one gets the site's only or first printer.
core::PrinterId Api::printer_for(std::string_view kiosk) const {
  const core::Facility& facility = wiring_.engine.facility();
  if (const core::Kiosk* found = facility.find(core::KioskId{kiosk})) return found->printer;
  return facility.printers.empty() ? core::PrinterId{} : facility.printers.front().id;
}

http::Reply Api::post_visit(Call& call) {
  wire::RequestBody body{call.request.body};
  core::TakeTicket wish;
  wish.services = service_ids(body.required_slugs("services", {.count_min = 1, .count_max = 8}));
  wish.language = body.text("language", {.min = 2, .max = 8}).value_or("");
  const auto channel = body.one_of("channel", channels);
  wish.party = static_cast<std::uint16_t>(body.integer("party", 1, 50).value_or(1));
  wish.priority = core::PriorityId{body.slug("priority").value_or("")};
  wish.standby = body.flag("standby").value_or(false);
  wish.needs = needs_of(body);
  wish.outside = body.flag("outside").value_or(false);
  const auto outcome = body.one_of("outcome", outcomes);
  const bool helped = body.flag("helped").value_or(false);
  if (outcome && !helped) body.refuse("outcome", "wrong_content", {"Et resultat hører til helped.", "An outcome belongs to helped."});
  if (helped) wish.helped = outcome ? *wire::from_word<core::Outcome>(*outcome) : core::Outcome::settled;
  if (const auto typed = body.text("number", {.max = 16})) {
    wish.number = core::parse_typed_number(*typed);
    const bool staff = call.acting.role != auth::Role::kiosk && call.acting.role != auth::Role::integration;
    if (!wish.number || !staff) body.refuse("number", "wrong_characters", {"Det er ikke et nummer fra en rulle.", "This is not a number off a roll."});
  }
  const std::string kiosk = body.slug("kiosk").value_or("");
  const bool print = body.flag("print").value_or(false);
  const core::PrinterId printer{body.slug("printer").value_or("")};
  if (!printer.empty() && wiring_.engine.facility().find(printer) == nullptr)
    body.refuse("printer", "unknown_printer", {"Den printer findes ikke.", "There is no such printer."});
  wish.callback = body.flag("callback").value_or(false);
  const Contact contact = contact_in(body);
  if (wish.callback && contact.phone.empty()) body.refuse("contact", "missing", {"Skriv \"contact\" med et telefonnummer.", "Write \"contact\" with a telephone number."});
  if (!wish.callback && !contact.empty()) body.refuse("contact", "wrong_content", {"En kontakt hører til callback.", "A contact belongs to callback."});
  if (!kiosk.empty() && wiring_.engine.facility().find(core::KioskId{kiosk}) == nullptr)
    body.refuse("kiosk", "unknown_kiosk", {"Standeren findes ikke.", "There is no such kiosk."});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (call.acting.role == auth::Role::contact_centre && !wish.callback) return now(fail(call, 403, "forbidden"));   // they see nobody in the room
  wish.channel = channel ? *wire::from_word<core::Channel>(*channel) : usual_channel(call.acting.role);
  if (call.acting.role == auth::Role::kiosk && wish.channel != core::Channel::button) wish.channel = core::Channel::kiosk;
  if (print) wish.printer = printer.empty() ? printer_for(kiosk) : printer;
  wish.id = core::VisitId{"v" + random_text(60)};
  wish.token = random_text(130);
  if (wish.callback && call.acting.role != auth::Role::kiosk) return take_callback(call, std::move(wish), contact);
  const core::VisitId id = wish.id;
  return command(call, std::move(wish), [this, &call, id](std::string& out) { visit_view(view(call.language), *wiring_.engine.state().find(id), out); }, 201);
}

/// Phones ask every few seconds; nothing new costs them a few bytes. The tag leaves out the clock, which comes last.
http::Reply Api::get_visit(Call& call) {
  const Visit* visit = wiring_.engine.state().find_token(std::string{call.part(1)});
  if (auto over = no_longer_theirs(call, visit)) return std::move(*over);
  std::string body;
  visit_view(view(call.language), *visit, body);
  const std::string tag = fmt::format("\"{:x}\"", std::hash<std::string_view>{}(std::string_view{body}.substr(0, body.rfind(",\"at\":"))));
  http::Reply reply = shown(std::move(body));
  reply.response.headers.emplace_back("ETag", tag);
  reply.response.headers.emplace_back("Cache-Control", "no-cache");
  if (call.request.if_none_match != tag) return reply;
  reply.response.status = 304;
  reply.response.body.clear();
  return reply;
}

http::Reply Api::leave_visit(Call& call, const Visit* visit) {
  if (visit == nullptr) return now(fail(call, 404, "unknown_visit"));
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const core::VisitId id = visit->id;
  return command(call, core::LeaveQueue{id},
                 [this, &call, id](std::string& out) { visit_view(view(call.language), *wiring_.engine.state().find(id), out); });
}

http::Reply Api::return_visit(Call& call, const Visit* visit) {
  if (visit == nullptr) return now(fail(call, 404, "unknown_visit"));
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const core::VisitId id = visit->id;
  return command(call, core::ReturnVisit{id},
                 [this, &call, id](std::string& out) { visit_view(view(call.language), *wiring_.engine.state().find(id), out); });
}

http::Reply Api::reprint(Call& call, const Visit* visit) {
  if (visit == nullptr) return now(fail(call, 404, "unknown_visit"));
  wire::RequestBody body{call.request.body};
  const std::string kiosk = body.slug("kiosk").value_or("");
  const std::string asked = body.slug("printer").value_or("");
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  core::PrinterId printer{asked};
  if (printer.empty()) printer = !visit->paper.printer.empty() && kiosk.empty() ? visit->paper.printer : printer_for(kiosk);
  const core::VisitId id = visit->id;
  return command(call, core::PrintTicket{id, printer},
                 [this, &call, id](std::string& out) { visit_view(view(call.language), *wiring_.engine.state().find(id), out); });
}

/// A host adds or takes away what a waiting visit wants.
http::Reply Api::post_queue_services(Call& call) {
  const Visit* visit = wiring_.engine.state().find(core::VisitId{call.part(1)});
  if (visit == nullptr) return now(fail(call, 404, "unknown_visit"));
  wire::RequestBody body{call.request.body};
  core::ChangeServices wish = services_wish(body);
  wish.visit = visit->id;
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return command(call, wish, [this, &call, id = visit->id](std::string& out) { visit_view(view(call.language), *wiring_.engine.state().find(id), out); });
}

/// Citizens name their visit by its token, staff by its id.
const Visit* Api::by_token_or_staff(const Call& call) const {
  const core::State& state = wiring_.engine.state();
  if (const Visit* visit = state.find_token(std::string{call.part(1)})) return visit;
  return call.who.acting_for(auth::Permission::edit_queue) == nullptr ? nullptr : state.find(core::VisitId{call.part(1)});
}

http::Reply Api::delete_visit(Call& call) { return leave_visit(call, wiring_.engine.state().find_token(std::string{call.part(1)})); }
http::Reply Api::post_visit_return(Call& call) { return return_visit(call, by_token_or_staff(call)); }
http::Reply Api::post_visit_reprint(Call& call) { return reprint(call, by_token_or_staff(call)); }
http::Reply Api::post_queue_leave(Call& call) { return leave_visit(call, wiring_.engine.state().find(core::VisitId{call.part(1)})); }
http::Reply Api::post_queue_return(Call& call) { return return_visit(call, wiring_.engine.state().find(core::VisitId{call.part(1)})); }
http::Reply Api::post_queue_reprint(Call& call) { return reprint(call, wiring_.engine.state().find(core::VisitId{call.part(1)})); }

http::Reply Api::get_visit_qr(Call& call) {
  const Visit* visit = wiring_.engine.state().find_token(std::string{call.part(1)});
  if (visit == nullptr) return now(fail(call, 404, "unknown_visit"));
  const auto modules = printer::qr_modules(wiring_.printing.ticket_url(*visit));
  if (!modules) return now(fail(call, 404, "not_found"));
  http::Response response;
  response.content_type = "image/svg+xml";
  response.body = svg_of(*modules);
  return {std::move(response), wiring_.engine.last_seq(), {}, {}};
}

http::Reply Api::get_queue(Call& call) {
  std::string body;
  queue_view(view(call.language), body);
  return shown(std::move(body));
}

}  // namespace skranke::daemon
