#include "agent/news.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include <boost/json.hpp>

namespace skranke::agent {
namespace {

namespace json = boost::json;

constexpr std::size_t message_bytes_max = 1 << 20;
constexpr std::size_t calls_max = 64;

std::string_view text(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_string() ? std::string_view{value->as_string()} : std::string_view{};
}

bool flag(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains({name.data(), name.size()});
  if (value == nullptr) return false;
  return value->is_bool() ? value->as_bool() : value->is_object();   // an evacuation may come with its particulars
}

const json::array& list(const json::object& from, std::string_view name) {
  static const json::array none;
  const json::value* value = from.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_array() ? value->as_array() : none;
}

std::int64_t whole(const json::object& from, std::string_view name, std::int64_t low, std::int64_t high) {
  const json::value* value = from.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_int64() ? std::clamp(value->as_int64(), low, high) : std::clamp<std::int64_t>(0, low, high);
}

BoardNews read_board(const json::object& frame, Instant now) {
  BoardNews news{core::BoardId{text(frame, "board")}, flag(frame, "evacuation"), {}};
  const auto daemon_now = parse_time(text(frame, "at"));
  for (const json::value& entry : list(frame, "calls")) {
    if (!entry.is_object() || news.calls.size() == calls_max) continue;
    const json::object& from = entry.as_object();
    const auto called_at = parse_time(text(from, "called_at"));
    if (!called_at || !daemon_now) continue;
    const auto age = std::max(*daemon_now - *called_at, std::chrono::milliseconds{0});
    std::uint32_t attempt = 1;
    if (const json::value* value = from.if_contains("attempt"); value != nullptr && value->is_int64()) attempt = static_cast<std::uint32_t>(value->as_int64());
    news.calls.push_back({std::string{text(from, "number")}, core::DeskId{text(from, "desk")}, desk_mark(text(from, "desk")), attempt, now - age});
  }
  return news;
}

DeskNews read_desk(const json::object& desk) {
  DeskNews news;
  news.open = text(desk, "state") == "open";
  news.on_break = text(desk, "state") == "break" || text(desk, "state") == "on_break";
  if (const json::value* visit = desk.if_contains("visit"); visit != nullptr && visit->is_object()) {
    news.called = text(visit->as_object(), "state") == "called";
    news.serving = text(visit->as_object(), "state") == "serving";
    if (news.called) news.call = std::string{text(visit->as_object(), "visit")} + ' ' + std::to_string(whole(visit->as_object(), "attempt", 0, 1'000'000));
  }
  news.waiting = list(desk, "waiting").size();
  return news;
}

constexpr std::size_t clips_max = 128;
constexpr std::int64_t hour_ms = 3'600'000;

SoundNews read_sound(std::string_view speaker, const json::object& frame) {
  SoundNews news{std::string{speaker}, flag(frame, "evacuation"), {}};
  for (const json::value& entry : list(frame, "announcements")) {
    if (!entry.is_object() || news.announcements.size() == calls_max) continue;
    const json::object& from = entry.as_object();
    AnnouncementNews said{std::string{text(from, "id")}, std::chrono::milliseconds{whole(from, "in_ms", -hour_ms, hour_ms)}, static_cast<int>(whole(from, "volume", 0, 100)), {}, std::chrono::milliseconds{whole(from, "until_ms", -hour_ms, hour_ms)}};
    for (const json::value& call : list(from, "calls"))
      if (call.is_object() && said.calls.size() < calls_max) said.calls.emplace_back(text(call.as_object(), "number"), text(call.as_object(), "desk"));
    for (const json::value& clip : list(from, "clips"))
      if (clip.is_object() && said.clips.size() < clips_max && text(clip.as_object(), "url").starts_with("/api/v1/voice/clips/"))
        said.clips.push_back({std::string{text(clip.as_object(), "url")}, std::chrono::milliseconds{whole(clip.as_object(), "pause_ms", 0, 10'000)}});
    if (!said.id.empty()) news.announcements.push_back(std::move(said));
  }
  return news;
}

std::vector<PagePress> read_presses(const json::object& frame) {
  std::vector<PagePress> presses;
  for (const json::value& entry : list(frame, "presses")) {
    if (!entry.is_object() || presses.size() == calls_max) continue;
    const json::object& from = entry.as_object();
    presses.push_back({static_cast<std::uint64_t>(whole(from, "n", 0, std::numeric_limits<std::int64_t>::max())), std::string{text(from, "button")}, std::string{text(from, "how")}});
  }
  return presses;
}

void read_topic(std::string_view topic, const json::value& data, Instant now, News& news) {
  if (!data.is_object()) return;
  if (topic.starts_with("board:")) news.boards.push_back(read_board(data.as_object(), now));
  if (topic.starts_with("sound:")) news.sounds.push_back(read_sound(topic.substr(6), data.as_object()));
  if (topic.starts_with("presses:")) news.presses = read_presses(data.as_object());
  if (topic == "tower") news.tower = TowerNews{flag(data.as_object(), "evacuation"), flag(data.as_object(), "too_long"), flag(data.as_object(), "help"), flag(data.as_object(), "device_fault")};
  if (topic.starts_with("desk:")) news.desks.emplace_back(core::DeskId{topic.substr(5)}, read_desk(data.as_object()));
}

}  // namespace

std::optional<Instant> parse_time(std::string_view text) {
  // 2026-11-23T09:05:00+01:00, perhaps with a fraction, perhaps with Z.
  const auto digits = [&](std::size_t at, std::size_t count) -> int {
    int value = 0;
    if (at + count > text.size()) return -1;
    const auto read = std::from_chars(text.data() + at, text.data() + at + count, value);
    return read.ec == std::errc{} && read.ptr == text.data() + at + count && text[at] != '-' ? value : -1;
  };
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{digits(0, 4)}, std::chrono::month{static_cast<unsigned>(digits(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(digits(8, 2))}};
  const int hour = digits(11, 2), minute = digits(14, 2), second = digits(17, 2);
  if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
  std::size_t zone = 19;
  if (text[zone] == '.')
    for (++zone; zone < text.size() && text[zone] >= '0' && text[zone] <= '9';) ++zone;
  std::chrono::minutes offset{0};
  if (zone < text.size() && (text[zone] == '+' || text[zone] == '-')) {
    const int hours = digits(zone + 1, 2), minutes = digits(zone + 4, 2);
    if (hours < 0 || minutes < 0 || text.size() != zone + 6 || text[zone + 3] != ':') return std::nullopt;
    offset = std::chrono::minutes{(text[zone] == '-' ? -1 : 1) * (hours * 60 + minutes)};
  } else if (text.substr(zone) != "Z") {
    return std::nullopt;
  }
  return Instant{static_cast<std::chrono::sys_days>(date)} + std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second} - offset;
}

std::string desk_mark(std::string_view desk) {
  std::size_t from = desk.size();
  while (from > 0 && desk[from - 1] >= '0' && desk[from - 1] <= '9') --from;
  return std::string{desk.substr(from)};
}

std::optional<News> read_news(std::string_view message, Instant now) {
  if (message.size() > message_bytes_max) return std::nullopt;
  json::error_code error;
  const json::value value = json::parse({message.data(), message.size()}, error);
  if (error || !value.is_object() || text(value.as_object(), "type").empty()) return std::nullopt;
  const json::object& from = value.as_object();
  News news;
  news.heartbeat = true;
  news.first = text(from, "type") == "snapshot";
  if (const json::value* topics = from.if_contains("topics"); topics != nullptr && topics->is_object())
    for (const auto& [topic, data] : topics->as_object()) read_topic({topic.data(), topic.size()}, data, now, news);
  if (const json::value* data = from.if_contains("data")) read_topic(text(from, "topic"), *data, now, news);
  return news;
}

}  // namespace skranke::agent
