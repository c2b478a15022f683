// Boxes without hardware: an agent that simulates tells what its lamps and signs show, and hears which buttons were pressed on the page /devices/bench.
#include <algorithm>
#include <array>

#include "daemon/api/api.hpp"
#include "wire/agent_pairing.hpp"

namespace skranke::daemon {

namespace {

constexpr std::size_t things_max = 64, digits_max = 64, dots_max = 128, presses_kept = 16;
constexpr std::array<std::string_view, 4> uses{"desk", "ticket", "evacuation", "door"};
constexpr std::array<std::string_view, 4> hows{"single", "long", "on", "off"};

/// Checks a report and writes it as the page gets it.
void read_buttons(wire::RequestBody& body, wire::JsonWriter& w, std::vector<std::string>& ids) {
  w.key("buttons").list();
  for (wire::TableReader& table : body.tables("buttons", things_max)) {
    ids.push_back(table.required_slug("id"));
    const auto use = table.one_of("use", uses);
    const std::string wanted = table.text("for", {.min = 0, .max = 200}).value_or("");
    w.object().field("id", ids.back()).field("use", use.value_or("desk")).field("for", wanted).field("on", table.flag("on").value_or(false)).end_object();
    table.done();
  }
  w.end_list();
}

void read_lamps(wire::RequestBody& body, wire::JsonWriter& w) {
  w.key("lamps").list();
  for (wire::TableReader& table : body.tables("lamps", things_max)) {
    const std::string id = table.required_slug("id"), wanted = table.text("for", {.min = 0, .max = 200}).value_or("");
    w.object().field("id", id).field("for", wanted).field("on", table.flag("on").value_or(false)).end_object();
    table.done();
  }
  w.end_list();
}

/// A sign shows digits, each as its lit strokes in two hexadecimal digits (bit 0 = a … bit 6 = g, bit 7 = the point), or columns of dots (bit 0 on top), or a
/// line board its text.
void read_signs(wire::RequestBody& body, wire::JsonWriter& w) {
  w.key("signs").list();
  for (wire::TableReader& table : body.tables("signs", things_max)) {
    const std::string id = table.required_slug("id"), wanted = table.text("for", {.min = 0, .max = 200}).value_or("");
    const auto strokes = table.text("strokes", {.min = 0, .max = 2 * digits_max});
    const auto dots = table.text("dots", {.min = 0, .max = 2 * dots_max});
    const auto text = table.text("text", {.min = 0, .max = 64});
    for (const auto& [key, hex] : {std::pair{"strokes", strokes}, std::pair{"dots", dots}})
      if (hex && !wire::from_hex(*hex, hex->size() / 2)) table.error(key, "wrong_content", {"To små hextal for hvert ciffer eller hver søjle.", "Two small hexadecimal digits for each digit or column."});
    w.object().field("id", id).field("for", wanted).field("lit", table.flag("lit").value_or(true));
    if (strokes) w.field("strokes", *strokes);
    if (dots) w.field("dots", *dots);
    if (text) w.field("text", *text);
    w.end_object();
    table.done();
  }
  w.end_list();
}

/// What a loudspeaker plays, or played last.
void read_sounds(wire::RequestBody& body, wire::JsonWriter& w) {
  w.key("sounds").list();
  for (wire::TableReader& table : body.tables("sounds", things_max)) {
    w.object().field("id", table.required_slug("id")).field("playing", table.flag("playing").value_or(false)).field("volume", table.integer("volume", 0, 100).value_or(0));
    w.field("spoken", table.flag("spoken").value_or(false)).key("calls").list();
    for (wire::TableReader& call : table.tables("calls", things_max)) {
      w.object().field("number", call.required_text("number", {.max = 16})).field("desk", call.text("desk", {.min = 0, .max = 64}).value_or("")).end_object();
      call.done();
    }
    w.end_list().end_object();
    table.done();
  }
  w.end_list();
}

}  // namespace

/// A box that was let in by its own key speaks for itself alone.
bool Api::speaks_for(const Call& call, std::string_view agent) const {
  constexpr std::string_view mark = ", own key";
  const std::string& name = call.acting.name;
  return !name.ends_with(mark) || name.substr(0, name.size() - mark.size()) == agent;
}

http::Reply Api::put_agent_bench(Call& call) {
  const std::string agent{call.part(1)};
  if (!speaks_for(call, agent)) return now(fail(call, 403, "forbidden"));
  wire::RequestBody body{call.request.body};
  std::string bench;
  std::vector<std::string> buttons;
  wire::JsonWriter w{bench};
  w.object().field("agent", agent);
  read_buttons(body, w, buttons);
  read_lamps(body, w);
  read_signs(body, w);
  read_sounds(body, w);
  w.end_object();
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const auto known = agents_.find(agent);
  if (known == agents_.end()) return now(fail(call, 404, "not_found", "agent"));   // its devices come first
  const bool changed = known->second.bench != bench;
  known->second.bench = std::move(bench);
  known->second.bench_buttons = std::move(buttons);
  if (changed && publisher_ != nullptr) publisher_->changed();
  http::Response noted;
  noted.status = 204;
  return now(std::move(noted));
}

/// Somebody presses on the page; the box hears of it at once and does what it does for a real press.
http::Reply Api::post_bench_press(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string button = body.required_slug("button");
  const auto how = body.one_of("how", hows);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const auto agent = agents_.find(std::string{call.part(1)});
  if (agent == agents_.end() || agent->second.bench.empty()) return now(fail(call, 404, "not_found", "agent"));
  const auto& buttons = agent->second.bench_buttons;
  if (std::find(buttons.begin(), buttons.end(), button) == buttons.end()) return now(fail(call, 404, "not_found", "button"));
  agent->second.presses.push_back({++presses_made_, button, how.value_or("single")});
  if (agent->second.presses.size() > presses_kept) agent->second.presses.pop_front();
  if (publisher_ != nullptr) publisher_->changed();
  http::Response noted;
  noted.status = 204;
  return now(std::move(noted));
}

http::Reply Api::get_bench(Call&) { return shown(benches_json()); }

std::string Api::benches_json() const {
  std::string out;
  wire::JsonWriter w{out};
  w.object().key("benches").list();
  for (const auto& [id, agent] : agents_)
    if (!agent.bench.empty()) w.raw(agent.bench);
  w.end_list().end_object();
  return out;
}

/// The newest ones, numbered: a box that lost its line takes only what is newer than what it found on its return.
std::string Api::presses_json(std::string_view id) const {
  std::string out;
  wire::JsonWriter w{out};
  w.object().key("presses").list();
  if (const auto agent = agents_.find(std::string{id}); agent != agents_.end())
    for (const Press& press : agent->second.presses) w.object().field("n", press.n).field("button", press.button).field("how", press.how).end_object();
  w.end_list().end_object();
  return out;
}

}  // namespace skranke::daemon
