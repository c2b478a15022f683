#include "sim/log.hpp"

#include <iterator>

#include <fmt/format.h>

namespace skranke::sim {
namespace {

std::string seconds(const std::optional<double>& at) { return at ? fmt::format("{:.3f}", *at) : std::string{}; }

}  // namespace

void write_log(const Scenario& scenario, const std::vector<Outcomes>& outcomes, std::string& out) {
  out += log_header;
  std::size_t number = 0;
  for (const Outcomes& outcome : outcomes)
    for (const DayRecord& day : outcome.days)
      for (const VisitRecord& visit : day.visits)
        fmt::format_to(std::back_inserter(out), "v{},{},{},{},{},{},{},{},{},{}\n", ++number, scenario.services[visit.service].id, visit.booked ? "booked" : "walk_in",
                       visit.booked ? seconds(visit.booked_for_s) : std::string{}, seconds(visit.arrived_s), seconds(visit.called_s), seconds(visit.started_s),
                       seconds(visit.finished_s ? visit.finished_s : visit.left_s), visit.called_s ? scenario.desks[visit.desk].id : std::string{},
                       visit.finished_s ? "settled" : visit.left_s ? "left" : "");
}

}  // namespace skranke::sim
