#include "daemon/media.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "daemon/random.hpp"
#include "system/whole_file.hpp"
#include "wire/clock_words.hpp"
#include "wire/facility_sound.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

std::string bytes_of(const fs::path& path, std::size_t most) {
  std::ifstream in{path, std::ios::binary};
  std::string bytes(most, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(most));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
  return bytes;
}

std::string text(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  return value != nullptr && value->is_string() ? std::string{value->as_string()} : std::string{};
}

MediaItem read_item(const json::object& from) {
  MediaItem item{text(from, "id"), text(from, "name"), text(from, "type"), 0, {}, 10, wire::parse_date(text(from, "from")), wire::parse_date(text(from, "until")),
                 wire::parse_day_span(text(from, "hours")), true};
  if (const auto* seconds = from.if_contains("seconds"); seconds != nullptr && seconds->is_int64()) item.seconds = static_cast<int>(seconds->as_int64());
  if (const auto* boards = from.if_contains("boards"); boards != nullptr && boards->is_array())
    for (const json::value& board : boards->as_array())
      if (board.is_string()) item.boards.emplace_back(board.as_string());
  return item;
}

}  // namespace

MediaLibrary::MediaLibrary(std::string directory) : directory_{std::move(directory)} { load(); }

std::string MediaLibrary::path_of(const MediaItem& item) const { return fmt::format("{}/{}.{}", directory_, item.id, item.complete ? item.type : "part"); }

/// What the list names and the folder holds; everything else in the folder is of an upload that never ended.
void MediaLibrary::load() {
  std::error_code failed;
  json::error_code malformed;
  const json::value list = json::parse(bytes_of(directory_ + "/media.json", 1UL << 20U), malformed);
  if (!malformed && list.is_array())
    for (const json::value& entry : list.as_array()) {
      if (!entry.is_object() || items_.size() == items_max) continue;
      MediaItem item = read_item(entry.as_object());
      if (content_type(item.type).empty()) continue;
      item.bytes = fs::file_size(path_of(item), failed);
      if (!failed && item.bytes > 0) items_.push_back(std::move(item));
    }
  for (fs::directory_iterator entry{directory_, failed}, end; !failed && entry != end;) {
    const fs::path path = entry->path();
    entry.increment(failed);
    std::error_code ignored;
    if (path.extension() == ".part") fs::remove(path, ignored);
  }
}

void write_item(wire::JsonWriter& w, const MediaItem& item) {
  w.object().field("id", item.id).field("name", item.name).field("type", item.type).field("bytes", item.bytes).field("seconds", item.seconds).field("complete", item.complete);
  w.key("boards").list();
  for (const std::string& board : item.boards) w.value(board);
  w.end_list();
  if (item.from) w.field("from", core::to_string(*item.from));
  if (item.until) w.field("until", core::to_string(*item.until));
  if (item.hours) w.field("hours", wire::day_span_text(*item.hours));
  w.end_object();
}

bool MediaLibrary::save() const {
  std::string out;
  wire::JsonWriter w{out};
  w.list();
  for (const MediaItem& item : items_)
    if (item.complete) write_item(w, item);
  w.end_list();
  return write_whole_file(directory_ + "/media.json", out, 0600);
}

const MediaItem* MediaLibrary::find(std::string_view id) const {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const MediaItem& item) { return item.id == id; });
  return found == items_.end() ? nullptr : &*found;
}

std::vector<const MediaItem*> MediaLibrary::shown_on(std::string_view board, core::Day day, core::Minutes clock) const {
  std::vector<const MediaItem*> shown;
  for (const MediaItem& item : items_) {
    const bool here = item.boards.empty() || std::find(item.boards.begin(), item.boards.end(), board) != item.boards.end();
    const bool today = (!item.from || *item.from <= day) && (!item.until || day <= *item.until);
    if (item.complete && here && today && (!item.hours || item.hours->covers(clock))) shown.push_back(&item);
  }
  return shown;
}

MediaLibrary::Outcome MediaLibrary::begin(MediaItem& item) {
  if (item.bytes == 0 || item.bytes > (is_film(item.type) ? film_max : picture_max)) return Outcome::too_large;
  // An upload that somebody left half done makes room first.
  if (items_.size() == items_max)
    if (const auto half = std::find_if(items_.begin(), items_.end(), [](const MediaItem& each) { return !each.complete; }); half != items_.end()) remove(std::string{half->id});
  std::uint64_t total = item.bytes;
  for (const MediaItem& each : items_) total += each.bytes;
  if (items_.size() == items_max || total > total_max) return Outcome::full;
  std::error_code failed;
  fs::create_directories(directory_, failed);
  item.id = random_text(60);
  item.complete = false;
  std::ofstream file{path_of(item), std::ios::binary | std::ios::trunc};
  if (failed || !file) return Outcome::storage_failed;
  items_.push_back(item);
  return Outcome::done;
}

MediaLibrary::Outcome MediaLibrary::add(std::string_view id, std::uint64_t at, std::string_view bytes) {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const MediaItem& item) { return item.id == id && !item.complete; });
  if (found == items_.end()) return Outcome::unknown;
  const std::string path = path_of(*found);
  std::error_code failed;
  const std::uint64_t there = fs::file_size(path, failed);
  if (failed) return Outcome::storage_failed;
  if (at != there || bytes.empty() || there + bytes.size() > found->bytes) return Outcome::wrong_place;
  {
    std::ofstream file{path, std::ios::binary | std::ios::app};
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) return Outcome::storage_failed;
  }
  if (there + bytes.size() < found->bytes) return Outcome::done;
  if (!looks_like(found->type, bytes_of(path, 64))) {
    fs::remove(path, failed);
    items_.erase(found);
    return Outcome::wrong_content;
  }
  found->complete = true;
  const bool kept = sync_file(path);
  fs::rename(path, path_of(*found), failed);
  return kept && !failed && save() ? Outcome::done : Outcome::storage_failed;
}

MediaLibrary::Outcome MediaLibrary::change(const MediaItem& item) {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const MediaItem& each) { return each.id == item.id; });
  if (found == items_.end()) return Outcome::unknown;
  *found = item;
  return save() ? Outcome::done : Outcome::storage_failed;
}

MediaLibrary::Outcome MediaLibrary::remove(std::string_view id) {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const MediaItem& item) { return item.id == id; });
  if (found == items_.end()) return Outcome::unknown;
  std::error_code ignored;
  fs::remove(path_of(*found), ignored);
  items_.erase(found);
  return save() ? Outcome::done : Outcome::storage_failed;
}

std::string_view MediaLibrary::content_type(std::string_view type) {
  if (type == "png") return "image/png";
  if (type == "jpeg") return "image/jpeg";
  if (type == "webp") return "image/webp";
  if (type == "mp4") return "video/mp4";
  if (type == "webm") return "video/webm";
  return {};
}

bool MediaLibrary::looks_like(std::string_view type, std::string_view head) {
  using namespace std::string_view_literals;
  if (type == "png") return head.starts_with("\x89PNG\r\n\x1a\n"sv);
  if (type == "jpeg") return head.starts_with("\xff\xd8\xff"sv);
  if (type == "webp") return head.starts_with("RIFF") && head.substr(0, 12).ends_with("WEBP");
  if (type == "mp4") return head.size() > 12 && head.substr(4, 4) == "ftyp";
  if (type == "webm") return head.starts_with("\x1a\x45\xdf\xa3"sv);
  return false;
}

}  // namespace skranke::daemon
