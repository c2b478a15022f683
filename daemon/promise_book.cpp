#include "daemon/promise_book.hpp"

#include <algorithm>

namespace skranke::daemon {
namespace {

constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS promise_day (
  site TEXT NOT NULL,
  day INTEGER NOT NULL,
  service TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  first_free_ms INTEGER,
  working_days INTEGER,
  breaks_in INTEGER,
  free_within_3 INTEGER NOT NULL,
  free_within_7 INTEGER NOT NULL,
  asked_milli INTEGER NOT NULL,
  shared_milli INTEGER NOT NULL,
  places_milli INTEGER NOT NULL,
  booked INTEGER NOT NULL,
  within_3 INTEGER NOT NULL,
  within_7 INTEGER NOT NULL,
  no_show_milli INTEGER NOT NULL,
  no_show_seen INTEGER NOT NULL,
  overbooked INTEGER NOT NULL,
  PRIMARY KEY (site, day, service)
) STRICT, WITHOUT ROWID;
)sql";

/// Numbers that are told to two digits are kept to three.
std::int64_t milli(double value) { return static_cast<std::int64_t>(value * 1000 + 0.5); }
double of_milli(std::int64_t value) { return static_cast<double>(value) / 1000; }

std::int64_t number(core::Day day) { return day.time_since_epoch().count(); }
core::Day day_of(std::int64_t number) { return core::Day{std::chrono::days{number}}; }

PromiseDay row_of(const auth::Statement& row) {
  PromiseDay read;
  const auto maybe = [&](int column, const std::string& text) { return text.empty() ? std::nullopt : std::optional{row.number(column)}; };
  read.site = row.text(0);
  read.day = day_of(row.number(1));
  read.service = core::ServiceId{row.text(2)};
  read.at = core::from_millis(row.number(3));
  if (const auto at = maybe(4, row.text(4))) read.first_free = core::from_millis(*at);
  if (const auto days = maybe(5, row.text(5))) read.working_days = static_cast<int>(*days);
  if (const auto days = maybe(6, row.text(6))) read.breaks_in = static_cast<int>(*days);
  read.free_within_3 = static_cast<int>(row.number(7));
  read.free_within_7 = static_cast<int>(row.number(8));
  read.asked_per_day = of_milli(row.number(9));
  read.shared_per_day = of_milli(row.number(10));
  read.places_per_day = of_milli(row.number(11));
  read.kept = {static_cast<int>(row.number(12)), static_cast<int>(row.number(13)), static_cast<int>(row.number(14))};
  read.no_show = of_milli(row.number(15));
  read.no_show_seen = static_cast<int>(row.number(16));
  read.overbooked = static_cast<int>(row.number(17));
  return read;
}

}  // namespace

PromiseDay promise_day(const core::State& state, const core::Facility& facility, const core::Service& service, core::Instant now) {
  const core::Day today = core::business_day(facility.zone, facility.site.business_day_starts, now);
  const core::Promise promise = core::promise_of(state, facility, service.id, now);
  const core::Overbooking over = core::overbooking_on(state, facility, service, today, now);
  return {facility.site.id, today, service.id, now, promise.first_free, promise.working_days, promise.breaks_in, promise.free_within_3, promise.free_within_7,
          promise.asked_per_day, promise.shared_per_day, promise.places_per_day, core::promise_kept(state, facility, service.id), over.no_show, over.seen, over.taken};
}

tl::expected<PromiseBook, std::string> PromiseBook::open(const std::string& directory) {
  return auth::open_with_log(directory + "/promise.db", tables).map([](auth::Connection&& database) { return PromiseBook{std::move(database)}; });
}

bool PromiseBook::put(const PromiseDay& row) {
  auth::Statement statement{database_.get(), "INSERT OR IGNORE INTO promise_day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  const auto maybe = [&](const auto& value) { value ? statement.bind(static_cast<std::int64_t>(*value)) : statement.bind_null(); };
  statement.bind(row.site).bind(number(row.day)).bind(row.service.str()).bind(core::millis(row.at));
  maybe(row.first_free ? std::optional{core::millis(*row.first_free)} : std::nullopt);
  maybe(row.working_days);
  maybe(row.breaks_in);
  statement.bind(std::int64_t{row.free_within_3}).bind(std::int64_t{row.free_within_7}).bind(milli(row.asked_per_day)).bind(milli(row.shared_per_day));
  statement.bind(milli(row.places_per_day)).bind(std::int64_t{row.kept.booked}).bind(std::int64_t{row.kept.within_3}).bind(std::int64_t{row.kept.within_7});
  return statement.bind(milli(row.no_show)).bind(std::int64_t{row.no_show_seen}).bind(std::int64_t{row.overbooked}).run();
}

/// What stands there of today is not worked out again after a restart; what is too old goes.
void PromiseBook::begin(const std::string& site, core::Day today) {
  site_ = site;
  today_ = today;
  noted_.clear();
  for (const PromiseDay& row : rows(site, today, today)) noted_.push_back(row.service);
  static_cast<void>(auth::Statement{database_.get(), "DELETE FROM promise_day WHERE day < ?"}.bind(number(today) - days_max).run());
}

bool PromiseBook::note_next(const core::State& state, const core::Facility& facility, core::Instant now) {
  const core::Day today = core::business_day(facility.zone, facility.site.business_day_starts, now);
  if (today != today_ || facility.site.id != site_) begin(facility.site.id, today);
  for (const core::Service& service : facility.services) {
    if (noted_.size() >= services_max) return true;
    if (!core::bookable_ever(service) || std::find(noted_.begin(), noted_.end(), service.id) != noted_.end()) continue;
    if (!put(promise_day(state, facility, service, now))) return false;
    noted_.push_back(service.id);
    return true;
  }
  return true;
}

std::vector<PromiseDay> PromiseBook::rows(const std::string& site, core::Day from, core::Day to) const {
  std::vector<PromiseDay> rows;
  auth::Statement row{database_.get(), "SELECT * FROM promise_day WHERE site = ? AND day BETWEEN ? AND ? ORDER BY day, service"};
  row.bind(site).bind(number(from)).bind(number(to));
  while (row.step()) rows.push_back(row_of(row));
  return rows;
}

}  // namespace skranke::daemon
