#include "daemon/voice/voice.hpp"

#include <algorithm>
#include <set>

#include "wire/json.hpp"

namespace skranke::daemon {

using core::SoundOutput;
using display::Announcement;
using display::CallAloud;

namespace {

/// The first seconds after a start belong to people who wait, not to the voice.
constexpr unsigned quiet_start_s = 5;
constexpr std::string_view clip_path = "/api/v1/voice/clips/";

bool stands(const core::State& state, const CallAloud& call) {
  const core::Visit* visit = state.find(call.serial);
  if (visit == nullptr || (visit->state != core::VisitState::called && visit->state != core::VisitState::serving)) return false;
  return std::any_of(state.calls.begin(), state.calls.end(),
                     [&](const core::BoardCall& shown) { return shown.serial == call.serial && shown.desk == call.desk && shown.attempt == call.attempt; });
}

void names_field(wire::JsonWriter& w, std::string_view name, const std::vector<std::string>& words) {
  w.key(name).list();
  for (const std::string& word : words) w.value(word);
  w.end_list();
}

}  // namespace

Voice::Voice(Wiring wiring)
    : wiring_{std::move(wiring)},
      phrases_{wiring_.catalogue},
      clips_{{wiring_.io, wiring_.cache, wiring_.recorded, wiring_.espeak, [this] { note_health(), wiring_.changed(); }, wiring_.log}},
      announcer_{[this](const Announcement& announcement) { return length_of(announcement); }} {
  wiring_.engine.listen([this](const core::Event& event, std::uint64_t) { on_event(event); });
  wiring_.engine.on_rollback([this] { announcer_.review(wiring_.engine.now(), [this](const CallAloud& call) { return stands(wiring_.engine.state(), call); }); });
}

void Voice::on_event(const core::Event& event) {
  if (const auto* called = std::get_if<core::VisitCalled>(&event.body)) announce(called->serial, called->desk);
  else if (const auto* again = std::get_if<core::VisitRecalled>(&event.body)) announce(again->serial, again->desk);
  else if (std::holds_alternative<core::EvacuationStarted>(event.body)) announcer_.silence();
  else if (!announcer_.empty())
    announcer_.review(wiring_.engine.now(), [this](const CallAloud& call) { return stands(wiring_.engine.state(), call); });
}

void Voice::announce(core::Serial serial, const core::DeskId& id) {
  const core::State& state = wiring_.engine.state();
  const core::Facility& facility = wiring_.engine.facility();
  const core::Visit* visit = state.find(serial);
  const core::Desk* desk = facility.find(id);
  const auto shown = std::find_if(state.calls.begin(), state.calls.end(), [&](const core::BoardCall& call) { return call.serial == serial; });
  if (visit == nullptr || desk == nullptr || shown == state.calls.end() || state.room.evacuated) return;
  const SoundOutput output = core::output_for(facility, desk->zone);
  announcer_.called(output.id, {serial, visit->number, id, shown->attempt, shown->at, visit->language}, wiring_.engine.now());
}

bool Voice::test(std::string_view output) {
  const auto all = outputs();
  const bool known = std::any_of(all.begin(), all.end(), [&](const SoundOutput& each) { return each.id == output && each.kind != SoundOutput::Kind::none; });
  if (known) announcer_.test(std::string{output}, wiring_.engine.now());
  return known;
}

void Voice::configure() {
  made_for_ = wiring_.engine.facility_ptr();
  clips_.want(made_for_->sound.speech ? phrases_.needed(*made_for_) : std::vector<Fragment>{});
}

void Voice::tick() {
  if (++seconds_ >= quiet_start_s && made_for_ != wiring_.engine.facility_ptr()) configure();
  announcer_.review(wiring_.engine.now(), [this](const CallAloud& call) { return stands(wiring_.engine.state(), call); });
  note_health();
}

// --- what is said

bool Voice::complete(const std::vector<Spoken>& said) const {
  return !said.empty() && std::all_of(said.begin(), said.end(), [&](const Spoken& each) { return clips_.find(each.fragment) != nullptr; });
}

std::vector<Spoken> Voice::said_once(const Announcement& announcement) const {
  const core::Facility& facility = wiring_.engine.facility();
  const std::vector<std::string> languages = phrases_.languages(facility);
  std::vector<Spoken> all;
  const auto add = [&](const std::vector<Spoken>& more) {
    if (complete(more)) all.insert(all.end(), more.begin(), more.end());
  };
  if (languages.empty()) return all;
  if (announcement.calls.empty()) {
    for (std::size_t index = 0; index < std::min<std::size_t>(2, languages.size()); ++index) add(phrases_.test(languages[index]));
    return all;
  }
  if (announcement.numbers_only) {
    for (const CallAloud& call : announcement.calls) add(phrases_.number(languages.front(), call.number));
    return all;
  }
  const CallAloud& call = announcement.calls.front();
  add(phrases_.call(languages.front(), call, facility));
  const bool second = facility.sound.second_language && call.language != languages.front() && phrases_.speaks(call.language);
  if (second) {
    auto more = phrases_.call(call.language, call, facility);
    if (!more.empty()) more.front().pause = Phrases::before_next;
    add(more);
  }
  return all;
}

std::vector<Spoken> Voice::said(const Announcement& announcement) const {
  if (!announcement.speech || !wiring_.engine.facility().sound.speech) return {};
  std::vector<Spoken> once = said_once(announcement);
  std::vector<Spoken> all = once;
  if (!once.empty()) once.front().pause = Phrases::before_next;
  const int times = announcement.numbers_only || announcement.calls.empty() ? 1 : wiring_.engine.facility().sound.times;
  for (int time = 1; time < times; ++time) all.insert(all.end(), once.begin(), once.end());
  return all;
}

std::chrono::milliseconds Voice::length_of(const Announcement& announcement) const {
  std::chrono::milliseconds length = chime_length;
  for (const Spoken& each : said(announcement)) {
    const Clip* clip = clips_.find(each.fragment);
    length += each.pause + (clip == nullptr ? std::chrono::milliseconds{0} : clip->length);
  }
  return length;
}

// --- what screens and boxes are told

void Voice::parts(wire::JsonWriter& w, const Announcement& announcement) const {
  w.key("clips").list();
  for (const Spoken& each : said(announcement)) {
    const Clip* clip = clips_.find(each.fragment);
    if (clip == nullptr) continue;
    w.object().field("url", std::string{clip_path}.append(clip->hash)).field("pause_ms", each.pause.count()).field("length_ms", clip->length.count()).end_object();
  }
  w.end_list();
}

/// Times count from the moment this is made: clocks of screens need not agree with ours.
void Voice::announcements(wire::JsonWriter& w, std::string_view output, bool play, int volume) const {
  const core::Instant now = wiring_.engine.now();
  for (const Announcement& each : announcer_.of(output)) {
    w.object().field("id", each.id).field("in_ms", (each.at - now).count()).field("until_ms", (each.until - now).count());
    w.key("calls").list();
    for (const CallAloud& call : each.calls) w.object().field("number", core::to_string(call.number)).field("desk", call.desk.str()).field("attempt", call.attempt).end_object();
    w.end_list();
    if (play && volume > 0) {
      w.field("volume", volume);
      parts(w, each);
    }
    w.end_object();
  }
}

std::string Voice::for_board(const core::Board& board) const {
  const core::Facility& facility = wiring_.engine.facility();
  const core::Instant now = wiring_.engine.now();
  std::string out;
  wire::JsonWriter w{out};
  bool speaker = false;
  int volume = 0;
  std::vector<SoundOutput> here;
  for (const core::Desk& desk : facility.desks) {
    if (!board.zones.empty() && std::find(board.zones.begin(), board.zones.end(), desk.zone) == board.zones.end()) continue;
    const SoundOutput output = core::output_for(facility, desk.zone);
    if (std::find(here.begin(), here.end(), output) == here.end()) here.push_back(output);
  }
  const auto mine = [&](const SoundOutput& output) { return output.kind == SoundOutput::Kind::board && output.id == board.id.str(); };
  for (const SoundOutput& output : here)
    if (mine(output)) speaker = true, volume = core::volume_at(facility, output, now);
  w.object().field("speaker", speaker).field("volume", volume).key("announcements").list();
  for (const SoundOutput& output : here) announcements(w, output.id, mine(output), core::volume_at(facility, output, now));
  w.end_list().end_object();
  return out;
}

std::string Voice::for_speaker(std::string_view id) const {
  const core::Facility& facility = wiring_.engine.facility();
  const auto known = std::find_if(facility.speakers.begin(), facility.speakers.end(), [&](const core::Speaker& speaker) { return speaker.id == id; });
  std::string out;
  if (known == facility.speakers.end()) return out;
  const int volume = core::volume_at(facility, {SoundOutput::Kind::speaker, known->id, known->volume}, wiring_.engine.now());
  wire::JsonWriter w{out};
  w.object().field("speaker", known->id).field("volume", volume).field("evacuation", wiring_.engine.state().room.evacuated).key("announcements").list();
  announcements(w, id, true, volume);
  w.end_list().end_object();
  return out;
}

// --- what staff are told

std::vector<SoundOutput> Voice::outputs() const {
  const core::Facility& facility = wiring_.engine.facility();
  std::vector<SoundOutput> all;
  for (const core::Desk& desk : facility.desks) {
    const SoundOutput output = core::output_for(facility, desk.zone);
    if (std::find(all.begin(), all.end(), output) == all.end()) all.push_back(output);
  }
  return all;
}

void Voice::view(std::string_view language, std::string& out) const {
  const core::Facility& facility = wiring_.engine.facility();
  const core::SoundRules& rules = facility.sound;
  wire::JsonWriter w{out};
  w.object().field("speech", rules.speech).field("second_language", rules.second_language).field("times", rules.times).field("making", clips_.is_making());
  w.field("clips", clips_.count()).key("languages").list();
  const std::vector<Fragment> needed = phrases_.needed(facility);
  for (const std::string& each : phrases_.languages(facility)) {
    std::size_t wanted = 0, ready = 0, recorded = 0;
    for (const Fragment& fragment : needed) {
      if (fragment.language != each) continue;
      ++wanted;
      const Clip* clip = clips_.find(fragment);
      ready += clip != nullptr ? 1 : 0;
      recorded += clip != nullptr && clip->source == "recorded" ? 1 : 0;
    }
    w.object().field("language", each).field("wanted", wanted).field("ready", ready).field("recorded", recorded).end_object();
  }
  w.end_list();
  names_field(w, "faults", clips_.faults());
  w.key("outputs").list();
  for (const SoundOutput& output : outputs()) {
    const std::string_view kind = output.kind == SoundOutput::Kind::board ? "board" : output.kind == SoundOutput::Kind::speaker ? "speaker" : "none";
    const Device* device = wiring_.devices.find("sound", output.id);
    w.object().field("id", output.id).field("kind", kind).field("volume", output.volume).field("volume_now", core::volume_at(facility, output, wiring_.engine.now()));
    std::vector<std::string> zones;
    for (const core::Desk& desk : facility.desks)
      if (core::output_for(facility, desk.zone) == output && std::find(zones.begin(), zones.end(), desk.zone) == zones.end()) zones.push_back(desk.zone);
    names_field(w, "zones", zones);
    if (device != nullptr) w.field("state", word(device->state)).field("words", Devices::words(wiring_.catalogue, language, *device));
    w.end_object();
  }
  w.end_list().end_object();
}

/// The loudspeakers as devices: a board's by what its page reports, a box's by what its agent reports.
void Voice::note_health() {
  const core::Instant now = wiring_.engine.now();
  const core::Facility& facility = wiring_.engine.facility();
  bool changed = false;
  std::set<std::string> known;
  for (const SoundOutput& output : outputs()) {
    known.insert(output.id);
    DeviceState state = DeviceState::ready;
    std::string fault;
    core::Text name;
    if (output.kind == SoundOutput::Kind::board) {
      const core::Board* board = facility.find(core::BoardId{output.id});
      name = board->name;
      const Device* screen = wiring_.devices.find("board", output.id);
      const bool there = screen != nullptr && screen->state != DeviceState::absent;
      const auto audio = there ? screen->details.find("audio") : std::map<std::string, std::string>::const_iterator{};
      const std::string heard = there && audio != screen->details.end() ? audio->second : "";
      if (!there) state = DeviceState::absent, fault = "not_connected";
      else if (heard == "suspended" || heard == "failed") state = DeviceState::failed, fault = "mute";
      else if (const auto voice = screen->details.find("voice"); voice != screen->details.end() && voice->second == "missing") state = DeviceState::warning, fault = "clips_missing";
    } else if (output.kind == SoundOutput::Kind::speaker) {
      for (const core::Speaker& speaker : facility.speakers)
        if (speaker.id == output.id) name = speaker.name;
      const auto& all = wiring_.devices.all();
      const auto card = std::find_if(all.begin(), all.end(), [&](const Device& device) { return device.kind == "sound" && device.id.ends_with("/" + output.id); });
      state = card == all.end() ? DeviceState::absent : card->state;
      fault = card == all.end() ? "not_connected" : card->reason;
    } else {
      state = DeviceState::warning, fault = "no_speaker";
    }
    changed = wiring_.devices.set("sound", output.id, name, state, fault, now) || changed;
  }
  std::vector<std::string> gone;
  for (const Device& device : wiring_.devices.all())
    if (device.kind == "sound" && device.id.find('/') == std::string::npos && !known.contains(device.id)) gone.push_back(device.id);
  for (const std::string& id : gone) wiring_.devices.remove("sound", id), changed = true;
  if (facility.sound.speech && made_for_ != nullptr) {
    const std::string_view reason = clips_.is_making() ? "voice_making" : !clips_.missing().empty() ? "voice_missing" : "";
    std::string missing;
    std::set<std::string> languages;
    for (const Fragment& fragment : clips_.missing())
      if (languages.insert(fragment.language).second) missing += (missing.empty() ? "" : " ") + fragment.language;
    std::map<std::string, std::string> details;
    if (!missing.empty()) details["languages"] = missing;
    const core::Text name{{{"da", "Stemme"}, {"en", "Voice"}}};
    changed = wiring_.devices.set("voice", "voice", name, reason.empty() ? DeviceState::ready : DeviceState::warning, reason, now, std::move(details)) || changed;
  } else {
    wiring_.devices.remove("voice", "voice");
  }
  if (changed) wiring_.changed();
}

}  // namespace skranke::daemon
