// What the house has learned, as JSON: a member of the room's small fields. Numbers read back exactly as they were.
#include <charconv>

#include "wire/payload.hpp"

namespace skranke::wire::payload {

using namespace core;
namespace json = boost::json;

namespace {

/// As text: the JSON reader's numbers are off by a hair now and then, and what was learned must come back bit for bit.
void put_real(JsonWriter& w, std::string_view name, double value) { w.field(name, fmt::format("{}", value)); }

double real(const json::object& from, std::string_view name, double absent = 0) {
  if (member(from, name) == nullptr) return absent;
  const std::string written = text(from, name);
  double value = 0;
  const auto read = std::from_chars(written.data(), written.data() + written.size(), value);
  if (read.ec != std::errc{} || read.ptr != written.data() + written.size()) throw Unreadable{fmt::format("{} is not a number", name)};
  return value;
}

void put_running(JsonWriter& w, std::string_view name, const Running& running) {
  if (running == Running{}) return;
  w.key(name).object();
  put_real(w, "weight", running.weight);
  put_real(w, "mean", running.mean);
  put_real(w, "squares", running.squares);
  w.end_object();
}

Running read_running(const json::object& from, std::string_view name) {
  const json::value* value = member(from, name);
  if (value == nullptr) return {};
  const json::object& members = object(*value, name);
  return {real(members, "weight"), real(members, "mean"), real(members, "squares")};
}

void put_calibration(JsonWriter& w, std::string_view name, const Calibration& calibration) {
  w.key(name).object();
  put_real(w, "lower", calibration.lower);
  put_real(w, "upper", calibration.upper);
  w.field("told", calibration.told);
  w.field("below", calibration.below).field("above", calibration.above).end_object();
}

Calibration read_calibration(const json::object& from, std::string_view name) {
  const json::value* value = member(from, name);
  if (value == nullptr) return {};
  const json::object& m = object(*value, name);
  return {real(m, "lower", 1), real(m, "upper", 1), number<std::uint32_t>(m, "told"), number<std::uint32_t>(m, "below"), number<std::uint32_t>(m, "above")};
}

void put_desk_learned(JsonWriter& w, const DeskLearned& desk) {
  w.object().field("desk", desk.desk.str());
  put_running(w, "pace", desk.pace);
  time_if(w, "opened_at", desk.opened_at);
  time_if(w, "free_since", desk.free_since);
  flag_if(w, "had_break", desk.had_break);
  w.end_object();
}

DeskLearned read_desk_learned(const json::value& value) {
  const json::object& from = object(value, "desks");
  return {DeskId{text(from, "desk")}, read_running(from, "pace"), time(from, "opened_at"), time(from, "free_since"), flag(from, "had_break")};
}

/// Breaks by desk and walk-ins by hour and service; hours in which nobody ever comes are left out.
void put_more(JsonWriter& w, const Learned& learned) {
  w.key("desk_breaks").object();
  for (const auto& [desk, running] : learned.desk_break_at_s) put_running(w, desk.str(), running);
  w.end_object().key("walk_ins").object();
  for (const auto& [service, count] : learned.walk_ins) put_real(w, service.str(), count);
  w.end_object();
  put_real(w, "days", learned.hours.days);
  w.key("usual").object();
  for (std::size_t hour = 0; hour < 24; ++hour)
    if (learned.hours.usual[hour] != 0) put_real(w, fmt::format("{}", hour), learned.hours.usual[hour]);
  w.end_object().key("today").object();
  for (std::size_t hour = 0; hour < 24; ++hour)
    if (learned.hours.today[hour] != 0) w.field(fmt::format("{}", hour), learned.hours.today[hour]);
  w.end_object();
}

/// Journals of before have none of it.
void read_more(const json::object& from, Learned& learned) {
  const auto members = [&](std::string_view name) {
    const json::value* value = member(from, name);
    return value == nullptr ? json::object{} : object(*value, name);
  };
  const json::object breaks = members("desk_breaks"), walk_ins = members("walk_ins"), usual = members("usual"), today = members("today");
  for (const auto& each : breaks) learned.desk_break_at_s.emplace_back(DeskId{std::string_view{each.key()}}, read_running(breaks, each.key()));
  for (const auto& each : walk_ins) learned.walk_ins.emplace_back(ServiceId{std::string_view{each.key()}}, real(walk_ins, each.key()));
  learned.hours.days = real(from, "days");
  for (std::size_t hour = 0; hour < 24; ++hour) {
    learned.hours.usual[hour] = real(usual, fmt::format("{}", hour));
    learned.hours.today[hour] = member(today, fmt::format("{}", hour)) == nullptr ? 0 : number<std::uint32_t>(today, fmt::format("{}", hour));
  }
}

void put_tempo(JsonWriter& w, const Tempo& tempo) {
  if (tempo == Tempo{}) return;
  w.key("tempo").object().field("at", millis(tempo.at));
  for (std::size_t i = 0; i < Tempo::count; ++i) put_real(w, fmt::format("{}", i), tempo.held[i]);
  w.end_object();
}

Tempo read_tempo(const json::object& from) {
  const json::value* value = member(from, "tempo");
  if (value == nullptr) return {};
  const json::object& m = object(*value, "tempo");
  Tempo tempo;
  tempo.at = time(m, "at");
  for (std::size_t i = 0; i < Tempo::count; ++i) tempo.held[i] = real(m, fmt::format("{}", i));
  return tempo;
}

}  // namespace

void put_told(JsonWriter& w, const Told& told) {
  w.field("at", millis(told.at)).field("p10_s", told.p10_s).field("p50_s", told.p50_s).field("p90_s", told.p90_s);
}

Told read_told(const json::object& from) { return {time(from, "at"), number(from, "p10_s"), number(from, "p50_s"), number(from, "p90_s")}; }

void put_learned(JsonWriter& w, const Learned& learned) {
  w.object().key("services").object();
  for (const auto& [service, running] : learned.service_log_s) put_running(w, service.str(), running);
  w.end_object();
  list_if(w, "desks", learned.desks, [&](const DeskLearned& desk) { put_desk_learned(w, desk); });
  put_running(w, "walk_s", learned.walk_s);
  put_running(w, "gap_s", learned.gap_s);
  put_running(w, "break_s", learned.break_s);
  put_running(w, "break_at_s", learned.break_at_s);
  put_running(w, "broke", learned.broke);
  put_more(w, learned);
  put_tempo(w, learned.tempo);
  put_running(w, "came", learned.came);
  put_running(w, "early_s", learned.early_s);
  if (!learned.kept.empty()) {
    w.key("kept").object();
    for (const auto& [service, running] : learned.kept) put_running(w, service.str(), running);
    w.end_object();
  }
  put_real(w, "walk_in_wait_s", learned.walk_in_wait_s);
  put_real(w, "walk_in_left", learned.walk_in_left);
  put_calibration(w, "booked", learned.booked);
  put_calibration(w, "walk_in", learned.walk_in);
  w.end_object();
}

Learned read_learned(const json::object& from) {
  Learned learned;
  if (const json::value* services = member(from, "services"))
    for (const auto& each : object(*services, "services"))
      learned.service_log_s.emplace_back(ServiceId{std::string_view{each.key()}}, read_running(object(*services, "services"), each.key()));
  learned.desks = items(from, "desks", &read_desk_learned);
  learned.walk_s = read_running(from, "walk_s");
  learned.gap_s = read_running(from, "gap_s");
  learned.break_s = read_running(from, "break_s");
  learned.break_at_s = read_running(from, "break_at_s");
  learned.broke = read_running(from, "broke");
  read_more(from, learned);
  learned.tempo = read_tempo(from);
  learned.came = read_running(from, "came");
  learned.early_s = read_running(from, "early_s");
  if (const json::value* kept = member(from, "kept"))
    for (const auto& each : object(*kept, "kept")) learned.kept.emplace_back(ServiceId{std::string_view{each.key()}}, read_running(object(*kept, "kept"), each.key()));
  learned.walk_in_wait_s = real(from, "walk_in_wait_s");
  learned.walk_in_left = real(from, "walk_in_left");
  learned.booked = read_calibration(from, "booked");
  learned.walk_in = read_calibration(from, "walk_in");
  return learned;
}

}  // namespace skranke::wire::payload
