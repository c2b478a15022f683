#include "sim/scenario.hpp"

#include <array>
#include <cmath>

#include "wire/table_reader.hpp"

namespace skranke::sim {
namespace {

constexpr std::array<std::string_view, 3> shapes{"log_normal", "exponential", "fixed"};
constexpr std::size_t things_max = 200;
constexpr double minutes_max = 1440.0 * 3660;

double positive(wire::TableReader& table, std::string_view key, double absent, double max = minutes_max) {
  return table.number(key, 0, max).value_or(absent);
}

ScenarioService read_service(wire::TableReader& table) {
  ScenarioService service;
  service.id = table.required_slug("id");
  service.mean_min = table.number("mean_min", 0.01, 1440).value_or(service.mean_min);
  service.variation = positive(table, "variation", service.variation, 10);
  if (const auto shape = table.one_of("shape", shapes))
    service.shape = *shape == "fixed" ? Shape::fixed : *shape == "exponential" ? Shape::exponential : Shape::log_normal;
  service.booked = positive(table, "booked", 0, 100'000);
  service.walk_ins = positive(table, "walk_ins", 0, 10'000'000);
  table.done();
  return service;
}

ScenarioDesk read_desk(wire::TableReader& table) {
  ScenarioDesk desk;
  desk.id = table.required_slug("id");
  desk.services = table.required_slugs("services", {.count_min = 1});
  desk.break_at_min = positive(table, "break_at_min", desk.break_at_min);
  desk.break_min = positive(table, "break_min", desk.break_min);
  desk.lost_at_min = positive(table, "lost_at_min", desk.lost_at_min);
  table.done();
  return desk;
}

ScenarioShock read_shock(wire::TableReader& table) {
  ScenarioShock shock;
  shock.at_min = positive(table, "at_min", 0);
  shock.service_factor = table.number("service_factor", 0.01, 100).value_or(1);
  shock.every_days = static_cast<std::uint64_t>(table.number("every_days", 1, 10'000).value_or(1));
  shock.desk_lost = table.slug("desk_lost").value_or("");
  shock.arrival_factor = table.number("arrival_factor", 0, 100).value_or(1);
  table.done();
  return shock;
}

void read_profile(wire::TableReader& table, Scenario& scenario) {
  const wire::Node* profile = table.value("walk_in_profile");
  if (profile == nullptr) return;
  scenario.walk_in_profile.clear();
  double sum = 0;
  for (const wire::Node& part : profile->items) {
    const double rate = part.kind == wire::Node::Kind::integer ? static_cast<double>(part.integer) : part.real;
    scenario.walk_in_profile.push_back(rate);
    sum += rate < 0 ? -1e9 : rate;
  }
  if (!(sum > 0) || scenario.walk_in_profile.size() > 1000)
    table.error("walk_in_profile", "wrong_type", {"Her skal stå en liste af tal.", "This must be a list of rates, not all nought."});
}

void read_day(wire::TableReader& table, Scenario& scenario) {
  scenario.id = table.required_slug("id");
  scenario.open_min = table.number("open_min", 1, minutes_max).value_or(scenario.open_min);
  scenario.last_arrival_min = positive(table, "last_arrival_min", scenario.open_min);
  read_profile(table, scenario);
  scenario.intensity_variation = positive(table, "intensity_variation", 0, 5);
  scenario.slow_day_variation = positive(table, "slow_day_variation", 0, 5);
  scenario.booking_grid_min = table.number("booking_grid_min", 1, 1440).value_or(5);
  scenario.booked_no_show = positive(table, "booked_no_show", 0, 1);
  scenario.walk_in_no_show = positive(table, "walk_in_no_show", 0, 1);
  scenario.early_mean_min = table.number("early_mean_min", -600, 600).value_or(0);
  scenario.advised_share = positive(table, "advised_share", 0, 1);
  scenario.early_deviation_min = positive(table, "early_deviation_min", 0, 600);
  scenario.clerk_deviation = positive(table, "clerk_deviation", 0, 5);
  scenario.patience_mean_min = positive(table, "patience_mean_min", 0);
  scenario.walk_to_desk_min = positive(table, "walk_to_desk_min", 0, 60);
  scenario.booked_target_min = positive(table, "booked_target_min", 0, 1440);
  scenario.walk_in_target_min = positive(table, "walk_in_target_min", 0, 1440);
}

void check_services(const Scenario& scenario, wire::TableReader& top) {
  for (const ScenarioDesk& desk : scenario.desks)
    for (const std::string& wanted : desk.services) {
      bool known = false;
      for (const ScenarioService& service : scenario.services) known = known || service.id == wanted;
      if (!known) top.error("desk", "unknown_service", {"Skranken har et ukendt ærende: " + wanted, "A desk serves what there is not: " + wanted});
    }
}

}  // namespace

tl::expected<Scenario, std::string> read_scenario(std::string_view text, std::string_view file_name) {
  const auto document = wire::parse_toml(text, {}, file_name);
  if (!document) return tl::unexpected{wire::to_line(document.error(), "en")};
  wire::Findings findings{std::string{file_name}, wire::PathStyle::dotted};
  wire::TableReader top{*document, "", findings};
  Scenario scenario;
  read_day(top, scenario);
  for (wire::TableReader& table : top.tables("service", things_max)) scenario.services.push_back(read_service(table));
  for (wire::TableReader& table : top.tables("desk", things_max)) scenario.desks.push_back(read_desk(table));
  if (auto table = top.table("shock")) scenario.shock = read_shock(*table);
  check_services(scenario, top);
  top.done();
  if (!findings.has_error()) return scenario;
  std::string wrong;
  for (const wire::Finding& finding : findings.all()) wrong += wire::to_line(finding, "en") + "\n";
  return tl::unexpected{wrong};
}

Scenario outline_of(const core::Facility& site) {
  Scenario scenario;
  scenario.id = site.site.id;
  for (const core::Service& service : site.services) {
    ScenarioService& described = scenario.services.emplace_back();
    described.id = service.id.str();
    described.mean_min = static_cast<double>(service.expected.count());
  }
  for (const core::Desk& desk : site.desks) {
    ScenarioDesk& described = scenario.desks.emplace_back();
    described.id = desk.id.str();
    for (const core::ServiceId& service : desk.services) described.services.push_back(service.str());
  }
  return scenario;
}

core::Facility site_of(const Scenario& scenario, std::string_view policy) {
  core::Facility site;
  site.site.id = scenario.id;
  site.site.time_zone = "UTC";
  site.site.business_day_starts = core::Minutes{0};
  site.authorities.emplace_back().id = core::AuthorityId{"house"};
  for (const ScenarioService& described : scenario.services) {
    core::Service& service = site.services.emplace_back();
    service.id = core::ServiceId{described.id};
    service.authority = site.authorities.front().id;
    service.letter = core::unmistakable_letters[(site.services.size() - 1) % core::unmistakable_letters.size()];
    service.expected = core::Minutes{std::max(1L, std::lround(described.mean_min))};
    service.mode = core::Mode::mixed;
  }
  for (const ScenarioDesk& described : scenario.desks) {
    core::Desk& desk = site.desks.emplace_back();
    desk.id = core::DeskId{described.id};
    for (const std::string& service : described.services) desk.services.emplace_back(service);
  }
  site.rules.policy = policy;
  return site;
}

}  // namespace skranke::sim
