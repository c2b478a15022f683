// Boxes with hardware of their own: an agent tells how its devices are, and is missed when it falls silent.
#include <array>

#include <fmt/format.h>

#include "daemon/api/api.hpp"

namespace skranke::daemon {

namespace {

constexpr std::size_t agents_max = 64, devices_max = 200;
constexpr auto silent_after = std::chrono::seconds{30};   // an agent reports every ten seconds
constexpr std::array<std::string_view, 4> states{"ready", "warning", "failed", "absent"};
constexpr std::array<std::string_view, 7> kinds{"button", "lamp", "sign", "sound", "door", "keypad", "chime"};
constexpr std::array<std::string_view, 15> reasons{"unknown_line", "taken", "denied", "gone", "split", "broken", "stuck", "misused", "sound_card", "clips_missing", "no_answer", "garbled", "refused", "starting", "undimmed"};

DeviceState state_of(std::string_view written) {
  for (const DeviceState state : {DeviceState::ready, DeviceState::warning, DeviceState::absent})
    if (word(state) == written) return state;
  return DeviceState::failed;
}

struct Report {
  std::string kind, id, reason, detail;
  DeviceState state{};
};

Report read_report(wire::TableReader table) {
  Report report;
  report.kind = table.one_of("kind", kinds).value_or("");
  if (report.kind.empty() && !table.has("kind")) table.error("kind", "missing", {"kind mangler.", "kind is missing."});
  report.id = table.required_slug("id");
  const auto state = table.one_of("state", states);
  if (!table.has("state")) table.error("state", "missing", {"state mangler.", "state is missing."});
  report.state = state_of(state.value_or("failed"));
  report.reason = table.one_of("reason", reasons).value_or("");
  report.detail = table.text("detail", {.max = 300}).value_or("");
  table.done();
  return report;
}

core::Text named(const std::string& name) { return core::Text{{{"en", name}}}; }

}  // namespace

http::Reply Api::put_agent_devices(Call& call) {
  const std::string agent{call.part(1)};
  if (!speaks_for(call, agent)) return now(fail(call, 403, "forbidden"));
  wire::RequestBody body{call.request.body};
  std::vector<Report> reports;
  if (!body.has("devices")) body.refuse("devices", "missing", {"devices mangler.", "devices is missing."});
  for (wire::TableReader& table : body.tables("devices", devices_max)) reports.push_back(read_report(table));
  BoxHealth box;
  if (auto told = body.table("box")) box = read_box_health(*told);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const bool has_room = agents_.contains(agent) || agents_.size() < agents_max;
  if (!wire::is_slug(agent) || !has_room) return now(fail(call, 422, "wrong_content", "agent"));
  const core::Instant at = wiring_.engine.now();
  Agent& known = agents_[agent];
  known.seen = at;
  const std::string_view fault = fault_of(box, known.hot, SKRANKE_VERSION);
  known.hot = is_hot(box, known.hot);
  bool changed = wiring_.devices.set("agent", agent, named(agent), fault.empty() ? DeviceState::ready : DeviceState::warning, fault, at, details_of(box));
  known.box = std::move(box);
  std::vector<std::pair<std::string, std::string>> gone = std::exchange(known.devices, {});
  for (const Report& report : reports) {
    const std::string id = agent + "/" + report.id;
    std::map<std::string, std::string> details;
    if (!report.detail.empty()) details["detail"] = report.detail;
    changed = wiring_.devices.set(report.kind, id, named(report.id), report.state, report.reason, at, std::move(details)) || changed;
    known.devices.emplace_back(report.kind, id);
    std::erase(gone, known.devices.back());
  }
  for (const auto& [kind, id] : gone) wiring_.devices.remove(kind, id), changed = true;
  if (changed && publisher_ != nullptr) publisher_->changed();
  http::Response noted;
  noted.status = 204;
  return now(std::move(noted));
}

/// A box that fell silent: what its devices show or hear is not known any more.
void Api::note_agents() {
  const core::Instant at = wiring_.engine.now();
  bool changed = false;
  for (auto& [id, agent] : agents_) {
    if (agent.seen + silent_after > at) continue;
    changed = !std::exchange(agent.bench, {}).empty() || changed;
    changed = wiring_.devices.set("agent", id, named(id), DeviceState::absent, "agent_silent", at) || changed;
    for (const auto& [kind, device] : agent.devices) {
      const Device* known = wiring_.devices.find(kind, device);
      if (known != nullptr) changed = wiring_.devices.set(kind, device, known->name, DeviceState::absent, "agent_silent", at) || changed;
    }
  }
  if (changed && publisher_ != nullptr) publisher_->changed();
}

void Api::agent_metrics(std::string& out) const {
  const core::Instant at = wiring_.engine.now();
  std::map<std::string_view, std::string> by_name;   // all lines of one name stand together
  for (const auto& [id, agent] : agents_) {
    if (agent.seen + silent_after <= at) continue;
    for (const auto& [name, line] : metrics_of(id, agent.box)) fmt::format_to(std::back_inserter(by_name[name]), "{}{}\n", name, line);
  }
  for (const auto& [name, lines] : by_name) fmt::format_to(std::back_inserter(out), "# TYPE {} gauge\n{}", name, lines);
}

}  // namespace skranke::daemon
