// WebSocket topics: what a screen may watch, and what screens tell about themselves.
#include <algorithm>

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "core/alarms.hpp"
#include "daemon/api/api.hpp"

namespace skranke::daemon {

using auth::Permission;

namespace {

constexpr std::size_t topics_max = 16;
constexpr auto silent_after = std::chrono::seconds{30};   // a screen that shows something says so every ten seconds
constexpr auto frozen_after = std::chrono::seconds{20};   // and draws twice a second

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (comma != 0) parts.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return parts;
}

std::string_view kind_of(std::string_view topic) { return topic.substr(0, topic.find(':')); }
std::string_view name_of(std::string_view topic) {
  const std::size_t colon = topic.find(':');
  return colon == std::string_view::npos ? std::string_view{} : topic.substr(colon + 1);
}

/// Who may watch; nothing = anyone who knows the name (a visit's token).
std::optional<Permission> permission_for(std::string_view kind) {
  if (kind == "board" || kind == "sound") return Permission::see_board;
  if (kind == "kiosk") return Permission::see_kiosk;
  if (kind == "citizen") return Permission::see_citizen;
  if (kind == "services") return Permission::see_services;
  if (kind == "queue" || kind == "alarms" || kind == "room") return Permission::see_queue;
  if (kind == "desk") return Permission::see_desk;
  if (kind == "desks") return Permission::list_desks;
  if (kind == "devices") return Permission::see_devices;
  if (kind == "bench") return Permission::administration;
  if (kind == "presses" || kind == "tower") return Permission::serve_devices;
  return std::nullopt;
}

/// Which screen a kiosk shows, in which language, with which aids. Of a person who stands there nothing may get out: no word with a digit is taken, as numbers and codes have.
void note_glass(const boost::json::object& told, std::map<std::string, std::string>& details) {
  const auto is_word = [](std::string_view text) { return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == ','; }); };
  for (const char* name : {"showing", "language", "aids"}) {
    details.erase(name);
    const boost::json::value* found = told.if_contains(name);
    if (found != nullptr && found->is_string() && is_word(std::string_view{found->as_string()})) details[name] = std::string{found->as_string()};
  }
}

}  // namespace

std::optional<std::string> Api::topic_data(std::string_view topic, std::string_view language) {
  const std::string_view kind = kind_of(topic), name = name_of(topic);
  const wire::View seen = view(language);
  std::string out;
  if (kind == "board") {
    const core::Board* board = seen.facility.find(core::BoardId{name});
    if (board == nullptr) return std::nullopt;
    out = board_frame(*board, language);
  } else if (kind == "sound") {
    out = wiring_.voice == nullptr ? std::string{} : wiring_.voice->for_speaker(name);
    if (out.empty()) return std::nullopt;
  } else if (kind == "desk") {
    if (seen.facility.find(core::DeskId{name}) == nullptr) return std::nullopt;
    desk_view(seen, core::DeskId{name}, out);
  } else if (kind == "citizen") {
    if (seen.facility.find(core::DeskId{name}) == nullptr) return std::nullopt;
    wire::JsonWriter{out}.object().field("desk", name).end_object();   // its page asks for the rest; the link tells that it draws
  } else if (kind == "kiosk") {
    const core::Kiosk* kiosk = seen.facility.find(core::KioskId{name});
    if (kiosk == nullptr) return std::nullopt;
    const std::string printer = wiring_.printing.choose(kiosk->printer).str();   // paper from the fallback is paper
    const Device* device = printer.empty() ? nullptr : wiring_.devices.find("printer", printer);
    const std::string words = device == nullptr ? "" : Devices::words(wiring_.catalogue, language, *device);
    const std::string_view reason = device == nullptr || device->state == DeviceState::ready ? "" : std::string_view{device->reason};
    const wire::PaperHealth health{printer, device == nullptr ? "absent" : word(device->state), reason, words};
    kiosk_view(seen, *kiosk, device == nullptr ? nullptr : &health, out);
  } else if (kind == "visit") {
    const core::Visit* visit = seen.state.find_token(std::string{name});
    if (visit == nullptr) return std::nullopt;
    visit_view(seen, *visit, out);
  } else if (topic == "queue") {
    queue_view(seen, out);
  } else if (topic == "desks") {
    desks_view(seen, out);
  } else if (topic == "tower") {
    out = tower_json();
  } else if (topic == "alarms") {
    alarms_view(seen, out);
  } else if (topic == "room") {
    room_view(seen, out);
  } else if (topic == "services") {
    services_view(seen, core::Channel::kiosk, out);
  } else if (topic == "bench") {
    out = benches_json();
  } else if (kind == "presses") {
    out = presses_json(name);
  } else if (topic == "devices") {
    wiring_.devices.view(wiring_.catalogue, seen.facility.zone, language, seen.now, out);
  } else {
    return std::nullopt;
  }
  return out;
}

