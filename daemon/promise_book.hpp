#pragma once
// DIR/promise.db: how far the promise of seven working days was kept, a row for each business day and service of the site. It is written when the day
// begins, or when the box is next on, and is never changed. The journal alone could not tell it again: it depends on all that could have been booked.
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "core/promise.hpp"
#include "daemon/auth/database.hpp"

namespace skranke::daemon {

struct PromiseDay {
  std::string site;
  core::Day day{};
  core::ServiceId service;
  core::Instant at{};                          ///< when it was noted
  std::optional<core::Instant> first_free;
  std::optional<int> working_days, breaks_in;
  int free_within_3 = 0, free_within_7 = 0;
  double asked_per_day = 0, shared_per_day = 0, places_per_day = 0;
  core::PromiseKept kept;
  double no_show = 0;
  int no_show_seen = 0, overbooked = 0;
  bool operator==(const PromiseDay&) const = default;
};
[[nodiscard]] PromiseDay promise_day(const core::State& state, const core::Facility& facility, const core::Service& service, core::Instant now);

class PromiseBook {
 public:
  static constexpr int days_max = 800;         ///< older ones are forgotten
  static constexpr std::size_t services_max = 500;   ///< of one day; more are not noted

  /// The error is one English sentence.
  [[nodiscard]] static tl::expected<PromiseBook, std::string> open(const std::string& directory);

  /// Notes the next service that can be booked and stands in no row of today; one a call, since working it out takes milliseconds of the loop that serves
  /// everybody. False: the disk did not take it, and it is tried again.
  bool note_next(const core::State& state, const core::Facility& facility, core::Instant now);
  /// With from ≤ business day ≤ to, by day and service.
  [[nodiscard]] std::vector<PromiseDay> rows(const std::string& site, core::Day from, core::Day to) const;

 private:
  explicit PromiseBook(auth::Connection database) : database_{std::move(database)} {}
  [[nodiscard]] bool put(const PromiseDay& row);
  void begin(const std::string& site, core::Day today);

  auth::Connection database_;
  std::string site_;
  core::Day today_{};
  std::vector<core::ServiceId> noted_;         ///< today
};

}  // namespace skranke::daemon
