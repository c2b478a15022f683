#include <algorithm>
#include <bitset>
#include <set>

#include <fmt/format.h>

#include "wire/clock_words.hpp"
#include "wire/facility_draft.hpp"

namespace skranke::wire {
namespace {

using core::Facility, core::Service, core::WeeklySpan;

bool was_found(const Findings& findings, std::string_view field) {
  return std::any_of(findings.all().begin(), findings.all().end(),
                     [&](const Finding& found) { return found.field == field; });
}

// ---- references
// --------------------------------------------------------------------------------------------------------------------------

template <class Things>
void add_ids(const Things& things, std::vector<std::string_view>& ids) {
  for (const auto& thing : things) ids.push_back(thing.id.str());
}

std::vector<std::string_view> ids_of(Thing thing, const Facility& facility) {
  std::vector<std::string_view> ids;
  switch (thing) {
    case Thing::authority: add_ids(facility.authorities, ids); break;
    case Thing::service: add_ids(facility.services, ids); break;
    case Thing::desk: add_ids(facility.desks, ids); break;
    case Thing::board: add_ids(facility.boards, ids); break;
    case Thing::kiosk: add_ids(facility.kiosks, ids); break;
    case Thing::printer: add_ids(facility.printers, ids); break;
    case Thing::priority: add_ids(facility.priorities, ids); break;
    case Thing::equipment: add_ids(facility.equipment, ids); break;
    case Thing::zone:  // zones have no table of their own: they are where desks stand
      for (const core::Desk& desk : facility.desks) ids.push_back(desk.zone);
      break;
  }
  return ids;
}

Message unknown_reference(const Reference& reference, const std::vector<std::string_view>& ids) {
  const Message hint = did_you_mean(reference.id, ids), owner = in_words(reference.owner);
  const std::string id = quoted(reference.id), by = quoted(reference.owner_id);
  if (reference.owner == Thing::zone)   // a limit of the crowd names it
    return {fmt::format("Der er en grænse for zonen {}, men ingen skranke står i den.{}", id, hint.da),
            fmt::format("There is a limit for the zone {}, but no desk stands in it.{}", id, hint.en)};
  if (reference.wanted == Thing::zone)
    return {fmt::format("{} {} viser zonen {}, men ingen skranke står i den.{}", owner.da, by, id, hint.da),
            fmt::format("{} {} shows the zone {}, but no desk stands in it.{}", owner.en, by, id, hint.en)};
  const Message wanted = in_words(reference.wanted);
  return {
      fmt::format("{} {} henviser til noget, filen ikke har: {} {}.{}", owner.da, by, wanted.da, id, hint.da),
      fmt::format("{} {} refers to something the file does not have: {} {}.{}", owner.en, by, wanted.en, id, hint.en)};
}

void check_references(const FacilityDraft& draft, Findings& findings) {
  for (const Reference& reference : draft.references) {
    const std::vector<std::string_view> ids = ids_of(reference.wanted, draft.facility);
    if (std::find(ids.begin(), ids.end(), reference.id) != ids.end()) continue;
    if (was_found(findings, reference.spot.path)) continue;  // an id that is no id was found when it was read
    findings.error(reference.spot.node, reference.spot.path, "unknown_reference", unknown_reference(reference, ids));
  }
}

// ---- services
// ----------------------------------------------------------------------------------------------------------------------------

void settle_authorities(FacilityDraft& draft, Findings& findings) {
  for (std::size_t index = 0; index < draft.facility.services.size(); ++index) {
    Service& service = draft.facility.services[index];
    const Spot& spot = draft.services[index];
    if (spot.node->find("authority") != nullptr) continue;
    if (draft.facility.authorities.size() == 1) {
      service.authority = draft.facility.authorities.front().id;
      continue;
    }
    findings.error(spot.node, findings.child(spot.path, "authority"), "missing",
                   {fmt::format("Ydelsen {} mangler sin myndighed (\"authority\").", quoted(service.id.str())),
                    fmt::format("The service {} lacks its authority.", quoted(service.id.str()))});
  }
}

/// Way along `after` from `from` to `to`, both included; empty when there is none. Each service is visited once.
std::vector<core::ServiceId> way(const Facility& facility, const core::ServiceId& from, const core::ServiceId& to,
                                 std::set<core::ServiceId>& seen) {
  const Service* service = facility.find(from);
  if (service == nullptr) return {};
  for (const core::ServiceId& next : service->after) {
    if (next == to) return {from, next};
    if (!seen.insert(next).second) continue;
    std::vector<core::ServiceId> rest = way(facility, next, to, seen);
    if (rest.empty()) continue;
    rest.insert(rest.begin(), from);
    return rest;
  }
  return {};
}

void check_order(const FacilityDraft& draft, Findings& findings) {
  std::set<core::ServiceId> told;
  for (std::size_t index = 0; index < draft.facility.services.size(); ++index) {
    const core::ServiceId& id = draft.facility.services[index].id;
    std::set<core::ServiceId> seen;
    const std::vector<core::ServiceId> loop =
        told.contains(id) ? std::vector<core::ServiceId>{} : way(draft.facility, id, id, seen);
    if (loop.empty()) continue;
    told.insert(loop.begin(), loop.end());
    std::vector<std::string_view> words;
    for (const core::ServiceId& step : loop) words.push_back(step.str());
    const Spot& spot = draft.services[index];
    const Node* after = spot.node->find("after");
    findings.error(
        after == nullptr ? spot.node : after, findings.child(spot.path, "after"), "loop",
        {fmt::format("Rækkefølgen går i ring: {}. Ingen af dem kan komme først.", fmt::join(words, " → ")),
         fmt::format("The order goes in a circle: {}. None of them can come first.", fmt::join(words, " → "))});
  }
}

void check_served(const FacilityDraft& draft, Findings& findings) {
  const Facility& facility = draft.facility;
  if (facility.desks.empty()) {
    if (!was_found(findings, "desk"))
      findings.warning(nullptr, "desk", "no_desk",
                       {"Filen har ingen skranker ([[desk]]); ingen kan kaldes ind.",
                        "The file has no desks ([[desk]]); nobody can be called."});
    return;
  }
  for (std::size_t index = 0; index < facility.desks.size(); ++index) {
    const Spot& spot = draft.desks[index];
    const Node* services = spot.node->find("services");
    if (services == nullptr || services->kind != Node::Kind::list || !services->items.empty()) continue;
    const std::string id = quoted(facility.desks[index].id.str());
    findings.error(
        services, findings.child(spot.path, "services"), "too_few",
        {fmt::format("Skranken {} betjener ingen ydelser.", id), fmt::format("The desk {} serves no service.", id)});
  }
  for (std::size_t index = 0; index < facility.services.size(); ++index) {
    const core::ServiceId& id = facility.services[index].id;
    const auto serves = [&](const core::Desk& desk) {
      return std::find(desk.services.begin(), desk.services.end(), id) != desk.services.end();
    };
    if (id.empty() || std::any_of(facility.desks.begin(), facility.desks.end(), serves)) continue;
    findings.warning(draft.services[index].node, draft.services[index].path, "not_served",
                     {fmt::format("Ingen skranke betjener ydelsen {}.", quoted(id.str())),
                      fmt::format("No desk serves the service {}.", quoted(id.str()))});
  }
}

// ---- hours
// -------------------------------------------------------------------------------------------------------------------------------

bool overlap(const WeeklySpan& a, const WeeklySpan& b) {
  return (a.days & b.days) != 0 && a.from < b.to && b.from < a.to;
}

void check_overlap(const std::vector<WeeklySpan>& spans, const std::vector<Spot>& spots, Findings& findings) {
  for (std::size_t later = 1; later < spans.size(); ++later)
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      if (!overlap(spans[earlier], spans[later])) continue;
      findings.error(spots[later].node, spots[later].path, "overlap",
                     {fmt::format("Tiderne {} og {} overlapper.", weekly_span_text(spans[earlier]),
                                  weekly_span_text(spans[later])),
                      fmt::format("The hours {} and {} overlap.", weekly_span_text(spans[earlier]),
                                  weekly_span_text(spans[later]))});
      break;
    }
}

bool within(const WeeklySpan& span, const std::vector<WeeklySpan>& hours) {
  for (unsigned day = 0; day < 7; ++day) {
    if ((span.days >> day & 1U) == 0) continue;
    std::bitset<1440> open;
    for (const WeeklySpan& some : hours)
      for (auto minute = some.from.count(); (some.days >> day & 1U) != 0 && minute < some.to.count(); ++minute)
        open.set(static_cast<std::size_t>(minute));
    for (auto minute = span.from.count(); minute < span.to.count(); ++minute)
      if (!open.test(static_cast<std::size_t>(minute))) return false;
  }
  return true;
}

void check_hours(const FacilityDraft& draft, Findings& findings) {
  const Facility& facility = draft.facility;
  check_overlap(facility.opening, draft.opening, findings);
  for (std::size_t index = 0; index < facility.authorities.size(); ++index) {
    const core::Authority& authority = facility.authorities[index];
    check_overlap(authority.present, draft.present[index], findings);
    const auto meets = [&](const WeeklySpan& there) {
      return std::any_of(facility.opening.begin(), facility.opening.end(), [&](const WeeklySpan& open) { return overlap(there, open); });
    };
    if (std::none_of(authority.present.begin(), authority.present.end(), meets)) continue;   // never here at all: said by explain_facility
    for (std::size_t span = 0; span < authority.present.size() && !facility.opening.empty(); ++span) {
      if (within(authority.present[span], facility.opening)) continue;
      const Spot& spot = draft.present[index][span];
      const std::string id = quoted(authority.id.str()), when = weekly_span_text(authority.present[span]);
      findings.warning(spot.node, spot.path, "outside_opening",
                       {fmt::format("Myndigheden {} er her {}, men så er der ikke åbent hele tiden.", id, when),
                        fmt::format("The authority {} is here {}, but the site is not open all that time.", id, when)});
    }
  }
}

void check_closures(const FacilityDraft& draft, Findings& findings) {
  std::set<core::Day> days;
  for (std::size_t index = 0; index < draft.facility.closures.size(); ++index) {
    const core::Day day = draft.facility.closures[index].date;
    if (days.insert(day).second) continue;
    const Spot& spot = draft.closures[index];
    findings.error(spot.node, spot.path, "twice",
                   {fmt::format("Datoen {} har allerede en undtagelse.", core::to_string(day)),
                    fmt::format("The date {} has an exception already.", core::to_string(day))});
  }
}

// ---- printers and defaults
// ---------------------------------------------------------------------------------------------------------------

void check_fallbacks(const FacilityDraft& draft, Findings& findings) {
  for (const Reference& reference : draft.references)
    if (reference.wanted == Thing::printer && reference.owner == Thing::printer && reference.id == reference.owner_id)
      findings.error(reference.spot.node, reference.spot.path, "loop",
                     {fmt::format("Printeren {} kan ikke afløse sig selv.", quoted(reference.id)),
                      fmt::format("The printer {} cannot stand in for itself.", quoted(reference.id))});
}

void add_defaults(Facility& facility) {
  if (facility.boards.empty()) {
    core::Board& board = facility.boards.emplace_back();
    board.id = core::BoardId{"hall"};
  }
  if (facility.kiosks.empty()) {
    core::Kiosk& kiosk = facility.kiosks.emplace_back();
    kiosk.id = core::KioskId{"hall"};
    if (facility.printers.size() == 1) kiosk.printer = facility.printers.front().id;
  }
}

}  // namespace

void check_facility(FacilityDraft& draft, Findings& findings) {
  if (draft.facility.services.empty())
    findings.error(nullptr, "service", "missing",
                   {"Filen har ingen ydelser ([[service]]).", "The file has no services ([[service]])."});
  settle_authorities(draft, findings);
  check_references(draft, findings);
  check_order(draft, findings);
  check_served(draft, findings);
  check_hours(draft, findings);
  check_closures(draft, findings);
  check_fallbacks(draft, findings);
  add_defaults(draft.facility);
}

}  // namespace skranke::wire
