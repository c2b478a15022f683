// What a facility file says without meaning it: services that nobody can reach or finish, screens that show nothing, paper that goes in circles.
// Everything here is said with its place, in the words of the person who wrote the file, and is a warning: the file can be used, and a site that is being
// built up may mean it so.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "wire/clock_words.hpp"
#include "wire/facility_draft.hpp"
#include "wire/facility_file.hpp"
#include "wire/facility_sound.hpp"

namespace skranke::wire {
namespace {

using core::Facility, core::Minutes, core::Service, core::WeeklySpan;

/// The value itself where it stands in the file, else the thing it belongs to.
const Node* at_key(const Spot& spot, std::string_view key) {
  const Node* found = spot.node->find(key);
  return found == nullptr ? spot.node : found;
}

// ---- services that nobody reaches

/// The minutes of a week in which both are there; the longest stretch.
Minutes longest_overlap(const std::vector<WeeklySpan>& opening, const std::vector<WeeklySpan>& present) {
  const std::vector<WeeklySpan> all_day{{0b1111111, Minutes{0}, Minutes{1440}}};
  Minutes longest{0};
  for (const WeeklySpan& open : opening.empty() ? all_day : opening)
    for (const WeeklySpan& there : present.empty() ? all_day : present)
      if ((open.days & there.days) != 0) longest = std::max(longest, std::min(open.to, there.to) - std::max(open.from, there.from));
  return longest;
}

void check_presence(const FacilityDraft& draft, Findings& findings) {
  const Facility& facility = draft.facility;
  for (std::size_t index = 0; index < facility.authorities.size(); ++index) {
    const core::Authority& authority = facility.authorities[index];
    if (authority.present.empty() || longest_overlap(facility.opening, authority.present).count() > 0) continue;
    const Spot& spot = draft.authorities[index];
    const std::string id = quoted(authority.id.str());
    findings.warning(at_key(spot, "present"), findings.child(spot.path, "present"), "never_present",
                   {fmt::format("Myndigheden {} er aldrig til stede, når der er åbent; ingen kan få dens ydelser.", id),
                    fmt::format("The authority {} is never here while the site is open; nobody can get its services.", id)});
  }
}

void check_fits(const FacilityDraft& draft, Findings& findings) {
  const Facility& facility = draft.facility;
  for (std::size_t index = 0; index < facility.services.size(); ++index) {
    const Service& service = facility.services[index];
    const core::Authority* authority = facility.find(service.authority);
    const Minutes room = longest_overlap(facility.opening, authority == nullptr ? std::vector<WeeklySpan>{} : authority->present);
    if (room.count() <= 0 || service.expected <= room) continue;
    const Spot& spot = draft.services[index];
    findings.warning(at_key(spot, "expected_minutes"), findings.child(spot.path, "expected_minutes"), "never_finished",
                   {fmt::format("{} tager {} minutter, men der er højst åbent {} minutter i træk: ingen bliver færdig før lukketid.",
                                quoted(service.id.str()), service.expected.count(), room.count()),
                    fmt::format("{} takes {} minutes, but the site is open for {} minutes at most: nobody is finished before closing.",
                                quoted(service.id.str()), service.expected.count(), room.count())});
  }
}

bool offered_somewhere(const Facility& facility, const core::ServiceId& id) {
  return std::any_of(facility.kiosks.begin(), facility.kiosks.end(), [&](const core::Kiosk& kiosk) {
    return kiosk.services.empty() || std::find(kiosk.services.begin(), kiosk.services.end(), id) != kiosk.services.end();
  });
}

void check_offered(const FacilityDraft& draft, Findings& findings) {
  for (std::size_t index = 0; index < draft.facility.services.size(); ++index) {
    const Service& service = draft.facility.services[index];
    if (service.id.empty() || offered_somewhere(draft.facility, service.id)) continue;
    findings.warning(draft.services[index].node, draft.services[index].path, "not_offered",
                     {fmt::format("Ingen stander tilbyder ydelsen {}; kun personalet kan tage en billet til den.", quoted(service.id.str())),
                      fmt::format("No kiosk offers the service {}; only staff can take a ticket for it.", quoted(service.id.str()))});
  }
}

void check_target(const FacilityDraft& draft, Findings& findings) {
  for (std::size_t index = 0; index < draft.facility.services.size(); ++index) {
    const Service& service = draft.facility.services[index];
    const Spot& spot = draft.services[index];
    if (spot.node->find("target_wait_minutes") == nullptr || service.target_wait >= service.expected) continue;
    findings.warning(at_key(spot, "target_wait_minutes"), findings.child(spot.path, "target_wait_minutes"), "target_short",
                     {fmt::format("Målet for ventetiden er {} minutter, men én sag tager {}: allerede den næste i køen venter længere.",
                                  service.target_wait.count(), service.expected.count()),
                      fmt::format("The target wait is {} minutes, but one case takes {}: already the next in the queue waits longer.",
                                  service.target_wait.count(), service.expected.count())});
  }
}

/// One series for matters with and without appointment: a board then shows numbers out of order, and people think they were passed over.
void check_shared_letters(const FacilityDraft& draft, Findings& findings) {
  const Facility& facility = draft.facility;
  std::set<char> told;
  for (std::size_t later = 1; later < facility.services.size(); ++later)
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const char letter = draft.letters_asked[later];
      const bool unlike = (facility.services[earlier].mode == core::Mode::booking) != (facility.services[later].mode == core::Mode::booking);
      if (letter == 0 || letter != draft.letters_asked[earlier] || !unlike || !told.insert(letter).second) continue;
      const Spot& spot = draft.services[later];
      const std::string one = quoted(facility.services[earlier].id.str()), other = quoted(facility.services[later].id.str());
      findings.warning(at_key(spot, "letter"), findings.child(spot.path, "letter"), "letter_shared",
                       {fmt::format("{} og {} deler bogstavet {}, men kun den ene kræver aftale: numrene kaldes i en orden, som ingen kan følge.", one, other, letter),
                        fmt::format("{} and {} share the letter {}, but only one needs an appointment: the numbers are called in an order nobody can follow.",
                                    one, other, letter)});
    }
}

// ---- boards, printers, languages

void check_zones(const FacilityDraft& draft, Findings& findings) {
  const Facility& facility = draft.facility;
  std::set<std::string_view> told;
  for (std::size_t index = 0; index < facility.desks.size(); ++index) {
    const std::string& zone = facility.desks[index].zone;
    const bool shown = std::any_of(facility.boards.begin(), facility.boards.end(), [&](const core::Board& board) {
      return board.zones.empty() || std::find(board.zones.begin(), board.zones.end(), zone) != board.zones.end();
    });
    if (shown || !told.insert(zone).second) continue;
    const Spot& spot = draft.desks[index];
    findings.warning(at_key(spot, "zone"), findings.child(spot.path, "zone"), "zone_on_no_board",
                     {fmt::format("Ingen tavle viser zonen {}: den, der kaldes til {}, ser det ikke.", quoted(zone), quoted(facility.desks[index].id.str())),
                      fmt::format("No board shows the zone {}: whoever is called to {} does not see it.", quoted(zone), quoted(facility.desks[index].id.str()))});
  }
}

/// The way from a printer along `fallback`, until it ends or comes back to where it was.
bool goes_in_circles(const Facility& facility, const core::PrinterConfig& printer) {
  std::set<core::PrinterId> seen{printer.id};
  for (const core::PrinterConfig* next = facility.find(printer.fallback); next != nullptr; next = facility.find(next->fallback)) {
    if (next->id == printer.id) return seen.size() > 1;   // one that names itself is told elsewhere
    if (!seen.insert(next->id).second) return false;      // a circle that this one only leads to
  }
  return false;
}

void check_printers(const FacilityDraft& draft, Findings& findings) {
  const Facility& facility = draft.facility;
  for (std::size_t index = 0; index < facility.printers.size(); ++index) {
    const core::PrinterConfig& printer = facility.printers[index];
    if (!goes_in_circles(facility, printer)) continue;
    const Spot& spot = draft.printers[index];
    findings.warning(at_key(spot, "fallback"), findings.child(spot.path, "fallback"), "loop",
                     {fmt::format("Afløserne går i ring fra {}: er de alle nede, findes der ingen.", quoted(printer.id.str())),
                      fmt::format("The fallbacks go in a circle from {}: when all are down there is none.", quoted(printer.id.str()))});
  }
}

/// Sentences for citizens exist in these (catalogues/); others are shown in English.
constexpr std::array<std::string_view, 11> spoken{"ar", "da", "de", "en", "fa", "pl", "ro", "so", "ti", "tr", "uk"};

bool is_spoken(std::string_view language) { return std::find(spoken.begin(), spoken.end(), language) != spoken.end(); }

/// A kiosk or board may offer what the house speaks though the site gives no names in it: a name is then shown in another language and marked so.
void check_language_list(const Facility& facility, const std::vector<std::string>& languages, const Spot& spot, Findings& findings) {
  for (const std::string& language : languages) {
    const auto& site = facility.site.languages;
    if (is_spoken(language) || std::find(site.begin(), site.end(), language) != site.end()) continue;
    findings.warning(at_key(spot, "languages"), findings.child(spot.path, "languages"), "language_not_of_site",
                     {fmt::format("Sproget {} er ikke et af stedets; navne mangler måske på det.", quoted(language)),
                      fmt::format("The language {} is none of the site's; names may be missing in it.", quoted(language))});
  }
}

void check_languages(const FacilityDraft& draft, const Node* site, Findings& findings) {
  const Facility& facility = draft.facility;
  for (std::size_t index = 0; index < facility.site.languages.size(); ++index) {
    const std::string& language = facility.site.languages[index];
    if (is_spoken(language)) continue;
    const Node* list = site == nullptr ? nullptr : site->find("languages");
    findings.warning(list, findings.element("site.languages", index), "no_catalogue",
                     {fmt::format("Der er ingen sætninger på {}; navne herfra vises på det, alt andet på engelsk.", quoted(language)),
                      fmt::format("There are no sentences in {}; names of this file are shown in it, all else in English.", quoted(language))});
  }
  for (std::size_t index = 0; index < draft.boards.size(); ++index)
    check_language_list(facility, facility.boards[index].languages, draft.boards[index], findings);
  for (std::size_t index = 0; index < draft.kiosks.size(); ++index)
    check_language_list(facility, facility.kiosks[index].languages, draft.kiosks[index], findings);
}

}  // namespace

void explain_facility(const FacilityDraft& draft, Findings& findings) {
  if (findings.has_error()) return;   // with half a file much looks odd that is not
  check_presence(draft, findings);
  check_fits(draft, findings);
  check_offered(draft, findings);
  check_target(draft, findings);
  check_shared_letters(draft, findings);
  check_zones(draft, findings);
  check_printers(draft, findings);
  check_languages(draft, draft.site, findings);
  explain_sound(draft, findings);
}

std::vector<Finding> closures_over(const core::Facility& facility, const std::string& file, core::Day today) {
  Findings findings{file, PathStyle::dotted};
  for (std::size_t index = 0; index < facility.closures.size(); ++index) {
    const core::Day day = facility.closures[index].date;
    if (day >= today) continue;
    findings.warning(nullptr, findings.child(findings.element("closure", index), "date"), "over",
                     {fmt::format("Undtagelsen den {} er overstået og kan slettes.", core::to_string(day)),
                      fmt::format("The exception on {} is over and can be removed.", core::to_string(day))});
  }
  return findings.take();
}

}  // namespace skranke::wire
