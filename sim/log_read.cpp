#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "sim/backtest.hpp"
#include "sim/log.hpp"

namespace skranke::sim {
namespace {

constexpr std::size_t columns = 10;
using Columns = std::array<std::string_view, columns>;

/// Plain cells: ids and numbers hold neither commas nor quotes; a cell in quotes may.
std::optional<Columns> cells_of(std::string_view line) {
  Columns cells;
  std::size_t at = 0;
  for (std::size_t i = 0; i < columns; ++i) {
    if (at > line.size()) return std::nullopt;
    const bool quoted = at < line.size() && line[at] == '"';
    const std::size_t end = quoted ? line.find('"', at + 1) : std::min(line.find(',', at), line.size());
    if (end == std::string_view::npos) return std::nullopt;
    cells[i] = quoted ? line.substr(at + 1, end - at - 1) : line.substr(at, end - at);
    at = end + (quoted ? 2 : 1);
  }
  return at == line.size() + 1 ? std::optional{cells} : std::nullopt;
}

/// Empty = unknown; false when it is no time.
bool read_time(std::string_view cell, std::optional<double>& into) {
  if (cell.empty()) return true;
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  constexpr double latest_s = 4e9;
  if (error != std::errc{} || end != cell.data() + cell.size() || !std::isfinite(value) || value < 0 || value > latest_s) return false;
  into = value;
  return true;
}

/// What does not belong together: a visit that was served before it came.
bool in_order(const LoggedVisit& visit) {
  double last = 0;
  for (const auto& at : {visit.arrived_s, visit.called_s, visit.started_s, visit.finished_s}) {
    if (!at) continue;
    if (*at < last) return false;
    last = *at;
  }
  return true;
}

}  // namespace

tl::expected<std::vector<LoggedVisit>, std::string> read_log(std::string_view text, std::string_view file_name) {
  std::vector<LoggedVisit> log;
  std::size_t number = 0;
  const auto wrong = [&](std::string_view why) { return tl::unexpected{fmt::format("{}:{}: {}", file_name, number, why)}; };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (number == 1) {
      if (line != log_header.substr(0, log_header.size() - 1)) return wrong(fmt::format("the header must be {}", log_header.substr(0, log_header.size() - 1)));
      continue;
    }
    if (line.empty()) continue;
    if (log.size() == log_lines_max) return wrong("too many lines");
    const auto cells = cells_of(line);
    if (!cells) return wrong("ten columns are wanted");
    LoggedVisit visit;
    visit.visit = (*cells)[0];
    visit.service = (*cells)[1];
    visit.booked = (*cells)[2] == "booked";
    if (visit.service.empty()) return wrong("a visit without a service");
    if (!visit.booked && (*cells)[2] != "walk_in") return wrong("kind is walk_in or booked");
    if (!read_time((*cells)[3], visit.booked_for_s) || !read_time((*cells)[4], visit.arrived_s) || !read_time((*cells)[5], visit.called_s) ||
        !read_time((*cells)[6], visit.started_s) || !read_time((*cells)[7], visit.finished_s))
      return wrong("a time that is no number of seconds");
    visit.desk = (*cells)[8];
    visit.outcome = (*cells)[9];
    if (!in_order(visit)) return wrong("times are out of order");
    if (visit.called_s && visit.desk.empty()) return wrong("called, but to no desk");
    log.push_back(std::move(visit));
  }
  if (number == 0) return wrong("an empty file");
  return log;
}

}  // namespace skranke::sim
