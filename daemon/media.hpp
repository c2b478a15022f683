#pragma once
// Pictures and films that boards show while nobody is called: files in the data folder, with a list beside them. One thread; calls write to disk.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/facility.hpp"
#include "core/time.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {

struct MediaItem {
  std::string id, name;
  std::string type;                      ///< png | jpeg | webp | mp4 | webm
  std::uint64_t bytes = 0;
  std::vector<std::string> boards;       ///< empty = all
  int seconds = 10;                      ///< of a picture; a film lasts as long as it does
  std::optional<core::Day> from, until;  ///< days, both included
  std::optional<core::DaySpan> hours;
  bool complete = false;
  bool operator==(const MediaItem&) const = default;
};

/// As the API gives it, and as the list on disk keeps it.
void write_item(wire::JsonWriter& w, const MediaItem& item);

class MediaLibrary {
 public:
  static constexpr std::size_t items_max = 60;
  static constexpr std::uint64_t picture_max = 8ULL << 20U, film_max = 32ULL << 20U, total_max = 512ULL << 20U;

  enum class Outcome : std::uint8_t { done, unknown, full, too_large, wrong_place, wrong_content, storage_failed };

  explicit MediaLibrary(std::string directory);

  [[nodiscard]] const std::vector<MediaItem>& items() const { return items_; }
  [[nodiscard]] const MediaItem* find(std::string_view id) const;
  /// What `board` shows at this moment, in order.
  [[nodiscard]] std::vector<const MediaItem*> shown_on(std::string_view board, core::Day day, core::Minutes clock) const;

  /// An empty place for a file of that size; its id goes into `item`.
  Outcome begin(MediaItem& item);
  /// The next piece, which must begin where the last one ended. With the last one the content is held against its type; what is something else is thrown away.
  Outcome add(std::string_view id, std::uint64_t at, std::string_view bytes);
  Outcome change(const MediaItem& item);
  Outcome remove(std::string_view id);

  [[nodiscard]] std::string path_of(const MediaItem& item) const;
  [[nodiscard]] static std::string_view content_type(std::string_view type);
  [[nodiscard]] static bool is_film(std::string_view type) { return type == "mp4" || type == "webm"; }
  /// Whether the bytes begin as a file of that type does.
  [[nodiscard]] static bool looks_like(std::string_view type, std::string_view head);

 private:
  bool save() const;
  void load();
  std::string directory_;
  std::vector<MediaItem> items_;
};

}  // namespace skranke::daemon
