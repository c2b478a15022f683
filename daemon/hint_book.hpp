#pragma once
// How often somebody chose to do it themselves where a hint said how: counted by day, service and place. Who it was, nobody knows.
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <tl/expected.hpp>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "daemon/auth/database.hpp"

namespace skranke::daemon {

enum class HintPlace : std::uint8_t { kiosk, web };
[[nodiscard]] std::string_view word(HintPlace place);

/// Some seconds are counted in memory, so that nobody who presses often fills the disk; a power cut costs these. At most one row for each day, service and
/// place; days that nobody can ask for any more are forgotten.
class HintBook {
 public:
  static constexpr std::chrono::seconds pace{3};
  static constexpr std::chrono::days kept{400};
  static constexpr std::size_t waiting_max = 1000;   ///< rows in memory; a service that comes on top is counted the next time

  struct Row {
    core::Day day{};
    core::ServiceId service;
    HintPlace place{};
    std::int64_t taken = 0;
    bool operator==(const Row&) const = default;
  };

  /// DIR/hints.db, made when it is not there. The error is one English sentence.
  [[nodiscard]] static tl::expected<HintBook, std::string> open(const std::string& directory);

  void note(core::Day day, const core::ServiceId& service, HintPlace place);
  /// Writes what has been counted when the last time is `pace` ago, or at once with `all`. False when the disk refused: it is kept and tried again.
  bool write(core::Instant now, core::Day today, bool all);
  /// From and to included, with what is still in memory; in order of day, service, place.
  [[nodiscard]] std::vector<Row> between(core::Day from, core::Day to) const;

 private:
  using Key = std::tuple<core::Day, core::ServiceId, HintPlace>;
  explicit HintBook(auth::Connection database) : database_{std::move(database)} {}
  auth::Connection database_;
  std::map<Key, std::int64_t> waiting_;
  core::Instant written_{};
  core::Day swept_{};
};

}  // namespace skranke::daemon