/// What a lamp on the wall says of the room: nothing of anybody, and no more than that it is so.
std::string Api::tower_json() const {
  const core::State& state = wiring_.engine.state();
  const auto alarms = core::alarms(state, wiring_.engine.facility(), wiring_.engine.now());
  const auto& devices = wiring_.devices.all();
  std::string out;
  wire::JsonWriter w{out};
  w.object().field("evacuation", state.room.evacuated);
  w.field("too_long", std::any_of(alarms.begin(), alarms.end(), [](const core::Alarm& alarm) { return alarm.kind == core::AlarmKind::wait; }));
  w.field("help", std::any_of(state.desks.begin(), state.desks.end(), [](const core::DeskStatus& desk) { return desk.help != core::HelpKind::none; }));
  w.field("device_fault", std::any_of(devices.begin(), devices.end(), [](const Device& device) { return device.state == DeviceState::failed; }));
  w.end_object();
  return out;
}

tl::expected<http::Subscription, http::Response> Api::subscribe(const http::Request& request) {
  Call call{request, {}, {}, {}, language_of(request), {}};
  call.who = caller_of(request);
  if (call.who.rejected) return tl::unexpected(fail(call, 401, "unauthorized"));
  if (!call.who.signed_in() && !anonymous_.allow(request.remote, std::chrono::steady_clock::now())) return tl::unexpected(fail(call, 429, "rate_limited"));
  const std::vector<std::string> topics = split(request.query_value("topics"));
  if (topics.empty() || topics.size() > topics_max) return tl::unexpected(fail(call, 422, "wrong_content", "topics"));
  http::Subscription subscription;
  for (const std::string& topic : topics) {
    if (const auto permission = permission_for(kind_of(topic))) {
      const auth::Identity* acting = call.who.acting_for(*permission);
      if (acting == nullptr) return tl::unexpected(call.who.signed_in() ? fail(call, 403, "forbidden", topic) : fail(call, 401, "unauthorized", topic));
    }
    if (kind_of(topic) == "citizen" && !may_show_citizen(call.who, name_of(topic))) return tl::unexpected(fail(call, 403, "not_your_desk", topic));
    if (!topic_data(topic, call.language)) return tl::unexpected(fail(call, 404, "not_found", topic));
    subscription.topics.push_back(Publisher::hub_topic(topic, call.language));
    if (kind_of(topic) == "board" || kind_of(topic) == "kiosk" || kind_of(topic) == "citizen") subscription.name = topic;
  }
  if (call.who.signed_in()) subscription.credential = call.who.identities.front().actor_id;
  publisher_->watch(topics, call.language);
  subscription.frames.push_back(std::make_shared<const std::string>(publisher_->snapshot(topics, call.language)));
  subscription.durable_after = wiring_.engine.last_seq();
  return subscription;
}

/// `{type:"alive", …}` of a board, a kiosk or a citizen's screen: that it shows something is known only from the page itself.
void Api::client_message(std::uint64_t connection, std::string_view text) {
  const http::Hub::Info* info = wiring_.hub.find(connection);
  if (info == nullptr || info->name.empty()) return;
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse({text.data(), text.size()}, error);
  if (error || !value.is_object()) return;
  Screen& screen = screens_[connection];
  screen.kind = kind_of(info->name);
  screen.id = name_of(info->name);
  screen.seen = wiring_.engine.now();
  const auto& object = value.as_object();
  const auto note = [&](const char* name) {
    const boost::json::value* found = object.if_contains(name);
    if (found == nullptr) return;
    if (found->is_string() && found->as_string().size() <= 32) screen.details[name] = std::string{found->as_string()};
    if (found->is_int64()) screen.details[name] = fmt::format("{}", found->as_int64());
  };
  screen.details.erase("voice");   // said only while it is so
  for (const char* name : {"audio", "voice", "width", "height"}) note(name);
  if (screen.kind == "kiosk") note_glass(object, screen.details);
  const auto* age = object.if_contains("frame_age_ms");
  screen.drawn = screen.seen - std::chrono::milliseconds{age != nullptr && age->is_int64() && age->as_int64() > 0 ? std::min<std::int64_t>(age->as_int64(), 3'600'000) : 0};
  const auto* dark = object.if_contains("dark");
  const bool is_dark = dark != nullptr && dark->is_bool() && dark->as_bool();
  if (const auto* box = object.if_contains("box"); box != nullptr && box->is_string()) note_box(std::string_view{box->as_string()}, screen.drawn, info->name, is_dark);
  note_screens();
}

