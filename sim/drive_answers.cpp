#include "sim/drive_answers.hpp"

#include "core/policy/policy.hpp"
#include "wire/events.hpp"
#include "wire/json.hpp"

namespace skranke::sim {

using wire::JsonWriter;

void write_error(std::string_view type, std::string_view field, std::string_view detail, std::string& out) {
  JsonWriter w{out};
  w.object().key("error").object().field("type", type).field_unless_empty("field", field).field("detail", detail);
  w.end_object().end_object();
  out += '\n';
}

void write_fault(const wire::Finding& finding, std::string_view language, std::string& out) {
  const bool whole = finding.reason == "malformed" || finding.reason == "too_large";
  JsonWriter w{out};
  w.object().key("error").object().field("type", whole ? finding.reason : std::string_view{"wrong_content"});
  w.field_unless_empty("field", finding.field).field("reason", finding.reason).field("detail", finding.message.in(language));
  w.end_object().end_object();
  out += '\n';
}

void write_refusal(const wire::View& view, const core::Refusal& refusal, std::string& out) {
  constexpr std::string_view with_path = R"({"type":"/problems/)";
  std::string problem;
  wire::refusal_view(view, refusal, problem);
  out += R"({"error":{"type":")";
  out.append(problem, with_path.size());
  out += line_end;
}

namespace {

/// A view of a visit with the caller's name for it in front.
template <class Show>
void write_named(const wire::View& view, const core::Visit& visit, Show show, std::string& out) {
  out += ok_begin;
  out += R"({"visit":)";
  wire::append_json_string(out, visit.id.str());
  const std::size_t brace = out.size();
  show(view, visit, out);
  out[brace] = ',';   // the view's own opening brace
  out += line_end;
}

}  // namespace

void write_visit(const wire::View& view, const core::Visit& visit, std::string& out) { write_named(view, visit, &wire::visit_view, out); }
void write_found_visit(const wire::View& view, const core::Visit& visit, std::string& out) { write_named(view, visit, &wire::found_visit_view, out); }

namespace {

/// The step of `visit` that this desk had last.
const core::Step* step_of(const core::Visit& visit, const core::DeskId& desk) {
  if (const core::Step* step = visit.current_step()) return step;
  for (auto step = visit.steps.rbegin(); step != visit.steps.rend(); ++step)
    if (step->desk == desk) return &*step;
  return nullptr;
}

void visit_fields(JsonWriter& w, const core::Visit& visit, const core::DeskId& desk) {
  w.field("visit", visit.id.str()).field("number", core::to_string(visit.number)).field("visit_state", wire::word(visit.state));
  if (const core::Step* step = step_of(visit, desk)) w.field("service", step->service.str()).field("attempt", step->attempts);
}

}  // namespace

void write_desk(const wire::View& view, const core::DeskId& id, const core::Visit* served, std::string& out) {
  core::DeskStatus closed;
  closed.id = id;
  const core::DeskStatus* found = view.state.find(id);
  const core::DeskStatus& desk = found == nullptr ? closed : *found;
  out += ok_begin;
  JsonWriter w{out};
  out += R"({"id":)";
  wire::append_json_string(out, id.str());
  w.field("desk", id.str()).field("state", wire::word(desk.phase)).field_unless_empty("reason", desk.reason);
  w.key("services").list();
  for (const core::ServiceId& service : core::services_of(view.facility, desk)) w.value(service.str());
  w.end_list();
  if (served != nullptr) visit_fields(w, *served, id);
  w.field("busy", desk.visit != 0).field("served_today", desk.served_today).field("at", view.time(view.now)).end_object();
  out += line_end;
}

}  // namespace skranke::sim
