#include "agent/requests.hpp"

#include <random>

#include <fmt/format.h>

#include "wire/json.hpp"

namespace skranke::agent {
namespace {

std::string fresh_key() {
  static std::random_device random;   // the kernel's: two boxes never make the same key
  return fmt::format("agent-{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

std::string_view word(devices::Press press) {
  switch (press) {
    case devices::Press::single: return "single";
    case devices::Press::twice: return "double";
    case devices::Press::held: return "long";
  }
  return "single";
}

std::string_view word(Condition condition) {
  switch (condition) {
    case Condition::absent:
    case Condition::opening: return "absent";   // with the reason "starting"
    case Condition::ready: return "ready";
    case Condition::warning: return "warning";
    case Condition::failed: return "failed";
  }
  return "failed";
}

}  // namespace

Ask request_for(const Wish& wish) {
  Ask ask{"POST", "", "", fresh_key()};
  wire::JsonWriter w{ask.body};
  w.object();
  switch (wish.kind) {
    case Wish::Kind::desk_button:
      ask.path = fmt::format("/api/v1/desks/{}/button", wish.desk.str());
      if (wish.number.empty())
        w.field("press", wish.recall ? std::string_view{"recall"} : word(wish.press));
      else
        w.field("number", wish.number);
      break;
    case Wish::Kind::ticket:
      ask.path = "/api/v1/visits";
      w.key("services").list();
      for (const core::ServiceId& service : wish.services) w.value(service.str());
      w.end_list().field("channel", "button");
      if (!wish.printer.empty()) w.field("print", true).field("printer", wish.printer.str());
      break;
    case Wish::Kind::evacuation:
      ask.method = "PUT";
      ask.path = "/api/v1/room/evacuation";
      w.field("active", wish.on);
      break;
  }
  w.end_object();
  return ask;
}

namespace {

void write_words(wire::JsonWriter& w, std::string_view name, const std::vector<std::string>& words) {
  if (words.empty()) return;
  w.key(name).list();
  for (const std::string& word : words) w.value(word);
  w.end_list();
}

}  // namespace

Ask report_of(const std::string& agent, const std::vector<Health>& health, const MachineHealth& machine) {
  Ask ask{"PUT", fmt::format("/api/v1/agents/{}/devices", agent), "", ""};
  wire::JsonWriter w{ask.body};
  w.object().key("devices").list();
  for (const Health& one : health) {
    w.object().field("kind", one.kind).field("id", one.id).field("state", word(one.condition));
    w.field_unless_empty("reason", one.reason).field_unless_empty("detail", one.detail).end_object();
  }
  w.end_list().key("box").object().field("version", SKRANKE_VERSION);
  if (machine.temperature_c) w.field("temperature_c", *machine.temperature_c);
  write_words(w, "throttled", machine.throttled);
  write_words(w, "throttled_before", machine.throttled_before);
  if (machine.memory_total_mib) w.field("memory_total_mib", *machine.memory_total_mib);
  if (machine.memory_free_mib) w.field("memory_free_mib", *machine.memory_free_mib);
  w.end_object().end_object();
  return ask;
}

}  // namespace skranke::agent