void Api::client_gone(std::uint64_t connection) {
  if (screens_.erase(connection) > 0) note_screens();
}

/// A board is ready when at least one screen shows it now.
void Api::note_screens() {
  const core::Instant now = wiring_.engine.now();
  bool changed = false;
  const auto note = [&](std::string_view kind, const std::string& id, const core::Text& name) {
    const Screen* alive = nullptr;
    std::size_t count = 0;
    for (const auto& [connection, screen] : screens_) {
      if (screen.kind != kind || screen.id != id || screen.seen + silent_after < now) continue;
      ++count;
      if (alive == nullptr || screen.seen > alive->seen) alive = &screen;
    }
    auto details = alive == nullptr ? std::map<std::string, std::string>{} : alive->details;
    if (count > 1) details["screens"] = fmt::format("{}", count);
    const bool mute = alive != nullptr && kind == "board" && (details["audio"] == "failed" || details["audio"] == "suspended");
    // Its script runs, its picture does not: what it shows may be of yesterday.
    const bool frozen = alive != nullptr && alive->drawn + frozen_after < alive->seen;
    const auto state = alive == nullptr ? DeviceState::absent : frozen ? DeviceState::failed : mute ? DeviceState::warning : DeviceState::ready;
    const std::string_view device = kind == "citizen" ? "citizen_screen" : kind;
    changed = wiring_.devices.set(device, id, name, state, alive == nullptr ? "not_connected" : frozen ? "screen_frozen" : mute ? "mute" : "", now, std::move(details)) || changed;
  };
  for (const core::Board& board : wiring_.engine.facility().boards) note("board", board.id.str(), board.name);
  for (const core::Kiosk& kiosk : wiring_.engine.facility().kiosks) note("kiosk", kiosk.id.str(), kiosk.name);
  for (const core::Desk& desk : wiring_.engine.facility().desks) {
    const std::string& id = desk.id.str();
    const bool shown = std::any_of(screens_.begin(), screens_.end(), [&](const auto& entry) { return entry.second.kind == "citizen" && entry.second.id == id; });
    if (shown || wiring_.credentials.has_screen_of(id)) note("citizen", id, desk.name);   // not every desk has one
    else if (wiring_.devices.find("citizen_screen", id) != nullptr) wiring_.devices.remove("citizen_screen", id), changed = true;
  }
  if (changed && publisher_ != nullptr) publisher_->changed();
}

/// One service every few seconds: a look takes some milliseconds of the loop that serves everybody.
bool Api::look_at_promises() {
  constexpr int ticks_between_looks = 5;
  if (++ticks_ < ticks_between_looks) return false;
  ticks_ = 0;
  return promises_.look(wiring_.engine.state(), wiring_.engine.facility(), wiring_.engine.now());
}

void Api::tick() {
  flush_refusals(false);
  write_hints(false);
  carry_out_plans();
  forget_numbers();
  const bool full = wiring_.engine.intake() == Intake::storage_full;
  const bool changed = wiring_.devices.set("journal", "journal", core::Text{{{"da", "Journal og disk"}, {"en", "Journal and disk"}}}, full ? DeviceState::failed : DeviceState::ready, full ? "storage_full" : "",
                                           wiring_.engine.now());
  note_screens();
  wiring_.hub.dismiss([this](std::string_view credential) { return wiring_.credentials.still_holds(credential); });
  note_agents();
  tick_enrolments();
  const bool other_alarms = look_at_promises();
  note_promise();
  if ((changed || other_alarms) && publisher_ != nullptr) publisher_->changed();
}

}  // namespace skranke::daemon
