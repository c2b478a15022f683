#include "daemon/hint_book.hpp"

namespace skranke::daemon {
namespace {

constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS hint (
  day INTEGER NOT NULL,
  service TEXT NOT NULL,
  place INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  PRIMARY KEY (day, service, place)
) STRICT, WITHOUT ROWID;
)sql";

std::int64_t number_of(core::Day day) { return day.time_since_epoch().count(); }

}  // namespace

std::string_view word(HintPlace place) { return place == HintPlace::kiosk ? "kiosk" : "web"; }

tl::expected<HintBook, std::string> HintBook::open(const std::string& directory) {
  return auth::open_with_log(directory + "/hints.db", tables).map([](auth::Connection&& database) { return HintBook{std::move(database)}; });
}

void HintBook::note(core::Day day, const core::ServiceId& service, HintPlace place) {
  const Key key{day, service, place};
  if (waiting_.size() < waiting_max || waiting_.contains(key)) ++waiting_[key];
}

bool HintBook::write(core::Instant now, core::Day today, bool all) {
  const bool soon = now >= written_ && now < written_ + pace;   // a clock that was set back does not hold it up
  if (waiting_.empty() || (soon && !all)) return true;
  written_ = now;
  auth::Transaction together{database_.get()};
  for (const auto& [key, taken] : waiting_) {
    const auto& [day, service, place] = key;
    auth::Statement add{database_.get(), "INSERT INTO hint VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET taken = taken + excluded.taken"};
    if (!add.bind(number_of(day)).bind(std::string_view{service.str()}).bind(static_cast<std::int64_t>(place)).bind(taken).run()) return false;
  }
  if (swept_ != today && !auth::Statement{database_.get(), "DELETE FROM hint WHERE day < ?"}.bind(number_of(today - kept)).run()) return false;
  if (!together.commit()) return false;
  swept_ = today;
  waiting_.clear();
  return true;
}

std::vector<HintBook::Row> HintBook::between(core::Day from, core::Day to) const {
  std::map<Key, std::int64_t> all;
  auth::Statement row{database_.get(), "SELECT day, service, place, taken FROM hint WHERE day BETWEEN ? AND ?"};
  row.bind(number_of(from)).bind(number_of(to));
  while (row.step()) all[{core::Day{std::chrono::days{row.number(0)}}, core::ServiceId{row.text(1)}, static_cast<HintPlace>(row.number(2))}] = row.number(3);
  for (const auto& [key, taken] : waiting_)
    if (std::get<0>(key) >= from && std::get<0>(key) <= to) all[key] += taken;
  std::vector<Row> rows;
  for (const auto& [key, taken] : all) rows.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), taken});
  return rows;
}

}  // namespace skranke::daemon
