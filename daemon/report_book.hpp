#pragma once
// How past visits went, folded from the journal once and then further as it grows. Only reports need it, so it is made when the first one is asked for.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <vector>

#include "core/figures.hpp"
#include "db/store.hpp"

namespace skranke::daemon {

/// Used on the worker thread; a mutex in case there is ever more than one. About 200 bytes a visit: 400 busy days are some 40 MiB, only while reports
/// are read.
class ReportBook {
 public:
  /// Days before the newest that are kept; older ones are forgotten and told as empty by nobody, since the API allows no older day.
  static constexpr int days_max = 400;

  /// Folds on; at most `events_max` events a call, so that others who wait for the worker have their turn. True: all of it is there.
  [[nodiscard]] db::Result<bool> catch_up(const std::filesystem::path& directory);
  /// Visits that are over and those still here, with from ≤ business day ≤ to, as one table.
  [[nodiscard]] core::FigureAnswer table(const core::Facility& facility, core::Day from, core::Day to, core::FiguresBy by);
  /// Visits with from ≤ business day ≤ to, in no order; under the lock, so `each` should be quick.
  void each(core::Day from, core::Day to, const std::function<void(const core::VisitFigure&)>& each);
  /// The oldest day it may be asked for.
  [[nodiscard]] static core::Day oldest(core::Day today) { return today - std::chrono::days{days_max}; }

 private:
  static constexpr std::size_t events_max = 200'000;

  std::mutex mutex_;
  core::State state_;
  std::uint64_t seq_ = 0;
  std::vector<core::VisitFigure> past_;   ///< of visits that the state has forgotten
};

}  // namespace skranke::daemon
