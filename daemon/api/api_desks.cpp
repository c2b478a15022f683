// A desk's session and everything a clerk does with a visit.
#include "daemon/api/api.hpp"
#include "daemon/random.hpp"
#include "wire/events.hpp"

namespace skranke::daemon {

using core::DeskId;

namespace {

constexpr std::array<std::string_view, 2> session_states{"break", "open"};
constexpr std::array<std::string_view, 5> outcomes{"settled", "needs_documents", "referred", "back_office", "left"};
constexpr std::array<std::string_view, 3> places{"keep", "front", "end"};
constexpr std::int64_t park_minutes_max = 480;

DeskId desk_of(const Call& call) { return DeskId{call.part(1)}; }

/// `services_done`: what was really done, each once; `quantities` beside it says how often, where that is not once.
std::vector<core::ServiceDone> services_done(wire::RequestBody& body) {
  std::vector<core::ServiceDone> done;
  for (std::string& id : body.slugs("services_done", {.count_max = 20})) done.push_back({core::ServiceId{std::move(id)}, 1});
  auto quantities = body.table("quantities");
  if (!quantities) return done;
  for (core::ServiceDone& one : done)
    one.quantity = static_cast<std::uint32_t>(quantities->integer(one.service.str(), 1, 1000).value_or(1));
  quantities->done();
  return done;
}

/// Who signed in by name; tokens are called otherwise.
bool is_person(std::string_view actor) { return actor.starts_with("person-"); }

constexpr std::array<std::string_view, 4> presses{"single", "double", "long", "recall"};
constexpr std::array<std::string_view, 2> help_kinds{"help", "emergency"};

}  // namespace

/// All desk commands but calling answer with the desk as it is then.
http::Reply Api::desk_command(Call& call, const core::Command& wish) {
  const DeskId desk = desk_of(call);
  return command(call, wish, [this, &call, desk](std::string& out) { desk_view(view(call.language), desk, out); });
}

http::Reply Api::get_desks(Call& call) {
  std::string body;
  desks_view(view(call.language), body);
  return shown(std::move(body));
}

http::Reply Api::get_desk(Call& call) {
  if (wiring_.engine.facility().find(desk_of(call)) == nullptr) return now(fail(call, 404, "unknown_desk"));
  std::string body;
  desk_view(view(call.language), desk_of(call), body);
  return shown(std::move(body));
}

http::Reply Api::put_session(Call& call) {
  wire::RequestBody body{call.request.body};
  core::OpenDesk wish;
  wish.desk = desk_of(call);
  for (std::string& id : body.slugs("services", {.count_max = 200})) wish.services.emplace_back(std::move(id));
  wish.languages = body.slugs("languages", {.count_max = 50});
  wish.skills = body.slugs("skills", {.count_max = 50});
  const auto clerk = body.slug("clerk");
  wish.clerk = clerk.value_or(call.acting.actor_id);
  wish.auto_next = body.flag("auto_next").value_or(false);
  wish.rest = std::chrono::seconds{body.integer("rest_s", 0, 3600).value_or(0)};
  wish.move = body.flag("move").value_or(false);
  // A person is at one desk at a time. A token may be a program, or a room that signs in as one.
  wish.unique = clerk.has_value() || wish.move || is_person(call.acting.actor_id);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return desk_command(call, wish);
}

http::Reply Api::patch_session(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto state = body.one_of("state", session_states);
  if (!body.has("state")) body.refuse("state", "missing", {"Feltet state mangler.", "The field state is missing."});
  const std::string reason = body.text("reason", {.max = 80}).value_or("");
  const auto idle = body.text("idle_reason", {.min = 0, .max = 80});
  if (idle && state && *state == "break")
    body.refuse("idle_reason", "wrong_field", {"En pause har sin årsag i reason.", "A break has its reason in the field reason."});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (idle) return desk_command(call, core::IdleDesk{desk_of(call), *idle});
  if (*state == "break") return desk_command(call, core::PauseDesk{desk_of(call), reason});
  return desk_command(call, core::ResumeDesk{desk_of(call)});
}

http::Reply Api::delete_session(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return desk_command(call, core::CloseDesk{desk_of(call)});
}

/// Nobody to call is 204, not an error.
http::Reply Api::call_command(Call& call, const core::Command& wish, const DeskId& desk) {
  http::Reply reply = command(call, wish, [this, &call, desk](std::string& out) {
    const core::DeskStatus* status = wiring_.engine.state().find(desk);
    const core::Visit* visit = status == nullptr ? nullptr : wiring_.engine.state().find(status->visit);
    if (visit != nullptr) called_view(view(call.language), *visit, desk, out);
  });
  if (reply.response.status == 200 && reply.response.body.empty()) reply.response.status = 204;
  return reply;
}

http::Reply Api::post_next(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return call_command(call, core::CallNext{desk_of(call), core::VisitId{"v" + random_text(60)}, random_text(130)}, desk_of(call));
}

http::Reply Api::post_call(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto typed = body.text("number", {.max = 16});
  if (typed) return call_number(call, body, *typed);
  const std::string visit = body.required_text("visit", {.max = 64});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return call_command(call, core::CallVisit{desk_of(call), core::VisitId{visit}}, desk_of(call));
}

/// By the number on somebody's ticket; with the paper roll up also one that the system has never seen.
http::Reply Api::call_number(Call& call, wire::RequestBody& body, const std::string& typed) {
  const auto number = core::parse_typed_number(typed);
  if (!number) body.refuse("number", "wrong_characters", {"Det er ikke et nummer som A 12.", "This is not a number like A 12."});
  const std::string service = body.slug("service").value_or("");
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const core::CallNumber wish{desk_of(call), *number, core::ServiceId{service}, core::VisitId{"v" + random_text(60)}, random_text(130)};
  return call_command(call, wish, desk_of(call));
}

http::Reply Api::post_recall(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return desk_command(call, core::Recall{desk_of(call)});
}

http::Reply Api::post_start(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return desk_command(call, core::StartService{desk_of(call)});
}

http::Reply Api::post_finish(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto outcome = body.one_of("outcome", outcomes);
  core::FinishService wish{desk_of(call), core::Outcome::settled, services_done(body)};
  wish.go_on = body.flag("continue").value_or(false);
  if (const auto step = body.integer("step", 0, 31)) wish.step = static_cast<std::uint8_t>(*step);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (outcome) wish.outcome = *wire::from_word<core::Outcome>(*outcome);
  core::VisitId finished;
  if (const core::DeskStatus* desk = wiring_.engine.state().find(wish.desk))
    if (const core::Visit* visit = wiring_.engine.state().find(desk->visit)) finished = visit->id;
  return command(call, wish, [this, &call, desk = wish.desk, finished](std::string& out) { finished_view(view(call.language), desk, finished, out); });
}

http::Reply Api::post_no_show(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return desk_command(call, core::NoShow{desk_of(call)});
}

http::Reply Api::post_park(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto minutes = body.integer("minutes", 1, park_minutes_max);
  const std::string place = body.text("place", {.max = 40}).value_or("");
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  core::Park wish{desk_of(call), std::nullopt};
  wish.place = place;
  if (minutes) wish.duration = core::Minutes{*minutes};
  return desk_command(call, wish);
}

http::Reply Api::post_transfer(Call& call) {
  wire::RequestBody body{call.request.body};
  core::Transfer wish;
  wish.desk = desk_of(call);
  wish.to_service = core::ServiceId{body.slug("to_service").value_or("")};
  wish.to_desk = DeskId{body.slug("to_desk").value_or("")};
  const auto place = body.one_of("place", places);
  wish.to_clerk = body.slug("to_clerk").value_or("");
  wish.to_pool = body.slug("to_pool").value_or("");
  if (const auto after = body.integer("after_minutes", 1, park_minutes_max)) wish.after = core::Minutes{*after};
  wish.soft = body.flag("preferred").value_or(false);
  if (const auto minutes = body.integer("preferred_minutes", 0, park_minutes_max)) wish.soft_for = core::Minutes{*minutes};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (place) wish.place = *wire::from_word<core::Place>(*place);
  return desk_command(call, wish);
}

http::Reply Api::post_undo(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return desk_command(call, core::Undo{desk_of(call)});
}

/// What the visit at the desk wants, changed while it is there.
http::Reply Api::post_desk_services(Call& call) {
  wire::RequestBody body{call.request.body};
  core::ChangeServices wish = services_wish(body);
  wish.desk = desk_of(call);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return desk_command(call, wish);
}

/// The one button of a desk without a screen, or its pad of keys.
http::Reply Api::post_button(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto asked = body.one_of("press", presses);
  const auto typed = body.text("number", {.max = 16});
  const auto number = typed ? core::parse_typed_number(*typed) : std::nullopt;
  if (typed && !number) body.refuse("number", "wrong_characters", {"Det er ikke et nummer som A 12.", "This is not a number like A 12."});
  if (typed && asked) body.refuse("press", "wrong_field", {"Et tastet nummer er intet tryk.", "A number that was typed is no press."});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (number) return desk_command(call, core::CallNumber{desk_of(call), *number, {}, core::VisitId{"v" + random_text(60)}, random_text(130), true});
  const std::string press = asked.value_or("single");
  if (press == "recall") return desk_command(call, core::Recall{desk_of(call)});
  const core::Press kind = press == "single" ? core::Press::one : press == "double" ? core::Press::two : core::Press::hold;
  return desk_command(call, core::PressButton{desk_of(call), kind});
}

http::Reply Api::post_help(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto kind = body.one_of("kind", help_kinds).value_or("help");
  const DeskId to{body.slug("to").value_or("")};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return desk_command(call, core::CallHelp{desk_of(call), *wire::from_word<core::HelpKind>(kind), to});
}

/// Whoever asks comes: the desk that called sees who.
http::Reply Api::answer_help(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return desk_command(call, core::AnswerHelp{desk_of(call), call.acting.actor_id});
}

http::Reply Api::clear_help(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return desk_command(call, core::ClearHelp{desk_of(call)});
}

/// Somebody who was parked or missed is back: into the queue with the old seniority.
http::Reply Api::post_desk_return(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string visit = body.required_text("visit", {.max = 64});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (wiring_.engine.facility().find(desk_of(call)) == nullptr) return now(fail(call, 404, "unknown_desk"));
  return desk_command(call, core::ReturnVisit{core::VisitId{visit}});
}

}  // namespace skranke::daemon
